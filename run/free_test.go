package run

import (
	"context"
	"path/filepath"
	"testing"

	"cygnet/op"
)

// With Free a host does not wait for another one that is behind: b ends its
// second operation before a's first can end.
func TestFreeHostsRunAhead(t *testing.T) {
	mark := filepath.Join(t.TempDir(), "mark")
	s, l := tryUntil(t.Context(), t, "ab", Options{Free: true}, func(Event) {},
		func(_ context.Context, h *Host) error {
			first := sh{"true"}
			if h.Name() == "@here/a" {
				first.Command = "until test -e " + mark + "; do sleep 0.01; done"
			}
			h.Do(first)
			h.Do(sh{"echo x >" + mark})
			return nil
		})
	check(t, "converged", s.Converged(), true)
	check(t, "operations started", len(of[OperationStarted](l)), 2)
	check(t, "operations finished", len(of[OperationFinished](l)), 2)
}

// With Serial all operations of a host come before the first of the next.
func TestSerialGoesHostByHost(t *testing.T) {
	s, l := tryUntil(t.Context(), t, "abc", Options{Serial: true}, func(Event) {},
		func(_ context.Context, h *Host) error {
			h.Do(sh{"true"})
			h.Do(sh{"true"})
			return nil
		})
	check(t, "converged", s.Converged(), true)
	order := ""
	for _, e := range of[HostFinished](l) {
		order += e.Host[len("@here/"):]
	}
	check(t, "order", order, "aabbcc")
}

func TestFailPercent(t *testing.T) {
	for _, test := range []struct {
		percent float64
		done    int
	}{{24, 0}, {25, 3}, {100, 3}} {
		s, l := tryUntil(t.Context(), t, "abcd", Options{FailPercent: &test.percent, Serial: true}, func(Event) {},
			func(_ context.Context, h *Host) error {
				h.Do(sh{"test $HOST != @here/a"}, op.Arguments{})
				return nil
			})
		check(t, "not done", len(s.NotDone()), 4-test.done)
		check(t, "interrupted", s.Interrupted, false)
		check(t, "stopping", len(of[Stopping](l)) > 0, test.done == 0)
	}
}

// A host that is not reached counts as well: then nothing is run at all.
func TestFailPercentBeforeAnythingRuns(t *testing.T) {
	none := 0.0
	s, l := tryUntil(t.Context(), t, "ab", Options{FailPercent: &none}, func(Event) {},
		func(_ context.Context, h *Host) error {
			if h.Name() == "@here/a" {
				return op.Errorf("not on this host")
			}
			h.Do(sh{"true"})
			return nil
		})
	check(t, "not done", len(s.NotDone()), 2)
	check(t, "begun", len(of[HostStarted](l)), 0)
}
