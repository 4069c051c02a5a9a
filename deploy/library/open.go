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
	raw    bool // line ends stay as they are
}

// openFile is the builtin open.
func openFile(thread *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var file starlark.Value
	var buffering, encoding, errs, newline starlark.Value = starlark.None, starlark.None, starlark.None, starlark.None
	mode := "r"
	if err := unpack(b, args, kwargs, "file", &file, "mode?", &mode, "buffering?", &buffering, "encoding?", &encoding, "errors?", &errs, "newline?", &newline); err != nil {
		return nil, err
	}
	path, err := pathText(thread, "open", file)
	if err != nil {
		return nil, err
	}
	binary := strings.Contains(mode, "b")
	action := strings.NewReplacer("b", "", "t", "").Replace(mode)
	switch {
	case strings.Contains(mode, "+") && len(action) == 2:
		return nil, builtin.Raise(builtin.NotImplementedError, "open() with mode %q is not supported: read the file, and then write it", mode)
	case len(action) == 2 && strings.Trim(action, "rwax") == "":
		return nil, builtin.Raise(builtin.ValueError, "must have exactly one of create/read/write/append mode")
	case len(action) != 1 || !strings.Contains("rwax", action) || len(mode) > 2:
		return nil, builtin.Raise(builtin.ValueError, "invalid mode: %s", builtin.Repr(starlark.String(mode)))
	case binary && encoding != starlark.None:
		return nil, builtin.Raise(builtin.ValueError, "binary mode doesn't take an encoding argument")
	}
	if err := onlyUTF8("open", encoding); err != nil {
		return nil, err
	}
	if action != "r" {
		return createFile(path, action, mode, binary)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, osError(err)
	}
	if info.IsDir() {
		return nil, osError(&fs.PathError{Op: "open", Path: path, Err: syscall.EISDIR})
	}
	raw := newline != starlark.None
	return &memoryFile{opened: &opened{path: path, thread: thread, raw: raw}, binary: binary, name: starlark.String(path)}, nil
}

// onlyUTF8 refuses other encodings.
func onlyUTF8(function string, encoding starlark.Value) error {
	name, ok := starlark.AsString(encoding)
	if encoding == starlark.None || ok && isUTF8(name) {
		return nil
	}
	return builtin.Raise(builtin.NotImplementedError, "%s(): only the encoding utf-8 is supported, not %s", function, builtin.Repr(encoding))
}

func isUTF8(name string) bool {
	switch strings.ToLower(name) {
	case "utf-8", "utf8", "utf_8", "ascii", "us-ascii":
		return true
	}
	return false
}

// universalNewlines makes every line end a line feed, as Python does in text.
func universalNewlines(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
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
	case f.loaded || method == "close" || strings.HasPrefix(method, "__"):
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
	if !f.raw {
		text = universalNewlines(text)
	}
	f.data = []rune(text)
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
