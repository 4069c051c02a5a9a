package builtin

import (
	"math"
	"math/big"
	"strings"
	"unicode/utf8"

	"go.starlark.net/starlark"
)

// A Formatter is a value of another package that takes a format's text: a date
// takes strftime's.
type Formatter interface {
	Format(spec string) (string, error)
}

// A spec is a format specification: [[fill]align][sign][z][#][0][width][grouping][.precision][type].
type spec struct {
	text      string
	fill      rune
	align     rune // 0 if absent
	sign      rune // 0 if absent
	noMinus   bool // z: no minus on a zero
	alternate bool
	zero      bool
	width     int
	group     rune // ',', '_' or 0
	precision int  // -1 if absent
	kind      rune // 0 if absent
}

// Format returns what format(v, text) returns.
func Format(v starlark.Value, text string) (string, error) {
	if f, ok := v.(Formatter); ok {
		return f.Format(text)
	}
	if text == "" {
		return Str(v), nil
	}
	switch v := v.(type) {
	case starlark.String, starlark.Int, starlark.Bool, starlark.Float:
		s, err := parseSpec(v, text)
		if err != nil {
			return "", err
		}
		return s.format(v)
	}
	return "", Raise(TypeError, "unsupported format string passed to %s.__format__", TypeName(v))
}

func parseSpec(v starlark.Value, text string) (*spec, error) {
	s := &spec{text: text, fill: ' ', precision: -1}
	rest := []rune(text)
	take := func(set string) rune {
		if len(rest) == 0 || !strings.ContainsRune(set, rest[0]) {
			return 0
		}
		r := rest[0]
		rest = rest[1:]
		return r
	}
	filled := len(rest) > 1 && strings.ContainsRune("<>=^", rest[1])
	if filled {
		s.fill, s.align, rest = rest[0], rest[1], rest[2:]
	} else {
		s.align = take("<>=^")
	}
	s.sign = take("+- ")
	s.noMinus = take("z") != 0
	s.alternate = take("#") != 0
	if !filled && take("0") != 0 {
		s.zero, s.fill = true, '0'
	}
	var err error
	if s.width, err = number(&rest, 0); err != nil {
		return nil, err
	}
	s.group = take(",_")
	if s.group != 0 && take(",_") != 0 {
		return nil, Raise(ValueError, "Cannot specify both ',' and '_'.")
	}
	if take(".") != 0 {
		if s.precision, err = number(&rest, -1); err != nil {
			return nil, err
		}
		if s.precision < 0 {
			return nil, Raise(ValueError, "Format specifier missing precision")
		}
	}
	if len(rest) > 1 {
		return nil, Raise(ValueError, "Invalid format specifier '%s' for object of type '%s'", text, TypeName(v))
	}
	if len(rest) == 1 {
		s.kind = rest[0]
	}
	return s, s.checkGroup()
}

// number reads digits; it returns absent if there are none.
func number(rest *[]rune, absent int) (int, error) {
	n, any := 0, false
	for len(*rest) > 0 && (*rest)[0] >= '0' && (*rest)[0] <= '9' {
		n, any = n*10+int((*rest)[0]-'0'), true
		*rest = (*rest)[1:]
		if n > math.MaxInt32 {
			return 0, Raise(ValueError, "Too many decimal digits in format string")
		}
	}
	if !any {
		return absent, nil
	}
	return n, nil
}

// checkGroup refuses separators of thousands where there are no thousands.
func (s *spec) checkGroup() error {
	switch {
	case s.group == 0, strings.ContainsRune("defgEG%F\x00", s.kind):
		return nil
	case s.group == '_' && strings.ContainsRune("boxX", s.kind):
		return nil
	case s.kind > ' ' && s.kind < 0x80:
		return Raise(ValueError, "Cannot specify '%c' with '%c'.", s.group, s.kind)
	}
	return Raise(ValueError, "Cannot specify '%c' with '\\x%x'.", s.group, s.kind)
}

func (s *spec) unknown(v starlark.Value) error {
	if s.kind > ' ' && s.kind < 0x80 {
		return Raise(ValueError, "Unknown format code '%c' for object of type '%s'", s.kind, TypeName(v))
	}
	return Raise(ValueError, "Unknown format code '\\x%x' for object of type '%s'", s.kind, TypeName(v))
}

func (s *spec) format(v starlark.Value) (string, error) {
	switch v := v.(type) {
	case starlark.String:
		return s.formatString(v)
	case starlark.Float:
		return s.formatFloat(v, float64(v))
	}
	n, _ := asInt(v)
	if strings.ContainsRune("eEfFgG%", s.kind) && s.kind != 0 {
		x, err := toFloat(n)
		if err != nil {
			return "", err
		}
		return s.formatFloat(v, x)
	}
	return s.formatInt(v, n.BigInt())
}

func (s *spec) formatString(v starlark.String) (string, error) {
	text := string(v)
	switch {
	case s.kind != 0 && s.kind != 's':
		return "", s.unknown(v)
	case s.sign == ' ':
		return "", Raise(ValueError, "Space not allowed in string format specifier")
	case s.sign != 0:
		return "", Raise(ValueError, "Sign not allowed in string format specifier")
	case s.noMinus:
		return "", Raise(ValueError, "Negative zero coercion (z) not allowed in string format specifier")
	case s.alternate:
		return "", Raise(ValueError, "Alternate form (#) not allowed in string format specifier")
	case s.align == '=':
		return "", Raise(ValueError, "'=' alignment not allowed in string format specifier")
	case s.group != 0:
		return "", Raise(ValueError, "Cannot specify '%c' with 's'.", s.group)
	}
	if s.precision >= 0 {
		text = firstRunes(text, s.precision)
	}
	return s.pad("", text, '<')
}

// pad brings a text to the width. prefix is a number's sign and base, which
// stay in front of the fill if it is aligned by '='.
func (s *spec) pad(prefix, text string, align rune) (string, error) {
	if s.align != 0 {
		align = s.align
	} else if s.zero && align == '>' {
		align = '='
	}
	n := s.width - utf8.RuneCountInString(prefix) - utf8.RuneCountInString(text)
	if n <= 0 {
		return prefix + text, nil
	}
	if err := roomForText(n, utf8.RuneLen(s.fill)); err != nil {
		return "", err
	}
	fill := func(n int) string { return strings.Repeat(string(s.fill), n) }
	switch align {
	case '<':
		return prefix + text + fill(n), nil
	case '^':
		return fill(n/2) + prefix + text + fill(n-n/2), nil
	case '=':
		return prefix + fill(n) + text, nil
	}
	return fill(n) + prefix + text, nil
}

// signOf returns what stands in front of a number.
func (s *spec) signOf(negative bool) string {
	switch {
	case negative:
		return "-"
	case s.sign == '+' || s.sign == ' ':
		return string(s.sign)
	}
	return ""
}

func (s *spec) formatInt(v starlark.Value, n *big.Int) (string, error) {
	switch {
	case s.precision >= 0:
		return "", Raise(ValueError, "Precision not allowed in integer format specifier")
	case s.noMinus:
		return "", Raise(ValueError, "Negative zero coercion (z) not allowed in integer format specifier")
	case s.kind == 'c':
		return s.formatChar(n)
	}
	base, size, prefix := 10, 3, ""
	switch s.kind {
	case 0, 'd', 'n':
		if err := roomForDigits(n); err != nil {
			return "", err
		}
	case 'b':
		base, size, prefix = 2, 4, "0b"
	case 'o':
		base, size, prefix = 8, 4, "0o"
	case 'x', 'X':
		base, size, prefix = 16, 4, "0"+string(s.kind)
	default:
		return "", s.unknown(v)
	}
	digits := new(big.Int).Abs(n).Text(base)
	if s.kind == 'X' {
		digits = strings.ToUpper(digits)
	}
	sign := s.signOf(n.Sign() < 0)
	if s.alternate {
		sign += prefix
	}
	return s.grouped(sign, digits, "", size)
}

func (s *spec) formatChar(n *big.Int) (string, error) {
	switch {
	case s.sign != 0:
		return "", Raise(ValueError, "Sign not allowed with integer format specifier 'c'")
	case s.alternate:
		return "", Raise(ValueError, "Alternate form (#) not allowed with integer format specifier 'c'")
	case !n.IsInt64() || n.Int64() < 0 || n.Int64() > utf8.MaxRune:
		return "", Raise(OverflowError, "%%c arg not in range(0x110000)")
	}
	return s.pad("", string(rune(n.Int64())), '>')
}

func (s *spec) formatFloat(v starlark.Value, x float64) (string, error) {
	precision, kind, suffix, dot := s.precision, s.kind, "", false
	if precision < 0 {
		precision = 6
	}
	upper := false
	switch s.kind {
	case 'e', 'f', 'g':
	case 'E', 'F', 'G':
		kind, upper = kind+'a'-'A', true
	case 'n':
		kind = 'g'
	case '%':
		x, kind, suffix = x*100, 'f', "%"
	case 0:
		kind, dot = 'g', true
	default:
		return "", s.unknown(v)
	}
	if err := roomForText(precision, 1); err != nil {
		return "", err
	}
	var text string
	if s.kind == 0 && s.precision < 0 {
		if text = strings.TrimPrefix(floatRepr(x), "-"); s.alternate {
			text = withPoint(text)
		}
	} else {
		text = formatFloat(x, byte(kind), precision, s.alternate, dot)
	}
	negative := math.Signbit(x) && !math.IsNaN(x)
	if s.noMinus && strings.Trim(text, "0.e+-") == "" {
		negative = false
	}
	if upper {
		text = strings.ToUpper(text)
	}
	whole := text
	if i := strings.IndexFunc(text, func(r rune) bool { return r < '0' || r > '9' }); i > 0 {
		whole = text[:i]
	} else if i == 0 { // inf, nan
		return s.pad(s.signOf(negative), text+suffix, '>')
	}
	return s.grouped(s.signOf(negative), whole, text[len(whole):]+suffix, 3)
}

// grouped puts separators into a whole number and pads it. Zeros that fill up
// the width have separators too.
func (s *spec) grouped(sign, whole, rest string, size int) (string, error) {
	if s.group == 0 {
		return s.pad(sign, whole+rest, '>')
	}
	if s.fill == '0' && (s.align == '=' || s.align == 0) {
		width := s.width - len(sign) - len(rest)
		if err := roomForText(width, 1); err != nil {
			return "", err
		}
		// n digits have (n-1)/size separators.
		n := len(whole)
		for n+(n-1)/size < width {
			n++
		}
		whole = strings.Repeat("0", n-len(whole)) + whole
	}
	return s.pad(sign, separate(whole, string(s.group), size)+rest, '>')
}

// separate puts a separator between groups of digits, from the right.
func separate(digits, separator string, size int) string {
	var b strings.Builder
	for i, c := range digits {
		if i > 0 && (len(digits)-i)%size == 0 {
			b.WriteString(separator)
		}
		b.WriteRune(c)
	}
	return b.String()
}
