package ssh

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"

	"cygnet/connect"
	"cygnet/connect/internal/output"
	"cygnet/shell"
)

// killTime bounds how long ending a command may take.
const killTime = 8 * time.Second

// Run implements [connect.Conn].
func (c *Conn) Run(ctx context.Context, req *connect.Request) (*connect.Result, error) {
	start := time.Now()
	result := &connect.Result{Exit: -1}
	if !c.enter() {
		return result, c.lostError()
	}
	defer c.wg.Done()
	command := req.Command
	if command.Tag == "" {
		command.Tag = rand.Text()
	}
	launch, err := command.Launch(req.Stdin != nil)
	if err != nil {
		return result, connect.NeedsPerson(err)
	}
	if ctx.Err() != nil {
		return result, context.Cause(ctx)
	}
	channel, requests, err := c.channel(ctx)
	if err != nil {
		if c.isLost() || errors.Is(err, io.EOF) {
			err = c.lostError()
		}
		return result, err
	}
	defer c.sessions.release()
	collector := output.New(req)
	s := c.begin(channel, requests, launch, req.Stdin, collector)
	err = c.wait(ctx, s, command, collector)
	_ = channel.Close() // it is over, or given up
	result.Exit, result.Signal = s.status()
	if rawErr := collector.Finish(result); err == nil && rawErr != nil {
		err = fmt.Errorf("pass on the command's output: %w", rawErr)
	}
	result.Duration = time.Since(start)
	return result, err
}

// A session is a command that runs.
type session struct {
	channel ssh.Channel
	refused chan struct{} // closed when the host will not run commands
	ended   chan struct{} // closed when it is known how it ended
	closed  chan struct{} // closed when the channel is
	drained chan struct{} // closed when both outputs have ended

	mu     sync.Mutex
	known  bool
	exit   int
	signal string
}

// begin starts a command. Its goroutines end with the channel, or with the
// connection, which waits for them.
func (c *Conn) begin(channel ssh.Channel, requests <-chan *ssh.Request, launch shell.Launch, stdin io.Reader, collector *output.Collector) *session {
	s := &session{
		channel: channel,
		refused: make(chan struct{}),
		ended:   make(chan struct{}),
		closed:  make(chan struct{}),
		drained: make(chan struct{}),
		exit:    -1,
	}
	c.wg.Go(func() { s.listen(requests) })
	c.wg.Go(func() {
		var readers sync.WaitGroup
		// They end with the streams; that a stream breaks shows in the exit
		// status, which is missing then.
		readers.Go(func() { drain(collector.Writer(connect.Stdout), channel) })
		readers.Go(func() { drain(collector.Writer(connect.Stderr), channel.Stderr()) })
		readers.Wait()
		close(s.drained)
	})
	// Reading stdin is not waited for: nothing can end a Read but its owner.
	go s.feed(launch, stdin)
	return s
}

// drain reads to the end, also when nobody wants it any more: a stream that is
// not read would hold up the others.
func drain(w io.Writer, r io.Reader) {
	if _, err := io.Copy(w, r); errors.Is(err, io.ErrClosedPipe) {
		_, _ = io.Copy(io.Discard, r)
	}
}

// feed starts the command and writes what the shell and then the command reads.
// That a command does not read to the end is its own affair; that stdin fails
// is its owner's.
func (s *session) feed(launch shell.Launch, stdin io.Reader) {
	ok, err := s.channel.SendRequest("exec", true, ssh.Marshal(struct{ Command string }{launch.Exec}))
	if err == nil && !ok {
		close(s.refused)
	}
	if err != nil || !ok {
		return
	}
	_, err = io.WriteString(s.channel, launch.Input)
	if err == nil && stdin != nil {
		_, _ = io.Copy(s.channel, stdin)
	}
	_ = s.channel.CloseWrite() // fails only if the channel is closed
}

// listen waits for how the command ends.
func (s *session) listen(requests <-chan *ssh.Request) {
	for r := range requests {
		switch r.Type {
		case "exit-status":
			var status struct{ Status uint32 }
			if ssh.Unmarshal(r.Payload, &status) == nil {
				s.end(int(status.Status), "")
			}
		case "exit-signal":
			var signal struct {
				Name          string
				Core          bool
				Message, Lang string
			}
			if ssh.Unmarshal(r.Payload, &signal) == nil {
				s.end(-1, strings.TrimPrefix(signal.Name, "SIG"))
			}
		}
		if r.WantReply {
			_ = r.Reply(false, nil) // fails only if the connection is gone
		}
	}
	close(s.closed)
}

func (s *session) end(exit int, signal string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known {
		return
	}
	s.known, s.exit, s.signal = true, exit, signal
	close(s.ended)
}

func (s *session) status() (exit int, signal string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.exit, s.signal
}

func (s *session) hasEnded() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.known
}

var errRefused = errors.New("the host refuses to run commands: see ForceCommand and PermitTTY in its sshd_config, and the user's shell")

// wait waits for the end of the command and its outputs, or for that of ctx, in
// which case it ends the command and all it started, and returns the cause.
func (c *Conn) wait(ctx context.Context, s *session, command shell.Command, collector *output.Collector) error {
	select {
	case <-s.ended:
	case <-s.closed:
	case <-s.refused:
		return connect.NeedsPerson(errRefused)
	case <-ctx.Done():
		return c.cancelled(ctx, s, command)
	}
	if !collector.Settle(s.drained, ctx.Done()) && ctx.Err() != nil {
		return c.cancelled(ctx, s, command)
	}
	if !s.hasEnded() {
		return c.lostError()
	}
	return nil
}

// cancelled ends a command whose time is over.
func (c *Conn) cancelled(ctx context.Context, s *session, command shell.Command) error {
	cause := context.Cause(ctx)
	killing, cancel := context.WithTimeout(context.Background(), killTime)
	defer cancel()
	err := c.kill(killing, command)
	// What it printed last is on its way.
	select {
	case <-s.drained:
	case <-c.lost:
	case <-time.After(time.Second):
	}
	if err != nil {
		return fmt.Errorf("%w (%w)", cause, err)
	}
	return cause
}

// kill ends everything that carries the command's tag. If the host opens no
// further session on this connection, it takes another one.
func (c *Conn) kill(ctx context.Context, command shell.Command) error {
	kill := shell.Command{Text: shell.KillText(command.Tag), As: command.As, Tag: rand.Text()}
	launch, err := kill.Launch(false)
	if err != nil {
		return err
	}
	channel, requests, err := c.openSession(ctx)
	if _, refused := errors.AsType[*ssh.OpenChannelError](err); refused && c.again != nil {
		var other *Conn
		if other, err = c.again(ctx); err == nil {
			err = other.kill(ctx, command)
			return errors.Join(err, other.Close())
		}
	}
	if err != nil {
		return fmt.Errorf("%w: %w", connect.ErrLeftRunning, err)
	}
	defer channel.Close()
	collector := output.New(&connect.Request{Keep: 4 << 10})
	s := c.begin(channel, requests, launch, nil, collector)
	select {
	case <-s.drained:
	case <-ctx.Done():
	}
	var result connect.Result
	if err := collector.Finish(&result); err != nil {
		return err
	}
	left := strings.Join(append(result.Stdout, result.Stderr...), " ")
	switch left {
	case "0":
		return nil
	case "":
		return fmt.Errorf("%w: the host does not answer", connect.ErrLeftRunning)
	}
	return fmt.Errorf("%w: %s left", connect.ErrLeftRunning, left)
}
