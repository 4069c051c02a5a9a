package builtin

import (
	"math/big"
	"strings"

	"go.starlark.net/starlark"
	token "go.starlark.net/syntax"

	"cygnet/deploy/syntax"
)

// An Operand is a value that defines operators by methods, as instances of
// classes do.
type Operand interface {
	starlark.Value
	// Operate calls a method such as __add__ or __eq__ with the other operand,
	// or __neg__ with nil. It returns nil if the value does not have the
	// method, or if that returns NotImplemented.
	Operate(thread *starlark.Thread, method string, other starlark.Value) (starlark.Value, error)
}

// An operator is one with two operands.
type operator struct {
	symbol    string
	method    string // "__add__"
	reflected string // what the right operand is asked for: "__radd__"
	inPlace   string // "__iadd__", of an augmented assignment
	apply     func(x, y starlark.Value) (starlark.Value, error)
	// change changes x and reports whether it could, in an augmented
	// assignment; it may be nil.
	change func(x, y starlark.Value) (bool, error)
}

// operatorValues are the helpers of operators.
func operatorValues() starlark.StringDict {
	out := starlark.StringDict{}
	plain := map[string]operator{
		syntax.Add:        {symbol: "+", method: "add", apply: add},
		syntax.Sub:        {symbol: "-", method: "sub", apply: native(token.MINUS)},
		syntax.Mul:        {symbol: "*", method: "mul", apply: multiply},
		syntax.Div:        {symbol: "/", method: "truediv", apply: divide},
		syntax.FloorDiv:   {symbol: "//", method: "floordiv", apply: native(token.SLASHSLASH)},
		syntax.Mod:        {symbol: "%", method: "mod", apply: modulo},
		syntax.Pow:        {symbol: "**", method: "pow", apply: func(x, y starlark.Value) (starlark.Value, error) { return power(x, y, "** or pow()") }},
		syntax.MatMul:     {symbol: "@", method: "matmul", apply: matMul},
		syntax.And:        {symbol: "&", method: "and", apply: bitwise(token.AMP)},
		syntax.Or:         {symbol: "|", method: "or", apply: bitwise(token.PIPE)},
		syntax.Xor:        {symbol: "^", method: "xor", apply: bitwise(token.CIRCUMFLEX)},
		syntax.LeftShift:  {symbol: "<<", method: "lshift", apply: shiftLeft},
		syntax.RightShift: {symbol: ">>", method: "rshift", apply: shiftRight},
	}
	changing := map[string]func(x, y starlark.Value) (bool, error){
		"+": extendInPlace, "|": updateInPlace, "*": repeatInPlace,
		"&": setInPlace(token.AMP), "-": setInPlace(token.MINUS), "^": setInPlace(token.CIRCUMFLEX),
	}
	for name, o := range plain {
		word := o.method
		o.method, o.reflected = "__"+word+"__", "__r"+word+"__"
		out[name] = o.builtin(name)
		o.symbol, o.inPlace, o.change = o.symbol+"=", "__i"+word+"__", changing[o.symbol]
		if word == "pow" {
			o.apply = func(x, y starlark.Value) (starlark.Value, error) { return power(x, y, "**=") }
		}
		name = "$i" + strings.TrimPrefix(name, "$")
		out[name] = o.builtin(name)
	}
	for name, o := range map[string]operator{
		syntax.Equal:        {symbol: "==", method: "__eq__", reflected: "__eq__"},
		syntax.NotEqual:     {symbol: "!=", method: "__ne__", reflected: "__ne__"},
		syntax.Less:         {symbol: "<", method: "__lt__", reflected: "__gt__", apply: ordered(token.LT)},
		syntax.LessEqual:    {symbol: "<=", method: "__le__", reflected: "__ge__", apply: ordered(token.LE)},
		syntax.Greater:      {symbol: ">", method: "__gt__", reflected: "__lt__", apply: ordered(token.GT)},
		syntax.GreaterEqual: {symbol: ">=", method: "__ge__", reflected: "__le__", apply: ordered(token.GE)},
	} {
		if o.apply == nil {
			want := o.symbol == "=="
			o.apply = func(x, y starlark.Value) (starlark.Value, error) {
				same, err := Equal(x, y)
				return starlark.Bool(same == want), err
			}
		}
		out[name] = o.builtin(name)
	}
	out[syntax.In] = positional(syntax.In, contains)
	out[syntax.Negative] = unary(syntax.Negative, token.MINUS, "__neg__")
	out[syntax.Plus] = unary(syntax.Plus, token.PLUS, "__pos__")
	out[syntax.Invert] = unary(syntax.Invert, token.TILDE, "__invert__")
	return out
}

// positional makes a helper that is called with the right number of arguments
// by position: lowered programs call no other way.
func positional(name string, run func(*starlark.Thread, starlark.Tuple) (starlark.Value, error)) *starlark.Builtin {
	return starlark.NewBuiltin(name, func(thread *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
		return run(thread, args)
	})
}

func (o operator) builtin(name string) *starlark.Builtin {
	return positional(name, func(thread *starlark.Thread, args starlark.Tuple) (starlark.Value, error) {
		return o.operate(thread, args[0], args[1])
	})
}

func (o operator) operate(thread *starlark.Thread, x, y starlark.Value) (starlark.Value, error) {
	left, isLeft := x.(Operand)
	if isLeft {
		for _, method := range []string{o.inPlace, o.method} {
			if method == "" {
				continue
			}
			if v, err := left.Operate(thread, method, y); v != nil || err != nil {
				return v, err
			}
		}
	}
	if right, ok := y.(Operand); ok {
		if v, err := right.Operate(thread, o.reflected, x); v != nil || err != nil {
			return v, err
		}
	}
	if o.change != nil {
		if done, err := o.change(x, y); done || err != nil {
			return x, Translate(err)
		}
	}
	v, err := o.apply(x, y)
	if err != nil {
		return nil, o.mistake(Translate(err))
	}
	return v, nil
}

// mistake names the operator of an augmented assignment as it was written.
func (o operator) mistake(err error) error {
	e, ok := err.(*Exception)
	if !ok || o.inPlace == "" || len(e.Args) != 1 {
		return err
	}
	if text, ok := e.Args[0].(starlark.String); ok {
		plain := strings.TrimSuffix(o.symbol, "=")
		e.Args = starlark.Tuple{starlark.String(strings.Replace(string(text), "for "+plain+":", "for "+o.symbol+":", 1))}
	}
	return e
}

// divide is x / y.
func divide(x, y starlark.Value) (starlark.Value, error) {
	v, err := native(token.SLASH)(x, y)
	if _, ok := x.(starlark.Float); ok && err != nil && isNumber(y) && !bool(y.Truth()) {
		return nil, Raise(ZeroDivisionError, "float division by zero")
	}
	return v, err
}

// native is what Starlark makes of an operator; bools are ints.
func native(op token.Token) func(x, y starlark.Value) (starlark.Value, error) {
	return func(x, y starlark.Value) (starlark.Value, error) {
		if isNumber(x) && isNumber(y) {
			return starlark.Binary(op, boolAsInt(x), boolAsInt(y))
		}
		return starlark.Binary(op, x, y)
	}
}

func ordered(op token.Token) func(x, y starlark.Value) (starlark.Value, error) {
	return func(x, y starlark.Value) (starlark.Value, error) {
		if a, b, ok := bothSets(x, y); ok {
			x, y = a, b
		}
		v, err := compare(op, x, y)
		return starlark.Bool(v), err
	}
}

// bothSets returns two values as sets if they are sets or frozensets.
func bothSets(x, y starlark.Value) (a, b *starlark.Set, ok bool) {
	a, ok = asSet(x)
	if !ok {
		return nil, nil, false
	}
	b, ok = asSet(y)
	return a, b, ok
}

func asSet(v starlark.Value) (*starlark.Set, bool) {
	switch v := v.(type) {
	case *starlark.Set:
		return v, true
	case *frozenSet:
		return v.set, true
	}
	return nil, false
}

// Equal is x == y of values that define no operators: bools are ints, and sets
// and frozensets are alike.
func Equal(x, y starlark.Value) (bool, error) {
	if a, b, ok := bothSets(x, y); ok {
		x, y = a, b
	}
	return equal(x, y)
}

func add(x, y starlark.Value) (starlark.Value, error) {
	var err error
	switch x := x.(type) {
	case starlark.String:
		if y, ok := y.(starlark.String); ok {
			if err = roomForText(1, len(x)+len(y)); err == nil {
				return x + y, nil
			}
		}
	case starlark.Bytes:
		if y, ok := y.(starlark.Bytes); ok {
			if err = roomForText(1, len(x)+len(y)); err == nil {
				return x + y, nil
			}
		}
	case *starlark.List:
		if y, ok := y.(*starlark.List); ok {
			err = roomForItems(x.Len() + y.Len())
		}
	case starlark.Tuple:
		if y, ok := y.(starlark.Tuple); ok {
			err = roomForItems(len(x) + len(y))
		}
	}
	if err != nil {
		return nil, err
	}
	return native(token.PLUS)(x, y)
}

func multiply(x, y starlark.Value) (starlark.Value, error) {
	a, aInt := asInt(x)
	b, bInt := asInt(y)
	switch {
	case aInt && bInt:
		if a.BigInt().BitLen()+b.BigInt().BitLen() > maxBits {
			return nil, Raise(MemoryError, "the result of the multiplication is too large")
		}
		return a.Mul(b), nil
	case bInt:
		if err := roomToRepeat(x, b); err != nil {
			return nil, err
		}
		return starlark.Binary(token.STAR, x, b)
	case aInt:
		if err := roomToRepeat(y, a); err != nil {
			return nil, err
		}
		return starlark.Binary(token.STAR, a, y)
	}
	return starlark.Binary(token.STAR, x, y)
}

// roomToRepeat raises MemoryError if a sequence would be too long.
func roomToRepeat(v starlark.Value, count starlark.Int) error {
	length, limit, err := 0, maxItems, error(nil)
	switch v := v.(type) {
	case starlark.String:
		length, limit, err = len(v), maxText, roomForText(1, maxText+1)
	case starlark.Bytes:
		length, limit, err = len(v), maxText, roomForText(1, maxText+1)
	case *starlark.List:
		length, err = v.Len(), roomForItems(maxItems+1)
	case starlark.Tuple:
		length, err = len(v), roomForItems(maxItems+1)
	default:
		return nil
	}
	if n, ok := count.Int64(); length > 0 && count.Sign() > 0 && (!ok || n > int64(limit/length)) {
		return err
	}
	return nil
}

// bitwise is & | ^, which give a bool for two bools.
func bitwise(op token.Token) func(x, y starlark.Value) (starlark.Value, error) {
	return func(x, y starlark.Value) (starlark.Value, error) {
		v, err := native(op)(x, y)
		_, xBool := x.(starlark.Bool)
		_, yBool := y.(starlark.Bool)
		if xBool && yBool && err == nil {
			return v.Truth(), nil
		}
		return v, err
	}
}

func shiftLeft(x, y starlark.Value) (starlark.Value, error) {
	a, n, err := shift(x, y, token.LTLT)
	if a == nil || err != nil {
		return starlark.MakeInt(0), err
	}
	if a.Sign() != 0 && n > maxBits-uint64(min(a.BitLen(), maxBits)) {
		return nil, Raise(MemoryError, "the result of the shift is too large")
	}
	return starlark.MakeBigInt(new(big.Int).Lsh(a, uint(min(n, maxBits)))), nil
}

func shiftRight(x, y starlark.Value) (starlark.Value, error) {
	a, n, err := shift(x, y, token.GTGT)
	if a == nil || err != nil {
		return starlark.MakeInt(0), err
	}
	return starlark.MakeBigInt(new(big.Int).Rsh(a, uint(min(n, uint64(a.BitLen())+1)))), nil
}

// shift returns the operands of a shift; the count stops at the largest one.
func shift(x, y starlark.Value, op token.Token) (*big.Int, uint64, error) {
	a, ok1 := asInt(x)
	b, ok2 := asInt(y)
	if !ok1 || !ok2 {
		_, err := starlark.Binary(op, x, y)
		return nil, 0, err
	}
	if b.Sign() < 0 {
		return nil, 0, Raise(ValueError, "negative shift count")
	}
	n, ok := b.Uint64()
	if !ok {
		n = 1 << 62
	}
	return a.BigInt(), n, nil
}

func modulo(x, y starlark.Value) (starlark.Value, error) {
	if s, ok := x.(starlark.String); ok {
		text, err := formatPercent(string(s), y)
		if err == nil {
			err = roomForText(1, len(text))
		}
		return starlark.String(text), err
	}
	return native(token.PERCENT)(x, y)
}

// A matrix is a value of another package that defines the operator @.
type matrix interface {
	MatMul(other starlark.Value) (starlark.Value, error)
}

func matMul(x, y starlark.Value) (starlark.Value, error) {
	if m, ok := x.(matrix); ok {
		return m.MatMul(y)
	}
	return nil, Raise(TypeError, "unsupported operand type(s) for @: '%s' and '%s'", TypeName(x), TypeName(y))
}

func extendInPlace(x, y starlark.Value) (bool, error) {
	l, ok := x.(*starlark.List)
	if !ok {
		return false, nil
	}
	items, err := Collect(y)
	if err == nil {
		err = roomForItems(l.Len() + len(items))
	}
	for i := 0; i < len(items) && err == nil; i++ {
		err = l.Append(items[i])
	}
	return true, err
}

func repeatInPlace(x, y starlark.Value) (bool, error) {
	l, ok := x.(*starlark.List)
	if !ok {
		return false, nil
	}
	v, err := multiply(l, y)
	if err != nil {
		return true, err
	}
	items, err := Collect(v)
	if err == nil {
		err = l.Clear()
	}
	for i := 0; i < len(items) && err == nil; i++ {
		err = l.Append(items[i])
	}
	return true, err
}

func updateInPlace(x, y starlark.Value) (bool, error) {
	d, ok := x.(*starlark.Dict)
	if !ok {
		return setInPlace(token.PIPE)(x, y)
	}
	return true, merge(d, y)
}

// setInPlace changes a set by an operator whose right side is a set.
func setInPlace(op token.Token) func(x, y starlark.Value) (bool, error) {
	return func(x, y starlark.Value) (bool, error) {
		s, ok := x.(*starlark.Set)
		if !ok {
			return false, nil
		}
		other, ok := asSet(y)
		if !ok {
			return false, nil
		}
		result, err := combine(op, s, other)
		if err != nil {
			return true, err
		}
		items := elements(result)
		if err := s.Clear(); err != nil {
			return true, err
		}
		for _, item := range items {
			if err := s.Insert(item); err != nil {
				return true, err
			}
		}
		return true, nil
	}
}

// contains is x in y.
func contains(thread *starlark.Thread, args starlark.Tuple) (starlark.Value, error) {
	x, y := args[0], args[1]
	if o, ok := y.(Operand); ok {
		if v, err := o.Operate(thread, "__contains__", x); v != nil || err != nil {
			if err != nil {
				return nil, err
			}
			return v.Truth(), nil
		}
	}
	switch y := y.(type) {
	case *starlark.List:
		return anyEqual(thread, x, y.Len(), y.Index)
	case starlark.Tuple:
		return anyEqual(thread, x, len(y), y.Index)
	case *starlark.Dict:
		x = keyIn(y, x)
	}
	v, err := starlark.Binary(token.IN, x, y)
	if twin := twinOf(x); err == nil && v == starlark.False && twin != nil {
		switch y.(type) {
		case starlark.Mapping, *starlark.Set, *frozenSet:
			v, err = starlark.Binary(token.IN, twin, y)
		}
	}
	return v, Translate(err)
}

// twinOf returns the int that equals a bool, or the bool that equals an int, or
// nil.
func twinOf(v starlark.Value) starlark.Value {
	switch v := v.(type) {
	case starlark.Bool:
		return boolAsInt(v)
	case starlark.Int:
		if n, ok := v.Int64(); ok && (n == 0 || n == 1) {
			return starlark.Bool(n == 1)
		}
	}
	return nil
}

func anyEqual(thread *starlark.Thread, x starlark.Value, n int, item func(int) starlark.Value) (starlark.Value, error) {
	for i := range n {
		same, err := equals(thread, item(i), x)
		if same || err != nil {
			return starlark.Bool(same), err
		}
	}
	return starlark.False, nil
}

// equals is x == y of any values.
func equals(thread *starlark.Thread, x, y starlark.Value) (bool, error) {
	for _, pair := range [][2]starlark.Value{{x, y}, {y, x}} {
		if o, ok := pair[0].(Operand); ok {
			if v, err := o.Operate(thread, "__eq__", pair[1]); err != nil {
				return false, err
			} else if v != nil {
				return bool(v.Truth()), nil
			}
		}
	}
	return Equal(x, y)
}

func unary(name string, op token.Token, method string) *starlark.Builtin {
	return positional(name, func(thread *starlark.Thread, args starlark.Tuple) (starlark.Value, error) {
		if o, ok := args[0].(Operand); ok {
			if v, err := o.Operate(thread, method, nil); v != nil || err != nil {
				return v, err
			}
		}
		v, err := starlark.Unary(op, boolAsInt(args[0]))
		return v, Translate(err)
	})
}
