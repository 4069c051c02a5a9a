package files

import (
	"io/fs"
	"syscall"
	"time"
)

func systemAccessTime(i fs.FileInfo) (time.Time, bool) {
	s, ok := i.Sys().(*syscall.Win32FileAttributeData)
	if !ok {
		return time.Time{}, false
	}
	return time.Unix(0, s.LastAccessTime.Nanoseconds()), true
}
