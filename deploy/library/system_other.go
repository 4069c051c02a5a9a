//go:build !unix

package library

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// statusOf returns what the system knows of a file.
func statusOf(info fs.FileInfo) (fileStatus, bool) {
	modified := info.ModTime().UnixNano()
	mode := int64(0o100000)
	if info.IsDir() {
		mode = 0o040000
	}
	return fileStatus{
		mode: mode | int64(info.Mode().Perm()), nlink: 1, size: info.Size(),
		accessed: modified, modified: modified, changed: modified,
	}, true
}

// accessible reports whether a file is there, and can be written if that is asked.
func accessible(name string, mode uint32) bool {
	info, err := os.Stat(name)
	return err == nil && (mode&2 == 0 || info.Mode().Perm()&0o200 != 0)
}

// isMount reports whether a folder is the root of a volume.
func isMount(name string) bool {
	full, err := filepath.Abs(name)
	return err == nil && full == filepath.VolumeName(full)+`\`
}

// endTogether leaves it to the system what a command's end means for what it has
// started.
func endTogether(*exec.Cmd) {}

// systemName is the system, the node and the machine; there is no more to tell.
func systemName() (names [5]string, err error) {
	node, err := os.Hostname()
	return [5]string{runtime.GOOS, node, "", "", runtime.GOARCH}, err
}
