package builtin

import (
	"strings"
	"unicode"

	"go.starlark.net/starlark"
)

// caseMethods are the methods of str about upper and lower case and about kinds
// of characters.
func caseMethods() table {
	each := func(f func(string) string) *function {
		return method("", func(_ *call, s str) starlark.Value { return str(f(string(s))) })
	}
	every := func(empty bool, f func(rune) bool) *function {
		return method("", func(_ *call, s str) starlark.Value {
			if s == "" {
				return starlark.Bool(empty)
			}
			return starlark.Bool(strings.IndexFunc(string(s), func(r rune) bool { return !f(r) }) < 0)
		})
	}
	test := func(f func(string) bool) *function {
		return method("", func(_ *call, s str) starlark.Value { return starlark.Bool(f(string(s))) })
	}
	return table{
		"upper":        each(upper),
		"lower":        each(lower),
		"casefold":     each(casefold),
		"title":        each(title),
		"capitalize":   each(capitalize),
		"swapcase":     each(swapcase),
		"isalpha":      every(false, unicode.IsLetter),
		"isdecimal":    every(false, func(r rune) bool { return unicode.Is(unicode.Nd, r) }),
		"isdigit":      every(false, isDigitRune),
		"isnumeric":    every(false, unicode.IsNumber),
		"isalnum":      every(false, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }),
		"isspace":      every(false, isSpace),
		"isprintable":  every(true, unicode.IsPrint),
		"isascii":      every(true, func(r rune) bool { return r < 0x80 }),
		"isupper":      test(func(s string) bool { return oneCase(s, unicode.IsLower) }),
		"islower":      test(func(s string) bool { return oneCase(s, unicode.IsUpper) }),
		"istitle":      test(isTitle),
		"isidentifier": test(isIdentifier),
	}
}

// isSpace reports what Python takes for space: Unicode's, and four separators
// of ASCII.
func isSpace(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f }

// isDigitRune reports decimal digits and those in circles, above and below the
// line.
func isDigitRune(r rune) bool {
	switch {
	case unicode.Is(unicode.Nd, r), r == '²', r == '³', r == '¹', r >= 0x2070 && r <= 0x2079 && r != 0x2071 && r != 0x2072 && r != 0x2073,
		r >= 0x2080 && r <= 0x2089, r >= 0x2460 && r <= 0x2468, r >= 0x2474 && r <= 0x247c, r >= 0x2488 && r <= 0x2490:
		return true
	}
	return false
}

// digitValue is the value of a decimal digit of any script.
func digitValue(r rune) (int, bool) {
	if !unicode.Is(unicode.Nd, r) {
		return 0, false
	}
	// Digits of a script follow each other in blocks of ten.
	n := 0
	for n < 9 && unicode.Is(unicode.Nd, r-1) && (r-1)/0x80 == r/0x80 {
		r--
		n++
	}
	return n, true
}

// expanded are the lower-case letters whose upper case is more than one letter.
var expanded = strings.NewReplacer("ß", "SS", "ŉ", "ʼN", "ǰ", "J̌", "ﬀ", "FF", "ﬁ", "FI", "ﬂ", "FL", "ﬃ", "FFI", "ﬄ", "FFL", "ﬅ", "ST", "ﬆ", "ST")

// folded is what casefold does beyond lower.
var folded = strings.NewReplacer("ß", "ss", "ẞ", "ss", "ς", "σ", "ﬀ", "ff", "ﬁ", "fi", "ﬂ", "fl", "ﬃ", "ffi", "ﬄ", "ffl", "ﬅ", "st", "ﬆ", "st", "µ", "μ")

func upper(s string) string    { return strings.ToUpper(expanded.Replace(s)) }
func lower(s string) string    { return strings.ToLower(strings.ReplaceAll(s, "İ", "i̇")) }
func casefold(s string) string { return lower(folded.Replace(s)) }

func cased(r rune) bool { return unicode.IsUpper(r) || unicode.IsLower(r) || unicode.IsTitle(r) }

// title makes the first letter of each run of letters upper case.
func title(s string) string {
	inside := false
	return strings.Map(func(r rune) rune {
		before := inside
		inside = cased(r)
		if before {
			return unicode.ToLower(r)
		}
		return unicode.ToTitle(r)
	}, s)
}

func capitalize(s string) string {
	if s == "" {
		return ""
	}
	n := runeLen(s)
	first := []rune(s[:n])[0]
	return string(unicode.ToTitle(first)) + lower(s[n:])
}

func swapcase(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsUpper(r) {
			return unicode.ToLower(r)
		}
		return unicode.ToUpper(r)
	}, s)
}

// oneCase reports whether a text has letters with case, and none that wrong
// reports.
func oneCase(s string, wrong func(rune) bool) bool {
	return strings.IndexFunc(s, cased) >= 0 && strings.IndexFunc(s, func(r rune) bool { return wrong(r) || unicode.IsTitle(r) }) < 0
}

func isTitle(s string) bool {
	inside, any := false, false
	for _, r := range s {
		switch {
		case unicode.IsUpper(r) || unicode.IsTitle(r):
			if inside {
				return false
			}
			inside, any = true, true
		case unicode.IsLower(r):
			if !inside {
				return false
			}
			any = true
		default:
			inside = false
		}
	}
	return any
}

func isIdentifier(s string) bool {
	for i, r := range s {
		switch {
		case r == '_', unicode.IsLetter(r), unicode.Is(unicode.Nl, r):
		case i > 0 && (unicode.Is(unicode.Nd, r) || unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Mc, r) || unicode.Is(unicode.Pc, r)):
		default:
			return false
		}
	}
	return s != ""
}
