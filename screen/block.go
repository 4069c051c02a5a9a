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
	if p.started.Hosts == nil || p.summary != nil {
		return nil
	}
	rows := max(1, height-1)
	lines := []line{headline(p, now, width-1)}
	if rows >= leastRows {
		lines = append(lines, bar(p.fraction(), min(width-1, mostBar)))
	}
	if rows > len(lines) {
		lines = append(lines, counts(p))
	}
	lines = append(lines, slowest(p, now, rows-len(lines))...)
	for i, l := range lines {
		lines[i] = l.cut(max(1, width-1))
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
	case p.phase == "prepare":
		l = text("Preparing", boldInk).add(" "+count(len(p.hosts), "host", "hosts"), plainInk)
	default:
		l = text("Connecting", boldInk).add(" to "+count(len(p.hosts), "host", "hosts"), plainInk)
	}
	if p.stopping != "" {
		l = append(text("Stopping ", warnInk), l...)
	}
	time := elapsed(now.Sub(p.begun))
	return l.cut(max(8, width-len(time)-len(gap))).add(gap+time, faintInk)
}

// bar draws how much is done; it is full only when all is.
func bar(fraction float64, width int) line {
	width = max(width, 1)
	full := int(math.Floor(fraction * float64(width)))
	return text(strings.Repeat("━", full), goodInk).add(strings.Repeat("─", width-full), faintInk)
}

// counts tells how far the hosts are.
func counts(p *progress) line {
	if o := p.now(); o != nil {
		c := o.counts
		return join(
			tell(c[run.Changed], "changed", goodInk), tell(c[run.Unchanged], "no changes", idleInk),
			tell(c[run.Running], "running", boldInk), tell(p.waits(o), "waiting", plainInk),
			tell(c[run.Skipped], "skipped", faintInk), tell(c[run.Ignored], "ignored", warnInk),
			tell(p.stages()[dropped], "failed", badInk))
	}
	c := p.stages()
	return join(
		tell(c[ready], "ready", goodInk), tell(c[preparing], "connected", plainInk),
		tell(c[connecting], "connecting", plainInk), tell(c[waiting], "trying again", warnInk),
		tell(c[away], "waiting", plainInk), tell(c[dropped], "failed", badInk))
}

// tell is a count with its word, or nothing.
func tell(n int, word string, k ink) span {
	if n == 0 {
		return span{}
	}
	return span{fmt.Sprintf("%d %s", n, word), k}
}

// join puts the spans that are something into one line.
func join(spans ...span) line {
	var l line
	for _, s := range spans {
		if s.text == "" {
			continue
		}
		if len(l) > 0 {
			l = l.add(gap, plainInk)
		}
		l = append(l, s)
	}
	return l
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
	said := h.last()
	if h.running != p.now() {
		said = cmp.Or(said, cleanLine(h.running.Label))
		return span{fmt.Sprintf("at %d: %s", h.running.Index+1, said), plainInk}
	}
	return span{said, plainInk}
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
