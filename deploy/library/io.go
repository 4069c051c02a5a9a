package library

import (
	"strings"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
	"cygnet/op"
)

func ioModule() *definition {
	return &definition{name: "io", what: "name",
		values: map[string]func(*Session) starlark.Value{
			"StringIO": constant(starlark.NewBuiltin("StringIO", newStringIO)),
			"BytesIO":  constant(starlark.NewBuiltin("BytesIO", newBytesIO)),
		},
		later: map[string]string{
			"TextIOWrapper": "", "open": "use the builtin open", "SEEK_SET": "", "SEEK_CUR": "", "SEEK_END": "",
			"TextIOBase": "", "IOBase": "", "BufferedReader": "", "FileIO": "", "RawIOBase": "",
		}}
}

// memoryFile is a StringIO or a BytesIO, a file in memory to be given to an
// operation as src, or a file that was opened to be read. Positions count
// characters of text, and bytes of what is binary.
type memoryFile struct {
	*opened        // nil unless it is an opened file
	data    []rune // bytes too: each in a rune of its own
	pos     int
	binary  bool
	closed  bool
	frozen  bool
	name    starlark.Value
}

var (
	_ starlark.HasSetField = (*memoryFile)(nil)
	_ starlark.Iterable    = (*memoryFile)(nil)
	_ filer                = (*memoryFile)(nil)
)

func newStringIO(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var initial, newline starlark.Value = starlark.None, starlark.String("\n")
	if err := unpack(b, args, kwargs, "initial_value?", &initial, "newline?", &newline); err != nil {
		return nil, err
	}
	text, ok := starlark.AsString(initial)
	if !ok && initial != starlark.None {
		return nil, builtin.Raise(builtin.TypeError, "initial_value must be str or None, not %s", builtin.TypeName(initial))
	}
	if newline != starlark.String("\n") && newline != starlark.None {
		return nil, builtin.Raise(builtin.NotImplementedError, "StringIO(newline=...) is not supported yet")
	}
	return &memoryFile{data: []rune(text)}, nil
}

func newBytesIO(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var initial starlark.Value = starlark.None
	if err := unpack(b, args, kwargs, "initial_bytes?", &initial); err != nil {
		return nil, err
	}
	bytes, ok := initial.(starlark.Bytes)
	if !ok && initial != starlark.None {
		return nil, builtin.Raise(builtin.TypeError, "a bytes-like object is required, not '%s'", builtin.TypeName(initial))
	}
	return &memoryFile{data: byteRunes(string(bytes)), binary: true}, nil
}

func byteRunes(s string) []rune {
	runes := make([]rune, len(s))
	for i := range len(s) {
		runes[i] = rune(s[i])
	}
	return runes
}

func (f *memoryFile) String() string     { return "<_io." + f.Type() + " object>" }
func (*memoryFile) Truth() starlark.Bool { return true }
func (f *memoryFile) Freeze()            { f.frozen = true }
func (f *memoryFile) Hash() (uint32, error) {
	return 0, builtin.Raise(builtin.TypeError, "unhashable type: '%s'", f.Type())
}

// Type implements starlark.Value.
func (f *memoryFile) Type() string {
	switch {
	case f.opened != nil && f.binary:
		return "BufferedReader"
	case f.opened != nil:
		return "TextIOWrapper"
	case f.binary:
		return "BytesIO"
	}
	return "StringIO"
}

// content is all of the file, wherever its position is, as in pyinfra.
func (f *memoryFile) content() op.Content {
	if f.opened != nil {
		return op.File(f.path)
	}
	return op.Bytes([]byte(f.text(0, len(f.data))))
}

// text returns a part of the file.
func (f *memoryFile) text(from, to int) string {
	if !f.binary {
		return string(f.data[from:to])
	}
	bytes := make([]byte, to-from)
	for i, r := range f.data[from:to] {
		bytes[i] = byte(r)
	}
	return string(bytes)
}

func (f *memoryFile) value(from, to int) starlark.Value {
	if f.binary {
		return starlark.Bytes(f.text(from, to))
	}
	return starlark.String(f.text(from, to))
}

var memoryFileAttributes = attributes[*memoryFile]{
	"read": fileMethod("read", (*memoryFile).read), "readline": fileMethod("readline", (*memoryFile).readline),
	"readlines": fileMethod("readlines", (*memoryFile).readlines), "getvalue": fileMethod("getvalue", (*memoryFile).getvalue),
	"write": fileMethod("write", (*memoryFile).write), "writelines": fileMethod("writelines", (*memoryFile).writelines),
	"seek": fileMethod("seek", (*memoryFile).seek), "tell": fileMethod("tell", (*memoryFile).tell),
	"close": fileMethod("close", (*memoryFile).close), "flush": fileMethod("flush", (*memoryFile).flush),
	"__enter__": fileMethod("__enter__", (*memoryFile).enter), "__exit__": fileMethod("__exit__", (*memoryFile).close),
	"readable": fileMethod("readable", func(*memoryFile, starlark.Tuple) (starlark.Value, error) { return starlark.True, nil }),
	"closed":   func(f *memoryFile) (starlark.Value, error) { return starlark.Bool(f.closed), nil },
}

// Attr implements starlark.HasAttrs.
func (f *memoryFile) Attr(name string) (starlark.Value, error) {
	if name == "name" && f.name != nil {
		return f.name, nil
	}
	return memoryFileAttributes.get(f, f.Type(), name, map[string]string{"truncate": "", "getbuffer": "", "detach": ""})
}

// AttrNames implements starlark.HasAttrs.
func (*memoryFile) AttrNames() []string { return memoryFileAttributes.names() }

// SetField implements starlark.HasSetField: the name of a file can be set.
func (f *memoryFile) SetField(name string, v starlark.Value) error {
	if name != "name" {
		return builtin.Raise(builtin.AttributeError, "%s has no attribute %q that can be set", f.Type(), name)
	}
	if f.frozen {
		return f.frozenError()
	}
	f.name = v
	return nil
}

func (f *memoryFile) frozenError() error {
	return builtin.Raise(builtin.TypeError, "this %s is shared by all hosts and cannot be changed: make one in the deploy", f.Type())
}

// fileMethod makes a method of a file that must be open; its arguments are
// positional.
func fileMethod(name string, f func(*memoryFile, starlark.Tuple) (starlark.Value, error)) func(*memoryFile) (starlark.Value, error) {
	return method(name, func(file *memoryFile, _ *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		switch {
		case len(kwargs) > 0:
			return nil, builtin.Raise(builtin.TypeError, "%s() takes no keyword arguments", name)
		case file.closed && name != "close" && name != "__exit__":
			return nil, builtin.Raise(builtin.ValueError, "I/O operation on closed file.")
		case file.frozen && name != "getvalue" && name != "tell":
			return nil, file.frozenError()
		}
		if err := file.load(name); err != nil {
			return nil, err
		}
		return f(file, args)
	})
}

// optionalInt reads one argument that may be left out or None, which are -1.
func optionalInt(name string, args starlark.Tuple) (int, error) {
	if len(args) > 1 {
		return 0, builtin.Raise(builtin.TypeError, "%s() takes at most 1 argument (%d given)", name, len(args))
	}
	if len(args) == 0 || args[0] == starlark.None {
		return -1, nil
	}
	n, err := starlark.AsInt32(args[0])
	if err != nil {
		return 0, builtin.Raise(builtin.TypeError, "%s() argument must be an int or None, not %s", name, builtin.TypeName(args[0]))
	}
	return n, nil
}

// end returns where a read of n characters from the position ends.
func (f *memoryFile) end(n int) int {
	if n < 0 || n > len(f.data)-f.pos {
		return max(len(f.data), f.pos)
	}
	return f.pos + n
}

func (f *memoryFile) take(to int) starlark.Value {
	from := min(f.pos, len(f.data))
	to = min(to, len(f.data))
	f.pos = max(f.pos, to)
	return f.value(from, to)
}

func (f *memoryFile) read(args starlark.Tuple) (starlark.Value, error) {
	n, err := optionalInt("read", args)
	if err != nil {
		return nil, err
	}
	return f.take(f.end(n)), nil
}

func (f *memoryFile) readline(args starlark.Tuple) (starlark.Value, error) {
	n, err := optionalInt("readline", args)
	if err != nil {
		return nil, err
	}
	end := f.end(n)
	for i := f.pos; i < min(end, len(f.data)); i++ {
		if f.data[i] == '\n' {
			end = i + 1
		}
	}
	return f.take(end), nil
}

func (f *memoryFile) readlines(args starlark.Tuple) (starlark.Value, error) {
	if _, err := optionalInt("readlines", args); err != nil {
		return nil, err
	}
	var lines []starlark.Value
	for f.pos < len(f.data) {
		line, err := f.readline(nil)
		if err != nil {
			return nil, err
		}
		lines = append(lines, line)
	}
	return starlark.NewList(lines), nil
}

func (f *memoryFile) getvalue(starlark.Tuple) (starlark.Value, error) {
	return f.value(0, len(f.data)), nil
}

func (f *memoryFile) write(args starlark.Tuple) (starlark.Value, error) {
	if len(args) != 1 {
		return nil, builtin.Raise(builtin.TypeError, "write() takes exactly one argument (%d given)", len(args))
	}
	var data []rune
	switch v := args[0].(type) {
	case starlark.String:
		if f.binary {
			return nil, builtin.Raise(builtin.TypeError, "a bytes-like object is required, not 'str'")
		}
		data = []rune(string(v))
	case starlark.Bytes:
		if !f.binary {
			return nil, builtin.Raise(builtin.TypeError, "string argument expected, got 'bytes'")
		}
		data = byteRunes(string(v))
	default:
		return nil, builtin.Raise(builtin.TypeError, "%s.write() needs a str or bytes, not %s", f.Type(), builtin.TypeName(v))
	}
	for len(f.data) < f.pos {
		f.data = append(f.data, 0)
	}
	end := min(f.pos+len(data), len(f.data))
	f.data = append(f.data[:f.pos], append(data, f.data[end:]...)...)
	f.pos += len(data)
	return starlark.MakeInt(len(data)), nil
}

func (f *memoryFile) writelines(args starlark.Tuple) (starlark.Value, error) {
	if len(args) != 1 {
		return nil, builtin.Raise(builtin.TypeError, "writelines() takes exactly one argument (%d given)", len(args))
	}
	lines, ok := args[0].(starlark.Iterable)
	if !ok {
		return nil, builtin.Raise(builtin.TypeError, "'%s' object is not iterable", builtin.TypeName(args[0]))
	}
	for line := range starlark.Elements(lines) {
		if _, err := f.write(starlark.Tuple{line}); err != nil {
			return nil, err
		}
	}
	return starlark.None, nil
}

func (f *memoryFile) seek(args starlark.Tuple) (starlark.Value, error) {
	var offset, whence int
	if err := starlark.UnpackPositionalArgs("seek", args, nil, 1, &offset, &whence); err != nil {
		return nil, builtin.Raise(builtin.TypeError, "%s", err)
	}
	base := [...]int{0, f.pos, len(f.data)}
	if whence < 0 || whence > 2 || base[whence]+offset < 0 {
		return nil, builtin.Raise(builtin.ValueError, "seek(%d, %d): no such position", offset, whence)
	}
	if base[whence]+offset > maxSeek {
		return nil, builtin.Raise(builtin.OverflowError, "seek(%d, %d): too far", offset, whence)
	}
	f.pos = base[whence] + offset
	return starlark.MakeInt(f.pos), nil
}

// maxSeek bounds the gap that a write after a seek fills.
const maxSeek = 1 << 28

func (f *memoryFile) tell(starlark.Tuple) (starlark.Value, error) {
	return starlark.MakeInt(f.pos), nil
}

func (f *memoryFile) close(starlark.Tuple) (starlark.Value, error) {
	f.closed = true
	return starlark.None, nil
}

func (f *memoryFile) enter(starlark.Tuple) (starlark.Value, error) { return f, nil }

func (f *memoryFile) flush(starlark.Tuple) (starlark.Value, error) { return starlark.None, nil }

// Iterate implements starlark.Iterable: it gives the lines from the position on.
func (f *memoryFile) Iterate() starlark.Iterator {
	if f.opened != nil {
		return builtin.NewIterator(f.thread, f.Type(), f.nextLine).Iterate()
	}
	var lines []starlark.Value
	rest := f.text(min(f.pos, len(f.data)), len(f.data))
	for line := range strings.Lines(rest) {
		if f.binary {
			lines = append(lines, starlark.Bytes(line))
		} else {
			lines = append(lines, starlark.String(line))
		}
	}
	if !f.frozen {
		f.pos = max(f.pos, len(f.data))
	}
	return starlark.NewList(lines).Iterate()
}

// nextLine returns the next line of an opened file, or nil at its end.
func (f *memoryFile) nextLine() (starlark.Value, error) {
	if err := f.load("read"); err != nil {
		return nil, err
	}
	if f.pos >= len(f.data) {
		return nil, nil
	}
	return f.readline(nil)
}
