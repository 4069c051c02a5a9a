package builtin

import (
	"slices"

	"go.starlark.net/starlark"
)

// listMethods are the methods of list.
func listMethods() table {
	return table{
		"append": method("object /", func(c *call, l *starlark.List) starlark.Value { return c.done(nil, grow(l, c.args[0])) }),
		"extend": method("iterable /", func(c *call, l *starlark.List) starlark.Value { return c.done(nil, grow(l, c.items(0)...)) }),
		"insert": method("index object /", func(c *call, l *starlark.List) starlark.Value {
			i := clip(c.whole(0, 0), l.Len())
			return c.splice(l, i, i, c.args[1])
		}),
		"pop":    method("index? /", listPop),
		"remove": method("value /", listRemove),
		"clear":  method("", func(c *call, l *starlark.List) starlark.Value { return c.done(nil, l.Clear()) }),
		"copy": method("", func(c *call, l *starlark.List) starlark.Value {
			return starlark.NewList(contents(l))
		}),
		"index": method("value start? stop? /", func(c *call, l *starlark.List) starlark.Value { return c.position(contents(l)) }),
		"count": method("value /", func(c *call, l *starlark.List) starlark.Value { return c.occurrences(contents(l)) }),
		"reverse": method("", func(c *call, l *starlark.List) starlark.Value {
			items := contents(l)
			slices.Reverse(items)
			return c.done(nil, refill(l, items))
		}),
		"sort": method("* key? reverse?", func(c *call, l *starlark.List) starlark.Value {
			items := contents(l)
			if err := c.sort(items, 0, 1); err != nil {
				return c.fail(err)
			}
			return c.done(nil, refill(l, items))
		}),
	}
}

// tupleMethods are the methods of tuple and range.
func tupleMethods() table {
	return table{
		"index": fn("value start? stop? /", func(c *call) starlark.Value {
			items, err := Collect(c.self)
			if err != nil {
				return c.fail(err)
			}
			return c.position(items)
		}),
		"count": fn("value /", func(c *call) starlark.Value {
			items, err := Collect(c.self)
			if err != nil {
				return c.fail(err)
			}
			return c.occurrences(items)
		}),
	}
}

// contents returns a copy of a list's items.
func contents(l *starlark.List) []starlark.Value {
	items := make([]starlark.Value, l.Len())
	for i := range items {
		items[i] = l.Index(i)
	}
	return items
}

// grow appends to a list.
func grow(l *starlark.List, items ...starlark.Value) error {
	if err := roomForItems(l.Len() + len(items)); err != nil {
		return err
	}
	for _, item := range items {
		if err := l.Append(item); err != nil {
			return Translate(err)
		}
	}
	return nil
}

// refill gives a list new items.
func refill(l *starlark.List, items []starlark.Value) error {
	same := min(l.Len(), len(items))
	for i, item := range items[:same] {
		if l.Index(i) == nil || !identical(l.Index(i), item) {
			if err := l.SetIndex(i, item); err != nil {
				return Translate(err)
			}
		}
	}
	if len(items) > l.Len() {
		return grow(l, items[same:]...)
	}
	if len(items) < l.Len() {
		// A list can only be cut by emptying it.
		if err := l.Clear(); err != nil {
			return Translate(err)
		}
		return grow(l, items...)
	}
	return nil
}

// splice replaces the items from i to j.
func (c *call) splice(l *starlark.List, i, j int, with ...starlark.Value) starlark.Value {
	if c.err != nil {
		return nil
	}
	if err := roomForItems(l.Len() + len(with)); err != nil {
		return c.fail(err)
	}
	if i == l.Len() {
		return c.done(nil, grow(l, with...))
	}
	return c.done(nil, refill(l, slices.Replace(contents(l), i, j, with...)))
}

// clip brings a position of a sequence of n items into it; negative ones count
// from the end.
func clip(i, n int) int {
	if i < 0 {
		return max(i+n, 0)
	}
	return min(i, n)
}

func listPop(c *call, l *starlark.List) starlark.Value {
	i := c.whole(0, -1)
	if i < 0 {
		i += l.Len()
	}
	switch {
	case c.err != nil:
		return nil
	case l.Len() == 0:
		return c.raise(IndexError, "pop from empty list")
	case i < 0 || i >= l.Len():
		return c.raise(IndexError, "pop index out of range")
	}
	v := l.Index(i)
	c.splice(l, i, i+1)
	return v
}

func listRemove(c *call, l *starlark.List) starlark.Value {
	for i := range l.Len() {
		same, err := equal(l.Index(i), c.args[0])
		if err != nil {
			return c.fail(err)
		}
		if same {
			return c.splice(l, i, i+1)
		}
	}
	return c.raise(ValueError, "list.remove(x): x not in list")
}

// position is the method index of sequences.
func (c *call) position(items []starlark.Value) starlark.Value {
	from, to := clip(c.whole(1, 0), len(items)), clip(c.whole(2, len(items)), len(items))
	for i := from; i < to; i++ {
		same, err := equal(items[i], c.args[0])
		if err != nil {
			return c.fail(err)
		}
		if same {
			return starlark.MakeInt(i)
		}
	}
	switch c.self.(type) {
	case *starlark.List:
		return c.raise(ValueError, "%s is not in list", Repr(c.args[0]))
	case starlark.Tuple:
		return c.raise(ValueError, "tuple.index(x): x not in tuple")
	}
	return c.raise(ValueError, "%s is not in range", Repr(c.args[0]))
}

// occurrences is the method count of sequences.
func (c *call) occurrences(items []starlark.Value) starlark.Value {
	n := 0
	for _, item := range items {
		same, err := equal(item, c.args[0])
		if err != nil {
			return c.fail(err)
		}
		if same {
			n++
		}
	}
	return starlark.MakeInt(n)
}
