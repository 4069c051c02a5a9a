package screen

import (
	"slices"
	"strings"
)

// An ink is a colour or weight that means something. Colour only repeats what
// the words say.
type ink uint8

const (
	plainInk ink = iota
	boldInk
	faintInk
	goodInk    // changed, done
	idleInk    // nothing to do
	warnInk    // retries, ducklings, ignored errors
	badInk     // failures
	addedInk   // lines of a diff
	removedInk // lines of a diff
)

// codes are the SGR numbers of the inks: the eight colours that every
// terminal's theme sets to something that can be read.
var codes = [...]string{
	boldInk: "1", faintInk: "2", goodInk: "32", idleInk: "36", warnInk: "33",
	badInk: "31", addedInk: "32", removedInk: "31",
}

// A span is clean text in one ink.
type span struct {
	text string
	ink  ink
}

// A line is what a form shows, without its line break.
type line []span

// text makes a line of one ink.
func text(s string, k ink) line { return line{{s, k}} }

// add returns the line with more text.
func (l line) add(s string, k ink) line {
	if n := len(l); n > 0 && l[n-1].ink == k {
		l[n-1].text += s
		return l
	}
	return append(l, span{s, k})
}

// width returns how many columns the line takes.
func (l line) width() int {
	width := 0
	for _, s := range l {
		width += textWidth(s.text)
	}
	return width
}

// cut returns the line in at most width columns.
func (l line) cut(width int) line {
	if l.width() <= width {
		return l
	}
	var short line
	for i, s := range l {
		w := textWidth(s.text)
		if w > width || w == width && i < len(l)-1 {
			// What is cut here is cut by force, so that the cut is marked even
			// when this span alone would fit.
			return short.add(cut(s.text+"…", width), s.ink)
		}
		short = append(short, s)
		width -= w
	}
	return short
}

// render returns the line as bytes for the terminal.
func (l line) render(color bool) string {
	var b strings.Builder
	for _, s := range l {
		if !color || s.ink == plainInk || s.text == "" {
			b.WriteString(s.text)
			continue
		}
		b.WriteString("\x1b[" + codes[s.ink] + "m" + s.text + "\x1b[0m")
	}
	return b.String()
}

// trim returns the line without spaces at its end.
func (l line) trim() line {
	l = slices.Clone(l)
	for len(l) > 0 {
		last := &l[len(l)-1]
		last.text = strings.TrimRight(last.text, " ")
		if last.text != "" {
			break
		}
		l = l[:len(l)-1]
	}
	return l
}

// Wrapped lines go on with an indent, where there is room for one.
const (
	indent    = "    "
	leastWrap = 40
)

// wrap breaks the line between words, so that each part takes at most width
// columns; words that are longer are left for the terminal to break.
func (l line) wrap(width int) []line {
	if width < leastWrap || l.width() <= width {
		return []line{l}
	}
	var parts []line
	var part line
	used := 0
	for _, word := range l.words() {
		w, last := word.width(), word[len(word)-1]
		if blank := w == 1 && last.text == " "; blank && used+1 >= width {
			continue // a space where the line breaks anyway
		}
		bare := w - (len(last.text) - len(strings.TrimRight(last.text, " ")))
		if used+bare > width && used > len(indent) {
			parts = append(parts, part.trim())
			part, used = text(indent, plainInk), len(indent)
		}
		for _, s := range word {
			part = part.add(s.text, s.ink)
		}
		used += w
	}
	return append(parts, part.trim())
}

// words splits the line after spaces; a word may be of several inks.
func (l line) words() []line {
	var words []line
	fresh := true
	for _, s := range l {
		for part := range strings.SplitAfterSeq(s.text, " ") {
			if part == "" {
				continue
			}
			if fresh {
				words = append(words, nil)
			}
			words[len(words)-1] = words[len(words)-1].add(part, s.ink)
			fresh = strings.HasSuffix(part, " ")
		}
	}
	return words
}
