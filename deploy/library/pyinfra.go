package library

import (
	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

// contextNames are the objects that `from pyinfra import ...` gives.
func contextNames() map[string]func(*Session) starlark.Value {
	return map[string]func(*Session) starlark.Value{
		"host":      func(s *Session) starlark.Value { return s.hostOrNone() },
		"inventory": func(s *Session) starlark.Value { return s.inventoryOrNone() },
		"config":    func(s *Session) starlark.Value { return s.config },
		"state":     func(s *Session) starlark.Value { return &stateObject{session: s} },
		"logger":    func(s *Session) starlark.Value { return &loggerObject{session: s} },
	}
}

func pyinfraModule() *definition {
	values := contextNames()
	for _, name := range []string{"operations", "facts", "api", "context", "local"} {
		values[name] = submodule("pyinfra." + name)
	}
	return &definition{name: "pyinfra", values: values, what: "name"}
}

func contextModule() *definition {
	return &definition{name: "pyinfra.context", values: contextNames(), what: "name"}
}

func (s *Session) hostOrNone() starlark.Value {
	if s.object == nil {
		return &absent{"host", "a deploy file"}
	}
	return s.object
}

func (s *Session) inventoryOrNone() starlark.Value {
	if s.inventory == nil {
		return &absent{"inventory", "a deploy file or in group data"}
	}
	return &inventoryObject{session: s}
}

// absent is a name that has no meaning in the kind of file that runs.
type absent struct{ name, where string }

var _ starlark.HasSetField = (*absent)(nil)

func (a *absent) String() string        { return "<" + a.name + ">" }
func (*absent) Type() string            { return "NoneType" }
func (*absent) Freeze()                 {}
func (*absent) Truth() starlark.Bool    { return false }
func (a *absent) Hash() (uint32, error) { return starlark.String(a.name).Hash() }
func (*absent) AttrNames() []string     { return nil }
func (a *absent) missing(name string) error {
	return builtin.Raise(builtin.RuntimeError, "%s.%s: there is a %s only in %s", a.name, name, a.name, a.where)
}

// Attr implements starlark.HasAttrs.
func (a *absent) Attr(name string) (starlark.Value, error) { return nil, a.missing(name) }

// SetField implements starlark.HasSetField.
func (a *absent) SetField(name string, _ starlark.Value) error { return a.missing(name) }
