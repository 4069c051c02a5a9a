package syntax

func (p *parser) ifStmt() Stmt {
	s := &If{stmtNode: stmtAt(p.tok)}
	for {
		p.chain(len(s.Branches))
		t := p.advance()
		b := Branch{At: At{t.at}, Test: p.named()}
		b.Body = p.body("'"+t.text+"' statement", t)
		s.Branches = append(s.Branches, b)
		if !p.tok.is("elif") {
			s.Else = p.orElse()
			return s
		}
	}
}

// orElse reads an else clause, if there is one.
func (p *parser) orElse() []Stmt {
	t := p.tok
	if !p.got("else") {
		return nil
	}
	return p.body("'else' statement", t)
}

func (p *parser) forStmt(start *token, async bool) Stmt {
	t := p.advance()
	s := &For{stmtNode: stmtAt(start), Async: async, Target: p.targets()}
	if !p.tok.is("in") {
		p.unexpected("invalid syntax")
	}
	p.checkTarget(s.Target, "assign to")
	p.advance()
	s.Iter = p.expressions()
	s.Body = p.body("'for' statement", t)
	s.Else = p.orElse()
	return s
}

func (p *parser) whileStmt() Stmt {
	t := p.advance()
	s := &While{stmtNode: stmtAt(t), Test: p.named()}
	s.Body = p.body("'while' statement", t)
	s.Else = p.orElse()
	return s
}

// async reads a statement that begins with that word.
func (p *parser) async() Stmt {
	start := p.advance()
	switch {
	case p.tok.is("def"):
		return p.def(start, nil, true)
	case p.tok.is("for"):
		return p.forStmt(start, true)
	case p.tok.is("with"):
		return p.with(start, true)
	}
	p.unexpected("invalid syntax")
	return nil
}

func (p *parser) with(start *token, async bool) Stmt {
	t := p.advance()
	s := &With{stmtNode: stmtAt(start), Async: async}
	if !p.tok.is("(") || !p.attempt(func() { s.Items = p.withParens() }) {
		s.Items = []WithItem{p.withItem()}
		for p.got(",") {
			s.Items = append(s.Items, p.withItem())
		}
	}
	s.Body = p.body("'with' statement", t)
	return s
}

// withParens reads items in parentheses, up to the colon.
func (p *parser) withParens() []WithItem {
	p.want("(")
	items := []WithItem{p.withItem()}
	for p.got(",") && !p.tok.is(")") {
		items = append(items, p.withItem())
	}
	p.want(")")
	if !p.tok.is(":") {
		p.unexpected("invalid syntax")
	}
	return items
}

func (p *parser) withItem() WithItem {
	item := WithItem{At: At{p.tok.at}}
	item.X = p.expr()
	if p.got("as") {
		if p.tok.is("*") {
			item.Target = p.starred()
		} else {
			item.Target = p.primary()
		}
		if _, star := item.Target.(*Starred); star {
			p.failAt(item.Target.Pos(), "", "starred assignment target must be in a list or tuple")
		}
		p.checkTarget(item.Target, "assign to")
	}
	return item
}

func (p *parser) try() Stmt {
	t := p.advance()
	s := &Try{stmtNode: stmtAt(t), Body: p.body("'try' statement", t)}
	for p.tok.is("except") {
		star := p.peek(1).is("*")
		if len(s.Handlers) > 0 {
			if star != s.Group {
				p.failAt(p.tok.at, "", "cannot have both 'except' and 'except*' on the same 'try'")
			}
			if s.Handlers[len(s.Handlers)-1].Type == nil {
				p.failAt(s.Handlers[len(s.Handlers)-1].Position, "", "default 'except:' must be last")
			}
		}
		s.Group = star
		s.Handlers = append(s.Handlers, p.handler())
	}
	if len(s.Handlers) > 0 {
		s.Else = p.orElse()
	}
	if f := p.tok; p.got("finally") {
		s.Finally = p.body("'finally' statement", f)
	} else if len(s.Handlers) == 0 {
		p.unexpected("expected 'except' or 'finally' block")
	}
	return s
}

func (p *parser) handler() Handler {
	t := p.advance()
	h := Handler{At: At{t.at}}
	star := p.got("*")
	if !p.tok.is(":") || star {
		h.Type = p.expr()
		if p.tok.is(",") {
			p.failAt(h.Type.Pos(), "write except (A, B):", "multiple exception types must be parenthesized")
		}
		if p.got("as") {
			h.Name = p.name().text
		}
	}
	h.Body = p.body("'except' statement", t)
	return h
}

func (p *parser) importStmt() Stmt {
	s := &ImportStmt{stmtNode: stmtAt(p.advance())}
	for {
		a := Alias{At: At{p.tok.at}}
		a.Name = p.dotted()
		if p.got("as") {
			a.As = p.name().text
		}
		s.Names = append(s.Names, a)
		if !p.got(",") {
			return s
		}
	}
}

// dotted reads a module's name.
func (p *parser) dotted() string {
	name := p.name().text
	for n := 0; p.got("."); n++ {
		p.chain(n)
		name += "." + p.name().text
	}
	return name
}

func (p *parser) fromImport() Stmt {
	s := &FromImport{stmtNode: stmtAt(p.advance())}
	for p.tok.is(".") || p.tok.is("...") {
		s.Level += len(p.advance().text)
	}
	if s.Level == 0 || !p.tok.is("import") {
		s.Module = p.dotted()
	}
	if !p.tok.is("import") {
		p.unexpected("invalid syntax")
	}
	p.advance()
	if p.got("*") {
		return s
	}
	parens := p.got("(")
	for {
		if p.tok.kind == tokNewline || p.tok.is(")") {
			p.unexpected("Expected one or more names after 'import'")
		}
		a := Alias{At: At{p.tok.at}}
		a.Name = p.name().text
		if p.got("as") {
			a.As = p.name().text
		}
		s.Names = append(s.Names, a)
		if !p.got(",") {
			break
		}
		if parens && p.tok.is(")") {
			break
		}
		if p.tok.kind == tokNewline {
			p.unexpected("trailing comma not allowed without surrounding parentheses")
		}
	}
	if parens {
		p.closing(")")
	}
	return s
}
