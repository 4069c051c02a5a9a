package builtin

import (
	"maps"
	"slices"
	"strings"

	"go.starlark.net/starlark"
)

// find returns an attribute of a class, as it was bound, and the class that has
// it; nil if there is none. Of the builtin classes only what instances of derived
// classes need is found.
func (c *Class) find(name string) (starlark.Value, *Class) {
	return findIn(c.order(), name)
}

// findAfter is find among the classes that come after another one.
func (c *Class) findAfter(after *Class, name string) (starlark.Value, *Class) {
	order := c.order()
	return findIn(order[slices.Index(order, after)+1:], name)
}

func findIn(order []*Class, name string) (starlark.Value, *Class) {
	for _, class := range order {
		if class.user != nil {
			if v := member(class.user.members, name); v != nil {
				return v, class
			}
			continue
		}
		if f := all().methods[class.name][name]; f != nil && !class.unknown && class.native == nil {
			return &builtinMethod{f}, class
		}
		if f := slots(class)[name]; f != nil {
			return &builtinMethod{f}, class
		}
	}
	return nil, nil
}

// A builtinMethod is a method of a builtin class, found for an instance of a
// class that derives from it.
type builtinMethod struct{ f *function }

func (m *builtinMethod) String() string      { return "<method '" + m.f.name + "'>" }
func (*builtinMethod) Type() string          { return "method_descriptor" }
func (*builtinMethod) Freeze()               {} // constant
func (*builtinMethod) Truth() starlark.Bool  { return true }
func (*builtinMethod) Hash() (uint32, error) { return 0, Raise(TypeError, "unhashable type") }

// Binder is implemented by functions of other packages that become methods when
// they are attributes of a class: what a decorator has made of a function.
type Binder interface {
	starlark.Callable
	BindsInstance()
}

// bind returns an attribute of a class as an instance has it. self is nil where
// the class itself is asked.
func bind(v, self starlark.Value, class *Class) (starlark.Value, error) {
	switch v := v.(type) {
	case *abstractMethod:
		return bind(v.function, self, class)
	case *starlark.Function, Binder:
		if self != nil {
			return &boundMethod{self: self, function: v.(starlark.Callable)}, nil
		}
	case *builtinMethod:
		if self == nil {
			return v.unbound(), nil
		}
		return v.f.value.BindReceiver(v.receiver(self)), nil
	case *classMethod:
		if class == nil {
			return v, nil
		}
		return &boundMethod{self: class, function: v.function.(starlark.Callable)}, nil
	case *staticMethod:
		return bind(v.function, nil, class)
	case *Property:
		if self != nil {
			return v.get(self, class)
		}
	}
	return v, nil
}

// receiver returns what a method of a builtin class works on.
func (m *builtinMethod) receiver(self starlark.Value) starlark.Value {
	if i, ok := self.(*Instance); ok && i.payload != nil && !m.f.whole {
		return i.payload
	}
	return self
}

// unbound is the method as a function whose first argument is the instance.
func (m *builtinMethod) unbound() starlark.Value {
	return starlark.NewBuiltin(m.f.name, func(thread *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		if len(args) == 0 {
			return nil, Raise(TypeError, "unbound method %s() needs an argument", m.f.full)
		}
		return m.f.call(thread, m.receiver(args[0]), args[1:], kwargs)
	})
}

// A boundMethod is a method of an instance, or a class method of a class.
type boundMethod struct {
	self     starlark.Value
	function starlark.Callable
}

var (
	_ starlark.Callable   = (*boundMethod)(nil)
	_ starlark.HasAttrs   = (*boundMethod)(nil)
	_ starlark.Comparable = (*boundMethod)(nil)
)

func (m *boundMethod) Name() string { return m.function.Name() }
func (m *boundMethod) String() string {
	return "<bound method " + m.function.Name() + " of " + Repr(m.self) + ">"
}
func (*boundMethod) Type() string         { return "method" }
func (*boundMethod) Truth() starlark.Bool { return true }
func (m *boundMethod) Freeze()            { m.self.Freeze(); m.function.Freeze() }
func (m *boundMethod) Hash() (uint32, error) {
	h, err := m.self.Hash()
	return h ^ uint32(identity(m.function)), err
}

// CallInternal implements starlark.Callable.
func (m *boundMethod) CallInternal(thread *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if w := worldOfValue(m.self); w != nil {
		defer w.Enter(thread)()
	}
	all := make(starlark.Tuple, 0, len(args)+1)
	all = append(append(all, m.self), args...)
	return starlark.Call(thread, m.function, all, kwargs)
}

// worldOfValue returns the world of an instance or a class; nil if it has none or
// is shared.
func worldOfValue(v starlark.Value) *World {
	class, ok := v.(*Class)
	if !ok {
		class = ClassOf(v)
	}
	if class.user == nil || class.user.frozen {
		return nil
	}
	return class.user.world
}

// CompareSameType implements starlark.Comparable.
func (m *boundMethod) CompareSameType(op starlarkToken, other starlark.Value, _ int) (bool, error) {
	o, ok := other.(*boundMethod)
	return compareIdentity(op, ok && identical(m.self, o.self) && m.function == o.function, m, other)
}

// Attr implements starlark.HasAttrs.
func (m *boundMethod) Attr(name string) (starlark.Value, error) {
	switch name {
	case "__self__":
		return m.self, nil
	case "__func__":
		return m.function, nil
	}
	return getAttr(m.function, name)
}

// AttrNames implements starlark.HasAttrs.
func (*boundMethod) AttrNames() []string { return []string{"__func__", "__self__"} }

// ---- Attributes of classes

// attr returns an attribute of a class that a file has made.
func (c *Class) attr(name string) (starlark.Value, error) {
	u := c.user
	switch name {
	case "__name__":
		return starlark.String(c.name), nil
	case "__qualname__":
		return starlark.String(u.qualname), nil
	case "__bases__":
		return classTuple(u.bases), nil
	case "__mro__":
		return classTuple(u.mro), nil
	case "__dict__":
		return copyDict(u.members)
	case "mro":
		return starlark.NewBuiltin("mro", func(*starlark.Thread, *starlark.Builtin, starlark.Tuple, []starlark.Tuple) (starlark.Value, error) {
			return starlark.NewList(classTuple(u.mro)), nil
		}), nil
	case "__annotations__":
		return u.annotations()
	}
	if u.enum != nil {
		if v := u.enum.attr(c, name); v != nil {
			return v, nil
		}
	}
	v, owner := c.find(name)
	if v == nil {
		if name == "__doc__" {
			return starlark.None, nil
		}
		return nil, Raise(AttributeError, "type object '%s' has no attribute '%s'%s", c.name, name, hint(name, c.names()))
	}
	if b, ok := v.(*builtinMethod); ok && owner.user == nil && all().static[owner.name][name] != nil {
		return b, nil
	}
	return bind(v, nil, c)
}

func classTuple(classes []*Class) starlark.Tuple {
	out := make(starlark.Tuple, len(classes))
	for i, c := range classes {
		out[i] = c
	}
	return out
}

func (u *userClass) annotations() (starlark.Value, error) {
	d := starlark.NewDict(len(u.notes))
	for _, n := range u.notes {
		if err := d.SetKey(starlark.String(n.name), starlark.String(n.text)); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// names are the attributes that a class and its bases have.
func (c *Class) names() []string {
	set := map[string]bool{}
	for _, class := range c.order() {
		if class.user != nil {
			for _, name := range keyTexts(class.user.members) {
				set[name] = true
			}
			continue
		}
		for name := range keysOf(all().methods[class.name]) {
			set[name] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
}

// SetField implements starlark.HasSetField.
func (c *Class) SetField(name string, v starlark.Value) error {
	switch {
	case c.user == nil:
		return Raise(TypeError, "cannot set '%s' attribute of immutable type '%s'", name, c.name)
	case c.user.frozen:
		return Raise(TypeError, "class %s is shared and cannot be changed", c.name)
	case c.user.enum != nil && c.user.enum.named(name) != nil:
		return Raise(AttributeError, "cannot reassign member '%s'", name)
	case name == "__name__":
		if s, ok := starlark.AsString(v); ok {
			c.name = s
			return nil
		}
		return Raise(TypeError, "can only assign string to %s.__name__, not '%s'", c.name, TypeName(v))
	case slices.Contains([]string{"__bases__", "__mro__", "__dict__", "__class__"}, name):
		return Raise(NotImplementedError, "%s.%s cannot be set here", c.name, name)
	}
	return setKey(c.user.members, starlark.String(name), v)
}

// DelField implements deleter.
func (c *Class) DelField(name string) error {
	if c.user == nil || c.user.frozen {
		return Raise(TypeError, "cannot delete '%s' attribute of immutable type '%s'", name, c.name)
	}
	_, found, err := c.user.members.Delete(starlark.String(name))
	if err == nil && !found {
		err = Raise(AttributeError, "type object '%s' has no attribute '%s'", c.name, name)
	}
	return Translate(err)
}

// ---- super

// A superValue is what super() returns: the attributes of the classes after one.
type superValue struct {
	class *Class         // after which attributes are looked for
	self  starlark.Value // an instance, or a class
	of    *Class         // whose order counts
}

var _ starlark.HasAttrs = (*superValue)(nil)

func (s *superValue) String() string {
	return "<super: <class '" + s.class.name + "'>, <" + s.of.name + " object>>"
}
func (*superValue) Type() string          { return "super" }
func (s *superValue) Freeze()             { s.self.Freeze() }
func (*superValue) Truth() starlark.Bool  { return true }
func (*superValue) Hash() (uint32, error) { return 0, Raise(TypeError, "unhashable type: 'super'") }
func (s *superValue) AttrNames() []string { return nil }

// newSuper is super(class, instance). The lowering gives a super() without
// arguments both.
func newSuper(c *call) starlark.Value {
	if !c.has(1) {
		return c.raise(RuntimeError, "super(): no arguments")
	}
	class, ok := c.args[0].(*Class)
	if !ok {
		return c.raise(TypeError, "super() argument 1 must be a type, not %s", TypeName(c.args[0]))
	}
	self := c.args[1]
	of := ClassOf(self)
	if asClass, ok := self.(*Class); ok && asClass.derives(class) {
		of = asClass
	}
	if !of.derives(class) {
		return c.raise(TypeError, "super(type, obj): obj must be an instance or subtype of type")
	}
	return &superValue{class: class, self: self, of: of}
}

// Attr implements starlark.HasAttrs.
func (s *superValue) Attr(name string) (starlark.Value, error) {
	v, owner := s.of.findAfter(s.class, name)
	if v == nil {
		return nil, Raise(AttributeError, "'super' object has no attribute '%s'", name)
	}
	if name == "__new__" || name == "__class_getitem__" {
		if m, ok := v.(*staticMethod); ok {
			v = m.function
		}
		return bind(v, nil, s.of)
	}
	if _, isClass := s.self.(*Class); isClass {
		if name == "__init_subclass__" && owner.user != nil {
			return &boundMethod{self: s.of, function: functionOf(v)}, nil
		}
		if b, ok := v.(*builtinMethod); ok && name == "__init_subclass__" {
			return b.f.value.BindReceiver(s.self), nil
		}
		return bind(v, nil, s.of)
	}
	return bind(v, s.self, s.of)
}

// functionOf returns the function of a method.
func functionOf(v starlark.Value) starlark.Callable {
	switch m := v.(type) {
	case *classMethod:
		return functionOf(m.function)
	case *staticMethod:
		return functionOf(m.function)
	case *abstractMethod:
		return functionOf(m.function)
	}
	f, _ := v.(starlark.Callable)
	return f
}

// shortName is a function's name without that of its class.
func shortName(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }
