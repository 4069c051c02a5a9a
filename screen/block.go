package screen

import (
	"cmp"
	"fmt"
	"math"
	"strings"
	"time"

	"cygnet/run"
)

// Sizes of the block at the bottom of a terminal.
const (
	mostSlow      = 5  // hosts that are shown at work
	mostBar       = 60 // columns
	leastRows     = 3  // headline, bar, counts
	defaultWidth  = 80 // of a terminal that does not tell
	defaultHeight = 24
)

// patience is how long a host is at work before it is shown, so that what is
// quick does not flicker by.
const patience = time.Second

// block draws what is known of a run, for the bottom of a terminal: never more
// than height-1 lines, each narrower than width, so that nothing wraps and the
// cursor's own line is free.
func block(p *progress, now time.Time, width, height int) []line {
	if p.started.Hosts == nil || p.summary != nil || width < 2 {
		return nil
	}
	rows := max(1, height-1)
	lines := []line{headline(p, now, width-1)}
	if rows >= leastRows {
		lines = append(lines, bar(p.fraction(), min(width-1, mostBar)))
	}
	if rows > len(lines) {
		lines = append(lines, counts(p, width-1))
	}
	lines = append(lines, slowest(p, now, rows-len(lines))...)
	for i, l := range lines {
		lines[i] = l.cut(width - 1)
	}
	return lines
}

// headline says what the run is at, and for how long. Where there is little
// room, the label is cut and the time stays.
func headline(p *progress, now time.Time, width int) line {
	var l line
	o := p.now()
	switch {
	case p.phase == "disconnect":
		l = text("Disconnecting", boldInk)
	case o != nil:
		l = text(fmt.Sprintf("%d/%d", o.Index+1, len(p.ops)), faintInk).add(gap+cleanLine(o.Label), boldInk)
	case p.planned:
		l = text("Planned", boldInk)
	default:
		l = text("Connecting", boldInk).add(" to "+count(len(p.hosts), "host", "hosts"), plainInk)
	}
	if p.stopping != "" {
		l = append(text("Stopping ", warnInk), l...)
	}
	time := elapsed(now.Sub(p.begun))
	l = l.cut(max(8, width-len(time)-len(gap)))
	room := max(len(gap), min(width, mostBar)-l.width()-len(time))
	return l.add(strings.Repeat(" ", room)+time, faintInk)
}

// bar draws how much is done; it is full only when all is.
func bar(fraction float64, width int) line {
	width = max(width, 1)
	full := int(math.Floor(fraction * float64(width)))
	return text(strings.Repeat("━", full), goodInk).add(strings.Repeat("─", width-full), faintInk)
}

// counts tells how far the hosts are, in at most width columns if marks instead
// of words make that possible.
func counts(p *progress, width int) line {
	stages := p.stages()
	all := []tally{
		{stages[ready], "ready", "✓", goodInk}, {stages[preparing], "connected", "▸", plainInk},
		{stages[connecting], "connecting", "…", plainInk}, {stages[waiting], "trying again", "↻", warnInk},
		{stages[dropped] - p.halted, "failed", "✗", badInk}, {p.halted, "stopped", "‖", faintInk},
		{stages[away], "waiting", "-", faintInk},
	}
	if o := p.now(); o != nil {
		c := o.counts
		all = []tally{
			{c[run.Changed], "changed", "✓", goodInk}, {c[run.Unchanged], "no changes", "·", idleInk},
			{c[run.Running], "running", "▸", boldInk}, {stages[dropped] - p.halted, "failed", "✗", badInk},
			{p.halted, "stopped", "‖", faintInk}, {p.waits(o), "waiting", "-", plainInk}, {c[run.Skipped], "skipped", "/", faintInk},
			{c[run.Ignored], "ignored", "!", warnInk},
		}
	}
	words, marks := line{}, line{}
	for _, t := range all {
		if t.n == 0 {
			continue
		}
		if len(words) > 0 {
			words, marks = words.add(gap, plainInk), marks.add(" ", plainInk)
		}
		words = words.add(fmt.Sprintf("%d %s", t.n, t.word), t.ink)
		marks = marks.add(fmt.Sprintf("%d%s", t.n, t.mark), t.ink)
	}
	if words.width() > width {
		return marks
	}
	return words
}

// tally is a number of hosts and what they are at.
type tally struct {
	n          int
	word, mark string
	ink        ink
}

// slowest shows the hosts that have been at work for longest, in at most rows
// lines, and how many more there are to name.
func slowest(p *progress, now time.Time, rows int) []line {
	rows = min(rows, mostSlow+1)
	var shown []*host
	for _, h := range p.busy() {
		if now.Sub(h.start()) >= patience && len(shown) < min(rows, mostSlow) {
			shown = append(shown, h)
		}
	}
	t := table{columns: []column{{}, {right: true}, {}}}
	for _, h := range shown {
		name := span{noMark + clean(h.name), plainInk}
		if h.duckling {
			name.ink = warnInk
		}
		t.add(name, span{clock(now.Sub(h.start())), faintInk}, doing(p, h, now))
	}
	lines := t.lines(0)
	if l := ducklings(p, shown); l != nil && len(lines) < rows {
		lines = append(lines, l)
	}
	return lines
}

// doing tells what a host is at: what it said last, or what it waits for.
func doing(p *progress, h *host, now time.Time) span {
	switch {
	case !h.again.IsZero() && h.running != nil:
		return span{fmt.Sprintf("attempt %d again in %s", h.attempt+1, clock(h.again.Sub(now)+time.Second-1)), warnInk}
	case h.stage == waiting:
		return span{fmt.Sprintf("attempt %d in %s", h.attempt+1, clock(h.again.Sub(now)+time.Second-1)), warnInk}
	case h.stage == connecting && h.attempt > 1:
		return span{fmt.Sprintf("connecting, attempt %d", h.attempt), plainInk}
	case h.stage == connecting:
		return span{"connecting", plainInk}
	case h.running == nil:
		return span{"preparing", plainInk}
	}
	said := span{h.last(), plainInk}
	if h.running != p.now() {
		said.text = fmt.Sprintf("at %d/%d: %s", h.running.Index+1, len(p.ops), cmp.Or(said.text, cleanLine(h.running.Label)))
	}
	if h.duckling {
		said = span{strings.TrimSuffix("duckling, "+said.text, ", "), warnInk}
	}
	return said
}

// ducklings names those that are not shown already, or returns nil.
func ducklings(p *progress, shown []*host) line {
	var rest []string
next:
	for _, h := range p.ducklings() {
		for _, s := range shown {
			if s == h {
				continue next
			}
		}
		rest = append(rest, h.name)
	}
	if len(rest) == 0 {
		return nil
	}
	return text(noMark+count(len(rest), "duckling", "ducklings")+": "+list(rest, mostBar), warnInk)
}
