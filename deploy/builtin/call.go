package builtin

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"go.starlark.net/starlark"
)

// A function is a builtin function or method: its signature and what it does.
type function struct {
	name  string // as Python's messages have it without its class
	full  string // with its class: str.split
	value *starlark.Builtin

	params   []param
	required int  // of the positional parameters
	places   int  // how many parameters may be given by position
	variadic bool // takes any number of positional arguments
	keywords bool // takes any keyword
	whole    bool // works on an instance, not on the value that it holds
	run      func(*call) starlark.Value
}

type param struct {
	name   string
	byName bool // may be given by keyword
}

// newFunction makes a function of a signature in words: a parameter that may be
// absent ends in "?"; those before "/" are given by position only, those after
// "*" by name only; "*args" takes the rest, "**" any keyword.
func newFunction(name, signature string, run func(*call) starlark.Value) *function {
	f := &function{name: name, full: name, run: run}
	byPlace := true
	for word := range strings.FieldsSeq(signature) {
		switch word {
		case "/":
			for i := range f.params {
				f.params[i].byName = false
			}
		case "*":
			byPlace = false
		case "*args":
			f.variadic, byPlace = true, false
		case "**":
			f.keywords = true
		default:
			p := strings.TrimSuffix(word, "?")
			if byPlace {
				f.places++
				if p == word {
					f.required++
				}
			}
			f.params = append(f.params, param{name: p, byName: true})
		}
	}
	f.bind(name, name)
	return f
}

// bind names a function and makes the value that programs see.
func (f *function) bind(name, full string) {
	f.name, f.full = name, full
	f.value = starlark.NewBuiltin(name, func(thread *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		return f.call(thread, b.Receiver(), args, kwargs)
	})
}

// fn is a function in a table, which names it.
func fn(signature string, run func(*call) starlark.Value) *function {
	return newFunction("", signature, run)
}

// method is a function with an instance.
func method[T starlark.Value](signature string, run func(*call, T) starlark.Value) *function {
	return fn(signature, func(c *call) starlark.Value { return run(c, c.self.(T)) })
}

// A call is one call of a function. Its accessors keep the first error in err
// and return a zero value then; the caller of run looks at err when run returns.
type call struct {
	f      *function
	thread *starlark.Thread
	self   starlark.Value
	args   []starlark.Value // one for each parameter; nil if absent
	rest   starlark.Tuple   // what *args took
	named  []starlark.Tuple // what ** took
	err    error
}

func (f *function) call(thread *starlark.Thread, self starlark.Value, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	c := &call{f: f, thread: thread, self: self}
	if err := c.take(args, kwargs); err != nil {
		return nil, err
	}
	v := f.run(c)
	if err := Pending(thread); err != nil && c.err == nil {
		c.err = err // of a method that was called where no error can be returned
	}
	if c.err != nil {
		return nil, c.err
	}
	if v == nil {
		return starlark.None, nil
	}
	return v, nil
}

// take matches arguments with parameters.
func (c *call) take(args starlark.Tuple, kwargs []starlark.Tuple) error {
	f := c.f
	c.args = make([]starlark.Value, len(f.params))
	n := copy(c.args[:f.places], args)
	if n < len(args) {
		if !f.variadic {
			return f.wrongCount(len(args) + len(kwargs))
		}
		c.rest = args[n:]
	}
	for _, kw := range kwargs {
		name := string(kw[0].(starlark.String))
		i := f.param(name)
		switch {
		case i >= 0 && c.args[i] != nil:
			return Raise(TypeError, "argument for %s() given by name ('%s') and position (%d)", f.name, name, i+1)
		case i >= 0:
			c.args[i] = kw[1]
		case f.keywords:
			c.named = append(c.named, kw)
		case !f.byName(f.params):
			return Raise(TypeError, "%s() takes no keyword arguments", f.full)
		default:
			return Raise(TypeError, "'%s' is an invalid keyword argument for %s()", name, f.name)
		}
	}
	for i := range f.required {
		if c.args[i] == nil {
			if f.params[i].byName && f.places > 1 {
				return Raise(TypeError, "%s() missing required argument '%s' (pos %d)", f.name, f.params[i].name, i+1)
			}
			return f.wrongCount(len(args))
		}
	}
	return nil
}

func (f *function) param(name string) int {
	for i, p := range f.params {
		if p.name == name && p.byName {
			return i
		}
	}
	return -1
}

// byName reports whether one of the parameters may be given by name.
func (*function) byName(params []param) bool {
	return slices.ContainsFunc(params, func(p param) bool { return p.byName })
}

// wrongCount is the exception for too few or too many arguments, in one of the
// five forms that Python has for it.
func (f *function) wrongCount(n int) error {
	plural := func(n int) string {
		if n == 1 {
			return "argument"
		}
		return "arguments"
	}
	switch {
	case f.places == 0 && len(f.params) > 0:
		return Raise(TypeError, "%s() takes no positional arguments", f.name)
	case f.places == 0:
		return Raise(TypeError, "%s() takes no arguments (%d given)", f.full, n)
	case f.required == 1 && len(f.params) == 1 && !f.variadic:
		return Raise(TypeError, "%s() takes exactly one argument (%d given)", f.full, n)
	case n < f.required && f.required == f.places && !f.variadic:
		return Raise(TypeError, "%s expected %d arguments, got %d", f.name, f.required, n)
	case n < f.required:
		return Raise(TypeError, "%s expected at least %d %s, got %d", f.name, f.required, plural(f.required), n)
	case f.byName(f.params[:f.places]):
		return Raise(TypeError, "%s() takes at most %d %s (%d given)", f.name, f.places, plural(f.places), n)
	case f.required == f.places:
		return Raise(TypeError, "%s expected %d %s, got %d", f.name, f.places, plural(f.places), n)
	}
	return Raise(TypeError, "%s expected at most %d %s, got %d", f.name, f.places, plural(f.places), n)
}

// fail keeps the first error. It returns nil, so that a function can end with it.
func (c *call) fail(err error) starlark.Value {
	if c.err == nil {
		c.err = err
	}
	return nil
}

func (c *call) raise(class *Class, format string, args ...any) starlark.Value {
	return c.fail(Raise(class, format, args...))
}

// done returns a value or keeps an error.
func (c *call) done(v starlark.Value, err error) starlark.Value {
	if err != nil {
		return c.fail(err)
	}
	return v
}

// has reports whether an argument was given.
func (c *call) has(i int) bool { return c.args[i] != nil }

// given reports whether an argument was given and is not None.
func (c *call) given(i int) bool { return c.args[i] != nil && c.args[i] != starlark.None }

// or returns an argument, or what to take in its absence.
func (c *call) or(i int, absent starlark.Value) starlark.Value {
	if c.args[i] == nil {
		return absent
	}
	return c.args[i]
}

// text returns an argument that must be a str.
func (c *call) text(i int) string {
	s, ok := Plain(c.args[i]).(starlark.String)
	if !ok {
		c.raise(TypeError, "%s() argument %smust be str, not %s", c.f.name, c.place(i), TypeName(c.args[i]))
	}
	return string(s)
}

// place names an argument in a message; the only one needs no number.
func (c *call) place(i int) string {
	if len(c.f.params) == 1 {
		return ""
	}
	return fmt.Sprintf("%d ", i+1)
}

// whole returns an argument that must be an int, or what to take in its
// absence. One that is beyond int's range becomes its end, which is as good for
// a count or a position.
func (c *call) whole(i, absent int) int {
	if c.args[i] == nil {
		return absent
	}
	n, err := index(c.args[i])
	if err != nil {
		c.fail(err)
	}
	return n
}

// index returns a value as an int, as Python does where it needs a whole number.
func index(v starlark.Value) (int, error) {
	n, ok := asInt(v)
	if !ok {
		return 0, Raise(TypeError, "'%s' object cannot be interpreted as an integer", TypeName(v))
	}
	if small, ok := n.Int64(); ok && small == int64(int(small)) {
		return int(small), nil
	}
	if n.Sign() < 0 {
		return math.MinInt, nil
	}
	return math.MaxInt, nil
}

// asInt takes ints and bools, which are ints in Python.
func asInt(v starlark.Value) (starlark.Int, bool) {
	switch v := v.(type) {
	case *Instance:
		if v.payload != nil {
			return asInt(v.payload)
		}
	case starlark.Int:
		return v, true
	case starlark.Bool:
		if v {
			return starlark.MakeInt(1), true
		}
		return starlark.MakeInt(0), true
	}
	return starlark.Int{}, false
}

// truth returns whether an argument counts as true; absent ones do not.
func (c *call) truth(i int) bool { return c.args[i] != nil && bool(c.args[i].Truth()) }

// items returns all items of an argument that must be iterable.
func (c *call) items(i int) []starlark.Value {
	list, err := Collect(c.args[i])
	if err != nil {
		c.fail(err)
	}
	return list
}
