package lab

import "time"

// Faults are what is wrong with a machine. The zero value is a healthy one.
// All faults can be set together and at any time; they work on connections
// that are open too where that makes sense.
type Faults struct {
	// RefuseConnections is how many of the next connections are reset before
	// the server has said a word.
	RefuseConnections int
	// RefuseFor closes the port, so that the system refuses connections, and
	// opens it again after that time or when other faults are set.
	RefuseFor time.Duration
	// Latency is how long everything that the machine sends is under way:
	// the time that a round trip takes.
	Latency time.Duration
	// BytesPerSecond limits each connection, in each direction.
	BytesPerSecond int
	// DropAfter resets a connection when it has carried that many bytes, both
	// directions counted together, the handshake (about 4 kB) included. Bytes
	// from before the fault was set do not count.
	DropAfter int64
	// Drops is how many connections DropAfter may reset until it stops doing
	// so; zero means every one.
	Drops int
	// HangHandshake accepts new connections and then never says a word.
	HangHandshake bool
	// Hang freezes the machine: connections are accepted, but nothing is read
	// and nothing written any more until the fault is gone.
	Hang bool
	// ExecDelay is how much longer every command takes, before it starts.
	ExecDelay time.Duration
	// RefuseKey refuses the lab's key, RefusePassword its password.
	RefuseKey, RefusePassword bool
	// RefuseExec refuses every request to run a command or a shell.
	RefuseExec bool
}

// Set replaces the machine's faults. Set(Faults{}) heals it. It returns an
// error only if a port that RefuseFor had closed was taken by another program
// in the meantime.
func (m *Machine) Set(f Faults) error {
	m.mu.Lock()
	m.faults = f
	for c := range m.conns {
		c.drop.Store(0)
	}
	close(m.changed)
	m.changed = make(chan struct{})
	if m.reopen != nil {
		m.reopen.Stop()
		m.reopen = nil
	}
	if f.RefuseFor > 0 && m.listener != nil {
		m.listener.Close()
		m.listener = nil
	}
	addr := m.Addr
	if f.RefuseFor > 0 && !m.stopped {
		// Should the port be taken when the time is over, it stays closed,
		// which is what the next connection will tell.
		m.reopen = time.AfterFunc(f.RefuseFor, func() { m.open(addr) })
	}
	m.mu.Unlock()
	if f.RefuseFor > 0 {
		return nil
	}
	return m.open(addr)
}

// Faults returns what is wrong with the machine now, counts counted down.
func (m *Machine) Faults() Faults {
	f, _ := m.state()
	return f
}

// state returns the faults and a channel that is closed when they change.
func (m *Machine) state() (Faults, <-chan struct{}) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.faults, m.changed
}

// takeRefusal reports whether the connection that just came is to be refused.
func (m *Machine) takeRefusal() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.faults.RefuseConnections <= 0 {
		return false
	}
	m.faults.RefuseConnections--
	return true
}

// takeDrop reports whether a connection that has carried enough is to be
// dropped, and ends the fault with the last of its drops.
func (m *Machine) takeDrop() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.faults.DropAfter <= 0 {
		return false
	}
	if m.faults.Drops > 0 {
		m.faults.Drops--
		if m.faults.Drops == 0 {
			m.faults.DropAfter = 0
		}
	}
	return true
}
