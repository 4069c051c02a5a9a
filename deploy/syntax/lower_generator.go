package syntax

import (
	ast "go.starlark.net/syntax"
)

// yields reports whether a function with that body is a generator.
func yields(body []Stmt) bool {
	found := false
	for _, s := range body {
		Walk(s, func(n Node) bool {
			switch n := n.(type) {
			case *Yield:
				found = true
			case *Lambda:
				return false
			case *FuncDef:
				for _, x := range n.Decorators {
					found = found || yieldsIn(x)
				}
				for _, p := range n.Params {
					found = found || p.Default != nil && yieldsIn(p.Default)
				}
				return false
			case *ClassDef:
				return false
			}
			return !found
		})
	}
	return found
}

func yieldsIn(x Expr) bool {
	return yields([]Stmt{&ExprStmt{X: x}})
}

func (l *lowerer) yield(x *Yield) ast.Expr {
	value := ast.Expr(l.ident(x.Position, "None"))
	if x.X != nil {
		value = l.expr(x.X)
	}
	if x.From {
		return l.call(x.Position, YieldFrom, value)
	}
	return l.call(x.Position, YieldValue, value)
}
