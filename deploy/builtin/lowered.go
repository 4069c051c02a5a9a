package builtin

import (
	"reflect"
	"strings"

	"go.starlark.net/starlark"

	"cygnet/deploy/syntax"
)

// helperFunctions are the helpers that lowered programs call; package syntax
// says what each does.
func helperFunctions() table {
	return table{
		syntax.FString:    fn("*args", joinParts),
		syntax.Format:     fn("value conversion spec /", formatField),
		syntax.Is:         fn("a b /", func(c *call) starlark.Value { return starlark.Bool(identical(c.args[0], c.args[1])) }),
		syntax.Index:      fn("x i /", func(c *call) starlark.Value { return c.done(getItem(c.args[0], c.args[1])) }),
		syntax.Slice:      fn("x lo hi step /", getSlice),
		syntax.Attr:       fn("x name /", func(c *call) starlark.Value { return c.done(getAttr(c.args[0], c.text(1))) }),
		syntax.SetAttr:    fn("x name value /", func(c *call) starlark.Value { return c.done(nil, setAttr(c.args[0], c.text(1), c.args[2])) }),
		syntax.SetIndex:   fn("x i value /", func(c *call) starlark.Value { return c.done(nil, setItem(c.args[0], c.args[1], c.args[2])) }),
		syntax.SetSlice:   fn("x lo hi step value /", setSlice),
		syntax.DelAttr:    fn("x name /", func(c *call) starlark.Value { return c.done(nil, delAttr(c.args[0], c.text(1))) }),
		syntax.DelIndex:   fn("x i /", delItem),
		syntax.DelSlice:   fn("x lo hi step /", delSlice),
		syntax.Iterate:    fn("x /", iterateValue),
		syntax.Concat:     fn("*args", concat),
		syntax.Merge:      fn("*args", mergeParts),
		syntax.Keywords:   fn("*args", keywords),
		syntax.Unpack:     fn("x before after? /", unpack),
		syntax.Tuple:      fn("list /", func(c *call) starlark.Value { return starlark.Tuple(c.items(0)) }),
		syntax.Set:        fn("list /", func(c *call) starlark.Value { return c.done(newSet(c.items(0))) }),
		syntax.Dict:       fn("pairs /", func(c *call) starlark.Value { d := starlark.NewDict(0); return c.done(d, merge(d, c.args[0])) }),
		syntax.MakeClass:  fn("name bases keywords body /", makeClass),
		syntax.Annotate:   fn("namespace name hint /", annotate),
		syntax.ClassOuter: fn("namespace name read /", classOuter),
		syntax.AssertFail: fn("message? /", assertFail),
		syntax.NameError:  fn("name /", func(c *call) starlark.Value { return c.fail(undefined(c.text(0))) }),
		syntax.Read: fn("value name /", func(c *call) starlark.Value {
			if c.args[0] == Unbound {
				return c.fail(undefined(c.text(1)))
			}
			return c.args[0]
		}),
	}
}

func undefined(name string) error {
	known := append(all().names.Keys(), "True", "False", "None")
	return Raise(NameError, "name '%s' is not defined%s", name, hint(name, known))
}

func joinParts(c *call) starlark.Value {
	var b strings.Builder
	for _, part := range c.rest {
		b.WriteString(string(part.(starlark.String)))
		if err := roomForText(1, b.Len()); err != nil {
			return c.fail(err)
		}
	}
	return starlark.String(b.String())
}

func formatField(c *call) starlark.Value {
	v, err := convert(c.args[0], c.text(1))
	if err != nil {
		return c.fail(err)
	}
	text, err := Format(v, c.text(2))
	if err != nil {
		return c.fail(err)
	}
	return c.newText(text)
}

// identical is `a is b`. Small values have no identity of their own here: equal
// ones of the same type are the same.
func identical(a, b starlark.Value) bool {
	switch x := a.(type) {
	case starlark.Int:
		y, ok := b.(starlark.Int)
		return ok && x.BigInt().Cmp(y.BigInt()) == 0
	case starlark.Tuple:
		y, ok := b.(starlark.Tuple)
		return ok && len(x) == len(y) && (len(x) == 0 || &x[0] == &y[0])
	case *Class:
		y, ok := b.(*Class)
		return ok && x.same(y)
	case *starlark.Builtin:
		y, ok := b.(*starlark.Builtin)
		return ok && x == y
	}
	t := reflect.TypeOf(a)
	return t == reflect.TypeOf(b) && t.Comparable() && reflect.ValueOf(a).Comparable() && a == b
}

func concat(c *call) starlark.Value {
	var out []starlark.Value
	for _, part := range c.rest {
		items, err := Collect(part)
		if err == nil {
			err = roomForItems(len(out) + len(items))
		}
		if err != nil {
			return c.fail(err)
		}
		out = append(out, items...)
	}
	return starlark.NewList(out)
}

func mergeParts(c *call) starlark.Value {
	d := starlark.NewDict(0)
	for _, part := range c.rest {
		m, ok := part.(starlark.IterableMapping)
		if !ok {
			return c.raise(TypeError, "'%s' object is not a mapping", TypeName(part))
		}
		if err := mergeMapping(d, m); err != nil {
			return c.fail(err)
		}
	}
	return d
}

func keywords(c *call) starlark.Value {
	d := starlark.NewDict(0)
	for _, part := range c.rest {
		m, ok := part.(starlark.IterableMapping)
		if !ok {
			return c.raise(TypeError, "argument after ** must be a mapping, not %s", TypeName(part))
		}
		for _, item := range m.Items() {
			if _, ok := item[0].(starlark.String); !ok {
				return c.raise(TypeError, "keywords must be strings")
			}
			if _, found, err := d.Get(item[0]); found || err != nil {
				return c.raise(TypeError, "got multiple values for keyword argument %s", Repr(item[0]))
			}
			if err := setKey(d, item[0], item[1]); err != nil {
				return c.fail(err)
			}
		}
	}
	return d
}

func unpack(c *call) starlark.Value {
	next, err := iterate(c.args[0])
	if err != nil {
		return c.raise(TypeError, "cannot unpack non-iterable %s object", TypeName(c.args[0]))
	}
	before, after, star := c.whole(1, 0), c.whole(2, 0), c.has(2)
	var items []starlark.Value
	for {
		item, err := next()
		if err == nil {
			err = roomForItems(len(items) + 1)
		}
		if err != nil {
			return c.fail(err)
		}
		if item == nil {
			break
		}
		if items = append(items, item); !star && len(items) > before {
			return c.raise(ValueError, "too many values to unpack (expected %d)", before)
		}
	}
	if !star {
		if len(items) < before {
			return c.raise(ValueError, "not enough values to unpack (expected %d, got %d)", before, len(items))
		}
		return starlark.Tuple(items)
	}
	end := len(items) - after
	if end < before {
		return c.raise(ValueError, "not enough values to unpack (expected at least %d, got %d)", before+after, len(items))
	}
	out := append(starlark.Tuple{}, items[:before]...)
	out = append(out, starlark.NewList(append([]starlark.Value{}, items[before:end]...)))
	return append(out, items[end:]...)
}
