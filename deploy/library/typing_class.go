package library

import (
	"strings"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

// typingClasses are the names of module typing that class statements use, and
// its functions.
func typingClasses() map[string]func(*Session) starlark.Value {
	values := map[string]func(*Session) starlark.Value{
		"NamedTuple":   constant(builtin.NamedTupleClass),
		"TypedDict":    constant(builtin.TypedDictClass),
		"Protocol":     constant(builtin.ProtocolClass()),
		"Generic":      constant(hint("typing.Generic")),
		"NewType":      constant(starlark.NewBuiltin("NewType", newType)),
		"assert_never": constant(starlark.NewBuiltin("assert_never", assertNever)),
	}
	for _, name := range []string{"final", "no_type_check", "override", "runtime_checkable"} {
		values[name] = constant(starlark.NewBuiltin(name, sameValue))
	}
	for _, name := range []string{"ParamSpec", "TypeVarTuple"} {
		values[name] = constant(starlark.NewBuiltin(name, typingVar))
	}
	return values
}

// BaseClass implements builtin.Base: a class may derive from Generic[T], which
// means nothing.
func (hint) BaseClass() *builtin.Class { return builtin.ObjectClass }

// sameValue returns its argument.
func sameValue(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var v starlark.Value
	if err := unpack(b, args, kwargs, "arg", &v); err != nil {
		return nil, err
	}
	return v, nil
}

// newType is NewType(name, type): a function that returns its argument.
func newType(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var name string
	var of starlark.Value
	if err := unpack(b, args, kwargs, "name", &name, "tp", &of); err != nil {
		return nil, err
	}
	return starlark.NewBuiltin(name, sameValue), nil
}

func assertNever(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var v starlark.Value
	if err := unpack(b, args, kwargs, "arg", &v); err != nil {
		return nil, err
	}
	return nil, builtin.Raise(builtin.AssertionError, "Expected code to be unreachable, but got: %s", builtin.Repr(v))
}

// namedTuple is collections.namedtuple(typename, field_names).
func namedTuple(thread *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var name string
	var fields, module starlark.Value
	var defaults starlark.Value = starlark.None
	rename := false
	if err := unpack(b, args, kwargs, "typename", &name, "field_names", &fields, "rename?", &rename, "defaults?", &defaults, "module?", &module); err != nil {
		return nil, err
	}
	if rename {
		return nil, builtin.Raise(builtin.NotImplementedError, "namedtuple(rename=True) is not supported: write the names out")
	}
	var names []string
	if text, ok := starlark.AsString(fields); ok {
		names = strings.Fields(strings.ReplaceAll(text, ",", " "))
	} else {
		items, err := builtin.Collect(fields)
		if err != nil {
			return nil, err
		}
		for _, item := range items {
			names = append(names, builtin.Str(item))
		}
	}
	var last []starlark.Value
	if defaults != starlark.None {
		var err error
		if last, err = builtin.Collect(defaults); err != nil {
			return nil, err
		}
	}
	return builtin.NewNamedTuple(thread, name, names, last)
}
