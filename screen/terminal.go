package screen

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"cygnet/run"
)

// Control sequences of ECMA-48, the few that are used: every terminal since the
// VT100 knows them.
const (
	eraseRight = "\x1b[K"
	eraseBelow = "\x1b[J"
)

// terminal keeps a block at the bottom, and lets what matters scroll by above.
//
// Between two drawings the cursor stands at the start of the block's first
// line. So erasing needs no memory of how many rows the block took, which a
// resize may have changed: all from the cursor on is the block.
type terminal struct {
	p     *progress
	out   *output
	story *story
	size  func() (width, height int)
	color bool
	shown []string // the block, as it stands
	last  [2]int   // the size when it was drawn
}

func newTerminal(p *progress, out *output, o Options, color bool) *terminal {
	f := &terminal{p: p, out: out, size: func() (int, int) {
		width, height := o.Size()
		if width <= 0 || height <= 0 {
			return defaultWidth, defaultHeight
		}
		return width, height
	}, color: color}
	f.story = newStory(p, o.Verbosity, func() int {
		width, _ := f.size()
		return width - 1
	})
	return f
}

func (f *terminal) event(t time.Time, event run.Event) { f.story.event(t, event) }

// draw writes what is new, in one piece so that nothing flickers.
func (f *terminal) draw(now time.Time) {
	width, height := f.size()
	above := f.above(f.story.take(now))
	var lines []string
	for _, l := range block(f.p, now, width, height) {
		lines = append(lines, l.render(f.color))
	}
	size := [2]int{width, height}
	if len(above) == 0 && size == f.last && slices.Equal(lines, f.shown) {
		return
	}
	var b strings.Builder
	b.WriteByte('\r')
	if len(above) > 0 || size != f.last {
		b.WriteString(eraseBelow)
	}
	for _, l := range above {
		b.WriteString(l + "\r\n")
	}
	for i, l := range lines {
		if i > 0 {
			b.WriteString("\r\n")
		}
		b.WriteString(l + eraseRight)
	}
	if len(lines) < len(f.shown) {
		b.WriteString(eraseBelow)
	}
	if len(lines) > 1 {
		fmt.Fprintf(&b, "\x1b[%dA", len(lines)-1)
	}
	b.WriteByte('\r')
	f.out.write(b.String())
	f.shown, f.last = lines, size
}

// clear tells all that is left and takes the block away.
func (f *terminal) clear(now time.Time) {
	f.story.release(now, 0)
	above := f.above(f.story.take(now))
	var b strings.Builder
	if len(f.shown) > 0 {
		b.WriteString("\r" + eraseBelow)
	}
	for _, l := range above {
		b.WriteString(l + "\r\n")
	}
	f.out.write(b.String())
	f.shown = nil
}

// above renders what scrolls by; the steps of the run are in the block.
func (f *terminal) above(entries []entry) []string {
	width, _ := f.size()
	var lines []string
	for _, e := range entries {
		if e.weight == step {
			continue
		}
		for _, l := range e.lines {
			if e.whole {
				lines = append(lines, l.render(f.color))
				continue
			}
			for _, part := range l.wrap(width - 1) {
				lines = append(lines, part.render(f.color))
			}
		}
	}
	return lines
}
