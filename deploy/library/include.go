package library

import (
	"path/filepath"
	"strings"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
	"cygnet/fleet"
)

// localModule is `local`: other files of the deploy, and the controller's shell.
func localModule() *definition {
	return &definition{name: "pyinfra.local", what: "function", values: functions(map[string]func(*call) (starlark.Value, error){
		"include": localInclude,
		"shell":   localShell,
	})}
}

// localInclude runs a file in place: its operations belong together, under the
// file's name, and what it changes in config ends with it.
func localInclude(c *call) (starlark.Value, error) {
	var name, data starlark.Value = nil, starlark.None
	if err := c.unpack("filename", &name, "data?", &data); err != nil {
		return nil, err
	}
	path, err := c.path(name)
	if err != nil {
		return nil, err
	}
	s, err := c.session()
	if err != nil {
		return nil, err
	}
	if s.include == nil {
		return nil, builtin.Raise(builtin.RuntimeError, "local.include works in deploy files only")
	}
	defaults, err := defaultsOf("local.include() argument 'data'", data)
	if err != nil {
		return nil, err
	}
	source, err := s.include(IncludePath(s.place(c.thread).file, path))
	if err != nil {
		return nil, &badFileError{err}
	}
	scopes, config := s.scopes, s.config.Config.clone()
	s.scopes = append(scopes[:len(scopes):len(scopes)], scope{name: source.File, globals: map[string]starlark.Value{}, defaults: defaults})
	defer func() { s.scopes, s.config.Config = scopes, config }()
	_, err = source.Program.Starlark.Init(c.thread, source.predeclared)
	return starlark.None, err
}

// IncludePath returns the file that local.include means by a name: relative to
// the working folder or, with ./ before it, to the file that includes it.
func IncludePath(from, name string) string {
	if strings.HasPrefix(name, "./") {
		return filepath.Join(filepath.Dir(from), name)
	}
	return filepath.Clean(name)
}

// A badFileError says that an included file cannot be read or compiled. It is no
// exception: the deploy cannot do without the file.
type badFileError struct{ err error }

func (e *badFileError) Error() string { return e.err.Error() }
func (e *badFileError) Unwrap() error { return e.err }

// defaultsOf reads a dict of data that win over nothing.
func defaultsOf(what string, v starlark.Value) (fleet.Data, error) {
	data := fleet.Data{}
	if v == starlark.None {
		return data, nil
	}
	dict, ok := v.(*starlark.Dict)
	if !ok {
		return nil, builtin.Raise(builtin.TypeError, "%s must be dict, not %s", what, builtin.TypeName(v))
	}
	for _, item := range dict.Items() {
		key, ok := starlark.AsString(item[0])
		if !ok {
			return nil, builtin.Raise(builtin.TypeError, "%s must be a dict with str keys, not %s", what, builtin.TypeName(item[0]))
		}
		value, err := ToData(item[1], false)
		if err != nil {
			return nil, builtin.Raise(builtin.TypeError, "%s: %s: %w", what, key, err)
		}
		data[key] = value
	}
	return data, nil
}
