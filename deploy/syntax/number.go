package syntax

import (
	"math/big"
	"strconv"
	"strings"
)

// maxDigits is CPython's limit on the decimal digits of an int literal, for
// the same reason: reading one takes time that grows with its square.
const maxDigits = 4300

// number reads an int, a float or an imaginary number. Its value is parsed by
// numberValue.
func (l *lexer) number() {
	start := l.off
	if l.text[start] == '0' && start+1 < len(l.text) {
		switch l.text[start+1] {
		case 'x', 'X':
			l.radix(start, "hexadecimal", "0123456789abcdefABCDEF")
			return
		case 'o', 'O':
			l.radix(start, "octal", "01234567")
			return
		case 'b', 'B':
			l.radix(start, "binary", "01")
			return
		}
	}
	float := false
	l.digits("decimal")
	if l.peek() == '.' {
		float = true
		l.off++
		if isDigit(l.peek()) {
			l.digits("decimal")
		}
	}
	if c := l.peek(); c == 'e' || c == 'E' {
		mark := l.off
		l.off++
		if c := l.peek(); c == '+' || c == '-' {
			l.off++
		}
		if isDigit(l.peek()) {
			float = true
			l.digits("decimal")
		} else if l.off == mark+1 {
			l.off = mark // `1else`: the e belongs to a keyword
		} else {
			l.fail(start, "", "invalid decimal literal")
		}
	}
	if c := l.peek(); c == 'j' || c == 'J' {
		float = true
		l.off++
	}
	text := l.text[start:l.off]
	if !float && text[0] == '0' && strings.Trim(text, "0_") != "" {
		l.fail(start, "an octal number begins with 0o", "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers")
	}
	if !float && len(text) > maxDigits {
		l.fail(start, "write it in hexadecimal", "an int literal may have %d digits at most", maxDigits)
	}
	l.afterNumber(start, "decimal")
	l.emit(tokNumber, start)
}

// peek returns the next byte, or 0 at the end of the file.
func (l *lexer) peek() byte {
	if l.off < len(l.text) {
		return l.text[l.off]
	}
	return 0
}

// digits skips decimal digits with single underscores between them.
func (l *lexer) digits(what string) {
	start := l.off
	for isDigit(l.peek()) || l.peek() == '_' {
		if c := l.peek(); c == '_' && (l.off == start || l.off+1 == len(l.text) || !isDigit(l.text[l.off+1])) {
			l.fail(start, "", "invalid %s literal", what)
		}
		l.off++
	}
}

// radix reads an int that begins with 0x, 0o or 0b.
func (l *lexer) radix(start int, what, digits string) {
	l.off += 2
	underscore := false
	n := 0
	for ; l.off < len(l.text); l.off++ {
		c := l.text[l.off]
		if c == '_' && !underscore {
			underscore = true
			continue
		}
		if strings.IndexByte(digits, c) < 0 {
			break
		}
		underscore = false
		n++
	}
	if n == 0 || underscore {
		l.fail(start, "", "invalid %s literal", what)
	}
	if c := l.peek(); isDigit(c) {
		l.fail(l.off, "", "invalid digit '%c' in %s literal", c, what)
	}
	l.afterNumber(start, what)
	l.emit(tokNumber, start)
}

// afterNumber refuses a name that touches a number. Keywords that can follow
// an expression may touch it, as in `1if x else 2`.
func (l *lexer) afterNumber(start int, what string) {
	rest := l.text[l.off:]
	for i, r := range rest {
		if isNamePart(r) {
			continue
		}
		rest = rest[:i]
		break
	}
	switch rest {
	case "", "and", "else", "for", "if", "in", "is", "not", "or":
	default:
		l.fail(start, "", "invalid %s literal", what)
	}
}

// numberValue returns the int64, *big.Int or float64 that a number token
// means, and whether it is imaginary.
func numberValue(text string) (value any, imaginary bool) {
	text = strings.ToLower(strings.ReplaceAll(text, "_", ""))
	if len(text) > 1 && text[0] == '0' && strings.IndexByte("xob", text[1]) >= 0 {
		n, _ := new(big.Int).SetString(text, 0)
		return small(n), false
	}
	if strings.HasSuffix(text, "j") {
		imaginary = true
		text = strings.TrimSuffix(text, "j")
	} else if strings.IndexByte(text, '.') < 0 && strings.IndexByte(text, 'e') < 0 {
		n, _ := new(big.Int).SetString(text, 10)
		return small(n), false
	}
	// Only a number out of range is an error here; its value is infinite then,
	// as in Python.
	f, _ := strconv.ParseFloat(text, 64)
	return f, imaginary
}

func small(n *big.Int) any {
	if n.IsInt64() {
		return n.Int64()
	}
	return n
}
