// Package output gathers what a command prints: as lines for who watches, and
// as much of it as the result is to hold. Every connector uses it.
package output

import (
	"io"
	"sync"
	"time"

	"cygnet/connect"
)

// A Collector takes the two streams of one command, from any goroutines.
type Collector struct {
	mu      sync.Mutex
	streams [2]stream
	output  func(connect.Stream, string)
	raw     io.Writer
	rawErr  error
	sealed  bool
	last    time.Time // when something came last
	size    int64
}

// stream is one stream of a command.
type stream struct {
	lines splitter
	kept  keeper
}

// New returns a Collector that does what the request says.
func New(req *connect.Request) *Collector {
	c := &Collector{output: req.Output, raw: req.Stdout, last: time.Now()}
	keep := req.Keep
	if keep <= 0 {
		keep = connect.DefaultKeep
	}
	for i := range c.streams {
		which := connect.Stream(i)
		s := &c.streams[i]
		s.kept.limit = keep
		s.lines.line = func(line string) {
			s.kept.add(line)
			if c.output != nil {
				c.output(which, line)
			}
		}
	}
	return c
}

// Writer returns where the raw bytes of a stream are to go. After Finish it
// takes nothing more and returns io.ErrClosedPipe.
func (c *Collector) Writer(which connect.Stream) io.Writer {
	return writer{c, which}
}

type writer struct {
	collector *Collector
	which     connect.Stream
}

func (w writer) Write(p []byte) (int, error) { return w.collector.write(w.which, p) }

func (c *Collector) write(which connect.Stream, p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sealed {
		return 0, io.ErrClosedPipe
	}
	c.last = time.Now()
	c.size += int64(len(p))
	if which == connect.Stdout && c.raw != nil {
		if c.rawErr == nil {
			_, c.rawErr = c.raw.Write(p)
		}
		// The command goes on, as it would with its output lost.
		return len(p), nil
	}
	c.streams[which].lines.write(p)
	return len(p), nil
}

// What follows the end of a command is what was still under way, or the output
// of something that it left running: at most as much as may be in flight, and
// without long pauses.
const (
	pause    = 2 * time.Second
	inFlight = 4 << 20
)

// Settle waits, after the command has ended, for its streams to end (done), but
// not for what the command left running with its streams open. It reports
// whether the streams did end. A request with a Stdout of its own is waited for
// whatever it takes, as what it gets must be whole.
func (c *Collector) Settle(done, stop <-chan struct{}) bool {
	c.mu.Lock()
	raw, before := c.raw != nil, c.size
	c.last = time.Now()
	c.mu.Unlock()
	for {
		var tick <-chan time.Time
		if !raw {
			tick = time.After(pause / 8)
		}
		select {
		case <-done:
			return true
		case <-stop:
			return false
		case <-tick:
		}
		c.mu.Lock()
		over := time.Since(c.last) >= pause || c.size-before > inFlight
		c.mu.Unlock()
		if over {
			return false
		}
	}
}

// Finish ends the streams, of which nothing is taken any more, and puts what
// was kept into the result. It returns the error of the request's Stdout.
func (c *Collector) Finish(result *connect.Result) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.sealed {
		for i := range c.streams {
			c.streams[i].lines.end()
		}
	}
	c.sealed = true
	out, errs := &c.streams[connect.Stdout].kept, &c.streams[connect.Stderr].kept
	result.Stdout, result.Stderr = out.lines(), errs.lines()
	result.Truncated = result.Truncated || out.cut || errs.cut
	return c.rawErr
}
