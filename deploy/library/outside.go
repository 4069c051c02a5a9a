package library

import (
	"cygnet/fact"
	"cygnet/op"
)

// While the recorder is at work it may need other code of the session: it plans
// operations that are generators of the user's, and asks conditions of operations
// that run at once. So the session is left for that time, and entered again.

// outside runs f, which calls the recorder.
func (s *Session) outside(f func()) {
	ctx, scopes, planning, recorder := s.ctx, s.scopes, s.planning, s.recorder
	s.scopes, s.planning = nil, nil
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.ctx, s.scopes, s.planning, s.recorder = ctx, scopes, planning, recorder
	}()
	f()
}

// record takes down an operation.
func (s *Session) record(call op.Call) (result op.Result, err error) {
	ctx := s.ctx
	s.outside(func() { result, err = s.recorder.Call(ctx, call) })
	return result, err
}

// ask asks the host a fact. A plan has the facts that are there.
func (s *Session) ask(req fact.Request, args op.Arguments, own bool) (answer any, err error) {
	if s.planning != nil {
		return s.planning.ask(req, args, own)
	}
	ctx := s.ctx
	s.outside(func() { answer, err = s.recorder.Fact(ctx, req, args) })
	return answer, err
}

// willChange reports whether an operation's plan has commands.
func (s *Session) willChange(r op.Result) (will bool, err error) {
	ctx := s.ctx
	s.outside(func() { will, err = r.WillChange(ctx) })
	return will, err
}
