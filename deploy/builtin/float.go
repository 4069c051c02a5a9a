package builtin

import (
	"math"
	"strconv"
	"strings"
)

// decimals are the digits of a number that is not negative: d.ddd * 10^exp.
type decimals struct {
	digits string
	exp    int
}

// digitsOf returns a number's digits: n of them, rounded half to even of the
// exact value, or as many as it takes to read the same number back if n < 0.
func digitsOf(x float64, n int) decimals {
	text := strconv.FormatFloat(math.Abs(x), 'e', n, 64)
	mantissa, exp, _ := strings.Cut(text, "e")
	e, err := strconv.Atoi(exp)
	if err != nil { // FormatFloat always writes an exponent
		return decimals{digits: "0"}
	}
	return decimals{strings.Replace(mantissa, ".", "", 1), e}
}

// fixed writes digits without an exponent.
func (d decimals) fixed() string {
	switch {
	case d.exp < 0:
		return "0." + strings.Repeat("0", -d.exp-1) + d.digits
	case len(d.digits) <= d.exp+1:
		return d.digits + strings.Repeat("0", d.exp+1-len(d.digits))
	}
	return d.digits[:d.exp+1] + "." + d.digits[d.exp+1:]
}

// scientific writes digits with an exponent of at least two digits.
func (d decimals) scientific() string {
	text := d.digits[:1]
	if len(d.digits) > 1 {
		text += "." + d.digits[1:]
	}
	return text + exponent(d.exp)
}

func exponent(e int) string {
	sign := "+"
	if e < 0 {
		sign, e = "-", -e
	}
	if e < 10 {
		sign += "0"
	}
	return "e" + sign + strconv.Itoa(e)
}

// notFinite returns the text of infinities and NaN.
func notFinite(x float64) (string, bool) {
	switch {
	case math.IsNaN(x):
		return "nan", true
	case math.IsInf(x, 0):
		return "inf", true
	}
	return "", false
}

// floatRepr returns repr(x): the shortest text that reads the same number back.
func floatRepr(x float64) string {
	text, ok := notFinite(x)
	if !ok {
		d := digitsOf(x, -1)
		if d.exp < -4 || d.exp >= 16 {
			text = d.scientific()
		} else if text = d.fixed(); !strings.Contains(text, ".") {
			text += ".0"
		}
	}
	if math.Signbit(x) && !math.IsNaN(x) {
		return "-" + text
	}
	return text
}

// withPoint gives the text of a number a decimal point.
func withPoint(text string) string {
	if strings.Contains(text, ".") || strings.HasPrefix(text, "inf") || text == "nan" {
		return text
	}
	if i := strings.IndexByte(text, 'e'); i >= 0 {
		return text[:i] + "." + text[i:]
	}
	return text + "."
}

// formatFloat returns |x| in the presentation of a format's type: e, f or g.
// The alternate form keeps the point, and the zeros of g. dot is for the absent
// type, which has at least one digit after the point.
func formatFloat(x float64, kind byte, precision int, alternate, dot bool) string {
	if text, ok := notFinite(x); ok {
		return text
	}
	point := func(text string) string {
		if alternate {
			return withPoint(text)
		}
		return text
	}
	switch kind {
	case 'e':
		return point(digitsOf(x, precision).scientific())
	case 'f':
		return point(strconv.FormatFloat(math.Abs(x), 'f', precision, 64))
	}
	precision = max(precision, 1)
	d := digitsOf(x, precision-1)
	limit := precision
	if dot {
		limit--
	}
	if !alternate {
		d.digits = max(strings.TrimRight(d.digits, "0"), "0")
	}
	if d.exp < -4 || d.exp >= limit {
		return point(d.scientific())
	}
	text := d.fixed()
	if dot && !strings.Contains(text, ".") {
		return text + ".0"
	}
	return point(text)
}
