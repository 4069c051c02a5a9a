//go:build unix

package lab

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// pollable takes over a terminal's file so that closing it ends a read that
// waits for it. Asking an os.File for its descriptor, as packages for
// terminals do, takes that from it.
func pollable(f *os.File) (*os.File, error) {
	defer f.Close()
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		return nil, errors.Join(err, unix.Close(fd))
	}
	return os.NewFile(uintptr(fd), f.Name()), nil
}

func (t *terminal) resize(cols, rows uint32) error {
	size := &unix.Winsize{Row: uint16(rows), Col: uint16(cols)}
	return control(t.ours, func(fd int) error { return unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, size) })
}

// control calls do with the file's descriptor, which stays open until it
// returns, whoever closes the file meanwhile.
func control(f *os.File, do func(fd int) error) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	if err := raw.Control(func(fd uintptr) { failed = do(int(fd)) }); err != nil {
		return err
	}
	return failed
}
