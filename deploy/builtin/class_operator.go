package builtin

import (
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// operatorMethods is the pair of methods that an operator calls: that of its left
// operand, and that of its right one if the left one cannot.
type operatorMethods struct{ left, right string }

var binaryMethods = map[starlarkToken]operatorMethods{
	syntax.PLUS: {"__add__", "__radd__"}, syntax.MINUS: {"__sub__", "__rsub__"}, syntax.STAR: {"__mul__", "__rmul__"},
	syntax.SLASH: {"__truediv__", "__rtruediv__"}, syntax.SLASHSLASH: {"__floordiv__", "__rfloordiv__"},
	syntax.PERCENT: {"__mod__", "__rmod__"}, syntax.AMP: {"__and__", "__rand__"}, syntax.PIPE: {"__or__", "__ror__"},
	syntax.CIRCUMFLEX: {"__xor__", "__rxor__"}, syntax.LTLT: {"__lshift__", "__rlshift__"},
	syntax.GTGT: {"__rshift__", "__rrshift__"}, syntax.STARSTAR: {"__pow__", "__rpow__"},
}

var compareMethods = map[starlarkToken]operatorMethods{
	syntax.EQL: {"__eq__", "__eq__"}, syntax.NEQ: {"__ne__", "__ne__"}, syntax.LT: {"__lt__", "__gt__"},
	syntax.LE: {"__le__", "__ge__"}, syntax.GT: {"__gt__", "__lt__"}, syntax.GE: {"__ge__", "__le__"},
}

var (
	_ Operand             = (*Instance)(nil)
	_ starlark.HasBinary  = (*Instance)(nil)
	_ starlark.HasUnary   = (*Instance)(nil)
	_ starlark.Comparable = (*Instance)(nil)
)

// answer calls a special method of an instance; nil if it has none or returns
// NotImplemented.
func (i *Instance) answer(name string, other starlark.Value) (starlark.Value, error) {
	m := i.method(name)
	if m == nil || m == starlark.None {
		return nil, nil
	}
	v, err := i.class.user.callFrom(m, other)
	if err != nil || v == notImplemented {
		return nil, err
	}
	return v, nil
}

// Binary implements starlark.HasBinary. The interpreter asks the left operand
// first and then the right one.
func (i *Instance) Binary(op starlarkToken, y starlark.Value, side starlark.Side) (starlark.Value, error) {
	if op == syntax.IN {
		if side == starlark.Left {
			return nil, nil
		}
		found, err := i.contains(y)
		return starlark.Bool(found), err
	}
	names, ok := binaryMethods[op]
	if !ok {
		return nil, nil
	}
	name := names.left
	if side == starlark.Right {
		name = names.right
	}
	v, err := i.answer(name, y)
	if v != nil || err != nil {
		return v, err
	}
	if i.member != nil && i.class.user.enum.flag {
		if v, err := i.combine(op, y); v != nil || err != nil {
			return v, err
		}
	}
	other, isInstance := y.(*Instance)
	if i.payload == nil || isInstance && (other.payload == nil || side == starlark.Left && other.method(names.right) != nil) {
		return nil, nil
	}
	if side == starlark.Right {
		return operateAll(op, Plain(y), i.payload)
	}
	return operateAll(op, i.payload, Plain(y))
}

// operateAll computes an operator of values that are no instances.
func operateAll(op starlarkToken, x, y starlark.Value) (starlark.Value, error) {
	switch op {
	case syntax.PERCENT:
		return modulo(x, y)
	case syntax.STARSTAR:
		return power(x, y, "** or pow()")
	}
	v, err := starlark.Binary(op, boolAsInt(x), boolAsInt(y))
	return v, Translate(err)
}

// hasInstance reports whether one of two values is an instance of a class that a
// file has made.
func hasInstance(x, y starlark.Value) bool {
	_, left := x.(*Instance)
	_, right := y.(*Instance)
	return left || right
}

// contains is x in i.
func (i *Instance) contains(x starlark.Value) (bool, error) {
	if m := i.method("__contains__"); m != nil {
		v, err := i.class.user.callFrom(m, x)
		return err == nil && bool(v.Truth()), err
	}
	if i.member != nil && i.class.user.enum.flag {
		return i.hasFlag(x)
	}
	if i.payload != nil && i.method("__iter__") == nil {
		v, err := starlark.Binary(syntax.IN, x, i.payload)
		return err == nil && bool(v.Truth()), Translate(err)
	}
	next, err := i.iterate()
	if err != nil {
		return false, Raise(TypeError, "argument of type '%s' is not iterable", i.class.name)
	}
	for n := 0; ; n++ {
		item, err := next()
		if err == nil {
			err = roomToWalk(n)
		}
		if item == nil || err != nil {
			return false, err
		}
		if same, err := equal(item, x); same || err != nil {
			return same, err
		}
	}
}

// Unary implements starlark.HasUnary.
func (i *Instance) Unary(op starlarkToken) (starlark.Value, error) {
	name := map[starlarkToken]string{syntax.MINUS: "__neg__", syntax.PLUS: "__pos__", syntax.TILDE: "__invert__"}[op]
	if m := i.method(name); m != nil {
		return i.class.user.callFrom(m)
	}
	if i.member != nil && i.class.user.enum.flag && op == syntax.TILDE {
		return i.invert()
	}
	if i.payload != nil {
		v, err := starlark.Unary(op, i.payload)
		return v, Translate(err)
	}
	return nil, Raise(TypeError, "bad operand type for unary %s: '%s'", op, i.class.name)
}

// CompareSameType implements starlark.Comparable.
func (i *Instance) CompareSameType(op starlarkToken, other starlark.Value, _ int) (bool, error) {
	return compareInstances(op, i, other)
}

// compareInstances compares values of which one is an instance, as Python does:
// the left one is asked, then the right one with the operator turned round.
func compareInstances(op starlarkToken, x, y starlark.Value) (bool, error) {
	v, err := richCompare(op, x, y)
	return err == nil && bool(v.Truth()), err
}

// richCompare is compareInstances with the result as the methods return it.
func richCompare(op starlarkToken, x, y starlark.Value) (starlark.Value, error) {
	names := compareMethods[op]
	type side struct {
		v     starlark.Value
		name  string
		other starlark.Value
	}
	sides := []side{{x, names.left, y}, {y, names.right, x}}
	if a, b := ClassOf(x), ClassOf(y); a != b && b.derives(a) {
		sides[0], sides[1] = sides[1], sides[0]
	}
	for _, s := range sides {
		i, ok := s.v.(*Instance)
		if !ok {
			continue
		}
		v, err := i.answer(s.name, s.other)
		if v != nil || err != nil {
			return v, err
		}
		if op != syntax.NEQ {
			continue
		}
		v, err = i.answer("__eq__", s.other)
		if v != nil && err == nil {
			return !v.Truth(), nil
		}
		if err != nil {
			return nil, err
		}
	}
	return plainCompare(op, x, y)
}

// plainCompare compares values that have no methods for it.
func plainCompare(op starlarkToken, x, y starlark.Value) (starlark.Value, error) {
	a, b := Plain(x), Plain(y)
	_, isInstance := a.(*Instance)
	_, otherInstance := b.(*Instance)
	if !isInstance && !otherInstance {
		ok, err := compare(op, a, b)
		return starlark.Bool(ok), err
	}
	same, err := compareIdentity(op, identical(x, y), x, y)
	return starlark.Bool(same), err
}

// compareIdentity compares values that are equal only to themselves.
func compareIdentity(op starlarkToken, same bool, x, y starlark.Value) (bool, error) {
	switch op {
	case syntax.EQL:
		return same, nil
	case syntax.NEQ:
		return !same, nil
	}
	return false, notOrdered(op.String(), TypeName(x), TypeName(y))
}

// nextOf is next() of an instance.
func (c *call) nextOf(i *Instance) starlark.Value {
	m := i.method("__next__")
	if m == nil {
		return c.raise(TypeError, "'%s' object is not an iterator", i.class.name)
	}
	v, err := starlark.Call(c.thread, m, nil, nil)
	if c.has(1) && isRaised(err, StopIteration) {
		return c.args[1]
	}
	return c.done(v, err)
}

// Operate implements [Operand].
func (i *Instance) Operate(thread *starlark.Thread, method string, other starlark.Value) (starlark.Value, error) {
	if w := i.class.user.world; !i.class.user.frozen && w.thread != thread {
		defer w.Enter(thread)()
	}
	if other == nil {
		if m := i.method(method); m != nil {
			return i.class.user.callFrom(m)
		}
		return nil, nil
	}
	if method == "__contains__" {
		found, err := i.contains(other)
		return starlark.Bool(found), err
	}
	return i.answer(method, other)
}
