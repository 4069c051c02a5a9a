package jinja

import (
	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

// pickFilters apply a filter or a test to each item.
func pickFilters() map[string]*filter {
	return map[string]*filter{
		"map":        newFilter("*args **", mapFilter),
		"select":     newFilter("*args **", func(c *call) starlark.Value { return c.pick(false, true) }),
		"reject":     newFilter("*args **", func(c *call) starlark.Value { return c.pick(false, false) }),
		"selectattr": newFilter("*args **", func(c *call) starlark.Value { return c.pick(true, true) }),
		"rejectattr": newFilter("*args **", func(c *call) starlark.Value { return c.pick(true, false) }),
	}
}

// keyword returns a keyword argument, or nil.
func (c *call) keyword(name string) starlark.Value {
	for _, kw := range c.kwargs {
		if kw[0] == str(name) {
			return kw[1]
		}
	}
	return nil
}

func mapFilter(c *call) starlark.Value {
	list := c.list()
	out := make([]starlark.Value, len(list))
	if attribute := c.keyword("attribute"); len(c.rest) == 0 && attribute != nil {
		for _, kw := range c.kwargs {
			if kw[0] != str("attribute") && kw[0] != str("default") {
				c.failf("FilterArgumentError", "map() got an unexpected keyword argument '%s'", builtin.Str(kw[0]))
			}
		}
		for i, v := range list {
			out[i] = c.attributeOf(v, attribute, c.keyword("default"))
		}
		return c.generator(out)
	}
	if len(c.rest) == 0 {
		c.failf("FilterArgumentError", "map() needs the name of a filter, or attribute=")
	}
	name := builtin.Str(c.rest[0])
	for i, v := range list {
		out[i] = c.filter(name, v, c.rest[1:], c.kwargs)
	}
	return c.generator(out)
}

// pick returns the items whose test is as wanted: of the item, or of an
// attribute of it.
func (c *call) pick(attribute, want bool) starlark.Value {
	args := c.rest
	var of starlark.Value
	if attribute {
		if len(args) == 0 {
			c.failf("FilterArgumentError", "%s needs the name of an attribute", c.name)
		}
		of, args = args[0], args[1:]
	}
	var out []starlark.Value
	for _, v := range c.list() {
		tested := v
		if attribute {
			tested = c.attributeOf(v, of, nil)
		}
		holds := false
		if len(args) > 0 {
			holds = c.check(builtin.Str(args[0]), tested, args[1:], c.kwargs)
		} else {
			holds = c.isTrue(tested)
		}
		if holds == want {
			out = append(out, v)
		}
	}
	return c.generator(out)
}
