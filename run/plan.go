package run

import (
	"context"
	"errors"
	"fmt"

	"cygnet/connect"
	"cygnet/fact"
	"cygnet/shell"
)

// maxRounds bounds how often plans may ask for more facts. A plan that is still
// not content is wrong.
const maxRounds = 50

var noText shell.Text

func isPending(err error) bool { return errors.Is(err, fact.ErrPending) }

// makePlans plans those of the calls whose plans are missing or stale, with as
// few round trips as the facts' dependencies allow. An error means that the host
// cannot be asked; what is wrong with a single call is in its planErr.
func (h *Host) makePlans(ctx context.Context, calls []*call) error {
	for range maxRounds {
		if h.planOnce(ctx, calls) {
			return nil
		}
		if err := h.fetch(ctx); err != nil {
			return err
		}
	}
	return fmt.Errorf("plans still ask for facts after %d rounds", maxRounds)
}

// planOnce tries to plan and reports whether all calls have plans now; if not,
// the facts that they asked for are waiting to be fetched.
func (h *Host) planOnce(ctx context.Context, calls []*call) bool {
	done := true
	for _, c := range calls {
		if c.epoch == h.epoch {
			continue
		}
		plan, err := c.Operation.Plan(c.view(ctx))
		if isPending(err) {
			done = false
			continue
		}
		h.engine.hide(c.Arguments.Env, plan)
		c.plan, c.planErr, c.epoch = plan, h.engine.mask(err), h.epoch
	}
	return done
}

// fetch asks the host for the facts that wait. A connection that broke while
// nothing but questions was on the way is opened again, but not twice in a row.
func (h *Host) fetch(ctx context.Context) error {
	err := h.fetchOnce(ctx)
	if !errors.Is(err, connect.ErrLost) || h.reopened {
		h.reopened = false
		return err
	}
	h.reopened = true
	if err := h.connect(ctx); err != nil {
		return err
	}
	h.outdate()
	return nil // whoever planned asks again
}

func (h *Host) fetchOnce(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, h.engine.FactTimeout,
		fmt.Errorf("no answer within %s", h.engine.FactTimeout))
	defer cancel()
	return h.reader.Fetch(ctx)
}

// outdate says that what is known of the host may no longer be true.
func (h *Host) outdate() {
	h.reader.Forget()
	h.epoch++
}
