package lab

import (
	"bytes"
	"crypto/subtle"
	"errors"
	"io"
	"net"
	"strconv"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"
)

// accept serves connections until the listener is closed.
func (m *Machine) accept(listener net.Listener) {
	for {
		c, err := listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			// The client went away, or too many files are open, which takes a
			// moment to get better.
			time.Sleep(10 * time.Millisecond)
			continue
		}
		m.counts.connections.Add(1)
		nc := newConn(m, c)
		if m.takeRefusal() || !m.admit(nc) {
			nc.abort()
			continue
		}
		m.wg.Go(func() {
			m.serve(nc)
			m.dismiss(nc)
		})
	}
}

// admit takes the connection into the machine's care, unless it was stopped.
func (m *Machine) admit(c *conn) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.stopped {
		m.conns[c] = struct{}{}
	}
	return !m.stopped
}

// dismiss ends a connection and forgets it. Until all that was under way has
// arrived, Disconnect can still cut it.
func (m *Machine) dismiss(c *conn) {
	c.Close()
	c.wg.Wait()
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.conns, c)
}

// serve runs one connection from handshake to end.
func (m *Machine) serve(c *conn) {
	if f, _ := m.state(); f.HangHandshake {
		m.listen(c)
		return
	}
	server, channels, requests, err := ssh.NewServerConn(c, m.config(c))
	if err != nil {
		return // the client knows why; a server log is nobody's business here
	}
	var wg sync.WaitGroup
	// Like sshd, answer keepalive requests with "not known".
	wg.Go(func() { ssh.DiscardRequests(requests) })
	m.channels(server.User(), c, channels, &wg)
	m.dismiss(c)
	wg.Wait() // for commands too, which may go on without their client
}

// listen takes in what the client sends and says nothing, until the fault is
// gone or the client is.
func (m *Machine) listen(c *conn) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		io.Copy(io.Discard, c)
	}()
	for {
		f, changed := m.state()
		if !f.HangHandshake {
			break
		}
		select {
		case <-changed:
			continue
		case <-done:
		}
		break
	}
	c.abort()
	<-done
}

// channels serves the connection's channels until it ends.
func (m *Machine) channels(user string, c *conn, channels <-chan ssh.NewChannel, wg *sync.WaitGroup) {
	limit := m.lab.opts.MaxSessions
	if limit < 0 {
		limit = int(^uint(0) >> 1)
	}
	var mu sync.Mutex
	open := 0
	count := func(by int) int {
		mu.Lock()
		defer mu.Unlock()
		open += by
		return open
	}
	for nc := range channels {
		switch nc.ChannelType() {
		case "session":
			if count(+1) > limit {
				count(-1)
				nc.Reject(ssh.ConnectionFailed, "open failed")
				continue
			}
			wg.Go(func() {
				defer count(-1)
				m.session(user, c, nc)
			})
		case "direct-tcpip":
			wg.Go(func() { forward(nc) })
		default:
			nc.Reject(ssh.UnknownChannelType, "unknown channel type")
		}
	}
}

func (m *Machine) config(c *conn) *ssh.ServerConfig {
	denied := errors.New("permission denied")
	config := &ssh.ServerConfig{ServerVersion: "SSH-2.0-CygnetLab"}
	config.AuthLogCallback = func(_ ssh.ConnMetadata, _ string, err error) {
		if err == nil { // counted before the client learns of it
			m.counts.handshakes.Add(1)
			c.loggedIn.Store(true)
		}
	}
	config.PublicKeyCallback = func(who ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
		f, _ := m.state()
		if f.RefuseKey || !bytes.Equal(key.Marshal(), m.lab.signer.PublicKey().Marshal()) || !m.knows(who.User()) {
			return nil, denied
		}
		return nil, nil
	}
	if password := m.lab.opts.Password; password != "" {
		config.PasswordCallback = func(who ssh.ConnMetadata, given []byte) (*ssh.Permissions, error) {
			f, _ := m.state()
			if f.RefusePassword || subtle.ConstantTimeCompare(given, []byte(password)) == 0 || !m.knows(who.User()) {
				return nil, denied
			}
			return nil, nil
		}
	}
	if banner := m.lab.opts.Banner; banner != "" {
		config.BannerCallback = func(ssh.ConnMetadata) string { return banner }
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, key := range m.hostKeys {
		config.AddHostKey(key)
	}
	return config
}

func (m *Machine) knows(user string) bool {
	_, err := m.place.login(user)
	return err == nil
}

// forward connects a client to an address through the machine, as ssh -J
// wants it. The connection is made from this process, not from inside a clone,
// so one machine of the lab can be the way to another.
func forward(nc ssh.NewChannel) {
	var to struct {
		Host       string
		Port       uint32
		Originator string
		OrigPort   uint32
	}
	if err := ssh.Unmarshal(nc.ExtraData(), &to); err != nil {
		nc.Reject(ssh.ConnectionFailed, "malformed request")
		return
	}
	address := net.JoinHostPort(to.Host, strconv.FormatUint(uint64(to.Port), 10))
	far, err := net.DialTimeout("tcp", address, 10*time.Second)
	if err != nil {
		nc.Reject(ssh.ConnectionFailed, err.Error())
		return
	}
	defer far.Close()
	ch, requests, err := nc.Accept()
	if err != nil {
		return
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		ssh.DiscardRequests(requests) // until the client closes the channel
		far.Close()
	})
	wg.Go(func() {
		io.Copy(far, ch)
		if tcp, ok := far.(*net.TCPConn); ok {
			tcp.CloseWrite()
		}
	})
	io.Copy(ch, far)
	ch.CloseWrite()
	ch.Close()
	far.Close()
	wg.Wait()
}
