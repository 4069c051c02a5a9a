package library

import (
	"fmt"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
	"cygnet/op"
)

// A place is where an operation is called.
type place struct {
	order    op.Order
	position string
	file     string // the innermost
}

// place returns where the code that called the built-in stands. Its order is the
// deploy file's number among those of the run, then, for every function from
// the deploy file down to the call, the number of its file, in the order in
// which files were read, and the line.
func (s *Session) place(thread *starlark.Thread) place {
	p := place{order: op.Order{s.number}}
	for _, frame := range builtin.Frames(builtin.CallStack(thread)) {
		file := frame.Pos.Filename()
		p.order = append(p.order, s.sources.number(file), int(frame.Pos.Line))
		p.file = file
		p.position = fmt.Sprintf("%s:%d", file, frame.Pos.Line)
	}
	return p
}
