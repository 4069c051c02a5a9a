package local

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"cygnet/connect"
	"cygnet/connect/internal/output"
	"cygnet/shell"
)

// killTime bounds how long ending a command may take.
const killTime = 8 * time.Second

// A Conn runs commands on this machine.
type Conn struct {
	ctx  context.Context // ends when the connection is closed
	stop context.CancelCauseFunc

	mu     sync.Mutex
	closed bool
	runs   sync.WaitGroup
}

var errClosed = fmt.Errorf("%w: the connection is closed", connect.ErrLost)

func newConn() *Conn {
	ctx, stop := context.WithCancelCause(context.Background())
	return &Conn{ctx: ctx, stop: stop}
}

// Close implements [connect.Conn]. It ends the commands that run.
func (c *Conn) Close() error {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.stop(errClosed)
	c.runs.Wait()
	return nil
}

// enter registers a run; it fails when the connection is closed.
func (c *Conn) enter() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return errClosed
	}
	c.runs.Add(1)
	return nil
}

// Run implements [connect.Conn].
func (c *Conn) Run(ctx context.Context, req *connect.Request) (*connect.Result, error) {
	if err := c.enter(); err != nil {
		return &connect.Result{Exit: -1}, err
	}
	defer c.runs.Done()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(c.ctx, func() { cancel(errClosed) })()
	return run(ctx, req)
}

// run runs a command; only ctx ends it early.
func run(ctx context.Context, req *connect.Request) (*connect.Result, error) {
	start := time.Now()
	result := &connect.Result{Exit: -1}
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
	collector := output.New(req)
	p, err := begin(launch, req.Stdin, collector)
	if err != nil {
		return result, fmt.Errorf("start /bin/sh: %w", err)
	}
	defer p.close()
	err = p.wait(ctx, command, collector)
	result.Exit, result.Signal = p.status()
	if rawErr := collector.Finish(result); err == nil && rawErr != nil {
		err = fmt.Errorf("pass on the command's output: %w", rawErr)
	}
	result.Duration = time.Since(start)
	return result, err
}

// A process is a command that runs.
type process struct {
	cmd     *exec.Cmd
	outputs [2]*os.File   // the ends to read from
	drained chan struct{} // closed when both outputs have ended
	ended   chan struct{} // closed when the process has
}

func begin(launch shell.Launch, stdin io.Reader, collector *output.Collector) (*process, error) {
	p := &process{
		cmd:     exec.Command("/bin/sh", "-c", launch.Exec),
		drained: make(chan struct{}),
		ended:   make(chan struct{}),
	}
	p.cmd.SysProcAttr = groupOfItsOwn()
	input, err := p.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	theirs, err := p.pipes()
	if err == nil {
		err = p.cmd.Start()
	}
	for _, f := range theirs {
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		p.close()
		return nil, errors.Join(err, input.Close())
	}
	go feed(input, launch.Input, stdin)
	var readers sync.WaitGroup
	for i, f := range p.outputs {
		w := collector.Writer(connect.Stream(i))
		// It ends with the stream, or because close ends it.
		readers.Go(func() { _, _ = io.Copy(w, f) })
	}
	go func() { readers.Wait(); close(p.drained) }()
	// How the process ended is read from its state.
	go func() { _ = p.cmd.Wait(); close(p.ended) }()
	return p, nil
}

// pipes connects the outputs and returns the command's ends.
func (p *process) pipes() (theirs []*os.File, err error) {
	for i := range p.outputs {
		r, w, err := os.Pipe()
		if err != nil {
			return theirs, err
		}
		p.outputs[i] = r
		theirs = append(theirs, w)
	}
	p.cmd.Stdout, p.cmd.Stderr = theirs[0], theirs[1]
	return theirs, nil
}

// feed writes what the shell and then the command reads. That a command does
// not read to the end is its own affair; that stdin fails is its owner's. It
// ends when the command does, or when a Read that was under way then returns.
func feed(w io.WriteCloser, script string, stdin io.Reader) {
	_, err := io.WriteString(w, script)
	if err == nil && stdin != nil {
		_, _ = io.Copy(w, stdin)
	}
	_ = w.Close() // a broken pipe says nothing new
}

// wait waits for the end of the process and its outputs, or for that of ctx,
// in which case it ends the process and all it started, and returns the cause.
func (p *process) wait(ctx context.Context, command shell.Command, collector *output.Collector) error {
	select {
	case <-p.ended:
		if collector.Settle(p.drained, ctx.Done()) || ctx.Err() == nil {
			return nil
		}
	case <-ctx.Done():
	}
	killErr := p.kill(command)
	select {
	case <-p.ended:
		select {
		case <-p.drained:
		case <-time.After(time.Second):
		}
	case <-time.After(time.Second):
	}
	if killErr != nil {
		return fmt.Errorf("%w (%w)", context.Cause(ctx), killErr)
	}
	return context.Cause(ctx)
}

// kill ends everything that carries the command's tag, and then the process
// group, should the tag be hidden.
func (p *process) kill(command shell.Command) error {
	defer p.killGroup()
	ctx, cancel := context.WithTimeout(context.Background(), killTime)
	defer cancel()
	kill := shell.Command{Text: shell.KillText(command.Tag), As: command.As}
	launch, err := kill.Launch(false)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", launch.Exec)
	cmd.Stdin = strings.NewReader(launch.Input)
	cmd.WaitDelay = time.Second
	out, err := cmd.CombinedOutput()
	left := strings.TrimSpace(string(out))
	if err != nil {
		return fmt.Errorf("%w: %w: %.200s", connect.ErrLeftRunning, err, left)
	}
	if left != "0" {
		return fmt.Errorf("%w: %.200s left", connect.ErrLeftRunning, left)
	}
	return nil
}

// close gives up the outputs, which ends their readers.
func (p *process) close() {
	for _, f := range p.outputs {
		if f != nil {
			// Closing the end that is read from cannot lose anything.
			_ = f.Close()
		}
	}
}
