package syntax

import (
	"strings"
	"unicode/utf8"
)

// stringLiteral reads a string whose prefix (in lower case) begins at start
// and whose quotes begin at l.off.
func (l *lexer) stringLiteral(start int, prefix string) {
	quote := l.text[l.off : l.off+1]
	if strings.HasPrefix(l.text[l.off:], strings.Repeat(quote, 3)) {
		quote = strings.Repeat(quote, 3)
	}
	raw := strings.Contains(prefix, "r")
	if strings.Contains(prefix, "f") {
		l.fstringStart(start, quote, raw)
		return
	}
	l.off += len(quote)
	body := l.off
	l.skipString(start, quote)
	text := l.text[body : l.off-len(quote)]
	bytes := strings.Contains(prefix, "b")
	value := text
	if bytes {
		for i := range len(text) {
			if text[i] >= utf8.RuneSelf {
				l.fail(body+i, `write "text".encode()`, "bytes can only contain ASCII literal characters")
			}
		}
	}
	if !raw {
		value = l.unescape(text, body, bytes)
	}
	t := l.emit(tokString, start)
	t.value, t.bytes = value, bytes
}

// skipString moves behind the closing quote of the string that begins at
// start.
func (l *lexer) skipString(start int, quote string) {
	for l.off < len(l.text) {
		switch c := l.text[l.off]; {
		case c == '\\' && l.off+1 < len(l.text):
			l.off += 2
			continue
		case c == '\n' && len(quote) == 1:
			l.unterminated(start, "", quote)
		case c == quote[0] && strings.HasPrefix(l.text[l.off:], quote):
			l.off += len(quote)
			return
		}
		l.off++
	}
	l.unterminated(start, "", quote)
}

// unterminated refuses a string without an end, where l.off is.
func (l *lexer) unterminated(start int, kind, quote string) {
	end := l.pos(min(l.off, len(l.text)))
	if len(quote) == 3 {
		l.fail(start, "", "unterminated triple-quoted %sstring literal (detected at line %d)", kind, end.Line)
	}
	l.fail(start, "", "unterminated %sstring literal (detected at line %d)", kind, end.Line)
}

// plainEscapes are the escapes of one letter.
var plainEscapes = map[byte]byte{
	'\\': '\\', '\'': '\'', '"': '"', 'a': '\a', 'b': '\b', 'f': '\f',
	'n': '\n', 'r': '\r', 't': '\t', 'v': '\v',
}

// unescape returns what a string's text means. off is the byte offset of the
// text. An escape that Python does not know stays as it is.
func (l *lexer) unescape(text string, off int, bytes bool) string {
	i := strings.IndexByte(text, '\\')
	if i < 0 {
		return text
	}
	var b strings.Builder
	for ; i >= 0; i = strings.IndexByte(text, '\\') {
		b.WriteString(text[:i])
		text, off = text[i:], off+i
		if len(text) == 1 {
			break // a backslash before a brace of an f-string
		}
		n := l.escape(&b, text, off, bytes)
		text, off = text[n:], off+n
	}
	b.WriteString(text)
	return b.String()
}

// escape writes what the escape at the beginning of text means, and returns
// its length.
func (l *lexer) escape(b *strings.Builder, text string, off int, bytes bool) int {
	c := text[1]
	if plain, ok := plainEscapes[c]; ok {
		b.WriteByte(plain)
		return 2
	}
	switch {
	case c == '\n':
		return 2
	case '0' <= c && c <= '7':
		n, v := 1, rune(0)
		for ; n < len(text) && n < 4 && '0' <= text[n] && text[n] <= '7'; n++ {
			v = v*8 + rune(text[n]-'0')
		}
		if bytes {
			b.WriteByte(byte(v))
		} else {
			b.WriteRune(v)
		}
		return n
	case c == 'x':
		v := l.hex(text, off, 2)
		if bytes {
			b.WriteByte(byte(v))
		} else {
			b.WriteRune(v)
		}
		return 4
	case (c == 'u' || c == 'U') && !bytes:
		digits := 4
		if c == 'U' {
			digits = 8
		}
		v := l.hex(text, off, digits)
		if v > utf8.MaxRune || v < 0 {
			l.fail(off, "", "(unicode error) illegal Unicode character in \\%c escape", c)
		}
		if 0xd800 <= v && v <= 0xdfff {
			l.refuse(off, "half of a surrogate pair in a string", `write \U and the eight digits of the whole character`)
		}
		b.WriteRune(v)
		return 2 + digits
	case c == 'N' && !bytes:
		end := strings.IndexByte(text, '}')
		if len(text) < 3 || text[2] != '{' || end < 4 {
			l.fail(off, `write "\\" for a backslash, or put r before the string`, `malformed \N character escape`)
		}
		l.refuse(off, `named character \N{...}`, `write the character itself, or \u and its four digits`)
		return end + 1
	}
	b.WriteByte('\\')
	return 1
}

// hex reads the digits of an escape such as \x41. A value that is too big
// comes back negative.
func (l *lexer) hex(text string, off, digits int) rune {
	v := uint32(0)
	for i := 2; i < 2+digits; i++ {
		if i >= len(text) {
			l.truncated(text, off, digits)
		}
		d := strings.IndexByte("0123456789abcdef", text[i]|0x20)
		if d < 0 || text[i] < '0' {
			l.truncated(text, off, digits)
		}
		v = v<<4 | uint32(d)
	}
	return rune(v)
}

func (l *lexer) truncated(text string, off, digits int) {
	l.fail(off, `write "\\" for a backslash, or put r before the string`,
		"truncated \\%c escape: it needs %d hexadecimal digits", text[1], digits)
}

// refuse notes something that is right in Python and not supported here. The
// lexer goes on; check reports it with all else that is not supported.
func (l *lexer) refuse(off int, feature, hint string) {
	l.src.refused = append(l.src.refused, unsupported(l.src, l.pos(off), feature, hint))
}
