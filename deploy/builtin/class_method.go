package builtin

import (
	"slices"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

type starlarkToken = syntax.Token

// wrapped is the part that values around a function have in common.
type wrapped struct {
	kind     string
	function starlark.Value
}

func (w *wrapped) String() string      { return "<" + w.kind + "(" + Repr(w.function) + ")>" }
func (w *wrapped) Type() string        { return w.kind }
func (w *wrapped) Freeze()             { w.function.Freeze() }
func (*wrapped) Truth() starlark.Bool  { return true }
func (*wrapped) Hash() (uint32, error) { return 0, Raise(TypeError, "unhashable type") }

// A classMethod is what @classmethod makes of a function.
type classMethod struct{ wrapped }

// A staticMethod is what @staticmethod makes of a function. It can be called.
type staticMethod struct{ wrapped }

// An abstractMethod is what @abstractmethod makes of a function. It can be
// called, from derived classes.
type abstractMethod struct{ wrapped }

func (m *staticMethod) Name() string { return nameOf(m.function) }

// CallInternal implements starlark.Callable.
func (m *staticMethod) CallInternal(thread *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	return starlark.Call(thread, m.function, args, kwargs)
}

func (m *abstractMethod) Name() string { return nameOf(m.function) }

// CallInternal implements starlark.Callable.
func (m *abstractMethod) CallInternal(thread *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	return starlark.Call(thread, m.function, args, kwargs)
}

// NewAbstractMethod marks a function or property: classes that derive from ABC
// and do not define it cannot have instances.
func NewAbstractMethod(f starlark.Value) starlark.Value {
	if p, ok := f.(*Property); ok {
		marked := *p
		marked.abstract = true
		return &marked
	}
	return &abstractMethod{wrapped{"abstractmethod", f}}
}

// isAbstract reports whether an attribute is still to be defined.
func isAbstract(v starlark.Value) bool {
	switch v := v.(type) {
	case *abstractMethod:
		return true
	case *classMethod:
		return isAbstract(v.function)
	case *staticMethod:
		return isAbstract(v.function)
	case *Property:
		return v.abstract || v.fget != nil && isAbstract(v.fget)
	}
	return false
}

// abstractNames returns what a class has still to define, in order of the names.
func (c *Class) abstractNames() []string {
	var names []string
	for _, class := range c.order() {
		if class.user == nil {
			continue
		}
		for _, item := range class.user.members.Items() {
			name := Str(item[0])
			if !isAbstract(item[1]) || slices.Contains(names, name) {
				continue
			}
			if v, _ := c.find(name); isAbstract(v) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names
}

// A Property is an attribute that is computed.
type Property struct {
	fget, fset, fdel starlark.Value // nil if absent
	doc              starlark.Value
	abstract         bool
	cached           string // the name under which the value is kept; "" if it is not
}

var (
	_ starlark.HasAttrs = (*Property)(nil)
)

// CachedProperty makes an attribute that is computed when it is first read.
func CachedProperty(f starlark.Callable) *Property {
	return &Property{fget: f, cached: shortName(f.Name())}
}

func (*Property) String() string          { return "<property object>" }
func (*Property) Type() string            { return "property" }
func (*Property) Truth() starlark.Bool    { return true }
func (p *Property) Hash() (uint32, error) { return uint32(identity(p)), nil }

// Freeze implements starlark.Value.
func (p *Property) Freeze() {
	for _, f := range []starlark.Value{p.fget, p.fset, p.fdel} {
		if f != nil {
			f.Freeze()
		}
	}
}

// AttrNames implements starlark.HasAttrs.
func (*Property) AttrNames() []string {
	return []string{"deleter", "fdel", "fget", "fset", "getter", "setter"}
}

// Attr implements starlark.HasAttrs.
func (p *Property) Attr(name string) (starlark.Value, error) {
	change := func(set func(*Property, starlark.Value)) (starlark.Value, error) {
		return starlark.NewBuiltin(name, func(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
			if len(args) != 1 {
				return nil, Raise(TypeError, "property.%s() takes exactly one argument (%d given)", name, len(args))
			}
			changed := *p
			set(&changed, args[0])
			return &changed, nil
		}), nil
	}
	switch name {
	case "setter":
		return change(func(q *Property, f starlark.Value) { q.fset = f })
	case "getter":
		return change(func(q *Property, f starlark.Value) { q.fget = f })
	case "deleter":
		return change(func(q *Property, f starlark.Value) { q.fdel = f })
	case "fget":
		return or(p.fget, starlark.None), nil
	case "fset":
		return or(p.fset, starlark.None), nil
	case "fdel":
		return or(p.fdel, starlark.None), nil
	case "__doc__":
		if p.doc != nil {
			return p.doc, nil
		}
		if p.fget != nil {
			return getAttr(p.fget, "__doc__")
		}
		return starlark.None, nil
	}
	return nil, nil
}

// newProperty is property(fget, fset, fdel, doc).
func newProperty(c *call) starlark.Value {
	p := &Property{}
	for i, to := range []*starlark.Value{&p.fget, &p.fset, &p.fdel, &p.doc} {
		if c.given(i) {
			*to = c.args[i]
		}
	}
	return p
}

// get computes the attribute of an instance.
func (p *Property) get(self starlark.Value, class *Class) (starlark.Value, error) {
	if p.fget == nil {
		return nil, Raise(AttributeError, "property of '%s' object has no getter", class.name)
	}
	v, err := callMethod(class, p.fget, self)
	if err == nil && p.cached != "" {
		if h, ok := self.(holder); ok {
			err = h.setField(p.cached, v)
		}
	}
	return v, err
}

// callMethod calls a function that belongs to a class of a file.
func callMethod(class *Class, f starlark.Value, args ...starlark.Value) (starlark.Value, error) {
	if class.user == nil {
		return nil, Raise(TypeError, "'%s' has no thread to run in", class.name)
	}
	return class.user.callFrom(f, args...)
}
