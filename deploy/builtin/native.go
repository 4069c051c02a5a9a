package builtin

import (
	"maps"
	"slices"

	"go.starlark.net/starlark"
)

// A Native is what a class of another package does besides having a name.
type Native struct {
	// Module is the Python module that the class belongs to.
	Module string
	// New makes an instance when the class is called; nil if none can be made.
	New func(thread *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error)
	// Static are the attributes of the class itself, such as datetime.now. They
	// must not be changeable.
	Static map[string]starlark.Value
	// Names are the methods of its instances: such a method that is read from
	// the class takes its instance as the first argument.
	Names []string
}

// NewClass makes a class whose instances another package has: values that say
// by [Classed] that they are of it. It is constant: make it once and keep it in
// a variable. A base of nil means object.
func NewClass(name string, base *Class, native Native) *Class {
	if base == nil {
		base = ObjectClass
	}
	return &Class{name: name, base: base, native: &native}
}

// make calls the class.
func (n *Native) make(c *Class, thread *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if n.New == nil {
		return nil, Raise(TypeError, "cannot create '%s' instances", c.name)
	}
	return n.New(thread, args, kwargs)
}

// attr returns an attribute of the class, or nil.
func (n *Native) attr(c *Class, name string) starlark.Value {
	if v := n.Static[name]; v != nil {
		return v
	}
	if name == "__module__" {
		return starlark.String(n.Module)
	}
	if !slices.Contains(n.Names, name) {
		return nil
	}
	return starlark.NewBuiltin(name, func(thread *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		if len(args) == 0 {
			return nil, Raise(TypeError, "unbound method %s.%s() needs an argument", c.name, name)
		}
		if !ClassOf(args[0]).derives(c) {
			return nil, Raise(TypeError, "descriptor '%s' for '%s' objects doesn't apply to a '%s' object", name, c.name, TypeName(args[0]))
		}
		method, err := getAttr(args[0], name)
		if err != nil {
			return nil, err
		}
		return starlark.Call(thread, method, args[1:], kwargs)
	})
}

// names are the attributes of the class.
func (n *Native) names() []string {
	return slices.Sorted(slices.Values(slices.Concat(slices.Collect(maps.Keys(n.Static)), n.Names)))
}
