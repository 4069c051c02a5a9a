package jinja

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
	"cygnet/op/argument"
)

// A filter is a filter or a test: its parameters and what it does.
type filter struct {
	params   []string
	required int
	variadic bool // takes any number of positional arguments
	keywords bool // takes any keyword
	absent   bool // takes a value that is undefined
	do       func(*call) starlark.Value
}

// A call is one use of a filter or a test.
type call struct {
	*run
	name   string
	value  starlark.Value
	args   []starlark.Value // one for each parameter; nil if absent
	rest   starlark.Tuple
	kwargs []starlark.Tuple
}

// newFilter makes a filter of parameters in words: "*args" takes the rest, "**"
// any keyword; those that end in "?" may be absent. "undefined" says that the
// value may be undefined.
func newFilter(params string, do func(*call) starlark.Value) *filter {
	f := &filter{do: do}
	for word := range strings.FieldsSeq(params) {
		switch word {
		case "*args":
			f.variadic = true
		case "**":
			f.keywords = true
		case "undefined":
			f.absent = true
		default:
			name := strings.TrimSuffix(word, "?")
			if name == word {
				f.required++
			}
			f.params = append(f.params, name)
		}
	}
	return f
}

// known are all filters and tests. They are made by the first use: their functions
// look things up in them, which Go takes for a cycle.
var known struct {
	once           sync.Once
	filters, tests map[string]*filter
}

func makeKnown() { known.filters, known.tests = newFilters(), newTests() }

func filters() map[string]*filter {
	known.once.Do(makeKnown)
	return known.filters
}

func tests() map[string]*filter {
	known.once.Do(makeKnown)
	return known.tests
}

func newFilters() map[string]*filter {
	all := map[string]*filter{}
	for _, part := range []map[string]*filter{textFilters(), htmlFilters(), listFilters(), pickFilters(), valueFilters()} {
		maps.Copy(all, part)
	}
	for alias, name := range map[string]string{"d": "default", "e": "escape", "count": "length"} {
		all[alias] = all[name]
	}
	return all
}

func unknownFilter(name string) string {
	return unknown("filter", name, slices.Sorted(maps.Keys(filters())))
}

func unknownTest(name string) string {
	return unknown("test", name, slices.Sorted(maps.Keys(tests())))
}

func unknown(what, name string, names []string) string {
	text := "there is no " + what + " called '" + name + "'"
	if near := argument.Nearest(name, names); near != "" {
		text += ", did you mean '" + near + "'?"
	}
	return text
}

func (x *filterExpr) eval(r *run) starlark.Value {
	v := x.x.eval(r)
	args, kwargs := x.args.evaluate(r)
	r.line = x.line
	return r.filter(x.name, v, args, kwargs)
}

// chain applies the filters of a block to its text.
func (x *filterExpr) chain(r *run, v starlark.Value) starlark.Value {
	if inner, ok := x.x.(*filterExpr); ok && inner != nil {
		v = inner.chain(r, v)
	}
	args, kwargs := x.args.evaluate(r)
	r.line = x.line
	return r.filter(x.name, v, args, kwargs)
}

// filter applies a filter by its name.
func (r *run) filter(name string, v starlark.Value, args starlark.Tuple, kwargs []starlark.Tuple) starlark.Value {
	f := filters()[name]
	if f == nil {
		r.failf(AssertionError, "%s", unknownFilter(name))
	}
	return r.use(name+"()", f, v, args, kwargs)
}

// check asks a test by its name.
func (r *run) check(name string, v starlark.Value, args starlark.Tuple, kwargs []starlark.Tuple) bool {
	f := tests()[name]
	if f == nil {
		r.failf(AssertionError, "%s", unknownTest(name))
	}
	return bool(r.use("test "+name, f, v, args, kwargs).Truth())
}

func (x *testExpr) eval(r *run) starlark.Value {
	v := x.x.eval(r)
	args, kwargs := x.args.evaluate(r)
	r.line = x.line
	return starlark.Bool(r.check(x.name, v, args, kwargs) != x.not)
}

// use gives a filter or a test its arguments and runs it.
func (r *run) use(name string, f *filter, v starlark.Value, args starlark.Tuple, kwargs []starlark.Tuple) starlark.Value {
	r.tick()
	c := &call{run: r, name: name, value: v, args: make([]starlark.Value, len(f.params))}
	if !f.absent {
		if u, ok := v.(*undefined); ok && u.silent {
			c.value = starlark.String("")
		} else if ok {
			r.undefined(u)
		}
	}
	n := copy(c.args, args)
	if len(args) > n && !f.variadic {
		r.raise(builtin.TypeError, "%s takes at most %d arguments, not %d", name, len(f.params), len(args))
	}
	c.rest = args[n:]
	for _, kw := range kwargs {
		key := string(kw[0].(starlark.String))
		i := slices.Index(f.params, key)
		switch {
		case i >= 0 && c.args[i] != nil:
			r.raise(builtin.TypeError, "%s got multiple values for argument '%s'", name, key)
		case i >= 0:
			c.args[i] = kw[1]
		case f.keywords:
			c.kwargs = append(c.kwargs, kw)
		default:
			r.raise(builtin.TypeError, "%s got an unexpected keyword argument '%s'", name, key)
		}
	}
	for i := range f.required {
		if c.args[i] == nil {
			r.raise(builtin.TypeError, "%s needs the argument '%s'", name, f.params[i])
		}
	}
	if !f.absent {
		for _, arg := range slices.Concat(c.args, c.rest) {
			if u, ok := arg.(*undefined); ok {
				r.undefined(u)
			}
		}
	}
	return f.do(c)
}

// text returns the value as text.
func (c *call) str() string { return builtin.Str(c.value) }

// or returns an argument, or what to take in its absence.
func (c *call) or(i int, absent starlark.Value) starlark.Value {
	if c.args[i] == nil {
		return absent
	}
	return c.args[i]
}

// given reports whether an argument was given and is not None.
func (c *call) given(i int) bool { return c.args[i] != nil && c.args[i] != starlark.None }

func (c *call) flag(i int) bool { return c.args[i] != nil && bool(c.args[i].Truth()) }

func (c *call) string(i int, absent string) string {
	if !c.given(i) {
		return absent
	}
	return builtin.Str(c.args[i])
}

// maxWidth bounds how wide a text may be made.
const maxWidth = 1 << 20

// whole returns an argument that must be an int that fits.
func (c *call) whole(i, absent int) int {
	if !c.given(i) {
		return absent
	}
	n, err := starlark.AsInt32(number(c.args[i]))
	if _, ok := number(c.args[i]).(starlark.Int); !ok {
		c.raise(builtin.TypeError, "%s needs a whole number, not %s", c.name, builtin.TypeName(c.args[i]))
	}
	if err != nil || n > maxWidth || n < -maxWidth {
		c.raise(builtin.OverflowError, "%s: the number %s is too large", c.name, builtin.Str(c.args[i]))
	}
	return n
}

// list returns the items of the value.
func (c *call) list() []starlark.Value { return c.items(c.value) }

// generator is what filters return that compute their items one by one in
// Jinja: it can be walked over once.
func (c *call) generator(items []starlark.Value) starlark.Value {
	i := 0
	return builtin.NewIterator(c.thread, "generator", func() (starlark.Value, error) {
		if i >= len(items) {
			return nil, nil
		}
		i++
		return items[i-1], nil
	})
}

func str(s string) starlark.Value { return starlark.String(s) }
