package syntax

import "slices"

func at(t *token) exprNode      { return exprNode{At{t.at}} }
func atPos(p Position) exprNode { return exprNode{At{p}} }

// expressions reads a list of expressions, with stars, that makes a tuple if
// there is a comma.
func (p *parser) expressions() Expr { return p.tuple(p.starOrExpr) }

// tuple reads items and makes a tuple of them if there is a comma.
func (p *parser) tuple(item func() Expr) Expr {
	first := item()
	if !p.tok.is(",") {
		if s, ok := first.(*Starred); ok {
			p.failAt(s.Position, "write (*x,) for a tuple", "can't use starred expression here")
		}
		return first
	}
	items := []Expr{first}
	for p.got(",") {
		if !p.startsExpr() && !p.tok.is("*") {
			break
		}
		items = append(items, item())
	}
	return &TupleDisplay{exprNode: atPos(first.Pos()), Items: items}
}

func (p *parser) starOrExpr() Expr {
	if p.tok.is("*") {
		return p.starred()
	}
	return p.expr()
}

func (p *parser) starOrNamed() Expr {
	if p.tok.is("*") {
		return p.starred()
	}
	return p.named()
}

func (p *parser) starred() Expr {
	star := p.advance()
	return &Starred{at(star), p.binary(0)}
}

// named reads an expression that may be name := value.
func (p *parser) named() Expr {
	x := p.expr()
	if !p.tok.is(":=") {
		return x
	}
	name, ok := x.(*Name)
	if !ok || p.peek(-1).kind != tokName {
		p.failAt(x.Pos(), "", "cannot use assignment expressions with %s", describe(x))
	}
	p.advance()
	return &Walrus{atPos(x.Pos()), name, p.expr()}
}

// expr reads an expression without commas: a lambda, or a conditional.
func (p *parser) expr() Expr {
	p.enter()
	defer p.leave()
	if p.tok.is("lambda") {
		return p.lambda()
	}
	x := p.or()
	if !p.tok.is("if") {
		return x
	}
	ifPos := p.advance().at
	test := p.or()
	if !p.tok.is("else") {
		p.unexpected("expected 'else' after 'if' expression")
	}
	p.advance()
	return &Cond{exprNode: atPos(x.Pos()), IfPos: ifPos, Test: test, Then: x, Else: p.expr()}
}

func (p *parser) lambda() Expr {
	start := p.advance()
	params := p.params(":", false)
	p.want(":")
	return &Lambda{at(start), params, p.expr()}
}

func (p *parser) or() Expr  { return p.logical("or", p.and) }
func (p *parser) and() Expr { return p.logical("and", p.not) }

func (p *parser) logical(op string, operand func() Expr) Expr {
	x := operand()
	if !p.tok.is(op) {
		return x
	}
	values := []Expr{x}
	for p.got(op) {
		p.chain(len(values))
		values = append(values, operand())
	}
	return &Logical{atPos(x.Pos()), op, values}
}

func (p *parser) not() Expr {
	if !p.tok.is("not") {
		return p.comparison()
	}
	p.enter()
	defer p.leave()
	t := p.advance()
	return &Unary{at(t), "not", p.not()}
}

// comparisonOp reads a comparison operator, or returns "".
func (p *parser) comparisonOp() string {
	t := p.tok
	if t.kind != tokOp && t.kind != tokKeyword {
		return ""
	}
	switch t.text {
	case "==", "!=", "<", "<=", ">", ">=", "in":
		p.advance()
		return t.text
	case "not":
		if p.peek(1).is("in") {
			p.advance()
			p.advance()
			return "not in"
		}
	case "is":
		p.advance()
		if p.got("not") {
			return "is not"
		}
		return "is"
	}
	return ""
}

func (p *parser) comparison() Expr {
	first := p.binary(0)
	var rest []Comparison
	for {
		t := p.tok
		op := p.comparisonOp()
		if op == "" {
			break
		}
		if p.depth+len(rest) > maxDepth {
			p.failAt(t.at, "", "too many comparisons in one expression")
		}
		rest = append(rest, Comparison{At{t.at}, op, p.binary(0)})
	}
	if rest == nil {
		return first
	}
	return &Compare{atPos(first.Pos()), first, rest}
}

// binaryOps are the levels of binary operators, the loosest first.
var binaryOps = [][]string{
	{"|"}, {"^"}, {"&"}, {"<<", ">>"}, {"+", "-"}, {"*", "/", "//", "%", "@"},
}

// binary reads operators of the given level and of all tighter ones.
func (p *parser) binary(level int) Expr {
	if level == len(binaryOps) {
		return p.unary()
	}
	x := p.binary(level + 1)
	for n := 0; p.tok.kind == tokOp && slices.Contains(binaryOps[level], p.tok.text); n++ {
		p.chain(n)
		op := p.advance()
		x = &Binary{atPos(x.Pos()), x, op.at, op.text, p.binary(level + 1)}
	}
	return x
}

func (p *parser) unary() Expr {
	if t := p.tok; t.is("-") || t.is("+") || t.is("~") {
		p.enter()
		defer p.leave()
		p.advance()
		return &Unary{at(t), t.text, p.unary()}
	}
	return p.power()
}

func (p *parser) power() Expr {
	x := p.await()
	if !p.tok.is("**") {
		return x
	}
	p.enter()
	defer p.leave()
	op := p.advance()
	return &Binary{atPos(x.Pos()), x, op.at, "**", p.unary()}
}

func (p *parser) await() Expr {
	if p.tok.is("await") {
		t := p.advance()
		return &Await{at(t), p.primary()}
	}
	return p.primary()
}

// primary reads an atom and the calls, attributes and indexes after it.
func (p *parser) primary() Expr {
	x := p.atom()
	for n := 0; ; n++ {
		p.chain(n)
		t := p.tok
		switch {
		case t.is("."):
			p.advance()
			name := p.name()
			x = &Attribute{atPos(x.Pos()), x, name.at, name.text}
		case t.is("("):
			p.advance()
			x = &Call{atPos(x.Pos()), x, t.at, p.args()}
		case t.is("["):
			p.advance()
			x = &Subscript{atPos(x.Pos()), x, t.at, p.index()}
			p.closing("]")
		default:
			return x
		}
	}
}

// index reads what is between the brackets of a subscript.
func (p *parser) index() Expr {
	first := p.slice()
	if !p.tok.is(",") {
		if s, ok := first.(*Starred); ok {
			return &TupleDisplay{exprNode: atPos(s.Position), Items: []Expr{s}}
		}
		return first
	}
	items := []Expr{first}
	for p.got(",") && !p.tok.is("]") {
		items = append(items, p.slice())
	}
	return &TupleDisplay{exprNode: atPos(first.Pos()), Items: items}
}

func (p *parser) slice() Expr {
	start := p.tok
	var lo Expr
	if !start.is(":") {
		if lo = p.starOrNamed(); !p.tok.is(":") {
			return lo
		}
		switch lo.(type) {
		case *Starred, *Walrus:
			if p.peek(-1).text != ")" {
				p.unexpected("invalid syntax")
			}
		}
	}
	p.want(":")
	s := &SliceIndex{exprNode: at(start), Lo: lo}
	part := func() Expr {
		if p.tok.is(":") || p.tok.is("]") || p.tok.is(",") {
			return nil
		}
		return p.expr()
	}
	s.Hi = part()
	if p.got(":") {
		s.Step = part()
	}
	return s
}

// args reads the arguments of a call and its closing parenthesis.
func (p *parser) args() []Arg {
	var args []Arg
	keyword, double := false, false
	for !p.tok.is(")") {
		a := p.arg()
		switch {
		case a.Stars == 2:
			double = true
		case a.Name != "":
			keyword = true
		case a.Stars == 1 && double:
			p.failAt(a.Position, "", "iterable argument unpacking follows keyword argument unpacking")
		case a.Stars == 0 && double:
			p.failAt(a.Position, "", "positional argument follows keyword argument unpacking")
		case a.Stars == 0 && keyword:
			p.failAt(a.Position, "write name=value, or put it first", "positional argument follows keyword argument")
		}
		args = append(args, a)
		if g, ok := a.Value.(*Comprehension); ok && g.Kind == GeneratorExpression && p.peek(-1).text != ")" {
			if len(args) > 1 || !p.tok.is(")") {
				p.failAt(g.Position, "", "Generator expression must be parenthesized")
			}
		}
		if !p.got(",") {
			break
		}
	}
	p.closing(")")
	return args
}

func (p *parser) arg() Arg {
	t := p.tok
	a := Arg{At: At{t.at}}
	switch {
	case t.is("*"), t.is("**"):
		a.Stars = len(t.text)
		p.advance()
		a.Value = p.expr()
		return a
	case (t.kind == tokName || t.kind == tokKeyword) && p.peek(1).is("="):
		switch t.text {
		case "True", "False", "None":
			p.failAt(t.at, "", "cannot assign to %s", t.text)
		}
		a.Name = p.name().text
		p.advance()
		a.Value = p.expr()
		return a
	}
	a.Value = p.named()
	if p.tok.is("=") {
		p.failAt(t.at, "", `expression cannot contain assignment, perhaps you meant "=="?`)
	}
	if p.startsClause() {
		if _, ok := a.Value.(*Starred); ok {
			p.failAt(t.at, "", "iterable unpacking cannot be used in comprehension")
		}
		a.Value = &Comprehension{atPos(a.Value.Pos()), GeneratorExpression, nil, a.Value, p.clauses()}
	}
	return a
}

// startsClause reports whether a comprehension's `for` comes next.
func (p *parser) startsClause() bool {
	return p.tok.is("for") || p.tok.is("async") && p.peek(1).is("for")
}

// clauses reads the clauses of a comprehension.
func (p *parser) clauses() []Clause {
	var out []Clause
	for p.startsClause() {
		if p.depth+len(out) > maxDepth {
			p.failAt(p.tok.at, "", "too many loops in one comprehension")
		}
		c := Clause{At: At{p.tok.at}}
		c.Async = p.got("async")
		p.want("for")
		c.Target = p.targets()
		if !p.tok.is("in") {
			p.unexpected("invalid syntax")
		}
		p.checkTarget(c.Target, "assign to")
		p.advance()
		c.Iter = p.or()
		for p.got("if") {
			c.Conds = append(c.Conds, p.or())
		}
		if p.tok.is("else") {
			p.failAt(p.tok.at, "put the conditional expression in parentheses", "invalid syntax")
		}
		out = append(out, c)
	}
	return out
}

// targets reads what a for loop assigns to. It stops before `in`.
func (p *parser) targets() Expr {
	return p.tuple(func() Expr {
		if p.tok.is("*") {
			return p.starred()
		}
		return p.binary(0)
	})
}
