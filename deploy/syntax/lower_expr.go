package syntax

import (
	ast "go.starlark.net/syntax"
)

func (l *lowerer) exprs(xs []Expr) []ast.Expr {
	out := make([]ast.Expr, len(xs))
	for i, x := range xs {
		out[i] = l.expr(x)
	}
	return out
}

func (l *lowerer) expr(x Expr) ast.Expr {
	at := x.Pos()
	switch x := x.(type) {
	case *Name:
		return l.read(at, x.ID)
	case *Number, *String, *Constant:
		return l.constant(x)
	case *FormatString:
		return l.formatString(x)
	case *ListDisplay:
		return l.display(at, x.Items)
	case *TupleDisplay:
		if starAt(x.Items) >= 0 {
			return l.call(at, Tuple, l.display(at, x.Items))
		}
		return l.tuple(at, l.exprs(x.Items)...)
	case *SetDisplay:
		return l.call(at, Set, l.display(at, x.Items))
	case *DictDisplay:
		return l.mapping(x)
	case *Comprehension:
		return l.comprehension(x)
	case *Unary:
		return l.unaryOf(x)
	case *Binary:
		return l.call(x.OpPos, operatorHelpers[x.Op], l.expr(x.X), l.expr(x.Y))
	case *Logical:
		return l.logical(x)
	case *Compare:
		return l.compare(x)
	case *Cond:
		test := l.expr(x.Test)
		return &ast.CondExpr{If: l.pos(x.IfPos), Cond: test, True: l.expr(x.Then), ElsePos: l.pos(x.IfPos), False: l.expr(x.Else)}
	case *Call:
		return l.callOf(x)
	case *Attribute:
		return l.call(x.NamePos, Attr, l.expr(x.X), l.str(x.NamePos, x.Name))
	case *Subscript:
		return l.subscript(x)
	case *Lambda:
		return l.lambda(x)
	case *Walrus:
		return l.walrus(x)
	case *Yield:
		return l.yield(x)
	}
	l.unexpected(x)
	return l.ident(at, "None")
}

// operatorHelpers are the helpers of the operators with two operands.
var operatorHelpers = map[string]string{
	"**": Pow, "%": Mod, "@": MatMul,
	"+": Add, "-": Sub, "*": Mul, "/": Div, "//": FloorDiv,
	"&": And, "|": Or, "^": Xor, "<<": LeftShift, ">>": RightShift,
	"==": Equal, "!=": NotEqual, "<": Less, "<=": LessEqual, ">": Greater, ">=": GreaterEqual,
	"in": In,
}

var unaryHelpers = map[string]string{"+": Plus, "-": Negative, "~": Invert}

// unaryOf lowers an operator with one operand. A number with a sign stays one.
func (l *lowerer) unaryOf(x *Unary) ast.Expr {
	at := x.Position
	if x.Op == "not" {
		return l.unary(at, ast.NOT, l.expr(x.X))
	}
	if _, ok := x.X.(*Number); ok && x.Op == "-" {
		return l.unary(at, ast.MINUS, l.expr(x.X))
	}
	return l.call(at, unaryHelpers[x.Op], l.expr(x.X))
}

func (l *lowerer) constant(x Expr) ast.Expr {
	at := x.Pos()
	switch x := x.(type) {
	case *Number:
		token := ast.INT
		if _, ok := x.Value.(float64); ok {
			token = ast.FLOAT
		}
		return &ast.Literal{Token: token, TokenPos: l.pos(at), Raw: x.Text, Value: x.Value}
	case *String:
		s := l.str(at, x.Value).(*ast.Literal)
		if x.Bytes {
			s.Token = ast.BYTES
		}
		return s
	case *Constant:
		if x.Text == "..." {
			return l.ident(at, Ellipsis)
		}
		return l.ident(at, x.Text)
	}
	return nil
}

func (l *lowerer) formatString(x *FormatString) ast.Expr {
	var parts []ast.Expr
	for _, part := range x.Parts {
		f, ok := part.(*Field)
		if !ok {
			parts = append(parts, l.expr(part))
			continue
		}
		at, conversion := f.Position, f.Conversion
		if f.Debug != "" {
			parts = append(parts, l.str(at, f.Debug))
			if conversion == "" && f.Spec == nil {
				conversion = "r"
			}
		}
		spec := l.str(at, "")
		value := l.expr(f.X)
		if f.Spec != nil {
			spec = l.formatString(f.Spec)
		}
		parts = append(parts, l.call(at, Format, value, l.str(at, conversion), spec))
	}
	if len(parts) == 1 {
		if s, ok := parts[0].(*ast.Literal); ok {
			return s
		}
	}
	return l.callAll(x.Position, FString, parts)
}

// display makes a list of items, of which some may have a star.
func (l *lowerer) display(at Position, items []Expr) ast.Expr {
	if starAt(items) < 0 {
		return l.list(at, l.exprs(items)...)
	}
	return l.callAll(at, Concat, l.groups(at, items))
}

// groups makes lists of the items between the stars, and iterables of those
// that have one.
func (l *lowerer) groups(at Position, items []Expr) []ast.Expr {
	var groups, plain []ast.Expr
	flush := func() {
		if plain != nil {
			groups = append(groups, l.list(at, plain...))
			plain = nil
		}
	}
	for _, item := range items {
		if s, ok := item.(*Starred); ok {
			flush()
			groups = append(groups, l.call(s.Position, Iterate, l.expr(s.X)))
		} else {
			plain = append(plain, l.expr(item))
		}
	}
	flush()
	return groups
}

// mapping lowers a dict display.
func (l *lowerer) mapping(x *DictDisplay) ast.Expr {
	var groups []ast.Expr
	var plain []Entry
	flush := func() {
		if plain != nil {
			groups = append(groups, l.dict(plain[0].Position, plain))
			plain = nil
		}
	}
	for _, e := range x.Entries {
		if e.Key != nil {
			plain = append(plain, e)
			continue
		}
		flush()
		groups = append(groups, l.expr(e.Value))
	}
	if groups == nil {
		return l.dict(x.Position, plain)
	}
	flush()
	return l.callAll(x.Position, Merge, groups)
}

// dict lowers entries without stars. Starlark refuses a key that comes twice;
// Python takes the last value.
func (l *lowerer) dict(at Position, entries []Entry) ast.Expr {
	if !distinct(entries) {
		pairs := make([]ast.Expr, len(entries))
		for i, e := range entries {
			pairs[i] = l.tuple(e.Position, l.expr(e.Key), l.expr(e.Value))
		}
		return l.call(at, Dict, l.list(at, pairs...))
	}
	d := &ast.DictExpr{Lbrace: l.pos(at), Rbrace: l.pos(at)}
	for _, e := range entries {
		key := l.expr(e.Key)
		d.List = append(d.List, &ast.DictEntry{Key: key, Colon: l.pos(e.Position), Value: l.expr(e.Value)})
	}
	return d
}

// distinct reports whether no two keys can be equal: there is one key, or all
// are different strings.
func distinct(entries []Entry) bool {
	if len(entries) < 2 {
		return true
	}
	seen := make(map[string]bool, len(entries))
	for _, e := range entries {
		s, ok := e.Key.(*String)
		if !ok || s.Bytes || seen[s.Value] {
			return false
		}
		seen[s.Value] = true
	}
	return true
}

func (l *lowerer) logical(x *Logical) ast.Expr {
	op := ast.AND
	if x.Op == "or" {
		op = ast.OR
	}
	out := l.expr(x.Values[0])
	for _, v := range x.Values[1:] {
		out = l.binary(x.Position, out, op, l.expr(v))
	}
	return out
}

func (l *lowerer) subscript(x *Subscript) ast.Expr {
	value := l.expr(x.X)
	if s, ok := x.Index.(*SliceIndex); ok {
		return l.call(x.Lbrack, Slice, append([]ast.Expr{value}, l.sliceParts(s)...)...)
	}
	return l.call(x.Lbrack, Index, value, l.expr(x.Index))
}

// sliceParts lowers lo, hi and step, with None for those that are absent.
func (l *lowerer) sliceParts(s *SliceIndex) []ast.Expr {
	var out []ast.Expr
	for _, part := range []Expr{s.Lo, s.Hi, s.Step} {
		if part == nil {
			out = append(out, l.ident(s.Position, "None"))
		} else {
			out = append(out, l.expr(part))
		}
	}
	return out
}

// lambda lowers a lambda. The names that its body binds live in a box, which
// is the parameter of a lambda inside.
func (l *lowerer) lambda(x *Lambda) ast.Expr {
	params := l.lambdaParams(x.Params)
	at := x.Position
	var body ast.Expr
	l.inFunction(func(s *scope) {
		s.params(x.Params)
		s.expression(x.Body)
	}, func() []ast.Stmt {
		body = l.expr(x.Body)
		if s := l.scope; len(s.boxed) > 0 {
			inner := &ast.LambdaExpr{Lambda: l.pos(at), Params: []ast.Expr{l.ident(at, s.box)}, Body: body}
			vars := []ast.Expr{l.str(at, "function")}
			for _, p := range x.Params {
				if s.boxed[p.Name] {
					vars = append(vars, l.str(at, p.Name), l.ident(at, p.Name))
				}
			}
			body = l.callExpr(at, inner, l.call(at, Vars, vars...))
		}
		return nil
	})
	return &ast.LambdaExpr{Lambda: l.pos(at), Params: params, Body: body}
}

// walrus lowers name := value. The name lives in a box always.
func (l *lowerer) walrus(x *Walrus) ast.Expr {
	at, name := x.Position, x.Name.ID
	value := l.expr(x.Value)
	return l.call(at, SetVar, l.ident(at, l.scope.home(name).box), l.str(at, name), value)
}

// A condition that lowering makes of a chain is a function of both sides of
// its first comparison, so that each side is computed once and in order:
//
//	a < b < c    (lambda $l, $r: $l < $r and $r < c)(a, b)
//
// Where the sides in the middle are names or constants it is just
// `a < b and b < c`.

func (l *lowerer) compare(x *Compare) ast.Expr {
	rest := x.Rest
	plain := true
	for _, c := range rest[:len(rest)-1] {
		plain = plain && simple(c.X)
	}
	if plain {
		out := l.comparison(l.expr(x.First), rest[0], l.expr(rest[0].X))
		for i, c := range rest[1:] {
			out = l.binary(c.Position, out, ast.AND, l.comparison(l.expr(rest[i].X), c, l.expr(c.X)))
		}
		return out
	}
	return l.chain(l.expr(x.First), rest)
}

func (l *lowerer) chain(left ast.Expr, rest []Comparison) ast.Expr {
	c := rest[0]
	if len(rest) == 1 {
		return l.comparison(left, c, l.expr(c.X))
	}
	at, a, b := c.Position, l.temp("left"), l.temp("right")
	right := l.expr(c.X)
	first := l.comparison(l.ident(at, a), c, l.ident(at, b))
	fn := &ast.LambdaExpr{
		Lambda: l.pos(at),
		Params: []ast.Expr{l.ident(at, a), l.ident(at, b)},
		Body:   l.binary(at, first, ast.AND, l.chain(l.ident(at, b), rest[1:])),
	}
	return l.callExpr(at, fn, left, right)
}

func (l *lowerer) comparison(x ast.Expr, c Comparison, y ast.Expr) ast.Expr {
	switch c.Op {
	case "is":
		return l.call(c.Position, Is, x, y)
	case "is not":
		return l.unary(c.Position, ast.NOT, l.call(c.Position, Is, x, y))
	}
	if c.Op == "not in" {
		return l.unary(c.Position, ast.NOT, l.call(c.Position, In, x, y))
	}
	return l.call(c.Position, operatorHelpers[c.Op], x, y)
}

// lambdaParams are those of a lambda, which has no place to name the ones
// before a "/" anew: they can be given by name.
func (l *lowerer) lambdaParams(params []Param) []ast.Expr {
	plain := make([]Param, len(params))
	for i, p := range params {
		if p.Kind == PositionalOnly {
			p.Kind = Positional
		}
		plain[i] = p
	}
	return l.params(plain)
}
