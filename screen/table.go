package screen

import (
	"slices"
	"strings"
)

// A table is rows of cells under titles. Its elastic columns are cut where the
// whole is too wide for the terminal, the last of them first.
type table struct {
	columns []column
	rows    [][]span
}

// A column is how the cells of one column stand.
type column struct {
	title   string
	right   bool // numbers: flush right
	elastic bool
}

// gap is what stands between two columns.
const gap = "  "

// leastElastic is how narrow a column may become before the table is rather cut
// at its right edge.
const leastElastic = 12

// add appends a row; it must have a cell for each column.
func (t *table) add(cells ...span) { t.rows = append(t.rows, cells) }

// lines draws the table in at most width columns; 0 means any width.
func (t *table) lines(width int) []line {
	widths := t.widths(width)
	var lines []line
	if t.titled() {
		titles := make([]span, len(t.columns))
		for i, c := range t.columns {
			titles[i] = span{c.title, faintInk}
		}
		lines = append(lines, t.line(titles, widths))
	}
	for _, row := range t.rows {
		lines = append(lines, t.line(row, widths))
	}
	if width > 0 {
		for i, l := range lines {
			lines[i] = l.cut(width)
		}
	}
	return lines
}

func (t *table) titled() bool {
	for _, c := range t.columns {
		if c.title != "" {
			return true
		}
	}
	return false
}

// widths returns the width of each column, so that all fit.
func (t *table) widths(width int) []int {
	widths := make([]int, len(t.columns))
	all := len(gap) * (len(t.columns) - 1)
	for i, c := range t.columns {
		widths[i] = textWidth(c.title)
		for _, row := range t.rows {
			widths[i] = max(widths[i], textWidth(row[i].text))
		}
		all += widths[i]
	}
	for i, c := range slices.Backward(t.columns) {
		if over := all - width; width > 0 && over > 0 && c.elastic {
			narrow := max(min(leastElastic, widths[i]), widths[i]-over)
			all -= widths[i] - narrow
			widths[i] = narrow
		}
	}
	return widths
}

func (t *table) line(cells []span, widths []int) line {
	var l line
	for i, cell := range cells {
		if i > 0 {
			l = l.add(gap, plainInk)
		}
		short := cut(cell.text, widths[i])
		room := strings.Repeat(" ", widths[i]-textWidth(short))
		switch {
		case t.columns[i].right:
			l = l.add(room, plainInk).add(short, cell.ink)
		case i == len(cells)-1:
			l = l.add(short, cell.ink)
		default:
			l = l.add(short, cell.ink).add(room, plainInk)
		}
	}
	return l.trim()
}
