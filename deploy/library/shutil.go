package library

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

var sameFileError = builtin.NewExceptionClass("SameFileError", builtin.OSError)

func shutilModule() *definition {
	d := &definition{name: "shutil", what: "function", values: functions(map[string]func(*call) (starlark.Value, error){
		"which": shutilWhich, "copy": shutilCopy, "copy2": shutilCopy, "copyfile": shutilCopyFile, "rmtree": shutilRemove, "move": shutilMove,
		"copytree": shutilCopyTree,
	}), later: map[string]string{"disk_usage": "", "make_archive": "", "unpack_archive": "", "chown": "", "copyfileobj": "", "get_terminal_size": "", "copymode": ""}}
	d.values["SameFileError"] = constant(sameFileError)
	d.values["Error"] = constant(builtin.OSError)
	return d
}

func shutilWhich(c *call) (starlark.Value, error) {
	var cmd, mode starlark.Value
	var search starlark.Value = starlark.None
	if err := c.unpack("cmd", &cmd, "mode?", &mode, "path?", &search); err != nil {
		return nil, err
	}
	name, err := c.path(cmd)
	if err != nil {
		return nil, err
	}
	s, err := c.session()
	if err != nil {
		return nil, err
	}
	folders, ok := starlark.AsString(search)
	if !ok {
		folders, _ = s.lookupEnv("PATH")
	}
	found, err := findProgram(name, folders, "")
	if err != nil {
		return starlark.None, nil
	}
	return starlark.String(found), nil
}

// copyFile copies a file's content, and its mode if the target is new.
func copyFile(from, to string, mode bool) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	if old, statErr := os.Stat(to); statErr == nil && os.SameFile(info, old) {
		return builtin.Raise(sameFileError, "%s and %s are the same file", builtin.Repr(starlark.String(from)), builtin.Repr(starlark.String(to)))
	}
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if closeErr := out.Close(); err == nil {
		err = closeErr
	}
	if err == nil && mode {
		err = os.Chmod(to, info.Mode().Perm())
	}
	return err
}

// raised is osError for what may be an exception already.
func raised(err error) error {
	if _, ok := errors.AsType[*builtin.Exception](err); ok || err == nil {
		return err
	}
	return osError(err)
}

func shutilCopy(c *call) (starlark.Value, error) {
	from, to, err := c.twoPaths("src", "dst")
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(to); err == nil && info.IsDir() {
		to = joinPaths(to, filepath.Base(from))
	}
	return starlark.String(to), raised(copyFile(from, to, true))
}

func shutilCopyFile(c *call) (starlark.Value, error) {
	from, to, err := c.twoPaths("src", "dst")
	if err != nil {
		return nil, err
	}
	return starlark.String(to), raised(copyFile(from, to, false))
}

func shutilRemove(c *call) (starlark.Value, error) {
	var v starlark.Value
	var ignore bool
	if err := c.unpack("path", &v, "ignore_errors?", &ignore); err != nil {
		return nil, err
	}
	p, err := c.path(v)
	if err != nil {
		return nil, err
	}
	info, err := os.Lstat(p)
	if err == nil && !info.IsDir() {
		err = &fs.PathError{Op: "rmtree", Path: p, Err: errNotFolder}
	}
	if err == nil {
		err = os.RemoveAll(p)
	}
	if ignore {
		err = nil
	}
	return none(err)
}

func shutilMove(c *call) (starlark.Value, error) {
	from, to, err := c.twoPaths("src", "dst")
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(to); err == nil && info.IsDir() {
		to = joinPaths(to, filepath.Base(from))
	}
	err = os.Rename(from, to)
	if errors.Is(err, errOtherDevice) {
		if err = copyFile(from, to, true); err == nil {
			err = os.Remove(from)
		}
	}
	if e, ok := errors.AsType[*os.LinkError](err); ok {
		err = syscallError("rename", from, e.Err)
	}
	return starlark.String(to), raised(err)
}

func shutilCopyTree(c *call) (starlark.Value, error) {
	var a, b starlark.Value
	var existOK bool
	if err := c.unpack("src", &a, "dst", &b, "dirs_exist_ok?", &existOK); err != nil {
		return nil, err
	}
	from, err := c.path(a)
	if err != nil {
		return nil, err
	}
	to, err := c.path(b)
	if err != nil {
		return nil, err
	}
	ctx, err := c.context()
	if err != nil {
		return nil, err
	}
	if err := makeFolder(to, 0o777, true, existOK); err != nil {
		return nil, osError(err)
	}
	err = filepath.WalkDir(from, func(name string, entry fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		rest, err := filepath.Rel(from, name)
		if err != nil || rest == "." {
			return err
		}
		target := filepath.Join(to, rest)
		if entry.IsDir() {
			return makeFolder(target, 0o777, false, true)
		}
		return copyFile(name, target, true)
	})
	return starlark.String(to), raised(err)
}
