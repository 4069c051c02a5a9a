package builtin

import (
	"fmt"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// Special methods that builtin classes have, for classes that derive from them:
// what super().__init__() calls, for instance.

// slots are the special methods of a builtin class.
func slots(class *Class) table {
	s := all().slots
	switch {
	case class.exception && class.base == ObjectClass:
		return s.exception
	case class == ObjectClass:
		return s.object
	case class == DictClass, class == ListClass:
		return s.changing
	case class == SetClass:
		return s.set
	case class == StrClass, class == TupleClass, class == BytesClass, class == FrozenSetClass:
		return s.sequence
	case class == IntClass, class == FloatClass:
		return s.number
	}
	return nil
}

type slotSet struct{ object, exception, sequence, set, changing, number table }

func newSlots() slotSet {
	s := slotSet{
		object:    objectSlots(),
		exception: exceptionSlots(),
		sequence:  sequenceSlots(),
		number:    operatorSlots("__add__", "__sub__", "__mul__", "__truediv__", "__floordiv__", "__radd__", "__rsub__", "__rmul__", "__eq__", "__lt__", "__le__", "__gt__", "__ge__", "__and__", "__or__", "__xor__"),
	}
	s.set = joined(s.sequence, table{"__init__": s.init()})
	s.changing = joined(s.set, table{
		"__setitem__": fn("key value /", func(c *call) starlark.Value { return c.done(nil, setItem(Plain(c.self), c.args[0], c.args[1])) }),
		"__delitem__": fn("key /", func(c *call) starlark.Value {
			c.args = []starlark.Value{Plain(c.self), c.args[0]}
			return delItem(c)
		}),
	})
	for _, t := range []table{s.object, s.exception, s.sequence, s.set, s.changing, s.number} {
		for name, f := range t {
			f.bind(name, name)
			f.whole = true
		}
	}
	return s
}

func joined(a, b table) table {
	out := table{}
	for _, t := range []table{a, b} {
		for name, f := range t {
			copied := *f
			out[name] = &copied
		}
	}
	return out
}

// init is the __init__ of a class whose values can be changed.
func (slotSet) init() *function {
	return fn("*args **", func(c *call) starlark.Value {
		i, ok := c.self.(*Instance)
		if !ok {
			return c.raise(TypeError, "__init__() needs an instance, not %s", TypeName(c.self))
		}
		return c.done(nil, i.fill(c.thread, c.rest, c.named))
	})
}

// newObject is the __new__ of builtin classes.
func newObject() *function {
	return fn("*args **", func(c *call) starlark.Value {
		args := c.rest
		if class, ok := c.self.(*Class); ok {
			args = append(starlark.Tuple{class}, args...)
		}
		if len(args) == 0 {
			return c.raise(TypeError, "object.__new__(): not enough arguments")
		}
		class, ok := args[0].(*Class)
		if !ok || class.user == nil {
			return c.raise(TypeError, "object.__new__(X): X is not a class that a file has made")
		}
		if _, owner := class.find("__new__"); class.user.payload == nil && !class.exception && len(args) > 1 && owner != nil && owner.user != nil {
			return c.raise(TypeError, "object.__new__() takes exactly one argument (the type to instantiate)")
		}
		return c.done(class.bare(c.thread, args[1:], c.named))
	})
}

func objectSlots() table {
	h := func(c *call) holder {
		v, ok := c.self.(holder)
		if !ok || v.PyClass().user == nil {
			c.raise(TypeError, "this method needs an instance of a class that a file has made, not %s", TypeName(c.self))
			return nil
		}
		return v
	}
	return table{
		"__new__": newObject(),
		"__init__": fn("*args **", func(c *call) starlark.Value {
			class := ClassOf(c.self)
			_, made := class.find("__new__")
			if n := len(c.rest) + len(c.named); n > 0 && class.user != nil && class.user.payload == nil && (made == nil || made.user == nil) {
				return c.raise(TypeError, "object.__init__() takes exactly one argument (the instance to initialize)")
			}
			return nil
		}),
		"__init_subclass__": fn("**", func(c *call) starlark.Value {
			if len(c.named) > 0 {
				return c.raise(TypeError, "%s.__init_subclass__() takes no keyword arguments", nameOf(c.self))
			}
			return nil
		}),
		"__setattr__": fn("name value /", func(c *call) starlark.Value {
			if v := h(c); v != nil {
				return c.done(nil, plainSetAttr(v, c.text(0), c.args[1]))
			}
			return nil
		}),
		"__delattr__": fn("name /", func(c *call) starlark.Value {
			if v := h(c); v != nil {
				return c.done(nil, plainDelAttr(v, c.text(0)))
			}
			return nil
		}),
		"__getattribute__": fn("name /", func(c *call) starlark.Value {
			v := h(c)
			if v == nil {
				return nil
			}
			found, err := ownAttr(v, c.text(0))
			if err == nil && found == nil {
				err = Raise(AttributeError, "'%s' object has no attribute '%s'", TypeName(v), c.text(0))
			}
			return c.done(found, err)
		}),
		"__repr__": fn("", func(c *call) starlark.Value {
			if i, ok := c.self.(*Instance); ok {
				return starlark.String(fmt.Sprintf("<%s.%s object at %p>", i.class.module(), i.class.user.qualname, i))
			}
			return starlark.String(Repr(c.self))
		}),
		"__str__": fn("", func(c *call) starlark.Value { return c.newText(Repr(c.self)) }),
		"__format__": fn("spec /", func(c *call) starlark.Value {
			if c.text(0) != "" {
				return c.raise(TypeError, "unsupported format string passed to %s.__format__", TypeName(c.self))
			}
			return c.newText(Str(c.self))
		}),
		"__hash__": fn("", func(c *call) starlark.Value { return starlark.MakeInt64(int64(identity(c.self) >> 4)) }),
		"__eq__": fn("other /", func(c *call) starlark.Value {
			if identical(c.self, c.args[0]) {
				return starlark.True
			}
			return notImplemented
		}),
		"__ne__": fn("other /", func(c *call) starlark.Value {
			same, err := equal(c.self, c.args[0])
			return c.done(starlark.Bool(!same), err)
		}),
		"__dir__": fn("", func(c *call) starlark.Value { return texts[starlark.String](attrNames(c.self)) }),
	}
}

func exceptionSlots() table {
	e := func(c *call) *Exception {
		e, ok := c.self.(*Exception)
		if !ok {
			c.raise(TypeError, "this method needs an exception, not %s", TypeName(c.self))
		}
		return e
	}
	return table{
		"__new__": newObject(),
		"__init__": fn("*args **", func(c *call) starlark.Value {
			x := e(c)
			if c.err != nil {
				return nil
			}
			if len(c.named) > 0 {
				return c.raise(TypeError, "%s() takes no keyword arguments", x.Class.name)
			}
			x.Args = c.rest
			return nil
		}),
		"__str__": fn("", func(c *call) starlark.Value {
			if x := e(c); c.err == nil {
				return c.newText(x.plainStr())
			}
			return nil
		}),
		"__repr__": fn("", func(c *call) starlark.Value {
			if x := e(c); c.err == nil {
				return c.newText(x.plainRepr())
			}
			return nil
		}),
	}
}

// sequenceSlots are those of values that hold others.
func sequenceSlots() table {
	return joined(operatorSlots("__add__", "__mul__", "__mod__", "__or__", "__and__", "__eq__", "__lt__", "__le__", "__gt__", "__ge__"), table{
		"__getitem__":  fn("key /", func(c *call) starlark.Value { return c.done(getItem(Plain(c.self), c.args[0])) }),
		"__contains__": fn("key /", func(c *call) starlark.Value { return c.done(starlark.Binary(syntax.IN, c.args[0], Plain(c.self))) }),
		"__len__":      fn("", func(c *call) starlark.Value { n, err := length(Plain(c.self)); return c.done(starlark.MakeInt(n), err) }),
		"__iter__":     fn("", func(c *call) starlark.Value { return c.iterator(Plain(c.self)) }),
		"__repr__":     fn("", func(c *call) starlark.Value { return c.newText(Repr(Plain(c.self))) }),
		"__str__":      fn("", func(c *call) starlark.Value { return c.newText(Str(Plain(c.self))) }),
	})
}

// operatorSlots are operators of builtin values.
func operatorSlots(names ...string) table {
	t := table{
		"__repr__": fn("", func(c *call) starlark.Value { return c.newText(Repr(Plain(c.self))) }),
		"__str__":  fn("", func(c *call) starlark.Value { return c.newText(Str(Plain(c.self))) }),
		"__hash__": fn("", func(c *call) starlark.Value {
			h, err := Plain(c.self).Hash()
			return c.done(starlark.MakeInt(int(h)), Translate(err))
		}),
	}
	for _, name := range names {
		t[name] = fn("other /", func(c *call) starlark.Value {
			x, y := Plain(c.self), Plain(c.args[0])
			for op, special := range binaryMethods {
				switch name {
				case special.left:
					return c.operate(op, x, y)
				case special.right:
					return c.operate(op, y, x)
				}
			}
			for op, special := range compareMethods {
				if name == special.left {
					ok, err := compare(op, x, y)
					return c.done(starlark.Bool(ok), err)
				}
			}
			return notImplemented
		})
	}
	return t
}

// operate computes an operator of builtin values.
func (c *call) operate(op starlarkToken, x, y starlark.Value) starlark.Value {
	return c.done(operateAll(op, x, y))
}
