package run

import "sync"

// onceClaim lets one host run an operation that is to run on one only.
type onceClaim struct {
	// chosen is the host that the plan names; nil where conditions decide, and
	// the first that may run does.
	chosen *Host

	mu    sync.Mutex
	taken bool
}

// newOnce chooses the first host of the inventory that takes part.
func newOnce(calls []*call) *onceClaim {
	if len(calls[0].Arguments.If) > 0 {
		return &onceClaim{}
	}
	return &onceClaim{chosen: calls[0].host}
}

// claim reports whether h is the one. If the chosen host has dropped out or is
// not waited for, the first that comes is.
func (o *onceClaim) claim(h *Host, watch *ducklings) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.taken || o.chosen != nil && o.chosen != h && o.chosen.out() == nil && !watch.isFree(o.chosen) {
		return false
	}
	o.taken = true
	return true
}
