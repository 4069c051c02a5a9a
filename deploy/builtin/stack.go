package builtin

import (
	"errors"
	"strings"

	"go.starlark.net/starlark"
)

// builtinFile is the file that the interpreter gives functions in Go.
const builtinFile = "<builtin>"

// Frames returns the frames of a stack that people wrote, outermost first. A
// function that the lowering made stands for the one around it, in which it has
// got further.
func Frames(stack starlark.CallStack) starlark.CallStack {
	var frames starlark.CallStack
	for _, frame := range stack {
		switch {
		case frame.Pos.Filename() == builtinFile:
		case strings.HasPrefix(frame.Name, "$") && len(frames) > 0:
			frames[len(frames)-1].Pos = frame.Pos
		default:
			if i := strings.LastIndexByte(frame.Name, '.'); i >= 0 { // a method
				frame.Name = frame.Name[i+1:]
			}
			frames = append(frames, frame)
		}
	}
	return frames
}

// Stack returns the frames that led to an error, as [Frames] has them: also
// those that it went through before it was raised again, and those of
// generators. It is empty if the error has no place.
func Stack(err error) starlark.CallStack {
	var stack starlark.CallStack
	if eval, ok := errors.AsType[*starlark.EvalError](err); ok {
		stack = append(stack, eval.CallStack...)
	}
	if e, ok := errors.AsType[*Exception](err); ok {
		stack = append(stack, e.below...)
	}
	return Frames(stack)
}

// Trace returns the frames that an exception had gone through when it was
// caught, as [Frames] has them.
func (e *Exception) Trace() starlark.CallStack { return Frames(e.trace) }

// Before returns the exception that led to this one, if a traceback shows it:
// the cause that was given, or else the one that was being handled. direct tells
// which.
func (e *Exception) Before() (before *Exception, direct bool) {
	if e.alone {
		return e.Cause, true
	}
	return e.Context, false
}
