package builtin

import (
	"errors"

	"go.starlark.net/starlark"
)

// A handling is an exception that an except clause is handling.
type handling struct {
	outer     *handling
	exception *Exception
	err       error              // what it was caught as: with the place
	below     starlark.CallStack // of the exception, when it was caught
}

// handlingKey is the thread local that holds the innermost handling.
const handlingKey = "builtin.handling"

func handlingOf(thread *starlark.Thread) *handling {
	h, _ := thread.Local(handlingKey).(*handling)
	return h
}

// Handling returns the exception that is being handled in the thread, or nil.
func Handling(thread *starlark.Thread) *Exception {
	if h := handlingOf(thread); h != nil {
		return h.exception
	}
	return nil
}

// attempt calls a part of a statement. What it fails with is returned twice: as
// an exception, or nil if it is none that programs may catch, and as the error
// to be returned if nobody does.
func attempt(thread *starlark.Thread, part starlark.Value, args ...starlark.Value) (starlark.Value, *Exception, error) {
	depth := thread.CallStackDepth()
	v, err := starlark.Call(thread, part, args, nil)
	if err == nil {
		return v, nil, nil
	}
	eval, _ := errors.AsType[*starlark.EvalError](err)
	pending := Pending(thread)
	cause := err
	if pending != nil {
		cause = pending
	}
	e, ok := Translate(cause).(*Exception)
	if !ok {
		return nil, nil, cause
	}
	if held, same := errors.AsType[*Exception](err); pending != nil || !same || held != e {
		// The interpreter's error does not hold the exception: it keeps the place.
		if eval != nil && len(eval.CallStack) >= depth {
			e.below = append(starlark.CallStack(nil), append(eval.CallStack[depth:], e.below...)...)
		}
		err = e
	}
	return nil, e, err
}

// trace returns the way from the function that a statement is in, at a depth of
// the stack, to the place where an error came up.
func trace(err error, e *Exception, thread *starlark.Thread) starlark.CallStack {
	stack := thread.CallStack()
	if eval, ok := errors.AsType[*starlark.EvalError](err); ok {
		stack = append(starlark.CallStack(nil), eval.CallStack...)
	}
	base := max(thread.CallStackDepth()-2, 0) // below the helper: the function, or a part of it
	for base > 0 && len(stack) > base && stack[base].Name != "" && (stack[base].Name[0] == '$' || stack[base].Pos.Filename() == builtinFile) {
		base--
	}
	if base > len(stack) {
		return e.below
	}
	return Frames(append(stack[base:len(stack):len(stack)], e.below...))
}

// runTry is the helper syntax.RunTry.
func runTry(thread *starlark.Thread, args starlark.Tuple) (starlark.Value, error) {
	body, handlers, orelse, final := args[0], args[1].(starlark.Tuple), args[2], args[3]
	result, e, err := attempt(thread, body)
	switch {
	case err == nil && result == starlark.None && orelse != starlark.None:
		result, e, err = attempt(thread, orelse)
	case e != nil:
		result, e, err = handle(thread, handlers, e, err)
	}
	if final == starlark.None || err != nil && e == nil {
		return result, err
	}
	left, second, failed := attempt(thread, final)
	if failed != nil {
		second.during(e)
		return nil, failed
	}
	if left != starlark.None {
		return left, nil
	}
	return result, err
}

// handle runs the first handler that catches an exception.
func handle(thread *starlark.Thread, handlers starlark.Tuple, e *Exception, err error) (starlark.Value, *Exception, error) {
	for _, h := range handlers {
		match, handler := h.(starlark.Tuple)[0], h.(starlark.Tuple)[1]
		if match != starlark.None {
			of, second, failed := attempt(thread, match)
			if failed != nil {
				second.during(e)
				return nil, second, failed
			}
			ok, wrong := e.catchable(of)
			if wrong != nil {
				second = wrong.(*Exception)
				second.during(e)
				return nil, second, wrong
			}
			if !ok {
				continue
			}
		}
		current := &handling{outer: handlingOf(thread), exception: e, err: err, below: e.below}
		e.trace = trace(err, e, thread)
		thread.SetLocal(handlingKey, current)
		result, second, failed := attempt(thread, handler, e)
		thread.SetLocal(handlingKey, current.outer)
		second.during(e)
		return result, second, failed
	}
	return nil, e, err
}

// catchable reports whether an except clause with that class, or tuple of
// classes, catches the exception.
func (e *Exception) catchable(of starlark.Value) (bool, error) {
	list, ok := of.(starlark.Tuple)
	if !ok {
		list = starlark.Tuple{of}
	}
	for _, one := range list {
		class, ok := one.(*Class)
		if !ok || !class.derives(BaseExceptionClass) {
			return false, Raise(TypeError, "catching classes that do not inherit from BaseException is not allowed")
		}
	}
	return e.Matches(list)
}

// during notes which exception was being handled when this one came up.
func (e *Exception) during(other *Exception) {
	if e == nil || other == nil || e == other || e.Context != nil {
		return
	}
	for o := other; o != nil; o = o.Context {
		if o == e {
			return
		}
	}
	e.Context = other
}

// raiseAgain is the helper syntax.Raise without arguments.
func raiseAgain(thread *starlark.Thread) (starlark.Value, error) {
	h := handlingOf(thread)
	if h == nil {
		return nil, Raise(RuntimeError, "No active exception to reraise")
	}
	h.exception.below = h.below
	return nil, h.err
}

// raised is the helper syntax.Raise.
func raised(thread *starlark.Thread, args starlark.Tuple) (starlark.Value, error) {
	if len(args) == 0 {
		return raiseAgain(thread)
	}
	v, err := callClass(thread, args[0])
	if err != nil {
		return nil, err
	}
	e, ok := v.(*Exception)
	if !ok {
		return nil, Raise(TypeError, "exceptions must derive from BaseException")
	}
	if e.frozen {
		again := *e
		again.frozen = false
		e = &again
	}
	e.below, e.trace = e.trace, nil
	e.during(Handling(thread))
	if len(args) == 1 {
		return nil, e
	}
	cause, err := callClass(thread, args[1])
	if err != nil {
		return nil, err
	}
	e.Cause, ok = cause.(*Exception)
	if !ok && cause != starlark.None {
		return nil, Raise(TypeError, "exception causes must derive from BaseException")
	}
	e.alone = true
	return nil, e
}

// callClass makes an exception of a class of exceptions.
func callClass(thread *starlark.Thread, v starlark.Value) (starlark.Value, error) {
	if class, ok := v.(*Class); ok && class.derives(BaseExceptionClass) {
		return starlark.Call(thread, class, nil, nil)
	}
	return v, nil
}
