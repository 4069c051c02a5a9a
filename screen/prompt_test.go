//go:build unix

package screen

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"

	"cygnet/run"
)

// openTerminal returns a terminal of its own; what is shown on it is thrown
// away.
func openTerminal(t *testing.T) *os.File {
	t.Helper()
	_, tty := openPair(t)
	return tty
}

// openPair returns both ends of a terminal: far is the keyboard and the glass,
// tty what a program has.
func openPair(t *testing.T) (far *glassEnd, tty *os.File) {
	t.Helper()
	master, tty, err := pty.Open()
	if err != nil {
		t.Skipf("no pseudo-terminal: %v", err)
	}
	far = &glassEnd{File: master}
	far.done.Go(far.read)
	t.Cleanup(func() {
		if err := errors.Join(tty.Close(), master.Close()); err != nil {
			t.Error(err)
		}
		far.done.Wait()
	})
	return far, tty
}

// glassEnd collects what a terminal shows.
type glassEnd struct {
	*os.File
	done sync.WaitGroup
	mu   sync.Mutex
	seen bytes.Buffer
}

func (g *glassEnd) read() {
	buf := make([]byte, 4096)
	for {
		n, err := g.Read(buf)
		g.mu.Lock()
		g.seen.Write(buf[:n])
		g.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (g *glassEnd) text() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.seen.String()
}

// await waits until the terminal shows a text.
func (g *glassEnd) await(t *testing.T, text string) {
	t.Helper()
	for !strings.Contains(g.text(), text) {
		if t.Context().Err() != nil {
			t.Fatalf("%q was never shown, only %q", text, g.text())
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func TestConfirm(t *testing.T) {
	for _, c := range []struct {
		typed string
		want  bool
	}{
		{"\n", true}, {"y\n", true}, {"Y\n", true}, {"yes\n", true}, {" YES \n", true},
		{"n\n", false}, {"no\n", false}, {"yess\n", false}, {"q\n", false}, {"\x04", false},
	} {
		t.Run(strings.TrimSpace(c.typed), func(t *testing.T) {
			far, tty := openPair(t)
			s := New(Options{Out: tty, In: tty, Mode: Terminal})
			s.Event(time.Now(), run.Started{Hosts: fleetOf(3)})
			far.await(t, "Connecting")
			var wg sync.WaitGroup
			wg.Go(func() {
				far.await(t, "[Y/n]")
				if _, err := far.WriteString(c.typed); err != nil {
					t.Error(err)
				}
			})
			got, err := s.Confirm(t.Context(), "Run this on 3 hosts?")
			wg.Wait()
			if err != nil || got != c.want {
				t.Errorf("got %v, %v", got, err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestConfirmIgnoresEarlierKeys checks that an Enter from before the question is
// no answer.
func TestConfirmIgnoresEarlierKeys(t *testing.T) {
	far, tty := openPair(t)
	if _, err := far.WriteString("y\n\n"); err != nil {
		t.Fatal(err)
	}
	far.await(t, "y\r\n\r\n") // the terminal's echo: the lines have arrived
	s := New(Options{Out: tty, In: tty, Mode: Terminal})
	var wg sync.WaitGroup
	wg.Go(func() {
		far.await(t, "[Y/n]")
		if _, err := far.WriteString("no\n"); err != nil {
			t.Error(err)
		}
	})
	got, err := s.Confirm(t.Context(), "Go?")
	wg.Wait()
	if err != nil || got {
		t.Errorf("got %v, %v", got, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// TestConfirmIsAlone checks that nothing is drawn while a question waits, and
// that its wait ends with the context.
func TestConfirmIsAlone(t *testing.T) {
	far, tty := openPair(t)
	s := New(Options{Out: tty, In: tty, Mode: Terminal})
	s.Event(time.Now(), run.Started{Hosts: fleetOf(3)})
	far.await(t, "Connecting")
	ctx, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("interrupted")
	var wg sync.WaitGroup
	wg.Go(func() {
		far.await(t, "[Y/n]")
		s.Event(time.Now(), run.Message{Text: "a word meanwhile"})
		time.Sleep(3 * frame)
		cancel(reason)
	})
	got, err := s.Confirm(ctx, "Go?")
	wg.Wait()
	if got || !errors.Is(err, reason) {
		t.Errorf("got %v, %v", got, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	far.await(t, "a word meanwhile")
	_, after, _ := strings.Cut(far.text(), "[Y/n] ")
	if !strings.HasPrefix(after, "\r\n") || strings.Contains(after[:strings.Index(after, "a word")], "Connecting") {
		t.Errorf("after the question: %q", after)
	}
}

// TestConfirmEndsWithClose checks that a question does not outlive its screen.
func TestConfirmEndsWithClose(t *testing.T) {
	far, tty := openPair(t)
	s := New(Options{Out: tty, In: tty, Mode: Terminal})
	var wg sync.WaitGroup
	wg.Go(func() {
		far.await(t, "[Y/n]")
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := s.Confirm(t.Context(), "Go?"); !errors.Is(err, ErrClosed) {
		t.Errorf("got %v", err)
	}
	wg.Wait()
	if _, err := s.Confirm(t.Context(), "Go?"); !errors.Is(err, ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

func TestConfirmNeedsTerminal(t *testing.T) {
	tty := openTerminal(t)
	file, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := file.Close(); err != nil {
			t.Error(err)
		}
	}()
	for name, o := range map[string]Options{
		"input from a file": {Out: tty, In: file}, "talk to a file": {Out: file, In: tty}, "JSON": {Out: tty, In: tty, Mode: JSON},
	} {
		t.Run(name, func(t *testing.T) {
			s := New(o)
			if _, err := s.Confirm(t.Context(), "Go?"); !errors.Is(err, ErrNoTerminal) || !strings.Contains(err.Error(), "-y") {
				t.Errorf("got %v", err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}
