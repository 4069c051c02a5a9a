package library

import (
	"os"
	"strings"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

// environment is the environment as the session sees it: that of this process
// when the session first asked, and what the deploy has changed since. It is
// what subprocess gives to commands; hosts get none of it.
func (s *Session) environment() *starlark.Dict {
	if s.env == nil {
		s.env = starlark.NewDict(len(os.Environ()))
		for _, line := range os.Environ() {
			if k, v, ok := strings.Cut(line, "="); ok {
				if err := s.env.SetKey(starlark.String(k), starlark.String(v)); err != nil {
					break // a dict of strings that is new takes every string
				}
			}
		}
	}
	return s.env
}

// lookupEnv returns a variable of the session's environment.
func (s *Session) lookupEnv(name string) (string, bool) {
	v, found, err := s.environment().Get(starlark.String(name))
	if !found || err != nil {
		return "", false
	}
	return starlark.AsString(v)
}

// environLines returns the environment as a command takes it.
func environLines(env starlark.IterableMapping) []string {
	lines := []string{}
	for _, item := range env.Items() {
		lines = append(lines, textOf(item[0])+"="+textOf(item[1]))
	}
	return lines
}

// environ is os.environ. What is assigned is the session's: other hosts do not
// see it.
type environ struct{ *starlark.Dict }

var (
	_ starlark.IterableMapping = environ{}
	_ starlark.Sequence        = environ{}
	_ starlark.HasAttrs        = environ{}
	_ starlark.HasSetKey       = environ{}
)

func (e environ) String() string { return "environ(" + builtin.Repr(e.Dict) + ")" }
func (environ) Type() string     { return "_Environ" }
func (environ) Freeze()          {} // the session's own

func environText(v starlark.Value) error {
	if _, ok := starlark.AsString(v); !ok {
		return builtin.Raise(builtin.TypeError, "str expected, not %s", builtin.TypeName(v))
	}
	return nil
}

// Get implements starlark.Mapping.
func (e environ) Get(k starlark.Value) (starlark.Value, bool, error) {
	if err := environText(k); err != nil {
		return nil, false, err
	}
	return e.Dict.Get(k)
}

// SetKey implements starlark.HasSetKey.
func (e environ) SetKey(k, v starlark.Value) error {
	if err := environText(k); err != nil {
		return err
	}
	if err := environText(v); err != nil {
		return err
	}
	if name := textOf(k); name == "" || strings.ContainsAny(name, "=\x00") {
		return builtin.Raise(builtin.ValueError, "illegal environment variable name")
	}
	return e.Dict.SetKey(k, v)
}

var environNames = []string{"copy", "get", "items", "keys", "pop", "setdefault", "update", "values"}

// AttrNames implements starlark.HasAttrs.
func (environ) AttrNames() []string { return environNames }

// Attr implements starlark.HasAttrs: the methods of a dict.
func (e environ) Attr(name string) (starlark.Value, error) {
	switch name {
	case "copy", "get", "items", "keys", "pop", "values":
		return e.method(name)
	case "setdefault":
		return function(name, func(c *call) (starlark.Value, error) {
			var k, v starlark.Value
			if err := c.unpack("key", &k, "value", &v); err != nil {
				return nil, err
			}
			if old, found, err := e.Get(k); found || err != nil {
				return old, err
			}
			return v, e.SetKey(k, v)
		}), nil
	case "update":
		return function(name, e.update), nil
	}
	return nil, missingAttribute("os.environ", name, environNames, map[string]string{"clear": "", "popitem": ""})
}

// method is a method that dicts have too.
func (e environ) method(name string) (starlark.Value, error) {
	f, err := builtin.DictClass.Attr(name)
	if err != nil {
		return nil, err
	}
	return function(name, func(c *call) (starlark.Value, error) {
		return starlark.Call(c.thread, f, append(starlark.Tuple{e.Dict}, c.args...), c.kwargs)
	}), nil
}

// update takes what dict takes.
func (e environ) update(c *call) (starlark.Value, error) {
	v, err := starlark.Call(c.thread, builtin.DictClass, c.args, c.kwargs)
	if err != nil {
		return nil, err
	}
	dict, ok := v.(*starlark.Dict)
	if !ok {
		return nil, builtin.Raise(builtin.TypeError, "'%s' object is not a mapping", builtin.TypeName(v))
	}
	for _, item := range dict.Items() {
		if err := e.SetKey(item[0], item[1]); err != nil {
			return nil, err
		}
	}
	return starlark.None, nil
}
