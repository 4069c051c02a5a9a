package files

import (
	"io/fs"
	"syscall"
	"time"
)

func systemAccessTime(i fs.FileInfo) (time.Time, bool) {
	s, ok := i.Sys().(*syscall.Stat_t)
	if !ok {
		return time.Time{}, false
	}
	return time.Unix(s.Atim.Unix()), true
}
