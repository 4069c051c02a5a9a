package jinja

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

type kind uint8

const (
	data kind = iota
	variableBegin
	variableEnd
	blockBegin
	blockEnd
	name
	text
	integer
	float
	operator
	end
)

// A token is a piece of a template.
type token struct {
	kind kind
	text string // of strings: cooked
	line int
}

func (t token) String() string {
	switch t.kind {
	case end:
		return "the end of the template"
	case data:
		return "text"
	case variableEnd, blockEnd:
		return "the end of the tag"
	}
	return "'" + t.text + "'"
}

// A lexer cuts a template into tokens.
type lexer struct {
	options Options
	name    string
	source  string
	lines   []string
	pos     int
	line    int
	tokens  []token
	// trim says that the space after a tag is to be dropped, newline that the
	// first line feed is.
	trim, newline bool
}

// prepare makes line feeds of all ends of lines.
func prepare(source string, o Options) string {
	source = strings.ReplaceAll(strings.ReplaceAll(source, "\r\n", "\n"), "\r", "\n")
	if !o.KeepTrailingNewline {
		source = strings.TrimSuffix(source, "\n")
	}
	return source
}

func (l *lexer) fail(line int, msg string) {
	panic(failure{&Error{Template: l.name, Line: line, Source: sourceLine(l.lines, line), Class: SyntaxError, Msg: msg}})
}

func (l *lexer) emit(k kind, s string, line int) {
	l.tokens = append(l.tokens, token{k, s, line})
}

func (l *lexer) rest() string { return l.source[l.pos:] }

// skip goes on by n bytes.
func (l *lexer) skip(n int) {
	l.line += strings.Count(l.source[l.pos:l.pos+n], "\n")
	l.pos += n
}

func (l *lexer) run() []token {
	for l.pos < len(l.source) {
		l.piece()
	}
	l.emit(end, "", l.line)
	return l.tokens
}

// piece reads text up to a tag, and the tag.
func (l *lexer) piece() {
	l.afterTag()
	at, tag := l.nextTag()
	if at < 0 {
		l.data(l.rest(), "")
		l.skip(len(l.rest()))
		return
	}
	before := l.rest()[:at]
	sign := ""
	if after := l.rest()[at+len(tag):]; after != "" && (after[0] == '-' || after[0] == '+') {
		sign = after[:1]
	}
	l.data(before, l.strip(before, sign, tag != l.options.VariableStart))
	l.skip(at + len(tag) + len(sign))
	switch tag {
	case l.options.CommentStart:
		l.comment()
	case l.options.BlockStart:
		if !l.raw() {
			l.emit(blockBegin, tag, l.line)
			l.inside(l.options.BlockEnd, blockEnd)
		}
	default:
		l.emit(variableBegin, tag, l.line)
		l.inside(l.options.VariableEnd, variableEnd)
	}
}

// afterTag drops what the tag before wants to be dropped.
func (l *lexer) afterTag() {
	switch {
	case l.trim:
		l.skip(len(l.rest()) - len(strings.TrimLeftFunc(l.rest(), unicode.IsSpace)))
	case l.newline && strings.HasPrefix(l.rest(), "\n"):
		l.skip(1)
	}
	l.trim, l.newline = false, false
}

// nextTag finds the next tag; of those that begin at the same place the longest.
func (l *lexer) nextTag() (int, string) {
	best, tag := -1, ""
	for _, t := range []string{l.options.BlockStart, l.options.VariableStart, l.options.CommentStart} {
		i := strings.Index(l.rest(), t)
		if i >= 0 && (best < 0 || i < best || i == best && len(t) > len(tag)) {
			best, tag = i, t
		}
	}
	return best, tag
}

// strip says how the text before a tag is to be cut: "-" all space, "l" that
// between the begin of the line and the tag.
func (l *lexer) strip(before, sign string, lstrip bool) string {
	if sign == "-" {
		return "-"
	}
	if !lstrip || !l.options.LstripBlocks || sign == "+" {
		return ""
	}
	blank := before[strings.LastIndexByte(before, '\n')+1:]
	if strings.TrimLeft(blank, " \t\f\v") != "" {
		return ""
	}
	if len(blank) < len(before) || l.pos == 0 || l.source[l.pos-1] == '\n' {
		return "l"
	}
	return ""
}

// data emits text that is cut at its end.
func (l *lexer) data(s, strip string) {
	switch strip {
	case "-":
		s = strings.TrimRightFunc(s, unicode.IsSpace)
	case "l":
		s = strings.TrimRight(s, " \t\f\v")
	}
	if s == "" {
		return
	}
	if l.options.Newline != "\n" {
		s = strings.ReplaceAll(s, "\n", l.options.Newline)
	}
	l.emit(data, s, l.line)
}

// comment drops a comment.
func (l *lexer) comment() {
	i := strings.Index(l.rest(), l.options.CommentEnd)
	if i < 0 {
		l.fail(l.line, "the comment has no end")
	}
	sign := ""
	if i > 0 {
		sign = l.rest()[i-1 : i]
	}
	l.skip(i + len(l.options.CommentEnd))
	l.closed(sign, true)
}

// closed notes what is to be dropped after a tag.
func (l *lexer) closed(sign string, block bool) {
	l.trim = sign == "-"
	l.newline = block && sign != "+" && l.options.TrimBlocks
}

// keyword returns the length of a block tag that is only that word, from after
// its begin on, and the sign at its end.
func (l *lexer) keyword(s, word string) (n int, sign string, ok bool) {
	rest := strings.TrimLeftFunc(s, unicode.IsSpace)
	if rest, ok = strings.CutPrefix(rest, word); !ok {
		return 0, "", false
	}
	rest = strings.TrimLeftFunc(rest, unicode.IsSpace)
	for _, sign := range []string{"-", "+", ""} {
		if after, ok := strings.CutPrefix(rest, sign+l.options.BlockEnd); ok {
			return len(s) - len(after), sign, true
		}
	}
	return 0, "", false
}

// raw reads a raw block, if there is one, as text.
func (l *lexer) raw() bool {
	n, sign, ok := l.keyword(l.rest(), "raw")
	if !ok || sign == "+" {
		return false
	}
	line := l.line
	l.skip(n)
	l.trim = sign == "-"
	l.afterTag()
	body := l.rest()
	for from := 0; ; {
		i := strings.Index(body[from:], l.options.BlockStart)
		if i < 0 {
			l.fail(line, "the raw block has no endraw")
		}
		at := from + i
		from = at + len(l.options.BlockStart)
		first := ""
		if from < len(body) && (body[from] == '-' || body[from] == '+') {
			first = body[from : from+1]
		}
		n, sign, ok := l.keyword(body[from+len(first):], "endraw")
		if !ok {
			continue
		}
		l.data(body[:at], l.strip(body[:at], first, true))
		l.skip(from + len(first) + n)
		l.closed(sign, true)
		return true
	}
}

// inside reads the tokens of a tag and its end.
func (l *lexer) inside(until string, k kind) {
	begin := l.line
	var open []byte
	for {
		l.skip(len(l.rest()) - len(strings.TrimLeftFunc(l.rest(), unicode.IsSpace)))
		if l.rest() == "" {
			l.fail(begin, "the tag has no end: "+until+" is missing")
		}
		if len(open) == 0 {
			if n, sign, ok := l.closing(until, k); ok {
				l.emit(k, until, l.line)
				l.skip(n)
				l.closed(sign, k == blockEnd)
				return
			}
		}
		line := l.line
		t := l.token()
		l.tokens = append(l.tokens, token{t.kind, t.text, line})
		if t.kind != operator {
			continue
		}
		switch t.text {
		case "(", "[", "{":
			open = append(open, t.text[0])
		case ")", "]", "}":
			pairs := map[string]byte{")": '(', "]": '[', "}": '{'}
			if len(open) == 0 || open[len(open)-1] != pairs[t.text] {
				l.fail(line, "unexpected '"+t.text+"'")
			}
			open = open[:len(open)-1]
		}
	}
}

func (l *lexer) closing(until string, k kind) (n int, sign string, ok bool) {
	for _, sign := range []string{"-", "+", ""} {
		if sign == "+" && k != blockEnd {
			continue
		}
		if strings.HasPrefix(l.rest(), sign+until) {
			return len(sign) + len(until), sign, true
		}
	}
	return 0, "", false
}

var operators = []string{
	"**", "//", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}",
	">", "<", "=", ".", ":", "|", ",", ";",
}

// token reads one token of an expression.
func (l *lexer) token() token {
	rest := l.rest()
	r, size := utf8.DecodeRuneInString(rest)
	switch {
	case r == '_' || unicode.IsLetter(r):
		n := size
		for n < len(rest) {
			r, size := utf8.DecodeRuneInString(rest[n:])
			if r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r) {
				break
			}
			n += size
		}
		l.skip(n)
		return token{kind: name, text: rest[:n]}
	case r >= '0' && r <= '9':
		return l.number()
	case r == '"' || r == '\'':
		return l.quoted(byte(r))
	}
	for _, o := range operators {
		if strings.HasPrefix(rest, o) {
			l.skip(len(o))
			return token{kind: operator, text: o}
		}
	}
	l.fail(l.line, "unexpected character '"+rest[:size]+"'")
	return token{}
}
