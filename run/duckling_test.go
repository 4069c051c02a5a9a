package run

import (
	"math"
	"testing"
	"testing/synctest"
	"time"
)

// fellows returns a step of so many hosts, and who watches them.
func fellows(n int) (*ducklings, *step) {
	e := &engine{Options: Options{DucklingAfter: DefaultDucklingAfter}, events: newEmitter(nil)}
	var calls []*call
	for i := range n {
		calls = append(calls, &call{host: &Host{engine: e, index: i}})
	}
	s := newStep(0, calls)
	return newDucklings(e, newOrder([]*step{s}, func(int) {}, func(int) {})), s
}

func TestTheTimeOfAHostIsThatOfAllItsAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, s := fellows(1)
		c := s.calls[0]
		d.begin(c)
		time.Sleep(2 * time.Second)
		d.pause(c) // it waits for a place, which is not its fault
		time.Sleep(time.Hour)
		d.begin(c)
		time.Sleep(3 * time.Second)
		d.begin(c) // another attempt
		time.Sleep(4 * time.Second)
		d.end(c)
		if got := d.took[0]; len(got) != 1 || got[0] != 9*time.Second {
			t.Errorf("took %v, want 9s", got)
		}
	})
}

func TestPatienceIsMeasuredByTheFellowsThatCome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, s := fellows(8)
		for _, c := range s.calls[:3] {
			d.begin(c)
		}
		time.Sleep(time.Minute)
		for _, c := range s.calls[:3] {
			d.end(c)
		}
		if got := d.patience(s); got != math.MaxInt64 {
			t.Errorf("3 of 8 are done: patience is %v, not endless", got)
		}
		for _, c := range s.calls[4:] {
			d.leave(c) // these have failed before
		}
		if got := d.patience(s); got != 3*time.Minute {
			t.Errorf("3 of 4 are done: patience is %v, want 3m", got)
		}
	})
}

func TestAHostThatSkipsIsDone(t *testing.T) {
	d, s := fellows(4)
	for _, c := range s.calls[:3] {
		d.end(c) // it has not begun: its _if said no
	}
	if got := d.patience(s); got != 0 {
		t.Errorf("patience is %v, want none", got)
	}
}
