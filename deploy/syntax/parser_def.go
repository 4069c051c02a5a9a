package syntax

// decorated reads a function or class with decorators.
func (p *parser) decorated() Stmt {
	var decorators []Expr
	for p.got("@") {
		p.chain(len(decorators))
		decorators = append(decorators, p.named())
		if p.tok.kind != tokNewline {
			p.unexpected("invalid syntax")
		}
		p.advance()
	}
	switch t := p.tok; {
	case t.is("def"):
		return p.def(t, decorators, false)
	case t.is("class"):
		return p.class(t, decorators)
	case t.is("async") && p.peek(1).is("def"):
		p.advance()
		return p.def(t, decorators, true)
	}
	p.unexpected("expected a function or a class after its decorator")
	return nil
}

func (p *parser) def(start *token, decorators []Expr, async bool) Stmt {
	t := p.advance()
	name := p.name()
	s := &FuncDef{
		stmtNode: stmtAt(start), Async: async, Decorators: decorators,
		NamePos: name.at, Name: name.text, TypeParams: p.typeParams(),
	}
	if !p.tok.is("(") {
		p.unexpected("expected '('")
	}
	p.advance()
	s.Params = p.params(")", true)
	p.closing(")")
	if p.got("->") {
		s.Returns = p.expr()
	}
	s.Body = p.body("function definition", t)
	return s
}

func (p *parser) class(start *token, decorators []Expr) Stmt {
	p.advance()
	s := &ClassDef{stmtNode: stmtAt(start), Decorators: decorators, Name: p.name().text}
	s.TypeParams = p.typeParams()
	if p.got("(") {
		s.Args = p.args()
		for _, a := range s.Args {
			if g, ok := a.Value.(*Comprehension); ok && g.Kind == GeneratorExpression && a.Position == g.Value.Pos() {
				p.failAt(a.Position, "", "invalid syntax")
			}
		}
	}
	s.Body = p.body("class definition", start)
	return s
}

// params reads the parameters of a function, or of a lambda, up to the token
// that ends them.
func (p *parser) params(end string, annotated bool) []Param {
	var out []Param
	kind := Positional
	bare, defaults := false, false // after a lone "*"; after a default
	var slash bool
	for !p.tok.is(end) {
		t := p.tok
		switch {
		case len(out) > 0 && out[len(out)-1].Kind == KeywordArgs:
			p.failAt(t.at, "", "arguments cannot follow var-keyword argument")
		case t.is("/"):
			p.slash(out, slash, kind)
			slash = true
		case t.is("*") && p.peek(1).is(","):
			if kind == KeywordOnly {
				p.failAt(t.at, "", "* argument may appear only once")
			}
			p.advance()
			kind, bare = KeywordOnly, true
		case t.is("*"), t.is("**"):
			out = append(out, p.starParam(kind, annotated))
			if t.text == "*" {
				kind = KeywordOnly
			} else if bare {
				p.failAt(t.at, "", "named arguments must follow bare *")
			}
		default:
			q := p.param(kind, annotated)
			if kind == Positional && q.Default == nil && defaults {
				p.failAt(q.Position, "", "parameter without a default follows parameter with a default")
			}
			defaults = defaults || q.Default != nil
			out = append(out, q)
			bare = false
		}
		if !p.got(",") {
			break
		}
	}
	if bare {
		p.unexpected("named arguments must follow bare *")
	}
	return out
}

// slash reads the "/" that makes the parameters before it positional only.
func (p *parser) slash(before []Param, twice bool, kind ParamKind) {
	t := p.advance()
	switch {
	case twice:
		p.failAt(t.at, "", "/ may appear only once")
	case kind == KeywordOnly:
		p.failAt(t.at, "", "/ must be ahead of *")
	case len(before) == 0:
		p.failAt(t.at, "", "at least one argument must precede /")
	}
	for i := range before {
		before[i].Kind = PositionalOnly
	}
}

// starParam reads *args or **kwargs.
func (p *parser) starParam(kind ParamKind, annotated bool) Param {
	t := p.advance()
	what := VarArgs
	if t.text == "**" {
		what = KeywordArgs
	} else if kind == KeywordOnly {
		p.failAt(t.at, "", "* argument may appear only once")
	} else if p.tok.is(")") || p.tok.is(":") && !annotated {
		p.failAt(t.at, "", "named arguments must follow bare *")
	}
	q := p.param(what, annotated)
	if p.tok.is("=") {
		if what == VarArgs {
			p.unexpected("var-positional argument cannot have default value")
		}
		p.unexpected("var-keyword argument cannot have default value")
	}
	return q
}

// param reads a name with its annotation and default.
func (p *parser) param(kind ParamKind, annotated bool) Param {
	if p.tok.is("(") {
		p.unexpected("Function parameters cannot be parenthesized")
	}
	name := p.name()
	q := Param{At: At{name.at}, Kind: kind, Name: name.text}
	if annotated && p.got(":") {
		if kind == VarArgs && p.tok.is("*") {
			q.Annotation = p.starred()
		} else {
			q.Annotation = p.expr()
		}
	}
	if kind != VarArgs && kind != KeywordArgs && p.got("=") {
		if p.tok.is(")") || p.tok.is(",") {
			p.unexpected("expected default value expression")
		}
		q.Default = p.expr()
	}
	return q
}

// typeParams reads the [T, *Ts, **P] of a generic, if there is one.
func (p *parser) typeParams() []TypeParam {
	if !p.got("[") {
		return nil
	}
	if p.tok.is("]") {
		p.unexpected("Type parameter list cannot be empty")
	}
	var out []TypeParam
	for {
		q := TypeParam{At: At{p.tok.at}}
		if p.tok.is("*") || p.tok.is("**") {
			q.Name = p.advance().text
		}
		plain := q.Name == ""
		q.Name += p.name().text
		if plain && p.got(":") {
			q.Bound = p.expr()
		}
		out = append(out, q)
		if !p.got(",") || p.tok.is("]") {
			break
		}
	}
	p.closing("]")
	return out
}
