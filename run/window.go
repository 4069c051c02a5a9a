package run

import (
	"context"
	"sync"
)

// A window lets a bounded number of hosts in at a time; as one leaves, the next
// comes in, whatever the others do. It is never a batch that waits for its
// slowest. The hosts that wait come in by their place in the inventory.
type window struct {
	mu      sync.Mutex
	limit   int // 0: no bound
	inside  int
	waiting map[int]chan struct{}
}

func newWindow(limit int) *window { return &window{limit: limit, waiting: map[int]chan struct{}{}} }

// enter waits for a place. The caller must leave if err is nil.
func (w *window) enter(ctx context.Context, index int) error {
	w.mu.Lock()
	if w.limit == 0 || w.inside < w.limit {
		w.inside++
		w.mu.Unlock()
		return nil
	}
	turn := make(chan struct{})
	w.waiting[index] = turn
	w.mu.Unlock()
	select {
	case <-turn:
		return nil
	case <-ctx.Done():
		w.giveUp(index, turn)
		return context.Cause(ctx)
	}
}

func (w *window) giveUp(index int, turn chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.waiting[index] == turn {
		delete(w.waiting, index)
		return
	}
	w.pass() // the turn came at the same moment: hand it on
}

// leave makes room for the next host.
func (w *window) leave() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pass()
}

// pass hands a place on to the first that waits, or frees it.
func (w *window) pass() {
	first := -1
	for index := range w.waiting {
		if first < 0 || index < first {
			first = index
		}
	}
	if first < 0 {
		w.inside--
		return
	}
	close(w.waiting[first])
	delete(w.waiting, first)
}
