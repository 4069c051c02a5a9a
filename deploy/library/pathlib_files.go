package library

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"unicode/utf8"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

// concreteAttributes are what a Path has besides a PurePath: all of it is about
// files of the controller.
func concreteAttributes() attributes[path] {
	return attributes[path]{
		"exists":      fileTest("exists", os.Stat, func(fs.FileMode) bool { return true }),
		"is_file":     fileTest("is_file", os.Stat, fs.FileMode.IsRegular),
		"is_dir":      fileTest("is_dir", os.Stat, fs.FileMode.IsDir),
		"is_symlink":  fileTest("is_symlink", os.Lstat, func(m fs.FileMode) bool { return m&fs.ModeSymlink != 0 }),
		"absolute":    bound("absolute", path.absolute),
		"resolve":     bound("resolve", path.resolve),
		"expanduser":  bound("expanduser", path.expandUser),
		"open":        bound("open", path.open),
		"read_text":   bound("read_text", path.readText),
		"read_bytes":  bound("read_bytes", path.readBytes),
		"write_text":  bound("write_text", path.writeText),
		"write_bytes": bound("write_bytes", path.writeBytes),
		"iterdir":     bound("iterdir", path.iterdir),
		"glob":        bound("glob", path.glob),
		"rglob":       bound("rglob", path.rglob),
		"stat":        bound("stat", func(p path, c *call) (starlark.Value, error) { return statFile(os.Stat, p.text) }),
		"lstat":       bound("lstat", func(p path, c *call) (starlark.Value, error) { return statFile(os.Lstat, p.text) }),
		"mkdir":       bound("mkdir", path.mkdir),
		"rmdir": bound("rmdir", func(p path, c *call) (starlark.Value, error) {
			return none(syscallError("rmdir", p.text, syscall.Rmdir(p.text)))
		}),
		"unlink":     bound("unlink", path.unlink),
		"touch":      bound("touch", path.touch),
		"rename":     bound("rename", path.move),
		"replace":    bound("replace", path.move),
		"chmod":      bound("chmod", path.chmod),
		"symlink_to": bound("symlink_to", path.symlinkTo),
		"readlink":   bound("readlink", path.readlink),
		"samefile":   bound("samefile", path.sameFile),
	}
}

// none is the answer of a function that returns nothing.
func none(err error) (starlark.Value, error) {
	if err != nil {
		return nil, osError(err)
	}
	return starlark.None, nil
}

// syscallError puts the path to an error of a system call.
func syscallError(what, path string, err error) error {
	if err == nil {
		return nil
	}
	return &fs.PathError{Op: what, Path: path, Err: err}
}

func fileTest(name string, stat func(string) (fs.FileInfo, error), is func(fs.FileMode) bool) func(path) (starlark.Value, error) {
	return bound(name, func(p path, c *call) (starlark.Value, error) {
		if err := c.unpack(); err != nil {
			return nil, err
		}
		info, err := stat(p.text)
		return starlark.Bool(err == nil && is(info.Mode())), nil
	})
}

func pathCwd(c *call) (starlark.Value, error) {
	dir, err := os.Getwd()
	if err != nil {
		return nil, osError(err)
	}
	return path{text: dir, concrete: true}, c.unpack()
}

func pathHome(c *call) (starlark.Value, error) {
	home := pathExpandUser("~")
	if home == "~" {
		return nil, builtin.Raise(builtin.RuntimeError, "Could not determine home directory.")
	}
	return path{text: cleanPath(home), concrete: true}, c.unpack()
}

func (p path) absolute(c *call) (starlark.Value, error) {
	dir, err := os.Getwd()
	if err != nil {
		return nil, osError(err)
	}
	return p.with(joinPaths(dir, p.text)), c.unpack()
}

func (p path) resolve(c *call) (starlark.Value, error) {
	var strict bool
	if err := c.unpack("strict?", &strict); err != nil {
		return nil, err
	}
	if strict {
		if _, err := os.Stat(p.text); err != nil {
			return nil, osError(err)
		}
	}
	real, err := pathReal(p.text)
	if err != nil {
		return nil, err
	}
	return p.with(string(real.(starlark.String))), nil
}

func (p path) expandUser(c *call) (starlark.Value, error) {
	return p.with(pathExpandUser(p.text)), c.unpack()
}

func (p path) open(c *call) (starlark.Value, error) {
	return openFile(c.thread, c.b, append(starlark.Tuple{starlark.String(p.text)}, c.args...), c.kwargs)
}

func (p path) readText(c *call) (starlark.Value, error) {
	var encoding, errs starlark.Value = starlark.None, starlark.None
	if err := c.unpack("encoding?", &encoding, "errors?", &errs); err != nil {
		return nil, err
	}
	if err := onlyUTF8("read_text", encoding); err != nil {
		return nil, err
	}
	text, err := readRegular(p.text)
	if err != nil {
		return nil, err
	}
	if !utf8.ValidString(text) {
		return nil, builtin.Raise(builtin.UnicodeDecodeError, "%s is not UTF-8: use read_bytes()", p.text)
	}
	return starlark.String(universalNewlines(text)), nil
}

func (p path) readBytes(c *call) (starlark.Value, error) {
	if err := c.unpack(); err != nil {
		return nil, err
	}
	text, err := readRegular(p.text)
	if err != nil {
		return nil, err
	}
	return starlark.Bytes(text), nil
}

// readRegular reads a file; a folder is refused as Python's open refuses it.
func readRegular(name string) (string, error) {
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		return "", osError(&fs.PathError{Op: "open", Path: name, Err: syscall.EISDIR})
	}
	return readBounded(name)
}

func (p path) writeText(c *call) (starlark.Value, error) {
	var data string
	var encoding, errs, newline starlark.Value = starlark.None, starlark.None, starlark.None
	if len(c.args) > 0 {
		if _, ok := c.args[0].(starlark.String); !ok {
			return nil, builtin.Raise(builtin.TypeError, "data must be str, not %s", builtin.TypeName(c.args[0]))
		}
	}
	if err := c.unpack("data", &data, "encoding?", &encoding, "errors?", &errs, "newline?", &newline); err != nil {
		return nil, err
	}
	if err := onlyUTF8("write_text", encoding); err != nil {
		return nil, err
	}
	if err := os.WriteFile(p.text, []byte(data), 0o666); err != nil {
		return nil, osError(err)
	}
	return starlark.MakeInt(utf8.RuneCountInString(data)), nil
}

func (p path) writeBytes(c *call) (starlark.Value, error) {
	var v starlark.Value
	if err := c.unpack("data", &v); err != nil {
		return nil, err
	}
	data, err := needBytes(v)
	if err != nil {
		return nil, builtin.Raise(builtin.TypeError, "memoryview: a bytes-like object is required, not '%s'", builtin.TypeName(v))
	}
	if err := os.WriteFile(p.text, []byte(data), 0o666); err != nil {
		return nil, osError(err)
	}
	return starlark.MakeInt(len(data)), nil
}

// pathIterator walks over paths that were found.
func (p path) pathIterator(c *call, found []string) starlark.Value {
	return builtin.NewIterator(c.thread, "generator", func() (starlark.Value, error) {
		if len(found) == 0 {
			return nil, nil
		}
		next := found[0]
		found = found[1:]
		return p.with(next), nil
	})
}

func (p path) iterdir(c *call) (starlark.Value, error) {
	if err := c.unpack(); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(p.text)
	if err != nil {
		return nil, osError(err)
	}
	found := make([]string, len(entries))
	for i, entry := range entries {
		found[i] = joinPaths(p.text, entry.Name())
	}
	return p.pathIterator(c, found), nil
}

func (p path) glob(c *call) (starlark.Value, error) {
	var pattern string
	if err := c.unpack("pattern", &pattern); err != nil {
		return nil, err
	}
	return p.search(c, pattern, pattern)
}

func (p path) rglob(c *call) (starlark.Value, error) {
	var pattern string
	if err := c.unpack("pattern", &pattern); err != nil {
		return nil, err
	}
	return p.search(c, pattern, "**/"+pattern)
}

func (p path) search(c *call, given, pattern string) (starlark.Value, error) {
	switch {
	case given == "":
		return nil, builtin.Raise(builtin.ValueError, "Unacceptable pattern: ''")
	case given[0] == '/':
		return nil, builtin.Raise(builtin.NotImplementedError, "Non-relative patterns are unsupported")
	}
	ctx, err := c.context()
	if err != nil {
		return nil, err
	}
	g := &globber{ctx: ctx, hidden: true}
	found, err := g.glob(p.text, path{text: cleanPath(pattern)}.parts())
	if err != nil {
		return nil, err
	}
	return p.pathIterator(c, found), nil
}

func (p path) mkdir(c *call) (starlark.Value, error) {
	mode := 0o777
	var parents, existOK bool
	if err := c.unpack("mode?", &mode, "parents?", &parents, "exist_ok?", &existOK); err != nil {
		return nil, err
	}
	return none(makeFolder(p.text, fs.FileMode(mode), parents, existOK))
}

func makeFolder(name string, mode fs.FileMode, parents, existOK bool) error {
	if parents {
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			return err
		}
	}
	err := os.Mkdir(name, mode)
	if existOK && errors.Is(err, fs.ErrExist) {
		if info, statErr := os.Stat(name); statErr == nil && info.IsDir() {
			return nil
		}
	}
	return err
}

func (p path) unlink(c *call) (starlark.Value, error) {
	var missingOK bool
	if err := c.unpack("missing_ok?", &missingOK); err != nil {
		return nil, err
	}
	err := syscall.Unlink(p.text)
	if missingOK && errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return none(syscallError("unlink", p.text, err))
}

func (p path) touch(c *call) (starlark.Value, error) {
	mode, existOK := 0o666, true
	if err := c.unpack("mode?", &mode, "exist_ok?", &existOK); err != nil {
		return nil, err
	}
	flags := os.O_CREATE | os.O_WRONLY
	if !existOK {
		flags |= os.O_EXCL
	}
	f, err := os.OpenFile(p.text, flags, fs.FileMode(mode))
	if err == nil {
		err = f.Close()
	}
	if err == nil && existOK {
		err = syscallError("utime", p.text, syscall.UtimesNano(p.text, nowTwice()))
	}
	return none(err)
}

func (p path) move(c *call) (starlark.Value, error) {
	target, err := c.onePath()
	if err != nil {
		return nil, err
	}
	if err := renameFile(p.text, target); err != nil {
		return nil, osError(err)
	}
	return p.with(target), nil
}

func (p path) chmod(c *call) (starlark.Value, error) {
	var mode int
	if err := c.unpack("mode", &mode); err != nil {
		return nil, err
	}
	return none(syscallError("chmod", p.text, syscall.Chmod(p.text, uint32(mode))))
}

func (p path) symlinkTo(c *call) (starlark.Value, error) {
	var target starlark.Value
	var folder bool
	if err := c.unpack("target", &target, "target_is_directory?", &folder); err != nil {
		return nil, err
	}
	text, err := c.path(target)
	if err != nil {
		return nil, err
	}
	return none(syscallError("symlink", p.text, syscall.Symlink(text, p.text)))
}

func (p path) readlink(c *call) (starlark.Value, error) {
	target, err := os.Readlink(p.text)
	if err != nil {
		return nil, osError(err)
	}
	return p.with(target), c.unpack()
}

func (p path) sameFile(c *call) (starlark.Value, error) {
	other, err := c.onePath()
	if err != nil {
		return nil, err
	}
	return sameFile(p.text, other)
}

func sameFile(a, b string) (starlark.Value, error) {
	one, err := os.Stat(a)
	if err != nil {
		return nil, osError(err)
	}
	two, err := os.Stat(b)
	if err != nil {
		return nil, osError(err)
	}
	return starlark.Bool(os.SameFile(one, two)), nil
}
