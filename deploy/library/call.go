package library

import (
	"context"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

// A call is one call of a function of the standard library's part.
type call struct {
	thread *starlark.Thread
	b      *starlark.Builtin
	args   starlark.Tuple
	kwargs []starlark.Tuple
}

// function makes a function value of Go code.
func function(name string, f func(*call) (starlark.Value, error)) *starlark.Builtin {
	return starlark.NewBuiltin(name, func(thread *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		return f(&call{thread, b, args, kwargs})
	})
}

// functions makes the values of a module's functions.
func functions(table map[string]func(*call) (starlark.Value, error)) map[string]func(*Session) starlark.Value {
	values := make(map[string]func(*Session) starlark.Value, len(table))
	for name, f := range table {
		values[name] = constant(function(name, f))
	}
	return values
}

// bound makes an attribute that is a method.
func bound[T any](name string, f func(T, *call) (starlark.Value, error)) func(T) (starlark.Value, error) {
	return func(value T) (starlark.Value, error) {
		return function(name, func(c *call) (starlark.Value, error) { return f(value, c) }), nil
	}
}

// attribute makes an attribute that is computed and cannot fail.
func attribute[T any, V starlark.Value](f func(T) V) func(T) (starlark.Value, error) {
	return func(value T) (starlark.Value, error) { return f(value), nil }
}

// unpack reads the call's arguments, as starlark.UnpackArgs does.
func (c *call) unpack(pairs ...any) error { return unpack(c.b, c.args, c.kwargs, pairs...) }

// path is the text of a path-like value.
func (c *call) path(v starlark.Value) (string, error) { return pathText(c.thread, c.b.Name(), v) }

// onePath reads a call whose only argument is a path.
func (c *call) onePath() (string, error) {
	var path starlark.Value
	if err := c.unpack("path", &path); err != nil {
		return "", err
	}
	return c.path(path)
}

func (c *call) session() (*Session, error) { return sessionOf(c.thread) }

// context is what the call has to stop with.
func (c *call) context() (context.Context, error) {
	s, err := c.session()
	if err != nil {
		return nil, err
	}
	if err := s.ctx.Err(); err != nil {
		return nil, context.Cause(s.ctx)
	}
	return s.ctx, nil
}

// call calls a function of the deploy.
func (c *call) call(f starlark.Value, args ...starlark.Value) (starlark.Value, error) {
	return starlark.Call(c.thread, f, args, nil)
}

// A constantValue is a value that never changes, so that all hosts may share it.
type constantValue interface {
	starlark.Value
	constantValue()
}

// fixed is the part that constant values have in common.
type fixed struct{}

func (fixed) Freeze()              {}
func (fixed) Truth() starlark.Bool { return true }
func (fixed) constantValue()       {}

// seconds reads a time-out: a number of seconds, or None for the given default.
func seconds(v starlark.Value, none float64) (float64, error) {
	if v == nil || v == starlark.None {
		return none, nil
	}
	f, ok := starlark.AsFloat(v)
	if !ok {
		return 0, builtin.Raise(builtin.TypeError, "'%s' object cannot be interpreted as a number of seconds", builtin.TypeName(v))
	}
	return f, nil
}

// bytesOf returns what a str (as UTF-8) or bytes value holds.
func bytesOf(v starlark.Value) (text string, isBytes, ok bool) {
	switch v := v.(type) {
	case starlark.String:
		return string(v), false, true
	case starlark.Bytes:
		return string(v), true, true
	}
	return "", false, false
}

// needBytes is the argument of a function that takes bytes and no text.
func needBytes(v starlark.Value) (string, error) {
	if b, ok := v.(starlark.Bytes); ok {
		return string(b), nil
	}
	return "", builtin.Raise(builtin.TypeError, "a bytes-like object is required, not '%s'", builtin.TypeName(v))
}

// strings makes a list of str.
func stringList(items []string) *starlark.List {
	list := make([]starlark.Value, len(items))
	for i, item := range items {
		list[i] = starlark.String(item)
	}
	return starlark.NewList(list)
}
