package run

import (
	"errors"
	"time"
)

// keptLines is how many of a host's last lines of output a summary has.
const keptLines = 10

// tally makes a Summary of events.
type tally struct {
	summary Summary
	hosts   map[string]*HostSummary
	order   []string
	begun   map[string]time.Time
	lines   map[string][]string // the last lines of the operation that runs
}

func newTally() *tally {
	return &tally{hosts: map[string]*HostSummary{}, begun: map[string]time.Time{}, lines: map[string][]string{}}
}

func (t *tally) event(now time.Time, event Event) {
	switch e := event.(type) {
	case Started:
		t.summary.ID, t.summary.Dry = e.ID, e.Dry
		for _, name := range e.Hosts {
			t.hosts[name] = &HostSummary{Name: name}
			t.order = append(t.order, name)
			t.begun[name] = now
		}
	case Connected:
		if e.NewKey {
			t.summary.NewKeys++
		}
	case Planned:
		for _, o := range e.Operations {
			t.summary.Operations = append(t.summary.Operations, OperationSummary{Name: o.Name, Label: o.Label, Hosts: len(o.Hosts)})
		}
	case Duckling:
		t.hosts[e.Host].Duckling = true
	case HostStarted:
		delete(t.lines, e.Host)
	case Output:
		lines := append(t.lines[e.Host], brief(e.Line))
		t.lines[e.Host] = lines[max(0, len(lines)-keptLines):]
	case HostFinished:
		t.finished(now, e)
	case Dropped:
		h := t.hosts[e.Host]
		h.Err, h.Took = e.Err, now.Sub(t.begun[e.Host])
		switch {
		case h.Status == Unknown:
		case errors.Is(e.Err, ErrStopped):
			h.Status = Waiting
		default:
			h.Status = Failed
		}
	}
}

func (t *tally) finished(now time.Time, e HostFinished) {
	h, o := t.hosts[e.Host], &t.summary.Operations[e.Operation]
	h.Took = now.Sub(t.begun[e.Host])
	switch e.Status {
	case Changed:
		h.Changed++
		o.Changed++
	case Unchanged:
		h.Unchanged++
		o.Unchanged++
	case Skipped:
		h.Skipped++
		o.Skipped++
	case Ignored:
		h.Ignored++
		o.Ignored++
	case Failed:
		o.Failed++
	case Unknown:
		o.Unknown++
		h.Status = Unknown
	}
	if e.Status == Failed || e.Status == Unknown {
		h.Operation = o.Label
		h.Output = t.lines[e.Host]
	}
}

// result returns the summary; hosts of which nothing bad was heard are done,
// unless the user said that nothing is to be.
func (t *tally) result(took time.Duration) Summary {
	s := t.summary
	s.Took = took
	for _, name := range t.order {
		h := *t.hosts[name]
		if h.Err == nil && !s.Declined {
			h.Status = Unchanged
			if h.Changed > 0 {
				h.Status = Changed
			}
		}
		s.Hosts = append(s.Hosts, h)
	}
	return s
}
