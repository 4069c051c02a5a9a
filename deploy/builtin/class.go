package builtin

import (
	"fmt"
	"slices"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// A Class is a class as a value: what type(x) returns, what isinstance compares
// with, and what is called to make an instance. It is constant.
type Class struct {
	name      string
	base      *Class
	open      bool // it adds nothing but a meaning, and others may derive from it
	exception bool // instances are *Exception
	unknown   bool // made for a type that this package does not know
	native    *Native

	user    *userClass                         // nil unless a file has made it
	mixed   []*Class                           // the class and its bases, where there are several
	derived func(*Class, *starlark.Dict) error // what happens to a class that has it as a base; may be nil
}

var (
	_ starlark.Callable   = (*Class)(nil)
	_ starlark.HasAttrs   = (*Class)(nil)
	_ starlark.Comparable = (*Class)(nil)
	_ starlark.HasBinary  = (*Class)(nil)
)

// The classes of values that programs can name.
var (
	ObjectClass    = &Class{name: "object"}
	TypeClass      = &Class{name: "type", base: ObjectClass}
	IntClass       = &Class{name: "int", base: ObjectClass}
	BoolClass      = &Class{name: "bool", base: IntClass}
	FloatClass     = &Class{name: "float", base: ObjectClass}
	StrClass       = &Class{name: "str", base: ObjectClass}
	BytesClass     = &Class{name: "bytes", base: ObjectClass}
	ListClass      = &Class{name: "list", base: ObjectClass}
	TupleClass     = &Class{name: "tuple", base: ObjectClass}
	DictClass      = &Class{name: "dict", base: ObjectClass}
	SetClass       = &Class{name: "set", base: ObjectClass}
	FrozenSetClass = &Class{name: "frozenset", base: ObjectClass}
	RangeClass     = &Class{name: "range", base: ObjectClass}
	EnumerateClass = &Class{name: "enumerate", base: ObjectClass}
	ZipClass       = &Class{name: "zip", base: ObjectClass}
	MapClass       = &Class{name: "map", base: ObjectClass}
	FilterClass    = &Class{name: "filter", base: ObjectClass}
	ReversedClass  = &Class{name: "reversed", base: ObjectClass}

	propertyClass     = &Class{name: "property", base: ObjectClass}
	classMethodClass  = &Class{name: "classmethod", base: ObjectClass}
	staticMethodClass = &Class{name: "staticmethod", base: ObjectClass}
	superClass        = &Class{name: "super", base: ObjectClass}

	valueClasses = []*Class{
		ObjectClass, TypeClass, IntClass, BoolClass, FloatClass, StrClass, BytesClass, ListClass, TupleClass,
		DictClass, SetClass, FrozenSetClass, RangeClass, EnumerateClass, ZipClass, MapClass, FilterClass, ReversedClass,
		propertyClass, classMethodClass, staticMethodClass, superClass,
	}
)

// Classes returns every class that has a builtin name.
func Classes() []*Class { return slices.Concat(valueClasses, exceptionClasses) }

// Name implements starlark.Callable.
func (c *Class) Name() string { return c.name }

// Base returns the class that this one derives from; nil for object.
func (c *Class) Base() *Class { return c.base }

// derives reports whether a class is another one or derives from it.
func (c *Class) derives(from *Class) bool {
	if c != nil && (c.user != nil || c.mixed != nil) {
		return slices.ContainsFunc(c.order(), from.same)
	}
	for ; c != nil; c = c.base {
		if c.same(from) {
			return true
		}
	}
	return false
}

func (c *Class) same(d *Class) bool { return c == d || c.unknown && d.unknown && c.name == d.name }

func (c *Class) String() string {
	switch {
	case c.user == nil:
		return "<class '" + c.name + "'>"
	case c.user.enum != nil && c.user.enum.flag:
		return "<flag '" + c.name + "'>"
	case c.user.enum != nil:
		return "<enum '" + c.name + "'>"
	}
	return "<class '" + c.module() + "." + c.user.qualname + "'>"
}
func (*Class) Type() string            { return "type" }
func (*Class) Truth() starlark.Bool    { return true }
func (c *Class) Hash() (uint32, error) { return starlark.String(c.name).Hash() }

// CompareSameType implements starlark.Comparable.
func (c *Class) CompareSameType(op syntax.Token, other starlark.Value, _ int) (bool, error) {
	same := c.same(other.(*Class))
	switch op {
	case syntax.EQL:
		return same, nil
	case syntax.NEQ:
		return !same, nil
	}
	return false, Raise(TypeError, "'%s' not supported between instances of 'type' and 'type'", op)
}

// CallInternal implements starlark.Callable: it makes an instance.
func (c *Class) CallInternal(thread *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if c.user != nil {
		return c.make(thread, args, kwargs)
	}
	if c.exception {
		if len(kwargs) > 0 {
			return nil, Raise(TypeError, "%s() takes no keyword arguments", c.name)
		}
		return newException(c.forErrno(args), args...), nil
	}
	if c.native != nil {
		return c.native.make(c, thread, args, kwargs)
	}
	if f := all().constructors[c.name]; f != nil && !c.unknown {
		return f.call(thread, nil, args, kwargs)
	}
	return nil, Raise(TypeError, "cannot create '%s' instances", c.name)
}

// Attr implements starlark.HasAttrs. A method that is read from the class takes
// its instance as the first argument.
func (c *Class) Attr(name string) (starlark.Value, error) {
	if c.user != nil {
		return c.attr(name)
	}
	for base := c; base != nil && base.native != nil; base = base.base {
		if v := base.native.attr(c, name); v != nil {
			return v, nil
		}
	}
	switch name {
	case "__name__", "__qualname__":
		return starlark.String(c.name), nil
	case "__module__":
		return starlark.String("builtins"), nil
	case "__doc__":
		return starlark.None, nil
	case "__dict__":
		return starlark.NewDict(0), nil
	case "__mro__":
		return classTuple(c.order()), nil
	case "__bases__":
		if c.base == nil {
			return starlark.Tuple{}, nil
		}
		return starlark.Tuple{c.base}, nil
	}
	if f := all().static[c.name][name]; f != nil {
		return f.value, nil
	}
	f := all().methods[c.name][name]
	if f == nil && c.native == nil {
		if v, _ := c.find(name); v != nil {
			return bind(v, nil, c)
		}
	}
	if f == nil {
		return nil, Raise(AttributeError, "type object '%s' has no attribute '%s'%s", c.name, name, hint(name, c.AttrNames()))
	}
	return starlark.NewBuiltin(name, func(thread *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		if len(args) == 0 {
			return nil, Raise(TypeError, "unbound method %s() needs an argument", f.full)
		}
		if !ClassOf(args[0]).derives(c) {
			return nil, Raise(TypeError, "descriptor '%s' for '%s' objects doesn't apply to a '%s' object", name, c.name, TypeName(args[0]))
		}
		return f.call(thread, args[0], args[1:], kwargs)
	}), nil
}

// AttrNames implements starlark.HasAttrs.
func (c *Class) AttrNames() []string {
	if c.user != nil {
		return c.names()
	}
	if c.native != nil {
		return c.native.names()
	}
	return slices.Sorted(keysOf(all().methods[c.name], all().static[c.name]))
}

// Binary implements starlark.HasBinary: `int | str`, which isinstance takes as
// it takes a tuple.
func (c *Class) Binary(op syntax.Token, y starlark.Value, side starlark.Side) (starlark.Value, error) {
	if op == syntax.IN && side == starlark.Right && enumOf(c) != nil {
		found, err := enumHas(c, y)
		return starlark.Bool(found), err
	}
	if op != syntax.PIPE {
		return nil, nil
	}
	parts := union{}
	for _, v := range []starlark.Value{c, y} {
		switch v := v.(type) {
		case union:
			parts = append(parts, v...)
		case *Class:
			parts = append(parts, v)
		case starlark.NoneType:
			parts = append(parts, ClassOf(v))
		default:
			return nil, nil
		}
	}
	if side == starlark.Right {
		slices.Reverse(parts)
	}
	return parts, nil
}

// A union is what `int | str` gives.
type union []*Class

func (u union) String() string {
	text := ""
	for i, c := range u {
		if i > 0 {
			text += " | "
		}
		if c.name == "NoneType" {
			text += "None"
		} else {
			text += c.name
		}
	}
	return text
}
func (union) Type() string          { return "types.UnionType" }
func (union) Freeze()               {} // constant
func (union) Truth() starlark.Bool  { return true }
func (union) Hash() (uint32, error) { return 0, Raise(TypeError, "unhashable type: 'types.UnionType'") }

// Binary implements starlark.HasBinary.
func (u union) Binary(op syntax.Token, y starlark.Value, side starlark.Side) (starlark.Value, error) {
	class, ok := y.(*Class)
	if y == starlark.None {
		class, ok = ClassOf(y), true
	}
	if op != syntax.PIPE || !ok {
		return nil, nil
	}
	if side == starlark.Right {
		return append(union{class}, u...), nil
	}
	return append(slices.Clone(u), class), nil
}

// A Classed value of another package has a class of its own.
type Classed interface {
	starlark.Value
	PyClass() *Class
}

// ClassOf returns the class of a value, as type(x) does.
func ClassOf(v starlark.Value) *Class {
	switch v := v.(type) {
	case Classed:
		return v.PyClass()
	case *Class:
		return TypeClass
	case starlark.Bool:
		return BoolClass
	case starlark.Int:
		return IntClass
	case starlark.Float:
		return FloatClass
	case starlark.String:
		return StrClass
	case starlark.Bytes:
		return BytesClass
	case *starlark.List:
		return ListClass
	case starlark.Tuple:
		return TupleClass
	case *starlark.Dict:
		return DictClass
	case *starlark.Set:
		return SetClass
	case *frozenSet:
		return FrozenSetClass
	}
	if v.Type() == "range" {
		return RangeClass
	}
	return &Class{name: v.Type(), base: ObjectClass, unknown: true}
}

// TypeName returns the name of a value's type as Python has it.
func TypeName(v starlark.Value) string {
	switch v := v.(type) {
	case starlark.String:
		return "str"
	case Classed:
		return v.PyClass().name
	case *Class:
		if v.user != nil && v.user.enum != nil {
			return "EnumType"
		}
	}
	return v.Type()
}

// isInstance reports whether a value is an instance of a class, or of one of a
// tuple of classes.
func isInstance(v, of starlark.Value) (bool, error) {
	return matchClass(ClassOf(v), of, "isinstance() arg 2 must be a type, a tuple of types, or a union")
}

func matchClass(class *Class, of starlark.Value, wrong string) (bool, error) {
	switch of := of.(type) {
	case *Class:
		return class.derives(of), nil
	case union:
		return slices.ContainsFunc(of, class.derives), nil
	case starlark.Tuple:
		for _, one := range of {
			if ok, err := matchClass(class, one, wrong); ok || err != nil {
				return ok, err
			}
		}
		return false, nil
	}
	return false, Raise(TypeError, "%s", wrong)
}

// Matches reports whether an except clause with that class, or tuple of classes,
// catches an exception.
func (e *Exception) Matches(of starlark.Value) (bool, error) {
	return matchClass(e.Class, of, "catching classes that do not inherit from BaseException is not allowed")
}

// An object is an instance of object: nothing but itself.
type object struct{ _ byte }

func (o *object) String() string        { return fmt.Sprintf("<object object at %p>", o) }
func (*object) Type() string            { return "object" }
func (*object) Freeze()                 {} // constant
func (*object) Truth() starlark.Bool    { return true }
func (o *object) Hash() (uint32, error) { return uint32(identity(o)), nil }
func (*object) PyClass() *Class         { return ObjectClass }

// A sentinel is a constant that only is itself.
type sentinel string

func (s sentinel) String() string        { return string(s) }
func (s sentinel) Type() string          { return string(s) }
func (sentinel) Freeze()                 {} // constant
func (sentinel) Truth() starlark.Bool    { return true }
func (s sentinel) Hash() (uint32, error) { return starlark.String(s).Hash() }

const (
	// Unbound is what a name is bound to after `del name`.
	Unbound = sentinel("<unbound>")

	ellipsis       = sentinel("Ellipsis")
	notImplemented = sentinel("NotImplemented")
)
