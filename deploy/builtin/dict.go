package builtin

import (
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// dictMethods are the methods of dict.
func dictMethods() table {
	return table{
		"get":        method("key default? /", dictGet),
		"items":      method("", func(_ *call, d *starlark.Dict) starlark.Value { return &view{d, "dict_items"} }),
		"keys":       method("", func(_ *call, d *starlark.Dict) starlark.Value { return &view{d, "dict_keys"} }),
		"values":     method("", func(_ *call, d *starlark.Dict) starlark.Value { return &view{d, "dict_values"} }),
		"pop":        method("key default? /", dictPop),
		"popitem":    method("", dictPopItem),
		"setdefault": method("key default? /", dictSetDefault),
		"update":     method("other? / **", func(c *call, d *starlark.Dict) starlark.Value { return c.done(nil, c.update(d)) }),
		"copy":       method("", func(c *call, d *starlark.Dict) starlark.Value { return c.done(copyDict(d)) }),
		"clear":      method("", func(c *call, d *starlark.Dict) starlark.Value { return c.done(nil, Translate(d.Clear())) }),
		"fromkeys":   fn("iterable value? /", dictFromKeys),
	}
}

func copyDict(d *starlark.Dict) (*starlark.Dict, error) {
	out := starlark.NewDict(d.Len())
	for k, v := range d.Entries() {
		if err := out.SetKey(k, v); err != nil {
			return nil, Translate(err)
		}
	}
	return out, nil
}

// lookup finds a key; a key that cannot be one raises TypeError.
func lookup(d *starlark.Dict, key starlark.Value) (starlark.Value, bool, error) {
	key = keyIn(d, key)
	v, found, err := d.Get(key)
	if err != nil {
		return nil, false, Translate(err)
	}
	return v, found, nil
}

func setKey(d *starlark.Dict, k, v starlark.Value) error {
	if err := roomForItems(d.Len() + 1); err != nil {
		return err
	}
	return Translate(d.SetKey(k, v))
}

func dictGet(c *call, d *starlark.Dict) starlark.Value {
	v, found, err := lookup(d, c.args[0])
	if err != nil || found {
		return c.done(v, err)
	}
	return c.or(1, starlark.None)
}

func dictPop(c *call, d *starlark.Dict) starlark.Value {
	v, found, err := d.Delete(c.args[0])
	switch {
	case err != nil:
		return c.fail(Translate(err))
	case found:
		return v
	case c.has(1):
		return c.args[1]
	}
	return c.fail(newException(KeyError, c.args[0]))
}

func dictPopItem(c *call, d *starlark.Dict) starlark.Value {
	keys := d.Keys()
	if len(keys) == 0 {
		return c.fail(newException(KeyError, str("popitem(): dictionary is empty")))
	}
	key := keys[len(keys)-1]
	v, _, err := d.Delete(key)
	if err != nil {
		return c.fail(Translate(err))
	}
	return starlark.Tuple{key, v}
}

func dictSetDefault(c *call, d *starlark.Dict) starlark.Value {
	v, found, err := lookup(d, c.args[0])
	if err != nil || found {
		return c.done(v, err)
	}
	v = c.or(1, starlark.None)
	return c.done(v, setKey(d, c.args[0], v))
}

// update puts the first argument, a mapping or pairs, and keywords into a dict.
func (c *call) update(d *starlark.Dict) error {
	if c.has(0) {
		if err := merge(d, c.args[0]); err != nil {
			return err
		}
	}
	for _, kw := range c.named {
		if err := setKey(d, kw[0], kw[1]); err != nil {
			return err
		}
	}
	return nil
}

func merge(d *starlark.Dict, from starlark.Value) error {
	from = Plain(from)
	if m, ok := from.(starlark.IterableMapping); ok {
		return mergeMapping(d, m)
	}
	pairs, err := Collect(from)
	if err != nil {
		return err
	}
	for i, pair := range pairs {
		items, err := Collect(pair)
		if err != nil {
			return Raise(TypeError, "cannot convert dictionary update sequence element #%d to a sequence", i)
		}
		if len(items) != 2 {
			return Raise(ValueError, "dictionary update sequence element #%d has length %d; 2 is required", i, len(items))
		}
		if err := setKey(d, items[0], items[1]); err != nil {
			return err
		}
	}
	return nil
}

func mergeMapping(d *starlark.Dict, m starlark.IterableMapping) error {
	for _, item := range m.Items() {
		if err := setKey(d, item[0], item[1]); err != nil {
			return err
		}
	}
	return nil
}

// dictFromKeys is dict.fromkeys(iterable, value=None).
func dictFromKeys(c *call) starlark.Value {
	d := starlark.NewDict(0)
	for _, key := range c.items(0) {
		if err := setKey(d, key, c.or(1, starlark.None)); err != nil {
			return c.fail(err)
		}
	}
	return d
}

// newDict is dict(mapping or pairs, **kwargs).
func newDict(c *call) starlark.Value {
	d := starlark.NewDict(0)
	return c.done(d, c.update(d))
}

// A view is what keys, values and items of a dict return: it shows the dict as
// it is when it is looked at.
type view struct {
	dict *starlark.Dict
	kind string // dict_keys, dict_values, dict_items
}

var (
	_ starlark.Sequence  = (*view)(nil)
	_ starlark.Container = (*view)(nil)
	_ starlark.HasBinary = (*view)(nil)
)

// viewMethods are the methods of dict_keys.
func viewMethods() table {
	return table{"isdisjoint": method("other /", func(c *call, v *view) starlark.Value {
		return disjoint(c, v.items())
	})}
}

func (v *view) items() []starlark.Value {
	out := make([]starlark.Value, 0, v.dict.Len())
	for key, value := range v.dict.Entries() {
		switch v.kind {
		case "dict_keys":
			out = append(out, key)
		case "dict_values":
			out = append(out, value)
		default:
			out = append(out, starlark.Tuple{key, value})
		}
	}
	return out
}

func (v *view) String() string        { return Repr(v) }
func (v *view) Type() string          { return v.kind }
func (v *view) Freeze()               { v.dict.Freeze() }
func (v *view) Truth() starlark.Bool  { return v.dict.Len() > 0 }
func (v *view) Hash() (uint32, error) { return 0, Raise(TypeError, "unhashable type: '%s'", v.kind) }
func (v *view) Len() int              { return v.dict.Len() }

// Iterate implements starlark.Iterable.
func (v *view) Iterate() starlark.Iterator { return starlark.NewList(v.items()).Iterate() }

// Has implements starlark.Container.
func (v *view) Has(x starlark.Value) (bool, error) {
	if v.kind == "dict_keys" {
		_, found, err := lookup(v.dict, x)
		return found, err
	}
	for _, item := range v.items() {
		if same, err := equal(item, x); same || err != nil {
			return same, err
		}
	}
	return false, nil
}

// CompareSameType implements starlark.Comparable: keys and items are like sets.
func (v *view) CompareSameType(op syntax.Token, other starlark.Value, depth int) (bool, error) {
	w := other.(*view)
	if v.kind == "dict_values" || w.kind == "dict_values" {
		return (v == w) == (op == syntax.EQL), nil
	}
	a, err := newSet(v.items())
	if err != nil {
		return false, err
	}
	b, err := newSet(w.items())
	if err != nil {
		return false, err
	}
	return a.CompareSameType(op, b, depth)
}

// Binary implements starlark.HasBinary: the operators of sets.
func (v *view) Binary(op syntax.Token, y starlark.Value, side starlark.Side) (starlark.Value, error) {
	if v.kind == "dict_values" {
		return nil, nil
	}
	return setOperation(op, v, y, side)
}
