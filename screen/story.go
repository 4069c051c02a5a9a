package screen

import (
	"fmt"
	"strings"
	"time"

	"cygnet/connect"
	"cygnet/run"
)

// Marks at the start of a line. Words say the same.
const (
	markGood  = "✓ "
	markIdle  = "· "
	markBad   = "✗ "
	markRetry = "↻ "
	markWarn  = "! "
	noMark    = "  "
)

// alike is how many failures with the same reason are told with their output;
// of the others the reason is enough.
const alike = 3

// listed is how many columns the names of hosts may take within a line.
const listed = 60

// story turns events into words that scroll by. It asks progress for what went
// before.
type story struct {
	notices
	p         *progress
	verbosity int
	width     func() int // columns for tables; 0 is any
	told      map[string]bool
	seen      map[string]int
	labels    int // the width of the longest label
}

func newStory(p *progress, verbosity int, width func() int) *story {
	return &story{p: p, verbosity: verbosity, width: width, told: map[string]bool{}, seen: map[string]int{}}
}

// event tells what happened, after progress has taken it in.
func (s *story) event(t time.Time, event run.Event) {
	switch e := event.(type) {
	case run.Phase:
		s.phase(t, e.Name)
	case run.Planned:
		for _, o := range e.Operations {
			s.labels = max(s.labels, textWidth(cleanLine(o.Label)))
		}
		s.say(entry{at: t, weight: talk, lines: planLines(s.p, s.width(), s.verbosity > 0), bare: true})
	case run.Diff:
		s.diff(t, e)
	case run.Stopping:
		s.line(t, talk, text(markWarn+"Stopping when what runs now has ended: "+cleanLine(e.Reason), warnInk))
	case run.Message:
		s.message(t, e)
	case run.Finished:
		s.say(entry{at: t, weight: talk, lines: summaryLines(e.Summary, s.width(), s.verbosity > 0), bare: true})
		s.say(entry{at: t, weight: talk, lines: againLines(s.p, e.Summary), bare: true, whole: true})
		s.say(entry{at: t, weight: verdict, lines: []line{verdictLine(e.Summary)}, bare: true})
	case run.OperationStarted:
		s.operationStarted(t, e)
	case run.OperationFinished:
		s.operationFinished(t, e)
	case run.CommandStarted:
		if s.verbosity >= 2 {
			s.block(t, e.Host, "$ ", cleanLines(e.Command), plainInk)
		}
	case run.Output:
		if s.verbosity >= 3 {
			s.output(t, e)
		}
	case run.HostFinished:
		s.hostFinished(t, e)
	default:
		s.hostEvent(t, event)
	}
}

// line says one line.
func (s *story) line(t time.Time, w weight, l line) {
	s.say(entry{at: t, weight: w, lines: []line{l}})
}

// block says several lines of a host, the first of them marked.
func (s *story) block(t time.Time, host, mark string, lines []string, k ink) {
	e := entry{at: t, weight: talk}
	for i, l := range lines {
		if i > 0 {
			mark = "> "
		}
		e.lines = append(e.lines, text(noMark+clean(host)+"  ", faintInk).add(mark, faintInk).add(l, k))
	}
	s.say(e)
}

func (s *story) output(t time.Time, e run.Output) {
	mark := "| "
	if e.Stream == connect.Stderr {
		mark = "! "
	}
	s.block(t, e.Host, mark, []string{clean(strings.TrimRight(e.Line, "\r"))}, plainInk)
}

func (s *story) phase(t time.Time, name string) {
	switch name {
	case "connect":
		s.line(t, step, text("Connecting to "+count(len(s.p.names), "host", "hosts"), plainInk))
	case "execute":
		s.line(t, step, text("Running "+count(len(s.p.ops), "operation", "operations"), plainInk))
	}
}

func (s *story) message(t time.Time, e run.Message) {
	mark, k, w := noMark, plainInk, talk
	switch e.Level {
	case "debug":
		if s.verbosity < 2 {
			return
		}
		k = faintInk
	case "warning":
		mark, k = markWarn, warnInk
	case "error":
		mark, k, w = markBad, badInk, failure
	}
	lines := cleanLines(e.Text)
	told := entry{at: t, weight: w}
	for i, l := range lines {
		if i > 0 {
			mark = noMark
		}
		head := text(mark, k)
		if e.Host != "" {
			head = head.add(clean(e.Host)+gap, boldInk)
		}
		told.lines = append(told.lines, head.add(l, k))
	}
	s.say(told)
}

// diff shows what would change in a file; hosts with the same change share it.
func (s *story) diff(t time.Time, e run.Diff) {
	s.gather(e.Host, notice{at: t, weight: talk, key: strings.Join([]string{"diff", e.Label, e.Path, e.Text}, "\x00"),
		lines: func(who string, hosts []string) []line {
			lines := []line{text(noMark+who, boldInk).add(gap+cleanLine(e.Label)+": "+cleanLine(e.Path), plainInk).add(names(hosts), faintInk)}
			for i, l := range cleanLines(e.Text) {
				lines = append(lines, text("    "+l, diffInk(i, l)))
			}
			return lines
		}})
}

// diffInk returns the ink of a line of a unified diff; the first two lines name
// the files.
func diffInk(i int, l string) ink {
	switch {
	case i == 0 && strings.HasPrefix(l, "---"), i == 1 && strings.HasPrefix(l, "+++"), strings.HasPrefix(l, "@@"):
		return faintInk
	case strings.HasPrefix(l, "+"):
		return addedInk
	case strings.HasPrefix(l, "-"):
		return removedInk
	}
	return plainInk
}

// names lists hosts behind a line that speaks of several.
func names(hosts []string) string {
	if len(hosts) < 2 {
		return ""
	}
	return ": " + list(hosts, listed)
}

// place names an operation within the run.
func (s *story) place(o *operation) string {
	return fmt.Sprintf("%*d/%d", len(fmt.Sprint(len(s.p.ops))), o.Index+1, len(s.p.ops))
}

func (s *story) operationStarted(t time.Time, e run.OperationStarted) {
	o := s.p.operation(e.Operation)
	if o == nil || len(o.WillChange)+len(o.Conditional) == 0 {
		return
	}
	l := text(noMark, plainInk).add(s.place(o)+gap, faintInk).add(cleanLine(o.Label), plainInk)
	s.line(t, step, l.add(fmt.Sprintf(": begins on %s", count(len(o.Hosts), "host", "hosts")), plainInk))
}

// operationFinished tells how an operation ended over the fleet.
func (s *story) operationFinished(t time.Time, e run.OperationFinished) {
	o := s.p.operation(e.Operation)
	if o == nil {
		return
	}
	mark, k := markGood, goodInk
	switch {
	case o.counts[run.Failed]+o.counts[run.Unknown] > 0:
		mark, k = markBad, badInk
	case o.idle():
		mark, k = markIdle, idleInk
	}
	column := min(s.labels, 48)
	if w := s.width(); w > 0 && w < column+50 {
		column = 0
	}
	l := text(mark, k).add(s.place(o)+gap, faintInk).add(pad(cleanLine(o.Label), column)+gap, plainInk)
	l = append(l, tallyLine(o.counts)...)
	if took := t.Sub(o.began); !o.began.IsZero() && (!o.idle() || took >= time.Second) {
		l = l.add(gap+duration(took), faintInk)
	}
	s.line(t, talk, l)
}

// tallyLine tells how many hosts ended how.
func tallyLine(counts [8]int) line {
	var l line
	for _, c := range []struct {
		status run.Status
		word   string
		ink    ink
	}{
		{run.Changed, "changed", goodInk}, {run.Unchanged, "no changes", idleInk},
		{run.Skipped, "skipped", faintInk}, {run.Ignored, "failed but ignored", warnInk},
		{run.Failed, "failed", badInk}, {run.Unknown, "unknown", badInk}, {run.Running, "still running", warnInk},
	} {
		if counts[c.status] == 0 {
			continue
		}
		if len(l) > 0 {
			l = l.add(", ", faintInk)
		}
		l = l.add(fmt.Sprintf("%d %s", counts[c.status], c.word), c.ink)
	}
	if len(l) == 0 {
		l = text("no hosts", faintInk)
	}
	return l
}
