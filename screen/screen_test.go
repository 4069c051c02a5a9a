package screen

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"cygnet/run"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var allModes = []Mode{Terminal, Plain, JSON, Quiet}

// storm emits a run of many hosts and operations from a goroutine for each
// host.
func storm(s run.Sink, hosts, operations int) {
	names := fleetOf(hosts)
	now := time.Now
	s.Event(now(), run.Started{Args: []string{"m.py", "d.py"}, Hosts: names})
	s.Event(now(), run.Phase{Name: "connect"})
	plan := make([]run.Operation, operations)
	for i := range plan {
		plan[i] = run.Operation{Index: i, Label: fmt.Sprintf("operation %d", i), Hosts: names, WillChange: names}
	}
	s.Event(now(), run.Planned{Operations: plan})
	s.Event(now(), run.Phase{Name: "execute"})
	var wg sync.WaitGroup
	for i, h := range names {
		wg.Go(func() {
			s.Event(now(), run.Connecting{Host: h, Attempt: 1})
			s.Event(now(), run.Connected{Host: h})
			for o := range operations {
				s.Event(now(), run.OperationStarted{Operation: o})
				s.Event(now(), run.HostStarted{Operation: o, Host: h, Attempt: 1})
				s.Event(now(), run.Output{Operation: o, Host: h, Line: "some output of a command \x1b[1mthat runs"})
				s.Event(now(), run.HostFinished{Operation: o, Host: h, Status: run.Changed, Attempts: 1})
				if i == o {
					s.Event(now(), run.Dropped{Host: h, Err: errApt})
				}
				s.Event(now(), run.OperationFinished{Operation: o})
			}
		})
	}
	wg.Wait()
	summary := run.Summary{Operations: make([]run.OperationSummary, operations)}
	for _, h := range names {
		summary.Hosts = append(summary.Hosts, run.HostSummary{Name: h, Status: run.Changed})
	}
	s.Event(now(), run.Finished{Summary: summary})
}

func TestStorm(t *testing.T) {
	for _, m := range allModes {
		t.Run(m.String(), func(t *testing.T) {
			var out, data bytes.Buffer
			s := New(Options{Out: &out, Data: &data, Mode: m, Verbosity: 1})
			storm(s, 170, 20)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if m == JSON {
				if !json.Valid(data.Bytes()) {
					t.Errorf("not JSON: %.200s", data.String())
				}
				return
			}
			if data.Len() > 0 {
				t.Errorf("talk on standard output: %.200s", data.String())
			}
			if !strings.Contains(out.String(), "Done: 170 hosts are at the end") {
				t.Error("the verdict is missing")
			}
		})
	}
}

// TestCloseAtAnyTime closes screens in the middle of a run, more than once.
func TestCloseAtAnyTime(t *testing.T) {
	for _, m := range allModes {
		for n := range 8 {
			var out bytes.Buffer
			s := New(Options{Out: &out, Data: io.Discard, Mode: m})
			var wg sync.WaitGroup
			wg.Go(func() { storm(s, 20, n) })
			for range 2 {
				wg.Go(func() {
					for range n * 50 {
						runtime.Gosched()
					}
					if err := s.Close(); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			length := out.Len()
			s.Event(time.Now(), run.Message{Text: "late"})
			if err := s.Close(); err != nil || out.Len() != length {
				t.Errorf("a late event was shown, or %v", err)
			}
		}
	}
}

// TestClosedTerminalIsClean checks that a terminal is left as it was found when
// a run ends without a last event.
func TestClosedTerminalIsClean(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGlass(80, 24)
		s := New(Options{Out: g, Mode: Terminal, Size: func() (int, int) { return 80, 24 }})
		s.Event(time.Now(), run.Started{Hosts: fleetOf(3)})
		s.Event(time.Now(), run.Message{Text: "hello"})
		time.Sleep(2 * frame)
		synctest.Wait()
		if rows := g.rows(); rows[0] != "  hello" || !strings.HasPrefix(rows[1], "Connecting to 3 hosts") {
			t.Errorf("shown: %q", rows[:4])
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(g.history(), "\n"); got != "  hello" {
			t.Errorf("left behind: %q", got)
		}
		if g.Cursor.X != 0 || g.Cursor.Y != 1 {
			t.Errorf("the cursor is at %d,%d", g.Cursor.X, g.Cursor.Y)
		}
	})
}

// held is an output that takes nothing until it is let go.
type held struct{ gate chan struct{} }

func (h held) Write(p []byte) (int, error) {
	<-h.gate
	return len(p), nil
}

// TestHeldOutput checks that a run goes on when the terminal does not, and that
// the queue has an end.
func TestHeldOutput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := held{make(chan struct{})}
		s := New(Options{Out: h, Mode: Plain, Verbosity: 3})
		s.Event(time.Now(), run.Message{Text: "hello"})
		time.Sleep(2 * frame)
		synctest.Wait()
		for range 2 * mostQueued {
			s.Event(time.Now(), run.Output{Host: "a", Line: "line"})
		}
		s.Event(time.Now(), run.Message{Text: "what is no output is kept"})
		if len(s.queue) != mostQueued+1 || s.lost != mostQueued {
			t.Errorf("%d events wait and %d are lost", len(s.queue), s.lost)
		}
		close(h.gate)
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestLostOutputIsTold(t *testing.T) {
	var out bytes.Buffer
	s := still(Options{Out: &out, Mode: Plain, Verbosity: 3})
	s.lost = 3
	s.options.Now = func() time.Time { return epoch }
	s.digest()
	s.form.clear(epoch)
	if !strings.Contains(out.String(), "3 lines of output came too fast to be shown") {
		t.Errorf("shown: %q", out.String())
	}
}

// broken is an output that fails.
type broken struct{ writes int }

var errFull = errors.New("no space left on device")

func (b *broken) Write([]byte) (int, error) { b.writes++; return 0, errFull }

func TestBrokenOutput(t *testing.T) {
	for _, m := range allModes {
		t.Run(m.String(), func(t *testing.T) {
			b := &broken{}
			o := Options{Out: b, Data: io.Discard, Mode: m}
			if m == JSON {
				o.Out, o.Data = io.Discard, b
			}
			s := New(o)
			storm(s, 5, 3)
			if err := s.Close(); !errors.Is(err, errFull) {
				t.Errorf("Close said %v", err)
			}
			if b.writes != 1 {
				t.Errorf("written %d times after the error", b.writes-1)
			}
		})
	}
}

// BenchmarkEvents tells how many events a screen takes in and draws.
func BenchmarkEvents(b *testing.B) {
	for _, m := range allModes {
		b.Run(m.String(), func(b *testing.B) {
			events := 0
			for b.Loop() {
				s := New(Options{Out: io.Discard, Data: io.Discard, Mode: m, Size: func() (int, int) { return 100, 40 }})
				storm(s, 170, 27)
				if err := s.Close(); err != nil {
					b.Fatal(err)
				}
				events += 170 * (2 + 27*5)
			}
			b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
		})
	}
}
