package ssh

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/crypto/ssh"

	"cygnet/connect"
)

// An attempt is one try to open a connection.
type attempt struct {
	settings *settings
	address  string // host:port
	known    *knownHosts
	login    *login
	step     atomic.Int32
	firstMet bool
	hostErr  error // what is wrong with the host's key
}

func (a *attempt) at() step { return step(a.step.Load()) }

// dial opens a connection within the settings' time.
func (c *Connector) dial(parent context.Context, s *settings) (*Conn, error) {
	a := &attempt{settings: s, address: net.JoinHostPort(s.address, strconv.Itoa(s.port))}
	ctx, cancel := context.WithTimeout(parent, s.timeout)
	defer cancel()
	client, line, err := c.open(ctx, a)
	if a.login != nil {
		a.login.close()
	}
	switch {
	case err == nil:
		conn := newConn(client, line, a, c.Keepalive)
		conn.again = func(ctx context.Context) (*Conn, error) {
			other, err := c.dial(ctx, s)
			if err == nil {
				other.again = nil
			}
			return other, err
		}
		return conn, nil
	case parent.Err() != nil:
		err = context.Cause(parent)
	case ctx.Err() != nil && a.hostErr == nil:
		err = &timeoutError{a.at(), s.timeout}
	}
	return nil, fmt.Errorf("connect to %s: %w", a.address, err)
}

func (c *Connector) open(ctx context.Context, a *attempt) (*ssh.Client, *wire, error) {
	var err error
	if a.known, err = c.knownHostsOf(a.settings.knownHosts); err != nil {
		return nil, nil, connect.NeedsPerson(err)
	}
	if a.login, err = c.newLogin(a.settings); err != nil {
		return nil, nil, connect.NeedsPerson(err)
	}
	dialer := net.Dialer{
		// It is called when an address is known.
		Control: func(string, string, syscall.RawConn) error {
			a.step.Store(int32(dialling))
			return nil
		},
	}
	raw, err := dialer.DialContext(ctx, "tcp", a.address)
	if err != nil {
		return nil, nil, networkWords(err, a.at())
	}
	a.step.Store(int32(exchanging))
	line := &wire{Conn: raw}
	line.heard()
	client, err := a.handshake(ctx, line)
	if err != nil {
		closeBroken(raw)
		return nil, nil, a.explain(err)
	}
	return client, line, nil
}

// closeBroken closes a connection of which it does not matter how it ends.
func closeBroken(conn net.Conn) { _ = conn.Close() }

// handshake exchanges keys and logs in. The library knows no time limit for
// it, so the connection is closed when ctx ends.
func (a *attempt) handshake(ctx context.Context, line *wire) (*ssh.Client, error) {
	stop := context.AfterFunc(ctx, func() { closeBroken(line) })
	conn, channels, requests, err := ssh.NewClientConn(line, a.address, &ssh.ClientConfig{
		User:              a.settings.user,
		Auth:              a.login.methods(),
		HostKeyAlgorithms: a.known.algorithms(a.address),
		HostKeyCallback:   a.checkHost,
		ClientVersion:     "SSH-2.0-Cygnet",
	})
	if !stop() && err == nil {
		err = context.Cause(ctx) // closed at the last moment
	}
	if err != nil {
		return nil, err
	}
	return ssh.NewClient(conn, channels, requests), nil
}

func (a *attempt) checkHost(address string, remote net.Addr, key ssh.PublicKey) error {
	a.firstMet, a.hostErr = a.known.check(a.settings.policy, address, remote, key)
	if a.hostErr == nil {
		a.step.Store(int32(loggingIn))
	}
	return a.hostErr
}

// explain turns the library's error into one that says what to do.
func (a *attempt) explain(err error) error {
	if a.hostErr != nil {
		return a.hostErr
	}
	_, network := errors.AsType[net.Error](err)
	_, negotiation := errors.AsType[*ssh.AlgorithmNegotiationError](err)
	switch {
	case negotiation:
		return connect.NeedsPerson(fmt.Errorf("the host and Cygnet have no algorithm in common: %w", err))
	case network, errors.Is(err, io.EOF), a.at() != loggingIn:
		return networkWords(err, a.at())
	}
	return &AuthError{a.settings.user, a.login.tried, a.login.skipped, err}
}

// A wire is a network connection that knows when it last heard something.
type wire struct {
	net.Conn
	last atomic.Int64 // in nanoseconds since 1970
}

// Read implements net.Conn.
func (w *wire) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	if n > 0 {
		w.heard()
	}
	return n, err
}

func (w *wire) heard() { w.last.Store(time.Now().UnixNano()) }

// silence returns for how long nothing was heard.
func (w *wire) silence() time.Duration { return time.Since(time.Unix(0, w.last.Load())) }

var _ connect.FirstMeeter = (*Conn)(nil)
