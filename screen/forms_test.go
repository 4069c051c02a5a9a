package screen

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"cygnet/run"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares what came with a file of testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s is not what it was (-want +got); run with -update if that is right:\n%s", path, diff)
	}
}

// play shows a script, drawing as often as a Screen does, and looks at each
// frame.
func play(s *Screen, steps []queued, look func(time.Time)) {
	now := epoch
	for i, step := range steps {
		for now.Before(step.at) {
			s.digest()
			s.form.draw(now)
			look(now)
			now = now.Add(frame)
		}
		s.queue = append(s.queue, steps[i])
	}
	s.digest()
	s.form.clear(now)
	look(now)
}

// still returns a Screen that nobody owns: the test draws.
func still(o Options) *Screen {
	s := &Screen{options: o.resolve(), p: newProgress()}
	s.out = &output{w: o.Out}
	s.form = s.newForm()
	return s
}

func TestForms(t *testing.T) {
	for _, c := range []struct {
		mode      Mode
		verbosity int
		color     Color
	}{
		{Plain, 0, ColorAuto}, {Plain, 1, ColorAuto}, {Plain, 2, ColorAuto}, {Plain, 3, ColorAuto},
		{JSON, 0, ColorAuto}, {Quiet, 0, ColorAuto}, {Quiet, 0, ColorAlways},
		{Terminal, 0, ColorAlways}, {Terminal, 3, ColorNever},
	} {
		name := fmt.Sprintf("%s-%d", c.mode, c.verbosity)
		if c.color == ColorAlways {
			name += "-color"
		}
		t.Run(name, func(t *testing.T) {
			var out, data bytes.Buffer
			s := still(Options{Out: &out, Data: &data, Mode: c.mode, Verbosity: c.verbosity, Color: c.color,
				Size: func() (int, int) { return 100, 30 }})
			play(s, night().steps, func(time.Time) {})
			got := out.Bytes()
			if c.mode == Terminal {
				got = bytes.ReplaceAll(got, []byte("\x1b"), []byte("␛"))
				got = bytes.ReplaceAll(got, []byte("\r"), []byte("␍"))
			}
			golden(t, name+".txt", got)
			if c.mode == JSON {
				golden(t, name+".data", data.Bytes())
			} else if data.Len() > 0 {
				t.Errorf("talk on standard output: %q", data.String())
			}
		})
	}
}

// own matches the control sequences that forms write by themselves.
var own = regexp.MustCompile("\x1b\\[[0-9]*[KJAm]|\r\n?|\n")

// TestNothingRawIsShown puts what a terminal must not get into every text of
// every event, and looks for it in all that is written.
func TestNothingRawIsShown(t *testing.T) {
	const evil = "a\x1b[2J\x1b]0;t\x07\u202eb\u009bc\xffd\r\ne\x00f\u200bg"
	err := errors.New(evil)
	for _, m := range allModes {
		for _, color := range []Color{ColorAlways, ColorNever} {
			t.Run(fmt.Sprintf("%s-%d", m, color), func(t *testing.T) {
				var out, data bytes.Buffer
				s := still(Options{Out: &out, Data: &data, Mode: m, Verbosity: 3, Color: color, Size: func() (int, int) { return 90, 20 }})
				play(s, hostile(evil, err).steps, func(time.Time) {})
				left := own.ReplaceAllString(out.String(), "")
				for i, r := range left {
					if r < ' ' || r == utf8.RuneError || unicode.In(r, unicode.Cc, unicode.Cf) {
						t.Fatalf("%U was written: %q", r, left[max(0, i-20):min(len(left), i+20)])
					}
				}
				if m != JSON && !strings.Contains(out.String(), "␛[2J") {
					t.Error("what is dangerous is not shown as such")
				}
				if m == JSON && (!json.Valid(data.Bytes()) || bytes.ContainsAny(data.Bytes(), "\x1b\x00\a\u202e\u009b\u200b")) {
					t.Errorf("the document has control characters: %q", data.String())
				}
			})
		}
	}
}

// hostile is a run in which every text is evil.
func hostile(evil string, err error) *script {
	hosts := []string{evil, evil + "2"}
	o := run.Operation{Name: evil, Label: evil, Hosts: hosts, WillChange: hosts, Conditional: hosts}
	s := newScript().emit(
		run.Started{ID: evil, Version: evil, Args: []string{evil}, Hosts: hosts}, run.Phase{Name: "connect"},
		run.Connecting{Host: evil, Attempt: 1}, run.ConnectFailed{Host: evil, Attempt: 1, Err: err, Retry: time.Second}).
		after(2*time.Second).emit(
		run.Connected{Host: evil, NewKey: true}, run.Prepared{Host: evil},
		run.Planned{Operations: []run.Operation{o}}, run.Diff{Host: evil, Label: evil, Path: evil, Text: "+" + evil},
		run.Message{Host: evil, Level: "info", Text: evil}, run.Stopping{Reason: evil}, run.Phase{Name: "execute"},
		run.OperationStarted{}, run.HostStarted{Host: evil, Attempt: 1}, run.HostStarted{Host: evil + "2", Attempt: 1},
		run.CommandStarted{Host: evil, Command: evil}, run.Output{Host: evil, Line: evil}).
		after(40*time.Second).emit(
		run.HostRetry{Host: evil, Attempt: 1, Of: 2, Err: err, Wait: time.Minute}, run.Duckling{Host: evil}).
		after(2*time.Second).emit(
		run.HostFinished{Host: evil, Status: run.Failed, Err: err, Reason: evil}, run.Dropped{Host: evil, Err: err},
		run.HostFinished{Host: evil + "2", Status: run.Unchanged, Reason: evil}, run.Dropped{Host: evil + "2", Err: err},
		run.OperationFinished{})
	return s.after(time.Second).emit(run.Finished{Summary: run.Summary{
		Operations: []run.OperationSummary{{Name: evil, Label: evil, Hosts: 2, Failed: 1, Changed: 1}},
		Hosts: []run.HostSummary{
			{Name: evil, Status: run.Failed, Operation: evil, Err: err, Duckling: true}, {Name: evil + "2", Status: run.Unknown, Err: err}, {Name: "c"},
		},
	}})
}

func TestVerdicts(t *testing.T) {
	all := func(s ...run.Status) (hosts []run.HostSummary) {
		for i, status := range s {
			hosts = append(hosts, run.HostSummary{Name: fleetOf(len(s))[i], Status: status})
		}
		return hosts
	}
	for _, c := range []struct {
		name    string
		summary run.Summary
		want    string
	}{
		{"changed", run.Summary{Hosts: all(run.Changed, run.Changed)}, "✓ Done: 2 hosts are at the end, 2 changed. In 0.0s."},
		{"some changed", run.Summary{Hosts: all(run.Changed, run.Unchanged)}, "✓ Done: 2 hosts are at the end, 1 changed, 1 without changes. In 0.0s."},
		{"no changes", run.Summary{Hosts: all(run.Unchanged)}, "· No changes: 1 host is already as wanted. In 0.0s."},
		{"failed", run.Summary{Hosts: all(run.Changed, run.Failed)}, "✗ Not done: 1 of 2 hosts did not reach the end; the others: 1 changed. In 0.0s."},
		{"unknown", run.Summary{Hosts: all(run.Unknown)}, "✗ Not done: 1 of 1 host did not reach the end. In 0.0s."},
		{"interrupted", run.Summary{Hosts: all(run.Changed, run.Waiting), Interrupted: true}, "✗ Interrupted: 1 of 2 hosts did not reach the end; the others: 1 changed. In 0.0s."},
		{"dry", run.Summary{Hosts: all(run.Unchanged), Dry: true}, "· Dry run: nothing was changed. In 0.0s."},
		{"dry, one not reached", run.Summary{Hosts: all(run.Unchanged, run.Failed), Dry: true}, "✗ Dry run: 1 of 2 hosts could not be prepared; nothing was changed. In 0.0s."},
		{"declined", run.Summary{Hosts: all(run.Unchanged), Declined: true}, "Nothing was run."},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := verdictLine(c.summary).render(false); got != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
	same, changed := verdictLine(run.Summary{Hosts: all(run.Unchanged)}), verdictLine(run.Summary{Hosts: all(run.Changed)})
	if same[0].ink == changed[0].ink {
		t.Error("no changes and changes have the same colour")
	}
}
