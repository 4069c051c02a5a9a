package builtin

import (
	"errors"
	"iter"
	"slices"

	"go.starlark.net/starlark"

	"cygnet/op/argument"
)

// keysOf gives the names in some tables.
func keysOf(tables ...table) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, t := range tables {
			for name := range t {
				if !yield(name) {
					return
				}
			}
		}
	}
}

// hint ends a message about a name that is unknown.
func hint(name string, known []string) string {
	if near := argument.Nearest(name, known); near != "" {
		return ". Did you mean: '" + near + "'?"
	}
	return ""
}

// methodsOf are the methods that this package gives a value. Values of other
// packages have their own.
func methodsOf(v starlark.Value) table {
	t := all().methods
	if w, ok := v.(*view); ok {
		if w.kind != "dict_values" {
			return t["dict_keys"]
		}
		return nil
	}
	class := ClassOf(v)
	if _, foreign := v.(Classed); foreign || class.unknown {
		return nil
	}
	return t[class.name]
}

// getAttr is x.name.
func getAttr(x starlark.Value, name string) (starlark.Value, error) {
	if h, ok := x.(holder); ok && h.PyClass().user != nil {
		return attrOf(h, name)
	}
	if f := methodsOf(x)[name]; f != nil {
		return f.value.BindReceiver(x), nil
	}
	if v := special(x, name); v != nil {
		return v, nil
	}
	if h, ok := x.(starlark.HasAttrs); ok && methodsOf(x) == nil {
		v, err := h.Attr(name)
		if _, missing := errors.AsType[starlark.NoSuchAttrError](err); missing {
			v, err = nil, nil
		}
		if v != nil || err != nil {
			return v, err
		}
	}
	return nil, Raise(AttributeError, "'%s' object has no attribute '%s'%s", TypeName(x), name, hint(name, attrNames(x)))
}

// special is an attribute that every value of a kind has; nil if there is none.
func special(x starlark.Value, name string) starlark.Value {
	switch name {
	case "__class__":
		return ClassOf(x)
	case "__name__", "__qualname__":
		if f, ok := x.(starlark.Callable); ok {
			if _, isClass := x.(*Class); !isClass {
				if name == "__name__" {
					return str(shortName(f.Name()))
				}
				return str(f.Name())
			}
		}
	case "__doc__":
		if f, ok := x.(*starlark.Function); ok && f.Doc() != "" {
			return str(f.Doc())
		}
		if _, foreign := x.(starlark.HasAttrs); !foreign || methodsOf(x) != nil {
			return starlark.None
		}
	case "real", "numerator":
		if n, ok := asInt(x); ok {
			return n
		}
	case "imag":
		if _, ok := asInt(x); ok {
			return starlark.MakeInt(0)
		}
	case "denominator":
		if _, ok := asInt(x); ok {
			return starlark.MakeInt(1)
		}
	case "__iter__", "__len__", "__call__":
		if protocol(x, name) {
			return boundProtocol(x, name)
		}
	}
	return nil
}

// protocol reports whether a value can do what a name with underscores says;
// programs ask that by hasattr.
func protocol(x starlark.Value, name string) bool {
	switch name {
	case "__call__":
		_, ok := x.(starlark.Callable)
		return ok
	case "__len__":
		_, err := length(x)
		return err == nil
	}
	switch x.(type) {
	case starlark.String, starlark.Bytes, starlark.Iterable:
		return true
	}
	return false
}

func boundProtocol(x starlark.Value, name string) starlark.Value {
	return starlark.NewBuiltin(name, func(thread *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		if name == "__call__" {
			return starlark.Call(thread, x, args, kwargs)
		}
		f := map[string]string{"__iter__": "iter", "__len__": "len"}[name]
		return all().functions[f].call(thread, nil, append(starlark.Tuple{x}, args...), kwargs)
	})
}

// attrNames are the names that dir(x) gives.
func attrNames(x starlark.Value) []string {
	if methods := methodsOf(x); methods != nil {
		return slices.Sorted(keysOf(methods))
	}
	if h, ok := x.(starlark.HasAttrs); ok {
		return slices.Sorted(slices.Values(h.AttrNames()))
	}
	return nil
}

// setAttr is x.name = value.
func setAttr(x starlark.Value, name string, v starlark.Value) error {
	f, ok := x.(starlark.HasSetField)
	if !ok {
		if attr, err := getAttr(x, name); err == nil && attr != nil {
			return Raise(AttributeError, "'%s' object attribute '%s' is read-only", TypeName(x), name)
		}
		return Raise(AttributeError, "'%s' object has no attribute '%s'", TypeName(x), name)
	}
	err := f.SetField(name, v)
	if _, missing := errors.AsType[starlark.NoSuchAttrError](err); missing {
		return Raise(AttributeError, "'%s' object has no attribute '%s'%s", TypeName(x), name, hint(name, f.AttrNames()))
	}
	return err
}

// A deleter is a value of another package whose attributes can be deleted.
type deleter interface{ DelField(name string) error }

func delAttr(x starlark.Value, name string) error {
	if d, ok := x.(deleter); ok {
		return d.DelField(name)
	}
	if _, err := getAttr(x, name); err != nil {
		return err
	}
	return Raise(AttributeError, "'%s' object attribute '%s' is read-only", TypeName(x), name)
}

// isAttributeError reports what hasattr and getattr with a default catch.
func isAttributeError(err error) bool {
	e, ok := errors.AsType[*Exception](err)
	return ok && e.IsA(AttributeError)
}
