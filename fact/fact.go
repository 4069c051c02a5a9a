// Package fact asks hosts questions, many in one round trip.
//
// A [Fact] is a question: the command that asks and how to read the answer.
// Plans get facts with [Get]; a fact that is not there yet is noted, and Get
// returns [ErrPending]. The [Reader] of the host then fetches all that was noted
// at once, and the plans run again. A plan that needs several announces them
// first with [Want], so that they come together.
package fact

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"cygnet/shell"
)

// A Fact is a question to a host whose answer is a T. Facts are structs; their
// exported fields are the question's arguments. Both methods are pure.
type Fact[T any] interface {
	// Command returns the shell text that asks.
	Command() shell.Text
	// Parse reads the lines of standard output.
	Parse(lines []string) (T, error)
}

// A Requirer is a fact that needs a program; on a host without it the answer is
// the fact's zero answer (see [Zeroer]).
type Requirer interface{ Requires() string }

// A Zeroer is a fact whose answer on a host without the program it needs is not
// the zero value of T.
type Zeroer[T any] interface{ Zero() T }

// A Constant is a fact that does not change while a run goes on, whatever
// commands do, such as the architecture. Its method does nothing.
type Constant interface{ Constant() }

// A Request is a Fact whose answer's type has been forgotten.
type Request struct {
	// Key names the question: the fact's name and its arguments.
	Key string
	// Name is the fact's name: package and type, such as "server.Users".
	Name string
	// Command asks.
	Command shell.Text
	// Requires is the program that the fact needs, or empty.
	Requires string
	// Constant says that the answer stays the same during a run.
	Constant bool
	// Parse reads standard output; the dynamic type is that of the fact.
	Parse func(lines []string) (any, error)
	// Zero is the answer of a host without the required program.
	Zero any
}

// A Source has facts of one host, read in one identity and environment. Fact
// returns an error that wraps [ErrPending] when the answer is not there yet.
type Source interface {
	Fact(Request) (any, error)
}

// ErrPending means that a fact has been noted and must be fetched first.
var ErrPending = errors.New("fact is not here yet")

// Ask returns f as a Request.
func Ask[T any](f Fact[T]) Request {
	req := Request{
		Name:    nameOf(reflect.TypeOf(f)),
		Command: f.Command(),
		Parse:   func(lines []string) (any, error) { return f.Parse(lines) },
	}
	req.Key = req.Name + arguments(f)
	if req.Command.HasSecret() { // which the arguments do not show
		req.Key += fmt.Sprintf(" %x", sha256.Sum256([]byte(req.Command.Reveal())))
	}
	var zero T
	if z, ok := f.(Zeroer[T]); ok {
		zero = z.Zero()
	}
	req.Zero = zero
	if r, ok := f.(Requirer); ok {
		req.Requires = r.Requires()
	}
	_, req.Constant = f.(Constant)
	return req
}

// Get returns the answer to f, or an error that wraps [ErrPending] if h does not
// have it yet.
func Get[T any](h Source, f Fact[T]) (T, error) {
	var zero T
	answer, err := h.Fact(Ask(f))
	if err != nil {
		return zero, err
	}
	v, ok := answer.(T)
	if !ok && answer != nil {
		return zero, fmt.Errorf("fact %s: answer is a %T, not a %T", nameOf(reflect.TypeOf(f)), answer, zero)
	}
	return v, nil
}

// Want announces facts that will be asked for, so that those which are missing
// come in one round trip. Errors are left for [Get] to return.
func Want(h Source, facts ...Request) {
	for _, f := range facts {
		// A pending fact is what Want is for; any other error comes back
		// from Get, which asks for the same answer.
		if _, err := h.Fact(f); err != nil {
			continue
		}
	}
}

// nameOf returns a fact's name. A fact whose name an operation of its package
// has too is a Go type that ends in Fact: files.FileFact is "files.File".
func nameOf(t reflect.Type) string {
	name := TypeName(t)
	if short := strings.TrimSuffix(name, "Fact"); !strings.HasSuffix(short, ".") {
		return short
	}
	return name
}

// TypeName returns the last element of the path of a type's package and the
// type's own name, such as "apt.Packages".
func TypeName(t reflect.Type) string {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	pkg := t.PkgPath()
	return pkg[strings.LastIndexByte(pkg, '/')+1:] + "." + t.Name()
}

// arguments writes a fact's fields in a form that is equal for equal facts.
func arguments(f any) string {
	if t := reflect.TypeOf(f); t.Kind() == reflect.Struct && t.NumField() == 0 {
		return ""
	}
	text, err := json.Marshal(f)
	if err != nil {
		return fmt.Sprintf("%#v", f)
	}
	return string(text)
}
