package screen

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cygnet/run"
)

// feed plays events into a progress, a second between two.
func feed(p *progress, events ...run.Event) {
	for i, e := range events {
		p.event(epoch.Add(time.Duration(i)*time.Second), e)
	}
}

func TestProgressOfNight(t *testing.T) {
	p := newProgress()
	var last float64
	for _, step := range night().steps {
		p.event(step.at, step.event)
		if _, planned := step.event.(run.Planned); planned {
			last = 0
		}
		f := p.fraction()
		if f < last || f > 1 {
			t.Fatalf("after %T the fraction goes from %v to %v", step.event, last, f)
		}
		last = f
	}
	if last != 1 {
		t.Errorf("at the end %v is done", last)
	}
	want := [][8]int{
		{run.Changed: 3, run.Unchanged: 2, run.Failed: 1},
		{run.Unchanged: 5},
		{run.Changed: 2, run.Skipped: 1, run.Ignored: 1, run.Unknown: 1},
	}
	for i, o := range p.ops {
		if diff := cmp.Diff(want[i], o.counts); diff != "" {
			t.Errorf("operation %d: %s", i, diff)
		}
	}
	if p.newKeys != 1 || p.summary == nil || len(p.busy()) != 0 {
		t.Errorf("%d new keys, summary %v, %d busy", p.newKeys, p.summary, len(p.busy()))
	}
}

func TestBusyIsSlowestFirst(t *testing.T) {
	p := newProgress()
	hosts := fleetOf(4)
	feed(p,
		run.Planned{Operations: []run.Operation{{Label: "op", Hosts: hosts}}},
		run.HostStarted{Host: "vm003", Attempt: 1},
		run.HostStarted{Host: "vm001", Attempt: 1},
		run.HostRetry{Host: "vm003", Attempt: 1, Of: 3, Wait: time.Second},
		run.HostStarted{Host: "vm003", Attempt: 2}, // a retry is part of the same work
		run.Connecting{Host: "vm004", Attempt: 1},
		run.HostStarted{Host: "vm002", Attempt: 1},
		run.HostFinished{Host: "vm002", Status: run.Changed},
	)
	var got []string
	for _, h := range p.busy() {
		got = append(got, h.name)
	}
	if diff := cmp.Diff([]string{"vm003", "vm001", "vm004"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestTailIsOfTheFailure checks that lines of an earlier operation are not shown
// with a failure of the next.
func TestTailIsOfTheFailure(t *testing.T) {
	p := newProgress()
	plan := run.Planned{Operations: []run.Operation{{Label: "a", Hosts: []string{"h"}}, {Index: 1, Label: "b", Hosts: []string{"h"}}}}
	feed(p, plan, run.HostStarted{Host: "h", Attempt: 1}, run.Output{Host: "h", Line: "from a"},
		run.HostFinished{Host: "h", Status: run.Changed},
		run.HostFinished{Operation: 1, Host: "h", Status: run.Failed, Err: errApt})
	if tail := p.host("h").tail; len(tail) > 0 {
		t.Errorf("the tail is %q", tail)
	}
}

func TestTailIsBounded(t *testing.T) {
	h := &host{}
	for i := range 100 {
		h.said(fmt.Sprintf("line %d %s", i, strings.Repeat("x", 100_000)))
	}
	if len(h.tail) != keptTail || len(h.tail[0]) != maxText || !strings.HasPrefix(h.tail[0], "line 95 ") {
		t.Errorf("%d lines, the first of %d bytes: %.20q", len(h.tail), len(h.tail[0]), h.tail[0])
	}
	if got := h.last(); !strings.HasPrefix(got, "line 99 ") {
		t.Errorf("last: %.20q", got)
	}
	for line, want := range map[string]string{
		"10%\r20%\r": "20%", "\r": "line", "  done  ": "done", "\x1b[31mred\x1b[0m": "red", "": "line",
	} {
		h := &host{tail: []string{"line", line}}
		if got := h.last(); got != want {
			t.Errorf("last of %q: %q, want %q", line, got, want)
		}
	}
}

// TestStrangeEvents gives every form events of hosts and operations that nobody
// announced.
func TestStrangeEvents(t *testing.T) {
	for _, m := range allModes {
		t.Run(m.String(), func(t *testing.T) {
			var out bytes.Buffer
			s := still(Options{Out: &out, Data: &out, Mode: m, Verbosity: 3})
			script := newScript()
			for _, operation := range []int{-1, 7} {
				script.emit(
					run.OperationStarted{Operation: operation}, run.HostStarted{Operation: operation, Host: "x"},
					run.CommandStarted{Operation: operation, Host: "x"}, run.Output{Operation: operation, Host: "x"},
					run.HostRetry{Operation: operation, Host: "x"}, run.Duckling{Operation: operation, Host: "x"},
					run.HostFinished{Operation: operation, Host: "x", Status: run.Failed},
					run.OperationFinished{Operation: operation}, run.Dropped{Host: "y"}, run.Disconnected{Host: "z"},
					run.Prepared{}, run.Message{}, run.Diff{}, run.Phase{}, run.ConnectFailed{Host: "x", Retry: 1},
				).after(time.Minute)
			}
			script.emit(run.Planned{}, run.Finished{})
			play(s, script.steps, func(time.Time) {})
		})
	}
}

// TestHeartbeat checks that plain output speaks up in a long silence, and no
// oftener than it says.
func TestHeartbeat(t *testing.T) {
	var out bytes.Buffer
	s := still(Options{Out: &out, Mode: Plain})
	script := newScript().emit(run.Started{Hosts: fleetOf(2)}, run.Message{Text: "begin"},
		run.Planned{Operations: []run.Operation{{Label: "compile", Hosts: fleetOf(2)}}}, run.OperationStarted{},
		run.HostStarted{Host: "vm002", Attempt: 1})
	for range 300 {
		script.after(time.Second).emit(run.Output{Host: "vm002", Line: "cc x.c"})
	}
	script.emit(run.HostFinished{Host: "vm002", Status: run.Changed}).after(5 * time.Minute).emit(run.Message{Text: "end"})
	play(s, script.steps, func(time.Time) {})
	beats := strings.Count(out.String(), "1 host at work (1/1 compile), vm002 for ")
	if beats != 9 && beats != 10 {
		t.Errorf("%d heartbeats in five busy and five idle minutes:\n%s", beats, out.String())
	}
}

func TestDryDocument(t *testing.T) {
	for name, summary := range map[string]run.Summary{"dry": {Dry: true}, "declined": {Declined: true}} {
		t.Run(name, func(t *testing.T) {
			var data bytes.Buffer
			s := still(Options{Out: &bytes.Buffer{}, Data: &data, Mode: JSON})
			play(s, newScript().emit(
				run.Planned{Operations: []run.Operation{{Name: "apt.packages", Label: "Install", Detail: "git, make | update=True", Hosts: fleetOf(2), Conditional: []string{"vm002", "vm001"}}}},
				run.Finished{Summary: summary}).steps, func(time.Time) {})
			var got map[string]any
			if err := json.Unmarshal(data.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			hash := "c0"
			if plan, ok := got["plan"].([]any); ok && len(plan) == 1 {
				hash, _ = plan[0].(map[string]any)["op_hash"].(string)
			}
			want := map[string]any{"results": nil, "plan": []any{map[string]any{
				"op_hash": hash, "name": "Install", "names": []any{"Install"}, "args": []any{"git, make", "update=True"},
				"hosts_with_change": []any{}, "hosts_with_conditional_change": []any{"vm001", "vm002"},
			}}}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if len(hash) != 40 {
				t.Errorf("the hash is %q", hash)
			}
		})
	}
}

// TestHashIsStable checks that a hash tells operations apart, and nothing else.
func TestHashIsStable(t *testing.T) {
	base := run.Operation{Index: 1, Name: "apt.packages", Label: "Install"}
	same := base
	same.Hosts = fleetOf(3)
	if identify(base).Hash != identify(same).Hash {
		t.Error("hosts change the hash")
	}
	for _, other := range []run.Operation{
		{Index: 2, Name: "apt.packages", Label: "Install"}, {Index: 1, Name: "apt.update", Label: "Install"}, {Index: 1, Name: "apt.packages", Label: "Remove"},
	} {
		if identify(base).Hash == identify(other).Hash {
			t.Errorf("%v has the same hash", other)
		}
	}
}

func TestSeen(t *testing.T) {
	text := "größe 寬\u202e\u009b\U000e0041\u200b"
	got := seen(`"` + text + `"`)
	if want := `"größe 寬\u202e\u009b\udb40\udc41\u200b"`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	var back string
	if err := json.Unmarshal([]byte(got), &back); err != nil || back != text {
		t.Errorf("read back as %q, %v", back, err)
	}
}
