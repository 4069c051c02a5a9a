//go:build !linux && !darwin && !windows

package files

import (
	"io/fs"
	"time"
)

func systemAccessTime(fs.FileInfo) (time.Time, bool) { return time.Time{}, false }
