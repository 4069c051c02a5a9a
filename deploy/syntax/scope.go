package syntax

import "strings"

// A scope is where names are bound: a module, a function or lambda, or a
// comprehension. Which names a scope binds is known before it is lowered, as
// in Python.
type scope struct {
	parent  *scope
	names   map[string]bool
	deleted map[string]bool // names that some `del` may unbind
}

func newScope(parent *scope) *scope {
	return &scope{parent: parent, names: map[string]bool{}}
}

// find returns the innermost scope that binds a name, or nil.
func (s *scope) find(name string) *scope {
	for ; s != nil; s = s.parent {
		if s.names[name] {
			return s
		}
	}
	return nil
}

// params binds a function's parameters.
func (s *scope) params(params []Param) {
	for _, p := range params {
		s.names[p.Name] = true
	}
}

// body binds what the statements of a body bind, outside of inner functions.
func (s *scope) body(body []Stmt) {
	for _, stmt := range body {
		Walk(stmt, func(n Node) bool {
			if _, ok := n.(Expr); ok {
				return false // expressions bind nothing: := is refused
			}
			s.statement(n)
			_, function := n.(*FuncDef)
			return !function
		})
	}
}

func (s *scope) statement(n Node) {
	switch n := n.(type) {
	case *FuncDef:
		s.names[n.Name] = true
	case *Assign:
		for _, t := range n.Targets {
			s.target(t)
		}
	case *AugAssign:
		s.target(n.Target)
	case *AnnAssign:
		s.target(n.Target)
	case *For:
		s.target(n.Target)
	case *Del:
		for _, t := range n.Targets {
			s.target(t)
			s.delete(t)
		}
	case *ImportStmt:
		for _, a := range n.Names {
			s.names[a.bound()] = true
		}
	case *FromImport:
		if n.Module == "__future__" {
			return
		}
		for _, a := range n.Names {
			s.names[a.bound()] = true
		}
	}
}

// target binds the names that an assignment to x binds.
func (s *scope) target(x Expr) {
	switch x := x.(type) {
	case *Name:
		s.names[x.ID] = true
	case *Starred:
		s.target(x.X)
	default:
		items, _ := sequence(x)
		for _, item := range items {
			s.target(item)
		}
	}
}

func (s *scope) delete(x Expr) {
	if name, ok := x.(*Name); ok {
		if s.deleted == nil {
			s.deleted = map[string]bool{}
		}
		s.deleted[name.ID] = true
		return
	}
	items, _ := sequence(x)
	for _, item := range items {
		s.delete(item)
	}
}

// bound returns the name that an import binds.
func (a *Alias) bound() string {
	if a.As != "" {
		return a.As
	}
	top, _, _ := strings.Cut(a.Name, ".")
	return top
}
