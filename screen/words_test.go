package screen

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cygnet/run"
)

func TestAgain(t *testing.T) {
	args := []string{"machines.py", "system setup.py", "-y"}
	for _, c := range []struct {
		name        string
		args, hosts []string
		all         int
		want        string
		just        bool
	}{
		{"some", args, []string{"a", "b"}, 5, "cygnet machines.py 'system setup.py' -y --limit a --limit b", true},
		{"all", args, []string{"a", "b"}, 2, "cygnet machines.py 'system setup.py' -y", true},
		{"none", args, nil, 2, "cygnet machines.py 'system setup.py' -y", false},
		{"too many to name", args, fleetOf(mostLimits + 1), 170, "cygnet machines.py 'system setup.py' -y", false},
		{"limited before", []string{"m.py", "--limit", "web", "d.py", "--limit=db"}, []string{"web1"}, 5, "cygnet m.py d.py --limit web1", true},
		{"limit at the end", []string{"m.py", "d.py", "--limit"}, []string{"web1"}, 5, "cygnet m.py d.py --limit web1", true},
		{"command after dashes", []string{"m.py", "exec", "--", "echo", "--limit", "x"}, []string{"a"}, 5, "cygnet m.py exec --limit a -- echo --limit x", true},
		{"names to quote", args[:1], []string{"$(reboot)", "it's"}, 5, `cygnet machines.py --limit '$(reboot)' --limit 'it'"'"'s'`, true},
		{"names with escapes", args[:1], []string{"a\x1b[2J"}, 5, `cygnet machines.py --limit 'a␛[2J'`, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := append([]string{}, c.args...)
			got, just := again(c.args, c.hosts, c.all)
			if got != c.want || just != c.just {
				t.Errorf("got  %s (%v)\nwant %s (%v)", got, just, c.want, c.just)
			}
			if diff := cmp.Diff(before, c.args); diff != "" {
				t.Errorf("the arguments were changed: %s", diff)
			}
		})
	}
}

func TestReason(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{"none", nil, "no reason given"},
		{"refused", refused("vm001"), "connection refused"},
		{"about the host", errors.New("vm001: the host key has changed"), "the host key has changed"},
		{"several lines", errors.New("one\ntwo\r\n"), "one; two"},
		{"hostile", errors.New("banner: \x1b[2Jroot\x00"), "banner: ␛[2Jroot␀"},
		{"stopped", errors.Join(run.ErrStopped, context.Canceled), "stopped before its end"},
		{"operation", failedWith("Install", errApt), "exit status 100: E: Unable to locate package git"},
		{"wrapped", fmt.Errorf("prepare: %w", refused("vm002")), "prepare: connect vm002: connection refused"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := failureOf("vm001", c.err); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestNotDoneGroups checks that hosts that failed alike share a line, whatever
// their addresses are.
func TestNotDoneGroups(t *testing.T) {
	s := run.Summary{Hosts: []run.HostSummary{{Name: "db", Status: run.Changed}}}
	for _, h := range fleetOf(12) {
		s.Hosts = append(s.Hosts, run.HostSummary{Name: h, Status: run.Failed, Err: refused(h)})
	}
	s.Hosts = append(s.Hosts, run.HostSummary{Name: "late", Status: run.Waiting, Err: run.ErrStopped})
	var got []string
	for _, l := range notDone(s) {
		got = append(got, l.render(false))
	}
	want := []string{
		"Not done:",
		"  12 hosts: connection refused: " + strings.Join(fleetOf(12), ", "),
		"  late: stopped before its end",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestSameFailureIsToldBriefly checks that the output of the first failures is
// shown, and of the others only the reason.
func TestSameFailureIsToldBriefly(t *testing.T) {
	p := newProgress()
	s := newStory(p, 0, func() int { return 0 })
	hosts := fleetOf(10)
	p.event(epoch, run.Planned{Operations: []run.Operation{{Label: "op", Hosts: hosts, WillChange: hosts}}})
	lines := 0
	for i, h := range hosts {
		for _, e := range []run.Event{
			run.HostStarted{Host: h, Attempt: 1}, run.Output{Host: h, Line: "first"}, run.Output{Host: h, Line: "second"},
			run.HostFinished{Host: h, Status: run.Failed, Err: errApt}, run.Dropped{Host: h, Err: failedWith("op", errApt)},
		} {
			p.event(epoch, e)
			s.event(epoch, e)
		}
		for _, e := range s.take(epoch.Add(2 * settle)) {
			lines += len(e.lines)
		}
		if want := min(i+1, alike)*3 + max(0, i+1-alike); lines != want {
			t.Fatalf("after %d failures %d lines, want %d", i+1, lines, want)
		}
	}
}

// TestStoppedIsNotAFailure checks that Ctrl-C is not told host by host.
func TestStoppedIsNotAFailure(t *testing.T) {
	p := newProgress()
	s := newStory(p, 0, func() int { return 0 })
	for _, h := range fleetOf(3) {
		s.event(epoch, run.Dropped{Host: h, Err: errors.Join(run.ErrStopped, context.Canceled)})
	}
	if got := s.take(epoch.Add(time.Hour)); len(got) > 0 {
		t.Errorf("told: %v", got)
	}
}

func TestParseMode(t *testing.T) {
	for _, m := range []Mode{Auto, Terminal, Plain, JSON, Quiet} {
		if got, err := ParseMode(m.String()); err != nil || got != m {
			t.Errorf("ParseMode(%q) = %v, %v", m.String(), got, err)
		}
	}
	if _, err := ParseMode("fancy"); err == nil || !strings.Contains(err.Error(), "auto, screen, plain, json, quiet") {
		t.Errorf("a wrong mode: %v", err)
	}
}

func TestTable(t *testing.T) {
	tb := table{columns: []column{{title: "run"}, {title: "what", elastic: true}, {title: "n", right: true}, {title: "who", elastic: true}}}
	tb.add(span{"a", plainInk}, span{"a long description of it", plainInk}, span{"7", plainInk}, span{"vm001, vm002, vm003", plainInk})
	tb.add(span{"bb", plainInk}, span{"寬度", plainInk}, span{"100", plainInk}, span{})
	for width, want := range map[int]string{
		0:  "run  what                        n  who\na    a long description of it    7  vm001, vm002, vm003\nbb   寬度                      100",
		50: "run  what                        n  who\na    a long description of it    7  vm001, vm002,…\nbb   寬度                      100",
		40: "run  what                n  who\na    a long descript…    7  vm001, vm00…\nbb   寬度              100",
		12: "run  what  …\na    a long…\nbb   寬度  …",
	} {
		var got []string
		for _, l := range tb.lines(width) {
			got = append(got, l.render(false))
		}
		if diff := cmp.Diff(want, strings.Join(got, "\n")); diff != "" {
			t.Errorf("width %d: %s", width, diff)
		}
	}
}
