package library

import (
	"context"
	"errors"
	"sync"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
	"cygnet/fleet"
	"cygnet/op"
)

// A Session is one run of a deploy for one host, or of an inventory for none.
// What a file changes while it runs belongs to its session, so that any number
// of sessions of one program can run side by side.
//
// Code of a session runs on one goroutine at a time; see [Session.Enter].
type Session struct {
	library   *Library
	host      *fleet.Host
	inventory *fleet.Inventory
	recorder  op.Recorder
	say       func(level, text string)
	config    *configObject
	sources   Sources
	number    int
	limits    Limits
	explain   func(error) error

	modules map[string]*module
	// env is the environment, nil until it is asked for.
	env *starlark.Dict
	// patterns are the regular expressions that were compiled.
	patterns map[patternKey]*pattern
	files    map[string]*fileModule
	object   *hostObject // the host's
	others   map[*fleet.Host]*hostObject

	// classes are those that the session's files make.
	classes builtin.World

	// scopes are the @deploy functions that run, outermost first.
	scopes []scope
	// planning is the plan that code of the session is making; nil if none is.
	planning *planning
	include  func(path string) (*Source, error)

	mu sync.Mutex
	// ctx is that of the call which is under way. Attributes such as
	// op.changed do I/O, and Starlark gives them no thread to take it from.
	ctx context.Context
}

// A Setting is what a session is about.
type Setting struct {
	// Host is whom the deploy runs for; nil in inventories and group data.
	Host *fleet.Host
	// Inventory is the fleet; nil in inventories.
	Inventory *fleet.Inventory
	// Recorder takes down what the deploy wants; nil where Host is.
	Recorder op.Recorder
	// Say passes messages on where there is no Recorder; it may be nil.
	Say func(level, text string)
	// Config holds the defaults of global arguments.
	Config Config
	// Configuring says that the file is config.py: settings that only make
	// sense before hosts are connected may be changed.
	Configuring bool
	// Sources are the files that take part.
	Sources Sources
	// Number is the deploy file's place among those of a run.
	Number int
	Limits Limits
	// Include reads and compiles a file for local.include; nil where none may
	// be included. It is called by all sessions, at any time.
	Include func(path string) (*Source, error)
	// Explain turns the interpreter's errors into those that people read.
	Explain func(error) error
}

// Session begins a session.
func (l *Library) Session(set Setting) *Session {
	s := &Session{
		library: l, host: set.Host, inventory: set.Inventory, recorder: set.Recorder, say: set.Say,
		sources: set.Sources, number: set.Number, limits: set.Limits,
		modules: map[string]*module{}, files: map[string]*fileModule{}, others: map[*fleet.Host]*hostObject{},
		explain: set.Explain, include: set.Include,
	}
	s.config = &configObject{Config: set.Config.clone(), session: s, configuring: set.Configuring}
	if s.recorder != nil {
		s.say = s.recorder.Message
	}
	if s.host != nil {
		s.object = &hostObject{session: s, host: s.host}
	}
	return s
}

// Config returns the settings as the session has left them.
func (s *Session) Config() Config { return s.config.Config }

// sessionKey is the thread local that holds the session.
const sessionKey = "cygnet session"

func sessionOf(thread *starlark.Thread) (*Session, error) {
	s, ok := thread.Local(sessionKey).(*Session)
	if !ok {
		return nil, errors.New("this thread belongs to no session")
	}
	return s, nil
}

// Enter runs f, which runs code of the session on the thread that it is given,
// and waits for other code of the session to end first. The thread's code stops
// when ctx ends; it is limited in steps and in the depth of calls.
func (s *Session) Enter(ctx context.Context, f func(*starlark.Thread) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.ctx
	s.ctx = ctx
	defer func() { s.ctx = before }()
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx)
	}
	thread := &starlark.Thread{Name: s.name(), Print: func(_ *starlark.Thread, text string) { s.message("info", text) }}
	builtin.Inherit(thread, sessionKey, s)
	defer s.classes.Enter(thread)()
	defer builtin.EndGenerators(thread)
	guard := &guard{ctx: ctx, limits: s.limits.orDefault()}
	guard.watch(thread)
	err := f(thread)
	switch {
	case err == nil:
	case guard.err != nil:
		err = &StoppedError{Err: guard.err, cause: err}
	default:
		if _, ok := errors.AsType[*builtin.Exception](err); ok {
			break
		}
		if raised := builtin.Pending(thread); raised != nil {
			err = &StoppedError{Err: raised, cause: err}
		}
	}
	return err
}

func (s *Session) name() string {
	if s.host == nil {
		return ""
	}
	return s.host.Name
}

func (s *Session) message(level, text string) {
	if s.say != nil {
		s.say(level, text)
	}
}

// A HostError is an error of asking the host, not of the deploy: another host
// may do better.
type HostError struct{ Err error }

func (e *HostError) Error() string { return e.Err.Error() }
func (e *HostError) Unwrap() error { return e.Err }
