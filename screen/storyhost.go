package screen

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"cygnet/run"
)

// hostEvent tells of one host outside its operations.
func (s *story) hostEvent(t time.Time, event run.Event) {
	switch e := event.(type) {
	case run.Connected:
		if s.verbosity >= 1 && e.NewKey {
			s.line(t, talk, hostLine(noMark, plainInk, clean(e.Host), "new host key accepted"))
		}
		if s.verbosity >= 2 {
			s.line(t, talk, hostLine(noMark, plainInk, clean(e.Host), "connected").add(gap+duration(e.Took), faintInk))
		}
	case run.ConnectFailed:
		if e.Retry > 0 {
			s.retry(t, e.Host, reason(e.Host, e.Err), "trying again", "trying again in "+duration(e.Retry))
		}
	case run.Prepared:
		if s.verbosity >= 1 {
			what := fmt.Sprintf("ready: %d of %s", e.Changes, count(e.Operations, "operation has something to do", "operations have something to do"))
			s.line(t, talk, hostLine(noMark, plainInk, clean(e.Host), what).add(gap+duration(e.Took), faintInk))
		}
	case run.Dropped:
		s.dropped(t, e)
	case run.Duckling:
		at := "the start"
		if o := s.p.operation(e.Operation); o != nil {
			at = cleanLine(o.Label)
		}
		s.line(t, talk, hostLine(markWarn, warnInk, clean(e.Host),
			fmt.Sprintf("has fallen %s behind at %s; the others go on without it", clock(e.Behind), at)))
	case run.HostRetry:
		again := fmt.Sprintf("attempt %d of %d", e.Attempt+1, e.Of)
		s.retry(t, e.Host, s.label(e.Operation)+": "+failureOf(e.Host, e.Err), again, again+" in "+duration(e.Wait))
	}
}

// hostLine is a line about a host, or about several.
func hostLine(mark string, k ink, who, what string) line {
	return text(mark, k).add(who+gap, boldInk).add(what, k)
}

// retry tells that something will be tried again; one host is told when.
func (s *story) retry(t time.Time, host, why, again, when string) {
	s.gather(host, notice{at: t, weight: talk, key: strings.Join([]string{"retry", why, again}, "\x00"),
		lines: func(who string, hosts []string) []line {
			if len(hosts) > 1 {
				when = again
			}
			return []line{hostLine(markRetry, warnInk, who, why+"; "+when).add(names(hosts), plainInk)}
		}})
}

// dropped tells why a host leaves the run, if that has not been told. What ended
// the whole run is told once, not for each host.
func (s *story) dropped(t time.Time, e run.Dropped) {
	if s.told[e.Host] || errors.Is(e.Err, run.ErrStopped) || errors.Is(e.Err, run.ErrMistake) {
		return
	}
	s.told[e.Host] = true
	s.fail(t, e.Host, reason(e.Host, e.Err), nil)
}

// hostFinished tells how an operation ended on a host: failures always, the rest
// to those who want to know.
func (s *story) hostFinished(t time.Time, e run.HostFinished) {
	label := s.label(e.Operation)
	switch e.Status {
	case run.Failed, run.Unknown:
		why := failureOf(e.Host, e.Err)
		if e.Status == run.Unknown {
			why += "; whether it was done is not known"
		}
		s.told[e.Host] = true
		s.fail(t, e.Host, label+": "+why, slices.Clone(s.p.host(e.Host).tail))
	case run.Ignored:
		why := label + ": " + failureOf(e.Host, e.Err) + " (ignored)"
		s.gather(e.Host, notice{at: t, weight: talk, key: "ignored\x00" + why, lines: func(who string, hosts []string) []line {
			return []line{hostLine(markWarn, warnInk, who, why).add(names(hosts), plainInk)}
		}})
	default:
		if s.verbosity >= 1 {
			s.line(t, talk, resultLine(label, e))
		}
	}
}

// resultLine tells how an operation went well on a host.
func resultLine(label string, e run.HostFinished) line {
	word, mark, k := "changed", markGood, goodInk
	switch e.Status {
	case run.Unchanged:
		word, mark, k = "no changes", markIdle, idleInk
	case run.Skipped:
		word, mark, k = "skipped", markIdle, faintInk
	}
	l := text(mark, k).add(clean(e.Host)+gap, boldInk).add(label+": ", plainInk).add(word, k)
	if why := cleanLine(e.Reason); why != "" {
		l = l.add(": "+why, faintInk)
	}
	if e.Attempts > 1 {
		l = l.add(fmt.Sprintf(", at attempt %d", e.Attempts), warnInk)
	}
	if e.Status == run.Changed {
		l = l.add(gap+duration(e.Took), faintInk)
	}
	return l
}

// fail tells a failure, with the last lines of output unless the reason has
// been seen several times.
func (s *story) fail(t time.Time, host, why string, tail []string) {
	s.gather(host, notice{at: t, weight: failure, key: "fail\x00" + why, lines: func(who string, hosts []string) []line {
		lines := []line{hostLine(markBad, badInk, who, why).add(names(hosts), plainInk)}
		s.seen[why]++
		if s.seen[why] > alike || s.verbosity >= 3 {
			return lines
		}
		var shown []string
		for _, l := range tail {
			if l = strings.TrimRight(clean(strings.TrimRight(l, "\r")), " "); l != "" {
				shown = append(shown, l)
			}
		}
		if len(shown) == 1 && strings.Contains(why, shown[0]) {
			return lines
		}
		if len(hosts) > 1 && len(shown) > 0 {
			lines = append(lines, text("    "+clean(host)+" said last:", faintInk))
		}
		for _, l := range shown {
			lines = append(lines, text("    │ ", faintInk).add(l, plainInk))
		}
		return lines
	}})
}

// label names an operation by its index.
func (s *story) label(index int) string {
	if o := s.p.operation(index); o != nil {
		return cleanLine(o.Label)
	}
	return fmt.Sprintf("operation %d", index+1)
}
