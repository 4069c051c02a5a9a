package library

import (
	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

// operationsUtilModule has the conditions over several operations, for _if.
func operationsUtilModule() *definition {
	return &definition{name: "pyinfra.operations.util", what: "function", values: functions(map[string]func(*call) (starlark.Value, error){
		"any_changed": func(c *call) (starlark.Value, error) { return c.changed(true) },
		"all_changed": func(c *call) (starlark.Value, error) { return c.changed(false) },
	})}
}

// changed returns a condition: whether one of the operations, or else every one,
// did change something.
func (c *call) changed(one bool) (starlark.Value, error) {
	results := make([]*opResult, len(c.args))
	for i, arg := range c.args {
		r, ok := arg.(*opResult)
		if !ok {
			return nil, builtin.Raise(builtin.TypeError, "%s() takes results of operations, not %s", c.b.Name(), builtin.TypeName(arg))
		}
		results[i] = r
	}
	if len(c.kwargs) > 0 {
		return nil, builtin.Raise(builtin.TypeError, "%s() takes no keyword arguments", c.b.Name())
	}
	return function(c.b.Name(), func(c *call) (starlark.Value, error) {
		if err := c.unpack(); err != nil {
			return nil, err
		}
		for _, r := range results {
			o, err := r.outcome(c.b.Name())
			if err != nil {
				return nil, err
			}
			if o.Changed == one {
				return starlark.Bool(one), nil
			}
		}
		return starlark.Bool(!one), nil
	}), nil
}
