package screen

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"cygnet/run"
)

// planLines draws the plan: which operations have something to do, and where.
// Those that have nothing to do are only counted, unless all are wanted: then
// there are also the operations' own arguments, and why there is nothing to do.
func planLines(p *progress, width int, all bool) []line {
	t := table{columns: []column{
		{right: true}, {title: "operation", elastic: true}, {title: "change", right: true},
		{title: "conditional", right: true}, {title: "hosts", elastic: true},
	}}
	if all {
		t.columns = append(t.columns, column{title: "nothing to do", elastic: true})
	}
	idle := 0
	touched := map[string]bool{}
	for _, o := range p.ops {
		if len(o.WillChange)+len(o.Conditional) == 0 {
			idle++
			if !all {
				continue
			}
		}
		hosts := slices.Concat(o.WillChange, o.Conditional)
		for _, h := range hosts {
			touched[h] = true
		}
		cells := []span{
			{fmt.Sprint(o.Index + 1), faintInk}, {cleanLine(o.Label), plainInk},
			number(len(o.WillChange), goodInk), number(len(o.Conditional), warnInk),
			{which(hosts, len(p.names)-p.stages()[dropped]), faintInk}}
		if all {
			cells[1].text = cleanLine(detailed(o.Operation))
			cells = append(cells, span{idleReasons(o.Nothing), idleInk})
		}
		t.add(cells...)
	}
	if len(touched) == 0 {
		return []line{{}, text("No changes: ", idleInk).add(fmt.Sprintf("%s on %s have nothing to do.",
			count(len(p.ops), "operation", "operations"), count(len(p.names), "host", "hosts")), plainInk)}
	}
	head := text("Plan", boldInk).add(fmt.Sprintf(": changes on %d of %s", len(touched), count(len(p.names), "host", "hosts")), plainInk)
	lines := append([]line{{}, head}, t.lines(width)...)
	if idle > 0 && !all {
		lines = append(lines, text(count(idle, "more operation has", "more operations have")+" nothing to do.", idleInk))
	}
	return append(lines, line{})
}

// detailed is what people see of an operation, with its own arguments.
func detailed(o run.Operation) string {
	if o.Detail == "" || strings.Contains(o.Label, o.Detail) {
		return o.Label
	}
	return o.Label + " (" + o.Detail + ")"
}

// idleReasons tells why there is nothing to do on some hosts, the most common
// reason first.
func idleReasons(nothing map[string]string) string {
	counts := map[string]int{}
	for _, why := range nothing {
		counts[why]++
	}
	reasons := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(counts[b]-counts[a], strings.Compare(a, b))
	})
	if len(reasons) == 1 {
		return cleanLine(reasons[0])
	}
	for i, why := range reasons {
		reasons[i] = fmt.Sprintf("%s (%s)", cleanLine(why), count(counts[why], "host", "hosts"))
	}
	return strings.Join(reasons, ", ")
}

// number is a count in a table; nothing is a dash.
func number(n int, k ink) span {
	if n == 0 {
		return span{"-", faintInk}
	}
	return span{fmt.Sprint(n), k}
}

// which names hosts in a table.
func which(hosts []string, of int) string {
	switch {
	case len(hosts) == of && of > 1:
		return "all"
	case len(hosts) == 0:
		return ""
	}
	return list(hosts, 24)
}

// resultLines draws how the operations ended. Those in which nothing happened
// are only counted, unless all are wanted.
func resultLines(s run.Summary, width int, all bool) []line {
	t := table{columns: []column{
		{right: true}, {title: "operation", elastic: true}, {title: "hosts", right: true},
		{title: "changed", right: true}, {title: "no changes", right: true},
		{title: "skipped", right: true}, {title: "failed", right: true},
	}}
	idle := 0
	var sum run.OperationSummary
	for i, o := range s.Operations {
		sum.Hosts, sum.Changed, sum.Unchanged = sum.Hosts+o.Hosts, sum.Changed+o.Changed, sum.Unchanged+o.Unchanged
		sum.Skipped, sum.Failed = sum.Skipped+o.Skipped, sum.Failed+failures(o)
		if o.Changed+failures(o) == 0 {
			idle++
			if !all {
				continue
			}
		}
		t.add(span{fmt.Sprint(i + 1), faintInk}, span{cleanLine(o.Label), plainInk}, number(o.Hosts, plainInk),
			number(o.Changed, goodInk), number(o.Unchanged, idleInk), number(o.Skipped, faintInk), number(failures(o), badInk))
	}
	if len(t.rows) == 0 {
		return nil
	}
	name := "all"
	if idle > 0 && !all {
		name = fmt.Sprintf("all, with %d in which nothing changed", idle)
	}
	t.add(span{}, span{name, boldInk}, number(sum.Hosts, plainInk), number(sum.Changed, goodInk),
		number(sum.Unchanged, idleInk), number(sum.Skipped, faintInk), number(sum.Failed, badInk))
	return append(append([]line{{}, text("Results", boldInk)}, t.lines(width)...), line{})
}

// failures counts the hosts on which an operation did not succeed, also where
// the deploy said to go on.
func failures(o run.OperationSummary) int { return o.Failed + o.Unknown + o.Ignored }
