package syntax

// match reads a match statement, or returns nil if the name is just a name:
// which one it is shows at the first case.
func (p *parser) match() Stmt {
	var s *Match
	if !p.attempt(func() { s = p.matchHead() }) {
		return nil
	}
	for p.tok.kind != tokDedent {
		if p.tok.kind != tokName || p.tok.text != "case" {
			p.unexpected("expected 'case'")
		}
		s.Cases = append(s.Cases, p.matchCase())
	}
	p.advance()
	return s
}

// matchHead reads `match subject:` and goes to its first case.
func (p *parser) matchHead() *Match {
	s := &Match{stmtNode: stmtAt(p.advance())}
	s.Subject = p.tuple(p.starOrNamed)
	p.want(":")
	if p.tok.kind != tokNewline || p.peek(1).kind != tokIndent ||
		p.peek(2).kind != tokName || p.peek(2).text != "case" {
		p.unexpected("invalid syntax")
	}
	p.advance()
	p.advance()
	return s
}

func (p *parser) matchCase() Case {
	t := p.advance()
	c := Case{At: At{t.at}, Pattern: p.openPattern()}
	if p.got("if") {
		c.Guard = p.named()
	}
	c.Body = p.body("'case' statement", t)
	return c
}

func patternAt(pos Position) patternNode { return patternNode{At{pos}} }

// openPattern reads a pattern that may be a sequence without brackets.
func (p *parser) openPattern() Pattern {
	first := p.starPattern()
	if !p.tok.is(",") {
		if s, ok := first.(*StarPattern); ok {
			p.failAt(s.Position, "", "invalid syntax")
		}
		return first
	}
	items := []Pattern{first}
	for p.got(",") && !p.tok.is(":") && !p.tok.is("if") {
		items = append(items, p.starPattern())
	}
	return &SequencePattern{patternAt(first.Pos()), items}
}

func (p *parser) starPattern() Pattern {
	if t := p.tok; p.got("*") {
		return &StarPattern{patternAt(t.at), p.name().text}
	}
	return p.asPattern()
}

func (p *parser) asPattern() Pattern {
	p.enter()
	defer p.leave()
	x := p.orPattern()
	if !p.got("as") {
		return x
	}
	name := p.name()
	if name.text == "_" {
		p.failAt(name.at, "", "cannot use '_' as a target")
	}
	return &AsPattern{patternAt(x.Pos()), x, name.text}
}

func (p *parser) orPattern() Pattern {
	first := p.closedPattern()
	if !p.tok.is("|") {
		return first
	}
	choices := []Pattern{first}
	for p.got("|") {
		choices = append(choices, p.closedPattern())
	}
	return &OrPattern{patternAt(first.Pos()), choices}
}

func (p *parser) closedPattern() Pattern {
	t := p.tok
	switch {
	case t.kind == tokName:
		return p.namePattern()
	case t.kind == tokString, t.kind == tokFStringStart:
		x := p.strings()
		if _, ok := x.(*FormatString); ok {
			p.failAt(t.at, "", "patterns may only match literals and attribute lookups")
		}
		return &ValuePattern{patternAt(t.at), x}
	case t.kind == tokNumber, t.is("-"):
		return &ValuePattern{patternAt(t.at), p.numberPattern()}
	case t.is("None"), t.is("True"), t.is("False"):
		return &ValuePattern{patternAt(t.at), p.atom()}
	case t.is("["):
		p.advance()
		return &SequencePattern{patternAt(t.at), p.patterns("]")}
	case t.is("("):
		return p.groupPattern()
	case t.is("{"):
		return p.mappingPattern()
	}
	p.unexpected("invalid syntax")
	return nil
}

// numberPattern reads a number with a sign, or a complex one.
func (p *parser) numberPattern() Expr {
	signed := func() Expr {
		t := p.tok
		minus := p.got("-")
		if p.tok.kind != tokNumber {
			p.unexpected("invalid syntax")
		}
		if x := p.atom(); !minus {
			return x
		} else {
			return &Unary{at(t), "-", x}
		}
	}
	x := signed()
	if op := p.tok; op.is("+") || op.is("-") {
		p.advance()
		if p.tok.kind != tokNumber {
			p.unexpected("invalid syntax")
		}
		y := p.atom()
		if !y.(*Number).Imaginary {
			p.failAt(y.Pos(), "", "imaginary number required in complex literal")
		}
		return &Binary{atPos(x.Pos()), x, op.at, op.text, y}
	}
	return x
}

// namePattern reads a capture, a value with dots, or a class.
func (p *parser) namePattern() Pattern {
	name := p.advance()
	if !p.tok.is(".") && !p.tok.is("(") {
		return &CapturePattern{patternAt(name.at), name.text}
	}
	var x Expr = &Name{at(name), name.text}
	for n := 0; p.got("."); n++ {
		p.chain(n)
		part := p.name()
		x = &Attribute{atPos(x.Pos()), x, part.at, part.text}
	}
	if !p.got("(") {
		return &ValuePattern{patternAt(name.at), x}
	}
	c := &ClassPattern{patternNode: patternAt(name.at), Class: x}
	for !p.tok.is(")") {
		if p.tok.kind == tokName && p.peek(1).is("=") {
			c.Names = append(c.Names, p.advance().text)
			p.advance()
		} else if len(c.Names) > 0 {
			p.failAt(p.tok.at, "", "positional patterns follow keyword patterns")
		}
		c.Args = append(c.Args, p.asPattern())
		if !p.got(",") {
			break
		}
	}
	p.closing(")")
	return c
}

// groupPattern reads a pattern or a sequence in parentheses.
func (p *parser) groupPattern() Pattern {
	open := p.advance()
	if p.got(")") {
		return &SequencePattern{patternNode: patternAt(open.at)}
	}
	first := p.starPattern()
	if !p.tok.is(",") {
		p.closing(")")
		if s, ok := first.(*StarPattern); ok {
			p.failAt(s.Position, "", "invalid syntax")
		}
		return first
	}
	items := []Pattern{first}
	if p.advance(); !p.tok.is(")") {
		return &SequencePattern{patternAt(open.at), append(items, p.patterns(")")...)}
	}
	p.advance()
	return &SequencePattern{patternAt(open.at), items}
}

func (p *parser) patterns(end string) []Pattern {
	var out []Pattern
	for !p.tok.is(end) {
		out = append(out, p.starPattern())
		if !p.got(",") {
			break
		}
	}
	p.closing(end)
	return out
}

func (p *parser) mappingPattern() Pattern {
	m := &MappingPattern{patternNode: patternAt(p.advance().at)}
	for !p.tok.is("}") {
		if p.got("**") {
			m.Rest = p.name().text
			p.got(",")
			break
		}
		k := p.closedPattern()
		v, ok := k.(*ValuePattern)
		if !ok {
			p.failAt(k.Pos(), "", "a key of a mapping pattern must be a literal or a name with a dot")
		}
		p.want(":")
		m.Keys = append(m.Keys, v.X)
		m.Patterns = append(m.Patterns, p.asPattern())
		if !p.got(",") {
			break
		}
	}
	p.closing("}")
	return m
}
