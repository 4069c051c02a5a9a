package jinja

import (
	"fmt"
	"math"
	"strings"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
	lowered "cygnet/deploy/syntax"
)

func valueFilters() map[string]*filter {
	return map[string]*filter{
		"abs": newFilter("", func(c *call) starlark.Value { return c.run.python("abs", plain(c.value)) }),
		"attr": newFilter("name", func(c *call) starlark.Value {
			name := c.string(0, "")
			v, err := c.help(lowered.Attr, plain(c.value), str(name))
			switch {
			case err == nil:
				return v
			case raised(err, builtin.AttributeError):
				return noAttribute(c.value, name)
			}
			c.fail(err)
			return nil
		}),
		"default":        newFilter("default_value? boolean? undefined", defaultFilter),
		"filesizeformat": newFilter("binary?", fileSize),
		"float":          newFilter("default?", floatFilter),
		"int":            newFilter("default? base?", intFilter),
		"pprint":         newFilter("", func(c *call) starlark.Value { return str(pretty(c.value)) }),
		"round":          newFilter("precision? method?", round),
		"tojson":         newFilter("indent?", toJSON),
	}
}

func defaultFilter(c *call) starlark.Value {
	if isUndefined(c.value) || c.flag(1) && !bool(c.value.Truth()) {
		return c.or(0, str(""))
	}
	return c.value
}

// convert calls a class with a value; ok is false if it does not take it.
func (c *call) convert(class string, args ...starlark.Value) (v starlark.Value, ok bool) {
	v, err := c.help(class, args...)
	if err != nil && !raised(err, builtin.TypeError, builtin.ValueError, builtin.OverflowError) {
		c.fail(err)
	}
	return v, err == nil
}

func intFilter(c *call) starlark.Value {
	value := plain(c.value)
	args := []starlark.Value{value}
	if _, ok := value.(starlark.String); ok {
		args = append(args, c.or(1, starlark.MakeInt(10)))
	}
	if v, ok := c.convert("int", args...); ok {
		return v
	}
	if f, ok := c.convert("float", value); ok {
		if v, ok := c.convert("int", f); ok {
			return v
		}
	}
	return c.or(0, starlark.MakeInt(0))
}

func floatFilter(c *call) starlark.Value {
	if v, ok := c.convert("float", plain(c.value)); ok {
		return v
	}
	return c.or(0, starlark.Float(0))
}

func round(c *call) starlark.Value {
	method := c.string(1, "common")
	digits := c.whole(0, 0)
	switch method {
	case "common":
		return c.run.python("round", plain(c.value), starlark.MakeInt(digits))
	case "ceil", "floor":
		f, ok := starlark.AsFloat(number(plain(c.value)))
		if !ok {
			c.raise(builtin.TypeError, "round() needs a number, not %s", builtin.TypeName(c.value))
		}
		power := math.Pow10(digits)
		if method == "ceil" {
			return starlark.Float(math.Ceil(f*power) / power)
		}
		return starlark.Float(math.Floor(f*power) / power)
	}
	c.failf("FilterArgumentError", "round(): the method must be common, ceil or floor, not %s", method)
	return nil
}

func fileSize(c *call) starlark.Value {
	v, ok := c.convert("float", plain(c.value))
	if !ok {
		c.raise(builtin.ValueError, "filesizeformat() needs a number of bytes, not %s", builtin.Repr(plain(c.value)))
	}
	size, base, prefixes := float64(v.(starlark.Float)), 1000.0, "kB MB GB TB PB EB ZB YB"
	if c.flag(0) {
		base, prefixes = 1024, "KiB MiB GiB TiB PiB EiB ZiB YiB"
	}
	switch {
	case size == 1:
		return str("1 Byte")
	case size < base:
		return str(fmt.Sprintf("%d Bytes", int64(size)))
	}
	names := strings.Fields(prefixes)
	unit := base
	for _, name := range names {
		unit *= base
		if size < unit {
			return str(fmt.Sprintf("%.1f %s", base*size/unit, name))
		}
	}
	return str(fmt.Sprintf("%.1f %s", base*size/unit, names[len(names)-1]))
}

// prettyWidth is how wide pprint makes lines.
const prettyWidth = 80

// pretty returns a value as Python's pprint shows it: dicts sorted, and
// containers that are too wide with an item on each line.
func pretty(v starlark.Value) string {
	var b strings.Builder
	prettyTo(&b, v, 0, 0, 0)
	return b.String()
}

func prettyTo(b *strings.Builder, v starlark.Value, indent, after, depth int) {
	v = sortedDict(v, 0)
	text := builtin.Repr(v)
	if runeCount(text) <= prettyWidth-indent-after || depth > 50 {
		b.WriteString(text)
		return
	}
	switch v := v.(type) {
	case *starlark.Dict:
		b.WriteString("{")
		items := v.Items()
		for i, item := range items {
			key := builtin.Repr(item[0])
			b.WriteString(key + ": ")
			prettyTo(b, item[1], indent+runeCount(key)+3, lastly(i, len(items), after), depth+1)
			separate(b, i, len(items), indent)
		}
		b.WriteString("}")
	case *starlark.List:
		b.WriteString("[")
		for i := range v.Len() {
			prettyTo(b, v.Index(i), indent+1, lastly(i, v.Len(), after), depth+1)
			separate(b, i, v.Len(), indent)
		}
		b.WriteString("]")
	case starlark.Tuple:
		b.WriteString("(")
		for i, item := range v {
			prettyTo(b, item, indent+1, lastly(i, len(v), after), depth+1)
			separate(b, i, len(v), indent)
		}
		if len(v) == 1 {
			b.WriteString(",")
		}
		b.WriteString(")")
	default:
		b.WriteString(text)
	}
}

// lastly is the room that must be left after an item: for the comma, or for what
// closes the containers.
func lastly(i, n, after int) int {
	if i == n-1 {
		return after + 1
	}
	return 1
}

func separate(b *strings.Builder, i, n, indent int) {
	if i < n-1 {
		b.WriteString(",\n" + strings.Repeat(" ", indent+1))
	}
}

// sortedDict returns a dict with its keys in order, if they can be ordered, and
// any other value as it is. Dicts inside are sorted too.
func sortedDict(v starlark.Value, depth int) starlark.Value {
	if depth > 50 {
		return v
	}
	switch v := v.(type) {
	case *starlark.Dict:
		sorted := starlark.NewDict(v.Len())
		for _, key := range sortedKeys(v) {
			item, _, err := v.Get(key)
			if err == nil {
				err = sorted.SetKey(key, sortedDict(item, depth+1))
			}
			if err != nil {
				return v
			}
		}
		return sorted
	case *starlark.List:
		list := make([]starlark.Value, v.Len())
		for i := range list {
			list[i] = sortedDict(v.Index(i), depth+1)
		}
		return starlark.NewList(list)
	case starlark.Tuple:
		tuple := make(starlark.Tuple, len(v))
		for i := range tuple {
			tuple[i] = sortedDict(v[i], depth+1)
		}
		return tuple
	}
	return v
}
