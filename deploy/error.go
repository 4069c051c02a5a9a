package deploy

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
	"cygnet/deploy/library"
	"cygnet/deploy/syntax"
)

// An Error is something wrong with a file, found when it was read or when it ran.
type Error struct {
	// File, Line and Column are the place; Line and Column count from 1 and are
	// 0 where the error is about the file, or the line, as a whole.
	File         string
	Line, Column int
	// Message says what is wrong; for an exception it begins with its class.
	Message string
	// Hint says what to write instead; it may be empty.
	Hint string
	// Source is the text of the line; it may be empty.
	Source string
	// Traceback is the way from the file that was run down to the place; it is
	// empty for an error that was found when the file was read.
	Traceback []Frame
	// Before is the exception that led to this one, or nil: its cause, if
	// Direct, or else the one that was being handled when this one came up.
	Before *Error
	Direct bool

	err    error
	ofHost bool
}

// A Frame is one call on the way to an error.
type Frame struct {
	File         string
	Line, Column int
	// Function is its name, or "<module>" outside of functions.
	Function string
	// Source is the text of the line.
	Source string
}

// Error returns one line: "file:line:column: message", without what is 0.
func (e *Error) Error() string {
	text := e.File
	if e.Line > 0 {
		text += fmt.Sprintf(":%d", e.Line)
	}
	if e.Column > 0 {
		text += fmt.Sprintf(":%d", e.Column)
	}
	text += ": " + strings.ReplaceAll(e.Message, "\n", " ")
	if e.Hint != "" {
		text += ": " + e.Hint
	}
	return text
}

// Unwrap returns what led to the error, such as why a host could not be asked.
func (e *Error) Unwrap() error { return e.err }

// Mistake reports whether the error is one of the file itself, so that it would
// be the same on every host. An error of asking a host is not, and neither is
// one that the deploy raises about a host (DeployError, OperationError).
func (e *Error) Mistake() bool { return !e.ofHost }

// Format returns the error as Python shows it: the traceback with the lines of
// the files, innermost last, and then the message. It has no newline at its end.
func (e *Error) Format() string {
	var b strings.Builder
	if e.Before != nil {
		b.WriteString(e.Before.Format())
		b.WriteString(map[bool]string{
			true:  "\n\nThe above exception was the direct cause of the following exception:\n\n",
			false: "\n\nDuring handling of the above exception, another exception occurred:\n\n",
		}[e.Direct])
	}
	frames := e.Traceback
	if len(frames) > 0 {
		b.WriteString("Traceback (most recent call last):\n")
	} else if e.Line > 0 {
		frames = []Frame{{File: e.File, Line: e.Line, Column: e.Column, Source: e.Source}}
	}
	same := 0
	for i, f := range frames {
		if same++; i == 0 || f != frames[i-1] {
			repeated(&b, same)
			same = 0
		}
		if same < maxSame {
			f.write(&b, i == len(frames)-1)
		}
	}
	repeated(&b, same+1)
	if len(frames) == 0 {
		b.WriteString(e.File + ": ")
	}
	b.WriteString(e.Message)
	if e.Hint != "" {
		b.WriteString(": " + e.Hint)
	}
	return b.String()
}

// maxSame is how often the same frame is shown in a row, as in Python.
const maxSame = 3

// repeated says how many more frames were the same as those shown.
func repeated(b *strings.Builder, same int) {
	if more := same - maxSame; more > 0 {
		fmt.Fprintf(b, "  [Previous line repeated %d more times]\n", more)
	}
}

// write writes a frame and the line of the file, with a mark below where the
// error is.
func (f Frame) write(b *strings.Builder, mark bool) {
	fmt.Fprintf(b, "  File %q, line %d", f.File, f.Line)
	if f.Function != "" {
		b.WriteString(", in " + f.Function)
	}
	b.WriteByte('\n')
	text := strings.TrimRight(f.Source, " \t")
	line := strings.TrimLeft(text, " \t")
	if line == "" {
		return
	}
	b.WriteString("    " + line + "\n")
	cut := len([]rune(text)) - len([]rune(line))
	if at := f.Column - 1 - cut; mark && at >= 0 && f.Column > 0 {
		b.WriteString("    " + strings.Repeat(" ", at) + "^\n")
	}
}

// Errors is everything that was found wrong when files were read, in the files'
// order; it is never empty.
type Errors []*Error

// Error returns all of them, one on each line.
func (l Errors) Error() string {
	lines := make([]string, len(l))
	for i, e := range l {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the errors one by one.
func (l Errors) Unwrap() []error {
	errs := make([]error, len(l))
	for i, e := range l {
		errs[i] = e
	}
	return errs
}

// before orders errors of one file by their place, and leaves files in the order
// in which they were read.
func before(a, b *Error) int {
	if a.File != b.File {
		return 0
	}
	return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
}

// placed makes an error at a place that may be a whole file.
func placed(file string, line, column int, message string) Errors {
	return Errors{{File: file, Line: line, Column: column, Message: message}}
}

func (l *loader) errorAt(file string, line, column int, message string) *Error {
	return &Error{File: file, Line: line, Column: column, Message: message, Source: l.line(file, line)}
}

// line returns the text of a line of a file that was read.
func (l *loader) line(file string, n int) string {
	l.reading.RLock()
	lines := l.files[file].lines
	l.reading.RUnlock()
	if n < 1 || n > len(lines) {
		return ""
	}
	return lines[n-1]
}

// refused turns the errors of package syntax into ours.
func (l *loader) refused(err error) error {
	list, ok := errors.AsType[syntax.Errors](err)
	if !ok {
		return err
	}
	var errs Errors
	for _, e := range list {
		errs = append(errs, &Error{File: e.File, Line: e.Line, Column: e.Column, Message: e.Msg, Hint: e.Hint, Source: e.Source})
	}
	return errs
}

// explain turns an error of the interpreter into one that people can read.
func (l *loader) explain(err error) error {
	eval, ok := errors.AsType[*starlark.EvalError](err)
	if !ok {
		return err
	}
	e := &Error{Message: library.Message(eval), err: eval.Unwrap()}
	if stopped, ok := errors.AsType[*library.StoppedError](err); ok {
		e.Message, e.err = stopped.Error(), stopped.Err
	}
	e.ofHost = library.OfHost(err)
	e.Traceback = l.traceback(builtin.Stack(err))
	if raised, ok := errors.AsType[*builtin.Exception](err); ok {
		e.Before, e.Direct = l.before(raised, 0)
	}
	if n := len(e.Traceback); n > 0 {
		last := e.Traceback[n-1]
		e.File, e.Line, e.Column, e.Source = last.File, last.Line, last.Column, last.Source
	}
	return e
}

// maxBefore is how many exceptions that led to one another are shown.
const maxBefore = 20

// before explains the exception that led to another one.
func (l *loader) before(of *builtin.Exception, n int) (*Error, bool) {
	raised, direct := of.Before()
	if raised == nil || n == maxBefore {
		return nil, false
	}
	e := &Error{Message: raised.Error(), err: raised, Traceback: l.traceback(raised.Trace())}
	e.Before, e.Direct = l.before(raised, n+1)
	return e, direct
}

// traceback gives frames the names that Python has for them, and their lines.
func (l *loader) traceback(stack starlark.CallStack) []Frame {
	var frames []Frame
	for _, frame := range stack {
		f := Frame{
			File: frame.Pos.Filename(), Line: int(frame.Pos.Line), Column: int(frame.Pos.Col), Function: frame.Name,
		}
		switch f.Function {
		case "<toplevel>":
			f.Function = "<module>"
		case "lambda":
			f.Function = "<lambda>"
		}
		f.Source = l.line(f.File, f.Line)
		frames = append(frames, f)
	}
	return frames
}
