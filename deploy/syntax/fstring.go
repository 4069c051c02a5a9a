package syntax

import "strings"

// An f-string becomes several tokens: its start, pieces of text, the tokens of
// its replacement fields between braces, and its end. As in Python 3.12, a
// field is code like any other: it may hold the same quotes, comments and
// further f-strings.

// maxFStrings is how deep f-strings may nest. CPython has the same limit.
const maxFStrings = 150

// maxFields is how deep the replacement fields of one f-string may nest, in
// their format specs. CPython has the same limit.
const maxFields = 3

// An fstring is an f-string that the lexer is inside of.
type fstring struct {
	start int
	quote string
	raw   bool
	state fstate
	// fields holds, for each open replacement field, how many brackets are
	// open inside it with its own brace, and thus where its colon counts.
	fields []int
}

// An fstate says which part of an f-string is read.
type fstate uint8

const (
	fText  fstate = iota // text outside of fields
	fField               // the code of a field
	fSpec                // the format spec of a field
)

func (f *fstring) literal() bool { return f.state != fField }

// fstringStart reads the quotes that open an f-string.
func (l *lexer) fstringStart(start int, quote string, raw bool) {
	if len(l.fstrings) >= maxFStrings {
		l.fail(start, "", "too many nested f-strings")
	}
	l.off += len(quote)
	l.emit(tokFStringStart, start)
	l.fstrings = append(l.fstrings, fstring{start: start, quote: quote, raw: raw})
}

// fstringText reads the text up to a field or the end, and what ends it.
func (l *lexer) fstringText(f *fstring) {
	start := l.off
	var value strings.Builder
	chunk := start // what value does not have yet
	flush := func(end int) {
		text := l.text[chunk:end]
		if !f.raw {
			text = l.unescape(text, chunk, false)
		}
		value.WriteString(text)
	}
	emit := func(end int) {
		flush(end)
		if end > start {
			l.off = end
			l.emit(tokFStringMiddle, start).value = value.String()
		}
	}
	for l.off < len(l.text) {
		c := l.text[l.off]
		double := l.off+1 < len(l.text) && l.text[l.off+1] == c
		switch {
		case c == '\\' && l.off+1 < len(l.text):
			l.backslash(f)
		case c == '\n' && len(f.quote) == 1:
			if f.state == fSpec {
				l.fail(l.off, "", "f-string: expecting '}'")
			}
			l.unterminated(f.start, "f-", f.quote)
		case c == f.quote[0] && strings.HasPrefix(l.text[l.off:], f.quote):
			if f.state == fSpec {
				l.fail(l.off, "", "f-string: expecting '}'")
			}
			emit(l.off)
			end := l.off
			l.off += len(f.quote)
			l.fstrings = l.fstrings[:len(l.fstrings)-1]
			l.emit(tokFStringEnd, end)
			return
		case (c == '{' || c == '}') && double && f.state == fText:
			flush(l.off + 1)
			l.off += 2
			chunk = l.off
		case c == '{':
			emit(l.off)
			l.openField(f)
			return
		case c == '}' && f.state == fSpec:
			emit(l.off)
			l.closeField(f)
			return
		case c == '}':
			l.fail(l.off, "write }} for a brace", "f-string: single '}' is not allowed")
		default:
			l.off++
		}
	}
	l.unterminated(f.start, "f-", f.quote)
}

// backslash skips an escape, but not a brace: that begins a field all the same.
func (l *lexer) backslash(f *fstring) {
	l.off++
	switch next := l.text[l.off]; {
	case next == '{' || next == '}':
	case next == 'N' && !f.raw && strings.HasPrefix(l.text[l.off:], "N{"):
		// Up to the closing brace it is a character's name.
		end := strings.IndexAny(l.text[l.off:], "}\n"+f.quote[:1])
		if end < 0 {
			end = 0
		}
		l.off += end + 1
	default:
		l.off++
	}
}

// openField reads the brace that opens a replacement field.
func (l *lexer) openField(f *fstring) {
	if len(f.fields) >= maxFields {
		l.fail(l.off, "", "f-string: expressions nested too deeply")
	}
	start := l.off
	l.bracket('{', start)
	l.off++
	l.emit(tokOp, start)
	l.brackets[len(l.brackets)-1].field = true
	f.fields = append(f.fields, len(l.brackets))
	f.state = fField
}

// closeField reads the brace that closes a replacement field.
func (l *lexer) closeField(f *fstring) {
	start := l.off
	l.bracket('}', start)
	l.off++
	l.emit(tokOp, start)
	f.fields = f.fields[:len(f.fields)-1]
	f.state = fText
	if len(f.fields) > 0 {
		f.state = fSpec
	}
}

// fieldOperator reads an operator that means something else in a replacement
// field than elsewhere: the colon before a spec, the exclamation mark before a
// conversion, and the closing brace.
func (l *lexer) fieldOperator(c byte) bool {
	if len(l.fstrings) == 0 {
		return false
	}
	f := &l.fstrings[len(l.fstrings)-1]
	if len(l.brackets) != f.fields[len(f.fields)-1] {
		return false
	}
	start := l.off
	switch {
	case c == '}':
		l.closeField(f)
	case c == ':':
		l.off++
		l.emit(tokOp, start)
		f.state = fSpec
	case c == '!' && !strings.HasPrefix(l.text[start:], "!="):
		l.off++
		l.emit(tokOp, start)
	default:
		return false
	}
	return true
}
