package builtin

import "go.starlark.net/starlark"

// The classes below make iterators, which compute an item when it is asked for.

// sources returns functions that give the items of each of the rest.
func (c *call) sources(rest starlark.Tuple) []func() (starlark.Value, error) {
	out := make([]func() (starlark.Value, error), len(rest))
	for i, v := range rest {
		next, err := iterate(v)
		if err != nil {
			c.fail(err)
		}
		out[i] = next
	}
	return out
}

// newMap is map(function, *iterables).
func newMap(c *call) starlark.Value {
	if len(c.rest) == 0 {
		return c.raise(TypeError, "map() must have at least two arguments.")
	}
	function, sources := c.args[0], c.sources(c.rest)
	return NewIterator(c.thread, "map", func() (starlark.Value, error) {
		args, err := row(sources)
		if args == nil || err != nil {
			return nil, err
		}
		return starlark.Call(c.thread, function, args, nil)
	})
}

// row takes one item of each source; nil if one has none.
func row(sources []func() (starlark.Value, error)) (starlark.Tuple, error) {
	items := make(starlark.Tuple, len(sources))
	for i, next := range sources {
		item, err := next()
		if item == nil || err != nil {
			return nil, err
		}
		items[i] = item
	}
	return items, nil
}

// newFilter is filter(function or None, iterable).
func newFilter(c *call) starlark.Value {
	sources := c.sources(starlark.Tuple{c.args[1]})
	return NewIterator(c.thread, "filter", func() (starlark.Value, error) {
		for n := 0; ; n++ {
			if err := roomToWalk(n); err != nil {
				return nil, err
			}
			item, err := sources[0]()
			if item == nil || err != nil {
				return nil, err
			}
			keep := item
			if c.given(0) {
				if keep, err = starlark.Call(c.thread, c.args[0], starlark.Tuple{item}, nil); err != nil {
					return nil, err
				}
			}
			if keep.Truth() {
				return item, nil
			}
		}
	})
}

// newZip is zip(*iterables, strict=False).
func newZip(c *call) starlark.Value {
	sources, strict := c.sources(c.rest), c.truth(0)
	return NewIterator(c.thread, "zip", func() (starlark.Value, error) {
		if len(sources) == 0 {
			return nil, nil
		}
		if strict {
			return strictRow(sources)
		}
		items, err := row(sources)
		if items == nil || err != nil {
			return nil, err
		}
		return items, nil
	})
}

func strictRow(sources []func() (starlark.Value, error)) (starlark.Value, error) {
	items := make(starlark.Tuple, 0, len(sources))
	for i, next := range sources {
		item, err := next()
		switch {
		case err != nil:
			return nil, err
		case item != nil && len(items) < i:
			return nil, Raise(ValueError, "zip() argument %d is longer than argument%s", i+1, others(i))
		case item == nil && len(items) > 0:
			return nil, Raise(ValueError, "zip() argument %d is shorter than argument%s", i+1, others(i))
		case item != nil:
			items = append(items, item)
		}
	}
	if len(items) == 0 {
		return nil, nil
	}
	return items, nil
}

// others names the arguments before the i-th.
func others(i int) string {
	if i == 1 {
		return " 1"
	}
	return "s 1-" + starlark.MakeInt(i).String()
}

// newEnumerate is enumerate(iterable, start=0).
func newEnumerate(c *call) starlark.Value {
	sources := c.sources(starlark.Tuple{c.args[0]})
	n, ok := asInt(c.or(1, starlark.MakeInt(0)))
	if !ok {
		return c.raise(TypeError, "'%s' object cannot be interpreted as an integer", TypeName(c.args[1]))
	}
	return NewIterator(c.thread, "enumerate", func() (starlark.Value, error) {
		item, err := sources[0]()
		if item == nil || err != nil {
			return nil, err
		}
		pair := starlark.Tuple{n, item}
		n = n.Add(starlark.MakeInt(1))
		return pair, nil
	})
}

// newReversed is reversed(sequence).
func newReversed(c *call) starlark.Value {
	switch c.args[0].(type) {
	case starlark.String, starlark.Bytes, starlark.Indexable, *starlark.Dict, *view:
	default:
		return c.raise(TypeError, "'%s' object is not reversible", TypeName(c.args[0]))
	}
	items := c.items(0)
	i := len(items)
	return NewIterator(c.thread, "reversed", func() (starlark.Value, error) {
		if i == 0 {
			return nil, nil
		}
		i--
		return items[i], nil
	})
}

// newRange is range(stop) or range(start, stop, step).
func newRange(c *call) starlark.Value {
	args := make(starlark.Tuple, 0, 3)
	for _, arg := range c.args {
		if arg == nil {
			break
		}
		n, ok := asInt(arg)
		if !ok {
			return c.raise(TypeError, "'%s' object cannot be interpreted as an integer", TypeName(arg))
		}
		// Half of what 64 bits hold, so that its length and its end fit too.
		if small, ok := n.Int64(); !ok || small > 1<<62 || small < -1<<62 {
			return c.raise(OverflowError, "the numbers of a range must be less than 2**62")
		}
		args = append(args, n)
	}
	if len(args) == 3 && args[2].(starlark.Int).Sign() == 0 {
		return c.raise(ValueError, "range() arg 3 must not be zero")
	}
	v, err := starlark.Call(c.thread, starlark.Universe["range"], args, nil)
	return c.done(v, Translate(err))
}
