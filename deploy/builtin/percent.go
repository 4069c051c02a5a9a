package builtin

import (
	"math"
	"math/big"
	"strings"
	"unicode/utf8"

	"go.starlark.net/starlark"
)

// A percent is one conversion of a text that is formatted with %:
// %[(key)][flags][width][.precision]type.
type percent struct {
	left, plus, space, zero, alternate bool
	width, precision                   int // precision is -1 if absent
	kind                               rune
}

// A filling is a formatting with % under way.
type filling struct {
	text    string
	rest    string
	values  starlark.Value
	tuple   starlark.Tuple // what is left of the values
	mapping starlark.Mapping
	single  bool // the values are one value, not a tuple
	used    bool // the single value was taken
	out     strings.Builder
}

// formatPercent is text % values.
func formatPercent(text string, values starlark.Value) (string, error) {
	f := &filling{text: text, rest: text, values: values}
	switch v := values.(type) {
	case starlark.Tuple:
		f.tuple = v
	case starlark.String, starlark.Bytes:
		f.single = true
	default:
		f.single = true
		f.mapping, _ = v.(starlark.Mapping)
	}
	for {
		i := strings.IndexByte(f.rest, '%')
		if i < 0 {
			f.out.WriteString(f.rest)
			break
		}
		f.out.WriteString(f.rest[:i])
		f.rest = f.rest[i+1:]
		if err := f.conversion(); err != nil {
			return "", err
		}
		if err := roomForText(1, f.out.Len()); err != nil {
			return "", err
		}
	}
	_, list := values.(*starlark.List)
	if len(f.tuple) > 0 || f.single && !f.used && f.mapping == nil && !list {
		return "", Raise(TypeError, "not all arguments converted during string formatting")
	}
	return f.out.String(), nil
}

// next takes the next value.
func (f *filling) next() (starlark.Value, error) {
	switch {
	case f.single && !f.used:
		f.used = true
		return f.values, nil
	case len(f.tuple) > 0:
		v := f.tuple[0]
		f.tuple = f.tuple[1:]
		return v, nil
	}
	return nil, Raise(TypeError, "not enough arguments for format string")
}

// conversion reads and writes what follows a %.
func (f *filling) conversion() error {
	if strings.HasPrefix(f.rest, "%") {
		f.rest = f.rest[1:]
		f.out.WriteByte('%')
		return nil
	}
	var keyed starlark.Value
	if strings.HasPrefix(f.rest, "(") {
		var err error
		if keyed, err = f.key(); err != nil {
			return err
		}
	}
	p, err := f.spec()
	if err != nil {
		return err
	}
	v := keyed
	if v == nil {
		if v, err = f.next(); err != nil {
			return err
		}
	}
	text, err := p.format(v)
	if err != nil {
		return err
	}
	f.out.WriteString(text)
	return nil
}

// key reads "(key)" and returns the value of that key.
func (f *filling) key() (starlark.Value, error) {
	depth := 0
	for i := range len(f.rest) {
		switch f.rest[i] {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth > 0 {
			continue
		}
		key := starlark.String(f.rest[1:i])
		f.rest = f.rest[i+1:]
		if f.mapping == nil {
			return nil, Raise(TypeError, "format requires a mapping")
		}
		f.used = true
		v, found, err := f.mapping.Get(key)
		if err == nil && !found {
			err = newException(KeyError, key)
		}
		return v, err
	}
	if f.mapping == nil {
		return nil, Raise(TypeError, "format requires a mapping")
	}
	return nil, Raise(ValueError, "incomplete format key")
}

func (f *filling) spec() (*percent, error) {
	p := &percent{precision: -1}
	for f.rest != "" && strings.IndexByte("-+ 0#", f.rest[0]) >= 0 {
		switch f.rest[0] {
		case '-':
			p.left = true
		case '+':
			p.plus = true
		case ' ':
			p.space = true
		case '0':
			p.zero = true
		case '#':
			p.alternate = true
		}
		f.rest = f.rest[1:]
	}
	var err error
	if p.width, err = f.number(); err != nil {
		return nil, err
	}
	if p.width < 0 {
		p.left, p.width = true, -p.width
	}
	if strings.HasPrefix(f.rest, ".") {
		f.rest = f.rest[1:]
		if p.precision, err = f.number(); err != nil {
			return nil, err
		}
		p.precision = max(p.precision, 0)
	}
	// A length such as C has is read and means nothing.
	if f.rest != "" && strings.IndexByte("hlL", f.rest[0]) >= 0 {
		f.rest = f.rest[1:]
	}
	if f.rest == "" {
		return nil, Raise(ValueError, "incomplete format")
	}
	r, n := utf8.DecodeRuneInString(f.rest)
	f.rest = f.rest[n:]
	p.kind = r
	if !strings.ContainsRune("sradiuoxXeEfFgGc", r) {
		return nil, Raise(ValueError, "unsupported format character '%c' (0x%x) at index %d", r, r, runeCount(f.text)-runeCount(f.rest)-1)
	}
	return p, nil
}

// number reads a width or precision: digits, or a star that takes a value.
func (f *filling) number() (int, error) {
	if strings.HasPrefix(f.rest, "*") {
		f.rest = f.rest[1:]
		v, err := f.next()
		if err != nil {
			return 0, err
		}
		n, ok := asInt(v)
		if !ok {
			return 0, Raise(TypeError, "* wants int")
		}
		i, ok := n.Int64()
		if !ok || i > math.MaxInt32 || i < -math.MaxInt32 {
			return 0, Raise(OverflowError, "Python int too large to convert to C int")
		}
		return int(i), nil
	}
	n := 0
	for f.rest != "" && isDigit(f.rest[0]) {
		n = n*10 + int(f.rest[0]-'0')
		if n > math.MaxInt32 {
			return 0, Raise(ValueError, "width too big")
		}
		f.rest = f.rest[1:]
	}
	return n, nil
}

func (p *percent) format(v starlark.Value) (string, error) {
	switch p.kind {
	case 's':
		return p.text(Str(v))
	case 'r':
		return p.text(Repr(v))
	case 'a':
		return p.text(ascii(Repr(v)))
	case 'c':
		return p.char(v)
	case 'd', 'i', 'u', 'o', 'x', 'X':
		return p.integer(v)
	}
	return p.float(v)
}

func (p *percent) text(s string) (string, error) {
	if p.precision >= 0 {
		s = firstRunes(s, p.precision)
	}
	return p.pad("", s, false)
}

func (p *percent) char(v starlark.Value) (string, error) {
	if s, ok := v.(starlark.String); ok {
		if utf8.RuneCountInString(string(s)) != 1 {
			return "", Raise(TypeError, "%%c requires int or char")
		}
		return p.pad("", string(s), false)
	}
	n, ok := asInt(v)
	if !ok {
		return "", Raise(TypeError, "%%c requires int or char")
	}
	i, ok := n.Int64()
	if !ok || i < 0 || i > utf8.MaxRune {
		return "", Raise(OverflowError, "%%c arg not in range(0x110000)")
	}
	return p.pad("", string(rune(i)), false)
}

func (p *percent) integer(v starlark.Value) (string, error) {
	n, ok := asInt(v)
	decimal := strings.ContainsRune("diu", p.kind)
	if f, isFloat := v.(starlark.Float); isFloat && decimal {
		whole, err := floatToInt(float64(f))
		if err != nil {
			return "", err
		}
		n, ok = whole.(starlark.Int)
	}
	if !ok {
		want := "an integer is required"
		if decimal {
			want = "a real number is required"
		}
		return "", Raise(TypeError, "%%%c format: %s, not %s", p.kind, want, TypeName(v))
	}
	i := n.BigInt()
	base, prefix := 10, ""
	switch p.kind {
	case 'o':
		base, prefix = 8, "0o"
	case 'x', 'X':
		base, prefix = 16, "0"+string(p.kind)
	default:
		if err := roomForDigits(i); err != nil {
			return "", err
		}
	}
	digits := new(big.Int).Abs(i).Text(base)
	if p.kind == 'X' {
		digits = strings.ToUpper(digits)
	}
	if fill := p.precision - len(digits); fill > 0 {
		if err := roomForText(fill, 1); err != nil {
			return "", err
		}
		digits = strings.Repeat("0", fill) + digits
	}
	sign := p.sign(i.Sign() < 0)
	if p.alternate {
		sign += prefix
	}
	return p.pad(sign, digits, p.zero)
}

func (p *percent) float(v starlark.Value) (string, error) {
	x, ok, err := asFloat(v)
	if err != nil {
		return "", err
	}
	if !ok {
		return "", Raise(TypeError, "must be real number, not %s", TypeName(v))
	}
	precision := p.precision
	if precision < 0 {
		precision = 6
	}
	if err := roomForText(precision, 1); err != nil {
		return "", err
	}
	upper := strings.ContainsRune("EFG", p.kind)
	kind := p.kind
	if upper {
		kind += 'a' - 'A'
	}
	text := formatFloat(x, byte(kind), precision, p.alternate, false)
	if upper {
		text = strings.ToUpper(text)
	}
	return p.pad(p.sign(math.Signbit(x) && !math.IsNaN(x)), text, p.zero)
}

func (p *percent) sign(negative bool) string {
	switch {
	case negative:
		return "-"
	case p.plus:
		return "+"
	case p.space:
		return " "
	}
	return ""
}

func (p *percent) pad(sign, text string, zero bool) (string, error) {
	n := p.width - len(sign) - utf8.RuneCountInString(text)
	if n <= 0 {
		return sign + text, nil
	}
	if err := roomForText(n, 1); err != nil {
		return "", err
	}
	switch {
	case p.left:
		return sign + text + strings.Repeat(" ", n), nil
	case zero:
		return sign + strings.Repeat("0", n) + text, nil
	}
	return strings.Repeat(" ", n) + sign + text, nil
}
