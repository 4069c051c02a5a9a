// Package run is the engine: it connects to the hosts of a fleet, has a deploy
// say what it wants of each, plans, and runs what is missing, in the deploy's
// order, with limits and retries.
//
// # The way through it
//
// Each host has one goroutine in each phase. In prepare it connects, runs the
// deploy, which calls the methods of [Host], and plans every call with the facts
// of one or two round trips. The calls of all hosts are then merged into steps,
// the operations of the fleet. In execute a host works through its own calls and
// waits before each until the steps before it are done everywhere; a duckling,
// a host far behind its fellows, is no longer waited for.
//
// The package prints nothing: everything that happens is an [Event].
package run

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"time"

	"cygnet/connect"
	"cygnet/fleet"
	"cygnet/op"
	"cygnet/shell"
)

// A Deploy says what is wanted of one host, by calling h's methods. It is called
// for many hosts at once. Its error drops the host; one that wraps [ErrMistake]
// ends the run before anything has been changed.
type Deploy func(ctx context.Context, h *Host) error

// ErrMistake marks an error of the deploy itself rather than of a host: no host
// can do what it says.
var ErrMistake = errors.New("mistake in the deploy")

// ErrStopped is the reason of hosts that were not done when the run was stopped.
var ErrStopped = errors.New("stopped")

// Options are what a run needs. Hosts, Connectors and Deploy are required.
type Options struct {
	// Hosts are the hosts to bring to the deploy's state.
	Hosts []*fleet.Host
	// Connectors open connections, by the name of [fleet.Host.Connector].
	Connectors connect.Set
	Deploy     Deploy
	// Sink gets the events; nil means nobody looks.
	Sink Sink

	// Version and Args are told in the first event.
	Version string
	Args    []string

	// Parallel bounds how many hosts are worked on at a time; 0 is no bound.
	Parallel int
	// Free lets every host run ahead: none waits for the others between
	// operations. Serial brings the hosts to the end one after the other, in
	// the order of Hosts.
	Free, Serial bool
	// FailPercent, if it is not nil, stops the run when more than so many
	// percent of the hosts have dropped out: what runs ends, nothing more
	// begins.
	FailPercent *float64
	// Dry stops after the plan.
	Dry bool
	// Diff tells what would change in text files.
	Diff bool
	// Confirm is asked, when the plan is there and has something to do,
	// whether to go on. Nil means yes.
	Confirm func(context.Context) (bool, error)
	// Stop, when closed, lets what runs end and begins nothing more.
	Stop <-chan struct{}
	// DucklingAfter is how long a host may take for an operation before it can
	// be one that the others do not wait for; 0 means DefaultDucklingAfter.
	DucklingAfter time.Duration
	// FactTimeout bounds one batch of facts; 0 means DefaultFactTimeout.
	FactTimeout time.Duration
	// Local has the controller's files; nil means those of the process.
	Local op.Files
	// Render fills in the templates of operations that no deploy file called; nil
	// means that they are refused.
	Render op.Renderer
	// TempDir is the hosts' folder for temporary files; empty is /tmp. A
	// host's data may name another: _temp_dir.
	TempDir string
}

// DefaultFactTimeout is how long a host may take to answer a batch of facts.
const DefaultFactTimeout = 5 * time.Minute

// maxConnects is how many connections are opened at a time: enough to be quick,
// few enough for the home router in between.
const maxConnects = 64

// engine is one run.
type engine struct {
	Options
	events   *emitter
	id       string
	started  time.Time
	nonce    string // makes names of temporary files that nobody can guess
	connects *window
	slots    *window
	secrets  shell.Masker
	hosts    []*Host
	steps    []*step

	neighbours neighbours
	failures   failures
}

// Run brings the hosts to the deploy's state and tells how it went. Failures of
// hosts are in the summary; err is for what kept the run from being a run: a
// mistake in the deploy, a question that could not be asked.
func Run(ctx context.Context, o Options) (Summary, error) {
	if len(o.Hosts) == 0 {
		return Summary{}, fleet.ErrNoHosts
	}
	e := newEngine(o)
	e.emit(Started{ID: e.id, Version: o.Version, Args: o.Args, Hosts: names(e.hosts), Dry: o.Dry})
	err := e.run(ctx)
	e.disconnect()
	summary := e.events.summary(time.Since(e.started))
	summary.Interrupted = ctx.Err() != nil || e.stoppedByUser()
	if errors.Is(err, ErrMistake) {
		summary.Mistake = err
	}
	e.emit(Finished{summary})
	return summary, err
}

func newEngine(o Options) *engine {
	if o.FactTimeout == 0 {
		o.FactTimeout = DefaultFactTimeout
	}
	if o.DucklingAfter == 0 {
		o.DucklingAfter = DefaultDucklingAfter
	}
	if o.Local == nil {
		o.Local = op.LocalFiles{}
	}
	if o.TempDir == "" {
		o.TempDir = "/tmp"
	}
	e := &engine{
		Options:  o,
		events:   newEmitter(o.Sink),
		id:       newID(time.Now()),
		started:  time.Now(),
		nonce:    rand.Text(),
		connects: newWindow(maxConnects),
		slots:    newWindow(o.Parallel),
		failures: failures{stop: make(chan struct{})},
	}
	for i, h := range o.Hosts {
		e.hosts = append(e.hosts, newHost(e, i, h))
	}
	return e
}

// run goes through the phases. The error it returns is the run's, not a host's.
func (e *engine) run(ctx context.Context) error {
	e.emit(Phase{"connect"})
	if err := e.prepare(ctx); err != nil {
		e.dropRest(err)
		return err
	}
	if !slices.ContainsFunc(e.hosts, func(h *Host) bool { return h.out() == nil }) {
		return nil // there is nothing to plan
	}
	e.steps = merge(slices.DeleteFunc(slices.Clone(e.hosts), func(h *Host) bool { return h.out() != nil }))
	operations := e.announce()
	if e.Dry {
		return nil
	}
	yes, err := e.confirmed(ctx, operations)
	if e.stopping() || ctx.Err() != nil {
		e.dropRest(e.whyStopped())
		return nil
	}
	if err != nil {
		e.dropRest(err)
		return err
	}
	if !yes {
		e.events.declined()
		return nil
	}
	e.emit(Phase{"execute"})
	e.execute(ctx)
	return nil
}

// announce tells the plan, and what it would change in files.
func (e *engine) announce() []Operation {
	operations := make([]Operation, len(e.steps))
	for i, s := range e.steps {
		operations[i] = s.operation()
	}
	e.emit(Planned{operations})
	if !e.Diff {
		return operations
	}
	for _, s := range e.steps {
		for _, c := range s.calls {
			e.tellDiff(c)
		}
	}
	return operations
}

// confirmed asks whether to go on. A stop is an answer too.
func (e *engine) confirmed(ctx context.Context, operations []Operation) (bool, error) {
	if e.Confirm == nil || e.stopping() || !slices.ContainsFunc(operations, Operation.hasWork) {
		return true, nil
	}
	begin, release := e.untilStopped(ctx)
	defer release()
	return e.Confirm(begin)
}

// dropRest takes out the hosts that the run does not come to, and says why.
func (e *engine) dropRest(why error) {
	for _, h := range e.hosts {
		h.drop(why)
	}
}

func (e *engine) disconnect() {
	e.emit(Phase{"disconnect"})
	each(e.hosts, func(h *Host) { h.disconnect() })
	e.neighbours.disconnect()
}

func (e *engine) emit(event Event) { e.events.emit(event) }

// stopping reports whether nothing more is to be begun.
func (e *engine) stopping() bool {
	return e.stoppedByUser() || e.failures.tooMany()
}

func (e *engine) stoppedByUser() bool {
	select {
	case <-e.Stop:
		return true
	default:
		return false
	}
}
