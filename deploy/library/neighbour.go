package library

import (
	"context"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
	"cygnet/fact"
	"cygnet/fleet"
	"cygnet/op"
)

// A deploy may ask other hosts than its own, as in
// inventory.get_host("db1").get_fact(LinuxName).

// neighbour asks another host on behalf of the session's own.
type neighbour struct {
	op.Recorder
	hood op.Neighbourhood
	host *fleet.Host
}

// Fact implements op.Recorder.
func (n neighbour) Fact(ctx context.Context, req fact.Request, args op.Arguments) (any, error) {
	return n.hood.FactOf(ctx, n.host, req, args)
}

// getFactOf asks another host. Global arguments are those of the call, of that
// host's data and of config: what holds for the deploy's own host, such as its
// data, does not hold there.
func (s *Session) getFactOf(other *fleet.Host, thread *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if s.recorder == nil {
		return nil, builtin.Raise(builtin.RuntimeError, "host %s cannot be asked for a fact yet: ask in a deploy", other.Name)
	}
	hood, ok := s.recorder.(op.Neighbourhood)
	if !ok {
		return nil, builtin.Raise(builtin.NotImplementedError, "facts of another host are not supported yet: host %s was asked from the deploy of host %s",
			other.Name, s.name())
	}
	there := s.library.Session(Setting{
		Host: other, Inventory: s.inventory, Recorder: neighbour{s.recorder, hood, other}, Config: s.config.Config,
		Sources: s.sources, Number: s.number, Limits: s.limits, Explain: s.explain,
	})
	there.mu.Lock() // as Enter does: nobody else has this session
	defer there.mu.Unlock()
	there.ctx = s.ctx
	return there.getFact(thread, args, kwargs)
}
