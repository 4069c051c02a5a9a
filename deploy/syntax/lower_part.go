package syntax

import (
	ast "go.starlark.net/syntax"
)

// The bodies of try and with statements become functions, which a helper calls.
// Such a part of a function returns None when it comes to its end; a return,
// break or continue that leaves it returns a signal, on which the code after
// the helper's call acts:
//
//	$r = $try($body, ...)
//	if $r == 1: break
//	if $r == 2: continue
//	if $r: return $r[0]        # inside of another part: return $r

// A part is a part of a function that becomes a function of its own.
type part struct {
	outer *part
	jumps jumps
}

// jumps are the ways in which a statement's parts are left.
type jumps struct{ breaks, continues, returns bool }

// Signals of a break and a continue. That of a return is a tuple of its value.
const (
	breakSignal    = 1
	continueSignal = 2
)

// inPart lowers a part as a function, and returns its definition and its name.
func (l *lowerer) inPart(at Position, what string, to *jumps, params []ast.Expr, lower func() []ast.Stmt) (ast.Stmt, string) {
	name := l.temp(what)
	loops := l.loops
	l.loops, l.part = nil, &part{outer: l.part}
	l.nested++
	body := l.some(at, lower())
	l.nested--
	j := l.part.jumps
	l.loops, l.part = loops, l.part.outer
	to.breaks, to.continues, to.returns = to.breaks || j.breaks, to.continues || j.continues, to.returns || j.returns
	return &ast.DefStmt{
		Def: l.pos(at), Name: l.ident(at, name), Lparen: l.pos(at), Params: params, Rparen: l.pos(at), Body: body,
	}, name
}

// leave lowers a break or continue that leaves the part.
func (l *lowerer) leave(at Position, word string) []ast.Stmt {
	signal := continueSignal
	if l.part.jumps.continues = true; word == "break" {
		signal, l.part.jumps.breaks = breakSignal, true
	}
	return []ast.Stmt{&ast.ReturnStmt{Return: l.pos(at), Result: l.int(at, signal)}}
}

func (l *lowerer) returnStmt(s *Return) []ast.Stmt {
	at := s.Position
	r := &ast.ReturnStmt{Return: l.pos(at)}
	if s.X != nil {
		r.Result = l.expr(s.X)
	}
	if l.part != nil {
		l.part.jumps.returns = true
		if s.X == nil {
			r.Result = l.ident(at, "None")
		}
		r.Result = l.tuple(at, r.Result)
	}
	return []ast.Stmt{r}
}

// after makes a statement of the call of a helper that runs parts, and acts on
// how they were left.
func (l *lowerer) after(at Position, call ast.Expr, j jumps) []ast.Stmt {
	if j == (jumps{}) {
		return []ast.Stmt{l.do(call)}
	}
	name := l.temp("left")
	out := []ast.Stmt{l.set(at, l.ident(at, name), call)}
	is := func(signal int) ast.Expr {
		return l.binary(at, l.ident(at, name), ast.EQL, l.int(at, signal))
	}
	if j.breaks {
		out = append(out, l.when(at, is(breakSignal), l.jumpStmt(&Jump{stmtNode{At{at}}, "break"})...))
	}
	if j.continues {
		out = append(out, l.when(at, is(continueSignal), l.jumpStmt(&Jump{stmtNode{At{at}}, "continue"})...))
	}
	if j.returns {
		r := &ast.ReturnStmt{Return: l.pos(at), Result: l.ident(at, name)}
		if l.part != nil {
			l.part.jumps.returns = true
		} else {
			r.Result = &ast.IndexExpr{X: r.Result, Lbrack: l.pos(at), Y: l.int(at, 0), Rbrack: l.pos(at)}
		}
		out = append(out, l.when(at, l.ident(at, name), r))
	}
	return out
}

// try lowers a try statement.
func (l *lowerer) try(s *Try) []ast.Stmt {
	at := s.Position
	var out []ast.Stmt
	var j jumps
	add := func(at Position, what string, params []ast.Expr, lower func() []ast.Stmt) ast.Expr {
		def, name := l.inPart(at, what, &j, params, lower)
		out = append(out, def)
		return l.ident(at, name)
	}
	optional := catchesImports(s)
	if optional {
		l.optional++
	}
	args := []ast.Expr{add(at, "try", nil, func() []ast.Stmt { return l.stmts(s.Body) })}
	if optional {
		l.optional--
	}
	var handlers []ast.Expr
	for i := range s.Handlers {
		h := &s.Handlers[i]
		match := ast.Expr(l.ident(h.Position, "None"))
		if h.Type != nil {
			match = &ast.LambdaExpr{Lambda: l.pos(h.Position), Body: l.expr(h.Type)}
		}
		param := h.Name
		own := l.scope.home(h.Name).except[h.Name]
		if !own {
			param = l.temp("exception")
		}
		fn := add(h.Position, "except", []ast.Expr{l.ident(h.Position, param)}, func() []ast.Stmt {
			return l.handler(h, param, own)
		})
		handlers = append(handlers, l.tuple(h.Position, match, fn))
	}
	args = append(args, l.tuple(at, handlers...))
	for i, body := range [][]Stmt{s.Else, s.Finally} {
		if len(body) == 0 {
			args = append(args, l.ident(at, "None"))
			continue
		}
		args = append(args, add(body[0].Pos(), []string{"else", "finally"}[i], nil, func() []ast.Stmt { return l.stmts(body) }))
	}
	return append(out, l.after(at, l.call(at, RunTry, args...), j)...)
}

// handler lowers the body of an except clause. Its name is the parameter, if it
// is bound by except clauses only; otherwise it is a variable as others are.
func (l *lowerer) handler(h *Handler, param string, own bool) []ast.Stmt {
	if own {
		outer := l.scope
		l.scope = newScope(outer)
		l.scope.kind = handlerScope
		l.scope.names[h.Name] = true
		defer func() { l.scope = outer }()
		return l.stmts(h.Body)
	}
	var out []ast.Stmt
	if h.Name != "" {
		out = append(out, l.set(h.Position, l.bind(h.Position, h.Name), l.ident(h.Position, param)))
	}
	out = append(out, l.stmts(h.Body)...)
	if h.Name != "" {
		out = append(out, l.set(h.Position, l.bind(h.Position, h.Name), l.ident(h.Position, Unbound)))
	}
	return out
}

// catchesImports reports whether a try statement catches ImportError.
func catchesImports(s *Try) bool {
	for _, h := range s.Handlers {
		types, ok := sequence(h.Type)
		if !ok {
			types = []Expr{h.Type}
		}
		for _, x := range types {
			if x == nil {
				return true
			}
			if name, ok := x.(*Name); ok {
				switch name.ID {
				case "ImportError", "ModuleNotFoundError", "Exception", "BaseException":
					return true
				}
			}
		}
	}
	return false
}

// with lowers a with statement; each item is one in the body of that before.
func (l *lowerer) with(s *With, items []WithItem) []ast.Stmt {
	item := items[0]
	at := item.Position
	manager := l.expr(item.X)
	value := l.temp("value")
	var j jumps
	def, body := l.inPart(at, "with", &j, []ast.Expr{l.ident(at, value)}, func() []ast.Stmt {
		var out []ast.Stmt
		if item.Target != nil {
			out = l.assign(item.Target, l.ident(at, value))
		}
		if len(items) > 1 {
			return append(out, l.with(s, items[1:])...)
		}
		return append(out, l.stmts(s.Body)...)
	})
	return append([]ast.Stmt{def}, l.after(at, l.call(at, RunWith, manager, l.ident(at, body)), j)...)
}

// scopeStmt lowers a global or nonlocal statement, which only says where names
// are bound.
func (l *lowerer) scopeStmt(s *Scope) []ast.Stmt {
	for _, name := range s.Names {
		if found := l.scope.find(name); s.Word == "nonlocal" && (found == nil || found.kind != functionScope) {
			l.errs = append(l.errs, l.src.errorAt(s.Position, "", "no binding for nonlocal '%s' found", name))
		}
	}
	return []ast.Stmt{l.jump(s.Position, ast.PASS)}
}
