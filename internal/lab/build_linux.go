package lab

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"golang.org/x/sys/unix"
)

// onThread calls f on an operating system thread that ends with it, so that f
// may move it to other namespaces. The process's first thread cannot end and
// is what /proc/self shows; it is left alone.
func onThread(f func() error) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread()
		if unix.Gettid() == unix.Getpid() {
			done <- onThread(f) // on another one, since this one is taken
			runtime.UnlockOSThread()
			return
		}
		done <- f() // still locked at its end, which ends the thread
	}()
	return <-done
}

// buildClone moves the thread into new namespaces (all but pid, which only a
// new process can enter) and makes its root a copy-on-write clone of the
// system's. The folder dir has to be empty.
func buildClone(dir, name string, disk int64) error {
	if err := unix.Unshare(unix.CLONE_FS | unix.CLONE_NEWNS | unix.CLONE_NEWUTS | unix.CLONE_NEWIPC | unix.CLONE_NEWNET); err != nil {
		return fmt.Errorf("unshare: %w", err)
	}
	// Nothing that is mounted here may spread to where we came from.
	if err := mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return err
	}
	if err := mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("mode=700,size=%d", disk)); err != nil {
		return err
	}
	root, err := mountRoot(dir)
	if err != nil {
		return err
	}
	if err := mountDevices(root); err != nil {
		return err
	}
	if err := changeRoot(root); err != nil {
		return err
	}
	if err := unix.Sethostname([]byte(name)); err != nil {
		return fmt.Errorf("set host name: %w", err)
	}
	if err := raiseLoopback(); err != nil {
		return err
	}
	hosts := "127.0.0.1\tlocalhost\n127.0.1.1\t" + name + "\n::1\tlocalhost ip6-localhost ip6-loopback\n"
	if err := writeFile("/etc/hosts", []byte(hosts), 0o644); err != nil {
		return err
	}
	return writeFile("/etc/hostname", []byte(name+"\n"), 0o644)
}

// mountRoot mounts the clone's root, with /tmp, /run and /root of its own, all
// of which is kept in the file system that is mounted on dir. A fresh home for
// root keeps the settings and secrets of whoever runs this out of the clone.
func mountRoot(dir string) (string, error) {
	at := func(name string) string { return filepath.Join(dir, name) }
	for name, mode := range map[string]os.FileMode{
		"upper": 0o755, "work": 0o755, "root": 0o755, "run": 0o755, "home": 0o700, "tmp": os.ModeSticky | 0o777,
	} {
		if err := os.Mkdir(at(name), 0o700); err != nil {
			return "", err
		}
		if err := os.Chmod(at(name), mode); err != nil { // whatever the umask is
			return "", err
		}
	}
	options := fmt.Sprintf("lowerdir=/,upperdir=%s,workdir=%s", at("upper"), at("work"))
	if err := mount("overlay", at("root"), "overlay", 0, options); err != nil {
		return "", err
	}
	for _, name := range []string{"tmp", "run", "root", "dev", "proc", "sys"} {
		if err := os.MkdirAll(filepath.Join(at("root"), name), 0o755); err != nil {
			return "", err
		}
	}
	if _, err := os.Stat("/etc/skel"); err == nil {
		if err := os.CopyFS(at("home"), os.DirFS("/etc/skel")); err != nil {
			return "", err
		}
	}
	for from, to := range map[string]string{"tmp": "tmp", "run": "run", "home": "root"} {
		if err := mount(at(from), filepath.Join(at("root"), to), "", unix.MS_BIND, ""); err != nil {
			return "", err
		}
	}
	if err := os.MkdirAll(filepath.Join(at("root"), "run", "lock"), 0o755); err != nil {
		return "", err
	}
	return at("root"), nil
}

// mountDevices makes the /dev that a container has, and /sys to read.
func mountDevices(root string) error {
	at := func(name string) string { return filepath.Join(root, name) }
	if err := mount("tmpfs", at("dev"), "tmpfs", unix.MS_NOSUID, "mode=755,size=64k"); err != nil {
		return err
	}
	for _, d := range []struct {
		name         string
		major, minor uint32
	}{{"null", 1, 3}, {"zero", 1, 5}, {"full", 1, 7}, {"random", 1, 8}, {"urandom", 1, 9}, {"tty", 5, 0}} {
		path := at("dev/" + d.name)
		if err := unix.Mknod(path, unix.S_IFCHR, int(unix.Mkdev(d.major, d.minor))); err != nil {
			return fmt.Errorf("make device %s: %w", d.name, err)
		}
		if err := os.Chmod(path, 0o666); err != nil {
			return err
		}
	}
	for name, to := range map[string]string{
		"fd": "/proc/self/fd", "stdin": "/proc/self/fd/0", "stdout": "/proc/self/fd/1",
		"stderr": "/proc/self/fd/2", "ptmx": "pts/ptmx",
	} {
		if err := os.Symlink(to, at("dev/"+name)); err != nil {
			return err
		}
	}
	for _, name := range []string{"dev/pts", "dev/shm"} {
		if err := os.Mkdir(at(name), 0o755); err != nil {
			return err
		}
	}
	// Group 5 is tty on Linux systems; it owns terminals.
	if err := mount("devpts", at("dev/pts"), "devpts", unix.MS_NOSUID|unix.MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620,gid=5"); err != nil {
		return err
	}
	if err := mount("tmpfs", at("dev/shm"), "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=1777,size=64m"); err != nil {
		return err
	}
	return mount("sysfs", at("sys"), "sysfs", unix.MS_RDONLY|unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, "")
}

// changeRoot makes root the root of the mount namespace and lets go of the old
// one, as pivot_root(2) describes under "pivot_root(".", ".")".
func changeRoot(root string) error {
	if err := unix.Chdir(root); err != nil {
		return err
	}
	if err := unix.PivotRoot(".", "."); err != nil {
		return fmt.Errorf("pivot_root: %w", err)
	}
	if err := unix.Unmount(".", unix.MNT_DETACH); err != nil {
		return fmt.Errorf("unmount old root: %w", err)
	}
	return unix.Chdir("/")
}

// raiseLoopback brings the network namespace's loopback interface up.
func raiseLoopback() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("bring loopback up: %w", err)
	}
	defer unix.Close(fd)
	flags, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	flags.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	if err := unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, flags); err != nil {
		return fmt.Errorf("bring loopback up: %w", err)
	}
	return nil
}

func mount(source, target, kind string, flags uintptr, data string) error {
	if err := unix.Mount(source, target, kind, flags, data); err != nil {
		if kind == "" {
			kind = "bind"
		}
		return fmt.Errorf("mount %s on %s: %w", kind, target, err)
	}
	return nil
}
