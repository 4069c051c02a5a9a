// Package screen shows a run in progress: on a terminal, as plain lines, as JSON
// or hardly at all.
//
// # The way through it
//
// A [Screen] is a [run.Sink]. Its Event only queues; one goroutine owns the
// output and does the rest:
//
//	queue -> progress (what is known) -> story (words that scroll by)
//	                                  -> block (what a terminal shows below)
//	      -> a form: terminal, plain, document, quiet
//
// progress, story and block are pure: they know no terminal, and tests read
// their lines. What came from outside goes through clean before it is shown, so
// no byte of a host moves the cursor.
//
// Talk goes to standard error; standard output is for data, the JSON document.
package screen

import (
	"errors"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"cygnet/run"
)

// Options say how a run is shown. The zero value shows it on this process's
// standard error as fits.
type Options struct {
	Out  io.Writer // talk; nil means standard error
	Data io.Writer // the JSON document; nil means standard output
	In   *os.File  // where the answer to a question comes from; nil means standard input
	Mode Mode
	// Verbosity is how often -v was given: 1 tells each host's results, 2 also
	// commands, 3 also what they print.
	Verbosity int
	Color     Color
	// Size returns the terminal's size in columns and rows, zeros if it has
	// none; nil asks Out. It is called before each drawing.
	Size func() (width, height int)
	// Now is the clock for what ticks; nil means time.Now. It must agree with
	// the times of events.
	Now func() time.Time
	// Getenv reads NO_COLOR and TERM; nil means os.Getenv.
	Getenv func(string) string
}

// frame is the time between two drawings: often enough to be alive, seldom
// enough to be calm.
const frame = 100 * time.Millisecond

// mostQueued is how many events may wait for an output that does not take them,
// such as a terminal that is held by Ctrl-S. Beyond it lines of output are left
// out; all else is kept.
const mostQueued = 1 << 14

// A form shows a run in its way. It belongs to the one goroutine that owns the
// output; what it writes is for its out.
type form interface {
	// event takes in what happened, after progress has.
	event(time.Time, run.Event)
	// draw shows what is new. It is called some ten times a second.
	draw(now time.Time)
	// clear leaves the output free for others, until the next draw.
	clear(now time.Time)
}

// A Screen shows one run. It is safe for concurrent use. Close it.
type Screen struct {
	options Options
	out     *output
	form    form
	p       *progress
	restore func() error // leaves the terminal as it was; nil if there is nothing to restore

	mu     sync.Mutex
	queue  []queued
	lost   int // lines of output that were left out of the queue
	closed bool

	asks    chan ask
	closing chan struct{}
	ended   chan struct{}
}

type queued struct {
	at    time.Time
	event run.Event
}

// ask wants the output for itself: the owner clears it, closes free, and draws
// nothing until done is closed.
type ask struct{ free, done chan struct{} }

// New returns a Screen that is ready for events.
func New(o Options) *Screen {
	o = o.resolve()
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Screen{
		options: o,
		out:     &output{w: o.Out},
		p:       newProgress(),
		asks:    make(chan ask),
		closing: make(chan struct{}),
		ended:   make(chan struct{}),
	}
	if f, ok := o.Out.(*os.File); ok && isTerminal(f) && (o.Mode == Terminal || o.Color == ColorAlways) {
		if s.restore, ok = escapes(f); !ok {
			s.options.Mode, s.options.Color = withoutEscapes(o.Mode), ColorNever
		}
	}
	s.form = s.newForm()
	go s.own()
	return s
}

// withoutEscapes is the mode for a terminal that knows no control sequences.
func withoutEscapes(m Mode) Mode {
	if m == Terminal {
		return Plain
	}
	return m
}

func (s *Screen) newForm() form {
	color := s.options.Color == ColorAlways
	switch s.options.Mode {
	case Terminal:
		return newTerminal(s.p, s.out, s.options, color)
	case JSON:
		return &document{p: s.p, data: &output{w: s.options.Data}, quiet: newQuiet(s.p, s.out, failure, failure, color)}
	case Quiet:
		return newQuiet(s.p, s.out, failure, verdict, color)
	}
	return newPlain(s.p, s.out, s.options)
}

// Event takes in what happened. It never waits for the output.
func (s *Screen) Event(t time.Time, event run.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	if e, isOutput := event.(run.Output); isOutput {
		if len(s.queue) >= mostQueued {
			s.lost++
			return
		}
		if len(e.Line) > maxText {
			e.Line = strings.Clone(e.Line[:maxText])
			event = e
		}
	}
	s.queue = append(s.queue, queued{t, event})
}

// Close shows what is still to be shown, leaves the terminal clean and waits for
// that. Events that come later are ignored. The error is the first that writing
// met; Close may be called again and returns the same.
func (s *Screen) Close() error {
	s.mu.Lock()
	if !s.closed {
		s.closed = true
		close(s.closing)
	}
	s.mu.Unlock()
	<-s.ended
	return s.firstError()
}

func (s *Screen) firstError() error {
	if d, ok := s.form.(*document); ok && d.data.err != nil {
		return d.data.err
	}
	return s.out.err
}

// own is the goroutine that owns the output.
func (s *Screen) own() {
	defer close(s.ended)
	ticker := time.NewTicker(frame)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			s.digest()
			s.form.draw(s.options.Now())
		case a := <-s.asks:
			s.digest()
			s.form.clear(s.options.Now())
			close(a.free)
			<-a.done
		case <-s.closing:
			s.digest()
			s.form.clear(s.options.Now())
			if s.restore != nil {
				s.out.err = errors.Join(s.out.err, s.restore())
			}
			return
		}
	}
}

// digest takes in the events that wait.
func (s *Screen) digest() {
	s.mu.Lock()
	events, lost := s.queue, s.lost
	s.queue, s.lost = nil, 0
	s.mu.Unlock()
	for _, e := range events {
		s.p.event(e.at, e.event)
		s.form.event(e.at, e.event)
	}
	if lost > 0 && s.options.Verbosity >= 3 {
		s.form.event(s.options.Now(), run.Message{Level: "warning",
			Text: count(lost, "line of output came", "lines of output came") + " too fast to be shown"})
	}
}

// output is where a form writes. After an error it writes no more, and keeps
// the error.
type output struct {
	w   io.Writer
	err error
}

func (o *output) write(text string) {
	if o.err != nil || text == "" {
		return
	}
	_, o.err = io.WriteString(o.w, text)
}
