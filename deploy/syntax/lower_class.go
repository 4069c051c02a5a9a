package syntax

import (
	"strings"

	ast "go.starlark.net/syntax"
)

// class lowers a class statement. Its body becomes a function that binds the
// names of the class as attributes of a namespace:
//
//	def $body(ns):
//	    ns.__module__ = __name__
//	    ns.__qualname__ = "Outer.Name"
//	    ns.attribute = value
//	    def Name.method(self): ...
//	    ns.method = Name.method
//	Name = $class("Name", bases, keywords, $body)
func (l *lowerer) class(s *ClassDef) []ast.Stmt {
	at := s.Position
	var out []ast.Stmt
	decorators := make([]ast.Expr, len(s.Decorators))
	for i, d := range s.Decorators {
		name := l.temp("decorator")
		out = append(out, l.set(d.Pos(), l.ident(d.Pos(), name), l.expr(d)))
		decorators[i] = l.ident(d.Pos(), name)
	}
	mangle(s)
	var bases []Expr
	var named []Arg
	double := false
	for _, a := range s.Args {
		switch {
		case a.Stars == 1:
			bases = append(bases, &Starred{exprNode{a.At}, a.Value})
		case a.Stars == 0 && a.Name == "":
			bases = append(bases, a.Value)
		default:
			double = double || a.Stars == 2
			named = append(named, a)
		}
	}
	tuple := l.call(at, Tuple, l.display(at, bases))
	keywords := ast.Expr(&ast.DictExpr{Lbrace: l.pos(at), Rbrace: l.pos(at)})
	if len(named) > 0 {
		keywords = l.named(at, named, double)
	}
	body, name := l.classBody(s)
	out = append(out, body)
	value := l.call(at, MakeClass, l.str(at, s.Name), tuple, keywords, l.ident(at, name))
	for i := len(decorators) - 1; i >= 0; i-- {
		value = l.callExpr(s.Decorators[i].Pos(), decorators[i], value)
	}
	return append(out, l.set(at, l.bind(at, s.Name), value))
}

// classBody lowers the body of a class as a function. It returns its definition
// and its name.
func (l *lowerer) classBody(s *ClassDef) (ast.Stmt, string) {
	at := s.Position
	name, space := "$class:"+s.Name, l.temp("namespace")
	qualified := s.Name
	if l.scope.kind == classScope {
		qualified = l.className + "." + s.Name
	} else if l.scope.function != "" {
		qualified = l.scope.function + ".<locals>." + s.Name
	}
	outer := l.scope
	className := l.className
	var body []ast.Stmt
	l.inFunction(func(inner *scope) {
		inner.kind = classScope
		inner.body(s.Body)
		inner.box = space
		inner.boxed = nil
	}, func() []ast.Stmt {
		l.className = qualified
		body = l.classHead(s, space, qualified, outer)
		for _, stmt := range s.Body {
			body = append(body, l.stmt(stmt)...)
			if a, ok := stmt.(*AnnAssign); ok {
				body = append(body, l.note(a, space)...)
			}
		}
		return nil
	})
	l.className = className
	return &ast.DefStmt{
		Def: l.pos(at), Name: l.ident(at, name), Lparen: l.pos(at), Params: []ast.Expr{l.ident(at, space)},
		Rparen: l.pos(at), Body: body,
	}, name
}

// classHead binds what every class has, and what names mean that the body reads
// before it binds them.
func (l *lowerer) classHead(s *ClassDef, space, qualified string, outer *scope) []ast.Stmt {
	at := s.Position
	attribute := func(name string) ast.Expr {
		return &ast.DotExpr{X: l.ident(at, space), Dot: l.pos(at), NamePos: l.pos(at), Name: l.ident(at, name)}
	}
	module := l.str(at, "__main__")
	if l.predeclared("__name__") && l.global.find("__name__") == nil {
		module = l.ident(at, "__name__")
	}
	body := []ast.Stmt{
		l.set(at, attribute("__module__"), module),
		l.set(at, attribute("__qualname__"), l.str(at, qualified)),
	}
	if doc, ok := docText(s.Body); ok {
		body = append(body, l.set(at, attribute("__doc__"), l.str(at, doc)))
	}
	for _, name := range l.readBySelf(s.Body) {
		inner := l.scope
		l.scope = outer
		found := outer.find(name)
		if found != nil || l.predeclared(name) {
			read := &ast.LambdaExpr{Lambda: l.pos(at), Body: l.read(at, name)}
			body = append(body, l.do(l.call(at, ClassOuter, l.ident(at, space), l.str(at, name), read)))
		}
		l.scope = inner
	}
	return body
}

// docText returns the text that a body begins with.
func docText(body []Stmt) (string, bool) {
	if len(body) == 0 {
		return "", false
	}
	x, ok := body[0].(*ExprStmt)
	if !ok {
		return "", false
	}
	s, ok := x.X.(*String)
	if !ok || s.Bytes {
		return "", false
	}
	return s.Value, true
}

// readBySelf are the names of the class that the body itself reads, in order.
func (l *lowerer) readBySelf(body []Stmt) []string {
	var names []string
	seen := map[string]bool{}
	for _, s := range body {
		Walk(s, func(n Node) bool {
			switch n := n.(type) {
			case *Name:
				if l.scope.has(n.ID) && !seen[n.ID] {
					seen[n.ID] = true
					names = append(names, n.ID)
				}
			case *FuncDef:
				for _, x := range n.Decorators {
					names = append(names, l.readBySelf([]Stmt{&ExprStmt{X: x}})...)
				}
				return false
			case *ClassDef, *Lambda:
				return false
			}
			return true
		})
	}
	return names
}

// note keeps the annotation of an attribute, which dataclasses and named tuples
// are made of.
func (l *lowerer) note(a *AnnAssign, space string) []ast.Stmt {
	name, ok := a.Target.(*Name)
	if !ok {
		return nil
	}
	at := a.Position
	return []ast.Stmt{l.do(l.call(at, Annotate, l.ident(at, space), l.str(at, name.ID), l.str(at, hintText(a.Annotation))))}
}

// hintText is an annotation as text, as far as it is of names.
func hintText(x Expr) string {
	switch x := x.(type) {
	case *Name:
		return x.ID
	case *Attribute:
		return hintText(x.X) + "." + x.Name
	case *String:
		return x.Value
	case *Constant:
		return x.Text
	case *Subscript:
		return hintText(x.X) + "[" + hintText(x.Index) + "]"
	case *TupleDisplay:
		return hintTexts(x.Items, ", ")
	case *ListDisplay:
		return "[" + hintTexts(x.Items, ", ") + "]"
	case *Binary:
		return hintText(x.X) + " " + x.Op + " " + hintText(x.Y)
	}
	return "..."
}

func hintTexts(items []Expr, between string) string {
	texts := make([]string, len(items))
	for i, x := range items {
		texts[i] = hintText(x)
	}
	return strings.Join(texts, between)
}

// superCall lowers super() without arguments in a method: it is a call with the
// class and the method's first parameter. It returns nil if x is something else.
func (l *lowerer) superCall(x *Call) ast.Expr {
	name, ok := x.Fn.(*Name)
	if !ok || name.ID != "super" || len(x.Args) > 0 || l.scope.find("super") != nil {
		return nil
	}
	space, first := l.method()
	if space == "" || first == "" {
		return nil
	}
	at := x.Lparen
	return l.callExpr(at, l.ident(name.Position, "super"), l.classCell(at, space), l.read(at, first))
}

// method returns the namespace of the class around, and the first parameter of
// the method of it that the code is in.
func (l *lowerer) method() (space, first string) {
	for s := l.scope; s != nil; s = s.parent {
		if s.kind == functionScope && s.parent != nil && s.parent.kind == classScope {
			return s.parent.box, s.first
		}
	}
	return "", ""
}

// classCell is the class that a namespace has become.
func (l *lowerer) classCell(at Position, space string) ast.Expr {
	return &ast.DotExpr{X: l.ident(at, space), Dot: l.pos(at), NamePos: l.pos(at), Name: l.ident(at, MakeClass)}
}

// mangle gives names in a class that begin with two underscores the class's
// name, as Python does, so that derived classes cannot touch them by accident.
func mangle(s *ClassDef) {
	class := strings.TrimLeft(s.Name, "_")
	rename := func(name *string) {
		if class != "" && strings.HasPrefix(*name, "__") && !strings.HasSuffix(*name, "__") && !strings.Contains(*name, ".") {
			*name = "_" + class + *name
		}
	}
	for _, stmt := range s.Body {
		Walk(stmt, func(n Node) bool {
			switch n := n.(type) {
			case *ClassDef:
				rename(&n.Name)
				mangle(n)
				return false
			case *Name:
				rename(&n.ID)
			case *Attribute:
				rename(&n.Name)
			case *FuncDef:
				rename(&n.Name)
			case *Param:
				rename(&n.Name)
			case *Arg:
				rename(&n.Name)
			}
			return true
		})
	}
}

// method keeps what super() and the names of classes in a function need.
func (s *scope) method(f *FuncDef) {
	s.function = f.Name
	if s.parent.function != "" {
		s.function = s.parent.function + ".<locals>." + f.Name
	}
	for _, p := range f.Params {
		if p.Kind == Positional || p.Kind == PositionalOnly || p.Kind == VarArgs {
			s.first = p.Name
			return
		}
	}
}
