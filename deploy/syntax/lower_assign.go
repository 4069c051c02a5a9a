package syntax

import (
	"slices"

	ast "go.starlark.net/syntax"
)

// assignAll lowers target = target = value.
func (l *lowerer) assignAll(s *Assign) []ast.Stmt {
	if len(s.Targets) == 1 {
		return l.assignFrom(s.Targets[0], s.Value)
	}
	name := l.temp("value")
	out := []ast.Stmt{l.set(s.OpPos, l.ident(s.OpPos, name), l.expr(s.Value))}
	for _, t := range s.Targets {
		out = append(out, l.assign(t, l.ident(s.OpPos, name))...)
	}
	return out
}

// assignFrom lowers target = value.
func (l *lowerer) assignFrom(target, value Expr) []ast.Stmt {
	switch t := target.(type) {
	case *Name:
		v := l.expr(value) // before the name is bound
		return []ast.Stmt{l.set(t.Position, l.bind(t.Position, t.ID), v)}
	case *Attribute:
		if simple(t.X) || simple(value) {
			return l.assign(t, l.expr(value))
		}
	case *Subscript:
		if simple(t.X) && simple(t.Index) || simple(value) {
			return l.assign(t, l.expr(value))
		}
	default:
		if items, ok := sequence(target); ok && swaps(items, value) {
			values, _ := sequence(value)
			return l.assignItems(target.Pos(), items, l.tuple(value.Pos(), l.exprs(values)...))
		}
		return l.assign(target, l.expr(value))
	}
	// Python computes the value first, then what it is assigned to.
	name, at := l.temp("value"), target.Pos()
	out := []ast.Stmt{l.set(at, l.ident(at, name), l.expr(value))}
	return append(out, l.assign(target, l.ident(at, name))...)
}

// simple reports whether an expression has no effect and costs nothing, so
// that it does not matter when or how often it is computed.
func simple(x Expr) bool {
	switch x.(type) {
	case *Name, *Number, *String, *Constant:
		return true
	}
	return false
}

// swaps reports whether a value is a display of as many items as there are
// targets, with no star on either side.
func swaps(targets []Expr, value Expr) bool {
	values, ok := sequence(value)
	return ok && len(values) == len(targets) && len(values) > 0 &&
		starAt(targets) < 0 && starAt(values) < 0
}

// starAt returns the index of the first item with a star, or -1.
func starAt(items []Expr) int {
	return slices.IndexFunc(items, func(x Expr) bool {
		_, ok := x.(*Starred)
		return ok
	})
}

// assign lowers the assignment of a value that has been lowered.
func (l *lowerer) assign(target Expr, value ast.Expr) []ast.Stmt {
	at := target.Pos()
	switch t := target.(type) {
	case *Name:
		return []ast.Stmt{l.set(at, l.bind(at, t.ID), value)}
	case *Attribute:
		return []ast.Stmt{l.do(l.call(t.NamePos, SetAttr, l.expr(t.X), l.str(t.NamePos, t.Name), value))}
	case *Subscript:
		x := l.expr(t.X)
		if s, ok := t.Index.(*SliceIndex); ok {
			args := append([]ast.Expr{x}, l.sliceParts(s)...)
			return []ast.Stmt{l.do(l.call(t.Lbrack, SetSlice, append(args, value)...))}
		}
		return []ast.Stmt{l.do(l.call(t.Lbrack, SetIndex, x, l.expr(t.Index), value))}
	}
	items, ok := sequence(target)
	if !ok {
		return l.unexpected(target)
	}
	if len(items) == 0 {
		return []ast.Stmt{l.do(l.unpack(at, items, value))}
	}
	return l.assignItems(at, items, l.unpack(at, items, value))
}

// unpack makes a sequence of as many values as there are targets.
func (l *lowerer) unpack(at Position, targets []Expr, value ast.Expr) ast.Expr {
	if star := starAt(targets); star >= 0 {
		return l.call(at, Unpack, value, l.int(at, star), l.int(at, len(targets)-star-1))
	}
	return l.call(at, Unpack, value, l.int(at, len(targets)))
}

// assignItems assigns a sequence of the right length. Names are assigned at
// once, until something comes whose assignment could use them.
func (l *lowerer) assignItems(at Position, items []Expr, value ast.Expr) []ast.Stmt {
	var to []ast.Expr
	var after []ast.Stmt
	for _, item := range items {
		if s, ok := item.(*Starred); ok {
			item = s.X
		}
		if name, ok := item.(*Name); ok && after == nil {
			to = append(to, l.bind(name.Position, name.ID))
			continue
		}
		temp := l.temp("part")
		to = append(to, l.ident(item.Pos(), temp))
		after = append(after, l.assign(item, l.ident(item.Pos(), temp))...)
	}
	return append([]ast.Stmt{l.set(at, l.tuple(at, to...), value)}, after...)
}

// annotated lowers target: annotation = value. Without a value it only says
// that the name belongs to this scope.
func (l *lowerer) annotated(s *AnnAssign) []ast.Stmt {
	if s.Value != nil {
		return l.assignFrom(s.Target, s.Value)
	}
	if name, ok := s.Target.(*Name); ok && !l.scope.home(name.ID).inBox(name.ID) {
		return []ast.Stmt{l.declare(name.Position, name.ID)}
	}
	return []ast.Stmt{l.jump(s.Position, ast.PASS)}
}

// inPlace are the helpers of augmented assignments.
var inPlace = map[string]string{
	"+": InPlaceAdd, "-": InPlaceSub, "*": InPlaceMul, "/": InPlaceDiv, "//": InPlaceFloorDiv,
	"&": InPlaceAnd, "|": InPlaceOr, "^": InPlaceXor, "<<": InPlaceLeftShift, ">>": InPlaceRightShift,
	"**": InPlacePow, "%": InPlaceMod, "@": InPlaceMatMul,
}

// augment lowers target op= value. The target's parts are computed once.
func (l *lowerer) augment(s *AugAssign) []ast.Stmt {
	var out []ast.Stmt
	// keep returns a way to get at a value again and again.
	keep := func(x Expr) func() ast.Expr {
		if simple(x) {
			return func() ast.Expr { return l.expr(x) }
		}
		name, at := l.temp("kept"), x.Pos()
		out = append(out, l.set(at, l.ident(at, name), l.expr(x)))
		return func() ast.Expr { return l.ident(at, name) }
	}
	at := s.OpPos
	switch t := s.Target.(type) {
	case *Name:
		return l.augmentName(s, t)
	case *Attribute:
		x := keep(t.X)
		return l.update(out, s, l.call(t.NamePos, Attr, x(), l.str(t.NamePos, t.Name)), func(v ast.Expr) ast.Expr {
			return l.call(t.NamePos, SetAttr, x(), l.str(t.NamePos, t.Name), v)
		})
	case *Subscript:
		x := keep(t.X)
		index, ok := t.Index.(*SliceIndex)
		if !ok {
			i := keep(t.Index)
			return l.update(out, s, l.call(t.Lbrack, Index, x(), i()), func(v ast.Expr) ast.Expr {
				return l.call(t.Lbrack, SetIndex, x(), i(), v)
			})
		}
		var kept []func() ast.Expr
		for _, part := range []Expr{index.Lo, index.Hi, index.Step} {
			if part == nil {
				part = &Constant{atPos(at), "None"}
			}
			kept = append(kept, keep(part))
		}
		args := func(more ...ast.Expr) []ast.Expr {
			return append([]ast.Expr{x(), kept[0](), kept[1](), kept[2]()}, more...)
		}
		return l.update(out, s, l.call(t.Lbrack, Slice, args()...), func(v ast.Expr) ast.Expr {
			return l.call(t.Lbrack, SetSlice, args(v)...)
		})
	}
	return l.unexpected(s)
}

// augmentName lowers name op= value.
func (l *lowerer) augmentName(s *AugAssign, t *Name) []ast.Stmt {
	old := l.read(t.Position, t.ID)
	value := l.call(s.OpPos, inPlace[s.Op], old, l.expr(s.Value))
	return []ast.Stmt{l.set(s.OpPos, l.bind(t.Position, t.ID), value)}
}

// update computes the new value of a target and stores it.
func (l *lowerer) update(out []ast.Stmt, s *AugAssign, old ast.Expr, store func(ast.Expr) ast.Expr) []ast.Stmt {
	return append(out, l.do(store(l.call(s.OpPos, inPlace[s.Op], old, l.expr(s.Value)))))
}

// del lowers the deletion of one target.
func (l *lowerer) del(target Expr) []ast.Stmt {
	at := target.Pos()
	switch t := target.(type) {
	case *Name:
		read := l.read(at, t.ID)
		return []ast.Stmt{l.do(read), l.set(at, l.bind(at, t.ID), l.ident(at, Unbound))}
	case *Attribute:
		return []ast.Stmt{l.do(l.call(t.NamePos, DelAttr, l.expr(t.X), l.str(t.NamePos, t.Name)))}
	case *Subscript:
		if s, ok := t.Index.(*SliceIndex); ok {
			args := append([]ast.Expr{l.expr(t.X)}, l.sliceParts(s)...)
			return []ast.Stmt{l.do(l.call(t.Lbrack, DelSlice, args...))}
		}
		return []ast.Stmt{l.do(l.call(t.Lbrack, DelIndex, l.expr(t.X), l.expr(t.Index)))}
	}
	var out []ast.Stmt
	items, _ := sequence(target)
	for _, item := range items {
		out = append(out, l.del(item)...)
	}
	return out
}
