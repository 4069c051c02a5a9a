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
	raw, err := t.ours.SyscallConn()
	if err != nil {
		return err
	}
	size := &unix.Winsize{Row: uint16(rows), Col: uint16(cols)}
	var failed error
	err = raw.Control(func(fd uintptr) { failed = unix.IoctlSetWinsize(int(fd), unix.TIOCSWINSZ, size) })
	return errors.Join(err, failed)
}
