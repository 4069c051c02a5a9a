package run

import (
	"fmt"
	"strings"
	"time"

	"cygnet/connect"
	"cygnet/op"
)

// An OperationError says that an operation failed on a host, and which.
type OperationError struct {
	Call op.Call
	Err  error
}

func (e *OperationError) Error() string {
	if e.Call.Position != "" {
		return fmt.Sprintf("%s (%s): %s", e.Call.Label(), e.Call.Position, e.Err)
	}
	return fmt.Sprintf("%s: %s", e.Call.Label(), e.Err)
}

// Unwrap returns what went wrong.
func (e *OperationError) Unwrap() error { return e.Err }

// A CommandError is a command that ran on a host and did not succeed.
type CommandError struct {
	Command string // secrets masked
	Exit    int
	Signal  string
	Last    string // the last line it printed
}

func (e *CommandError) Error() string {
	ended := fmt.Sprintf("exit status %d", e.Exit)
	if e.Signal != "" {
		ended = "ended by signal " + e.Signal
	}
	if e.Last != "" {
		return ended + ": " + e.Last
	}
	return fmt.Sprintf("%s: %s", ended, shorten(e.Command))
}

// A TimeoutError is a command that took longer than it may (_timeout). All that
// it started on the host has been ended, unless Left says otherwise.
type TimeoutError struct {
	After time.Duration
	Last  string // the last line it printed
	Left  bool   // the host did not answer when it was to be ended
}

func (e *TimeoutError) Error() string {
	said := fmt.Sprintf("timed out after %s", e.After)
	if e.Left {
		said += "; " + connect.ErrLeftRunning.Error()
	}
	if e.Last != "" {
		said += "; the last it said was: " + e.Last
	}
	return said
}

// mostSaid bounds a line of output in an error or a summary, in bytes.
const mostSaid = 300

// brief keeps the start of a line of output. What it returns does not hold on to
// the rest.
func brief(line string) string {
	if len(line) <= mostSaid {
		return line
	}
	return strings.ToValidUTF8(line[:mostSaid], "") + " ..."
}

// shorten keeps the first line of a command, and not too much of it.
func shorten(command string) string {
	line, _, more := strings.Cut(command, "\n")
	if runes := []rune(line); len(runes) > 100 {
		line, more = string(runes[:100]), true
	}
	if more {
		line += " ..."
	}
	return line
}
