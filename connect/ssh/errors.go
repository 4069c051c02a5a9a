package ssh

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"time"

	"cygnet/connect"
)

// A HostKeyError says that a host is not, or may not be, who it was.
type HostKeyError struct {
	Address string
	// Reason is what is wrong and what to do.
	Reason string
	// Known are the places, as file:line, of the keys that were expected.
	Known []string
}

// Error implements error.
func (e *HostKeyError) Error() string { return e.Reason }

// Unwrap makes it an error that needs a person.
func (e *HostKeyError) Unwrap() error { return connect.ErrNeedsPerson }

// An AuthError says that a host did not let the user in.
type AuthError struct {
	User string
	// Tried are the ways that were tried, in order; Skipped those that could
	// not be, with the reason.
	Tried, Skipped []string
	// Err is what the SSH library said.
	Err error
}

// Error implements error.
func (e *AuthError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "user %s is not let in: ", e.User)
	if len(e.Tried) == 0 {
		b.WriteString("there was no key or password to try")
	} else {
		b.WriteString("tried " + strings.Join(e.Tried, ", "))
	}
	for _, s := range e.Skipped {
		b.WriteString("; " + s)
	}
	b.WriteString(": set ssh_user, ssh_key or ssh_password")
	return b.String()
}

// Unwrap makes it an error that needs a person.
func (e *AuthError) Unwrap() []error { return []error{connect.ErrNeedsPerson, e.Err} }

// A step of connecting, for the error that says how far it came.
type step int32

const (
	resolving step = iota
	dialling
	exchanging
	loggingIn
)

func (s step) String() string {
	switch s {
	case resolving:
		return "resolving the name"
	case dialling:
		return "connecting to the port"
	case exchanging:
		return "exchanging keys"
	}
	return "logging in"
}

// timeoutError is a host that did not answer in time.
type timeoutError struct {
	step  step
	after time.Duration
}

func (e *timeoutError) Error() string {
	return fmt.Sprintf("no answer within %v while %v", e.after, e.step)
}

// Timeout implements net.Error's question.
func (e *timeoutError) Timeout() bool { return true }

// networkWords says what a network error means to the user.
func networkWords(err error, s step) error {
	dns, isDNS := errors.AsType[*net.DNSError](err)
	switch {
	case isDNS && dns.IsNotFound:
		return &worded{"the name " + dns.Name + " does not resolve: mend it, or set ssh_hostname to an address", err}
	case isDNS:
		return &worded{"cannot resolve the name: " + dns.Err, err}
	case errors.Is(err, syscall.ECONNREFUSED):
		return &worded{"connection refused: is an SSH server running there, and is ssh_port right?", err}
	case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return &worded{"the host closed the connection while " + s.String(), err}
	}
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return &worded{op.Err.Error(), err}
	}
	return err
}

// A worded error says in plain words what its cause says in others.
type worded struct {
	text  string
	cause error
}

func (e *worded) Error() string { return e.text }
func (e *worded) Unwrap() error { return e.cause }
