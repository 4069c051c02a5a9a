package builtin

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// maxDigits is how many decimal digits an int may have in a text, as in Python:
// reading and writing takes time that grows with their square.
const maxDigits = 4300

// maxBits bounds the result of a power, maxModBits what a power with a modulus
// is made of, which takes time that grows with their cube.
const (
	maxBits    = 1 << 22
	maxModBits = 1 << 14
)

func roomForDigits(n *big.Int) error {
	// The least number that is too long, 10^4300, has 14285 bits.
	bits := n.BitLen()
	if bits < 14285 || bits == 14285 && len(new(big.Int).Abs(n).Text(10)) <= maxDigits {
		return nil
	}
	return Raise(ValueError, "Exceeds the limit (%d digits) for integer string conversion", maxDigits)
}

// toFloat converts an int; OverflowError if it is too large.
func toFloat(n starlark.Int) (float64, error) {
	x := float64(n.Float())
	if math.IsInf(x, 0) {
		return 0, Raise(OverflowError, "int too large to convert to float")
	}
	return x, nil
}

// asFloat takes floats, ints and bools.
func asFloat(v starlark.Value) (float64, bool, error) {
	if f, ok := v.(starlark.Float); ok {
		return float64(f), true, nil
	}
	n, ok := asInt(v)
	if !ok {
		return 0, false, nil
	}
	x, err := toFloat(n)
	return x, true, err
}

// newInt is int(x=0, base=10).
func newInt(c *call) starlark.Value {
	if c.has(1) {
		base := c.whole(1, 10)
		switch v := c.args[0].(type) {
		case starlark.String:
			return c.done(parseInt(string(v), Repr(v), base))
		case starlark.Bytes:
			return c.done(parseInt(string(v), Repr(v), base))
		}
		return c.raise(TypeError, "int() can't convert non-string with explicit base")
	}
	switch v := c.or(0, starlark.MakeInt(0)).(type) {
	case starlark.String:
		return c.done(parseInt(string(v), Repr(v), 10))
	case starlark.Bytes:
		return c.done(parseInt(string(v), Repr(v), 10))
	case starlark.Float:
		return c.done(floatToInt(float64(v)))
	default:
		n, ok := asInt(v)
		if !ok {
			return c.raise(TypeError, "int() argument must be a string, a bytes-like object or a real number, not '%s'", TypeName(v))
		}
		return n
	}
}

func floatToInt(x float64) (starlark.Value, error) {
	switch {
	case math.IsNaN(x):
		return nil, Raise(ValueError, "cannot convert float NaN to integer")
	case math.IsInf(x, 0):
		return nil, Raise(OverflowError, "cannot convert float infinity to integer")
	}
	n, _ := new(big.Float).SetFloat64(math.Trunc(x)).Int(nil)
	return starlark.MakeBigInt(n), nil
}

// parseInt reads an int as int(text, base) does: with a sign, the base's prefix,
// underscores between digits, and space around.
func parseInt(text, repr string, base int) (starlark.Value, error) {
	if base != 0 && (base < 2 || base > 36) {
		return nil, Raise(ValueError, "int() base must be >= 2 and <= 36, or 0")
	}
	wrong := func() (starlark.Value, error) {
		return nil, Raise(ValueError, "invalid literal for int() with base %d: %s", base, repr)
	}
	s := strings.TrimFunc(text, isSpace)
	negative := strings.HasPrefix(s, "-")
	if negative || strings.HasPrefix(s, "+") {
		s = s[1:]
	}
	asked := base
	if len(s) > 1 && s[0] == '0' {
		prefix := map[byte]int{'x': 16, 'X': 16, 'o': 8, 'O': 8, 'b': 2, 'B': 2}[s[1]]
		if prefix != 0 && (base == 0 || base == prefix) {
			base, s = prefix, strings.TrimPrefix(s[2:], "_")
		}
	}
	digits := strings.Map(func(r rune) rune {
		if d, ok := digitValue(r); ok && r >= 0x80 {
			return '0' + rune(d)
		}
		return r
	}, strings.ReplaceAll(s, "_", ""))
	if s == "" || strings.HasPrefix(s, "_") || strings.HasSuffix(s, "_") || strings.Contains(s, "__") || strings.ContainsAny(digits, "+-") {
		return wrong()
	}
	if asked == 0 && base == 0 {
		base = 10
		if digits[0] == '0' && strings.Trim(digits, "0") != "" {
			base = asked
			return wrong()
		}
	}
	if base&(base-1) != 0 && len(digits) > maxDigits {
		return nil, Raise(ValueError, "Exceeds the limit (%d digits) for integer string conversion: value has %d digits", maxDigits, len(digits))
	}
	n, ok := new(big.Int).SetString(digits, base)
	if !ok {
		base = asked
		return wrong()
	}
	if negative {
		n.Neg(n)
	}
	return starlark.MakeBigInt(n), nil
}

// newFloat is float(x=0.0).
func newFloat(c *call) starlark.Value {
	v := c.or(0, starlark.Float(0))
	var text string
	switch v := v.(type) {
	case starlark.String:
		text = string(v)
	case starlark.Bytes:
		text = string(v)
	default:
		x, ok, err := asFloat(v)
		if err != nil {
			return c.fail(err)
		}
		if !ok {
			return c.raise(TypeError, "float() argument must be a string or a real number, not '%s'", TypeName(v))
		}
		return starlark.Float(x)
	}
	x, ok := parseFloat(strings.TrimFunc(text, isSpace))
	if !ok {
		return c.raise(ValueError, "could not convert string to float: %s", Repr(v))
	}
	return starlark.Float(x)
}

func parseFloat(s string) (float64, bool) {
	switch strings.ToLower(strings.TrimLeft(s, "+-")) {
	case "inf", "infinity", "nan":
	default:
		// Go's own spellings that Python does not have.
		if strings.ContainsAny(s, "xXpPiInN") {
			return 0, false
		}
	}
	for i := range len(s) {
		if s[i] == '_' && (i == 0 || i == len(s)-1 || !isDigit(s[i-1]) || !isDigit(s[i+1])) {
			return 0, false
		}
	}
	x, err := strconv.ParseFloat(strings.ReplaceAll(s, "_", ""), 64)
	if err != nil && !math.IsInf(x, 0) {
		return 0, false
	}
	return x, true
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// numberFunctions are the functions about numbers.
func numberFunctions() table {
	return table{
		"abs":    fn("x /", absolute),
		"divmod": fn("x y /", divMod),
		"pow":    fn("base exp mod?", powFunction),
		"round":  fn("number ndigits?", round),
		"hex":    fn("number /", func(c *call) starlark.Value { return inBase(c, "0x", 16) }),
		"oct":    fn("number /", func(c *call) starlark.Value { return inBase(c, "0o", 8) }),
		"bin":    fn("number /", func(c *call) starlark.Value { return inBase(c, "0b", 2) }),
	}
}

func absolute(c *call) starlark.Value {
	if x, ok := c.args[0].(starlark.Float); ok {
		return starlark.Float(math.Abs(float64(x)))
	}
	n, ok := asInt(c.args[0])
	if !ok {
		return c.raise(TypeError, "bad operand type for abs(): '%s'", TypeName(c.args[0]))
	}
	if n.Sign() < 0 {
		return starlark.MakeInt(0).Sub(n)
	}
	return n
}

func inBase(c *call, prefix string, base int) starlark.Value {
	n, ok := asInt(c.args[0])
	if !ok {
		return c.raise(TypeError, "'%s' object cannot be interpreted as an integer", TypeName(c.args[0]))
	}
	if n.Sign() < 0 {
		prefix = "-" + prefix
	}
	return starlark.String(prefix + new(big.Int).Abs(n.BigInt()).Text(base))
}

func divMod(c *call) starlark.Value {
	x, y := boolAsInt(c.args[0]), boolAsInt(c.args[1])
	div, err := starlark.Binary(syntax.SLASHSLASH, x, y)
	if err != nil {
		if !isNumber(x) || !isNumber(y) {
			return c.raise(TypeError, "unsupported operand type(s) for divmod(): '%s' and '%s'", TypeName(c.args[0]), TypeName(c.args[1]))
		}
		return c.fail(Translate(err))
	}
	mod, err := starlark.Binary(syntax.PERCENT, x, y)
	if err != nil {
		return c.fail(Translate(err))
	}
	return starlark.Tuple{div, mod}
}

func isNumber(v starlark.Value) bool {
	switch v.(type) {
	case starlark.Int, starlark.Float, starlark.Bool:
		return true
	}
	return false
}

// boolAsInt makes an int of a bool.
func boolAsInt(v starlark.Value) starlark.Value {
	if b, ok := v.(starlark.Bool); ok {
		n, _ := asInt(b)
		return n
	}
	return v
}

// power is x ** y.
func power(x, y starlark.Value, op string) (starlark.Value, error) {
	base, ok1 := asInt(x)
	exp, ok2 := asInt(y)
	if ok1 && ok2 && exp.Sign() >= 0 {
		return intPower(base.BigInt(), exp.BigInt())
	}
	a, ok1, err1 := asFloat(x)
	b, ok2, err2 := asFloat(y)
	switch {
	case !ok1 || !ok2:
		return nil, Raise(TypeError, "unsupported operand type(s) for %s: '%s' and '%s'", op, TypeName(x), TypeName(y))
	case err1 != nil:
		return nil, err1
	case err2 != nil:
		return nil, err2
	case a == 0 && b < 0:
		return nil, Raise(ZeroDivisionError, "0.0 cannot be raised to a negative power")
	case a < 0 && b != math.Trunc(b) && !math.IsInf(a, 0):
		return nil, Raise(ValueError, "a negative number to a power that is not whole has no real result")
	}
	z := math.Pow(a, b)
	if math.IsInf(z, 0) && !math.IsInf(a, 0) && !math.IsInf(b, 0) {
		return nil, Raise(OverflowError, "(34, 'Numerical result out of range')")
	}
	return starlark.Float(z), nil
}

func intPower(base, exp *big.Int) (starlark.Value, error) {
	if base.BitLen() > 1 && (!exp.IsInt64() || exp.Int64() > maxBits/int64(base.BitLen())) {
		return nil, Raise(MemoryError, "the result of the power is too large")
	}
	if base.BitLen() <= 1 && !exp.IsInt64() {
		// 0, 1 or -1: only whether the exponent is even counts.
		exp = new(big.Int).Add(new(big.Int).And(exp, big.NewInt(1)), big.NewInt(2))
	}
	if base.BitLen() <= 1 && exp.Int64() > 3 {
		exp = big.NewInt(exp.Int64()%2 + 2)
	}
	return starlark.MakeBigInt(new(big.Int).Exp(base, exp, nil)), nil
}

func powFunction(c *call) starlark.Value {
	if !c.given(2) {
		return c.done(power(c.args[0], c.args[1], "** or pow()"))
	}
	x, ok1 := asInt(c.args[0])
	y, ok2 := asInt(c.args[1])
	m, ok3 := asInt(c.args[2])
	switch {
	case !ok1 || !ok2 || !ok3:
		return c.raise(TypeError, "pow() 3rd argument not allowed unless all arguments are integers")
	case m.Sign() == 0:
		return c.raise(ValueError, "pow() 3rd argument cannot be 0")
	}
	if x.BigInt().BitLen() > maxBits || y.BigInt().BitLen() > maxModBits || m.BigInt().BitLen() > maxModBits {
		return c.raise(MemoryError, "pow() with a modulus takes numbers of %d bits at most", maxModBits)
	}
	modulus := new(big.Int).Abs(m.BigInt())
	z := new(big.Int).Exp(x.BigInt(), y.BigInt(), modulus)
	if z == nil {
		return c.raise(ValueError, "base is not invertible for the given modulus")
	}
	return starlark.MakeBigInt(z).Mod(m)
}

// intMethods are the methods of int and bool.
func intMethods() table {
	self := func(f func(*call, *big.Int) starlark.Value) *function {
		return fn("", func(c *call) starlark.Value {
			n, _ := asInt(c.self)
			return f(c, n.BigInt())
		})
	}
	return table{
		"bit_length": self(func(_ *call, n *big.Int) starlark.Value { return starlark.MakeInt(n.BitLen()) }),
		"bit_count": self(func(_ *call, n *big.Int) starlark.Value {
			return starlark.MakeInt(strings.Count(new(big.Int).Abs(n).Text(2), "1"))
		}),
		"is_integer": self(func(*call, *big.Int) starlark.Value { return starlark.True }),
		"conjugate":  self(func(_ *call, n *big.Int) starlark.Value { return starlark.MakeBigInt(n) }),
	}
}

func floatMethods() table {
	return table{
		"is_integer": method("", func(_ *call, x starlark.Float) starlark.Value {
			return starlark.Bool(!math.IsInf(float64(x), 0) && math.Trunc(float64(x)) == float64(x))
		}),
		"conjugate": method("", func(_ *call, x starlark.Float) starlark.Value { return x }),
	}
}
