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
	info *syscall.Stat_t
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
	sys, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return nil, builtin.Raise(builtin.OSError, "%s: this system does not say what the file is", name)
	}
	return statResult{info: sys}, nil
}

func statNumber(f func(*syscall.Stat_t) int64) func(statResult) (starlark.Value, error) {
	return func(s statResult) (starlark.Value, error) { return starlark.MakeInt64(f(s.info)), nil }
}

func statTime(f func(*syscall.Stat_t) syscall.Timespec) func(statResult) (starlark.Value, error) {
	return func(s statResult) (starlark.Value, error) {
		return starlark.Float(float64(syscall.TimespecToNsec(f(s.info))) / 1e9), nil
	}
}

func statAttributes() attributes[statResult] {
	return attributes[statResult]{
		"st_mode":  statNumber(func(s *syscall.Stat_t) int64 { return int64(s.Mode) }),
		"st_ino":   statNumber(func(s *syscall.Stat_t) int64 { return int64(s.Ino) }),
		"st_dev":   statNumber(func(s *syscall.Stat_t) int64 { return int64(s.Dev) }),
		"st_nlink": statNumber(func(s *syscall.Stat_t) int64 { return int64(s.Nlink) }),
		"st_uid":   statNumber(func(s *syscall.Stat_t) int64 { return int64(s.Uid) }),
		"st_gid":   statNumber(func(s *syscall.Stat_t) int64 { return int64(s.Gid) }),
		"st_size":  statNumber(func(s *syscall.Stat_t) int64 { return s.Size }),
		"st_atime": statTime(accessTime),
		"st_mtime": statTime(modifyTime),
		"st_ctime": statTime(changeTime),
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
