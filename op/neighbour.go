package op

import (
	"context"

	"cygnet/fact"
	"cygnet/fleet"
)

// A Neighbourhood is a Recorder that can also ask the other hosts of the
// inventory, whether they take part in the run or not. It can only ask: nothing
// is done on another host than the Recorder's own.
type Neighbourhood interface {
	// FactOf is Fact for another host, in its circumstances: the arguments are
	// those that its own data gives. The host is connected to if need be. It
	// never waits for what another host's deploy is at, so that two hosts can
	// ask each other at once. While deploys are prepared an answer is kept;
	// while operations run each question is asked anew.
	FactOf(ctx context.Context, other *fleet.Host, req fact.Request, args Arguments) (any, error)
}
