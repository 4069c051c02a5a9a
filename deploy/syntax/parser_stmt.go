package syntax

func stmtAt(t *token) stmtNode      { return stmtNode{At{t.at}} }
func stmtPos(pos Position) stmtNode { return stmtNode{At{pos}} }

func (p *parser) module() *Module {
	m := &Module{At: At{Position{1, 1}}, File: p.src.file, src: p.src}
	for p.tok.kind != tokEOF {
		m.Body = p.statement(m.Body)
	}
	return m
}

// statement reads a line or a compound statement, and adds what it has to the
// list.
func (p *parser) statement(to []Stmt) []Stmt {
	p.enter()
	defer p.leave()
	switch p.tok.kind {
	case tokKeyword:
		if s := p.compound(); s != nil {
			return append(to, s)
		}
	case tokOp:
		if p.tok.text == "@" {
			return append(to, p.decorated())
		}
	case tokName:
		if p.tok.text == "match" {
			if s := p.match(); s != nil {
				return append(to, s)
			}
		}
	}
	return p.line(to)
}

// compound reads a statement that begins with a keyword and has a body, or
// returns nil.
func (p *parser) compound() Stmt {
	switch t := p.tok; t.text {
	case "if":
		return p.ifStmt()
	case "for":
		return p.forStmt(t, false)
	case "while":
		return p.whileStmt()
	case "def":
		return p.def(t, nil, false)
	case "class":
		return p.class(t, nil)
	case "with":
		return p.with(t, false)
	case "try":
		return p.try()
	case "async":
		return p.async()
	case "elif", "else", "except", "finally":
		p.failAt(t.at, "check the indentation", "'%s' without a statement that it belongs to", t.text)
	}
	return nil
}

// line reads simple statements with semicolons between them.
func (p *parser) line(to []Stmt) []Stmt {
	for {
		to = append(to, p.simple())
		if p.got(";") && p.tok.kind != tokNewline {
			continue
		}
		if p.tok.kind != tokNewline {
			p.lineEnd(to[len(to)-1])
		}
		p.advance()
		return to
	}
}

// lineEnd refuses what follows a complete statement.
func (p *parser) lineEnd(last Stmt) {
	if s, ok := last.(*ExprStmt); ok && p.tok.kind != tokError {
		name, isName := s.X.(*Name)
		switch {
		case !isName || !p.startsExpr():
		case name.ID == "elseif" || name.ID == "elsif":
			p.failAt(name.Position, "write 'elif'", "invalid syntax")
		case name.ID == "print" || name.ID == "exec":
			p.failAt(name.Position, "write "+name.ID+"(...)", "Missing parentheses in call to '%s'. Did you mean %[1]s(...)?", name.ID)
		}
	}
	p.unexpected("invalid syntax")
}

// simple reads a statement that fits on a line.
func (p *parser) simple() Stmt {
	t := p.tok
	if t.kind == tokKeyword {
		switch t.text {
		case "pass", "break", "continue":
			p.advance()
			return &Jump{stmtAt(t), t.text}
		case "return":
			p.advance()
			s := &Return{stmtNode: stmtAt(t)}
			if !p.lineEnds() {
				s.X = p.expressions()
			}
			return s
		case "import":
			return p.importStmt()
		case "from":
			return p.fromImport()
		case "raise":
			return p.raise()
		case "assert":
			p.advance()
			s := &AssertStmt{stmtNode: stmtAt(t), Test: p.expr()}
			if p.got(",") {
				s.Message = p.expr()
			}
			return s
		case "del":
			return p.del()
		case "global", "nonlocal":
			p.advance()
			s := &Scope{stmtNode: stmtAt(t), Word: t.text, Names: []string{p.name().text}}
			for p.got(",") {
				s.Names = append(s.Names, p.name().text)
			}
			return s
		}
	}
	if t.kind == tokName && t.text == "type" && p.peek(1).kind == tokName {
		p.advance()
		s := &TypeAlias{stmtNode: stmtAt(t), Name: p.name().text, TypeParams: p.typeParams()}
		p.want("=")
		s.Value = p.expr()
		return s
	}
	return p.assignment()
}

// lineEnds reports whether a simple statement can end here.
func (p *parser) lineEnds() bool { return p.tok.kind == tokNewline || p.tok.is(";") }

func (p *parser) raise() Stmt {
	s := &RaiseStmt{stmtNode: stmtAt(p.advance())}
	if p.lineEnds() {
		return s
	}
	s.X = p.expr()
	if p.got("from") {
		s.Cause = p.expr()
	}
	if p.tok.is(",") {
		p.failAt(p.tok.at, "write raise Error(message)", "invalid syntax")
	}
	return s
}

func (p *parser) del() Stmt {
	s := &Del{stmtNode: stmtAt(p.advance())}
	for {
		x := p.primary()
		p.checkTarget(x, "delete")
		s.Targets = append(s.Targets, x)
		if !p.got(",") || p.lineEnds() {
			return s
		}
	}
}

// augmented are the operators of augmented assignments, without the "=".
var augmented = map[string]string{
	"+=": "+", "-=": "-", "*=": "*", "/=": "/", "//=": "//", "%=": "%", "@=": "@",
	"&=": "&", "|=": "|", "^=": "^", "<<=": "<<", ">>=": ">>", "**=": "**",
}

// assignment reads an assignment of any form, or an expression.
func (p *parser) assignment() Stmt {
	first := p.tok
	x := p.valueOrYield()
	t := p.tok
	if t.kind == tokOp {
		if op, ok := augmented[t.text]; ok {
			return p.augAssign(x, op)
		}
		switch t.text {
		case ":":
			return p.annAssign(x, first.is("("))
		case "=":
			return p.assign(x)
		case ":=":
			p.failAt(t.at, "write '=', or put it in parentheses", "invalid syntax")
		}
	}
	return &ExprStmt{stmtPos(first.at), x}
}

func (p *parser) valueOrYield() Expr {
	if p.tok.is("yield") {
		return p.yield()
	}
	return p.expressions()
}

func (p *parser) assign(x Expr) Stmt {
	s := &Assign{stmtNode: stmtPos(x.Pos())}
	for p.tok.is("=") {
		p.chain(len(s.Targets))
		switch x.(type) {
		case *Call, *Number, *String, *Compare, *Binary, *Cond, *Lambda:
			p.failAt(x.Pos(), "", "cannot assign to %s here. Maybe you meant '==' instead of '='?", describe(x))
		}
		p.checkTarget(x, "assign to")
		s.Targets = append(s.Targets, x)
		s.OpPos = p.advance().at
		x = p.valueOrYield()
	}
	s.Value = x
	return s
}

func (p *parser) augAssign(x Expr, op string) Stmt {
	switch x.(type) {
	case *Name, *Attribute, *Subscript:
	default:
		p.failAt(x.Pos(), "", "'%s' is an illegal expression for augmented assignment", describe(x))
	}
	t := p.advance()
	return &AugAssign{stmtPos(x.Pos()), x, t.at, op, p.valueOrYield()}
}

func (p *parser) annAssign(x Expr, parens bool) Stmt {
	switch x := x.(type) {
	case *Name, *Attribute, *Subscript:
	case *ListDisplay:
		p.failAt(x.Position, "", "only single target (not list) can be annotated")
	case *TupleDisplay:
		p.failAt(x.Position, "", "only single target (not tuple) can be annotated")
	default:
		if parens {
			p.failAt(x.Pos(), "", "illegal target for annotation")
		}
		p.unexpected("invalid syntax")
	}
	s := &AnnAssign{stmtNode: stmtPos(x.Pos()), Target: x, OpPos: p.advance().at}
	s.Annotation = p.expr()
	if eq := p.tok; p.got("=") {
		s.OpPos = eq.at
		s.Value = p.valueOrYield()
	}
	return s
}

// body reads the ":" and the body of a compound statement. what names it and
// start is where it begins, for errors.
func (p *parser) body(what string, start *token) []Stmt {
	if !p.tok.is(":") {
		p.noColon()
	}
	p.advance()
	if p.tok.kind != tokNewline {
		return p.oneLine()
	}
	p.advance()
	if p.tok.kind != tokIndent {
		if p.tok.kind == tokError {
			p.unexpected("")
		}
		p.failAt(p.tok.at, "", "expected an indented block after %s on line %d", what, start.at.Line)
	}
	p.advance()
	var out []Stmt
	for p.tok.kind != tokDedent {
		out = p.statement(out)
	}
	p.advance()
	return out
}

// oneLine reads a body on the line of its statement.
func (p *parser) oneLine() []Stmt {
	if p.tok.kind == tokKeyword {
		switch p.tok.text {
		case "if", "for", "while", "def", "class", "with", "try", "async":
			p.unexpected("invalid syntax")
		}
	}
	return p.line(nil)
}

// noColon refuses a compound statement that lacks its colon.
func (p *parser) noColon() {
	if p.tok.is("=") || p.tok.is(":=") {
		p.failAt(p.tok.at, "", "invalid syntax. Maybe you meant '==' or ':=' instead of '='?")
	}
	if p.tok.is("if") && p.peek(-1).is("else") {
		p.failAt(p.tok.at, "write 'elif'", "expected ':'")
	}
	if p.tok.is("{") {
		p.failAt(p.tok.at, "write ':' and indent what follows", "expected ':'")
	}
	p.unexpected("expected ':'")
}
