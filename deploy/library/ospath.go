package library

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

func osPathModule() *definition {
	d := &definition{name: "os.path", what: "function", values: map[string]func(*Session) starlark.Value{},
		later: map[string]string{"sameopenfile": "", "samestat": ""}}
	text := func(name string, f func(string) string) {
		d.values[name] = pathFunction(name, func(p string) (starlark.Value, error) { return starlark.String(f(p)), nil })
	}
	truth := func(name string, f func(string) bool) {
		d.values[name] = pathFunction(name, func(p string) (starlark.Value, error) { return starlark.Bool(f(p)), nil })
	}
	text("dirname", func(p string) string { head, _ := pathSplit(p); return head })
	text("basename", func(p string) string { _, tail := pathSplit(p); return tail })
	text("normpath", pathNorm)
	text("expanduser", pathExpandUser)
	text("normcase", func(p string) string { return p })
	truth("ismount", isMount)
	truth("isabs", filepath.IsAbs)
	truth("exists", func(p string) bool { _, err := os.Stat(p); return err == nil })
	truth("lexists", func(p string) bool { _, err := os.Lstat(p); return err == nil })
	truth("isfile", func(p string) bool { info, err := os.Stat(p); return err == nil && info.Mode().IsRegular() })
	truth("isdir", func(p string) bool { info, err := os.Stat(p); return err == nil && info.IsDir() })
	truth("islink", func(p string) bool { info, err := os.Lstat(p); return err == nil && info.Mode()&os.ModeSymlink != 0 })
	for name, when := range map[string]func(fileStatus) int64{
		"getatime": fileStatus.whenAccessed, "getmtime": fileStatus.whenModified, "getctime": fileStatus.whenChanged,
	} {
		d.values[name] = pathFunction(name, func(p string) (starlark.Value, error) { return pathTime(p, when) })
	}
	d.values["expandvars"] = constant(function("expandvars", pathExpand))
	d.values["commonpath"] = constant(function("commonpath", pathCommon))
	d.values["commonprefix"] = constant(function("commonprefix", pathPrefix))
	d.values["samefile"] = constant(function("samefile", pathSame))
	d.values["splitdrive"] = pathPair("splitdrive", func(p string) (string, string) { return "", p })
	d.values["split"] = pathPair("split", pathSplit)
	d.values["splitext"] = pathPair("splitext", pathSplitExt)
	d.values["abspath"] = pathFunction("abspath", pathAbs)
	d.values["realpath"] = pathFunction("realpath", pathReal)
	d.values["getsize"] = pathFunction("getsize", pathSize)
	d.values["join"] = constant(starlark.NewBuiltin("join", pathJoin))
	d.values["relpath"] = constant(starlark.NewBuiltin("relpath", pathRel))
	d.values["sep"] = constant(starlark.String(filepath.Separator))
	return d
}

// pathFunction makes a function of one path.
func pathFunction(name string, f func(string) (starlark.Value, error)) func(*Session) starlark.Value {
	return constant(starlark.NewBuiltin(name, func(thread *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		var path starlark.Value
		if err := unpack(b, args, kwargs, "path", &path); err != nil {
			return nil, err
		}
		p, err := pathText(thread, name, path)
		if err != nil {
			return nil, err
		}
		return f(p)
	}))
}

func pathPair(name string, f func(string) (string, string)) func(*Session) starlark.Value {
	return pathFunction(name, func(p string) (starlark.Value, error) {
		a, b := f(p)
		return starlark.Tuple{starlark.String(a), starlark.String(b)}, nil
	})
}

// pathText returns the text of a path: a string or a path-like object.
func pathText(thread *starlark.Thread, name string, v starlark.Value) (string, error) {
	if s, ok := starlark.AsString(v); ok {
		return s, nil
	}
	if o, ok := v.(starlark.HasAttrs); ok {
		if p, err := pathToGo(thread, o); err == nil {
			return p.(string), nil
		}
	}
	return "", builtin.Raise(builtin.TypeError, "%s: expected str, bytes or os.PathLike object, not %s", name, builtin.TypeName(v))
}

func pathJoin(thread *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if len(args) == 0 || len(kwargs) > 0 {
		return nil, builtin.Raise(builtin.TypeError, "join() needs one path or more, without names")
	}
	joined := ""
	for i, arg := range args {
		p, err := pathText(thread, "join", arg)
		switch {
		case err != nil:
			return nil, err
		case i == 0 || strings.HasPrefix(p, "/"):
			joined = p
		case joined == "" || strings.HasSuffix(joined, "/"):
			joined += p
		default:
			joined += "/" + p
		}
	}
	return starlark.String(joined), nil
}

// pathSplit splits as Python does: slashes at the head's end go, unless it is
// all slashes.
func pathSplit(p string) (head, tail string) {
	i := strings.LastIndexByte(p, '/') + 1
	head, tail = p[:i], p[i:]
	if trimmed := strings.TrimRight(head, "/"); trimmed != "" {
		head = trimmed
	}
	return head, tail
}

// pathSplitExt splits off the extension; leading dots of a name begin none.
func pathSplitExt(p string) (root, ext string) {
	base := strings.LastIndexByte(p, '/') + 1
	dot := strings.LastIndexByte(p, '.')
	if dot <= base || strings.Trim(p[base:dot], ".") == "" {
		return p, ""
	}
	return p[:dot], p[dot:]
}

func pathNorm(p string) string {
	// Two leading slashes, and only two, are kept: POSIX says they may mean
	// something.
	if strings.HasPrefix(p, "//") && !strings.HasPrefix(p, "///") {
		return "/" + filepath.Clean(p)
	}
	return filepath.Clean(p)
}

func pathAbs(p string) (starlark.Value, error) {
	abs, err := filepath.Abs(p)
	if err != nil {
		return nil, osError(err)
	}
	return starlark.String(abs), nil
}

// pathReal follows links as far as the path exists.
func pathReal(p string) (starlark.Value, error) {
	abs, err := filepath.Abs(p)
	if err != nil {
		return nil, osError(err)
	}
	rest := ""
	for head := abs; ; head = filepath.Dir(head) {
		real, err := filepath.EvalSymlinks(head)
		if err == nil {
			return starlark.String(filepath.Join(real, rest)), nil
		}
		if !errors.Is(err, os.ErrNotExist) || head == filepath.Dir(head) {
			return starlark.String(abs), nil
		}
		rest = filepath.Join(filepath.Base(head), rest)
	}
}

func pathSize(p string) (starlark.Value, error) {
	info, err := os.Stat(p)
	if err != nil {
		return nil, osError(err)
	}
	return starlark.MakeInt64(info.Size()), nil
}

func pathRel(thread *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var path starlark.Value
	var start starlark.Value = starlark.String(".")
	if err := unpack(b, args, kwargs, "path", &path, "start?", &start); err != nil {
		return nil, err
	}
	var abs [2]string
	for i, v := range []starlark.Value{start, path} {
		p, err := pathText(thread, "relpath", v)
		if err != nil {
			return nil, err
		}
		if abs[i], err = filepath.Abs(p); err != nil {
			return nil, osError(err)
		}
	}
	rel, err := filepath.Rel(abs[0], abs[1])
	if err != nil {
		return nil, builtin.Raise(builtin.ValueError, "%s", err)
	}
	return starlark.String(rel), nil
}

// pathExpandUser puts the user's home for "~"; of other users' homes nothing is
// known here, so such a path stays as it is, as in Python for an unknown user.
func pathExpandUser(p string) string {
	if p != "~" && !strings.HasPrefix(p, "~/") {
		return p
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return p
	}
	return strings.TrimRight(home, "/") + p[1:]
}

// pathExpandVars puts variables for $name and ${name}; unknown ones stay.
func pathExpandVars(p string, lookup func(string) (string, bool)) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(p, "$")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, length := after, 0
		if strings.HasPrefix(after, "{") {
			if end := strings.IndexByte(after, '}'); end > 0 {
				name, length = after[1:end], end+1
			}
		} else {
			for length < len(after) && wordByte(after[length]) {
				length++
			}
			name = after[:length]
		}
		value, known := lookup(name)
		if length == 0 || !known {
			value = "$" + after[:length]
		}
		b.WriteString(value)
		p = after[length:]
	}
}

func wordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}
