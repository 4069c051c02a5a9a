package syntax

import (
	"slices"

	ast "go.starlark.net/syntax"
)

// match lowers a match statement. Each case tries its pattern unless one before
// it has come to its body:
//
//	$done = False
//	if not $done:
//	    $m = $match($subject, pattern, names)
//	    if $m != None:
//	        a, b = $m
//	        if guard:
//	            $done = True
//	            body
func (l *lowerer) match(s *Match) []ast.Stmt {
	at := s.Position
	subject, done := l.temp("subject"), l.temp("done")
	out := []ast.Stmt{
		l.set(at, l.ident(at, subject), l.expr(s.Subject)),
		l.set(at, l.ident(at, done), l.ident(at, "False")),
	}
	for i := range s.Cases {
		out = append(out, l.matchCase(&s.Cases[i], subject, done))
	}
	return out
}

func (l *lowerer) matchCase(c *Case, subject, done string) ast.Stmt {
	at := c.Position
	names := captures(c.Pattern)
	var quoted []ast.Expr
	for _, name := range names {
		quoted = append(quoted, l.str(at, name))
	}
	pattern := l.call(at, MatchCase, l.ident(at, subject), l.pattern(c.Pattern), l.tuple(at, quoted...))
	l.nested++
	defer func() { l.nested-- }()
	matched := l.temp("matched")
	var inside []ast.Stmt
	if len(names) > 0 {
		var to []ast.Expr
		for _, name := range names {
			to = append(to, l.bind(at, name))
		}
		inside = append(inside, l.set(at, l.tuple(at, to...), l.ident(at, matched)))
	}
	guard := Expr(nil)
	if guard = c.Guard; guard == nil {
		guard = &Constant{exprNode{At{at}}, "True"}
	}
	test := l.expr(guard)
	body := append([]ast.Stmt{l.set(at, l.ident(at, done), l.ident(at, "True"))}, l.stmts(c.Body)...)
	inside = append(inside, l.when(at, test, body...))
	found := l.binary(at, l.ident(at, matched), ast.NEQ, l.ident(at, "None"))
	return l.when(at, l.unary(at, ast.NOT, l.ident(at, done)),
		l.set(at, l.ident(at, matched), pattern),
		l.when(at, found, inside...),
	)
}

// captures are the names that a pattern binds, each once.
func captures(p Pattern) []string {
	var names []string
	Walk(p, func(n Node) bool {
		name := ""
		switch n := n.(type) {
		case *CapturePattern:
			name = n.Name
		case *StarPattern:
			name = n.Name
		case *AsPattern:
			name = n.Name
		case *MappingPattern:
			name = n.Rest
		}
		if name != "" && name != "_" && !slices.Contains(names, name) {
			names = append(names, name)
		}
		return true
	})
	return names
}

// pattern makes the tuple that describes a pattern to the helper.
func (l *lowerer) pattern(p Pattern) ast.Expr {
	at := p.Pos()
	kind := func(name string, parts ...ast.Expr) ast.Expr {
		return l.tuple(at, append([]ast.Expr{l.str(at, name)}, parts...)...)
	}
	named := func(name string) ast.Expr {
		if name == "_" {
			name = ""
		}
		return l.str(at, name)
	}
	switch p := p.(type) {
	case *ValuePattern:
		if c, ok := p.X.(*Constant); ok {
			return kind("is", l.expr(c))
		}
		return kind("value", l.expr(p.X))
	case *CapturePattern:
		return kind("capture", named(p.Name))
	case *StarPattern:
		return kind("star", named(p.Name))
	case *SequencePattern:
		return kind("sequence", l.patterns(at, p.Items))
	case *MappingPattern:
		return kind("mapping", l.tuple(at, l.exprs(p.Keys)...), l.patterns(at, p.Patterns), l.str(at, p.Rest))
	case *ClassPattern:
		var names []ast.Expr
		for _, name := range p.Names {
			names = append(names, l.str(at, name))
		}
		return kind("class", l.expr(p.Class), l.patterns(at, p.Args), l.tuple(at, names...))
	case *OrPattern:
		return kind("or", l.patterns(at, p.Choices))
	case *AsPattern:
		return kind("as", l.pattern(p.Pattern), named(p.Name))
	}
	l.unexpected(p)
	return l.ident(at, "None")
}

func (l *lowerer) patterns(at Position, list []Pattern) ast.Expr {
	out := make([]ast.Expr, len(list))
	for i, p := range list {
		out[i] = l.pattern(p)
	}
	return l.tuple(at, out...)
}
