package jinja

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// digits returns the length of a row of digits, which single underscores may
// divide.
func digits(s, valid string) int {
	n := 0
	for n < len(s) {
		switch {
		case oneOf(valid, s[n]):
			n++
		case s[n] == '_' && n > 0 && n+1 < len(s) && oneOf(valid, s[n+1]):
			n++
		default:
			return n
		}
	}
	return n
}

// oneOf reports whether a digit, of either case, is among those.
func oneOf(valid string, c byte) bool {
	if c >= 'A' && c <= 'F' {
		c += 'a' - 'A'
	}
	return strings.IndexByte(valid, c) >= 0
}

const decimal = "0123456789"

// number reads an integer or a float.
func (l *lexer) number() token {
	rest := l.rest()
	take := func(k kind, n int) token {
		l.skip(n)
		return token{kind: k, text: strings.ReplaceAll(rest[:n], "_", "")}
	}
	if len(rest) > 2 && rest[0] == '0' {
		for prefix, valid := range map[byte]string{'b': "01", 'o': "01234567", 'x': "0123456789abcdef"} {
			if n := digits(strings.TrimPrefix(rest[2:], "_"), valid); rest[1]|0x20 == prefix && n > 0 {
				return take(integer, 2+n+len(rest[2:])-len(strings.TrimPrefix(rest[2:], "_")))
			}
		}
	}
	n := digits(rest, decimal)
	whole := n
	if n < len(rest) && rest[n] == '.' {
		if m := digits(rest[n+1:], decimal); m > 0 {
			n += 1 + m
		}
	}
	if n < len(rest) && rest[n]|0x20 == 'e' {
		sign := 1
		if n+1 < len(rest) && (rest[n+1] == '+' || rest[n+1] == '-') {
			sign = 2
		}
		if n+sign <= len(rest) {
			if m := digits(rest[n+sign:], decimal); m > 0 {
				n += sign + m
			}
		}
	}
	if n > whole {
		return take(float, n)
	}
	if rest[0] == '0' && strings.Trim(rest[:n], "0_") != "" {
		l.fail(l.line, "a number must not begin with 0: "+rest[:n])
	}
	return take(integer, n)
}

// quoted reads a string.
func (l *lexer) quoted(quote byte) token {
	rest := l.rest()
	for i := 1; i < len(rest); i++ {
		switch rest[i] {
		case '\\':
			i++
		case quote:
			cooked, ok := unescape(rest[1:i])
			if !ok {
				l.fail(l.line, `the string has a wrong \x, \u, \U or \N`)
			}
			l.skip(i + 1)
			return token{kind: text, text: cooked}
		}
	}
	l.fail(l.line, "the string has no end")
	return token{}
}

// simple are the escapes of one letter.
var simple = map[byte]string{
	'\n': "", '\\': "\\", '\'': "'", '"': "\"", 'a': "\a", 'b': "\b", 'f': "\f", 'n': "\n", 'r': "\r", 't': "\t", 'v': "\v",
}

// unescape reads the escapes of a string, as Python has them.
func unescape(s string) (string, bool) {
	if strings.IndexByte(s, '\\') < 0 {
		return s, true
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			i++
			continue
		}
		c := s[i+1]
		if plain, ok := simple[c]; ok {
			b.WriteString(plain)
			i += 2
			continue
		}
		width := map[byte]int{'x': 2, 'u': 4, 'U': 8}[c]
		switch {
		case width > 0:
			if i+2+width > len(s) {
				return "", false
			}
			n, err := strconv.ParseUint(s[i+2:i+2+width], 16, 32)
			if err != nil || n > utf8.MaxRune {
				return "", false
			}
			b.WriteRune(rune(n))
			i += 2 + width
		case c == 'N':
			return "", false
		case c >= '0' && c <= '7':
			n, j := 0, i+1
			for ; j < len(s) && j < i+4 && s[j] >= '0' && s[j] <= '7'; j++ {
				n = n*8 + int(s[j]-'0')
			}
			b.WriteRune(rune(n))
			i = j
		default:
			b.WriteByte('\\')
			i++
		}
	}
	return b.String(), true
}
