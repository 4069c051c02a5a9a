package jinja

import (
	"math/big"
	"strconv"

	"go.starlark.net/starlark"
)

func (p *parser) expression() expr {
	defer p.deeper()()
	x := p.or()
	for p.acceptWord("if") {
		p.branches++
		test := p.or()
		c := &condExpr{test: test, then: x}
		if p.acceptWord("else") {
			c.otherwise = p.expression()
		}
		p.branches--
		x = c
	}
	return x
}

func (p *parser) or() expr {
	x := p.and()
	for p.word("or") {
		line := p.next().line
		x = &binaryExpr{"or", x, p.and(), line}
	}
	return x
}

func (p *parser) and() expr {
	x := p.not()
	for p.word("and") {
		line := p.next().line
		x = &binaryExpr{"and", x, p.not(), line}
	}
	return x
}

func (p *parser) not() expr {
	if p.acceptWord("not") {
		defer p.deeper()()
		return &unaryExpr{"not", p.not()}
	}
	return p.compare()
}

func (p *parser) comparison() string {
	t := p.peek()
	switch {
	case t.kind == operator:
		switch t.text {
		case "==", "!=", "<", "<=", ">", ">=":
			p.pos++
			return t.text
		}
	case p.word("in"):
		p.pos++
		return "in"
	case p.word("not") && p.after().kind == name && p.after().text == "in":
		p.pos += 2
		return "not in"
	}
	return ""
}

func (p *parser) compare() expr {
	c := &compareExpr{line: p.peek().line, first: p.sum()}
	for {
		op := p.comparison()
		if op == "" {
			break
		}
		c.ops = append(c.ops, op)
		c.rest = append(c.rest, p.sum())
	}
	if len(c.ops) == 0 {
		return c.first
	}
	return c
}

// binary reads a row of operands.
func (p *parser) binary(operand func() expr, ops ...string) expr {
	x := operand()
	for n := 0; ; n++ {
		t := p.peek()
		found := false
		for _, op := range ops {
			found = found || p.is(op)
		}
		if !found {
			return x
		}
		if n > maxRow {
			p.wrong("the expression has more than %d operators in a row", maxRow)
		}
		p.pos++
		x = &binaryExpr{t.text, x, operand(), t.line}
	}
}

// maxRow bounds how deep the tree of a row of operators gets.
const maxRow = 10000

func (p *parser) sum() expr { return p.binary(p.concat, "+", "-") }

func (p *parser) concat() expr {
	x := p.product()
	if !p.is("~") {
		return x
	}
	parts := concatExpr{x}
	for p.accept("~") {
		parts = append(parts, p.product())
	}
	return parts
}

func (p *parser) product() expr { return p.binary(p.power, "*", "/", "//", "%") }
func (p *parser) power() expr   { return p.binary(func() expr { return p.unary(true) }, "**") }

func (p *parser) unary(filters bool) expr {
	var x expr
	if p.is("-") || p.is("+") {
		defer p.deeper()()
		op := p.next().text
		x = &unaryExpr{op, p.unary(false)}
	} else {
		x = p.primary()
	}
	x = p.postfix(x)
	if filters {
		x = p.filters(x)
	}
	return x
}

func (p *parser) primary() expr {
	t := p.next()
	switch t.kind {
	case name:
		switch t.text {
		case "true", "True":
			return constant{starlark.True}
		case "false", "False":
			return constant{starlark.False}
		case "none", "None":
			return constant{starlark.None}
		}
		p.noteName(t.text)
		return &variable{t.text, t.line}
	case text:
		s := t.text
		for p.peek().kind == text {
			s += p.next().text
		}
		return constant{starlark.String(s)}
	case integer:
		n, ok := new(big.Int).SetString(t.text, 0)
		if !ok { // a row of zeros is octal, and empty
			n = new(big.Int)
		}
		return constant{starlark.MakeBigInt(n)}
	case float:
		f, err := strconv.ParseFloat(t.text, 64)
		if err != nil && f == 0 {
			p.fail(t.line, SyntaxError, "wrong number %s", t.text)
		}
		return constant{starlark.Float(f)}
	case operator:
		switch t.text {
		case "(":
			x := p.tuple(true, true)
			p.expect(")")
			return x
		case "[":
			return p.list()
		case "{":
			return p.dict(t.line)
		}
	}
	p.fail(t.line, SyntaxError, "unexpected %s: an expression was expected", t)
	return nil
}

// noteName tells the macros around that a name is used.
func (p *parser) noteName(name string) {
	for _, m := range p.macros {
		switch name {
		case "varargs":
			m.varargs = true
		case "kwargs":
			m.kwargs = true
		case "caller":
			m.caller = true
		}
	}
}

// tuple reads one expression, or several with commas between them. In
// parentheses there may be none. Without conditional, `if` ends it.
func (p *parser) tuple(parentheses, conditional bool, stop ...string) expr {
	defer p.deeper()()
	one := p.expression
	if !conditional {
		one = p.or
	}
	var items []expr
	isTuple := false
	for {
		if len(items) > 0 && !p.accept(",") {
			break
		}
		isTuple = isTuple || len(items) > 0
		if k := p.peek().kind; k == variableEnd || k == blockEnd || p.is(")") || p.word(stop...) {
			break
		}
		items = append(items, one())
	}
	if !isTuple {
		if len(items) == 1 {
			return items[0]
		}
		if !parentheses {
			p.wrong("expected an expression, not %s", p.peek())
		}
	}
	return tupleExpr(items)
}

func (p *parser) list() expr {
	items := listExpr{}
	for !p.accept("]") {
		if len(items) > 0 {
			p.expect(",")
			if p.accept("]") {
				break
			}
		}
		items = append(items, p.expression())
	}
	return items
}

func (p *parser) dict(line int) expr {
	d := &dictExpr{line: line}
	for !p.accept("}") {
		if len(d.keys) > 0 {
			p.expect(",")
			if p.accept("}") {
				break
			}
		}
		d.keys = append(d.keys, p.expression())
		p.expect(":")
		d.values = append(d.values, p.expression())
	}
	return d
}

func (p *parser) postfix(x expr) expr {
	for n := 0; ; n++ {
		line := p.peek().line
		switch {
		case n > maxRow:
			p.wrong("the expression has more than %d parts in a row", maxRow)
		case p.accept("."):
			t := p.next()
			switch t.kind {
			case name:
				x = &getattr{x, t.text, line}
			case integer:
				i, err := strconv.ParseInt(t.text, 0, 64)
				if err != nil {
					p.fail(line, SyntaxError, "wrong index %s", t.text)
				}
				x = &getitem{x, constant{starlark.MakeInt64(i)}, line}
			default:
				p.fail(line, SyntaxError, "expected a name after '.', not %s", t)
			}
		case p.accept("["):
			x = p.subscript(x, line)
		case p.is("("):
			x = &callExpr{x, p.arguments(), line}
		default:
			return x
		}
	}
}

func (p *parser) subscript(x expr, line int) expr {
	defer p.deeper()()
	var items []expr
	for !p.accept("]") {
		if len(items) > 0 {
			p.expect(",")
		}
		if s, ok := p.slice(x, line); ok {
			if len(items) > 0 || !p.is("]") {
				p.wrong("a slice must be alone in its brackets")
			}
			p.pos++
			return s
		} else {
			items = append(items, s)
		}
	}
	switch len(items) {
	case 0:
		p.wrong("expected an index")
	case 1:
		return &getitem{x, items[0], line}
	}
	return &getitem{x, tupleExpr(items), line}
}

// slice reads what is between brackets: a slice of x, or an index.
func (p *parser) slice(x expr, line int) (expr, bool) {
	var first expr
	if !p.is(":") {
		if first = p.expression(); !p.is(":") {
			return first, false
		}
	}
	p.expect(":")
	s := &sliceExpr{x: x, lo: first, line: line}
	part := func() expr {
		if p.is(":") || p.is("]") || p.is(",") {
			return nil
		}
		return p.expression()
	}
	s.hi = part()
	if p.accept(":") {
		s.step = part()
	}
	return s, true
}

// arguments reads those of a call, with their parentheses.
func (p *parser) arguments() arguments {
	defer p.deeper()()
	var a arguments
	p.expect("(")
	for n := 0; !p.accept(")"); n++ {
		if n > 0 {
			p.expect(",")
			if p.accept(")") {
				break
			}
		}
		p.argument(&a)
	}
	return a
}

func (p *parser) argument(a *arguments) {
	switch {
	case p.is("*") && a.star == nil && a.stars == nil:
		p.pos++
		a.star = p.expression()
	case p.is("**") && a.stars == nil:
		p.pos++
		a.stars = p.expression()
	case p.peek().kind == name && p.after().kind == operator && p.after().text == "=" && a.stars == nil:
		keyword := p.next().text
		p.pos++
		for _, other := range a.names {
			if other == keyword {
				p.wrong("the keyword argument %s is given twice", keyword)
			}
		}
		a.names = append(a.names, keyword)
		a.values = append(a.values, p.expression())
	case len(a.names) > 0 || a.star != nil || a.stars != nil:
		p.wrong("a positional argument cannot follow keyword arguments, * or **")
	default:
		a.args = append(a.args, p.expression())
	}
}

// filters reads the filters, tests and calls after an expression.
func (p *parser) filters(x expr) expr {
	for n := 0; ; n++ {
		line := p.peek().line
		switch {
		case n > maxRow:
			p.wrong("the expression has more than %d filters in a row", maxRow)
		case p.is("|"):
			p.pos++
			x = p.filter(x)
		case p.acceptWord("is"):
			x = p.test(x, line)
		case p.is("("):
			x = &callExpr{x, p.arguments(), line}
		default:
			return x
		}
	}
}

// dotted reads a name that may have dots.
func (p *parser) dotted() string {
	s := p.expectName()
	for p.accept(".") {
		s += "." + p.expectName()
	}
	return s
}

func (p *parser) filter(x expr) *filterExpr {
	f := &filterExpr{x: x, line: p.peek().line, name: p.dotted()}
	if filters()[f.name] == nil && p.branches == 0 {
		p.fail(f.line, AssertionError, "%s", unknownFilter(f.name))
	}
	if p.is("(") {
		f.args = p.arguments()
	}
	return f
}

func (p *parser) test(x expr, line int) expr {
	t := &testExpr{x: x, line: line}
	t.not = p.acceptWord("not")
	t.name = p.dotted()
	if tests()[t.name] == nil && p.branches == 0 {
		p.fail(line, AssertionError, "%s", unknownTest(t.name))
	}
	next := p.peek()
	switch {
	case p.is("("):
		t.args = p.arguments()
	case p.word("is"):
		p.wrong("tests cannot be chained with is")
	case next.kind == text, next.kind == integer, next.kind == float, p.is("["), p.is("{"),
		next.kind == name && !p.word("else", "or", "and"):
		defer p.deeper()()
		if p.word("if", "in", "not", "recursive") {
			break // Jinja would take these for the name of a variable
		}
		t.args.args = []expr{p.postfix(p.primary())}
	}
	return t
}
