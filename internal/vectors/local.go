package main

import (
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"time"
)

// A folder is one of the controller in a case.
type folder struct {
	Files map[string]any    `json:"files"`
	Dirs  map[string]folder `json:"dirs"`
	Links map[string]string `json:"links"`
}

// localFiles are the controller's files of a case, below /. They implement
// op.Files.
type localFiles struct{ root *folder }

// Resolve implements op.Files.
func (l localFiles) Resolve(name string) string { return path.Join("/", name) }

// Open implements op.Files. A file without content has some.
func (l localFiles) Open(name string) (io.ReadCloser, error) {
	entry, dir := l.find(name)
	if entry == nil || dir {
		return nil, &fs.PathError{Op: "open", Path: l.Resolve(name), Err: fs.ErrNotExist}
	}
	text, ok := entry.value.(string)
	if !ok {
		text = "_test_data_"
	}
	return io.NopCloser(strings.NewReader(text)), nil
}

// Stat implements op.Files.
func (l localFiles) Stat(name string) (fs.FileInfo, error) {
	entry, dir := l.find(name)
	if entry == nil {
		return nil, &fs.PathError{Op: "stat", Path: l.Resolve(name), Err: fs.ErrNotExist}
	}
	info := localInfo{name: path.Base(name), mode: 0o644, size: int64(len("_test_data_"))}
	if dir {
		info.mode = fs.ModeDir | 0o755
		return info, nil
	}
	switch v := entry.value.(type) {
	case string:
		info.size = int64(len(v))
	case map[string]any:
		if err := info.read(v); err != nil {
			return nil, fmt.Errorf("local file %s: %w", name, err)
		}
	}
	return info, nil
}

type entry struct{ value any }

func (l localFiles) find(name string) (found *entry, dir bool) {
	if l.root == nil {
		return nil, false
	}
	here := *l.root
	parts := strings.Split(strings.Trim(l.Resolve(name), "/"), "/")
	for i, part := range parts {
		if d, ok := here.Dirs[part]; ok {
			here = d
			continue
		}
		if value, ok := here.Files[part]; ok && i == len(parts)-1 {
			return &entry{value}, false
		}
		return nil, false
	}
	return &entry{}, true
}

type localInfo struct {
	name         string
	mode         fs.FileMode
	size         int64
	mtime, atime time.Time
}

func (i localInfo) Name() string          { return i.name }
func (i localInfo) Size() int64           { return i.size }
func (i localInfo) Mode() fs.FileMode     { return i.mode }
func (i localInfo) ModTime() time.Time    { return i.mtime }
func (i localInfo) AccessTime() time.Time { return i.atime }
func (i localInfo) IsDir() bool           { return i.mode.IsDir() }
func (i localInfo) Sys() any              { return nil }

func (i *localInfo) read(stat map[string]any) error {
	i.mtime = time.Date(2008, 8, 9, 13, 21, 44, 0, time.UTC)
	i.atime = i.mtime
	if mode, ok := stat["mode"]; ok {
		bits, err := strconv.ParseUint(fmt.Sprint(mode), 8, 12)
		if err != nil {
			return err
		}
		i.mode = fs.FileMode(bits)
	}
	for key, field := range map[string]*time.Time{"mtime": &i.mtime, "atime": &i.atime} {
		value, ok := stat[key]
		if !ok {
			continue
		}
		t, err := statTime(value)
		if err != nil {
			return err
		}
		*field = t
	}
	return nil
}

// statTime reads a datetime, or seconds since 1970.
func statTime(value any) (time.Time, error) {
	text := fmt.Sprint(value)
	if n, ok := value.(json.Number); ok {
		text = n.String()
	}
	if text, ok := strings.CutPrefix(text, "datetime:"); ok {
		return decodeTime(text)
	}
	seconds, err := strconv.ParseFloat(text, 64)
	return time.UnixMicro(int64(seconds * 1e6)), err
}
