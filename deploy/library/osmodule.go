package library

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

func osModule() *definition {
	return &definition{name: "os", what: "name",
		values: map[string]func(*Session) starlark.Value{
			"environ": constant(environ{}),
			"getenv":  constant(starlark.NewBuiltin("getenv", osGetenv)),
			"getcwd":  constant(starlark.NewBuiltin("getcwd", osGetcwd)),
			"path":    submodule("os.path"),
			"sep":     constant(starlark.String(filepath.Separator)),
			"linesep": constant(starlark.String("\n")),
			"listdir": constant(starlark.NewBuiltin("listdir", osListdir)),
		},
		later: map[string]string{
			"chdir": "use --chdir", "system": "to run a command on a host, use server.shell", "popen": "", "walk": "",
			"mkdir": "", "makedirs": "", "remove": "", "rename": "", "chmod": "", "stat": "", "scandir": "", "putenv": "",
			"getlogin": "", "getuid": "", "getpid": "", "uname": "", "urandom": "", "name": "", "PathLike": "", "fspath": "",
		}}
}

func osGetenv(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var key string
	var def starlark.Value = starlark.None
	if err := unpack(b, args, kwargs, "key", &key, "default?", &def); err != nil {
		return nil, err
	}
	if v, ok := os.LookupEnv(key); ok {
		return starlark.String(v), nil
	}
	return def, nil
}

func osGetcwd(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if err := unpack(b, args, kwargs); err != nil {
		return nil, err
	}
	dir, err := os.Getwd()
	if err != nil {
		return nil, builtin.Raise(builtin.OSError, "%s", err)
	}
	return starlark.String(dir), nil
}

func osListdir(thread *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var path starlark.Value = starlark.String(".")
	if err := unpack(b, args, kwargs, "path?", &path); err != nil {
		return nil, err
	}
	dir, err := pathText(thread, "listdir", path)
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, osError(err)
	}
	names := make([]starlark.Value, len(entries))
	for i, entry := range entries {
		names[i] = starlark.String(entry.Name())
	}
	return starlark.NewList(names), nil
}

// osError is the exception for an error of the file system, with its number, what
// it means and the file, as in Python.
func osError(err error) error {
	class := builtin.OSError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		class = builtin.FileNotFoundError
	case errors.Is(err, fs.ErrPermission):
		class = builtin.PermissionError
	case errors.Is(err, syscall.EISDIR):
		class = builtin.IsADirectoryError
	case errors.Is(err, syscall.ENOTDIR):
		class = builtin.NotADirectoryError
	}
	path, isPath := errors.AsType[*fs.PathError](err)
	number, isNumber := errors.AsType[syscall.Errno](err)
	if !isPath || !isNumber {
		return builtin.Raise(class, "%w", err)
	}
	text := number.Error()
	return &builtin.Exception{Class: class, Err: err, Args: starlark.Tuple{
		starlark.MakeInt(int(number)), starlark.String(strings.ToUpper(text[:1]) + text[1:]), starlark.String(path.Path),
	}}
}

// environ is os.environ: the environment of this process, which cannot be
// changed, as it is the same for all hosts.
type environ struct{ object }

var (
	_ starlark.IterableMapping = environ{}
	_ starlark.Sequence        = environ{}
	_ starlark.HasAttrs        = environ{}
	_ starlark.HasSetKey       = environ{}
)

func (environ) String() string { return "environ" }
func (environ) Type() string   { return "environ" }

// Len implements starlark.Sequence.
func (environ) Len() int { return len(os.Environ()) }

// Get implements starlark.Mapping.
func (environ) Get(k starlark.Value) (starlark.Value, bool, error) {
	name, ok := starlark.AsString(k)
	if !ok {
		return nil, false, builtin.Raise(builtin.TypeError, "str expected, not %s", builtin.TypeName(k))
	}
	v, found := os.LookupEnv(name)
	return starlark.String(v), found, nil
}

// SetKey implements starlark.HasSetKey: it refuses.
func (environ) SetKey(k, _ starlark.Value) error {
	return builtin.Raise(builtin.TypeError, "os.environ cannot be changed: give variables to commands with _env, or to all of them with config.ENV")
}

// Items implements starlark.IterableMapping.
func (environ) Items() []starlark.Tuple {
	var items []starlark.Tuple
	for _, line := range os.Environ() {
		if k, v, ok := strings.Cut(line, "="); ok {
			items = append(items, starlark.Tuple{starlark.String(k), starlark.String(v)})
		}
	}
	return items
}

// Iterate implements starlark.Iterable: it gives the names.
func (e environ) Iterate() starlark.Iterator {
	var names []starlark.Value
	for _, item := range e.Items() {
		names = append(names, item[0])
	}
	return starlark.NewList(names).Iterate()
}

var environAttributes = attributes[environ]{
	"get": method("get", func(_ environ, thread *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		return osGetenv(thread, b, args, kwargs)
	}),
	"keys":  method("keys", environ.keys),
	"items": method("items", environ.items),
	"copy":  method("copy", environ.copy),
}

// Attr implements starlark.HasAttrs.
func (e environ) Attr(name string) (starlark.Value, error) {
	return environAttributes.get(e, "os.environ", name, map[string]string{
		"setdefault": "os.environ cannot be changed", "update": "os.environ cannot be changed", "pop": "os.environ cannot be changed", "values": "",
	})
}

// AttrNames implements starlark.HasAttrs.
func (environ) AttrNames() []string { return environAttributes.names() }

func (e environ) keys(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var names []starlark.Value
	for _, item := range e.Items() {
		names = append(names, item[0])
	}
	return starlark.NewList(names), unpack(b, args, kwargs)
}

func (e environ) items(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var items []starlark.Value
	for _, item := range e.Items() {
		items = append(items, item)
	}
	return starlark.NewList(items), unpack(b, args, kwargs)
}

func (e environ) copy(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	dict := starlark.NewDict(e.Len())
	for _, item := range e.Items() {
		if err := dict.SetKey(item[0], item[1]); err != nil {
			return nil, err
		}
	}
	return dict, unpack(b, args, kwargs)
}
