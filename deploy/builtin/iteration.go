package builtin

import (
	"slices"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// iterationFunctions are the functions that walk over something.
func iterationFunctions() table {
	return table{
		"all":    fn("iterable /", func(c *call) starlark.Value { return c.quantify(false) }),
		"any":    fn("iterable /", func(c *call) starlark.Value { return c.quantify(true) }),
		"iter":   fn("object /", func(c *call) starlark.Value { return c.iterator(c.args[0]) }),
		"next":   fn("iterator default? /", next),
		"len":    fn("obj /", func(c *call) starlark.Value { n, err := length(c.args[0]); return c.done(starlark.MakeInt(n), err) }),
		"max":    fn("*args * key? default?", func(c *call) starlark.Value { return c.extreme(syntax.GT) }),
		"min":    fn("*args * key? default?", func(c *call) starlark.Value { return c.extreme(syntax.LT) }),
		"sorted": fn("iterable / * key? reverse?", sorted),
		"sum":    fn("iterable start?", sum),
	}
}

func (c *call) quantify(stopAt bool) starlark.Value {
	next, err := iterate(c.args[0])
	for n := 0; err == nil; n++ {
		var item starlark.Value
		if err = roomToWalk(n); err == nil {
			item, err = next()
		}
		switch {
		case err != nil:
		case item == nil:
			return starlark.Bool(!stopAt)
		case bool(item.Truth()) == stopAt:
			return starlark.Bool(stopAt)
		}
	}
	return c.fail(err)
}

// iterator makes an iterator of a value.
func (c *call) iterator(v starlark.Value) starlark.Value {
	if it, ok := v.(*Iterator); ok {
		return it
	}
	next, err := iterate(v)
	if err != nil {
		return c.fail(err)
	}
	kind := TypeName(v) + "_iterator"
	if _, ok := v.(starlark.String); ok {
		kind = "str_ascii_iterator"
	}
	return NewIterator(c.thread, kind, next)
}

func next(c *call) starlark.Value {
	if i, ok := c.args[0].(*Instance); ok {
		return c.nextOf(i)
	}
	it, ok := c.args[0].(*Iterator)
	if !ok {
		return c.raise(TypeError, "'%s' object is not an iterator", TypeName(c.args[0]))
	}
	v, err := it.Next()
	switch {
	case err != nil:
		return c.fail(err)
	case v != nil:
		return v
	case c.has(1):
		return c.args[1]
	}
	return c.fail(newException(StopIteration))
}

// length is len(x).
func length(x starlark.Value) (int, error) {
	if e := enumOf(x); e != nil {
		return len(e.all()), nil
	}
	switch x := x.(type) {
	case *Instance:
		return x.length()
	case starlark.String:
		return runeCount(string(x)), nil
	case starlark.Bytes:
		return len(x), nil
	case starlark.Sequence:
		return x.Len(), nil
	case starlark.Indexable:
		return x.Len(), nil
	case interface{ Len() int }:
		return x.Len(), nil
	}
	return 0, Raise(TypeError, "object of type '%s' has no len()", TypeName(x))
}

// equal is x == y. It takes bools for ints, as Python does.
func equal(x, y starlark.Value) (bool, error) {
	if hasInstance(x, y) {
		return compareInstances(syntax.EQL, x, y)
	}
	same, err := starlark.Equal(boolAsInt(x), boolAsInt(y))
	return same, Translate(err)
}

// compare is x < y or another comparison.
func compare(op syntax.Token, x, y starlark.Value) (bool, error) {
	if hasInstance(x, y) {
		return compareInstances(op, x, y)
	}
	result, err := starlark.Compare(op, boolAsInt(x), boolAsInt(y))
	if err == nil {
		return result, nil
	}
	if _, ok := x.(*starlark.Dict); ok {
		return false, notOrdered(op.String(), TypeName(x), TypeName(y))
	}
	return false, Translate(err)
}

func notOrdered(op, x, y string) error {
	return Raise(TypeError, "'%s' not supported between instances of '%s' and '%s'", op, x, y)
}

// keys returns what the items are compared by.
func (c *call) keys(items []starlark.Value, key int) ([]starlark.Value, error) {
	if !c.given(key) {
		return items, nil
	}
	keys := make([]starlark.Value, len(items))
	for i, item := range items {
		k, err := starlark.Call(c.thread, c.args[key], starlark.Tuple{item}, nil)
		if err != nil {
			return nil, err
		}
		keys[i] = k
	}
	return keys, nil
}

// sort sorts items, stable, by the arguments key and reverse.
func (c *call) sort(items []starlark.Value, key, reverse int) error {
	keys, err := c.keys(items, key)
	if err != nil {
		return err
	}
	type keyed struct{ key, item starlark.Value }
	list := make([]keyed, len(items))
	for i := range items {
		list[i] = keyed{keys[i], items[i]}
	}
	sign := 1
	if c.truth(reverse) {
		sign = -1
	}
	slices.SortStableFunc(list, func(a, b keyed) int {
		if err != nil {
			return 0
		}
		var less, more bool
		if less, err = compare(syntax.LT, a.key, b.key); err != nil {
			return 0
		}
		if less {
			return -sign
		}
		if more, err = compare(syntax.LT, b.key, a.key); err == nil && more {
			return sign
		}
		return 0
	})
	for i := range list {
		items[i] = list[i].item
	}
	return err
}

func sorted(c *call) starlark.Value {
	items := c.items(0)
	if c.err == nil {
		if err := c.sort(items, 1, 2); err != nil {
			return c.fail(err)
		}
	}
	return starlark.NewList(items)
}

// extreme is min and max.
func (c *call) extreme(op syntax.Token) starlark.Value {
	items := []starlark.Value(c.rest)
	switch {
	case len(items) == 0:
		return c.raise(TypeError, "%s expected at least 1 argument, got 0", c.f.name)
	case len(items) > 1 && c.has(1):
		return c.raise(TypeError, "Cannot specify a default for %s() with multiple positional arguments", c.f.name)
	case len(items) == 1:
		list, err := Collect(items[0])
		if err != nil {
			return c.fail(err)
		}
		if items = list; len(items) == 0 {
			if c.has(1) {
				return c.args[1]
			}
			return c.raise(ValueError, "%s() arg is an empty sequence", c.f.name)
		}
	}
	keys, err := c.keys(items, 0)
	if err != nil {
		return c.fail(err)
	}
	best := 0
	for i := 1; i < len(items); i++ {
		better, err := compare(op, keys[i], keys[best])
		if err != nil {
			return c.fail(err)
		}
		if better {
			best = i
		}
	}
	return items[best]
}

func sum(c *call) starlark.Value {
	total := c.or(1, starlark.MakeInt(0))
	switch total.(type) {
	case starlark.String:
		return c.raise(TypeError, "sum() can't sum strings [use ''.join(seq) instead]")
	case starlark.Bytes:
		return c.raise(TypeError, "sum() can't sum bytes [use b''.join(seq) instead]")
	}
	for _, item := range c.items(0) {
		v, err := starlark.Binary(syntax.PLUS, boolAsInt(total), boolAsInt(item))
		if err != nil {
			if isNumber(total) {
				err = operands("+", TypeName(total), TypeName(item))
			}
			return c.fail(Translate(err))
		}
		if s, ok := v.(starlark.Sequence); ok {
			if err := roomForItems(s.Len()); err != nil {
				return c.fail(err)
			}
		}
		total = v
	}
	return total
}

func operands(op, x, y string) error {
	return Raise(TypeError, "unsupported operand type(s) for %s: '%s' and '%s'", op, x, y)
}
