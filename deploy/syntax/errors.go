package syntax

import (
	"fmt"
	"strings"
)

// A Position is a place in a file. Line and Column count from 1; columns count
// code points, not bytes. The zero value is no place.
type Position struct {
	Line, Column int32
}

// String returns "line:column".
func (p Position) String() string { return fmt.Sprintf("%d:%d", p.Line, p.Column) }

// An Error is one thing that is wrong with a file.
type Error struct {
	// File is the name that the caller gave the file.
	File string
	// Line and Column are as in [Position].
	Line, Column int
	// Msg says what is wrong, in Python's words where Python has some.
	Msg string
	// Hint says what to write instead; it may be empty.
	Hint string
	// Feature names the construct if it is correct Python that deploy files
	// cannot use. It is empty if the file is not Python.
	Feature string
	// Source is the text of the line, without its end.
	Source string

	open Position // of the bracket, in an error of one that is not closed
}

// Error returns "file:line:column: message".
func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Msg)
}

// Errors is everything that was found wrong with one file, in the order of the
// file. It is never empty where an error is returned.
type Errors []*Error

// Error returns all messages, one on each line.
func (l Errors) Error() string {
	lines := make([]string, len(l))
	for i, e := range l {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the errors one by one, for errors.As and errors.Is.
func (l Errors) Unwrap() []error {
	out := make([]error, len(l))
	for i, e := range l {
		out[i] = e
	}
	return out
}

// A source is a file's text with its lines' beginnings. It has no carriage
// return: every end of a line is one "\n".
type source struct {
	file  string
	text  string
	lines []int // byte offset of each line's beginning

	// refused is what is right in Python, not supported, and left no trace in
	// the tree.
	refused Errors
}

func newSource(file, text string) *source {
	if strings.IndexByte(text, '\r') >= 0 {
		text = strings.ReplaceAll(text, "\r\n", "\n")
		text = strings.ReplaceAll(text, "\r", "\n")
	}
	lines := make([]int, 1, 1+strings.Count(text, "\n"))
	for i := range len(text) {
		if text[i] == '\n' {
			lines = append(lines, i+1)
		}
	}
	return &source{file: file, text: text, lines: lines}
}

// line returns the text of line n, which counts from 1.
func (s *source) line(n int) string {
	if n < 1 || n > len(s.lines) {
		return ""
	}
	text, _, _ := strings.Cut(s.text[s.lines[n-1]:], "\n")
	return text
}

// errorAt makes an error at a place of the file.
func (s *source) errorAt(at Position, hint, format string, args ...any) *Error {
	return &Error{
		File:   s.file,
		Line:   int(at.Line),
		Column: int(at.Column),
		Msg:    fmt.Sprintf(format, args...),
		Hint:   hint,
		Source: s.line(int(at.Line)),
	}
}

// unsupported makes an error about a construct that is right in Python.
func unsupported(s *source, at Position, feature, hint string) *Error {
	e := s.errorAt(at, hint, "%s: not supported in deploy files", feature)
	e.Feature = feature
	return e
}
