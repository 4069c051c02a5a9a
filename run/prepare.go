package run

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"cygnet/connect"
	"cygnet/fact"
	"cygnet/fleet"
)

// prepare connects to all hosts, runs the deploy for each and makes the plans.
// The first mistake of the deploy ends it for all hosts and is returned.
func (e *engine) prepare(ctx context.Context) error {
	ctx, release := e.untilStopped(ctx)
	defer release()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	each(e.hosts, func(h *Host) {
		if err := h.prepareInTurn(ctx); err != nil {
			if errors.Is(err, ErrMistake) {
				cancel(err)
			}
			h.drop(because(ctx, err))
		}
	})
	if err := context.Cause(ctx); errors.Is(err, ErrMistake) {
		return err
	}
	return nil
}

// untilStopped returns a context that ends, besides with ctx, when nothing more
// is to be begun.
func (e *engine) untilStopped(ctx context.Context) (begin context.Context, release func()) {
	begin, cancel := context.WithCancelCause(ctx)
	var wg sync.WaitGroup
	wg.Go(func() {
		select {
		case <-e.Stop:
			e.emit(Stopping{Reason: "stopped by the user"})
			cancel(ErrStopped)
		case <-e.failures.stop:
			e.emit(Stopping{Reason: e.tooManyFailed().Error()})
			cancel(e.whyStopped())
		case <-begin.Done():
		}
	})
	return begin, func() { cancel(nil); wg.Wait() }
}

// because returns why ctx ended, if it did and err is what that led to.
func because(ctx context.Context, err error) error {
	cause := context.Cause(ctx)
	switch {
	case cause == nil || err == nil:
		return err
	case errors.Is(cause, ErrMistake):
		return cause
	case errors.Is(err, connect.ErrLeftRunning):
		return fmt.Errorf("%w: %w", stopped(ctx), err)
	case errors.Is(err, cause) || errors.Is(err, ctx.Err()):
		return stopped(ctx)
	}
	return err
}

// each calls f for hosts side by side and waits.
func each(hosts []*Host, f func(*Host)) {
	var wg sync.WaitGroup
	for _, h := range hosts {
		wg.Go(func() { f(h) })
	}
	wg.Wait()
}

// prepareInTurn prepares within the bound on how many hosts are worked on.
func (h *Host) prepareInTurn(ctx context.Context) error {
	if err := h.engine.slots.enter(ctx, h.index); err != nil {
		return err
	}
	defer h.engine.slots.leave()
	return h.prepare(ctx)
}

func (h *Host) prepare(ctx context.Context) error {
	if err := h.connect(ctx); err != nil {
		return err
	}
	begun := time.Now()
	if err := h.engine.Deploy(ctx, h); err != nil {
		return err
	}
	h.recorded = true
	if err := h.makePlans(ctx, h.calls); err != nil {
		return err
	}
	if h.engine.Diff {
		h.makeDiffs(ctx)
	}
	changes := 0
	for _, c := range h.calls {
		if len(c.plan.Commands) > 0 {
			changes++
		}
		// What an operation before it changes may mend what is wrong here, and
		// it may not be for this host: then this is decided when its turn comes.
		later := changes > 0 || c.Arguments.IgnoreErrors || c.Arguments.RunOnce || len(c.Arguments.If) > 0
		if c.planErr != nil && !later {
			return &OperationError{Call: c.Call, Err: c.planErr}
		}
	}
	h.engine.emit(Prepared{Host: h.Name(), Operations: len(h.calls), Changes: changes, Took: time.Since(begun)})
	return nil
}

// connect opens the host's connection, within the bound on how many do so at a
// time.
func (h *Host) connect(ctx context.Context) error {
	e := h.engine
	connector, err := e.Connectors.Find(h.host)
	if err != nil {
		return err
	}
	if err := e.connects.enter(ctx, h.index); err != nil {
		return err
	}
	defer e.connects.leave()
	h.disconnect()
	e.emit(Connecting{Host: h.Name(), Attempt: 1})
	retry := connect.Retry{Connector: connector, Report: func(_ *fleet.Host, attempt int, err error, wait time.Duration) {
		e.emit(ConnectFailed{Host: h.Name(), Attempt: attempt, Err: err, Retry: wait})
		if wait > 0 {
			e.emit(Connecting{Host: h.Name(), Attempt: attempt + 1})
		}
	}}
	begun := time.Now()
	conn, err := retry.Connect(ctx, h.host)
	if err != nil {
		return err
	}
	h.conn = conn
	h.reader = fact.NewReader(conn)
	met, ok := conn.(connect.FirstMeeter)
	e.emit(Connected{Host: h.Name(), Took: time.Since(begun), NewKey: ok && met.FirstMet()})
	return nil
}

func (h *Host) disconnect() {
	if h.conn == nil {
		return
	}
	// What a connection has to say while it closes is of no use to anyone: all
	// that ran on it has ended.
	_ = h.conn.Close()
	h.conn = nil
	h.engine.emit(Disconnected{h.Name()})
}
