package builtin

import (
	"strings"

	"go.starlark.net/starlark"
)

// make is the call of a class that a file has made.
func (c *Class) make(thread *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	u := c.user
	if !u.frozen {
		defer u.world.Enter(thread)()
	}
	switch {
	case u.enum != nil:
		return u.enum.lookup(c, args, kwargs)
	case u.instead != nil:
		return starlark.Call(thread, u.instead, args, kwargs)
	case len(u.abstract) == 1:
		return nil, Raise(TypeError, "Can't instantiate abstract class %s with abstract method %s", c.name, u.abstract[0])
	case len(u.abstract) > 1:
		return nil, Raise(TypeError, "Can't instantiate abstract class %s with abstract methods %s", c.name, strings.Join(u.abstract, ", "))
	}
	v, err := c.allocate(thread, args, kwargs)
	if err != nil {
		return nil, err
	}
	if !ClassOf(v).derives(c) {
		return v, nil
	}
	init, owner := ClassOf(v).find("__init__")
	if init == nil || owner.user == nil {
		return v, c.noInit(v, args, kwargs)
	}
	result, err := starlark.Call(thread, functionOf(init), append(starlark.Tuple{v}, args...), kwargs)
	if err != nil {
		return nil, err
	}
	if result != starlark.None {
		return nil, Raise(TypeError, "__init__() should return None, not '%s'", TypeName(result))
	}
	return v, nil
}

// allocate calls __new__.
func (c *Class) allocate(thread *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	made, owner := c.find("__new__")
	if owner != nil && owner.user != nil {
		return starlark.Call(thread, functionOf(made), append(starlark.Tuple{c}, args...), kwargs)
	}
	return c.bare(thread, args, kwargs)
}

// bare is the __new__ of the builtin class that a class derives from.
func (c *Class) bare(thread *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if c.exception {
		return newException(c, args...), nil
	}
	i := newInstance(c)
	u := c.user
	var err error
	switch {
	case u.tuple != nil:
		i.payload, err = u.tuple.make(c, args, kwargs)
	case u.payload != nil && changeable(u.payload):
		// __init__ fills it.
		i.payload, err = u.payload.CallInternal(thread, nil, nil)
	case u.payload != nil:
		i.payload, err = u.payload.CallInternal(thread, plainAll(args), kwargs)
	}
	return i, err
}

func changeable(c *Class) bool { return c == ListClass || c == DictClass || c == SetClass }

func plainAll(args starlark.Tuple) starlark.Tuple {
	out := make(starlark.Tuple, len(args))
	for i, v := range args {
		out[i] = Plain(v)
	}
	return out
}

// noInit is what happens where no __init__ was written.
func (c *Class) noInit(v starlark.Value, args starlark.Tuple, kwargs []starlark.Tuple) error {
	_, owner := c.find("__new__")
	switch {
	case owner != nil && owner.user != nil:
		return nil
	case c.exception && len(kwargs) > 0:
		return Raise(TypeError, "%s() takes no keyword arguments", c.name)
	case c.exception, c.user.tuple != nil:
		return nil
	case c.user.payload == nil && len(args)+len(kwargs) > 0:
		return Raise(TypeError, "%s() takes no arguments", c.name)
	case c.user.payload != nil && changeable(c.user.payload):
		return v.(*Instance).fill(c.user.world.thread, args, kwargs)
	}
	return nil
}

// fill is the __init__ of list, dict and set.
func (i *Instance) fill(thread *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) error {
	v, err := i.class.user.payload.CallInternal(thread, args, kwargs)
	if err == nil {
		i.payload = v
	}
	return err
}
