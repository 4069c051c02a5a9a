package connect

import (
	"context"
	"errors"
	"time"

	"github.com/cenkalti/backoff/v5"

	"cygnet/fleet"
)

// Defaults of a host's data for tries to connect; delays are in seconds.
const (
	defaultRetries  = 2
	defaultMinDelay = 0.5
	defaultMaxDelay = 10.0
)

// A Retry is a Connector that tries again when an attempt fails for a reason
// that time may heal, waiting longer each time. A host's data says how often:
// ssh_connect_retries (2), ssh_connect_retry_min_delay (0.5 seconds) and
// ssh_connect_retry_max_delay (10 seconds).
type Retry struct {
	Connector
	// Report, when set, is told of each attempt that failed; wait is the time
	// to the next one, or 0 if there is none.
	Report func(host *fleet.Host, attempt int, err error, wait time.Duration)
}

// Connect implements Connector.
func (r Retry) Connect(ctx context.Context, host *fleet.Host) (Conn, error) {
	retries, delays, err := retryPolicy(host)
	if err != nil {
		return nil, err
	}
	for attempt := 1; ; attempt++ {
		conn, err := r.Connector.Connect(ctx, host)
		if err == nil {
			return conn, nil
		}
		if attempt > retries || ctx.Err() != nil || errors.Is(err, ErrNeedsPerson) {
			r.report(host, attempt, err, 0)
			return nil, err
		}
		wait := delays.NextBackOff()
		r.report(host, attempt, err, wait)
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

func (r Retry) report(host *fleet.Host, attempt int, err error, wait time.Duration) {
	if r.Report != nil {
		r.Report(host, attempt, err, wait)
	}
}

func retryPolicy(host *fleet.Host) (retries int, delays *backoff.ExponentialBackOff, err error) {
	retries, err1 := host.Int("ssh_connect_retries", defaultRetries)
	least, err2 := host.Float("ssh_connect_retry_min_delay", defaultMinDelay)
	most, err3 := host.Float("ssh_connect_retry_max_delay", defaultMaxDelay)
	if err := errors.Join(err1, err2, err3); err != nil {
		return 0, nil, NeedsPerson(err)
	}
	delays = backoff.NewExponentialBackOff()
	delays.InitialInterval = time.Duration(least * float64(time.Second))
	delays.MaxInterval = time.Duration(max(least, most) * float64(time.Second))
	delays.Multiplier = 2
	return retries, delays, nil
}
