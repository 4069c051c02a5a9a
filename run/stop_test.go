package run

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"cygnet/connect"
	"cygnet/fleet"
	"cygnet/op"
)

// onEvent is a log that also acts on events.
type onEvent struct {
	log
	act func(Event)
}

func (o *onEvent) Event(t time.Time, e Event) {
	o.log.Event(t, e)
	o.act(e)
}

// tryUntil runs a deploy on hosts named by letters, and acts on its events.
func tryUntil(ctx context.Context, t *testing.T, letters string, o Options, act func(Event), deploy Deploy) (Summary, *log) {
	t.Helper()
	inventory := fleet.New()
	for _, letter := range letters {
		if err := inventory.AddGroup(fleet.All, nil, fleet.Member{Name: "@here/" + string(letter)}); err != nil {
			t.Fatal(err)
		}
	}
	sink := &onEvent{act: act}
	o.Hosts, o.Deploy, o.Sink = inventory.Hosts(), deploy, sink
	o.Connectors = connect.Set{"here": &here{}}
	s, err := Run(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	return s, &sink.log
}

func TestStopBeginsNothingOnHostsThatWaitForAPlace(t *testing.T) {
	stop := make(chan struct{})
	var once sync.Once
	s, l := tryUntil(t.Context(), t, "abcd", Options{Stop: stop},
		func(e Event) {
			if _, ok := e.(Output); ok {
				once.Do(func() { close(stop) })
			}
		},
		func(_ context.Context, h *Host) error {
			h.Do(sh{"echo begun; sleep 0.2"}, op.Arguments{Parallel: 1})
			return nil
		})
	if begun := len(of[HostStarted](l)); begun != 1 {
		t.Errorf("%d hosts began, not 1", begun)
	}
	check(t, "changed", s.Operations[0].Changed, 1)
	check(t, "failed", s.Operations[0].Failed, 0)
	check(t, "not done", len(s.NotDone()), 3)
	check(t, "told", len(of[Stopping](l)), 1)
}

func TestStopWhilePreparingLeavesNoHostDone(t *testing.T) {
	stop := make(chan struct{})
	prepared := make(chan struct{})
	s, _ := tryUntil(t.Context(), t, "ab", Options{Stop: stop},
		func(e Event) {
			if p, ok := e.(Prepared); ok && p.Host == "@here/a" {
				close(prepared)
			}
		},
		func(ctx context.Context, h *Host) error {
			h.Do(sh{"true"})
			if h.Name() == "@here/b" {
				<-prepared
				close(stop)
				<-ctx.Done()
				return ctx.Err()
			}
			return nil
		})
	check(t, "hosts", statuses(s), "a:waiting b:waiting")
}

func TestCancelledWhilePreparing(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	s, _ := tryUntil(ctx, t, "a", Options{}, func(Event) {}, func(ctx context.Context, _ *Host) error {
		cancel(errors.New("told to"))
		<-ctx.Done()
		return ctx.Err()
	})
	check(t, "hosts", statuses(s), "a:waiting")
	check(t, "reason", s.Hosts[0].Err.Error(), "stopped: told to")
}

func TestWhatACancelEndsIsNotIgnored(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	s, l := tryUntil(ctx, t, "a", Options{},
		func(e Event) {
			if o, ok := e.(Output); ok && o.Line == "begun" {
				cancel(errors.New("told to"))
			}
		},
		func(_ context.Context, h *Host) error {
			h.Do(sh{"echo begun; sleep 600"}, op.Arguments{Name: "sleep", IgnoreErrors: true})
			return nil
		})
	check(t, "hosts", statuses(s), "a:waiting")
	check(t, "ignored", s.Hosts[0].Ignored, 0)
	check(t, "operation", s.Hosts[0].Operation, "sleep")
	if text := s.Hosts[0].Err.Error(); !strings.HasSuffix(text, "stopped: told to") {
		t.Errorf("reason is %q", text)
	}
	if got := of[HostFinished](l); len(got) != 1 || got[0].Status != Failed {
		t.Errorf("ended as %v", got)
	}
}

func TestStopEndsTheQuestion(t *testing.T) {
	stop := make(chan struct{})
	file := filepath.Join(t.TempDir(), "f")
	s, l := tryUntil(t.Context(), t, "a", Options{Stop: stop, Confirm: func(ctx context.Context) (bool, error) {
		close(stop)
		<-ctx.Done()
		return false, context.Cause(ctx)
	}}, func(Event) {}, func(_ context.Context, h *Host) error {
		h.Do(touch{file})
		return nil
	})
	check(t, "hosts", statuses(s), "a:waiting")
	check(t, "interrupted", s.Interrupted, true)
	check(t, "declined", s.Declined, false)
	check(t, "begun", len(of[HostStarted](l)), 0)
}

func TestDeclinedHostsAreNotDone(t *testing.T) {
	s, _ := tryUntil(t.Context(), t, "a", Options{Confirm: func(context.Context) (bool, error) { return false, nil }},
		func(Event) {}, func(_ context.Context, h *Host) error {
			h.Do(sh{"true"})
			return nil
		})
	check(t, "declined", s.Declined, true)
	check(t, "hosts", statuses(s), "a:waiting")
}
