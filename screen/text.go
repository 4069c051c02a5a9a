package screen

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// maxText bounds one line that is shown, in bytes; the rest is cut. What was
// said in full is for the journal.
const maxText = 4 << 10

const tabStop = 8

// maxMarks is how many combining marks one character may wear: living scripts
// need no more than a few, and towers of them paint over the lines around.
const maxMarks = 4

// clean makes text from outside fit for a terminal, as one line. Nothing in what
// it returns moves the cursor, changes a colour, turns the direction of writing
// or hides: control characters, escapes, format characters and bytes that are
// not UTF-8 become visible stand-ins. Colour sequences are dropped, since they
// say nothing that the text does not; tabs become spaces. Marks that belong to
// no character get one.
func clean(s string) string {
	if printable(s) {
		return s
	}
	var b strings.Builder
	column, marks := 0, maxMarks
	for len(s) > 0 {
		if b.Len() >= maxText {
			b.WriteString("…")
			break
		}
		if n := colourSequence(s); n > 0 {
			s = s[n:]
			continue
		}
		r, n := utf8.DecodeRuneInString(s)
		shown := visible(r, s[:n], column)
		switch {
		case !unicode.In(r, unicode.Mn, unicode.Me):
			marks = 0
		case shown == "":
		case marks >= maxMarks && column > 0:
			shown = ""
		default:
			if column == 0 {
				b.WriteRune('◌')
				column, marks = 1, 0
			}
			marks++
		}
		b.WriteString(shown)
		column += textWidth(shown)
		s = s[n:]
	}
	return b.String()
}

// printable reports whether s is short and plain ASCII, as most lines are.
func printable(s string) bool {
	if len(s) > maxText {
		return false
	}
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// colourSequence returns the length of the colour sequence (ECMA-48's SGR: ESC [
// digits m) that s starts with, or 0.
func colourSequence(s string) int {
	if !strings.HasPrefix(s, "\x1b[") {
		return 0
	}
	for i := 2; i < len(s); i++ {
		switch c := s[i]; {
		case c == 'm':
			return i + 1
		case c != ';' && c != ':' && (c < '0' || c > '9'):
			return 0
		}
	}
	return 0
}

// visible returns what stands for a rune, whose bytes are raw, at a column.
func visible(r rune, raw string, column int) string {
	switch {
	case r == utf8.RuneError && len(raw) == 1:
		return fmt.Sprintf(`\x%02x`, raw[0])
	case r == '\t':
		return strings.Repeat(" ", tabStop-column%tabStop)
	case r < ' ':
		return string(0x2400 + r) // the control pictures, U+2400 and on
	case r == 0x7f:
		return "␡"
	case unicode.Is(unicode.Variation_Selector, r):
		return "" // they choose between two looks of unlike widths
	case unicode.Is(unicode.Zs, r):
		return strings.Repeat(" ", runeWidth(r))
	case !unicode.IsPrint(r) && r > 0xffff:
		return fmt.Sprintf(`\U%08x`, r)
	case !unicode.IsPrint(r):
		return fmt.Sprintf(`\u%04x`, r)
	}
	return raw
}

// cleanLines is clean for text of several lines.
func cleanLines(s string) []string {
	s = strings.TrimRight(strings.ReplaceAll(s, "\r\n", "\n"), "\r\n")
	if s == "" {
		return nil
	}
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = clean(l)
	}
	return lines
}

// cleanLine is clean for text that ought to be one line: breaks become "; ".
func cleanLine(s string) string { return strings.Join(cleanLines(s), "; ") }

// textWidth returns how many columns clean text takes.
func textWidth(s string) int {
	width := 0
	for _, r := range s {
		width += runeWidth(r)
	}
	return width
}

// cut shortens clean text to at most width columns; a cut is marked.
func cut(s string, width int) string {
	if len(s) <= width || textWidth(s) <= width {
		return s
	}
	if width < 1 {
		return ""
	}
	used := 0
	for i, r := range s {
		w := runeWidth(r)
		if used+w > width-1 {
			return s[:i] + "…"
		}
		used += w
	}
	return s
}

// pad makes clean text exactly width columns wide by spaces after it, if it is
// narrower.
func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-textWidth(s)))
}

// count returns a number and its noun.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// duration returns how long something took: 0.4s, 34s, 2:05, 1:02:05.
func duration(d time.Duration) string {
	if d < 10*time.Second {
		return fmt.Sprintf("%.1fs", max(0, d).Seconds())
	}
	return clock(d)
}

// clock is duration in whole seconds, for what ticks.
func clock(d time.Duration) string {
	seconds := int(max(0, d) / time.Second)
	switch {
	case seconds < 60:
		return fmt.Sprintf("%ds", seconds)
	case seconds < 3600:
		return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
}

// elapsed is a point in a run, always with minutes.
func elapsed(d time.Duration) string {
	if d = max(0, d); d < time.Minute {
		return fmt.Sprintf("0:%02d", int(d/time.Second))
	}
	return clock(d)
}

// list names hosts until width columns are used up, and says how many more.
func list(names []string, width int) string {
	var b strings.Builder
	for i, name := range names {
		name = clean(name)
		if i > 0 && i < len(names)-1 && textWidth(b.String())+2+textWidth(name) > width {
			fmt.Fprintf(&b, " and %d more", len(names)-i)
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(name)
	}
	return b.String()
}
