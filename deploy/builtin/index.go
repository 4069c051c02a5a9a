package builtin

import (
	"slices"
	"strings"
	"unicode/utf8"

	"go.starlark.net/starlark"
)

// getItem is x[key] where key is no slice.
func getItem(x, key starlark.Value) (starlark.Value, error) {
	switch x := x.(type) {
	case *Instance:
		return x.item(key)
	case *starlark.Dict:
		v, found, err := lookup(x, key)
		if err == nil && !found {
			err = newException(KeyError, key)
		}
		return v, err
	case starlark.String:
		return stringItem(string(x), key)
	case starlark.Bytes:
		i, err := itemIndex(x, key, x.Len())
		if err != nil {
			return nil, err
		}
		return starlark.MakeInt(int(x[i])), nil
	case starlark.Mapping:
		v, found, err := x.Get(key)
		if err == nil && !found {
			err = newException(KeyError, key)
		}
		return v, err
	case starlark.Indexable:
		i, err := itemIndex(x, key, x.Len())
		if err != nil {
			return nil, err
		}
		return x.Index(i), nil
	case *Class:
		if e := enumOf(x); e != nil {
			return e.item(key)
		}
		// list[str], in an annotation that is a value.
		return x.subscript(key)
	}
	return nil, Raise(TypeError, "'%s' object is not subscriptable", TypeName(x))
}

// itemIndex returns the position that an index means; negative ones count from
// the end.
func itemIndex(x, key starlark.Value, n int) (int, error) {
	name := TypeName(x)
	if _, ok := asInt(key); !ok {
		if name == "str" || name == "bytes" {
			return 0, Raise(TypeError, "%s indices must be integers, not '%s'", map[string]string{"str": "string", "bytes": "byte"}[name], TypeName(key))
		}
		return 0, Raise(TypeError, "%s indices must be integers or slices, not %s", name, TypeName(key))
	}
	i, err := index(key)
	if err != nil {
		return 0, err
	}
	if i < 0 {
		i += n
	}
	if i < 0 || i >= n {
		switch name {
		case "str":
			name = "string"
		case "bytes":
			return 0, Raise(IndexError, "index out of range")
		case "range":
			name = "range object"
		}
		return 0, Raise(IndexError, "%s index out of range", name)
	}
	return i, nil
}

func stringItem(s string, key starlark.Value) (starlark.Value, error) {
	i, err := itemIndex(starlark.String(s), key, utf8.RuneCountInString(s))
	if err != nil {
		return nil, err
	}
	at := i
	if !isASCII(s) {
		at = offset(s, i)
	}
	return starlark.String(s[at : at+runeLen(s[at:])]), nil
}

// setItem is x[key] = v where key is no slice.
func setItem(x, key, v starlark.Value) error {
	switch x := x.(type) {
	case *Instance:
		return x.setItem(key, v)
	case *starlark.Dict:
		return setKey(x, key, v)
	case *starlark.List:
		i, err := itemIndex(x, key, x.Len())
		if e, ok := err.(*Exception); ok && e.IsA(IndexError) {
			return Raise(IndexError, "list assignment index out of range")
		}
		if err != nil {
			return err
		}
		return Translate(x.SetIndex(i, v))
	case starlark.HasSetKey:
		return x.SetKey(key, v)
	}
	return Raise(TypeError, "'%s' object does not support item assignment", TypeName(x))
}

// An itemDeleter is a value of another package whose items can be deleted.
type itemDeleter interface {
	Delete(key starlark.Value) (v starlark.Value, found bool, err error)
}

// delItem is del x[key] where key is no slice.
func delItem(c *call) starlark.Value {
	key := c.args[1]
	if i, ok := c.args[0].(*Instance); ok {
		if done, err := i.delItem(key); done || err != nil {
			return c.done(nil, err)
		}
	}
	switch x := Plain(c.args[0]).(type) {
	case *starlark.List:
		i, err := itemIndex(x, key, x.Len())
		if e, ok := err.(*Exception); ok && e.IsA(IndexError) {
			return c.raise(IndexError, "list assignment index out of range")
		}
		if err != nil {
			return c.fail(err)
		}
		return c.splice(x, i, i+1)
	case itemDeleter:
		_, found, err := x.Delete(key)
		if err == nil && !found {
			return c.fail(newException(KeyError, key))
		}
		return c.done(nil, Translate(err))
	case starlark.Indexable:
		return c.raise(TypeError, "'%s' object doesn't support item deletion", TypeName(x))
	}
	return c.raise(TypeError, "'%s' object does not support item deletion", TypeName(c.args[0]))
}

// A cut is what a slice selects of a sequence.
type cut struct{ start, stop, step, n int }

// newCut works out a slice of a sequence of a length. Its parts may be None.
func newCut(length int, lo, hi, step starlark.Value) (cut, error) {
	part := func(v starlark.Value, absent int) (int, error) {
		if v == starlark.None {
			return absent, nil
		}
		if _, ok := asInt(v); !ok {
			return 0, Raise(TypeError, "slice indices must be integers or None or have an __index__ method")
		}
		return index(v)
	}
	s := cut{}
	var err error
	if s.step, err = part(step, 1); err != nil {
		return s, err
	}
	if s.step == 0 {
		return s, Raise(ValueError, "slice step cannot be zero")
	}
	// No step needs to be longer than the sequence; 1 has a meaning of its own.
	s.step = max(min(s.step, length+2), -length-2)
	first, last, least, most := 0, length, 0, length
	if s.step < 0 {
		first, last, least, most = length-1, -1, -1, length-1
	}
	bound := func(v starlark.Value, absent int) int {
		i, e := part(v, absent)
		if e != nil && err == nil {
			err = e
		}
		if i < 0 && v != starlark.None {
			i += length
		}
		return max(min(i, most), least)
	}
	s.start, s.stop = bound(lo, first), bound(hi, last)
	if s.step > 0 && s.start < s.stop {
		s.n = (s.stop-s.start-1)/s.step + 1
	} else if s.step < 0 && s.start > s.stop {
		s.n = (s.start-s.stop-1)/-s.step + 1
	}
	return s, err
}

// pick returns what a cut selects.
func pick[T any](items []T, s cut) []T {
	if s.step == 1 {
		return slices.Clone(items[s.start : s.start+s.n])
	}
	out := make([]T, s.n)
	for i := range out {
		out[i] = items[s.start+i*s.step]
	}
	return out
}

// getSlice is the helper syntax.Slice.
func getSlice(c *call) starlark.Value {
	cutOf := func(n int) cut {
		s, err := newCut(n, c.args[1], c.args[2], c.args[3])
		if err != nil {
			c.fail(err)
		}
		return s
	}
	switch x := Plain(c.args[0]).(type) {
	case starlark.String:
		if isASCII(string(x)) {
			if s := cutOf(len(x)); s.step == 1 && c.err == nil {
				return x[s.start : s.start+s.n]
			} else if c.err == nil {
				return starlark.String(pick([]byte(x), s))
			}
			return nil
		}
		chars := characters(string(x))
		if s := cutOf(len(chars)); c.err == nil {
			return starlark.String(strings.Join(pick(chars, s), ""))
		}
	case starlark.Bytes:
		if s := cutOf(len(x)); c.err == nil {
			return starlark.Bytes(pick([]byte(x), s))
		}
	case *starlark.List:
		if s := cutOf(x.Len()); c.err == nil {
			return starlark.NewList(pick(contents(x), s))
		}
	case starlark.Tuple:
		if s := cutOf(x.Len()); c.err == nil {
			return starlark.Tuple(pick(x, s))
		}
	case starlark.Sliceable:
		if s := cutOf(x.Len()); c.err == nil {
			return x.Slice(s.start, max(s.start+s.n*s.step, -1), s.step)
		}
	default:
		return c.raise(TypeError, "'%s' object is not subscriptable", TypeName(x))
	}
	return nil
}

// characters cuts a text into its characters.
func characters(s string) []string {
	out := make([]string, 0, len(s))
	for s != "" {
		n := runeLen(s)
		out, s = append(out, s[:n]), s[n:]
	}
	return out
}

// setSlice is the helper syntax.SetSlice.
func setSlice(c *call) starlark.Value {
	l, ok := c.args[0].(*starlark.List)
	if !ok {
		return c.raise(TypeError, "'%s' object does not support item assignment", TypeName(c.args[0]))
	}
	s, err := newCut(l.Len(), c.args[1], c.args[2], c.args[3])
	if err != nil {
		return c.fail(err)
	}
	if _, err := iterate(c.args[4]); err != nil {
		return c.raise(TypeError, "can only assign an iterable")
	}
	with := c.items(4)
	if s.step == 1 {
		return c.splice(l, s.start, max(s.start, s.stop), with...)
	}
	if c.err == nil && len(with) != s.n {
		return c.raise(ValueError, "attempt to assign sequence of size %d to extended slice of size %d", len(with), s.n)
	}
	for i, v := range with {
		if err := l.SetIndex(s.start+i*s.step, v); err != nil {
			return c.fail(Translate(err))
		}
	}
	return nil
}

// delSlice is the helper syntax.DelSlice.
func delSlice(c *call) starlark.Value {
	l, ok := c.args[0].(*starlark.List)
	if !ok {
		return c.raise(TypeError, "'%s' object does not support item deletion", TypeName(c.args[0]))
	}
	s, err := newCut(l.Len(), c.args[1], c.args[2], c.args[3])
	if err != nil {
		return c.fail(err)
	}
	gone := make(map[int]bool, s.n)
	for i := range s.n {
		gone[s.start+i*s.step] = true
	}
	var left []starlark.Value
	for i, v := range contents(l) {
		if !gone[i] {
			left = append(left, v)
		}
	}
	return c.done(nil, refill(l, left))
}
