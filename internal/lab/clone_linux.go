package lab

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// CanClone says why clone machines cannot be made here, or nil if they can.
// It makes one to find out.
func CanClone() error {
	if os.Geteuid() != 0 {
		return errors.New("clone machines need root")
	}
	if known, err := os.ReadFile("/proc/filesystems"); err != nil || !bytes.Contains(known, []byte("\toverlay\n")) {
		return errors.New("clone machines need the overlay file system in the kernel (modprobe overlay)")
	}
	dir, err := os.MkdirTemp("", "cygnet-lab-")
	if err != nil {
		return err
	}
	trial, err := startClone(dir, "trial", 1<<20)
	if err != nil {
		return errors.Join(fmt.Errorf("clone machines cannot be made here: %w", err), os.RemoveAll(dir))
	}
	return errors.Join(trial.close(), os.RemoveAll(dir))
}

// A clone is the place of a clone machine: namespaces, held by a process that
// is their init.
type clone struct {
	holder *exec.Cmd
	pidfd  *os.File // of the holder
	pidns  string   // names the pid namespace, as in /proc/PID/ns/pid
	leash  *os.File // when it closes, also by our death, the holder ends and the clone with it
}

// holderScript is the init of a clone. It mounts a /proc of its own namespace
// before anyone else comes, and then waits until its input ends, which is when
// the clone is to. With SIGCHLD ignored the kernel lets the orphans that it
// inherits vanish; shells do not do that for us, so it is env's work.
const holderScript = `
mount -t proc proc /proc && env --ignore-signal=CHLD true && echo ready &&
exec env --ignore-signal=CHLD cat >/dev/null 2>&1
`

func newClone(m *Machine) (place, error) {
	dir := filepath.Join(m.lab.dir, m.Name)
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	c, err := startClone(dir, m.Name, m.lab.opts.Disk)
	if err != nil {
		return nil, err
	}
	m.User = "root"
	m.Root = fmt.Sprintf("/proc/%d/root", c.holder.Process.Pid)
	return c, nil
}

// startClone makes a clone on the empty folder dir, which stays empty for
// everyone outside.
func startClone(dir, name string, disk int64) (*clone, error) {
	in, leash, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	ready, out, err := os.Pipe()
	if err != nil {
		leash.Close()
		return nil, err
	}
	defer ready.Close()
	c := &clone{leash: leash}
	pidfd := -1
	c.holder = &exec.Cmd{
		Path: "/bin/sh", Args: []string{"init", "-c", holderScript}, Dir: "/",
		Env:   []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin"},
		Stdin: in, Stdout: out, Stderr: out,
		SysProcAttr: &syscall.SysProcAttr{Setsid: true, Cloneflags: unix.CLONE_NEWPID, PidFD: &pidfd},
	}
	err = onThread(func() error {
		if err := buildClone(dir, name, disk); err != nil {
			return err
		}
		return c.holder.Start()
	})
	out.Close()
	if err != nil {
		leash.Close()
		return nil, err
	}
	c.pidfd = os.NewFile(uintptr(pidfd), "pidfd")
	said, err := bufio.NewReader(ready).ReadString('\n')
	if err != nil || said != "ready\n" {
		return nil, errors.Join(fmt.Errorf("init of the clone says %q, %v", said, err), c.close())
	}
	if c.pidns, err = os.Readlink(fmt.Sprintf("/proc/%d/ns/pid", c.holder.Process.Pid)); err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

// enter moves the thread into the clone. What it starts runs there.
func (c *clone) enter() error {
	// Threads share their root and working folder until told otherwise, and
	// those that do cannot change to another mount namespace.
	if err := unix.Unshare(unix.CLONE_FS); err != nil {
		return fmt.Errorf("unshare: %w", err)
	}
	all := unix.CLONE_NEWNS | unix.CLONE_NEWUTS | unix.CLONE_NEWIPC | unix.CLONE_NEWNET | unix.CLONE_NEWPID
	if err := control(c.pidfd, func(fd int) error { return unix.Setns(fd, all) }); err != nil {
		return fmt.Errorf("enter namespaces: %w", err)
	}
	return nil
}

func (c *clone) start(cmd *exec.Cmd, who *account) error {
	cmd.SysProcAttr.Credential = &syscall.Credential{Uid: who.uid, Gid: who.gid, Groups: who.groups}
	return onThread(func() error {
		if err := c.enter(); err != nil {
			return err
		}
		if _, err := os.Stat(cmd.Dir); err != nil {
			cmd.Dir = "/" // as sshd, for a user without a home
		}
		return cmd.Start()
	})
}

func (c *clone) ended(int) {}

func (c *clone) inside(path string, f func(string) error) error {
	return onThread(func() error {
		if err := c.enter(); err != nil {
			return err
		}
		return f(filepath.Join("/", path))
	})
}

func (c *clone) has(path string) bool {
	found := false
	err := c.inside(path, func(path string) error {
		info, err := os.Stat(path)
		found = err == nil && info.Mode().IsRegular()
		return nil
	})
	return err == nil && found
}

// terminal opens a terminal of the clone's own devpts, so that it has a name
// there.
func (c *clone) terminal(who *account) (ours, theirs *os.File, err error) {
	err = c.inside("/dev/pts/ptmx", func(path string) error {
		fd, err := unix.Open(path, unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
		if err != nil {
			return fmt.Errorf("open terminal: %w", err)
		}
		ours = os.NewFile(uintptr(fd), path)
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
		if err == nil {
			theirs, err = openPeer(fd)
		}
		if err != nil {
			return errors.Join(fmt.Errorf("open terminal: %w", err), ours.Close())
		}
		return theirs.Chown(int(who.uid), -1)
	})
	return ours, theirs, err
}

// openPeer opens the other end of a terminal, as ioctl_tty(2) describes under
// TIOCGPTPEER.
func openPeer(fd int) (*os.File, error) {
	peer, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), unix.TIOCGPTPEER, unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC)
	if errno != 0 {
		return nil, errno
	}
	return os.NewFile(peer, "tty"), nil
}

// login finds a user in the clone's passwd file, and their groups.
func (c *clone) login(user string) (*account, error) {
	var passwd, group []byte
	err := c.inside("/etc/passwd", func(path string) (err error) {
		if passwd, err = os.ReadFile(path); err == nil {
			group, err = os.ReadFile("/etc/group")
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	who := &account{name: user}
	for line := range fields(passwd, 7) {
		if line[0] != user {
			continue
		}
		uid, err1 := strconv.ParseUint(line[2], 10, 32)
		gid, err2 := strconv.ParseUint(line[3], 10, 32)
		if err := errors.Join(err1, err2); err != nil {
			return nil, err
		}
		who.uid, who.gid, who.home, who.shell = uint32(uid), uint32(gid), line[5], line[6]
		if who.shell == "" {
			who.shell = "/bin/sh"
		}
		who.groups = append(who.groups, who.gid)
	}
	if who.shell == "" || strings.HasSuffix(who.shell, "/nologin") || strings.HasSuffix(who.shell, "/false") {
		return nil, fmt.Errorf("no user %q who may log in", user)
	}
	for line := range fields(group, 4) {
		gid, err := strconv.ParseUint(line[2], 10, 32)
		if err == nil && slices.Contains(strings.Split(line[3], ","), user) {
			who.groups = append(who.groups, uint32(gid))
		}
	}
	return who, nil
}

// fields yields the lines of a file such as /etc/passwd that have n fields.
func fields(file []byte, n int) func(yield func([]string) bool) {
	return func(yield func([]string) bool) {
		lines := bufio.NewScanner(bytes.NewReader(file))
		for lines.Scan() {
			if f := strings.Split(lines.Text(), ":"); len(f) == n && !yield(f) {
				return
			}
		}
	}
}

func (c *clone) processes() ([]int, error) {
	links, err := filepath.Glob("/proc/[0-9]*/ns/pid")
	if err != nil {
		return nil, err
	}
	var pids []int
	for _, link := range links {
		ns, err := os.Readlink(link)
		if err != nil || ns != c.pidns {
			continue // somewhere else, or gone, or a zombie
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(link))))
		if err != nil {
			return nil, err
		}
		if pid != c.holder.Process.Pid {
			pids = append(pids, pid)
		}
	}
	return pids, nil
}

// close kills the clone's init, and with it all that runs there; the mounts
// and the memory go with the last of them.
func (c *clone) close() error {
	err := control(c.pidfd, func(fd int) error { return unix.PidfdSendSignal(fd, unix.SIGKILL, nil, 0) })
	err = errors.Join(c.leash.Close(), ignoreGone(err))
	var killed *exec.ExitError
	if ended := c.holder.Wait(); !errors.As(ended, &killed) {
		err = errors.Join(err, ended)
	}
	return errors.Join(err, c.pidfd.Close())
}
