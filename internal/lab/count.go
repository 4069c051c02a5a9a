package lab

import "sync/atomic"

// Counters say what a machine was asked since it started, or since
// [Machine.ResetCounters].
type Counters struct {
	// Connections were accepted, those that were refused after included.
	Connections int64
	// Handshakes were completed: the client is logged in.
	Handshakes int64
	// Sessions are session channels that were opened.
	Sessions int64
	// Execs are requests to run a command, a shell or a subsystem.
	Execs int64
	// BytesIn and BytesOut crossed the wire, encrypted, handshakes included.
	BytesIn, BytesOut int64
	// Turns estimates round trips on the wire: how often a client sent
	// something after the server had, from the end of the handshake on. What a
	// client sends without waiting for the answer counts if the server
	// happened to speak before, such as its last word on a channel that
	// closes; so it is rather too high than too low.
	Turns int64
	// Exchanges counts the same inside sessions and without the protocol's own
	// messages: the first input that a command gets, and each input that comes
	// after it has printed something. A shell that is kept open and is fed one
	// script after the other has one exchange for each.
	Exchanges int64
}

type counts struct {
	connections, handshakes, sessions, execs atomic.Int64
	bytesIn, bytesOut, turns, exchanges      atomic.Int64
}

// Counters returns what was counted until now.
func (m *Machine) Counters() Counters {
	c := &m.counts
	return Counters{
		Connections: c.connections.Load(),
		Handshakes:  c.handshakes.Load(),
		Sessions:    c.sessions.Load(),
		Execs:       c.execs.Load(),
		BytesIn:     c.bytesIn.Load(),
		BytesOut:    c.bytesOut.Load(),
		Turns:       c.turns.Load(),
		Exchanges:   c.exchanges.Load(),
	}
}

// ResetCounters starts counting from zero, also for connections that are open.
func (m *Machine) ResetCounters() {
	c := &m.counts
	for _, n := range []*atomic.Int64{
		&c.connections, &c.handshakes, &c.sessions, &c.execs,
		&c.bytesIn, &c.bytesOut, &c.turns, &c.exchanges,
	} {
		n.Store(0)
	}
}

// Counters returns the sum over all machines.
func (l *Lab) Counters() Counters {
	var sum Counters
	for _, m := range l.Machines {
		c := m.Counters()
		sum.Connections += c.Connections
		sum.Handshakes += c.Handshakes
		sum.Sessions += c.Sessions
		sum.Execs += c.Execs
		sum.BytesIn += c.BytesIn
		sum.BytesOut += c.BytesOut
		sum.Turns += c.Turns
		sum.Exchanges += c.Exchanges
	}
	return sum
}
