package op

import (
	"context"
	"fmt"
)

// A Function is code of the deploy that runs on the controller when its turn has
// come, such as what python.call was given. An operation with one of them always
// has something to do.
type Function struct {
	// Name is what people see.
	Name string
	// Call runs it, on the goroutine of the host. What it does to the host goes
	// through the Actor; an error fails the operation.
	Call func(context.Context, Actor) error
}

func (Function) command() {}

// String names the function.
func (c Function) String() string { return "call " + c.Name }

// An Actor is the Recorder of a [Function]. It does at once what it is called
// for: the result of a Call has its outcome, and its error says that the
// operation has failed.
type Actor interface {
	Recorder
	// Do runs one command with the identity, environment and time-out of the
	// arguments. The outcome tells whether it succeeded; an error means that it
	// could not be run, or that the host is lost.
	Do(context.Context, Command, Arguments) (Outcome, error)
}

// A TempFiler is a Recorder that names temporary files of its host: a path that
// nobody else can guess, the same for the same seed during a run.
type TempFiler interface{ TempFile(seed string) string }

// Nestable returns why an operation with these arguments cannot be called while
// another one runs, or nil: a host that is in the middle of an operation cannot
// wait there for others.
func (a Arguments) Nestable() error {
	switch {
	case a.RunOnce:
		return fmt.Errorf("_run_once has no meaning for an operation that another one calls: give it to the outer one")
	case a.Serial:
		return fmt.Errorf("_serial has no meaning for an operation that another one calls: give it to the outer one")
	}
	return nil
}
