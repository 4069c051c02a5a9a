package syntax

// An indent is a block's indentation, with tabs to every eighth column, and
// with tabs as one column. If the two disagree, tabs and spaces are mixed.
type indent struct{ col, alt int }

// indentation reads the blanks at the beginning of a logical line. It reports
// whether the line has anything on it.
func (l *lexer) indentation() bool {
	var in indent
	joined := false // after a backslash: the first line's indentation counts
	for ; l.off < len(l.text); l.off++ {
		switch c := l.text[l.off]; {
		case c == '\f':
			in = indent{}
		case c == '\\' && l.off+1 < len(l.text) && l.text[l.off+1] == '\n':
			joined = joined || in != indent{}
			l.off++
		case joined && (c == ' ' || c == '\t'):
		case c == ' ':
			in.col++
			in.alt++
		case c == '\t':
			in.col = in.col/8*8 + 8
			in.alt++
		case c == '#':
			l.space()
			l.off--
		case c == '\n':
			in, joined = indent{}, false
		default:
			l.block(in)
			return true
		}
	}
	return false
}

// block compares a line's indentation with the lines before it.
func (l *lexer) block(in indent) {
	top := l.indents[len(l.indents)-1]
	mixed := func() {
		l.fail(l.off, "indent with spaces only", "inconsistent use of tabs and spaces in indentation")
	}
	switch {
	case in.col == top.col:
		if in.alt != top.alt {
			mixed()
		}
	case in.col > top.col:
		if in.alt <= top.alt {
			mixed()
		}
		if len(l.indents) >= maxIndents {
			l.fail(l.off, "", "too many levels of indentation")
		}
		l.indents = append(l.indents, in)
		l.emit(tokIndent, l.off)
	default:
		for in.col < l.indents[len(l.indents)-1].col {
			l.indents = l.indents[:len(l.indents)-1]
			l.emit(tokDedent, l.off)
		}
		if top = l.indents[len(l.indents)-1]; in.col != top.col {
			l.fail(l.off, "", "unindent does not match any outer indentation level")
		} else if in.alt != top.alt {
			mixed()
		}
	}
}
