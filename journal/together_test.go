package journal

import (
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"cygnet/run"
)

// TestRunsAtOnce has several runs write to one new file, as processes do that
// start together: each has opened the journal for itself.
func TestRunsAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	const runs = 12
	var wg sync.WaitGroup
	for i := range runs {
		wg.Go(func() {
			j, err := Open(t.Context(), path)
			if err != nil {
				t.Error(err)
				return
			}
			play(j, fmt.Sprintf("run%02d", i))
			if err := j.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	j := open(t, path)
	defer j.Close()
	list, err := j.Runs(t.Context(), 100)
	if err != nil || len(list) != runs {
		t.Errorf("%d runs, %v", len(list), err)
	}
	for _, r := range list {
		if r.Ended.IsZero() {
			t.Errorf("%s has not ended", r.ID)
		}
	}
}

func TestEventsAfterClose(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	j, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	play(j, "before")
	for range 2 {
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	}
	play(j, "after")
	j.Event(at(9), run.Started{ID: "after"})
	if n := len(j.queue); n != 0 {
		t.Errorf("%d changes wait to be written by nobody", n)
	}
	j = open(t, path)
	defer j.Close()
	list, err := j.Runs(t.Context(), 10)
	if err != nil || len(list) != 1 {
		t.Errorf("%+v, %v", list, err)
	}
}
