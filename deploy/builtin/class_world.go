package builtin

import (
	"go.starlark.net/starlark"
)

// A World is what the classes of one session have in common: the thread that
// runs. The interpreter asks values for their text, their truth and their hash
// without saying in which thread, and methods of classes need one.
//
// The zero value is ready for use. It belongs to one session, whose code runs on
// one goroutine at a time. Classes that were frozen, and may be used by several
// sessions, do without it.
type World struct {
	thread *starlark.Thread
	depth  int
}

// worldKey is the thread local that holds the World.
const worldKey = "builtin.world"

// Enter makes the thread the one that runs, until the function that it returns
// is called.
func (w *World) Enter(thread *starlark.Thread) (leave func()) {
	before := w.thread
	w.thread = thread
	if thread.Local(worldKey) == any(w) {
		return func() { w.thread = before }
	}
	Inherit(thread, worldKey, w)
	return func() { w.thread = before }
}

// worldOf returns the world of a thread; a thread that has none gets one of its
// own.
func worldOf(thread *starlark.Thread) *World {
	if w, ok := thread.Local(worldKey).(*World); ok {
		return w
	}
	w := &World{thread: thread}
	Inherit(thread, worldKey, w)
	return w
}

// maxMethods is how deep methods can be nested that the interpreter does not see,
// such as __repr__ within __repr__.
const maxMethods = 400

// sharedSteps bounds methods that run on behalf of a class that is shared.
const sharedSteps = 1_000_000

// nest guards work that calls itself through values.
func (w *World) nest(f func() error) error {
	if w.depth >= maxMethods {
		return Raise(RecursionError, "maximum recursion depth exceeded")
	}
	w.depth++
	defer func() { w.depth-- }()
	return f()
}

// callFrom calls a function for a value that was asked without a thread.
func (u *userClass) callFrom(f starlark.Value, args ...starlark.Value) (v starlark.Value, err error) {
	if u.frozen || u.world.thread == nil {
		thread := &starlark.Thread{Name: "class"}
		thread.SetMaxExecutionSteps(sharedSteps)
		v, err = starlark.Call(thread, f, args, nil)
		return v, Cause(thread, err)
	}
	thread := u.world.thread
	err = u.world.nest(func() error {
		v, err = starlark.Call(thread, f, args, nil)
		return err
	})
	return v, err
}

// lost keeps an error that the interpreter cannot be given: the thread stops and
// [Pending] has it.
func (u *userClass) lost(err error) {
	if err != nil && !u.frozen && u.world.thread != nil {
		stop(u.world.thread, err)
	}
}
