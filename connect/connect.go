// Package connect says what a connection to a host is. How one is made stands
// in a package for each technology: connect/ssh, connect/local.
//
// A [Connector] opens a [Conn] to a host; a Conn runs commands and moves files.
// Commands of one Conn may run side by side. When the context of a Run ends,
// everything that its command started is ended too, on the host, before Run
// returns.
package connect

import (
	"context"
	"errors"
	"io"
	"time"

	"cygnet/fleet"
	"cygnet/shell"
)

// A Connector opens connections of one kind. It is safe for concurrent use.
type Connector interface {
	// Connect opens a connection to host. An error that a person must mend
	// wraps [ErrNeedsPerson]; any other may heal by itself, and a caller may
	// try again.
	Connect(ctx context.Context, host *fleet.Host) (Conn, error)
}

// A Conn is an open connection to one host, safe for concurrent use.
type Conn interface {
	// Run runs a command and waits for its end. A command that ran has a
	// result, whatever its exit status was; err is nil then. What it left
	// running with its outputs open is not waited for. If the
	// connection is lost, err wraps [ErrLost] and what the command did is not
	// known. If ctx ends, the command and all it started are ended and err is
	// ctx's cause. The result holds the output so far in both cases.
	Run(ctx context.Context, req *Request) (*Result, error)
	// Upload writes from's bytes to the path to, whole or not at all.
	Upload(ctx context.Context, from io.Reader, to string, how Transfer) error
	// Download writes the file from into to.
	Download(ctx context.Context, from string, to io.Writer, how Transfer) error
	// Close ends the connection. It may be called more than once.
	Close() error
}

// Errors that decide what a caller does next.
var (
	// ErrNeedsPerson marks a failure that time does not heal: the key was
	// refused, the host key changed, a setting is wrong.
	ErrNeedsPerson = errors.New("needs a person")
	// ErrLost marks a connection that broke: what ran has an unknown outcome.
	ErrLost = errors.New("connection lost")
	// ErrLeftRunning marks a command that was to be ended and may not have been:
	// the host does not answer, or the processes do not die.
	ErrLeftRunning = errors.New("its processes may still run")
)

// NeedsPerson marks an error with [ErrNeedsPerson] and leaves its text as it is.
// It returns nil for nil.
func NeedsPerson(err error) error {
	if err == nil || errors.Is(err, ErrNeedsPerson) {
		return err
	}
	return &personError{err}
}

type personError struct{ err error }

func (e *personError) Error() string   { return e.err.Error() }
func (e *personError) Unwrap() []error { return []error{e.err, ErrNeedsPerson} }

// A Stream is one of a command's two outputs.
type Stream uint8

// The streams.
const (
	Stdout Stream = iota
	Stderr
)

// String returns "stdout" or "stderr".
func (s Stream) String() string {
	if s == Stderr {
		return "stderr"
	}
	return "stdout"
}

// DefaultKeep is how many bytes of each stream a Result keeps when a Request
// does not say.
const DefaultKeep = 1 << 20

// MaxLine is the longest line, in bytes, that is passed on whole; a longer one
// arrives in pieces of that length.
const MaxLine = 64 << 10

// A Request is a command to run.
type Request struct {
	Command shell.Command
	// Stdin is what the command reads; nil means it reads nothing. A Read that
	// is under way when the command ends is not waited for.
	Stdin io.Reader
	// Stdout, when set, gets the raw bytes of standard output; the result and
	// Output then have none of it.
	Stdout io.Writer
	// Output, when set, is called for each line as it comes, never by two
	// goroutines at once. It must not block for long. Lines are valid UTF-8
	// and may hold control characters: whoever prints them must make them
	// visible.
	Output func(Stream, string)
	// Keep is how many bytes of memory each stream may take in the result, 16
	// for each line included; beyond it the middle is left out. 0 means
	// DefaultKeep.
	Keep int
}

// A Result is how a command ended.
type Result struct {
	// Exit is the exit status; -1 if a signal ended the command.
	Exit int
	// Signal is the name of the signal that ended it, without SIG, or empty.
	Signal string
	// Stdout and Stderr are the lines kept, as valid UTF-8.
	Stdout, Stderr []string
	// Truncated says that lines were left out of Stdout or Stderr.
	Truncated bool
	Duration  time.Duration
}

// A Transfer says as whom, and how, a file is written or read.
type Transfer struct {
	As  shell.Identity
	Dir string // where a relative path starts; empty: the user's home
	// Mode is the file's mode from the start; 0 keeps that of the file which
	// is there, or takes the user's default for a new one.
	Mode uint32
}

// A FirstMeeter is a Conn that can tell whether the host's key was unknown
// before and has been accepted and kept.
type FirstMeeter interface{ FirstMet() bool }
