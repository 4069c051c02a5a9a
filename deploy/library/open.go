package library

import (
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"unicode/utf8"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

// maxOpened is the size, in bytes, of the largest file that a deploy reads. One
// that it only gives to an operation may be of any size.
const maxOpened = 16 << 20

// opened is what a file that was opened has besides a file in memory: it is read
// when the deploy asks for what it holds.
type opened struct {
	path   string
	thread *starlark.Thread
	loaded bool
}

// openFile is the builtin open, which reads.
func openFile(thread *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var file, encoding starlark.Value = nil, starlark.None
	mode := "r"
	if err := unpack(b, args, kwargs, "file", &file, "mode?", &mode, "encoding?", &encoding); err != nil {
		return nil, err
	}
	path, err := pathText(thread, "open", file)
	if err != nil {
		return nil, err
	}
	switch mode {
	case "r", "rt", "tr", "rb", "br":
	default:
		return nil, builtin.Raise(builtin.NotImplementedError, "open() with mode %q is not supported: a deploy reads files here; to write one on a host, use files.put", mode)
	}
	if name, ok := starlark.AsString(encoding); encoding != starlark.None && (!ok || !isUTF8(name)) {
		return nil, builtin.Raise(builtin.NotImplementedError, "open(): only the encoding utf-8 is supported, not %s", builtin.Repr(encoding))
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, osError(err)
	}
	if info.IsDir() {
		return nil, osError(&fs.PathError{Op: "open", Path: path, Err: syscall.EISDIR})
	}
	return &memoryFile{
		opened: &opened{path: path, thread: thread}, binary: strings.Contains(mode, "b"), name: starlark.String(path),
	}, nil
}

func isUTF8(name string) bool {
	switch strings.ToLower(name) {
	case "utf-8", "utf8", "utf_8":
		return true
	}
	return false
}

// load reads an opened file before its first use.
func (f *memoryFile) load(method string) error {
	switch {
	case f.opened == nil:
		return nil
	case strings.HasPrefix(method, "write"):
		return builtin.Raise(builtin.OSError, "not writable")
	case method == "getvalue":
		return missingAttribute(f.Type(), method, nil, nil)
	case f.loaded || method == "close":
		return nil
	}
	text, err := readBounded(f.path)
	if err != nil {
		return err
	}
	f.loaded = true
	if f.binary {
		f.data = byteRunes(text)
		return nil
	}
	if !utf8.ValidString(text) {
		return builtin.Raise(builtin.UnicodeDecodeError, "%s is not UTF-8: open it with mode \"rb\"", f.path)
	}
	f.data = []rune(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n"))
	return nil
}

func readBounded(path string) (text string, err error) {
	file, err := os.Open(path)
	if err != nil {
		return "", osError(err)
	}
	content, err := io.ReadAll(io.LimitReader(file, maxOpened+1))
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	switch {
	case err != nil:
		return "", osError(err)
	case len(content) > maxOpened:
		return "", builtin.Raise(builtin.MemoryError, "%s is larger than %d MiB: give it to files.put as src instead of reading it", path, maxOpened>>20)
	}
	return string(content), nil
}
