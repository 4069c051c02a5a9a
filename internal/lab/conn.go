package lab

import (
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// queueLimit bounds what a connection with latency keeps under way, in bytes.
const queueLimit = 4 << 20

// A conn is the server's end of a connection. It counts what passes and plays
// the faults of its machine.
type conn struct {
	net.Conn
	m        *Machine
	loggedIn atomic.Bool
	spoke    atomic.Bool  // the server was the last to send
	drop     atomic.Int64 // bytes that count for DropAfter
	gone     chan struct{}
	goneOnce sync.Once

	mu      sync.Mutex
	room    sync.Cond // signalled when queued shrinks
	queue   []parcel  // what is under way, while latency is set
	queued  int
	sending bool // deliver runs
	closing bool // Close was called; deliver closes when done
	err     error
	wg      sync.WaitGroup
}

// A parcel is data that arrives when it is due.
type parcel struct {
	due  time.Time
	data []byte
}

func newConn(m *Machine, c net.Conn) *conn {
	nc := &conn{Conn: c, m: m, gone: make(chan struct{})}
	nc.room.L = &nc.mu
	nc.spoke.Store(true)
	return nc
}

// Read reads what the client sent, as slowly as the machine is.
func (c *conn) Read(p []byte) (int, error) {
	f, ok := c.awake()
	if !ok {
		return 0, net.ErrClosed
	}
	if f.BytesPerSecond > 0 {
		p = p[:min(len(p), portion(f.BytesPerSecond))]
	}
	n, err := c.Conn.Read(p)
	if n == 0 {
		return 0, err
	}
	// A machine that was frozen while this waited has not read it yet.
	f, ok = c.awake()
	if !ok {
		return 0, net.ErrClosed
	}
	c.m.counts.bytesIn.Add(int64(n))
	if c.spoke.Swap(false) && c.loggedIn.Load() {
		c.m.counts.turns.Add(1)
	}
	c.pace(n, f.BytesPerSecond)
	if c.allowed(n, f) < n {
		c.abort()
		return 0, net.ErrClosed
	}
	return n, err
}

// Write sends to the client; with latency it returns before the data has
// left, as a write to a long wire does.
func (c *conn) Write(p []byte) (int, error) {
	f, ok := c.awake()
	if !ok {
		return 0, net.ErrClosed
	}
	c.mu.Lock()
	if f.Latency <= 0 && !c.sending {
		c.mu.Unlock()
		return c.send(p)
	}
	defer c.mu.Unlock()
	for c.queued > queueLimit && c.err == nil && !c.closing {
		c.room.Wait()
	}
	if c.err != nil {
		return 0, c.err
	}
	if c.closing {
		return 0, net.ErrClosed
	}
	c.queue = append(c.queue, parcel{time.Now().Add(f.Latency), append([]byte(nil), p...)})
	c.queued += len(p)
	if !c.sending {
		c.sending = true
		c.wg.Go(c.deliver)
	}
	return len(p), nil
}

// deliver sends what is under way when it is due, and ends when nothing is.
func (c *conn) deliver() {
	for {
		c.mu.Lock()
		if len(c.queue) == 0 || c.err != nil {
			c.queue, c.queued, c.sending = nil, 0, false
			closing := c.closing
			c.room.Broadcast()
			c.mu.Unlock()
			if closing {
				c.shut()
			}
			return
		}
		next := c.queue[0]
		c.mu.Unlock()
		c.sleep(time.Until(next.due))
		_, err := c.send(next.data)
		c.mu.Lock()
		if c.err == nil {
			c.err = err
		}
		if len(c.queue) > 0 {
			c.queue = c.queue[1:]
			c.queued -= len(next.data)
		}
		c.room.Broadcast()
		c.mu.Unlock()
	}
}

// send writes to the wire, in portions if the machine is slow.
func (c *conn) send(p []byte) (int, error) {
	sent := 0
	for len(p) > 0 {
		f, ok := c.awake()
		if !ok {
			return sent, net.ErrClosed
		}
		part := p
		if f.BytesPerSecond > 0 {
			part = p[:min(len(p), portion(f.BytesPerSecond))]
		}
		allowed := c.allowed(len(part), f)
		c.spoke.Store(true) // before the client can answer
		n, err := c.Conn.Write(part[:allowed])
		sent += n
		c.m.counts.bytesOut.Add(int64(n))
		if err == nil && allowed < len(part) {
			c.abort()
			err = net.ErrClosed
		}
		if err != nil {
			return sent, err
		}
		c.pace(n, f.BytesPerSecond)
		p = p[n:]
	}
	return sent, nil
}

// Close ends the connection when all that is under way has arrived.
func (c *conn) Close() error {
	c.mu.Lock()
	c.closing = true
	sending := c.sending
	c.mu.Unlock()
	if sending {
		return c.Conn.SetReadDeadline(time.Unix(1, 0))
	}
	return c.shut()
}

func (c *conn) shut() error {
	c.goneOnce.Do(func() { close(c.gone) })
	return c.Conn.Close()
}

// abort resets the connection at once.
func (c *conn) abort() {
	if tcp, ok := c.Conn.(*net.TCPConn); ok {
		tcp.SetLinger(0) // may fail if the client was faster; then it is gone anyway
	}
	c.shut()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil {
		c.err = net.ErrClosed
	}
	c.room.Broadcast()
}

// awake waits until the machine does not hang and returns its faults, or
// false if the connection is gone.
func (c *conn) awake() (Faults, bool) {
	for {
		f, changed := c.m.state()
		if !f.Hang {
			return f, true
		}
		select {
		case <-changed:
		case <-c.gone:
			return f, false
		}
	}
}

// allowed returns how many of n bytes may pass; when it is fewer, the caller
// resets the connection.
func (c *conn) allowed(n int, f Faults) int {
	if f.DropAfter <= 0 {
		return n
	}
	over := c.drop.Add(int64(n)) - f.DropAfter
	if over <= 0 || !c.m.takeDrop() {
		return n
	}
	return max(0, n-int(over))
}

// pace waits as long as n bytes take.
func (c *conn) pace(n, perSecond int) {
	if perSecond > 0 {
		c.sleep(time.Duration(n) * time.Second / time.Duration(perSecond))
	}
}

func (c *conn) sleep(d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-c.gone:
	}
}

// portion is what passes in a twentieth of a second, so that a slow
// connection trickles and does not come in lumps.
func portion(perSecond int) int { return max(1, perSecond/20) }
