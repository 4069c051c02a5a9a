package ssh

import (
	"context"
	"errors"
	"sync"
	"time"
)

// maxSessions is how many sessions sshd opens on one connection (MaxSessions
// in sshd_config), less one, which ends commands whose time is over.
const maxSessions = 9

// Sessions counts the sessions of a connection, to have no more than the host
// allows. How many that is, it learns when one is refused.
type sessions struct {
	mu      sync.Mutex
	open    int
	limit   int           // 0: maxSessions
	freed   chan struct{} // closed when a session ends
	refusal int           // refusals in a row while none was open
}

var errNoSession = errors.New("none of Cygnet's is open: mend MaxSessions in its sshd_config")

// acquire waits for a session that may be opened.
func (s *sessions) acquire(ctx context.Context, lost <-chan struct{}) error {
	for {
		s.mu.Lock()
		limit := s.limit
		if limit == 0 {
			limit = maxSessions
		}
		if s.open < limit {
			s.open++
			s.mu.Unlock()
			return nil
		}
		if s.freed == nil {
			s.freed = make(chan struct{})
		}
		freed := s.freed
		s.mu.Unlock()
		select {
		case <-freed:
		case <-lost:
			return errClosed
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func (s *sessions) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open--
	s.refusal = 0
	if s.freed != nil {
		close(s.freed)
		s.freed = nil
	}
}

// refused gives back a session that the host did not open. The host allows as
// many as are open now; if there are none, it may still be busy ending others,
// for which it gets a few seconds.
func (s *sessions) refused(ctx context.Context, lost <-chan struct{}) error {
	s.mu.Lock()
	s.open--
	if s.open > 0 {
		s.limit = s.open
		s.mu.Unlock()
		return nil
	}
	s.limit = 1
	s.refusal++
	tries := s.refusal
	s.mu.Unlock()
	if tries > 6 {
		return errNoSession
	}
	select {
	case <-time.After(50 * time.Millisecond << tries): // 6.3 seconds in all
		return nil
	case <-lost:
		return errClosed
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
