package screen

import (
	"fmt"
	"strings"
	"time"

	"cygnet/run"
)

// heartbeat is the longest time that plain output is silent while hosts are at
// work.
const heartbeat = 30 * time.Second

// plain writes lines when something changed: no colours, nothing that moves.
// Each begins with the time since the start of the run.
type plain struct {
	p     *progress
	out   *output
	story *story
	last  time.Time // when something was said
}

func newPlain(p *progress, out *output, o Options) *plain {
	return &plain{p: p, out: out, story: newStory(p, o.Verbosity, func() int { return 0 })}
}

func (f *plain) event(t time.Time, event run.Event) { f.story.event(t, event) }

func (f *plain) draw(now time.Time) {
	f.tell(now)
	if f.last.IsZero() || now.Sub(f.last) < heartbeat || f.p.summary != nil {
		return
	}
	if l := pulse(f.p, now); l != nil {
		f.write(entry{at: now, lines: []line{l}})
		f.last = now
	}
}

func (f *plain) clear(now time.Time) {
	f.story.release(now, 0)
	f.tell(now)
}

// tell writes what the story has.
func (f *plain) tell(now time.Time) {
	for _, e := range f.story.take(now) {
		f.write(e)
		f.last = now
	}
}

func (f *plain) write(e entry) {
	prefix := ""
	if !e.bare {
		prefix = fmt.Sprintf("%7s  ", elapsed(e.at.Sub(f.p.begun)))
	}
	var b strings.Builder
	for _, l := range e.lines {
		b.WriteString(strings.TrimRight(prefix+l.render(false), " ") + "\n")
		prefix = strings.Repeat(" ", len(prefix))
	}
	f.out.write(b.String())
}

// pulse says that the run is alive: how many hosts are at work, and which is the
// slowest. It returns nil if none is.
func pulse(p *progress, now time.Time) line {
	busy := p.busy()
	if len(busy) == 0 {
		return nil
	}
	slow := busy[0]
	l := text(noMark+count(len(busy), "host", "hosts")+" at work", plainInk)
	if o := p.now(); o != nil {
		l = l.add(fmt.Sprintf(" (%d/%d %s)", o.Index+1, len(p.ops), cleanLine(o.Label)), plainInk)
	}
	l = l.add(fmt.Sprintf(", %s for %s", clean(slow.name), clock(now.Sub(slow.start()))), plainInk)
	if what := doing(p, slow, now).text; what != "" {
		l = l.add(": "+what, plainInk)
	}
	return l
}
