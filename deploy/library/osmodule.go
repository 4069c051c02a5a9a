package library

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

func osModule() *definition {
	d := &definition{name: "os", what: "name", values: functions(osFunctions()),
		later: map[string]string{
			"chdir": "it would move all hosts; use --chdir", "system": "use subprocess.run; to run a command on a host, use server.shell",
			"popen": "use subprocess.run", "putenv": "assign to os.environ", "scandir": "use os.listdir or pathlib",
			"getpid":   "a run can be taken up by another process; use secrets.token_hex for a name of your own",
			"PathLike": "", "fork": "", "execv": "", "kill": "", "chown": "", "umask": "it would be that of all hosts", "open": "use the builtin open",
		}}
	for name, text := range map[string]string{
		"sep": "/", "linesep": "\n", "pathsep": ":", "name": "posix", "curdir": ".", "pardir": "..", "extsep": ".", "devnull": "/dev/null",
	} {
		d.values[name] = constant(starlark.String(text))
	}
	for name, n := range map[string]int{"F_OK": 0, "R_OK": 4, "W_OK": 2, "X_OK": 1} {
		d.values[name] = constant(starlark.MakeInt(n))
	}
	d.values["path"] = submodule("os.path")
	d.values["environ"] = func(s *Session) starlark.Value { return environ{s.environment()} }
	d.values["error"] = constant(builtin.OSError)
	d.values["getcwd"] = constant(starlark.NewBuiltin("getcwd", osGetcwd))
	d.values["listdir"] = constant(starlark.NewBuiltin("listdir", osListdir))
	return d
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
	class := errorClass(err)
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

func errorClass(err error) *builtin.Class {
	for _, known := range []struct {
		is    error
		class *builtin.Class
	}{
		{fs.ErrNotExist, builtin.FileNotFoundError}, {fs.ErrPermission, builtin.PermissionError},
		{syscall.ENOTEMPTY, builtin.OSError}, // Go counts it among those that exist
		{fs.ErrExist, builtin.FileExistsError},
		{syscall.EISDIR, builtin.IsADirectoryError}, {syscall.ENOTDIR, builtin.NotADirectoryError},
	} {
		if errors.Is(err, known.is) {
			return known.class
		}
	}
	return builtin.OSError
}
