//go:build unix

package library

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"

	"cygnet/deploy/builtin"
)

// statusOf returns what the system knows of a file.
func statusOf(info fs.FileInfo) (fileStatus, bool) {
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return fileStatus{}, false
	}
	accessed, modified, changed := times(s)
	return fileStatus{
		mode: int64(s.Mode), ino: int64(s.Ino), dev: int64(s.Dev), nlink: int64(s.Nlink),
		uid: int64(s.Uid), gid: int64(s.Gid), size: s.Size,
		accessed: syscall.TimespecToNsec(accessed), modified: syscall.TimespecToNsec(modified), changed: syscall.TimespecToNsec(changed),
	}, true
}

// accessible asks as access(2) does.
func accessible(name string, mode uint32) bool { return syscall.Access(name, mode) == nil }

// isMount reports whether a folder is on another device than the one above it,
// or is the root.
func isMount(name string) bool {
	info, err := os.Lstat(name)
	if err != nil || !info.IsDir() {
		return false
	}
	above, err := os.Lstat(filepath.Join(name, ".."))
	if err != nil {
		return false
	}
	one, ok := statusOf(info)
	other, okAbove := statusOf(above)
	return ok && okAbove && (one.dev != other.dev || one.ino == other.ino)
}

// endTogether makes all that a command starts end with it.
func endTogether(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}

// systemName is what uname(2) says of the controller: the system, the node, the
// release, the version and the machine.
func systemName() (names [5]string, err error) {
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		return names, builtin.Raise(builtin.OSError, "uname: %w", err)
	}
	for i, field := range [][]byte{u.Sysname[:], u.Nodename[:], u.Release[:], u.Version[:], u.Machine[:]} {
		names[i] = unix.ByteSliceToString(field)
	}
	return names, nil
}
