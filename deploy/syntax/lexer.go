package syntax

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits on nesting. CPython has the same two.
const (
	maxIndents  = 100
	maxBrackets = 200
)

// A lexer splits a file into tokens. It stops at the first thing it cannot
// read, with a token of kind tokError, so that the parser reports whatever
// comes first in the file.
type lexer struct {
	src    *source
	text   string // src.text
	off    int    // where to read next
	tokens []token

	lineStart bool // at the beginning of a logical line
	indents   []indent
	brackets  []bracket
	fstrings  []fstring // open f-strings, innermost last

	// The last position that was computed, to count columns only once.
	lastOff  int
	lastLine int // index in src.lines
	lastCol  int32
}

type bracket struct {
	char byte
	at   Position
	// field is set for the brace of an f-string's replacement field.
	field bool
}

// lex returns the tokens of a file, of which the last is tokEOF or tokError.
func lex(src *source) (tokens []token) {
	l := &lexer{
		src:       src,
		text:      src.text,
		lineStart: true,
		indents:   []indent{{}},
		tokens:    make([]token, 0, len(src.text)/4+8),
		lastCol:   1,
	}
	defer func() {
		switch e := recover().(type) {
		case nil:
		case *Error:
			at := Position{int32(e.Line), int32(e.Column)}
			tokens = append(l.tokens, token{kind: tokError, at: at, start: l.off, end: l.off, err: e})
		default:
			panic(e)
		}
	}()
	l.prologue()
	for l.next() {
	}
	return l.tokens
}

// fail stops the lexer. Its panic ends in lex.
func (l *lexer) fail(off int, hint, format string, args ...any) {
	panic(l.src.errorAt(l.pos(off), hint, format, args...))
}

// pos returns the position of a byte offset.
func (l *lexer) pos(off int) Position {
	lines := l.src.lines
	if off < l.lastOff {
		l.lastLine, l.lastOff, l.lastCol = 0, 0, 1
		for lo, hi := 0, len(lines)-1; lo <= hi; {
			mid := (lo + hi) / 2
			if lines[mid] <= off {
				l.lastLine, lo = mid, mid+1
			} else {
				hi = mid - 1
			}
		}
		l.lastOff = lines[l.lastLine]
	}
	for l.lastLine+1 < len(lines) && lines[l.lastLine+1] <= off {
		l.lastLine++
		l.lastOff, l.lastCol = lines[l.lastLine], 1
	}
	l.lastCol += int32(utf8.RuneCountInString(l.text[l.lastOff:off]))
	l.lastOff = off
	return Position{int32(l.lastLine + 1), l.lastCol}
}

// emit adds the token of text[start:l.off].
func (l *lexer) emit(k kind, start int) *token {
	l.tokens = append(l.tokens, token{
		kind: k, at: l.pos(start), start: start, end: l.off, text: l.text[start:l.off],
	})
	return &l.tokens[len(l.tokens)-1]
}

var encodingLine = regexp.MustCompile(`^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)`)

// prologue checks what concerns the file as a whole.
func (l *lexer) prologue() {
	if strings.HasPrefix(l.text, "\ufeff") {
		// The mark is no part of the text: the first column comes after it.
		l.text = l.text[len("\ufeff"):]
		l.src.text = l.text
		for i := range l.src.lines[1:] {
			l.src.lines[i+1] -= len("\ufeff")
		}
	}
	if i := strings.IndexByte(l.text, 0); i >= 0 {
		l.fail(i, "", "source code cannot contain null bytes")
	}
	if !utf8.ValidString(l.text) {
		for i, r := range l.text {
			if _, n := utf8.DecodeRuneInString(l.text[i:]); r == utf8.RuneError && n == 1 {
				l.fail(i, "save the file as UTF-8", "the file is not UTF-8 (byte 0x%02x)", l.text[i])
			}
		}
	}
	l.encoding()
}

// encoding refuses a declared encoding other than UTF-8, if it makes a
// difference.
func (l *lexer) encoding() {
	ascii := strings.IndexFunc(l.text, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
	for n := 1; n <= 2 && !ascii; n++ {
		if m := encodingLine.FindStringSubmatch(l.src.line(n)); m != nil {
			switch strings.ReplaceAll(strings.ToLower(m[1]), "_", "-") {
			case "utf-8", "utf8", "utf-8-sig":
			default:
				l.fail(l.src.lines[n-1], "save the file as UTF-8", "unsupported encoding: %s", m[1])
			}
			return
		}
		if t := strings.TrimSpace(l.src.line(n)); t != "" && t[0] != '#' {
			return
		}
	}
}

// next reads one token, or one step towards it. It reports whether there is
// more to read.
func (l *lexer) next() bool {
	if n := len(l.fstrings); n > 0 && l.fstrings[n-1].literal() {
		l.fstringText(&l.fstrings[n-1])
		return true
	}
	if l.lineStart {
		l.lineStart = false
		if !l.indentation() {
			return true
		}
	}
	l.space()
	if l.off >= len(l.text) {
		l.end()
		return false
	}
	start := l.off
	c := l.text[start]
	switch {
	case c == '\n':
		l.off++
		if len(l.brackets) == 0 {
			l.emit(tokNewline, start)
			l.lineStart = true
		}
	case c == '\\':
		l.continuation()
	case isDigit(c), c == '.' && start+1 < len(l.text) && isDigit(l.text[start+1]):
		l.number()
	case c == '"' || c == '\'':
		l.stringLiteral(start, "")
	case isNameStart(rune(c)) || c >= utf8.RuneSelf:
		l.name()
	default:
		l.operator()
	}
	return true
}

// space skips blanks and a comment.
func (l *lexer) space() {
	for l.off < len(l.text) {
		switch l.text[l.off] {
		case ' ', '\t', '\f':
			l.off++
		case '#':
			if i := strings.IndexByte(l.text[l.off:], '\n'); i >= 0 {
				l.off += i
			} else {
				l.off = len(l.text)
			}
		default:
			return
		}
	}
}

// continuation skips a backslash that joins two lines.
func (l *lexer) continuation() {
	switch l.off++; {
	case l.off == len(l.text), l.text[l.off:] == "\n":
		l.fail(l.off-1, "", "unexpected EOF while parsing")
	case l.text[l.off] != '\n':
		l.fail(l.off, "", "unexpected character after line continuation character")
	}
	l.off++
}

// end closes what is open at the end of the file.
func (l *lexer) end() {
	if n := len(l.brackets); n > 0 {
		b := l.brackets[n-1]
		if b.field {
			panic(l.src.errorAt(b.at, "", "f-string: expecting '}'"))
		}
		e := l.src.errorAt(b.at, "", "'%c' was never closed", b.char)
		e.open = b.at
		panic(e)
	}
	if n := len(l.tokens); n > 0 && l.tokens[n-1].kind != tokNewline && l.tokens[n-1].kind != tokDedent {
		l.emit(tokNewline, l.off)
	}
	for range l.indents[1:] {
		l.emit(tokDedent, l.off)
	}
	l.emit(tokEOF, l.off)
}

// name reads an identifier, a keyword, or a string with a prefix.
func (l *lexer) name() {
	start := l.off
	for l.off < len(l.text) {
		r, n := utf8.DecodeRuneInString(l.text[l.off:])
		if l.off == start && !isNameStart(r) {
			l.strange(r)
		}
		if !isNamePart(r) {
			break
		}
		l.off += n
	}
	word := l.text[start:l.off]
	if l.off < len(l.text) && (l.text[l.off] == '"' || l.text[l.off] == '\'') && len(word) <= 2 {
		switch prefix := strings.ToLower(word); prefix {
		case "r", "u", "b", "br", "rb", "f", "fr", "rf":
			l.stringLiteral(start, prefix)
			return
		}
	}
	if keywords[word] {
		l.emit(tokKeyword, start)
	} else {
		l.emit(tokName, start)
	}
}

// strange refuses a character that begins no token.
func (l *lexer) strange(r rune) {
	hint := ""
	switch r {
	case '“', '”', '„', '‘', '’':
		hint = `write quotes as " or '`
	case '\u00a0', '\u200b', '\ufeff':
		hint = "this is an invisible character: write a space"
	}
	if unicode.IsPrint(r) {
		l.fail(l.off, hint, "invalid character '%c' (U+%04X)", r, r)
	}
	l.fail(l.off, hint, "invalid non-printable character U+%04X", r)
}

// operator reads an operator or a bracket.
func (l *lexer) operator() {
	start := l.off
	c := l.text[start]
	if l.fieldOperator(c) {
		return
	}
	for _, op := range operators {
		if op[0] == c && strings.HasPrefix(l.text[start:], op) {
			l.bracket(c, start)
			l.off += len(op)
			l.emit(tokOp, start)
			return
		}
	}
	hint := ""
	switch c {
	case '!':
		hint = "write 'not'"
	case '`':
		hint = "write repr(x)"
	case '$':
		hint = `write names without "$"`
	}
	if c < ' ' || c == 0x7f {
		l.fail(start, "", "invalid non-printable character U+%04X", c)
	}
	l.fail(start, hint, "invalid syntax")
}

// bracket keeps the stack of open brackets.
func (l *lexer) bracket(c byte, start int) {
	switch c {
	case '(', '[', '{':
		if len(l.brackets) >= maxBrackets {
			l.fail(start, "", "too many nested parentheses")
		}
		l.brackets = append(l.brackets, bracket{char: c, at: l.pos(start)})
	case ')', ']', '}':
		n := len(l.brackets)
		if n == 0 {
			l.fail(start, "", "unmatched '%c'", c)
		}
		open := l.brackets[n-1]
		if closers[open.char] != c {
			if open.field {
				l.fail(start, "", "f-string: unmatched '%c'", c)
			}
			l.mismatch(start, open)
		}
		l.brackets = l.brackets[:n-1]
	}
}

// mismatch refuses a closing bracket of another kind than the open one.
func (l *lexer) mismatch(start int, open bracket) {
	at, where := l.pos(start), ""
	if at.Line != open.at.Line {
		where = " on line " + strconv.Itoa(int(open.at.Line))
	}
	e := l.src.errorAt(at, "", "closing parenthesis '%c' does not match opening parenthesis '%c'%s", l.text[start], open.char, where)
	e.open = open.at
	panic(e)
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// isNameStart reports whether an identifier may begin with r.
func isNameStart(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || r == '_' ||
		r >= utf8.RuneSelf && (unicode.IsLetter(r) || unicode.In(r, unicode.Nl, unicode.Other_ID_Start))
}

// isNamePart reports whether r may be a later character of an identifier.
func isNamePart(r rune) bool {
	return isNameStart(r) || '0' <= r && r <= '9' ||
		r >= utf8.RuneSelf && unicode.In(r, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue)
}
