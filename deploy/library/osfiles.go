package library

import (
	"context"
	"crypto/rand"
	"io/fs"
	"os"
	"os/user"
	"runtime"
	"syscall"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"cygnet/deploy/builtin"
)

func osFunctions() map[string]func(*call) (starlark.Value, error) {
	number := func(f func() int) func(*call) (starlark.Value, error) {
		return func(c *call) (starlark.Value, error) { return starlark.MakeInt(f()), c.unpack() }
	}
	one := func(f func(string) error) func(*call) (starlark.Value, error) {
		return func(c *call) (starlark.Value, error) {
			p, err := c.onePath()
			if err != nil {
				return nil, err
			}
			return none(f(p))
		}
	}
	stat := func(f func(string) (fs.FileInfo, error)) func(*call) (starlark.Value, error) {
		return func(c *call) (starlark.Value, error) {
			p, err := c.onePath()
			if err != nil {
				return nil, err
			}
			return statFile(f, p)
		}
	}
	return map[string]func(*call) (starlark.Value, error){
		"getenv": osGetenv, "mkdir": osMkdir, "makedirs": osMakedirs, "walk": osWalk,
		"remove": one(removeFile), "unlink": one(removeFile), "rmdir": one(removeFolder),
		"rename": osRename, "replace": osRename, "chmod": osChmod, "symlink": osSymlink, "readlink": osReadlink,
		"stat": stat(os.Stat), "lstat": stat(os.Lstat), "access": osAccess, "fspath": osFspath,
		"getuid": number(os.Getuid), "geteuid": number(os.Geteuid), "getgid": number(os.Getgid), "getegid": number(os.Getegid),
		"cpu_count": number(runtime.NumCPU), "getlogin": osLogin, "uname": osUname, "urandom": osUrandom,
	}
}

func osGetenv(c *call) (starlark.Value, error) {
	var key string
	var missing starlark.Value = starlark.None
	if err := c.unpack("key", &key, "default?", &missing); err != nil {
		return nil, err
	}
	s, err := c.session()
	if err != nil {
		return nil, err
	}
	if v, ok := s.lookupEnv(key); ok {
		return starlark.String(v), nil
	}
	return missing, nil
}

func osMkdir(c *call) (starlark.Value, error) {
	var v starlark.Value
	mode := 0o777
	if err := c.unpack("path", &v, "mode?", &mode); err != nil {
		return nil, err
	}
	p, err := c.path(v)
	if err != nil {
		return nil, err
	}
	return none(makeFolder(p, fs.FileMode(mode), false, false))
}

func osMakedirs(c *call) (starlark.Value, error) {
	var v starlark.Value
	var existOK bool
	mode := 0o777
	if err := c.unpack("name", &v, "mode?", &mode, "exist_ok?", &existOK); err != nil {
		return nil, err
	}
	p, err := c.path(v)
	if err != nil {
		return nil, err
	}
	return none(makeFolder(p, fs.FileMode(mode), true, existOK))
}

// twoPaths reads a call whose arguments are two paths.
func (c *call) twoPaths(first, second string) (from, to string, err error) {
	var a, b starlark.Value
	if err = c.unpack(first, &a, second, &b); err != nil {
		return "", "", err
	}
	if from, err = c.path(a); err != nil {
		return "", "", err
	}
	to, err = c.path(b)
	return from, to, err
}

func osRename(c *call) (starlark.Value, error) {
	from, to, err := c.twoPaths("src", "dst")
	if err != nil {
		return nil, err
	}
	return none(renameFile(from, to))
}

func osSymlink(c *call) (starlark.Value, error) {
	from, to, err := c.twoPaths("src", "dst")
	if err != nil {
		return nil, err
	}
	return none(syscallError("symlink", from, syscall.Symlink(from, to)))
}

func osReadlink(c *call) (starlark.Value, error) {
	p, err := c.onePath()
	if err != nil {
		return nil, err
	}
	target, err := os.Readlink(p)
	if err != nil {
		return nil, osError(err)
	}
	return starlark.String(target), nil
}

func osChmod(c *call) (starlark.Value, error) {
	var v starlark.Value
	var mode int
	if err := c.unpack("path", &v, "mode", &mode); err != nil {
		return nil, err
	}
	p, err := c.path(v)
	if err != nil {
		return nil, err
	}
	return none(syscallError("chmod", p, syscall.Chmod(p, uint32(mode))))
}

func osAccess(c *call) (starlark.Value, error) {
	var v starlark.Value
	var mode int
	if err := c.unpack("path", &v, "mode", &mode); err != nil {
		return nil, err
	}
	p, err := c.path(v)
	if err != nil {
		return nil, err
	}
	return starlark.Bool(accessible(p, uint32(mode))), nil
}

func osFspath(c *call) (starlark.Value, error) {
	var v starlark.Value
	if err := c.unpack("path", &v); err != nil {
		return nil, err
	}
	p, err := pathText(c.thread, "fspath", v)
	if err != nil {
		return nil, builtin.Raise(builtin.TypeError, "expected str, bytes or os.PathLike object, not %s", builtin.TypeName(v))
	}
	return starlark.String(p), nil
}

func osLogin(c *call) (starlark.Value, error) {
	name, err := userName(c)
	if err != nil {
		return nil, err
	}
	return starlark.String(name), c.unpack()
}

// userName is who runs this process: what the environment says, or else the
// system.
func userName(c *call) (string, error) {
	s, err := c.session()
	if err != nil {
		return "", err
	}
	for _, variable := range []string{"LOGNAME", "USER", "LNAME", "USERNAME"} {
		if name, ok := s.lookupEnv(variable); ok && name != "" {
			return name, nil
		}
	}
	u, err := user.Current()
	if err != nil {
		return "", builtin.Raise(builtin.OSError, "the user's name is not known: %w", err)
	}
	return u.Username, nil
}

func osUrandom(c *call) (starlark.Value, error) {
	var n int
	if err := c.unpack("size", &n); err != nil {
		return nil, err
	}
	return randomBytes(n)
}

// maxRandom bounds what is asked for at once, in bytes.
const maxRandom = 1 << 20

func randomBytes(n int) (starlark.Value, error) {
	if n < 0 || n > maxRandom {
		return nil, builtin.Raise(builtin.ValueError, "from 0 to %d random bytes can be had, not %d", maxRandom, n)
	}
	data := make([]byte, n)
	rand.Read(data) // never fails
	return starlark.Bytes(data), nil
}

// osWalk is os.walk: (folder, folders in it, files in it) from the top down. The
// list of folders may be changed on the way.
func osWalk(c *call) (starlark.Value, error) {
	var top starlark.Value
	topdown, follow := true, false
	var onError starlark.Value = starlark.None
	if err := c.unpack("top", &top, "topdown?", &topdown, "onerror?", &onError, "followlinks?", &follow); err != nil {
		return nil, err
	}
	if !topdown || follow || onError != starlark.None {
		return nil, builtin.Raise(builtin.NotImplementedError, "os.walk() is supported from the top down, without following links and without onerror")
	}
	p, err := c.path(top)
	if err != nil {
		return nil, err
	}
	ctx, err := c.context()
	if err != nil {
		return nil, err
	}
	pending := []string{p}
	var last string
	var folders *starlark.List
	return builtin.NewIterator(c.thread, "generator", func() (starlark.Value, error) {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if folders != nil { // the loop's body has had its way with it
			pending = append(below(last, folders), pending...)
			folders = nil
		}
		for len(pending) > 0 {
			last = pending[0]
			pending = pending[1:]
			entries, err := os.ReadDir(last)
			if err != nil {
				continue
			}
			folders = starlark.NewList(nil)
			files := starlark.NewList(nil)
			for _, entry := range entries {
				list := files
				if info, err := os.Stat(joinPaths(last, entry.Name())); err == nil && info.IsDir() {
					list = folders
				}
				if err := list.Append(starlark.String(entry.Name())); err != nil {
					return nil, err
				}
			}
			return starlark.Tuple{starlark.String(last), folders, files}, nil
		}
		return nil, nil
	}), nil
}

// below are the folders to walk into next: those that are no links.
func below(top string, folders *starlark.List) []string {
	var names []string
	for folder := range folders.Elements() {
		name, ok := starlark.AsString(folder)
		if !ok {
			continue
		}
		name = joinPaths(top, name)
		if info, err := os.Lstat(name); err == nil && info.IsDir() {
			names = append(names, name)
		}
	}
	return names
}

// A record is a tuple whose items have names, such as what os.uname returns.
type record struct {
	starlark.Tuple
	what  string
	names []string
}

var (
	_ starlark.HasAttrs  = record{}
	_ starlark.Indexable = record{}
)

func (r record) String() string {
	text := r.what + "("
	for i, name := range r.names {
		if i > 0 {
			text += ", "
		}
		text += name + "=" + builtin.Repr(r.Tuple[i])
	}
	return text + ")"
}
func (r record) Type() string { return r.what }
func (record) constantValue() {}

// PyClass implements builtin.Classed: it is a tuple.
func (r record) PyClass() *builtin.Class { return builtin.TupleClass }

// Attr implements starlark.HasAttrs.
func (r record) Attr(name string) (starlark.Value, error) {
	for i, known := range r.names {
		if name == known {
			return r.Tuple[i], nil
		}
	}
	return nil, missingAttribute(r.what, name, r.names, nil)
}

// AttrNames implements starlark.HasAttrs.
func (r record) AttrNames() []string { return r.names }

func osUname(c *call) (starlark.Value, error) {
	u, err := systemName()
	if err != nil {
		return nil, err
	}
	return record{what: "posix.uname_result", names: []string{"sysname", "nodename", "release", "version", "machine"}, Tuple: tupleOf(u[:])}, c.unpack()
}

// Operate implements builtin.Operand: a record is compared as a tuple.
func (r record) Operate(_ *starlark.Thread, method string, other starlark.Value) (starlark.Value, error) {
	op, ok := map[string]syntax.Token{
		"__eq__": syntax.EQL, "__ne__": syntax.NEQ, "__lt__": syntax.LT, "__le__": syntax.LE, "__gt__": syntax.GT, "__ge__": syntax.GE,
	}[method]
	if with, isRecord := other.(record); isRecord {
		other = with.Tuple
	}
	if _, isTuple := other.(starlark.Tuple); !ok || !isTuple {
		return nil, nil
	}
	result, err := starlark.Compare(op, r.Tuple, other)
	return starlark.Bool(result), err
}
