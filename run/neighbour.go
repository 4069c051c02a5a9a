package run

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"cygnet/connect"
	"cygnet/fact"
	"cygnet/fleet"
	"cygnet/op"
)

// neighbours are the hosts that deploys of other hosts have asked something.
//
// A neighbour has a connection and a reader of its own, even if the host takes
// part in the run: what the host itself is at is neither waited for nor
// disturbed. Whoever asks holds the neighbour's turn and nothing else that
// another could wait for, so hosts may ask each other in any order.
type neighbours struct {
	mu     sync.Mutex
	byHost map[*fleet.Host]*neighbour
}

// A neighbour is one host that others ask.
type neighbour struct {
	host   *fleet.Host
	turn   chan struct{} // full while somebody asks, who may use what follows
	conn   connect.Conn
	reader *fact.Reader
	failed error // why it could not be connected to
}

func (n *neighbours) of(host *fleet.Host) *neighbour {
	n.mu.Lock()
	defer n.mu.Unlock()
	found := n.byHost[host]
	if found == nil {
		found = &neighbour{host: host, turn: make(chan struct{}, 1)}
		if n.byHost == nil {
			n.byHost = map[*fleet.Host]*neighbour{}
		}
		n.byHost[host] = found
	}
	return found
}

// disconnect closes the connections; nobody asks any more.
func (n *neighbours) disconnect() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, neighbour := range n.byHost {
		neighbour.disconnect()
	}
}

var _ op.Neighbourhood = (*Host)(nil)

// FactOf implements op.Neighbourhood.
func (h *Host) FactOf(ctx context.Context, other *fleet.Host, req fact.Request, args op.Arguments) (any, error) {
	if other == h.host {
		return h.Fact(ctx, req, args)
	}
	n := h.engine.neighbours.of(other)
	select {
	case n.turn <- struct{}{}:
		defer func() { <-n.turn }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	answer, err := n.fact(ctx, h, req, args)
	if err != nil && ctx.Err() == nil {
		err = fmt.Errorf("fact %s of host %s: %w", req.Name, other.Name, err)
	}
	return answer, err
}

// fact asks for one fact. A connection that broke since the last question is
// opened again, once.
func (n *neighbour) fact(ctx context.Context, asker *Host, req fact.Request, args op.Arguments) (any, error) {
	if n.conn != nil && asker.recorded {
		n.reader.Forget() // operations run, here and perhaps there
	}
	for again := true; ; again = false {
		if err := n.connect(ctx, asker); err != nil {
			return nil, err
		}
		source := n.reader.As(args.Command(noText))
		answer, err := source.Fact(req)
		if !isPending(err) {
			return answer, err
		}
		if err = n.fetch(ctx, asker.engine); err == nil {
			if answer, err = source.Fact(req); !isPending(err) {
				return answer, err
			}
		}
		if !again || !errors.Is(err, connect.ErrLost) {
			return nil, err
		}
		n.disconnect()
	}
}

func (n *neighbour) fetch(ctx context.Context, e *engine) error {
	ctx, cancel := context.WithTimeoutCause(ctx, e.FactTimeout, fmt.Errorf("no answer within %s", e.FactTimeout))
	defer cancel()
	return n.reader.Fetch(ctx)
}

// connect opens the connection if there is none. It has failed for all who ask,
// so that not each of them waits for a host that is not there.
func (n *neighbour) connect(ctx context.Context, asker *Host) error {
	if n.conn != nil || n.failed != nil {
		return n.failed
	}
	e := asker.engine
	connector, err := e.Connectors.Find(n.host)
	if err != nil {
		return err
	}
	if err := e.connects.enter(ctx, asker.index); err != nil {
		return err
	}
	defer e.connects.leave()
	conn, err := connect.Retry{Connector: connector}.Connect(ctx, n.host)
	if err != nil {
		if ctx.Err() == nil {
			n.failed = err
		}
		return err
	}
	n.conn, n.reader = conn, fact.NewReader(conn)
	asker.Message("debug", fmt.Sprintf("connected to host %s to ask for facts", n.host.Name))
	if met, ok := conn.(connect.FirstMeeter); ok && met.FirstMet() {
		asker.Message("info", fmt.Sprintf("host %s was met for the first time: its key is kept", n.host.Name))
	}
	return nil
}

func (n *neighbour) disconnect() {
	if n.conn == nil {
		return
	}
	// As with a host's own connection: nothing runs on it any more.
	_ = n.conn.Close()
	n.conn, n.reader = nil, nil
}
