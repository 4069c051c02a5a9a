package jinja

import (
	"strings"
	"unicode"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
	lowered "cygnet/deploy/syntax"
)

// question makes a test of the value alone.
func question(f func(v starlark.Value) bool) *filter {
	return newFilter("", func(c *call) starlark.Value { return starlark.Bool(f(plain(c.value))) })
}

// kindOf makes a test of what a value is; what is undefined is none of that.
func kindOf(f func(v starlark.Value) bool) *filter {
	q := question(f)
	q.absent = true
	return q
}

// comparison makes a test that compares with an argument.
func comparison(op string) *filter {
	return newFilter("other", func(c *call) starlark.Value {
		return starlark.Bool(c.compare(op, plain(c.value), plain(c.args[0])))
	})
}

// remainder makes a test of what is left of a division.
func remainder(params string, want int) *filter {
	return newFilter(params, func(c *call) starlark.Value {
		var by starlark.Value = starlark.MakeInt(2)
		if len(c.args) > 0 {
			by = c.args[0]
		}
		return starlark.Bool(c.compare("==", c.run.python(lowered.Mod, plain(c.value), by), starlark.MakeInt(want)))
	})
}

func newTests() map[string]*filter {
	all := map[string]*filter{
		"boolean":     kindOf(func(v starlark.Value) bool { _, ok := v.(starlark.Bool); return ok }),
		"callable":    question(callableValue),
		"divisibleby": remainder("num", 0),
		"even":        remainder("", 0),
		"odd":         remainder("", 1),
		"false":       kindOf(func(v starlark.Value) bool { return v == starlark.False }),
		"true":        kindOf(func(v starlark.Value) bool { return v == starlark.True }),
		"float":       kindOf(func(v starlark.Value) bool { _, ok := v.(starlark.Float); return ok }),
		"integer":     kindOf(func(v starlark.Value) bool { _, ok := v.(starlark.Int); return ok }),
		"iterable":    question(iterable),
		"mapping":     kindOf(mapping),
		"sequence":    kindOf(sequence),
		"none":        kindOf(func(v starlark.Value) bool { return v == starlark.None }),
		"string":      kindOf(func(v starlark.Value) bool { _, ok := v.(starlark.String); return ok }),
		"lower":       question(func(v starlark.Value) bool { return cased(builtin.Str(v), unicode.IsLower, unicode.IsUpper) }),
		"upper":       question(func(v starlark.Value) bool { return cased(builtin.Str(v), unicode.IsUpper, unicode.IsLower) }),
		"number": kindOf(func(v starlark.Value) bool {
			switch v.(type) {
			case starlark.Bool, starlark.Int, starlark.Float:
				return true
			}
			return false
		}),
		"defined":   newFilter("undefined", func(c *call) starlark.Value { return starlark.Bool(!isUndefined(c.value)) }),
		"undefined": newFilter("undefined", func(c *call) starlark.Value { return starlark.Bool(isUndefined(c.value)) }),
		"escaped": newFilter("undefined", func(c *call) starlark.Value {
			_, ok := c.value.(markup)
			return starlark.Bool(ok)
		}),
		"filter": question(func(v starlark.Value) bool { return filters()[builtin.Str(v)] != nil }),
		"in":     comparison("in"),
		"sameas": newFilter("other undefined", func(c *call) starlark.Value {
			return c.run.python(lowered.Is, plain(c.value), plain(c.args[0]))
		}),
	}
	for op, names := range map[string]string{
		"==": "eq equalto", "!=": "ne", ">": "gt greaterthan", ">=": "ge", "<": "lt lessthan", "<=": "le",
	} {
		f := comparison(op)
		all[op] = f
		for name := range strings.FieldsSeq(names) {
			all[name] = f
		}
	}
	all["test"] = question(func(v starlark.Value) bool { return all[builtin.Str(v)] != nil })
	return all
}

// cased reports whether all letters of a text that have a case have that one, and
// there is one.
func cased(s string, is, other func(rune) bool) bool {
	return strings.IndexFunc(s, is) >= 0 && strings.IndexFunc(s, other) < 0
}

func iterable(v starlark.Value) bool {
	switch v.(type) {
	case starlark.String, starlark.Bytes, starlark.Iterable:
		return true
	}
	return false
}

func mapping(v starlark.Value) bool {
	_, ok := v.(starlark.IterableMapping)
	return ok
}

func sequence(v starlark.Value) bool {
	switch v.(type) {
	case starlark.String, starlark.Bytes, starlark.Indexable, starlark.IterableMapping:
		return true
	}
	return false
}
