package jinja

import (
	"errors"
	"fmt"
	"strings"

	"cygnet/deploy/builtin"
)

// The classes of errors of templates, as Jinja names them. Errors of values,
// such as TypeError, have Python's names.
const (
	SyntaxError    = "TemplateSyntaxError"
	AssertionError = "TemplateAssertionError" // an unknown filter or test
	UndefinedError = "UndefinedError"
	NotFound       = "TemplateNotFound"
	RuntimeError   = "TemplateRuntimeError"
)

// An Error is what is wrong with a template, or with what it was given.
type Error struct {
	Template string
	Line     int    // 0 if it is about the template as a whole
	Source   string // the line, without space around it
	Class    string
	Msg      string
	// Err is what went wrong outside of the template, or nil.
	Err error
}

// Error returns one line: place, message and the line of the template.
func (e *Error) Error() string {
	text := e.Template
	if e.Line > 0 {
		text = fmt.Sprintf("%s:%d", e.Template, e.Line)
	}
	text += ": " + e.Msg
	if e.Source != "" {
		text += ", in: " + e.Source
	}
	return text
}

// Unwrap returns what went wrong outside of the template.
func (e *Error) Unwrap() error { return e.Err }

// maxSource is how much of a line is shown, in characters.
const maxSource = 120

// sourceLine returns a line of a text to be shown.
func sourceLine(lines []string, n int) string {
	if n < 1 || n > len(lines) {
		return ""
	}
	runes := []rune(strings.TrimSpace(lines[n-1]))
	if len(runes) > maxSource {
		return string(runes[:maxSource-1]) + "…"
	}
	return string(runes)
}

// A failure is the panic by which a template ends early. It does not leave the
// package: see caught.
type failure struct{ err *Error }

// caught turns the panic of a failure into an error.
func caught(err *error) {
	switch r := recover().(type) {
	case nil:
	case failure:
		*err = r.err
	default:
		panic(r)
	}
}

// asError sorts an error by class and message; it has no place yet.
func asError(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	if e, ok := errors.AsType[*builtin.Exception](err); ok {
		return &Error{Class: e.Class.Name(), Msg: e.Error(), Err: err}
	}
	return &Error{Class: RuntimeError, Msg: err.Error(), Err: err}
}
