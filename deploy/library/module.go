package library

import (
	"fmt"
	"slices"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

// module is a module of the library, in one session.
type module struct {
	*definition
	session *Session
	made    map[string]starlark.Value
}

var _ starlark.HasAttrs = (*module)(nil)

// module returns the module of that name, which must exist.
func (s *Session) module(name string) *module {
	name = canonical(name)
	m := s.modules[name]
	if m == nil {
		m = &module{definition: s.library.modules[name], session: s, made: map[string]starlark.Value{}}
		s.modules[name] = m
	}
	return m
}

func (m *module) String() string     { return fmt.Sprintf("<module '%s'>", m.name) }
func (*module) Type() string         { return "module" }
func (*module) Freeze()              {}
func (*module) Truth() starlark.Bool { return true }
func (*module) Hash() (uint32, error) {
	return 0, builtin.Raise(builtin.TypeError, "unhashable type: 'module'")
}

// Attr implements starlark.HasAttrs.
func (m *module) Attr(name string) (starlark.Value, error) {
	if v := m.made[name]; v != nil {
		return v, nil
	}
	if name == "__name__" {
		return starlark.String(m.name), nil
	}
	if make := m.values[name]; make != nil {
		v := make(m.session)
		m.made[name] = v
		return v, nil
	}
	if why, ok := m.later[name]; ok {
		return nil, builtin.Raise(builtin.AttributeError, "%s", later(m.name+"."+name, why))
	}
	return nil, builtin.Raise(builtin.AttributeError, "%s", m.unknown(m.name, name))
}

// AttrNames implements starlark.HasAttrs.
func (m *module) AttrNames() []string { return m.names() }

// object is the part that values of this package have in common: they are true,
// not hashable, and belong to one session.
type object struct{}

func (object) Freeze()               {}
func (object) Truth() starlark.Bool  { return true }
func (object) Hash() (uint32, error) { return 0, builtin.Raise(builtin.TypeError, "unhashable type") }

// attributes are the readable names of a value of this package.
type attributes[T any] map[string]func(T) (starlark.Value, error)

// get returns an attribute, or AttributeError with the nearest name.
func (a attributes[T]) get(value T, what, name string, later map[string]string) (starlark.Value, error) {
	if f := a[name]; f != nil {
		return f(value)
	}
	return nil, missingAttribute(what, name, a.names(), later)
}

func (a attributes[T]) names() []string {
	names := make([]string, 0, len(a))
	for name := range a {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// method makes an attribute of a function.
func method[T any](name string, f func(T, *starlark.Thread, *starlark.Builtin, starlark.Tuple, []starlark.Tuple) (starlark.Value, error)) func(T) (starlark.Value, error) {
	return func(value T) (starlark.Value, error) {
		return starlark.NewBuiltin(name, func(thread *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
			return f(value, thread, b, args, kwargs)
		}), nil
	}
}
