package screen

import (
	"fmt"

	"cygnet/run"
)

// summaryLines tells how a run ended, but for the verdict, which comes last.
func summaryLines(s run.Summary, width int, all bool) []line {
	if s.Mistake != nil {
		return nil // its owner shows it, with the lines of the deploy
	}
	if s.Dry || s.Declined {
		return notDone(s)
	}
	lines := resultLines(s, width, all)
	if len(lines) == 0 {
		lines = []line{{}}
	}
	if s.NewKeys > 0 {
		lines = append(lines, text(count(s.NewKeys, "new host key was accepted and kept.", "new host keys were accepted and kept."), warnInk))
	}
	var slow []string
	for _, h := range s.Hosts {
		if h.Duckling {
			slow = append(slow, h.Name)
		}
	}
	if len(slow) > 0 {
		lines = append(lines, text(count(len(slow), "duckling", "ducklings")+" fell behind: "+list(slow, 2*listed), warnInk))
	}
	return append(lines, notDone(s)...)
}

// notDone names the hosts that did not reach the end, those with the same reason
// together.
func notDone(s run.Summary) []line {
	groups, order := map[string][]string{}, []string{}
	for _, h := range s.Hosts {
		if h.Status == run.Changed || h.Status == run.Unchanged || s.Declined && h.Err == nil {
			continue
		}
		why := hostReason(h)
		if groups[why] == nil {
			order = append(order, why)
		}
		groups[why] = append(groups[why], h.Name)
	}
	if len(order) == 0 {
		return nil
	}
	lines := []line{text("Not done:", boldInk)}
	for _, why := range order {
		hosts := groups[why]
		l := text(noMark, plainInk)
		if len(hosts) == 1 {
			l = l.add(clean(hosts[0])+": ", boldInk).add(why, badInk)
		} else {
			l = l.add(count(len(hosts), "host", "hosts")+": ", boldInk).add(why, badInk).add(": "+list(hosts, 2*listed), plainInk)
		}
		lines = append(lines, l)
	}
	return lines
}

// againLines tells the command that brings the rest to the end, if there is a
// rest.
func againLines(p *progress, s run.Summary) []line {
	rest := s.NotDone()
	if len(p.started.Args) == 0 || len(rest) == 0 || s.Declined || s.Mistake != nil {
		return nil
	}
	command, just := again(p.started.Args, rest, len(s.Hosts))
	head := "Run again for just them:"
	if !just {
		head = "Run again (hosts that are done have nothing to do):"
	}
	return []line{text(head, boldInk), text(noMark+command, plainInk), {}}
}

// hostReason returns why a host did not reach the end.
func hostReason(h run.HostSummary) string {
	switch {
	case h.Err == nil:
		return "stopped before its end"
	case h.Operation == "":
		return reason(h.Name, h.Err)
	}
	return cleanLine(h.Operation) + ": " + failureOf(h.Name, h.Err)
}

// verdictLine is the last line of a run: whether all is well, in words and in
// colour.
func verdictLine(s run.Summary) line {
	var changed, same, slow int
	for _, h := range s.Hosts {
		switch h.Status {
		case run.Changed:
			changed++
		case run.Unchanged:
			same++
		}
		if h.Duckling {
			slow++
		}
	}
	done, all := changed+same, len(s.Hosts)
	took := text(" In "+duration(s.Took)+".", faintInk)
	switch {
	case s.Mistake != nil:
		return text(markBad+"Nothing was run: there is a mistake in the deploy.", badInk)
	case s.Declined:
		return text("Nothing was run.", warnInk)
	case s.Dry && done == all:
		return append(text(markIdle+"Dry run: nothing was changed.", idleInk), took...)
	case s.Dry:
		return append(text(fmt.Sprintf("%sDry run: %d of %s could not be prepared; nothing was changed.", markBad, all-done, count(all, "host", "hosts")), badInk), took...)
	case s.Converged() && changed == 0:
		return append(text(fmt.Sprintf("%sNo changes: %s already as wanted.", markIdle, count(all, "host is", "hosts are")), idleInk), took...)
	case s.Converged():
		return append(text(fmt.Sprintf("%sDone: %s at the end, %s.", markGood, count(all, "host is", "hosts are"), outcome(changed, same)), goodInk), took...)
	}
	word := "Not done"
	if s.Interrupted {
		word = "Interrupted"
	}
	others := ""
	if done > 0 {
		others = "; the others: " + outcome(changed, same)
	}
	return append(text(fmt.Sprintf("%s%s: %d of %s did not reach the end%s.",
		markBad, word, all-done, count(all, "host", "hosts"), others), badInk), took...)
}

// outcome tells how it went for the hosts that reached the end.
func outcome(changed, same int) string {
	if same == 0 {
		return fmt.Sprintf("%d changed", changed)
	}
	return fmt.Sprintf("%d changed, %d without changes", changed, same)
}
