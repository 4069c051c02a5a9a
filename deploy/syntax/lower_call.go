package syntax

import (
	ast "go.starlark.net/syntax"
)

// callOf lowers a call. Starlark takes arguments in one order only, with one
// `*` and one `**`; what does not fit is collected into those two, in the
// order in which Python computes arguments: first the positional ones.
func (l *lowerer) callOf(x *Call) ast.Expr {
	if super := l.superCall(x); super != nil {
		return super
	}
	var positional []Expr
	var named []Arg
	double := false
	for _, a := range x.Args {
		switch {
		case a.Stars == 1:
			positional = append(positional, &Starred{exprNode{a.At}, a.Value})
		case a.Stars == 0 && a.Name == "":
			positional = append(positional, a.Value)
		default:
			double = double || a.Stars == 2
			named = append(named, a)
		}
	}
	fn := l.expr(x.Fn)
	star := starAt(positional)
	args, rest := positional, []Expr(nil)
	switch {
	case star >= 0 && star == len(positional)-1 && star < maxArgs:
		args, rest = positional[:star], positional[star:]
	case star >= 0 || len(positional) > maxArgs:
		args, rest = nil, positional
	}
	out := l.exprs(args)
	collect := double || len(named) > maxArgs || rest != nil && len(named) > 0
	if !collect {
		for _, a := range named {
			out = append(out, l.binary(a.Position, l.ident(a.Position, a.Name), ast.EQ, l.expr(a.Value)))
		}
	}
	if rest != nil {
		groups := l.groups(x.Lparen, rest)
		value := groups[0]
		if len(groups) > 1 {
			value = l.callAll(x.Lparen, Concat, groups)
		}
		out = append(out, l.unary(x.Lparen, ast.STAR, value))
	}
	if collect {
		out = append(out, l.unary(x.Lparen, ast.STARSTAR, l.named(x.Lparen, named, double)))
	}
	return l.callExpr(x.Lparen, fn, out...)
}

// named makes a dict of keyword arguments. double says whether some come from
// a `**`, so that one could come twice.
func (l *lowerer) named(at Position, args []Arg, double bool) ast.Expr {
	var groups []ast.Expr
	var last *ast.DictExpr
	for _, a := range args {
		if a.Stars == 2 {
			groups = append(groups, l.expr(a.Value))
			last = nil
			continue
		}
		if last == nil {
			last = &ast.DictExpr{Lbrace: l.pos(a.Position), Rbrace: l.pos(a.Position)}
			groups = append(groups, last)
		}
		key := l.str(a.Position, a.Name)
		last.List = append(last.List, &ast.DictEntry{Key: key, Colon: l.pos(a.Position), Value: l.expr(a.Value)})
	}
	if !double {
		return groups[0]
	}
	return l.callAll(at, Keywords, groups)
}

// comprehension lowers a comprehension, or a generator expression. The latter
// is a list comprehension too, which keeps nothing: it hands each value over in
// its last condition, on a thread of its own.
func (l *lowerer) comprehension(x *Comprehension) ast.Expr {
	at := x.Position
	c := &ast.Comprehension{Curly: x.Kind == DictComprehension, Lbrack: l.pos(at), Rbrack: l.pos(at)}
	outer := l.scope
	inner := newScope(outer)
	inner.kind = comprehensionScope
	generator := x.Kind == GeneratorExpression
	first, source := ast.Expr(nil), l.temp("source")
	for i := range x.Clauses {
		clause := &x.Clauses[i]
		// The first iterable belongs to the scope around the comprehension.
		iter := l.call(clause.Iter.Pos(), Iterate, l.expr(clause.Iter))
		if i == 0 {
			for j := range x.Clauses {
				for _, name := range targetNames(x.Clauses[j].Target) {
					inner.names[name] = true
				}
			}
			l.scope = inner
			if generator {
				first, iter = iter, l.ident(at, source)
			}
		}
		c.Clauses = append(c.Clauses, l.clause(clause, iter)...)
	}
	if x.Kind == DictComprehension {
		key := l.expr(x.Key)
		c.Body = &ast.DictEntry{Key: key, Colon: l.pos(x.Key.Pos()), Value: l.expr(x.Value)}
	} else {
		c.Body = l.expr(x.Value)
	}
	l.scope = outer
	if generator {
		emit := l.call(x.Value.Pos(), Emit, c.Body)
		c.Body = l.ident(at, "None")
		c.Clauses = append(c.Clauses, &ast.IfClause{If: l.pos(at), Cond: emit})
		body := &ast.LambdaExpr{Lambda: l.pos(at), Params: []ast.Expr{l.ident(at, source)}, Body: c}
		return l.call(at, Generator, first, body)
	}
	if x.Kind == SetComprehension {
		return l.call(at, Set, c)
	}
	return c
}

// clause lowers one loop of a comprehension with its conditions. Targets that
// are sequences become loops over one item, which is the unpacked value.
func (l *lowerer) clause(x *Clause, iter ast.Expr) []ast.Node {
	var out []ast.Node
	var loop func(target Expr, iter ast.Expr)
	loop = func(target Expr, iter ast.Expr) {
		at := target.Pos()
		if name, ok := target.(*Name); ok {
			out = append(out, l.forClause(at, l.ident(at, name.ID), iter))
			return
		}
		item := l.temp("item")
		out = append(out, l.forClause(at, l.ident(at, item), iter))
		items, ok := sequence(target)
		if !ok { // an assignment, which gives None
			assign := l.assign(target, l.ident(at, item))[0].(*ast.ExprStmt)
			out = append(out, &ast.IfClause{If: l.pos(at), Cond: l.unary(at, ast.NOT, assign.X)})
			return
		}
		unpacked := l.unpack(at, items, l.ident(at, item))
		if len(items) == 0 {
			out = append(out, l.forClause(at, l.ident(at, l.temp("none")), l.list(at, unpacked)))
			return
		}
		var to []ast.Expr
		var inner []Expr
		var names []string
		for _, item := range items {
			if s, ok := item.(*Starred); ok {
				item = s.X
			}
			if name, ok := item.(*Name); ok {
				to = append(to, l.ident(item.Pos(), name.ID))
				continue
			}
			name := l.temp("part")
			to = append(to, l.ident(item.Pos(), name))
			inner, names = append(inner, item), append(names, name)
		}
		out = append(out, l.forClause(at, l.tuple(at, to...), l.list(at, unpacked)))
		for i, item := range inner {
			loop(item, l.list(item.Pos(), l.ident(item.Pos(), names[i])))
		}
	}
	loop(x.Target, iter)
	for _, cond := range x.Conds {
		out = append(out, &ast.IfClause{If: l.pos(cond.Pos()), Cond: l.expr(cond)})
	}
	return out
}

func (l *lowerer) forClause(at Position, target, iter ast.Expr) *ast.ForClause {
	return &ast.ForClause{For: l.pos(at), Vars: target, In: l.pos(at), X: iter}
}
