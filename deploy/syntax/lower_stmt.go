package syntax

import (
	ast "go.starlark.net/syntax"
)

func (l *lowerer) stmts(body []Stmt) []ast.Stmt {
	out := make([]ast.Stmt, 0, len(body))
	for _, s := range body {
		out = append(out, l.stmt(s)...)
	}
	return out
}

// block lowers the body of an if or a loop.
func (l *lowerer) block(body []Stmt) []ast.Stmt {
	l.nested++
	defer func() { l.nested-- }()
	return l.stmts(body)
}

func (l *lowerer) stmt(s Stmt) []ast.Stmt {
	at := s.Pos()
	switch s := s.(type) {
	case *ExprStmt:
		return []ast.Stmt{l.do(l.expr(s.X))}
	case *Assign:
		return l.assignAll(s)
	case *AugAssign:
		return l.augment(s)
	case *AnnAssign:
		return l.annotated(s)
	case *If:
		return l.ifStmt(s)
	case *For:
		return l.forStmt(s)
	case *While:
		return l.whileStmt(s)
	case *Jump:
		return l.jumpStmt(s)
	case *Return:
		return l.returnStmt(s)
	case *RaiseStmt:
		var args []ast.Expr
		if s.X != nil {
			args = append(args, l.expr(s.X))
		}
		if s.Cause != nil {
			args = append(args, l.expr(s.Cause))
		}
		return []ast.Stmt{l.do(l.call(at, Raise, args...))}
	case *AssertStmt:
		test := l.expr(s.Test)
		var args []ast.Expr
		if s.Message != nil {
			args = append(args, l.expr(s.Message))
		}
		return []ast.Stmt{l.when(at, l.unary(at, ast.NOT, test), l.do(l.call(at, AssertFail, args...)))}
	case *Del:
		var out []ast.Stmt
		for _, t := range s.Targets {
			out = append(out, l.del(t)...)
		}
		return l.some(at, out)
	case *ImportStmt:
		return l.importStmt(s)
	case *FromImport:
		return l.fromImport(s)
	case *FuncDef:
		return l.function(s)
	case *ClassDef:
		return l.class(s)
	case *Try:
		return l.try(s)
	case *With:
		return l.with(s, s.Items)
	case *Match:
		return l.match(s)
	case *Scope:
		return l.scopeStmt(s)
	}
	return l.unexpected(s)
}

// unexpected reports a statement that check should have refused.
func (l *lowerer) unexpected(n Node) []ast.Stmt {
	l.errs = append(l.errs, l.src.errorAt(n.Pos(), "please report this", "cannot be lowered: %T", n))
	return []ast.Stmt{l.jump(n.Pos(), ast.PASS)}
}

// some makes sure that there is a statement.
func (l *lowerer) some(at Position, body []ast.Stmt) []ast.Stmt {
	if len(body) == 0 {
		return []ast.Stmt{l.jump(at, ast.PASS)}
	}
	return body
}

func (l *lowerer) when(at Position, cond ast.Expr, body ...ast.Stmt) ast.Stmt {
	return &ast.IfStmt{If: l.pos(at), Cond: cond, True: body, ElsePos: l.pos(at)}
}

func (l *lowerer) ifStmt(s *If) []ast.Stmt {
	first := &ast.IfStmt{}
	last := first
	for i, b := range s.Branches {
		if i > 0 {
			next := &ast.IfStmt{}
			last.ElsePos = l.pos(b.Position)
			last.False = []ast.Stmt{next}
			last = next
		}
		last.If, last.ElsePos = l.pos(b.Position), l.pos(b.Position)
		last.Cond = l.expr(b.Test)
		last.True = l.block(b.Body)
	}
	if len(s.Else) > 0 {
		last.False = l.block(s.Else)
	}
	return []ast.Stmt{first}
}

// loop lowers the body of a loop and its else clause. What comes before the
// loop and after it is the flag that says whether it was left by a break.
func (l *lowerer) loop(at Position, body, orElse []Stmt) (before, inside, after []ast.Stmt) {
	flag := ""
	if len(orElse) > 0 {
		flag = l.temp("broke")
		before = append(before, l.set(at, l.ident(at, flag), l.ident(at, "False")))
	}
	l.loops = append(l.loops, flag)
	inside = l.block(body)
	l.loops = l.loops[:len(l.loops)-1]
	if flag != "" {
		after = append(after, l.when(at, l.unary(at, ast.NOT, l.ident(at, flag)), l.block(orElse)...))
	}
	return before, inside, after
}

func (l *lowerer) forStmt(s *For) []ast.Stmt {
	at := s.Position
	x := l.call(s.Iter.Pos(), Iterate, l.expr(s.Iter))
	var target ast.Expr
	var assign []ast.Stmt
	l.nested++
	if name, ok := s.Target.(*Name); ok {
		target = l.bind(name.Position, name.ID)
	} else {
		item := l.temp("item")
		target = l.ident(at, item)
		assign = l.assign(s.Target, l.ident(at, item))
	}
	l.nested--
	before, body, after := l.loop(at, s.Body, s.Else)
	loop := &ast.ForStmt{For: l.pos(at), Vars: target, X: x, Body: append(assign, body...)}
	return append(append(before, loop), after...)
}

func (l *lowerer) whileStmt(s *While) []ast.Stmt {
	at := s.Position
	test := l.expr(s.Test)
	before, body, after := l.loop(at, s.Body, s.Else)
	loop := &ast.WhileStmt{While: l.pos(at), Cond: test, Body: body}
	return append(append(before, loop), after...)
}

func (l *lowerer) jumpStmt(s *Jump) []ast.Stmt {
	at := s.Position
	switch {
	case s.Word == "pass":
	case len(l.loops) == 0:
		return l.leave(at, s.Word)
	case s.Word == "break":
		if flag := l.loops[len(l.loops)-1]; flag != "" {
			return []ast.Stmt{l.set(at, l.ident(at, flag), l.ident(at, "True")), l.jump(at, ast.BREAK)}
		}
		return []ast.Stmt{l.jump(at, ast.BREAK)}
	default:
		return []ast.Stmt{l.jump(at, ast.CONTINUE)}
	}
	return []ast.Stmt{l.jump(at, ast.PASS)}
}

func (l *lowerer) importStmt(s *ImportStmt) []ast.Stmt {
	var out []ast.Stmt
	for _, a := range s.Names {
		l.imports = append(l.imports, Dependency{Module: a.Name, Pos: s.Position, Optional: l.optional > 0})
		helper := Import
		if a.As != "" {
			helper = ImportAs
		}
		value := l.call(a.Position, helper, l.str(a.Position, a.Name))
		out = append(out, l.set(a.Position, l.bind(a.Position, a.bound()), value))
	}
	return out
}

func (l *lowerer) fromImport(s *FromImport) []ast.Stmt {
	if s.Module == "__future__" && s.Level == 0 {
		return []ast.Stmt{l.jump(s.Position, ast.PASS)}
	}
	record := Dependency{Module: s.Module, Level: s.Level, Pos: s.Position, Optional: l.optional > 0}
	var out []ast.Stmt
	for _, a := range s.Names {
		record.Names = append(record.Names, a.Name)
		value := l.call(a.Position, ImportFrom, l.str(a.Position, s.Module), l.int(a.Position, s.Level), l.str(a.Position, a.Name))
		out = append(out, l.set(a.Position, l.bind(a.Position, a.bound()), value))
	}
	l.imports = append(l.imports, record)
	return out
}

// function lowers a def. Its decorators are computed before it and called
// after it, the last one first.
func (l *lowerer) function(s *FuncDef) []ast.Stmt {
	at := s.Position
	var out []ast.Stmt
	decorators := make([]ast.Expr, len(s.Decorators))
	for i, d := range s.Decorators {
		name := l.temp("decorator")
		out = append(out, l.set(d.Pos(), l.ident(d.Pos(), name), l.expr(d)))
		decorators[i] = l.ident(d.Pos(), name)
	}
	params := l.params(s.Params)
	name := s.Name
	if l.scope.home(s.Name).kind == classScope {
		name = l.className + "." + name // the body must not see it
	}
	bound := l.bind(s.NamePos, s.Name)
	plain, ok := bound.(*ast.Ident)
	if !ok {
		plain = l.ident(s.NamePos, name)
	}
	out = append(out, &ast.DefStmt{
		Def: l.pos(at), Name: plain, Lparen: l.pos(s.NamePos), Params: params, Rparen: l.pos(s.NamePos), Body: l.functionBody(s),
	})
	if len(decorators) == 0 && ok {
		return out
	}
	value := ast.Expr(l.ident(s.NamePos, plain.Name))
	for i := len(decorators) - 1; i >= 0; i-- {
		value = l.callExpr(s.Decorators[i].Pos(), decorators[i], value)
	}
	return append(out, l.set(s.NamePos, l.bind(s.NamePos, s.Name), value))
}

// functionBody lowers the body of a def. That of a generator is a function in
// it, which is called with all arguments when the first value is wanted.
func (l *lowerer) functionBody(s *FuncDef) []ast.Stmt {
	at := s.Position
	var before, body []ast.Stmt
	l.inFunction(func(inner *scope) {
		inner.params(s.Params)
		inner.body(s.Body)
		inner.method(s)
	}, func() []ast.Stmt {
		before = l.positionalOnly(s.Params)
		body = l.makeBox(at, l.scope, "function")
		for _, p := range s.Params {
			if l.scope.boxed[p.Name] {
				body = append(body, l.set(p.Position, l.boxed(p.Position, l.scope, p.Name), l.ident(p.Position, p.Name)))
			}
		}
		body = append(body, l.stmts(s.Body)...)
		return nil
	})
	if !yields(s.Body) {
		return append(before, body...)
	}
	inner := l.temp("generator")
	params := make([]ast.Expr, len(s.Params))
	args := []ast.Expr{l.str(at, s.Name), l.ident(at, inner)}
	for i, p := range s.Params {
		params[i] = l.ident(p.Position, p.Name)
		args = append(args, l.ident(p.Position, p.Name))
	}
	return append(before,
		&ast.DefStmt{
			Def: l.pos(at), Name: l.ident(s.NamePos, inner), Lparen: l.pos(s.NamePos), Params: params,
			Rparen: l.pos(s.NamePos), Body: body,
		},
		&ast.ReturnStmt{Return: l.pos(at), Result: l.call(at, MakeGenerator, args...)},
	)
}

// inFunction lowers something in the scope of a new function; bind binds what
// it binds.
func (l *lowerer) inFunction(bind func(*scope), lower func() []ast.Stmt) []ast.Stmt {
	outer, loops, nested, part := l.scope, l.loops, l.nested, l.part
	l.scope, l.loops, l.nested, l.part = newScope(outer), nil, 0, nil
	bind(l.scope)
	if len(l.scope.boxed) > 0 {
		l.scope.box = l.temp("vars")
	}
	out := lower()
	l.scope, l.loops, l.nested, l.part = outer, loops, nested, part
	return out
}

// positionalOnly gives parameters before a "/" their names: arguments cannot
// be given by them, because the parameters are called otherwise.
func (l *lowerer) positionalOnly(params []Param) []ast.Stmt {
	var out []ast.Stmt
	for _, p := range params {
		if p.Kind == PositionalOnly {
			out = append(out, l.set(p.Position, l.ident(p.Position, p.Name), l.ident(p.Position, "$"+p.Name)))
		}
	}
	return out
}

// params lowers the parameters of a function.
func (l *lowerer) params(params []Param) []ast.Expr {
	var out []ast.Expr
	star := false
	for _, p := range params {
		at := p.Position
		name := p.Name
		if p.Kind == PositionalOnly {
			name = "$" + name
		}
		var x ast.Expr = l.ident(at, name)
		if p.Default != nil {
			x = l.binary(at, x, ast.EQ, l.expr(p.Default))
		}
		switch p.Kind {
		case VarArgs:
			star = true
			x = l.unary(at, ast.STAR, x)
		case KeywordArgs:
			x = l.unary(at, ast.STARSTAR, x)
		case KeywordOnly:
			if !star {
				star = true
				out = append(out, &ast.UnaryExpr{OpPos: l.pos(at), Op: ast.STAR})
			}
		}
		out = append(out, x)
	}
	return out
}
