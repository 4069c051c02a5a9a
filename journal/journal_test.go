package journal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cygnet/connect"
	"cygnet/run"
)

var epoch = time.UnixMilli(1_790_000_000_000)

// at returns the time some seconds into the run.
func at(seconds float64) time.Time {
	return epoch.Add(time.Duration(seconds * float64(time.Second)))
}

func open(t testing.TB, path string) *Journal {
	t.Helper()
	j, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// play writes a run of two hosts: one changed, one failed.
func play(j *Journal, id string) {
	j.Event(at(0), run.Started{ID: id, Version: "1", Args: []string{"machines.py", "deploy.py"}, Hosts: []string{"a", "b"}})
	j.Event(at(1), run.Planned{Operations: []run.Operation{{Index: 0, Name: "server.shell", Label: "say hello"}}})
	for _, host := range []string{"a", "b"} {
		j.Event(at(2), run.HostStarted{Operation: 0, Host: host, Attempt: 1})
		j.Event(at(2.5), run.Output{Operation: 0, Host: host, Line: "hello from " + host})
	}
	j.Event(at(2.7), run.Output{Operation: 0, Host: "b", Stream: connect.Stderr, Line: "no space left"})
	j.Event(at(3), run.HostFinished{Operation: 0, Host: "a", Status: run.Changed, Attempts: 1, Exit: 0, Took: time.Second})
	j.Event(at(4), run.HostFinished{Operation: 0, Host: "b", Status: run.Failed, Attempts: 2, Exit: 1, Err: errors.New("exit status 1"), Took: 2 * time.Second})
	j.Event(at(5), run.Finished{Summary: run.Summary{Hosts: []run.HostSummary{
		{Name: "a", Status: run.Changed}, {Name: "b", Status: run.Failed, Err: errors.New("exit status 1")},
	}}})
}

func TestWhatWasWrittenIsRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state", "journal.db")
	j := open(t, path)
	play(j, "run1")
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	j = open(t, path)
	defer j.Close()
	runs, err := j.Runs(t.Context(), 10)
	if err != nil {
		t.Fatal(err)
	}
	want := []Run{{ID: "run1", Started: at(0), Ended: at(5), Args: []string{"machines.py", "deploy.py"}, Status: "failed", Hosts: map[string]int{"changed": 1, "failed": 1}}}
	if d := cmp.Diff(want, runs); d != "" {
		t.Errorf("runs (-want +got):\n%s", d)
	}
	results, err := j.Results(t.Context(), "run1", "")
	if err != nil {
		t.Fatal(err)
	}
	wantResults := []Result{
		{Label: "say hello", Host: "a", Status: "changed", Started: at(2), Ended: at(3), Attempts: 1, Output: "  hello from a"},
		{Label: "say hello", Host: "b", Status: "failed", Started: at(2), Ended: at(4), Attempts: 2, Exit: 1, Error: "exit status 1", Output: "  hello from b\n! no space left"},
	}
	if d := cmp.Diff(wantResults, results); d != "" {
		t.Errorf("results (-want +got):\n%s", d)
	}
}

func TestFindByPrefix(t *testing.T) {
	j := open(t, filepath.Join(t.TempDir(), "j.db"))
	defer j.Close()
	for _, id := range []string{"abc1", "abc2", "xyz"} {
		play(j, id)
	}
	j.flush()
	for _, tc := range []struct{ ask, want string }{{"last", "xyz"}, {"x", "xyz"}, {"abc1", "abc1"}, {"abc", ""}, {"%", ""}} {
		got, err := j.Find(t.Context(), tc.ask)
		if got.ID != tc.want && tc.want != "" || tc.want == "" && !errors.Is(err, ErrNoRun) {
			t.Errorf("Find(%q) = %q, %v; want %q", tc.ask, got.ID, err, tc.want)
		}
	}
}

func TestOnlyTheOwnerReadsIt(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("file modes are not Windows's way of protection")
	}
	path := filepath.Join(t.TempDir(), "j.db")
	j := open(t, path)
	play(j, "r")
	j.flush()
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %o", name, info.Mode().Perm())
		}
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestOutputIsBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j.db")
	j := open(t, path)
	j.Event(at(0), run.Started{ID: "r", Hosts: []string{"a"}})
	j.Event(at(0), run.Planned{Operations: []run.Operation{{}}})
	j.Event(at(0), run.HostStarted{Host: "a", Attempt: 1})
	for i := range 100_000 {
		j.Event(at(1), run.Output{Host: "a", Line: fmt.Sprintf("%d %s", i, strings.Repeat("ö", 5000))})
	}
	j.Event(at(2), run.HostFinished{Host: "a", Status: run.Changed})
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	j = open(t, path)
	defer j.Close()
	results, err := j.Results(t.Context(), "r", "a")
	if err != nil {
		t.Fatal(err)
	}
	out := results[0].Output
	if n := len(out); n > keptLines*(keptLineBytes+10) || !strings.Contains(out, "  99999 ") {
		t.Errorf("kept %d bytes, starting %.20q", n, out)
	}
}

// TestKilledWhileWriting kills the process that writes, without warning, again
// and again: what it left must be a journal, and what had no end unknown.
func TestKilledWhileWriting(t *testing.T) {
	if path := os.Getenv("JOURNAL_TEST_VICTIM"); path != "" {
		j, err := Open(context.Background(), path)
		if err != nil {
			t.Fatal(err)
		}
		j.Event(time.Now(), run.Started{ID: fmt.Sprint(time.Now().UnixNano()), Hosts: []string{"a"}})
		j.Event(time.Now(), run.Planned{Operations: []run.Operation{{Label: "x"}}})
		j.Event(time.Now(), run.HostStarted{Host: "a", Attempt: 1})
		for {
			j.Event(time.Now(), run.Duckling{Host: "a"})
			time.Sleep(time.Millisecond)
		}
	}
	path := filepath.Join(t.TempDir(), "j.db")
	for i := range 3 {
		victim := exec.Command(os.Args[0], "-test.run=TestKilledWhileWriting")
		victim.Env = append(os.Environ(), "JOURNAL_TEST_VICTIM="+path)
		if err := victim.Start(); err != nil {
			t.Fatal(err)
		}
		waitForRuns(t, path, i+1)
		if err := victim.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if err := victim.Wait(); err == nil {
			t.Fatal("the victim ended by itself")
		}
	}
	j := open(t, path)
	defer j.Close()
	last, err := j.Find(t.Context(), "last")
	if err != nil || last.Status != "running" || !last.Ended.IsZero() {
		t.Fatalf("got %+v, %v", last, err)
	}
	results, err := j.Results(t.Context(), last.ID, "")
	if err != nil || len(results) != 1 || results[0].Status != "unknown" {
		t.Errorf("got %+v, %v", results, err)
	}
}

// waitForRuns waits until n runs with a result are in the journal.
func waitForRuns(t *testing.T, path string, n int) {
	t.Helper()
	for {
		if _, err := os.Stat(path); err == nil {
			j := open(t, path)
			runs, err := j.Runs(t.Context(), 10)
			if err != nil {
				t.Fatal(err)
			}
			found := 0
			if len(runs) == n {
				results, err := j.Results(t.Context(), runs[0].ID, "")
				if err != nil {
					t.Fatal(err)
				}
				found = len(results)
			}
			if err := j.Close(); err != nil {
				t.Fatal(err)
			}
			if found > 0 {
				return
			}
		}
		select {
		case <-t.Context().Done():
			t.Fatal("the victim wrote nothing")
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func TestANewerFormatIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j.db")
	j := open(t, path)
	if _, err := j.db.Exec("PRAGMA user_version = 99"); err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), path); err == nil || !strings.Contains(err.Error(), "newer cygnet") {
		t.Errorf("got %v", err)
	}
}

func TestAFullDiskIsSaid(t *testing.T) {
	j := open(t, filepath.Join(t.TempDir(), "j.db"))
	// A limit on pages fails as a full disk does; it belongs to one connection.
	j.db.SetMaxOpenConns(1)
	if _, err := j.db.Exec("PRAGMA max_page_count = 12"); err != nil {
		t.Fatal(err)
	}
	for i := range 200 {
		play(j, fmt.Sprintf("run%03d", i))
	}
	if err := j.Close(); err == nil || !strings.Contains(err.Error(), "full") {
		t.Errorf("got %v, want an error that says that the disk is full", err)
	}
}

func BenchmarkEvents(b *testing.B) {
	j := open(b, filepath.Join(b.TempDir(), "j.db"))
	j.Event(at(0), run.Started{ID: "r"})
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i++
		host := fmt.Sprint(i)
		j.Event(at(1), run.HostStarted{Host: host, Attempt: 1})
		j.Event(at(1), run.Output{Host: host, Line: "a line of output"})
		j.Event(at(2), run.HostFinished{Host: host, Status: run.Changed, Attempts: 1})
	}
	if err := j.Close(); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(2*b.N)/b.Elapsed().Seconds(), "rows/s")
}
