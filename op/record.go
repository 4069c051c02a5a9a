package op

import (
	"context"

	"cygnet/fact"
)

// A Recorder takes down what a deploy wants of one host, while the deploy runs
// for it. It is how a deploy, in whatever language, meets the engine. Its methods
// are called by one goroutine.
type Recorder interface {
	// Call takes down an operation. Its plan is made later, with those of
	// other calls, unless the deploy asks for its result.
	Call(context.Context, Call) (Result, error)
	// Fact answers at once; whatever else is pending for the host is fetched
	// in the same round trip. Arguments say in which identity and environment
	// to ask.
	Fact(context.Context, fact.Request, Arguments) (any, error)
	// Message passes a word on to the user; level is "debug", "info",
	// "warning" or "error".
	Message(level, text string)
}

// A Result is what a deploy may know of an operation it called.
type Result interface {
	// WillChange reports whether the plan has commands. It makes the plans of
	// all calls so far, which may take a round trip.
	WillChange(context.Context) (bool, error)
	// Outcome returns how the operation ended; ok is false before that.
	Outcome() (outcome Outcome, ok bool)
}

// An Outcome is how an operation ended on a host.
type Outcome struct {
	Changed        bool // commands ran and succeeded
	Succeeded      bool // it did not fail, or there was nothing to do
	Attempts       int
	Stdout, Stderr []string // bounded
}
