package syntax

import "strings"

// A scopeKind says what a scope is.
type scopeKind uint8

const (
	functionScope scopeKind = iota // of a function or lambda
	comprehensionScope
	moduleScope
	classScope   // is not seen from functions in it
	handlerScope // of the name after `as` in an except clause
)

// A scope is where names are bound. Which names a scope binds is known before
// it is lowered, as in Python.
type scope struct {
	kind    scopeKind
	parent  *scope
	names   map[string]bool
	deleted map[string]bool   // names that some `del` may unbind
	outer   map[string]string // names of global and nonlocal statements, with the word

	// box is the name of the scope's box, or of a class's namespace; "" if no
	// name lives in one. boxed are the names that do; in a class all do.
	box   string
	boxed map[string]bool
	// except are the names that are bound by except clauses and nothing else.
	except map[string]bool

	// function and first are the name of a function and of its first parameter.
	function, first string
}

func newScope(parent *scope) *scope {
	return &scope{parent: parent, names: map[string]bool{}}
}

// has reports whether a scope binds a name.
func (s *scope) has(name string) bool { return s.names[name] && s.outer[name] == "" }

// inBox reports whether a name that the scope binds lives in its box.
func (s *scope) inBox(name string) bool { return s.kind == classScope || s.boxed[name] }

// find returns the innermost scope that binds a name, as seen from here, or
// nil.
func (s *scope) find(name string) *scope {
	inside := false // a function
	skip := false   // the module, for a nonlocal name
	for ; s != nil; s = s.parent {
		if s.kind == classScope && inside || s.kind == moduleScope && skip {
			continue
		}
		switch s.outer[name] {
		case "global":
			return s.module()
		case "nonlocal":
			inside, skip = true, true
			continue
		}
		if s.has(name) {
			return s
		}
		inside = inside || s.kind == functionScope || s.kind == comprehensionScope
	}
	return nil
}

func (s *scope) module() *scope {
	for s.parent != nil {
		s = s.parent
	}
	return s
}

// home returns the scope in which an assignment here binds a name.
func (s *scope) home(name string) *scope {
	for s.kind == handlerScope || s.kind == comprehensionScope {
		s = s.parent
	}
	if s.outer[name] != "" {
		if found := s.find(name); found != nil {
			return found
		}
	}
	return s
}

// params binds a function's parameters.
func (s *scope) params(params []Param) {
	for _, p := range params {
		s.names[p.Name] = true
	}
}

// body binds what the statements of a body bind, outside of inner functions.
func (s *scope) body(body []Stmt) {
	c := collector{scope: s, plain: map[string]bool{}}
	c.all(body, false)
	c.finish()
}

// expression binds what a lambda's body binds.
func (s *scope) expression(x Expr) {
	c := collector{scope: s, plain: map[string]bool{}}
	c.node(x, false)
	c.finish()
}

// A collector finds out which names a scope binds, and which of them must live
// in its box: those that are bound in a part of it that will be a function of
// its own, and those that functions in it rebind.
type collector struct {
	scope *scope
	plain map[string]bool // bound other than by an except clause
	inner map[string]bool // rebound by inner functions
}

func (c *collector) all(body []Stmt, part bool) {
	for _, s := range body {
		c.node(s, part)
	}
}

// finish puts names into the box.
func (c *collector) finish() {
	s := c.scope
	for name := range c.inner {
		if s.has(name) || s.kind == moduleScope {
			s.names[name] = true
			s.put(name)
			c.plain[name] = true
		}
	}
	for name := range s.except {
		if c.plain[name] || s.outer[name] != "" {
			delete(s.except, name)
		}
		s.put(name)
	}
	if s.kind == functionScope { // which tells a name that was deleted from one that never was
		for name := range s.deleted {
			s.put(name)
		}
	}
	for name := range s.boxed {
		if s.outer[name] != "" {
			delete(s.boxed, name)
		}
	}
	for name := range s.boxed {
		delete(s.deleted, name)
	}
}

func (s *scope) put(name string) {
	if s.boxed == nil {
		s.boxed = map[string]bool{}
	}
	s.boxed[name] = true
}

// bind binds a name. part says that it is bound in a part of the scope.
func (c *collector) bind(name string, part bool) {
	c.scope.names[name] = true
	c.plain[name] = true
	if part {
		c.scope.put(name)
	}
}

func (c *collector) node(n Node, part bool) {
	switch n := n.(type) {
	case *FuncDef:
		c.bind(n.Name, part)
		c.exprs(n.Decorators, part)
		c.defaults(n.Params, part)
		c.nested(n.Body)
		return
	case *ClassDef:
		c.bind(n.Name, part)
		c.exprs(n.Decorators, part)
		for _, a := range n.Args {
			c.node(a.Value, part)
		}
		c.nested(n.Body)
		return
	case *Lambda:
		c.defaults(n.Params, part)
		return
	case *Walrus:
		c.bind(n.Name.ID, true)
	case *Try:
		part = true
		for _, h := range n.Handlers {
			c.handler(h.Name)
		}
	case *With:
		c.node(n.Items[0].X, part)
		for i, item := range n.Items {
			if i > 0 {
				c.node(item.X, true)
			}
			if item.Target != nil {
				c.target(item.Target, true)
				c.node(item.Target, true)
			}
		}
		c.all(n.Body, true)
		return
	default:
		c.statement(n, part)
	}
	for _, child := range children(n) {
		c.node(child, part)
	}
}

func (c *collector) exprs(list []Expr, part bool) {
	for _, x := range list {
		c.node(x, part)
	}
}

func (c *collector) defaults(params []Param, part bool) {
	for _, p := range params {
		if p.Default != nil {
			c.node(p.Default, part)
		}
	}
}

// handler binds the name after `as` in an except clause.
func (c *collector) handler(name string) {
	if name == "" {
		return
	}
	s := c.scope
	s.names[name] = true
	if s.except == nil {
		s.except = map[string]bool{}
	}
	s.except[name] = true
}

// nested looks for names of the scope that functions in it rebind.
func (c *collector) nested(body []Stmt) {
	word := "nonlocal"
	if c.scope.kind == moduleScope {
		word = "global"
	}
	for _, s := range body {
		Walk(s, func(n Node) bool {
			if g, ok := n.(*Scope); ok && g.Word == word {
				for _, name := range g.Names {
					if c.inner == nil {
						c.inner = map[string]bool{}
					}
					c.inner[name] = true
				}
			}
			_, expr := n.(Expr)
			return !expr
		})
	}
}

func (c *collector) statement(n Node, part bool) {
	s := c.scope
	switch n := n.(type) {
	case *Assign:
		for _, t := range n.Targets {
			c.target(t, part)
		}
	case *AugAssign:
		c.target(n.Target, part)
	case *AnnAssign:
		c.target(n.Target, part)
	case *For:
		c.target(n.Target, part)
	case *Del:
		for _, t := range n.Targets {
			c.target(t, part)
			s.delete(t)
		}
	case *Scope:
		if s.outer == nil {
			s.outer = map[string]string{}
		}
		for _, name := range n.Names {
			if s.kind == moduleScope { // means nothing there
				continue
			}
			s.outer[name] = n.Word
		}
	case *ImportStmt:
		for _, a := range n.Names {
			c.bind(a.bound(), part)
		}
	case *FromImport:
		if n.Module == "__future__" {
			return
		}
		for _, a := range n.Names {
			c.bind(a.bound(), part)
		}
	case *CapturePattern:
		if n.Name != "_" {
			c.bind(n.Name, part)
		}
	case *StarPattern:
		if n.Name != "_" {
			c.bind(n.Name, part)
		}
	case *AsPattern:
		c.bind(n.Name, part)
	case *MappingPattern:
		if n.Rest != "" {
			c.bind(n.Rest, part)
		}
	}
}

// target binds the names that an assignment to x binds.
func (c *collector) target(x Expr, part bool) {
	for _, name := range targetNames(x) {
		c.bind(name, part)
	}
}

// targetNames are the names that an assignment to x binds.
func targetNames(x Expr) []string {
	switch x := x.(type) {
	case *Name:
		return []string{x.ID}
	case *Starred:
		return targetNames(x.X)
	}
	var names []string
	items, _ := sequence(x)
	for _, item := range items {
		names = append(names, targetNames(item)...)
	}
	return names
}

func (s *scope) delete(x Expr) {
	for _, name := range targetNames(x) {
		if s.deleted == nil {
			s.deleted = map[string]bool{}
		}
		s.deleted[name] = true
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
