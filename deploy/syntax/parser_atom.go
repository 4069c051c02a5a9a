package syntax

import "strings"

// atom reads an expression that no operator is part of.
func (p *parser) atom() Expr {
	t := p.tok
	switch t.kind {
	case tokName:
		p.advance()
		return &Name{at(t), t.text}
	case tokNumber:
		p.advance()
		value, imaginary := numberValue(t.text)
		return &Number{at(t), t.text, value, imaginary}
	case tokString, tokFStringStart:
		return p.strings()
	case tokKeyword:
		switch t.text {
		case "None", "True", "False":
			p.advance()
			return &Constant{at(t), t.text}
		}
		p.keyword(t)
	case tokOp:
		switch t.text {
		case "...":
			p.advance()
			return &Constant{at(t), t.text}
		case "(":
			return p.parens()
		case "[":
			return p.list()
		case "{":
			return p.braces()
		case "//":
			p.failAt(t.at, "a comment begins with #", "invalid syntax")
		}
	}
	p.unexpected("invalid syntax")
	return nil
}

// keyword refuses a keyword where an expression is expected.
func (p *parser) keyword(t *token) {
	switch {
	case p.i+1 < len(p.tokens) && (p.peek(1).is("=") || p.peek(1).is(".")) && t.text != "lambda":
		p.failAt(t.at, "'"+t.text+"' is a word of the language: choose another name", "invalid syntax")
	}
	p.unexpected("invalid syntax")
}

// parens reads a parenthesized expression, a tuple or a generator expression.
func (p *parser) parens() Expr {
	p.enter()
	defer p.leave()
	open := p.advance()
	if p.got(")") {
		return &TupleDisplay{exprNode: at(open), Parens: true}
	}
	if p.tok.is("yield") {
		x := p.yield()
		p.closing(")")
		return x
	}
	first := p.starOrNamed()
	switch {
	case p.startsClause():
		p.noStar(first)
		g := &Comprehension{at(open), GeneratorExpression, nil, first, p.clauses()}
		p.closing(")")
		return g
	case p.tok.is(","):
		items := []Expr{first}
		for p.got(",") && !p.tok.is(")") {
			items = append(items, p.starOrNamed())
		}
		p.closing(")")
		return &TupleDisplay{exprNode: at(open), Items: items, Parens: true}
	}
	p.closing(")")
	if s, ok := first.(*Starred); ok {
		p.failAt(s.Position, "write (*x,) for a tuple", "cannot use starred expression here")
	}
	return first
}

func (p *parser) noStar(x Expr) {
	if s, ok := x.(*Starred); ok {
		p.failAt(s.Position, "", "iterable unpacking cannot be used in comprehension")
	}
}

func (p *parser) list() Expr {
	p.enter()
	defer p.leave()
	open := p.advance()
	if p.got("]") {
		return &ListDisplay{exprNode: at(open)}
	}
	first := p.starOrNamed()
	if p.startsClause() {
		p.noStar(first)
		c := &Comprehension{at(open), ListComprehension, nil, first, p.clauses()}
		p.closing("]")
		return c
	}
	return &ListDisplay{at(open), p.items(first, "]")}
}

// items reads the rest of a display and its closing bracket.
func (p *parser) items(first Expr, end string) []Expr {
	items := []Expr{first}
	for p.got(",") && !p.tok.is(end) {
		items = append(items, p.starOrNamed())
	}
	p.closing(end)
	return items
}

// braces reads a set or dict display or comprehension.
func (p *parser) braces() Expr {
	p.enter()
	defer p.leave()
	open := p.advance()
	if p.got("}") {
		return &DictDisplay{exprNode: at(open)}
	}
	if p.tok.is("**") {
		return p.mapping(open, p.entry())
	}
	first := p.starOrNamed()
	if !p.tok.is(":") {
		if p.startsClause() {
			p.noStar(first)
			c := &Comprehension{at(open), SetComprehension, nil, first, p.clauses()}
			p.closing("}")
			return c
		}
		return &SetDisplay{at(open), p.items(first, "}")}
	}
	switch first.(type) {
	case *Starred, *Walrus:
		if p.peek(-1).text != ")" {
			p.unexpected("invalid syntax")
		}
	}
	p.advance()
	return p.mapping(open, Entry{At{first.Pos()}, first, p.entryValue()})
}

func (p *parser) entryValue() Expr {
	if p.tok.is("}") || p.tok.is(",") {
		p.unexpected("expression expected after dictionary key and ':'")
	}
	if p.tok.is("*") {
		p.unexpected("cannot use a starred expression in a dictionary value")
	}
	return p.expr()
}

// entry reads an entry of a dict display.
func (p *parser) entry() Entry {
	t := p.tok
	if p.got("**") {
		return Entry{At: At{t.at}, Value: p.binary(0)}
	}
	key := p.expr()
	if !p.tok.is(":") {
		if p.startsExpr() && p.tok.kind != tokError {
			p.closing("}")
		}
		p.unexpected("':' expected after dictionary key")
	}
	p.advance()
	return Entry{At{t.at}, key, p.entryValue()}
}

// mapping reads the rest of a dict display or comprehension.
func (p *parser) mapping(open *token, first Entry) Expr {
	if p.startsClause() {
		if first.Key == nil {
			p.failAt(first.Position, "", "dict unpacking cannot be used in dict comprehension")
		}
		c := &Comprehension{at(open), DictComprehension, first.Key, first.Value, p.clauses()}
		p.closing("}")
		return c
	}
	entries := []Entry{first}
	for p.got(",") && !p.tok.is("}") {
		entries = append(entries, p.entry())
	}
	p.closing("}")
	return &DictDisplay{at(open), entries}
}

// strings reads string literals side by side, which are one.
func (p *parser) strings() Expr {
	start := p.tok
	bytes := start.bytes
	var parts []Expr
	fstring := false
	text := func(at Position, value string) {
		if n := len(parts); n > 0 {
			if last, ok := parts[n-1].(*String); ok {
				last.Value += value
				return
			}
		}
		parts = append(parts, &String{atPos(at), value, bytes})
	}
	for {
		t := p.tok
		switch t.kind {
		case tokString:
			p.advance()
			text(t.at, t.value)
		case tokFStringStart:
			fstring = true
			p.advance()
			for _, part := range p.fstringParts() {
				if s, ok := part.(*String); ok {
					text(s.Position, s.Value)
				} else {
					parts = append(parts, part)
				}
			}
			if p.tok.kind != tokFStringEnd {
				p.unexpected("f-string: expecting '}'")
			}
			p.advance()
		default:
			if fstring {
				return &FormatString{at(start), parts}
			}
			return parts[0]
		}
		if n := p.tok; (n.kind == tokString || n.kind == tokFStringStart) && n.bytes != bytes {
			p.failAt(n.at, "", "cannot mix bytes and nonbytes literals")
		}
	}
}

// fstringParts reads text and replacement fields up to something else.
func (p *parser) fstringParts() []Expr {
	var parts []Expr
	for {
		switch t := p.tok; {
		case t.kind == tokFStringMiddle:
			p.advance()
			parts = append(parts, &String{exprNode: at(t), Value: t.value})
		case t.is("{"):
			parts = append(parts, p.field())
		default:
			return parts
		}
	}
}

// field reads a replacement field.
func (p *parser) field() Expr {
	p.enter()
	defer p.leave()
	open := p.advance()
	switch t := p.tok; {
	case t.is("}"), t.is("!"), t.is(":"), t.is("="):
		p.failAt(t.at, "", "f-string: valid expression required before '%s'", t.text)
	}
	f := &Field{exprNode: at(open)}
	if p.tok.is("yield") {
		f.X = p.yield()
	} else {
		f.X = p.tuple(p.starOrNamed)
	}
	if p.got("=") {
		f.Debug = p.src.text[open.end:p.tok.start]
	}
	if bang := p.tok; p.got("!") {
		c := p.tok
		if c.kind != tokName || c.start != bang.end {
			p.unexpected("f-string: invalid conversion character")
		}
		if c.text != "r" && c.text != "s" && c.text != "a" {
			p.failAt(c.at, "", "f-string: invalid conversion character '%s': expected 's', 'r', or 'a'", c.text)
		}
		f.Conversion = p.advance().text
	}
	if colon := p.tok; p.got(":") {
		f.Spec = &FormatString{exprNode: exprNode{At{colon.at}}, Parts: p.fstringParts()}
	}
	if !p.tok.is("}") {
		if strings.HasPrefix(p.tok.text, ":=") {
			p.unexpected("f-string: put an assignment expression in parentheses")
		}
		p.unexpected("f-string: expecting '}'")
	}
	p.advance()
	return f
}

// yield reads a yield expression.
func (p *parser) yield() Expr {
	y := &Yield{exprNode: at(p.advance())}
	switch {
	case p.got("from"):
		y.From = true
		y.X = p.expr()
	case p.startsExpr() && !p.tok.is("yield") || p.tok.is("*"):
		y.X = p.expressions()
	}
	return y
}
