package library

import (
	"io/fs"
	"syscall"
	"time"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

// A statResult is what os.stat returns.
type statResult struct {
	fixed
	status fileStatus
}

var (
	_ starlark.HasAttrs = statResult{}
	_ constantValue     = statResult{}
)

func (statResult) String() string        { return "os.stat_result" }
func (statResult) Type() string          { return "stat_result" }
func (statResult) Hash() (uint32, error) { return 0, nil }

func statFile(stat func(string) (fs.FileInfo, error), name string) (starlark.Value, error) {
	info, err := stat(name)
	if err != nil {
		return nil, osError(err)
	}
	status, ok := statusOf(info)
	if !ok {
		return nil, builtin.Raise(builtin.OSError, "%s: this system does not say what the file is", name)
	}
	return statResult{status: status}, nil
}

func statNumber(f func(fileStatus) int64) func(statResult) (starlark.Value, error) {
	return func(s statResult) (starlark.Value, error) { return starlark.MakeInt64(f(s.status)), nil }
}

func statTime(f func(fileStatus) int64) func(statResult) (starlark.Value, error) {
	return func(s statResult) (starlark.Value, error) { return starlark.Float(float64(f(s.status)) / 1e9), nil }
}

func statAttributes() attributes[statResult] {
	return attributes[statResult]{
		"st_mode":  statNumber(func(s fileStatus) int64 { return s.mode }),
		"st_ino":   statNumber(func(s fileStatus) int64 { return s.ino }),
		"st_dev":   statNumber(func(s fileStatus) int64 { return s.dev }),
		"st_nlink": statNumber(func(s fileStatus) int64 { return s.nlink }),
		"st_uid":   statNumber(func(s fileStatus) int64 { return s.uid }),
		"st_gid":   statNumber(func(s fileStatus) int64 { return s.gid }),
		"st_size":  statNumber(func(s fileStatus) int64 { return s.size }),
		"st_atime": statTime(fileStatus.whenAccessed),
		"st_mtime": statTime(fileStatus.whenModified),
		"st_ctime": statTime(fileStatus.whenChanged),
	}
}

// Attr implements starlark.HasAttrs.
func (s statResult) Attr(name string) (starlark.Value, error) {
	return statAttributes().get(s, "os.stat_result", name, nil)
}

// AttrNames implements starlark.HasAttrs.
func (statResult) AttrNames() []string { return statAttributes().names() }

// nowTwice are the times of a file that is touched.
func nowTwice() []syscall.Timespec {
	now := syscall.NsecToTimespec(time.Now().UnixNano())
	return []syscall.Timespec{now, now}
}

// renameFile renames as rename(2) does. The error names the old path, as
// Python's does first.
func renameFile(from, to string) error {
	return syscallError("rename", from, syscall.Rename(from, to))
}

// removeFile removes a file and no folder.
func removeFile(name string) error { return syscallError("unlink", name, syscall.Unlink(name)) }

// removeFolder removes an empty folder.
func removeFolder(name string) error { return syscallError("rmdir", name, syscall.Rmdir(name)) }
