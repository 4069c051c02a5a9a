package jinja

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf16"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"cygnet/deploy/builtin"
)

// toJSON writes a value as Python's json.dumps does with its keys sorted, so
// that it can stand in HTML.
func toJSON(c *call) starlark.Value {
	j := &jsonWriter{call: c}
	if c.given(0) {
		j.indented = true
		if s, ok := c.args[0].(starlark.String); ok {
			j.indent = string(s)
		} else {
			j.indent = strings.Repeat(" ", min(max(c.whole(0, 0), 0), 100))
		}
	}
	j.value(c.value, 0)
	return markup(strings.NewReplacer("<", `\u003c`, ">", `\u003e`, "&", `\u0026`, "'", `\u0027`).Replace(j.out.String()))
}

type jsonWriter struct {
	*call
	out      strings.Builder
	indented bool
	indent   string
}

// maxJSON is how deep values may be nested.
const maxJSON = 200

func (j *jsonWriter) value(v starlark.Value, depth int) {
	j.tick()
	if depth > maxJSON || j.out.Len() > maxOutput {
		j.raise(builtin.ValueError, "the value is nested too deep or too large for JSON")
	}
	switch v := plain(j.defined(v)).(type) {
	case starlark.NoneType:
		j.out.WriteString("null")
	case starlark.Bool:
		j.out.WriteString(map[starlark.Bool]string{true: "true", false: "false"}[v])
	case starlark.Int:
		j.out.WriteString(v.String())
	case starlark.Float:
		j.float(float64(v))
	case starlark.String:
		j.string(string(v))
	case *starlark.Dict:
		j.dict(v, depth)
	case *starlark.List, starlark.Tuple, pair:
		j.list(j.items(v), depth)
	default:
		j.raise(builtin.TypeError, "Object of type %s is not JSON serializable", builtin.TypeName(v))
	}
}

func (j *jsonWriter) float(f float64) {
	switch {
	case math.IsNaN(f):
		j.out.WriteString("NaN")
	case math.IsInf(f, 1):
		j.out.WriteString("Infinity")
	case math.IsInf(f, -1):
		j.out.WriteString("-Infinity")
	default:
		j.out.WriteString(builtin.Repr(starlark.Float(f)))
	}
}

func (j *jsonWriter) string(s string) {
	j.out.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"', r == '\\':
			j.out.WriteString("\\" + string(r))
		case r == '\n':
			j.out.WriteString(`\n`)
		case r == '\r':
			j.out.WriteString(`\r`)
		case r == '\t':
			j.out.WriteString(`\t`)
		case r == '\b':
			j.out.WriteString(`\b`)
		case r == '\f':
			j.out.WriteString(`\f`)
		case r < ' ' || r > '~' && r <= 0xffff:
			fmt.Fprintf(&j.out, `\u%04x`, r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&j.out, `\u%04x\u%04x`, high, low)
		default:
			j.out.WriteRune(r)
		}
	}
	j.out.WriteByte('"')
}

// line begins the line of an item, after a comma unless it is the first.
func (j *jsonWriter) line(i, depth int) {
	switch {
	case i > 0 && j.indented:
		j.out.WriteByte(',')
	case i > 0:
		j.out.WriteString(", ")
	}
	if j.indented {
		j.out.WriteString("\n" + strings.Repeat(j.indent, depth))
	}
}

func (j *jsonWriter) list(items []starlark.Value, depth int) {
	j.out.WriteByte('[')
	for i, item := range items {
		j.line(i, depth+1)
		j.value(item, depth+1)
	}
	if j.indented && len(items) > 0 {
		j.out.WriteString("\n" + strings.Repeat(j.indent, depth))
	}
	j.out.WriteByte(']')
}

func (j *jsonWriter) dict(v *starlark.Dict, depth int) {
	j.out.WriteByte('{')
	for i, key := range sortedKeys(v) {
		item, _, err := v.Get(key)
		if err != nil {
			j.fail(err)
		}
		j.line(i, depth+1)
		switch k := key.(type) {
		case starlark.String:
			j.string(string(k))
		case starlark.NoneType, starlark.Bool, starlark.Int, starlark.Float:
			j.out.WriteByte('"')
			j.value(k, depth)
			j.out.WriteByte('"')
		default:
			j.raise(builtin.TypeError, "keys must be str, int, float, bool or None, not %s", builtin.TypeName(key))
		}
		j.out.WriteString(": ")
		j.value(item, depth+1)
	}
	if j.indented && v.Len() > 0 {
		j.out.WriteString("\n" + strings.Repeat(j.indent, depth))
	}
	j.out.WriteByte('}')
}

// sortedKeys returns the keys of a dict in order; those that have none stay in
// the dict's.
func sortedKeys(v *starlark.Dict) []starlark.Value {
	keys := v.Keys()
	slices.SortStableFunc(keys, func(a, b starlark.Value) int {
		if less, err := starlark.Compare(syntax.LT, a, b); err == nil && less {
			return -1
		}
		if more, err := starlark.Compare(syntax.GT, a, b); err == nil && more {
			return 1
		}
		return 0
	})
	return keys
}
