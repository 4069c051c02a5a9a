package run

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"cygnet/connect"
	"cygnet/op"
)

// Retries wait longer each time: twice as long as before, up to maxRetryDelay,
// give or take a fifth, so that 170 hosts that were refused together do not come
// back together.
const (
	defaultRetryDelay = 5 * time.Second
	maxRetryDelay     = 5 * time.Minute
	jitter            = 0.2
)

// keptOutput is how many bytes of each stream an outcome keeps for the deploy,
// lineCost of them for each line beside what it says. A command may print
// without end, on every host at once.
const (
	keptOutput = 1 << 20
	lineCost   = 16
)

// errAgain means that the deploy's own test says the wanted state is not there.
var errAgain = errors.New("_retry_until still says to try again")

// anotherDoes is the reason of hosts that an operation passes over.
const anotherDoes = "another host does it (_run_once)"

// performance is one call on its way to its end.
type performance struct {
	host  *Host
	call  *call
	begin context.Context // ends when nothing more is to be begun
	watch *ducklings
	inner bool // it is part of another one, which has its place in the windows

	attempt        int
	exit           int
	lost           bool // the connection broke while a command ran, and none ran since
	reason         string
	stdout, stderr []string
	kept           [2]int    // bytes of them, by stream
	last           [2]string // the last line that the command which runs said, by stream
}

// run makes as many attempts as the call is worth.
func (p *performance) run(ctx context.Context) (Status, error) {
	for _, condition := range p.call.Arguments.If {
		yes, err := condition(ctx)
		if err != nil {
			return p.failure(ctx), err
		}
		if !yes {
			p.reason = "_if says no"
			return Skipped, nil
		}
	}
	if p.call.Arguments.RunOnce && !p.call.step.once.claim(p.host, p.watch) {
		p.reason = anotherDoes
		return Skipped, nil
	}
	delay := p.call.Arguments.RetryDelay
	if delay == 0 {
		delay = defaultRetryDelay
	}
	var failed error // the attempt before
	for {
		status, err := p.try(ctx)
		if status == Waiting && failed != nil {
			return p.failure(ctx), failed
		}
		attempts := p.call.Arguments.Retries + 1
		if err == nil || p.attempt >= attempts || !mayHeal(ctx, err) {
			return status, err
		}
		wait := spread(delay)
		p.host.engine.emit(HostRetry{Operation: p.call.step.index, Host: p.host.Name(), Attempt: p.attempt, Of: attempts, Err: err, Wait: wait})
		delay = min(2*delay, maxRetryDelay)
		if !p.sleep(wait) {
			return status, err
		}
		failed = err
		p.host.outdate()
	}
}

// mayHeal reports whether another attempt makes sense.
func mayHeal(ctx context.Context, err error) bool {
	return ctx.Err() == nil && !errors.Is(err, connect.ErrNeedsPerson)
}

func spread(d time.Duration) time.Duration {
	return time.Duration(float64(d) * (1 - jitter + 2*jitter*rand.Float64()))
}

// sleep waits and reports whether the run goes on.
func (p *performance) sleep(wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-p.begin.Done():
		return false
	}
}

// try makes one attempt.
func (p *performance) try(ctx context.Context) (Status, error) {
	p.attempt++
	p.stdout, p.stderr, p.kept, p.exit = nil, nil, [2]int{}, -1
	if !p.inner {
		p.watch.begin(p.call)
	}
	if err := p.plan(ctx); err != nil {
		return p.failure(ctx), err
	}
	if len(p.call.plan.Commands) == 0 {
		p.reason = p.call.plan.Noop
		return Unchanged, nil
	}
	if !p.inner {
		leave, err := p.enter()
		if err != nil {
			return Waiting, err
		}
		defer leave()
		p.host.engine.emit(HostStarted{Operation: p.call.step.index, Host: p.host.Name(), Attempt: p.attempt})
	}
	err := p.commands(ctx)
	p.lost = errors.Is(err, connect.ErrLost)
	p.host.outdate()
	if err == nil {
		err = p.satisfied(ctx)
	}
	if err != nil {
		return p.failure(ctx), err
	}
	return Changed, nil
}

// failure tells the status of an attempt that did not succeed. What the end of the run
// has ended is not ignored: it is no failure that a deploy can expect.
func (p *performance) failure(ctx context.Context) Status {
	switch {
	case p.lost:
		return Unknown
	case p.call.Arguments.IgnoreErrors && ctx.Err() == nil:
		return Ignored
	}
	return Failed
}

// enter waits for a place in the step's window, and for one of the run's.
func (p *performance) enter() (leave func(), err error) {
	p.watch.pause(p.call)
	defer p.watch.begin(p.call)
	step, run := p.call.step.window, p.host.engine.slots
	if err := step.enter(p.begin, p.host.index); err != nil {
		return nil, stopped(p.begin)
	}
	if err := run.enter(p.begin, p.host.index); err != nil {
		step.leave()
		return nil, stopped(p.begin)
	}
	leave = func() { run.leave(); step.leave() }
	if p.host.engine.stopping() { // its place may have come before begin ended
		leave()
		return nil, p.host.engine.whyStopped()
	}
	return leave, nil
}

// plan makes the call's plan anew if it is stale, and with it those of the calls
// that follow, up to the next one that is expected to change something: their
// facts come in the same round trip.
func (p *performance) plan(ctx context.Context) error {
	c := p.call
	if c.epoch == p.host.epoch {
		return c.planErr
	}
	if p.host.conn == nil {
		if err := p.host.connect(ctx); err != nil {
			return err
		}
	}
	calls := []*call{c}
	if !p.inner {
		calls = p.host.ahead()
	}
	if err := p.host.makePlans(ctx, calls); err != nil {
		return err
	}
	return c.planErr
}

// commands runs the plan's commands in order.
func (p *performance) commands(ctx context.Context) error {
	var failed error
	for _, command := range p.call.plan.Commands {
		p.host.engine.emit(CommandStarted{Operation: p.call.step.index, Host: p.host.Name(), Command: command.String()})
		err := p.host.engine.mask(p.command(ctx, command))
		if errors.Is(err, connect.ErrLost) {
			p.host.disconnect()
			return err
		}
		if err == nil {
			continue
		}
		if !p.call.Arguments.IgnoreErrors || !p.call.Arguments.ContinueOnError || ctx.Err() != nil {
			return err
		}
		failed = err
	}
	return failed
}

func (p *performance) command(ctx context.Context, command op.Command) error {
	p.last = [2]string{}
	if after := p.call.Arguments.Timeout; after > 0 {
		timeout := &TimeoutError{After: after}
		bounded, cancel := context.WithTimeoutCause(ctx, after, timeout)
		defer cancel()
		err := p.dispatch(bounded, command)
		if err != nil && bounded.Err() != nil && ctx.Err() == nil {
			timeout.Last = p.lastLine()
			timeout.Left = errors.Is(err, connect.ErrLeftRunning)
			return timeout
		}
		return err
	}
	return p.dispatch(ctx, command)
}

func (p *performance) dispatch(ctx context.Context, command op.Command) error {
	switch c := command.(type) {
	case op.Shell:
		return p.shell(ctx, c)
	case op.Upload:
		return p.upload(ctx, c)
	case op.Download:
		return p.download(ctx, c)
	case op.Function:
		return p.function(ctx, c)
	}
	return fmt.Errorf("the engine cannot run a command of type %T", command)
}

func (p *performance) shell(ctx context.Context, c op.Shell) error {
	result, err := p.host.conn.Run(ctx, &connect.Request{Command: p.call.Arguments.Command(c.Text), Output: p.output, Keep: 1})
	if err != nil {
		return err
	}
	p.exit = result.Exit
	args := p.call.Arguments
	if c.SuccessExitCodes != nil {
		args.SuccessExitCodes = c.SuccessExitCodes
	}
	if result.Signal == "" && args.Succeeded(result.Exit) {
		return nil
	}
	return &CommandError{Command: c.String(), Exit: result.Exit, Signal: result.Signal, Last: p.lastLine()}
}

// output takes a line that a command printed.
func (p *performance) output(stream connect.Stream, line string) {
	line = p.host.engine.secrets.Mask(line)
	kept := &p.stdout
	if stream == connect.Stderr {
		kept = &p.stderr
	}
	if p.kept[stream] += len(line) + lineCost; p.kept[stream] <= keptOutput {
		*kept = append(*kept, line)
	}
	if line != "" {
		p.last[stream] = brief(line)
	}
	p.host.engine.emit(Output{Operation: p.call.step.index, Host: p.host.Name(), Stream: stream, Line: line})
}

// lastLine returns the last line of standard error, where reasons are, or else
// of standard output.
func (p *performance) lastLine() string {
	if line := p.last[connect.Stderr]; line != "" {
		return line
	}
	return p.last[connect.Stdout]
}

func (p *performance) upload(ctx context.Context, c op.Upload) (err error) {
	from, err := c.From.Open(p.host.engine.Local)
	if err != nil {
		return connect.NeedsPerson(fmt.Errorf("upload to %s: %w", c.To, err))
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	return p.host.conn.Upload(ctx, from, c.To, connect.Transfer{As: p.call.Arguments.As, Dir: p.call.Arguments.Dir, Mode: c.Mode})
}

// download writes the host's file beside its place here, for nobody else to
// read, and moves it there. The place is the deploy's to choose, anywhere that
// the user may write; nothing that the host sends has a part in it.
func (p *performance) download(ctx context.Context, c op.Download) (err error) {
	to := p.host.engine.Local.Resolve(c.To)
	f, err := os.CreateTemp(filepath.Dir(to), ".cygnet-*")
	if err != nil {
		return connect.NeedsPerson(fmt.Errorf("download %s: %w", c.From, err))
	}
	err = p.host.conn.Download(ctx, c.From, f, connect.Transfer{As: p.call.Arguments.As, Dir: p.call.Arguments.Dir})
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), to)
	}
	if err != nil {
		return fmt.Errorf("download %s: %w", c.From, errors.Join(err, os.Remove(f.Name())))
	}
	return nil
}

// satisfied asks the deploy whether the wanted state is there (_retry_until).
func (p *performance) satisfied(ctx context.Context) error {
	until := p.call.Arguments.RetryUntil
	if until == nil {
		return nil
	}
	a := op.Attempt{Host: p.host.Name(), Operation: p.call.Label(), Stdout: p.stdout, Stderr: p.stderr}
	for _, c := range p.call.plan.Commands {
		a.Commands = append(a.Commands, c.String())
	}
	again, err := until(ctx, a)
	if err != nil {
		return err
	}
	if again {
		return errAgain
	}
	return nil
}
