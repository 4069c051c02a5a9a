package builtin

import (
	"go.starlark.net/starlark"
)

// A Manager is a value in Go that a with statement can use.
type Manager interface {
	starlark.Value
	// Enter begins. It returns what the name after `as` is bound to.
	Enter(thread *starlark.Thread) (starlark.Value, error)
	// Exit ends what Enter began; it is called in any case. err is what the
	// body failed with, or nil; it is an *[Exception] unless the run itself
	// ends. The error is swallowed if Exit returns true.
	Exit(thread *starlark.Thread, err error) (bool, error)
}

// runWith is the helper syntax.RunWith.
func runWith(thread *starlark.Thread, args starlark.Tuple) (starlark.Value, error) {
	manager, err := managerOf(args[0])
	if err != nil {
		return nil, err
	}
	value, err := manager.Enter(thread)
	if err != nil {
		return nil, err
	}
	result, e, err := attempt(thread, args[1], value)
	reason := err
	var below starlark.CallStack
	if e != nil {
		reason, below = e, e.below
		e.trace = trace(err, e, thread)
		current := &handling{outer: handlingOf(thread), exception: e, err: err, below: e.below}
		thread.SetLocal(handlingKey, current)
		defer thread.SetLocal(handlingKey, current.outer)
	}
	swallow, failed := manager.Exit(thread, reason)
	switch {
	case failed != nil && err != nil && e == nil:
		return nil, err // the run ends
	case failed != nil:
		if second, ok := Translate(failed).(*Exception); ok {
			second.during(e)
		}
		return nil, failed
	case e != nil && swallow:
		return starlark.None, nil
	case e != nil:
		e.below = below // and not what it went through in Exit
	}
	return result, err
}

func managerOf(v starlark.Value) (Manager, error) {
	if m, ok := v.(Manager); ok {
		return m, nil
	}
	enter, err := getAttr(v, "__enter__")
	if err != nil {
		return nil, Raise(TypeError, "'%s' object does not support the context manager protocol", TypeName(v))
	}
	exit, err := getAttr(v, "__exit__")
	if err != nil {
		return nil, Raise(TypeError, "'%s' object does not support the context manager protocol (missed __exit__ method)", TypeName(v))
	}
	return &methodManager{Value: v, enter: enter, exit: exit}, nil
}

// A methodManager is a manager by its methods __enter__ and __exit__.
type methodManager struct {
	starlark.Value
	enter, exit starlark.Value
}

// Enter implements [Manager].
func (m *methodManager) Enter(thread *starlark.Thread) (starlark.Value, error) {
	return starlark.Call(thread, m.enter, nil, nil)
}

// Exit implements [Manager].
func (m *methodManager) Exit(thread *starlark.Thread, err error) (bool, error) {
	args := starlark.Tuple{starlark.None, starlark.None, starlark.None}
	if e, ok := err.(*Exception); ok {
		args = starlark.Tuple{ClassOf(e), e, starlark.None}
	} else if err != nil {
		return false, nil // nothing of the program runs any more
	}
	v, err := starlark.Call(thread, m.exit, args, nil)
	if err != nil {
		return false, err
	}
	return bool(v.Truth()), nil
}
