package builtin

import (
	"math"
	"math/big"
	"strconv"

	"go.starlark.net/starlark"
)

// round is round(number, ndigits=None), half to even.
func round(c *call) starlark.Value {
	if n, ok := asInt(c.args[0]); ok {
		if !c.given(1) {
			return n
		}
		return roundInt(n, c.whole(1, 0))
	}
	x, ok := c.args[0].(starlark.Float)
	if !ok {
		return c.raise(TypeError, "type %s doesn't define __round__ method", TypeName(c.args[0]))
	}
	if !c.given(1) {
		return c.done(floatToInt(math.RoundToEven(float64(x))))
	}
	n := c.whole(1, 0)
	switch {
	case n > 323 || math.IsInf(float64(x), 0) || math.IsNaN(float64(x)):
		return x
	case n < -308:
		return starlark.Float(math.Copysign(0, float64(x)))
	case n < 0:
		// The exact value decides, as it does for digits after the point.
		exact, _ := new(big.Float).SetFloat64(float64(x)).Rat(nil)
		scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(-n)), nil)
		q := nearest(new(big.Rat).Quo(exact, new(big.Rat).SetInt(scale)))
		z, _ := new(big.Float).SetInt(q.Mul(q, scale)).Float64()
		return starlark.Float(math.Copysign(z, float64(x)))
	}
	z, err := strconv.ParseFloat(strconv.FormatFloat(float64(x), 'f', n, 64), 64)
	if err != nil {
		return c.raise(OverflowError, "rounded value too large to represent")
	}
	return starlark.Float(z)
}

// roundInt rounds to a power of ten: round(1250, -2) is 1200.
func roundInt(n starlark.Int, digits int) starlark.Value {
	if digits >= 0 {
		return n
	}
	if -digits > maxDigits {
		return starlark.MakeInt(0)
	}
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(-digits)), nil)
	q := nearest(new(big.Rat).SetFrac(n.BigInt(), scale))
	return starlark.MakeBigInt(q.Mul(q, scale))
}

// nearest returns the whole number nearest to a fraction, half to even.
func nearest(r *big.Rat) *big.Int {
	twice := new(big.Rat).Mul(r, big.NewRat(2, 1))
	low := new(big.Int).Div(r.Num(), r.Denom()) // rounds down
	odd := new(big.Int).Add(new(big.Int).Lsh(low, 1), big.NewInt(1))
	switch twice.Cmp(new(big.Rat).SetInt(odd)) {
	case -1:
		return low
	case 0:
		return low.Add(low, new(big.Int).And(low, big.NewInt(1)))
	}
	return low.Add(low, big.NewInt(1))
}
