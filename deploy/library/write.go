package library

import (
	"os"
	"unicode/utf8"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
	"cygnet/op"
)

// A writtenFile is a file of the controller that a deploy has opened to write.
// What is written is in the file at once. Every host that runs the deploy
// writes: to the same file, if the deploy names one.
type writtenFile struct {
	object
	file   *os.File
	mode   string
	binary bool
	closed bool
	remove bool // when it is closed
}

var (
	_ starlark.HasAttrs = (*writtenFile)(nil)
	_ filer             = (*writtenFile)(nil)
)

// createFile opens a file to write; action is w, a or x.
func createFile(path, action, mode string, binary bool) (starlark.Value, error) {
	flags := map[string]int{"w": os.O_TRUNC, "a": os.O_APPEND, "x": os.O_EXCL}[action]
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|flags, 0o666)
	if err != nil {
		return nil, osError(err)
	}
	return &writtenFile{file: file, mode: mode, binary: binary}, nil
}

func (f *writtenFile) String() string { return "<_io." + f.Type() + " name='" + f.file.Name() + "'>" }

// Type implements starlark.Value.
func (f *writtenFile) Type() string {
	if f.binary {
		return "BufferedWriter"
	}
	return "TextIOWrapper"
}

// content is the file as it is when the operation runs.
func (f *writtenFile) content() op.Content { return op.File(f.file.Name()) }

func writtenFileAttributes() attributes[*writtenFile] {
	return attributes[*writtenFile]{
		"write":      bound("write", (*writtenFile).write),
		"writelines": bound("writelines", (*writtenFile).writelines),
		"flush":      bound("flush", func(f *writtenFile, c *call) (starlark.Value, error) { return starlark.None, c.unpack() }),
		"close":      bound("close", (*writtenFile).close),
		"__enter__":  bound("__enter__", (*writtenFile).enter),
		"__exit__":   bound("__exit__", (*writtenFile).close),
		"closed":     attribute(func(f *writtenFile) starlark.Bool { return starlark.Bool(f.closed) }),
		"name":       attribute(func(f *writtenFile) starlark.String { return starlark.String(f.file.Name()) }),
		"mode":       attribute(func(f *writtenFile) starlark.String { return starlark.String(f.mode) }),
	}
}

// Attr implements starlark.HasAttrs.
func (f *writtenFile) Attr(name string) (starlark.Value, error) {
	return writtenFileAttributes().get(f, f.Type(), name, map[string]string{
		"read": "the file was opened to write", "seek": "", "tell": "", "truncate": "", "fileno": "",
	})
}

// AttrNames implements starlark.HasAttrs.
func (*writtenFile) AttrNames() []string { return writtenFileAttributes().names() }

func (f *writtenFile) open() error {
	if f.closed {
		return builtin.Raise(builtin.ValueError, "I/O operation on closed file.")
	}
	return nil
}

func (f *writtenFile) enter(c *call) (starlark.Value, error) { return f, f.open() }

func (f *writtenFile) close(*call) (starlark.Value, error) {
	if f.closed {
		return starlark.None, nil
	}
	f.closed = true
	err := f.file.Close()
	if f.remove && err == nil {
		err = os.Remove(f.file.Name())
	}
	return none(err)
}

func (f *writtenFile) put(v starlark.Value) (int, error) {
	text, isBytes, ok := bytesOf(v)
	switch {
	case f.binary && (!ok || !isBytes):
		return 0, builtin.Raise(builtin.TypeError, "a bytes-like object is required, not '%s'", builtin.TypeName(v))
	case !f.binary && (!ok || isBytes):
		return 0, builtin.Raise(builtin.TypeError, "write() argument must be str, not %s", builtin.TypeName(v))
	}
	if err := f.open(); err != nil {
		return 0, err
	}
	if _, err := f.file.WriteString(text); err != nil {
		return 0, osError(err)
	}
	if f.binary {
		return len(text), nil
	}
	return utf8.RuneCountInString(text), nil
}

func (f *writtenFile) write(c *call) (starlark.Value, error) {
	var v starlark.Value
	if err := c.unpack("text", &v); err != nil {
		return nil, err
	}
	n, err := f.put(v)
	return starlark.MakeInt(n), err
}

func (f *writtenFile) writelines(c *call) (starlark.Value, error) {
	var lines starlark.Value
	if err := c.unpack("lines", &lines); err != nil {
		return nil, err
	}
	items, err := builtin.Collect(lines)
	if err != nil {
		return nil, err
	}
	for _, item := range items {
		if _, err := f.put(item); err != nil {
			return nil, err
		}
	}
	return starlark.None, nil
}
