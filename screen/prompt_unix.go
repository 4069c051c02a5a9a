//go:build unix

package screen

import (
	"errors"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// readable reports whether f has something to read, or has ended, within a
// time. It uses select, since poll does not know terminals on every system.
func readable(f *os.File, wait time.Duration) (bool, error) {
	var files unix.FdSet
	fd := int(f.Fd())
	files.Set(fd)
	timeout := unix.NsecToTimeval(wait.Nanoseconds())
	n, err := unix.Select(fd+1, &files, nil, nil, &timeout)
	if errors.Is(err, unix.EINTR) {
		return false, nil
	}
	return n > 0, err
}

// discard throws away the lines that have been typed already.
func discard(f *os.File) error {
	for {
		ready, err := readable(f, 0)
		if err != nil || !ready {
			return err
		}
		n, err := f.Read(make([]byte, longestAnswer))
		if n == 0 && (err == nil || errors.Is(err, io.EOF)) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
