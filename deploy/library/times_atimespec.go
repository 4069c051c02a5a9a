//go:build darwin || freebsd || netbsd

package library

import "syscall"

// times returns when a file was accessed, modified and changed.
func times(s *syscall.Stat_t) (accessed, modified, changed syscall.Timespec) {
	return s.Atimespec, s.Mtimespec, s.Ctimespec
}
