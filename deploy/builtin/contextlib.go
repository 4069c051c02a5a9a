package builtin

import (
	"errors"

	"go.starlark.net/starlark"
)

// ContextManager returns contextlib.contextmanager: it makes a function that
// returns managers of a generator function that yields once.
func ContextManager() *starlark.Builtin {
	return newFunction("contextmanager", "func /", func(c *call) starlark.Value {
		body := c.args[0]
		name := "contextmanager"
		if f, ok := body.(starlark.Callable); ok {
			name = f.Name()
		}
		made := starlark.NewBuiltin(name, func(thread *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
			v, err := starlark.Call(thread, body, args, kwargs)
			if err != nil {
				return nil, err
			}
			it, ok := v.(*Iterator)
			if !ok || it.generator == nil {
				return nil, Raise(TypeError, "'%s' object is not an iterator: a contextmanager must be a function with a yield", TypeName(v))
			}
			return &generatorManager{plainManager{"_GeneratorContextManager"}, it}, nil
		})
		return &decorated{made}
	}).value
}

// A decorated is a function in Go that stands for one of the program's, so that
// it becomes a method when it is an attribute of a class.
type decorated struct{ *starlark.Builtin }

// BindsInstance implements [Binder].
func (*decorated) BindsInstance() {}

// Suppress returns contextlib.suppress.
func Suppress() *starlark.Builtin {
	return newFunction("suppress", "*args", func(c *call) starlark.Value {
		return &suppressing{plainManager{"suppress"}, c.rest}
	}).value
}

// NullContext returns contextlib.nullcontext.
func NullContext() *starlark.Builtin {
	return newFunction("nullcontext", "enter_result?", func(c *call) starlark.Value {
		return &nullManager{plainManager{"nullcontext"}, c.or(0, starlark.None)}
	}).value
}

// plainManager is what managers in Go have in common.
type plainManager struct{ name string }

func (m plainManager) String() string        { return "<" + m.name + " object>" }
func (m plainManager) Type() string          { return m.name }
func (plainManager) Freeze()                 {} // belongs to one thread
func (plainManager) Truth() starlark.Bool    { return true }
func (m plainManager) Hash() (uint32, error) { return starlark.String(m.name).Hash() }

// A generatorManager is what a function of contextmanager returns.
type generatorManager struct {
	plainManager
	it *Iterator
}

// Enter implements [Manager].
func (m *generatorManager) Enter(thread *starlark.Thread) (starlark.Value, error) {
	v, err := m.it.resume(thread, starlark.None, nil)
	if v == nil && err == nil {
		return nil, Raise(RuntimeError, "generator didn't yield")
	}
	return v, err
}

// Exit implements [Manager].
func (m *generatorManager) Exit(thread *starlark.Thread, err error) (bool, error) {
	e, ok := err.(*Exception)
	if err != nil && !ok {
		return false, nil // nothing of the program runs any more
	}
	v, failed := m.it.resume(thread, starlark.None, err)
	switch {
	case v != nil && err == nil:
		return false, Raise(RuntimeError, "generator didn't stop")
	case v != nil:
		return false, Raise(RuntimeError, "generator didn't stop after throw()")
	case err == nil || failed == nil:
		return failed == nil, failed
	}
	again, ok := errors.AsType[*Exception](failed)
	if ok && (again == e || e.IsA(StopIteration) && again.Cause == e) {
		return false, nil
	}
	return false, failed
}

// suppressing is what contextlib.suppress returns.
type suppressing struct {
	plainManager
	classes starlark.Tuple
}

// Enter implements [Manager].
func (*suppressing) Enter(*starlark.Thread) (starlark.Value, error) { return starlark.None, nil }

// Exit implements [Manager].
func (m *suppressing) Exit(_ *starlark.Thread, err error) (bool, error) {
	e, ok := err.(*Exception)
	if !ok {
		return false, nil
	}
	return e.Matches(m.classes)
}

// A nullManager is what contextlib.nullcontext returns.
type nullManager struct {
	plainManager
	value starlark.Value
}

// Enter implements [Manager].
func (m *nullManager) Enter(*starlark.Thread) (starlark.Value, error) { return m.value, nil }

// Exit implements [Manager].
func (*nullManager) Exit(*starlark.Thread, error) (bool, error) { return false, nil }
