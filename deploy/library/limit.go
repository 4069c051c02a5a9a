package library

import (
	"context"
	"fmt"

	"go.starlark.net/starlark"
)

// Limits bound what the code of one session may do. The zero value means the
// defaults.
type Limits struct {
	// Steps is how many steps of the interpreter a run may take: about 30 to
	// 50 million a second.
	Steps uint64
	// Depth is how deep calls may be nested.
	Depth int
}

// Defaults of Limits. Python's own limit of depth is 1000.
const (
	DefaultSteps = 20_000_000
	DefaultDepth = 1000
)

func (l Limits) orDefault() Limits {
	if l.Steps == 0 {
		l.Steps = DefaultSteps
	}
	if l.Depth == 0 {
		l.Depth = DefaultDepth
	}
	return l
}

// slice is how many steps code runs before it is looked at: well under a
// millisecond, and too few for a recursion that eats the memory.
const slice = 10_000

// A guard looks at a thread after each slice of steps, on the thread's own
// goroutine: so no goroutine has to wait for a chance to cancel it. It looks at
// the threads of its generators too, one of which runs at a time.
type guard struct {
	ctx    context.Context
	limits Limits
	steps  uint64 // of all threads
	err    error  // why the thread was stopped
}

func (g *guard) watch(thread *starlark.Thread) {
	thread.SetMaxExecutionSteps(slice)
	thread.OnMaxSteps = func(thread *starlark.Thread) {
		g.steps += slice
		g.check(thread)
		thread.SetMaxExecutionSteps(thread.ExecutionSteps() + slice)
	}
}

func (g *guard) check(thread *starlark.Thread) {
	switch {
	case g.err != nil:
	case g.ctx.Err() != nil:
		g.err = context.Cause(g.ctx)
	case thread.CallStackDepth() > g.limits.Depth:
		g.err = fmt.Errorf("RecursionError: calls are nested more than %d deep: does a function call itself without end?", g.limits.Depth)
	case g.steps >= g.limits.Steps:
		g.err = fmt.Errorf("the file has run for more than %d steps: is there a loop without end?", g.limits.Steps)
	}
	if g.err != nil {
		thread.Cancel(g.err.Error())
	}
}

// A StoppedError is code that was stopped: its context ended, or it went beyond
// a limit.
type StoppedError struct {
	Err   error // why
	cause error // the interpreter's, with the place
}

func (e *StoppedError) Error() string { return e.Err.Error() }

// Unwrap returns where the code was stopped and why.
func (e *StoppedError) Unwrap() []error { return []error{e.cause, e.Err} }
