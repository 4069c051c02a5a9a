package screen

import (
	"strings"
	"time"

	"cygnet/run"
)

// quiet writes only what is at least so grave, and at most.
type quiet struct {
	out         *output
	story       *story
	least, most weight
	color       bool
}

func newQuiet(p *progress, out *output, least, most weight, color bool) *quiet {
	return &quiet{out: out, story: newStory(p, 0, func() int { return 0 }), least: least, most: most, color: color}
}

func (f *quiet) event(t time.Time, event run.Event) { f.story.event(t, event) }

func (f *quiet) draw(now time.Time) {
	var b strings.Builder
	for _, e := range f.story.take(now) {
		if e.weight < f.least || e.weight > f.most {
			continue
		}
		for _, l := range e.lines {
			b.WriteString(l.render(f.color) + "\n")
		}
	}
	f.out.write(b.String())
}

func (f *quiet) clear(now time.Time) {
	f.story.release(now, 0)
	f.draw(now)
}
