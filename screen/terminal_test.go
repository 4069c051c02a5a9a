package screen

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/vito/midterm"

	"cygnet/run"
)

// glass is a virtual terminal, with what has scrolled off its top.
type glass struct {
	*midterm.Terminal
	gone []string
}

func newGlass(width, height int) *glass {
	g := &glass{Terminal: midterm.NewTerminal(height, width)}
	g.Raw = true // line feeds do not imply a carriage return
	g.OnScrollback(func(l midterm.Line) { g.gone = append(g.gone, strings.TrimRight(string(l.Content), " ")) })
	return g
}

// rows returns what the screen shows.
func (g *glass) rows() []string {
	var rows []string
	for _, content := range g.Content {
		row := make([]rune, 0, len(content))
		for _, r := range content {
			if r == 0 {
				r = ' '
			}
			row = append(row, r)
		}
		rows = append(rows, strings.TrimRight(string(row), " "))
	}
	return rows
}

// history returns all lines from the first on, without the blank end.
func (g *glass) history() []string {
	all := slices.Concat(g.gone, g.rows())
	for len(all) > 0 && all[len(all)-1] == "" {
		all = all[:len(all)-1]
	}
	return all
}

// checkBlock fails unless the rows from the cursor on are the block and nothing
// else.
func checkBlock(t *testing.T, s *Screen, g *glass, now time.Time, width, height int) {
	t.Helper()
	want := []string{}
	for _, l := range block(s.p, now, width, height) {
		want = append(want, strings.TrimRight(l.render(false), " "))
	}
	if g.Cursor.X != 0 {
		t.Fatalf("at %s the cursor is in column %d", now.Sub(epoch), g.Cursor.X)
	}
	got := slices.Clone(g.rows()[g.Cursor.Y:])
	for len(got) > len(want) && got[len(got)-1] == "" {
		got = got[:len(got)-1]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("at %s the block is not what it should be (-want +got):\n%s", now.Sub(epoch), diff)
	}
}

func TestTerminalFrames(t *testing.T) {
	marks := []time.Duration{200 * time.Millisecond, 1900 * time.Millisecond, 2500 * time.Millisecond, 14 * time.Second, 64 * time.Second, 100 * time.Second}
	for _, c := range []struct{ width, height int }{{100, 30}, {80, 24}, {40, 10}, {20, 5}, {9, 3}, {2, 2}} {
		name := fmt.Sprintf("%dx%d", c.width, c.height)
		t.Run(name, func(t *testing.T) {
			g := newGlass(c.width, c.height)
			s := still(Options{Out: g, Mode: Terminal, Color: ColorAlways, Size: func() (int, int) { return c.width, c.height }})
			var frames bytes.Buffer
			play(s, night().steps, func(now time.Time) {
				checkBlock(t, s, g, now, c.width, c.height)
				if slices.Contains(marks, now.Sub(epoch)) {
					fmt.Fprintf(&frames, "=== %s\n%s\n", now.Sub(epoch), strings.Join(g.rows(), "\n"))
				}
			})
			fmt.Fprintf(&frames, "=== all that scrolled by\n%s\n", strings.Join(g.history(), "\n"))
			if c.width > 2 {
				golden(t, "frames-"+name+".txt", frames.Bytes())
			}
		})
	}
}

func TestTerminalResized(t *testing.T) {
	for _, c := range []struct {
		name  string
		sizes [][2]int // one after the other, every three seconds
	}{
		{"narrower", [][2]int{{100, 30}, {60, 30}, {30, 30}, {20, 30}}},
		{"wider", [][2]int{{20, 10}, {50, 10}, {120, 10}}},
		{"lower", [][2]int{{80, 24}, {80, 10}, {80, 5}, {80, 2}}},
		{"to and fro", [][2]int{{100, 30}, {20, 5}, {100, 30}, {40, 8}, {140, 50}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			width, height := c.sizes[0][0], c.sizes[0][1]
			g := newGlass(width, height)
			s := still(Options{Out: g, Mode: Terminal, Size: func() (int, int) { return width, height }})
			next := epoch.Add(3 * time.Second)
			turn := 0
			play(s, night().steps, func(now time.Time) {
				checkBlock(t, s, g, now, width, height)
				if now.After(next) {
					turn++
					next = next.Add(3 * time.Second)
					width, height = c.sizes[turn%len(c.sizes)][0], c.sizes[turn%len(c.sizes)][1]
					g.Resize(height, width)
				}
			})
			if all := strings.Join(g.history(), "\n"); strings.Contains(all, "━") || strings.Contains(all, "───") {
				t.Errorf("parts of the block were left behind:\n%s", all)
			}
		})
	}
}

// TestBlockFits draws blocks of every small size and checks that none is larger
// than it may be.
func TestBlockFits(t *testing.T) {
	s := still(Options{Out: &bytes.Buffer{}, Mode: Terminal})
	hosts := append(fleetOf(12), "機械-端末-"+strings.Repeat("長", 40))
	s.p.event(epoch, run.Started{Hosts: hosts})
	s.p.event(epoch, run.Planned{Operations: []run.Operation{{Label: strings.Repeat("wide 寬 label ", 9), Hosts: hosts, WillChange: hosts}}})
	s.p.event(epoch, run.OperationStarted{})
	for i, h := range hosts {
		s.p.event(epoch, run.HostStarted{Host: h, Attempt: 1})
		s.p.event(epoch, run.Output{Host: h, Line: strings.Repeat("\t寬é\x1b[31m", i*3)})
		s.p.event(epoch, run.Duckling{Host: h})
	}
	for width := 1; width < 70; width++ {
		for height := 1; height < 14; height++ {
			lines := block(s.p, epoch.Add(3*time.Hour), width, height)
			if len(lines) > max(1, height-1) || width < 2 && lines != nil {
				t.Fatalf("%d lines on %d x %d", len(lines), width, height)
			}
			for _, l := range lines {
				if l.width() > width-1 {
					t.Fatalf("%q takes %d columns on %d x %d", l.render(false), l.width(), width, height)
				}
			}
		}
	}
}

// TestCalm checks that nothing is written while nothing changes, but for the
// seconds that tick.
func TestCalm(t *testing.T) {
	var out bytes.Buffer
	s := still(Options{Out: &out, Mode: Terminal, Size: func() (int, int) { return 80, 24 }})
	s.p.event(epoch, run.Started{Hosts: fleetOf(170)})
	draws := 0
	for tick := range 100 {
		s.form.draw(epoch.Add(time.Duration(tick) * frame))
		if out.Len() > 0 {
			draws++
		}
		out.Reset()
	}
	if draws != 10 {
		t.Errorf("drawn %d times in ten quiet seconds, not 10", draws)
	}
}
