package syntax

// checkTarget refuses what cannot be assigned to or deleted. how is "assign
// to" or "delete".
func (p *parser) checkTarget(x Expr, how string) {
	switch x := x.(type) {
	case *Name, *Attribute, *Subscript:
		return
	case *ListDisplay:
		p.checkTargets(x.Items, how)
		return
	case *TupleDisplay:
		p.checkTargets(x.Items, how)
		return
	case *Starred:
		if how == "delete" {
			p.failAt(x.Position, "", "cannot delete starred")
		}
		p.checkTarget(x.X, how)
		return
	}
	p.failAt(x.Pos(), "", "cannot %s %s", how, describe(x))
}

func (p *parser) checkTargets(items []Expr, how string) {
	for _, x := range items {
		p.checkTarget(x, how)
	}
}

// describe names a kind of expression, in CPython's words.
func describe(x Expr) string {
	switch x := x.(type) {
	case *Name:
		return "name"
	case *Attribute:
		return "attribute"
	case *Subscript:
		return "subscript"
	case *ListDisplay:
		return "list"
	case *TupleDisplay:
		return "tuple"
	case *Starred:
		return "starred"
	case *Call:
		return "function call"
	case *Number, *String:
		return "literal"
	case *FormatString:
		return "f-string expression"
	case *Constant:
		if x.Text == "..." {
			return "ellipsis"
		}
		return x.Text
	case *Compare:
		return "comparison"
	case *Cond:
		return "conditional expression"
	case *Lambda:
		return "lambda"
	case *DictDisplay:
		return "dict literal"
	case *SetDisplay:
		return "set display"
	case *Walrus:
		return "named expression"
	case *Await:
		return "await expression"
	case *Yield:
		return "yield expression"
	case *Comprehension:
		return [...]string{
			"list comprehension", "set comprehension", "dict comprehension", "generator expression",
		}[x.Kind]
	}
	return "expression"
}
