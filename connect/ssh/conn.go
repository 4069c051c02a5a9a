package ssh

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"

	"cygnet/connect"
)

// A Conn is an open SSH connection.
type Conn struct {
	client   *ssh.Client
	wire     *wire
	firstMet bool
	sessions sessions
	// again opens another connection to the same host, or is nil.
	again func(context.Context) (*Conn, error)

	lost chan struct{}  // closed when the connection has ended
	wg   sync.WaitGroup // all goroutines of the connection

	mu     sync.Mutex
	closed bool
	why    error // why it ended, once it has
}

var errClosed = errors.New("it was closed")

func newConn(client *ssh.Client, line *wire, a *attempt, keepalive time.Duration) *Conn {
	c := &Conn{client: client, wire: line, firstMet: a.firstMet, lost: make(chan struct{})}
	c.wg.Go(func() {
		err := client.Wait()
		c.end(err)
		close(c.lost)
	})
	if keepalive == 0 {
		keepalive = DefaultKeepalive
	}
	if keepalive > 0 {
		c.wg.Go(func() { c.keepAlive(keepalive) })
	}
	return c
}

// FirstMet implements [connect.FirstMeeter].
func (c *Conn) FirstMet() bool { return c.firstMet }

// Close implements [connect.Conn]. What runs ends with [connect.ErrLost].
func (c *Conn) Close() error {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.end(errClosed)
	closeBroken(c.wire) // ends the goroutines that read from it
	c.wg.Wait()
	return nil
}

// enter makes Close wait for a run; it reports whether the connection is open.
func (c *Conn) enter() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		c.wg.Add(1)
	}
	return !c.closed
}

// end notes why the connection ended; the first reason counts.
func (c *Conn) end(why error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.why == nil {
		c.why = why
	}
}

// lostError says that the connection is gone, and why if that is known.
func (c *Conn) lostError() error {
	// The channels end a moment before the connection says why.
	select {
	case <-c.lost:
	case <-time.After(time.Second):
		return fmt.Errorf("%w: the host ended the command's channel without an exit status", connect.ErrLost)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return fmt.Errorf("%w: %w", connect.ErrLost, c.why)
}

func (c *Conn) isLost() bool {
	select {
	case <-c.lost:
		return true
	default:
		return false
	}
}

// keepAlive asks a host that is silent whether it is there, and gives the
// connection up if it stays silent for three times as long.
func (c *Conn) keepAlive(interval time.Duration) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	asked := make(chan struct{}, 1) // holds what is in it while an answer is due
	for {
		select {
		case <-c.lost:
			return
		case <-ticker.C:
		}
		silence := c.wire.silence()
		if silence > 4*interval {
			c.end(fmt.Errorf("the host has been silent for %v", silence.Round(time.Second/10)))
			closeBroken(c.wire)
			return
		}
		if silence < interval {
			continue
		}
		select {
		case asked <- struct{}{}:
			c.wg.Go(func() {
				// Any answer will do, a refusal too; none ends the connection above.
				_, _, _ = c.client.SendRequest("keepalive@openssh.com", true, nil)
				<-asked
			})
		default:
		}
	}
}

// channel opens a session, waiting while the host has too many of them.
func (c *Conn) channel(ctx context.Context) (ssh.Channel, <-chan *ssh.Request, error) {
	for {
		if err := c.sessions.acquire(ctx, c.lost); err != nil {
			return nil, nil, err
		}
		channel, requests, err := c.openSession(ctx)
		if err == nil {
			return channel, requests, nil
		}
		refused, ok := errors.AsType[*ssh.OpenChannelError](err)
		if !ok {
			c.sessions.release()
			return nil, nil, err
		}
		if err := c.sessions.refused(ctx, c.lost); err != nil {
			return nil, nil, fmt.Errorf("the host opens no session (%s): %w", refused.Message, err)
		}
	}
}

// openSession opens a session, or gives up when ctx ends.
func (c *Conn) openSession(ctx context.Context) (ssh.Channel, <-chan *ssh.Request, error) {
	type opened struct {
		channel  ssh.Channel
		requests <-chan *ssh.Request
		err      error
	}
	answer := make(chan opened)
	c.wg.Go(func() {
		channel, requests, err := c.client.OpenChannel("session", nil)
		select {
		case answer <- opened{channel, requests, err}:
		case <-ctx.Done():
			if err == nil {
				c.wg.Go(func() { ssh.DiscardRequests(requests) })
				_ = channel.Close() // nobody waits for it any more
			}
		}
	})
	select {
	case o := <-answer:
		return o.channel, o.requests, o.err
	case <-ctx.Done():
		return nil, nil, context.Cause(ctx)
	}
}
