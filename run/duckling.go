package run

import (
	"context"
	"math"
	"slices"
	"sync"
	"time"
)

// DefaultDucklingAfter is the least time after which a host can be a duckling:
// below it, waiting costs less than the disorder.
const DefaultDucklingAfter = 10 * time.Second

// ducklingFactor is how many times the median of its fellows' time a host must
// have taken. Three quarters of them must be done, so that there is a median.
const ducklingFactor = 3

// ducklings watches how long hosts take.
type ducklings struct {
	engine *engine
	order  *order

	mu      sync.Mutex
	running map[*call]time.Time     // since when; pauses are taken out
	worked  map[*call]time.Duration // before the pause
	took    map[int][]time.Duration // by step: the hosts that are done
	gone    map[int]int             // by step: the hosts that failed, or never come
	free    map[*Host]bool
	passed  map[*call]bool // not waited for any more
}

func newDucklings(e *engine, o *order) *ducklings {
	return &ducklings{
		engine: e, order: o,
		running: map[*call]time.Time{}, worked: map[*call]time.Duration{},
		took: map[int][]time.Duration{}, gone: map[int]int{},
		free: map[*Host]bool{}, passed: map[*call]bool{},
	}
}

// start watches until the returned function is called.
func (d *ducklings) start(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case now := <-tick.C:
				d.look(now)
			case <-ctx.Done():
				return
			}
		}
	}()
	return func() { cancel(); <-ended }
}

// begin says that a host is at work on a call, not waiting for its turn. The
// attempts of a call, and the time between them, count together.
func (d *ducklings) begin(c *call) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, ok := d.running[c]; !ok {
		d.running[c] = time.Now().Add(-d.worked[c])
	}
}

// pause says that a host waits for its turn: that is not its fault.
func (d *ducklings) pause(c *call) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if since, ok := d.running[c]; ok {
		d.worked[c] = time.Since(since)
		delete(d.running, c)
	}
}

// end says that a host is done with a call, and reports whether it was still
// waited for. A host that skips a call takes no time.
func (d *ducklings) end(c *call) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	var took time.Duration
	if since, ok := d.running[c]; ok {
		took = time.Since(since)
	}
	d.took[c.step.index] = append(d.took[c.step.index], took)
	return d.forget(c)
}

// leave says that a host has failed in a call, or will not come to it, and
// reports whether it was still waited for. It is no measure for its fellows.
func (d *ducklings) leave(c *call) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.gone[c.step.index]++
	return d.forget(c)
}

func (d *ducklings) forget(c *call) bool {
	delete(d.running, c)
	delete(d.worked, c)
	awaited := !d.passed[c]
	d.passed[c] = true
	return awaited
}

// isFree reports whether a host is a duckling.
func (d *ducklings) isFree(h *Host) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.free[h]
}

// look sets free those who are far behind.
func (d *ducklings) look(now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for c, since := range d.running {
		behind := now.Sub(since)
		if d.free[c.host] || behind < d.engine.DucklingAfter || behind < d.patience(c.step) {
			continue
		}
		d.release(c, behind)
	}
}

// patience is how long a host may take for a step before it is a duckling.
func (d *ducklings) patience(s *step) time.Duration {
	took := slices.Sorted(slices.Values(d.took[s.index]))
	if len(took)*4 < (len(s.calls)-d.gone[s.index])*3 || len(took) == 0 {
		return math.MaxInt64
	}
	return ducklingFactor * took[len(took)/2]
}

func (d *ducklings) release(c *call, behind time.Duration) {
	d.free[c.host] = true
	d.engine.emit(Duckling{Host: c.host.Name(), Operation: c.step.index, Behind: behind})
	for _, ahead := range c.host.calls[c.index:] {
		if !d.passed[ahead] {
			d.passed[ahead] = true
			d.order.passed(ahead.step.index, 1)
		}
	}
}
