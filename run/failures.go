package run

import (
	"errors"
	"fmt"
	"sync"
)

// failures counts the hosts that have dropped out, so that a run can be ended
// when they are too many.
type failures struct {
	mu    sync.Mutex
	count int
	stop  chan struct{} // closed when they are too many
}

func (f *failures) tooMany() bool {
	select {
	case <-f.stop:
		return true
	default:
		return false
	}
}

// countFailure takes in why a host has dropped out. Hosts that a stopped run
// does not come to have not failed.
func (e *engine) countFailure(why error) {
	if e.FailPercent == nil || errors.Is(why, ErrStopped) {
		return
	}
	e.failures.mu.Lock()
	defer e.failures.mu.Unlock()
	e.failures.count++
	if float64(e.failures.count)*100 > *e.FailPercent*float64(len(e.hosts)) && !e.failures.tooMany() {
		close(e.failures.stop)
	}
}

func (e *engine) tooManyFailed() error {
	return fmt.Errorf("more than %g %% of the hosts have failed", *e.FailPercent)
}

// whyStopped is the reason of hosts that a stopped run does not come to.
func (e *engine) whyStopped() error {
	if e.failures.tooMany() && !e.stoppedByUser() {
		return fmt.Errorf("%w: %w", ErrStopped, e.tooManyFailed())
	}
	return ErrStopped
}
