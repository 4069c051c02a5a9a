package run

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"cygnet/op"
)

// order knows how far the fleet is: which steps hosts may begin. A step is open
// when no host is waited for in the steps before it.
type order struct {
	mu      sync.Mutex
	awaited []int           // by step: hosts that it still waits for
	open    []chan struct{} // by step: closed when it may begin
	first   int             // the first step that is not done
	free    bool            // a step opens as soon as a host has come to it
	started func(step int)
	done    func(step int)
}

func newOrder(steps []*step, started, done func(int)) *order {
	o := &order{started: started, done: done}
	for _, s := range steps {
		o.awaited = append(o.awaited, len(s.calls))
		o.open = append(o.open, make(chan struct{}))
	}
	return o
}

// begin opens the first step.
func (o *order) begin() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.advance()
}

// passed says that hosts are no longer waited for in a step.
func (o *order) passed(step, hosts int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.awaited[step] -= hosts
	o.advance()
}

// advance opens steps as far as nobody is waited for. A step is started before
// any of its hosts is let in, and done before the next is started; one that
// nobody will come to in time is passed over in silence.
func (o *order) advance() {
	for o.first < len(o.open) {
		if o.isOpen(o.first) {
			if o.awaited[o.first] > 0 {
				return
			}
			o.done(o.first)
			o.first++
			continue
		}
		if o.awaited[o.first] > 0 {
			if !o.free {
				o.started(o.first)
				close(o.open[o.first])
			}
			return
		}
		close(o.open[o.first])
		o.first++
	}
}

// arrived says that a host has come to a step. Where hosts run ahead of each
// other that opens it.
func (o *order) arrived(step int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.free && !o.isOpen(step) {
		o.started(step)
		close(o.open[step])
	}
}

func (o *order) isOpen(step int) bool {
	select {
	case <-o.open[step]:
		return true
	default:
		return false
	}
}

// execute runs the steps on all hosts that are still in the run.
func (e *engine) execute(ctx context.Context) {
	begun := make([]bool, len(e.steps))
	o := newOrder(e.steps,
		func(step int) {
			// After a stop steps open only to be passed by.
			if begun[step] = !e.stopping() && ctx.Err() == nil; begun[step] {
				e.emit(OperationStarted{step})
			}
		},
		func(step int) {
			if begun[step] {
				e.emit(OperationFinished{step})
			}
		})
	o.free = e.Free || e.Serial
	watch := newDucklings(e, o)
	if !o.free { // else nobody is held up
		defer watch.start(ctx)()
	}
	begin, release := e.untilStopped(ctx)
	defer release()
	o.begin()
	var wg sync.WaitGroup
	for _, h := range e.hosts {
		switch {
		case h.out() != nil:
		case e.Serial:
			h.execute(ctx, begin, o, watch)
		default:
			wg.Go(func() { h.execute(ctx, begin, o, watch) })
		}
	}
	wg.Wait()
}

// execute works through the host's calls. What is begun goes on until ctx ends,
// and nothing more begins when begin has ended.
func (h *Host) execute(ctx, begin context.Context, o *order, watch *ducklings) {
	for i, c := range h.calls {
		h.at = i
		err := h.turn(begin, o, c)
		if err == nil {
			err = h.perform(ctx, begin, c, watch)
		}
		if err != nil {
			h.drop(err)
			h.abandon(o, watch, h.calls[i:])
			return
		}
		if watch.end(c) {
			o.passed(c.step.index, 1)
		}
	}
}

// turn waits until the host may begin a call.
func (h *Host) turn(begin context.Context, o *order, c *call) error {
	if begin.Err() == nil && !h.engine.stopping() {
		o.arrived(c.step.index)
	}
	select {
	case <-o.open[c.step.index]:
	case <-begin.Done():
	}
	switch {
	case begin.Err() != nil:
		return stopped(begin)
	case h.engine.stopping():
		return h.engine.whyStopped()
	}
	return nil
}

// stopped is the reason of a host that was not done when the run was stopped.
func stopped(ctx context.Context) error {
	if err := context.Cause(ctx); !errors.Is(err, ErrStopped) {
		return fmt.Errorf("%w: %w", ErrStopped, err)
	}
	return context.Cause(ctx)
}

// abandon leaves the calls that the host does not come to: the last one first, so
// that no step opens for a host that has gone.
func (h *Host) abandon(o *order, watch *ducklings, calls []*call) {
	for _, c := range slices.Backward(calls) {
		if watch.leave(c) {
			o.passed(c.step.index, 1)
		}
	}
}

// perform brings one call to its end and tells it. An error takes the host out
// of the run.
func (h *Host) perform(ctx, begin context.Context, c *call, watch *ducklings) error {
	began := time.Now()
	p := performance{host: h, call: c, begin: begin, watch: watch, exit: -1}
	status, err := p.run(ctx)
	err = because(ctx, err)
	if status == Waiting {
		return err // it was stopped before it began
	}
	c.end(op.Outcome{
		Changed:   status == Changed,
		Succeeded: status == Changed || status == Unchanged || status == Skipped,
		Attempts:  p.attempt,
		Stdout:    p.stdout,
		Stderr:    p.stderr,
	})
	h.engine.emit(HostFinished{
		Operation: c.step.index, Host: h.Name(), Status: status, Attempts: p.attempt,
		Exit: p.exit, Reason: p.reason, Err: err, Took: time.Since(began),
	})
	if status == Failed || status == Unknown {
		return &OperationError{Call: c.Call, Err: err}
	}
	return nil
}
