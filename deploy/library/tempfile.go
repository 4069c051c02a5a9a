package library

import (
	"os"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

// tempfileModule makes files and folders on the controller. What mkdtemp,
// mkstemp and NamedTemporaryFile(delete=False) make stays, as in Python.
func tempfileModule() *definition {
	return &definition{name: "tempfile", what: "function", values: functions(map[string]func(*call) (starlark.Value, error){
		"gettempdir": func(c *call) (starlark.Value, error) { return starlark.String(os.TempDir()), c.unpack() },
		"mkdtemp":    tempFolder, "NamedTemporaryFile": tempNamed, "TemporaryDirectory": tempDirectory,
	}), later: map[string]string{"mkstemp": "use NamedTemporaryFile(delete=False)", "TemporaryFile": "use io.BytesIO", "SpooledTemporaryFile": "use io.BytesIO", "mktemp": "use mkdtemp"}}
}

// tempNames reads the arguments about where something is made.
type tempNames struct{ suffix, prefix, dir starlark.Value }

func (n tempNames) pattern(c *call) (dir, pattern string, err error) {
	pattern = "tmp*"
	if n.prefix != nil && n.prefix != starlark.None {
		pattern = builtin.Str(n.prefix) + "*"
	}
	if n.suffix != nil && n.suffix != starlark.None {
		pattern += builtin.Str(n.suffix)
	}
	if n.dir != nil && n.dir != starlark.None {
		dir, err = c.path(n.dir)
	}
	return dir, pattern, err
}

func tempFolder(c *call) (starlark.Value, error) {
	var n tempNames
	if err := c.unpack("suffix?", &n.suffix, "prefix?", &n.prefix, "dir?", &n.dir); err != nil {
		return nil, err
	}
	dir, pattern, err := n.pattern(c)
	if err != nil {
		return nil, err
	}
	name, err := os.MkdirTemp(dir, pattern)
	if err != nil {
		return nil, osError(err)
	}
	return starlark.String(name), nil
}

func tempDirectory(c *call) (starlark.Value, error) {
	v, err := tempFolder(c)
	if err != nil {
		return nil, err
	}
	return &contextOf{value: v, leave: func() error { return os.RemoveAll(textOf(v)) }}, nil
}

// tempNamed is NamedTemporaryFile. A file that is to be deleted goes when it is
// closed; operations that take it as src need delete=False.
func tempNamed(c *call) (starlark.Value, error) {
	mode, remove := "w+b", true
	var n tempNames
	var buffering, encoding, newline, errs starlark.Value
	if err := c.unpack("mode?", &mode, "buffering?", &buffering, "encoding?", &encoding, "newline?", &newline,
		"suffix?", &n.suffix, "prefix?", &n.prefix, "dir?", &n.dir, "delete?", &remove, "errors?", &errs); err != nil {
		return nil, err
	}
	dir, pattern, err := n.pattern(c)
	if err != nil {
		return nil, err
	}
	binary := false
	switch mode {
	case "w+b", "wb", "wb+":
		binary = true
	case "w", "w+", "wt", "w+t":
	default:
		return nil, builtin.Raise(builtin.NotImplementedError, "NamedTemporaryFile() with mode %q is not supported: it is there to be written", mode)
	}
	file, err := os.CreateTemp(dir, pattern)
	if err != nil {
		return nil, osError(err)
	}
	return &writtenFile{file: file, mode: mode, binary: binary, remove: remove}, nil
}
