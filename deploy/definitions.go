package deploy

import (
	"cmp"
	"slices"

	"cygnet/deploy/syntax"
)

// definitions returns the names that a file binds at its top level, in the order
// in which they are first bound, and where they are bound last.
func (l *loader) definitions(path string) (order []string, places map[string]syntax.Position) {
	places = map[string]syntax.Position{}
	note := func(name string, at syntax.Position) {
		if !slices.Contains(order, name) {
			order = append(order, name)
		}
		places[name] = at
	}
	syntax.Walk(l.files[path].tree, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.FromImport:
			for _, a := range n.Names {
				note(cmp.Or(a.As, a.Name), a.Position)
			}
		case *syntax.FuncDef, *syntax.ClassDef, *syntax.Lambda:
			return false
		}
		for _, target := range assigned(n) {
			names(target, note)
		}
		return true
	})
	return order, places
}

// assigned returns the targets of a statement that assigns.
func assigned(n syntax.Node) []syntax.Expr {
	switch n := n.(type) {
	case *syntax.Assign:
		return n.Targets
	case *syntax.AnnAssign:
		return []syntax.Expr{n.Target}
	case *syntax.AugAssign:
		return []syntax.Expr{n.Target}
	case *syntax.For:
		return []syntax.Expr{n.Target}
	case *syntax.WithItem:
		return []syntax.Expr{n.Target}
	case *syntax.Del:
		return n.Targets
	}
	return nil
}

// names calls note for each name that a target binds.
func names(target syntax.Expr, note func(string, syntax.Position)) {
	switch t := target.(type) {
	case *syntax.Name:
		note(t.ID, t.Position)
	case *syntax.TupleDisplay:
		for _, item := range t.Items {
			names(item, note)
		}
	case *syntax.ListDisplay:
		for _, item := range t.Items {
			names(item, note)
		}
	case *syntax.Starred:
		names(t.X, note)
	}
}
