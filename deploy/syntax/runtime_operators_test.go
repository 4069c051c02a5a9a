package syntax

import (
	"errors"
	"maps"

	"go.starlark.net/starlark"
	ast "go.starlark.net/syntax"
)

// arithmetic are what Starlark makes of them. What takes more than that (try,
// generators, match) is tested with the real run time, in package builtin.
var arithmetic = map[string]ast.Token{
	Add: ast.PLUS, Sub: ast.MINUS, Mul: ast.STAR, Div: ast.SLASH, FloorDiv: ast.SLASHSLASH,
	And: ast.AMP, Or: ast.PIPE, Xor: ast.CIRCUMFLEX, LeftShift: ast.LTLT, RightShift: ast.GTGT, In: ast.IN,
	InPlaceSub: ast.MINUS, InPlaceMul: ast.STAR, InPlaceDiv: ast.SLASH, InPlaceFloorDiv: ast.SLASHSLASH,
	InPlaceAnd: ast.AMP, InPlaceXor: ast.CIRCUMFLEX,
	InPlaceLeftShift: ast.LTLT, InPlaceRightShift: ast.GTGT,
}

var comparisons = map[string]ast.Token{
	Equal: ast.EQL, NotEqual: ast.NEQ, Less: ast.LT, LessEqual: ast.LE, Greater: ast.GT, GreaterEqual: ast.GE,
}

var unaries = map[string]ast.Token{Negative: ast.MINUS, Plus: ast.PLUS, Invert: ast.TILDE}

func operatorFuncs() map[string]func(a args) (starlark.Value, error) {
	out := map[string]func(a args) (starlark.Value, error){
		InPlacePow: pow, InPlaceMod: mod, InPlaceMatMul: helperFuncs[MatMul],
		InPlaceAdd: func(a args) (starlark.Value, error) {
			if l, ok := a[0].(*starlark.List); ok {
				all, err := items(a[1])
				return l, errors.Join(err, extend(l, all))
			}
			return starlark.Binary(ast.PLUS, a[0], a[1])
		},
		InPlaceOr: func(a args) (starlark.Value, error) {
			if d, ok := a[0].(*starlark.Dict); ok {
				m, err := merge(a, false)
				if err == nil {
					for _, e := range m.(*starlark.Dict).Items() {
						err = errors.Join(err, d.SetKey(e[0], e[1]))
					}
				}
				return d, err
			}
			return starlark.Binary(ast.PIPE, a[0], a[1])
		},
		Vars: func(args) (starlark.Value, error) { return &box{object{fields: starlark.StringDict{}}}, nil },
		SetVar: func(a args) (starlark.Value, error) {
			return a[2], a[0].(*box).SetField(text(a[1]), a[2])
		},
	}
	for name, token := range arithmetic {
		out[name] = func(a args) (starlark.Value, error) { return starlark.Binary(token, a[0], a[1]) }
	}
	for name, token := range comparisons {
		out[name] = func(a args) (starlark.Value, error) {
			ok, err := starlark.Compare(token, a[0], a[1])
			return starlark.Bool(ok), err
		}
	}
	for name, token := range unaries {
		out[name] = func(a args) (starlark.Value, error) { return starlark.Unary(token, a[0]) }
	}
	return out
}

// A box holds variables.
type box struct{ object }

func (b *box) Attr(name string) (starlark.Value, error) {
	if v := b.fields[name]; v != nil && v != starlark.String("<unbound>") {
		return v, nil
	}
	return nil, errors.New("NameError: name '" + name + "' is not defined")
}

// lazily adds the helpers of generator expressions, whose items are computed at
// once here, and names for those that these tests do without.
func lazily(names starlark.StringDict) {
	var emitted []starlark.Value
	names[Generator] = builtin(Generator, func(t *starlark.Thread, a args) (starlark.Value, error) {
		outer := emitted
		emitted = nil
		_, err := starlark.Call(t, a[1], a[:1], nil)
		list := starlark.NewList(emitted)
		emitted = outer
		return list, err
	})
	names[Emit] = builtin(Emit, func(_ *starlark.Thread, a args) (starlark.Value, error) {
		emitted = append(emitted, a[0])
		return starlark.False, nil
	})
	for name, fn := range maps.All(operatorFuncs()) {
		names[name] = builtin(name, func(_ *starlark.Thread, a args) (starlark.Value, error) { return fn(a) })
	}
	for _, name := range Helpers() {
		if names[name] == nil {
			names[name] = starlark.None
		}
	}
}
