package jinja

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

func listFilters() map[string]*filter {
	return map[string]*filter{
		"batch":    newFilter("linecount fill_with?", batch),
		"dictsort": newFilter("case_sensitive? by? reverse?", dictSort),
		"first":    newFilter("", func(c *call) starlark.Value { return c.end("first", 0) }),
		"last":     newFilter("", func(c *call) starlark.Value { return c.end("last", -1) }),
		"groupby":  newFilter("attribute default? case_sensitive?", groupBy),
		"items":    newFilter("undefined", itemsFilter),
		"join":     newFilter("d? attribute?", join),
		"length":   newFilter("", func(c *call) starlark.Value { return c.run.python("len", plain(c.value)) }),
		"list":     newFilter("", func(c *call) starlark.Value { return starlark.NewList(c.list()) }),
		"max":      newFilter("case_sensitive? attribute?", func(c *call) starlark.Value { return c.extreme(">") }),
		"min":      newFilter("case_sensitive? attribute?", func(c *call) starlark.Value { return c.extreme("<") }),
		"random": newFilter("", func(c *call) starlark.Value {
			list := c.list()
			if len(list) == 0 {
				return &undefined{msg: "No random item, sequence was empty."}
			}
			return list[rand.IntN(len(list))]
		}),
		"reverse": newFilter("", reverse),
		"slice":   newFilter("slices fill_with?", sliceFilter),
		"sort":    newFilter("reverse? case_sensitive? attribute?", sortFilter),
		"sum":     newFilter("attribute? start?", sum),
		"unique":  newFilter("case_sensitive? attribute?", unique),
	}
}

func batch(c *call) starlark.Value {
	n := c.whole(0, 0)
	if n <= 0 {
		c.raise(builtin.ValueError, "batch() needs a count of at least 1, not %d", n)
	}
	var out []starlark.Value
	for part := range slices.Chunk(c.list(), n) {
		part = slices.Clone(part)
		for c.given(1) && len(part) < n {
			part = append(part, c.args[1])
		}
		out = append(out, starlark.NewList(part))
	}
	return c.generator(out)
}

func sliceFilter(c *call) starlark.Value {
	n, list := c.whole(0, 0), c.list()
	if n <= 0 {
		c.raise(builtin.ValueError, "slice() needs a count of at least 1, not %d", n)
	}
	each, more := len(list)/n, len(list)%n
	var out []starlark.Value
	for i, at := 0, 0; i < n; i++ {
		size := each
		if i < more {
			size++
		}
		part := slices.Clone(list[at : at+size])
		at += size
		if c.given(1) && i >= more {
			part = append(part, c.args[1])
		}
		out = append(out, starlark.NewList(part))
	}
	return c.generator(out)
}

// end is the first or the last item.
func (c *call) end(what string, i int) starlark.Value {
	list := c.list()
	if len(list) == 0 {
		return &undefined{msg: "No " + what + " item, sequence was empty."}
	}
	if i < 0 {
		i += len(list)
	}
	return list[i]
}

// attributeOf is what the name of an attribute finds in a value: names and
// numbers, with dots between them.
func (c *call) attributeOf(v, attribute, absent starlark.Value) starlark.Value {
	parts := []string{builtin.Str(attribute)}
	if _, ok := attribute.(starlark.String); ok {
		parts = strings.Split(parts[0], ".")
	}
	for _, part := range parts {
		var key starlark.Value = str(part)
		if n, err := strconv.Atoi(part); err == nil && n >= 0 {
			key = starlark.MakeInt(n)
		}
		v = c.item(c.defined(v), key)
		if isUndefined(v) && absent != nil && absent != starlark.None {
			v = absent
		}
	}
	return v
}

// folded takes a text without its case.
func folded(v starlark.Value) starlark.Value {
	if s, ok := plain(v).(starlark.String); ok {
		return str(strings.ToLower(string(s)))
	}
	return v
}

// keys returns what values are compared by: themselves, or the argument
// attribute, which may name several; without case, unless the argument
// sensitive says otherwise.
func (c *call) keys(values []starlark.Value, sensitive, attribute int, absent starlark.Value) []starlark.Value {
	keys := make([]starlark.Value, len(values))
	key := func(v starlark.Value) starlark.Value {
		if c.flag(sensitive) {
			return c.defined(v)
		}
		return folded(c.defined(v))
	}
	for i, v := range values {
		if !c.given(attribute) {
			keys[i] = key(v)
			continue
		}
		names, ok := c.args[attribute].(starlark.String)
		if !ok || !strings.Contains(string(names), ",") {
			keys[i] = key(c.attributeOf(v, c.args[attribute], absent))
			continue
		}
		var several starlark.Tuple
		for name := range strings.SplitSeq(string(names), ",") {
			several = append(several, key(c.attributeOf(v, str(strings.TrimSpace(name)), absent)))
		}
		keys[i] = several
	}
	return keys
}

// sorted sorts values by their keys, equal ones in their order.
func (c *call) sorted(values, keys []starlark.Value, reverse bool) []int {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	sign := 1
	if reverse {
		sign = -1
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case c.compare("<", keys[a], keys[b]):
			return -sign
		case c.compare("<", keys[b], keys[a]):
			return sign
		}
		return 0
	})
	return order
}

func sortFilter(c *call) starlark.Value {
	list := c.list()
	out := make([]starlark.Value, len(list))
	for i, at := range c.sorted(list, c.keys(list, 1, 2, nil), c.flag(0)) {
		out[i] = list[at]
	}
	return starlark.NewList(out)
}

// pairs are the items of a dict.
func (c *call) pairs() []starlark.Tuple {
	m, ok := c.value.(starlark.IterableMapping)
	if !ok {
		c.raise(builtin.TypeError, "%s needs a dict, not %s", c.name, builtin.TypeName(c.value))
	}
	return m.Items()
}

func dictSort(c *call) starlark.Value {
	by := map[string]int{"key": 0, "value": 1}
	at, ok := by[c.string(1, "key")]
	if !ok {
		c.failf("FilterArgumentError", `dictsort() can be by "key" or "value" only`)
	}
	pairs := c.pairs()
	values, sortBy := make([]starlark.Value, len(pairs)), make([]starlark.Value, len(pairs))
	for i, p := range pairs {
		values[i], sortBy[i] = p, p[at]
		if !c.flag(0) {
			sortBy[i] = folded(p[at])
		}
	}
	out := make([]starlark.Value, len(pairs))
	for i, at := range c.sorted(values, sortBy, c.flag(2)) {
		out[i] = values[at]
	}
	return starlark.NewList(out)
}

func groupBy(c *call) starlark.Value {
	list := c.list()
	keys := c.keys(list, 2, 0, c.args[1])
	var out []starlark.Value
	var group *starlark.List
	var last starlark.Value
	for _, i := range c.sorted(list, keys, false) {
		if group == nil || !c.compare("==", last, keys[i]) {
			group, last = starlark.NewList(nil), keys[i]
			out = append(out, pair{starlark.Tuple{c.attributeOf(list[i], c.args[0], c.args[1]), group}})
		}
		if err := group.Append(list[i]); err != nil {
			c.fail(err)
		}
	}
	return starlark.NewList(out)
}

func itemsFilter(c *call) starlark.Value {
	if isUndefined(c.value) {
		return c.generator(nil)
	}
	var out []starlark.Value
	for _, p := range c.pairs() {
		out = append(out, p)
	}
	return c.generator(out)
}

func join(c *call) starlark.Value {
	var parts []string
	size := 0
	for _, v := range c.list() {
		if c.given(1) {
			v = c.attributeOf(v, c.args[1], nil)
		}
		s := c.text(v)
		size += len(s)
		if size > maxOutput {
			c.raise(builtin.MemoryError, "the text becomes larger than %d MiB", maxOutput>>20)
		}
		parts = append(parts, s)
	}
	separator := c.string(0, "")
	if len(separator)*len(parts) > maxOutput {
		c.raise(builtin.MemoryError, "the text becomes larger than %d MiB", maxOutput>>20)
	}
	return str(strings.Join(parts, separator))
}

// extreme is the largest or the smallest item.
func (c *call) extreme(op string) starlark.Value {
	list := c.list()
	if len(list) == 0 {
		return &undefined{msg: "No aggregated item, sequence was empty."}
	}
	keys := c.keys(list, 0, 1, nil)
	best := 0
	for i := range list {
		if c.compare(op, keys[i], keys[best]) {
			best = i
		}
	}
	return list[best]
}

func reverse(c *call) starlark.Value {
	if s, ok := plain(c.value).(starlark.String); ok {
		runes := []rune(string(s))
		slices.Reverse(runes)
		return str(string(runes))
	}
	list := c.list()
	slices.Reverse(list)
	return c.generator(list)
}

func sum(c *call) starlark.Value {
	total := c.or(1, starlark.MakeInt(0))
	for _, v := range c.list() {
		if c.given(0) {
			v = c.attributeOf(v, c.args[0], nil)
		}
		total = c.binary("+", total, c.defined(v))
	}
	return total
}

func unique(c *call) starlark.Value {
	list := c.list()
	seen := starlark.NewDict(len(list))
	var out []starlark.Value
	for i, key := range c.keys(list, 0, 1, nil) {
		_, there, err := seen.Get(number(key))
		if err != nil {
			c.fail(builtin.Translate(err))
		}
		if !there {
			c.put(seen, number(key), starlark.True)
			out = append(out, list[i])
		}
	}
	return c.generator(out)
}

func sortedUnique(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}
