package builtin

import (
	"maps"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// newSet makes a set of items; TypeError if one is not hashable.
func newSet(items []starlark.Value) (*starlark.Set, error) {
	set := starlark.NewSet(len(items))
	for _, item := range items {
		if err := set.Insert(item); err != nil {
			return nil, Translate(err)
		}
	}
	return set, nil
}

// setOf returns the set that a value is or stands for.
func setOf(v starlark.Value) (*starlark.Set, bool) {
	switch v := v.(type) {
	case *starlark.Set:
		return v, true
	case *frozenSet:
		return v.set, true
	case *view:
		if set, err := newSet(v.items()); err == nil && v.kind != "dict_values" {
			return set, true
		}
	}
	return nil, false
}

// like returns a set of the same class as a value: frozenset if that is one.
func like(v starlark.Value, set *starlark.Set) starlark.Value {
	if _, ok := v.(*frozenSet); ok {
		return freeze(set)
	}
	return set
}

// setMethods are the methods of set.
func setMethods() table {
	t := frozenSetMethods()
	maps.Copy(t, table{
		"add": method("elem /", func(c *call, s *starlark.Set) starlark.Value {
			if err := roomForItems(s.Len() + 1); err != nil {
				return c.fail(err)
			}
			return c.done(nil, Translate(s.Insert(c.args[0])))
		}),
		"remove": method("elem /", func(c *call, s *starlark.Set) starlark.Value {
			found, err := s.Delete(c.args[0])
			if err == nil && !found {
				return c.fail(newException(KeyError, c.args[0]))
			}
			return c.done(nil, Translate(err))
		}),
		"discard": method("elem /", func(c *call, s *starlark.Set) starlark.Value {
			_, err := s.Delete(c.args[0])
			return c.done(nil, Translate(err))
		}),
		"pop": method("", func(c *call, s *starlark.Set) starlark.Value {
			for _, item := range elements(s) {
				_, err := s.Delete(item)
				return c.done(item, Translate(err))
			}
			return c.fail(newException(KeyError, str("pop from an empty set")))
		}),
		"clear":                       method("", func(c *call, s *starlark.Set) starlark.Value { return c.done(nil, Translate(s.Clear())) }),
		"update":                      changing(syntax.PIPE),
		"difference_update":           changing(syntax.MINUS),
		"intersection_update":         changing(syntax.AMP),
		"symmetric_difference_update": changing(syntax.CIRCUMFLEX),
	})
	return t
}

// frozenSetMethods are the methods that set and frozenset have in common.
func frozenSetMethods() table {
	compare := func(test func(a, b *starlark.Set) bool) *function {
		return fn("other /", func(c *call) starlark.Value {
			a, _ := setOf(c.self)
			b, err := newSet(c.items(0))
			if err != nil {
				return c.fail(err)
			}
			return starlark.Bool(test(a, b))
		})
	}
	return table{
		"copy":                 fn("", func(c *call) starlark.Value { s, _ := setOf(c.self); return like(c.self, cloneSet(s)) }),
		"union":                combining(syntax.PIPE),
		"difference":           combining(syntax.MINUS),
		"intersection":         combining(syntax.AMP),
		"symmetric_difference": combining(syntax.CIRCUMFLEX),
		"issubset":             compare(subset),
		"issuperset":           compare(func(a, b *starlark.Set) bool { return subset(b, a) }),
		"isdisjoint": fn("other /", func(c *call) starlark.Value {
			s, _ := setOf(c.self)
			return disjoint(c, elements(s))
		}),
	}
}

func subset(a, b *starlark.Set) bool {
	for item := range a.Elements() {
		// What is in a set is hashable.
		if found, err := b.Has(item); !found || err != nil {
			return false
		}
	}
	return true
}

func disjoint(c *call, items []starlark.Value) starlark.Value {
	other, err := newSet(c.items(0))
	if err != nil {
		return c.fail(err)
	}
	for _, item := range items {
		if found, err := other.Has(item); found || err != nil {
			return c.done(starlark.False, err)
		}
	}
	return starlark.True
}

func cloneSet(s *starlark.Set) *starlark.Set {
	out := starlark.NewSet(s.Len())
	for item := range s.Elements() {
		if err := out.Insert(item); err != nil {
			return out // cannot be: it was in a set before
		}
	}
	return out
}

// combine is an operator of sets; the result is new and has the order of a,
// then of b.
func combine(op syntax.Token, a, b *starlark.Set) (*starlark.Set, error) {
	in := func(s *starlark.Set, item starlark.Value) bool { found, err := s.Has(item); return found && err == nil }
	var items []starlark.Value
	for item := range a.Elements() {
		if op == syntax.PIPE || in(b, item) == (op == syntax.AMP) {
			items = append(items, item)
		}
	}
	if op == syntax.PIPE || op == syntax.CIRCUMFLEX {
		for item := range b.Elements() {
			if !in(a, item) {
				items = append(items, item)
			}
		}
	}
	if err := roomForItems(len(items)); err != nil {
		return nil, err
	}
	return newSet(items)
}

// combined is the set that a method with iterables as arguments gives.
func combined(c *call, op syntax.Token) *starlark.Set {
	set, _ := setOf(c.self)
	set = cloneSet(set)
	for _, arg := range c.rest {
		items, err := Collect(arg)
		if err != nil {
			c.fail(err)
			return set
		}
		other, err := newSet(items)
		if err == nil {
			other, err = combine(op, set, other)
		}
		if err != nil {
			c.fail(err)
			return set
		}
		set = other
	}
	return set
}

func combining(op syntax.Token) *function {
	return fn("*args", func(c *call) starlark.Value { return like(c.self, combined(c, op)) })
}

func changing(op syntax.Token) *function {
	return fn("*args", func(c *call) starlark.Value {
		set, result := c.self.(*starlark.Set), combined(c, op)
		if c.err != nil {
			return nil
		}
		if err := set.Clear(); err != nil {
			return c.fail(Translate(err))
		}
		for item := range result.Elements() {
			if err := set.Insert(item); err != nil {
				return c.fail(Translate(err))
			}
		}
		return nil
	})
}

// setOperation is an operator of which one side is a frozenset or a view.
func setOperation(op syntax.Token, x, y starlark.Value, side starlark.Side) (starlark.Value, error) {
	switch op {
	case syntax.PIPE, syntax.AMP, syntax.MINUS, syntax.CIRCUMFLEX:
	default:
		return nil, nil
	}
	if side == starlark.Right {
		x, y = y, x
	}
	a, ok := setOf(x)
	b, ok2 := setOf(y)
	if !ok || !ok2 {
		return nil, nil
	}
	set, err := combine(op, a, b)
	if err != nil {
		return nil, err
	}
	return like(x, set), nil
}

// A frozenSet is a set that does not change, and can be a key.
type frozenSet struct{ set *starlark.Set }

var (
	_ starlark.Sequence   = (*frozenSet)(nil)
	_ starlark.Container  = (*frozenSet)(nil)
	_ starlark.Comparable = (*frozenSet)(nil)
	_ starlark.HasBinary  = (*frozenSet)(nil)
)

func freeze(set *starlark.Set) *frozenSet {
	set.Freeze()
	return &frozenSet{set}
}

func (f *frozenSet) String() string             { return Repr(f) }
func (*frozenSet) Type() string                 { return "frozenset" }
func (*frozenSet) Freeze()                      {} // frozen when it was made
func (f *frozenSet) Truth() starlark.Bool       { return f.set.Len() > 0 }
func (f *frozenSet) Len() int                   { return f.set.Len() }
func (f *frozenSet) Iterate() starlark.Iterator { return f.set.Iterate() }

// Hash implements starlark.Value; the order of items does not count.
func (f *frozenSet) Hash() (uint32, error) {
	sum := uint32(f.set.Len())
	for item := range f.set.Elements() {
		h, err := item.Hash()
		if err != nil {
			return 0, err
		}
		sum += h * 2654435761
	}
	return sum, nil
}

// Has implements starlark.Container.
func (f *frozenSet) Has(x starlark.Value) (bool, error) {
	found, err := f.set.Has(x)
	return found, Translate(err)
}

// CompareSameType implements starlark.Comparable.
func (f *frozenSet) CompareSameType(op syntax.Token, other starlark.Value, depth int) (bool, error) {
	return f.set.CompareSameType(op, other.(*frozenSet).set, depth)
}

// Binary implements starlark.HasBinary.
func (f *frozenSet) Binary(op syntax.Token, y starlark.Value, side starlark.Side) (starlark.Value, error) {
	return setOperation(op, f, y, side)
}
