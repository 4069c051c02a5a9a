package library

import (
	"fmt"
	"strings"

	"go.starlark.net/starlark"

	"cygnet/op"
)

// A place is where an operation is called.
type place struct {
	order    op.Order
	position string
}

// place returns where the code that called the built-in stands. Its order is the
// deploy file's number among those of the run, then, for every function from
// the deploy file down to the call, the number of its file, in the order in
// which files were read, and the line.
func (s *Session) place(thread *starlark.Thread) place {
	p := place{order: op.Order{s.number}}
	for _, frame := range Frames(thread.CallStack()) {
		file := frame.Pos.Filename()
		p.order = append(p.order, s.sources.number(file), int(frame.Pos.Line))
		p.position = fmt.Sprintf("%s:%d", file, frame.Pos.Line)
	}
	return p
}

// Frames returns the frames of a stack that people wrote, outermost first. A
// function that the lowering made stands for the one around it, in which it has
// got further.
func Frames(stack starlark.CallStack) []starlark.CallFrame {
	var frames []starlark.CallFrame
	for _, frame := range stack {
		switch {
		case frame.Pos.Filename() == "<builtin>":
		case strings.HasPrefix(frame.Name, "$") && len(frames) > 0:
			frames[len(frames)-1].Pos = frame.Pos
		default:
			frames = append(frames, frame)
		}
	}
	return frames
}
