package builtin

import (
	"go.starlark.net/starlark"
)

// An Iterator is Python's iterator: it can be walked over once, and next() takes
// from it. It belongs to one thread.
type Iterator struct {
	kind      string
	thread    *starlark.Thread
	next      func() (starlark.Value, error)
	over      bool
	generator *generator // nil unless it is one
	frozen    bool       // no longer belongs to one thread: cannot be used
}

var (
	_ starlark.Iterable  = (*Iterator)(nil)
	_ starlark.Container = (*Iterator)(nil)
)

// NewIterator makes an iterator of the thread. next returns the next value, or
// nil at the end. kind is the name of its type. The thread must not be nil.
func NewIterator(thread *starlark.Thread, kind string, next func() (starlark.Value, error)) *Iterator {
	return &Iterator{kind: kind, thread: thread, next: next}
}

// Next returns the next value, or nil when there is none.
func (it *Iterator) Next() (starlark.Value, error) {
	if it.frozen {
		return nil, Raise(TypeError, "this %s is shared and can no longer be used: make a list of it", it.kind)
	}
	if it.over {
		return nil, nil
	}
	v, err := it.next()
	if v == nil || err != nil {
		it.over = true
	}
	return v, err
}

func (it *Iterator) String() string        { return "<" + it.kind + " object>" }
func (it *Iterator) Type() string          { return it.kind }
func (it *Iterator) Freeze()               { it.frozen = true }
func (*Iterator) Truth() starlark.Bool     { return true }
func (it *Iterator) Hash() (uint32, error) { return uint32(identity(it)), nil }

// PyClass implements [Classed].
func (it *Iterator) PyClass() *Class {
	for _, class := range []*Class{EnumerateClass, ZipClass, MapClass, FilterClass, ReversedClass} {
		if class.name == it.kind {
			return class
		}
	}
	return &Class{name: it.kind, base: ObjectClass, unknown: true}
}

// Iterate implements starlark.Iterable.
func (it *Iterator) Iterate() starlark.Iterator {
	if it.frozen {
		return starlark.Tuple(nil).Iterate()
	}
	return &walk{thread: it.thread, next: it.Next}
}

// Has implements starlark.Container. It takes from the iterator what it looks at.
func (it *Iterator) Has(x starlark.Value) (bool, error) {
	for n := 0; ; n++ {
		if err := roomToWalk(n); err != nil {
			return false, err
		}
		item, err := it.Next()
		if item == nil || err != nil {
			return false, err
		}
		if same, err := equal(item, x); same || err != nil {
			return same, err
		}
	}
}

// A walk is a starlark.Iterator that may fail: the interpreter knows no such
// thing, so it stops the thread, which keeps the exception; see [Pending].
type walk struct {
	thread *starlark.Thread
	next   func() (starlark.Value, error)
}

func (w *walk) Next(p *starlark.Value) bool {
	v, err := w.next()
	if err != nil {
		stop(w.thread, err)
		return false
	}
	if v == nil {
		return false
	}
	*p = v
	return true
}

func (*walk) Done() {}

// pendingKey is the thread local that holds the exception of a walk.
const pendingKey = "builtin.pending"

// stoppedText begins the reason of a thread that was stopped by a walk.
const stoppedText = "an iteration has raised "

func stop(thread *starlark.Thread, err error) {
	if _, ok := thread.Local(pendingKey).(error); ok {
		return
	}
	thread.SetLocal(pendingKey, err)
	thread.Cancel(stoppedText + err.Error())
}

// Pending returns the exception that came up while something was walked over in
// the thread, or nil. Such an exception stops the thread as Cancel does. It is
// no longer pending then, and the thread may run on.
func Pending(thread *starlark.Thread) error {
	err, ok := thread.Local(pendingKey).(error)
	if !ok {
		return nil
	}
	thread.SetLocal(pendingKey, nil)
	thread.Uncancel()
	return err
}

// Cause returns what a run of the thread failed with as Python has it: the
// pending exception if there is one, or else what [Translate] makes of err.
func Cause(thread *starlark.Thread, err error) error {
	if err == nil {
		return nil
	}
	if pending := Pending(thread); pending != nil {
		err = pending // came first
	}
	return Translate(err)
}

// iterate returns a function that gives one item after the other, and nil at the
// end.
func iterate(v starlark.Value) (func() (starlark.Value, error), error) {
	if e := enumOf(v); e != nil {
		return byIndex2(e.all()), nil
	}
	switch v := v.(type) {
	case *Instance:
		return v.iterate()
	case *Iterator:
		return v.Next, nil
	case starlark.String:
		return runes(string(v)), nil
	case starlark.Bytes:
		return byIndex(func() int { return len(v) }, func(i int) starlark.Value { return starlark.MakeInt(int(v[i])) }), nil
	case *starlark.Dict:
		return unchanged("dictionary", v.Keys(), v.Len), nil
	case *starlark.Set:
		return unchanged("Set", elements(v), v.Len), nil
	case *frozenSet:
		return unchanged("Set", elements(v.set), v.set.Len), nil
	case *view:
		return unchanged("dictionary", v.items(), v.dict.Len), nil
	case starlark.Indexable:
		if _, ok := v.(starlark.Iterable); ok {
			return byIndex(v.Len, v.Index), nil
		}
	case starlark.Iterable:
		return foreign(v), nil
	}
	return nil, Raise(TypeError, "'%s' object is not iterable", TypeName(v))
}

func runes(s string) func() (starlark.Value, error) {
	return func() (starlark.Value, error) {
		if s == "" {
			return nil, nil
		}
		n := runeLen(s)
		r := starlark.String(s[:n])
		s = s[n:]
		return r, nil
	}
}

// byIndex sees what is added to a list or taken from it on the way.
func byIndex(length func() int, item func(int) starlark.Value) func() (starlark.Value, error) {
	i := 0
	return func() (starlark.Value, error) {
		if i >= length() {
			return nil, nil
		}
		i++
		return item(i - 1), nil
	}
}

// unchanged fails when a dict or set has changed its size.
func unchanged(what string, items []starlark.Value, length func() int) func() (starlark.Value, error) {
	i := 0
	return func() (starlark.Value, error) {
		if length() != len(items) {
			return nil, Raise(RuntimeError, "%s changed size during iteration", what)
		}
		if i >= len(items) {
			return nil, nil
		}
		i++
		return items[i-1], nil
	}
}

// foreign walks over a value of another package.
func foreign(v starlark.Iterable) func() (starlark.Value, error) {
	it := v.Iterate()
	return func() (starlark.Value, error) {
		if it == nil {
			return nil, nil
		}
		if w, ok := it.(*walk); ok {
			return w.next()
		}
		var item starlark.Value
		if !it.Next(&item) {
			it.Done()
			it = nil
			return nil, nil
		}
		return item, nil
	}
}

func elements(s *starlark.Set) []starlark.Value {
	out := make([]starlark.Value, 0, s.Len())
	for item := range s.Elements() {
		out = append(out, item)
	}
	return out
}

// Collect returns all items of a value, as Python's iteration gives them:
// characters of a string, ints of bytes, keys of a dict. The slice is new.
// TypeError if the value cannot be iterated, MemoryError if it is too long.
func Collect(v starlark.Value) ([]starlark.Value, error) {
	if s, ok := v.(starlark.Sequence); ok {
		if err := roomForItems(s.Len()); err != nil {
			return nil, err
		}
	}
	next, err := iterate(v)
	if err != nil {
		return nil, err
	}
	out := []starlark.Value{}
	for {
		item, err := next()
		if err != nil {
			return nil, err
		}
		if item == nil {
			return out, nil
		}
		if err := roomForItems(len(out) + 1); err != nil {
			return nil, err
		}
		out = append(out, item)
	}
}

// iterable is what the helper syntax.Iterate returns.
type iterable struct {
	thread *starlark.Thread
	next   func() (starlark.Value, error)
}

var _ starlark.Iterable = (*iterable)(nil)

func (*iterable) String() string               { return "<iterable>" }
func (*iterable) Type() string                 { return "iterable" }
func (*iterable) Freeze()                      {} // belongs to one thread
func (*iterable) Truth() starlark.Bool         { return true }
func (*iterable) Hash() (uint32, error)        { return 0, Raise(TypeError, "unhashable type: 'iterable'") }
func (i *iterable) Iterate() starlark.Iterator { return &walk{thread: i.thread, next: i.next} }

// iterateValue is the helper syntax.Iterate.
func iterateValue(c *call) starlark.Value {
	next, err := iterate(c.args[0])
	if err != nil {
		return c.fail(err)
	}
	return &iterable{thread: c.thread, next: next}
}
