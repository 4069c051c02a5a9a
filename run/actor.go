package run

import (
	"context"
	"errors"
	"fmt"

	"cygnet/fact"
	"cygnet/fleet"
	"cygnet/op"
)

// actor is the [op.Actor] of a function that runs as a command of a call. What
// it is called for is part of that call: it waits for no other host.
type actor struct{ of *performance }

var (
	_ op.Actor         = actor{}
	_ op.Neighbourhood = actor{}
	_ op.TempFiler     = actor{}
	_ op.TempFiler     = (*Host)(nil)
)

func (p *performance) function(ctx context.Context, c op.Function) error {
	err := c.Call(ctx, actor{p})
	p.host.outdate()
	return err
}

// inner returns a performance of another call as part of this one.
func (a actor) inner(c op.Call) *performance {
	p := a.of
	inner := &call{Call: c, host: p.host, index: p.call.index, step: p.call.step, epoch: -1}
	return &performance{host: p.host, call: inner, begin: p.begin, watch: p.watch, exit: -1, inner: true}
}

// Call implements op.Recorder.
func (a actor) Call(ctx context.Context, c op.Call) (op.Result, error) {
	if err := c.Arguments.Nestable(); err != nil {
		return nil, op.ValueErrorf("%s", err)
	}
	p := a.inner(c)
	status, err := p.run(ctx)
	err = p.host.engine.mask(because(ctx, err))
	p.call.end(op.Outcome{
		Changed:   status == Changed,
		Succeeded: status == Changed || status == Unchanged || status == Skipped,
		Attempts:  p.attempt,
		Stdout:    p.stdout,
		Stderr:    p.stderr,
	})
	switch status {
	case Failed, Unknown:
		return nil, &OperationError{Call: c, Err: err}
	case Ignored:
		a.Message("warning", fmt.Sprintf("%s: %v (ignored)", c.Label(), err))
	case Changed:
		a.Message("info", c.Label()+": changed")
	default:
		a.Message("debug", c.Label()+": "+p.reason)
	}
	return p.call, nil
}

// Fact implements op.Recorder.
func (a actor) Fact(ctx context.Context, req fact.Request, args op.Arguments) (any, error) {
	h := a.of.host
	for range maxRounds {
		answer, err := h.reader.As(args.Command(noText)).Fact(req)
		if !isPending(err) {
			return answer, err
		}
		if err := h.fetch(ctx); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("fact %s does not come, however often it is asked for", req.Name)
}

// FactOf implements op.Neighbourhood.
func (a actor) FactOf(ctx context.Context, other *fleet.Host, req fact.Request, args op.Arguments) (any, error) {
	return a.of.host.FactOf(ctx, other, req, args)
}

// Message implements op.Recorder.
func (a actor) Message(level, text string) { a.of.host.Message(level, text) }

// TempFile implements op.TempFiler.
func (a actor) TempFile(seed string) string { return a.of.host.TempFile(seed) }

// Do implements op.Actor.
func (a actor) Do(ctx context.Context, c op.Command, args op.Arguments) (op.Outcome, error) {
	p := a.inner(op.Call{Name: a.of.call.Name, Arguments: args})
	p.host.engine.hide(args.Env, op.Plan{Commands: []op.Command{c}})
	p.call.plan.Commands = []op.Command{c}
	err := p.commands(ctx)
	p.host.outdate()
	outcome := op.Outcome{Changed: err == nil, Succeeded: err == nil, Attempts: 1, Stdout: p.stdout, Stderr: p.stderr}
	if _, ended := errors.AsType[*CommandError](err); ended {
		err = nil
	}
	return outcome, err
}

// TempFile implements op.TempFiler.
func (h *Host) TempFile(seed string) string { return h.tempFile(seed) }
