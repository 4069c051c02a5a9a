package syntax

import "slices"

// check reports what the grammar allows and Python's compiler does not, and
// what Python allows and deploy files do not.
func check(m *Module) Errors {
	c := &checker{src: m.src, errs: slices.Clone(m.src.refused)}
	c.all(context{}, m.Body)
	slices.SortStableFunc(c.errs, func(a, b *Error) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	return c.errs
}

type checker struct {
	src  *source
	errs Errors
}

// A context is what a statement needs to know about the code around it.
type context struct {
	function bool
	async    bool // the function is
	loop     bool
	lambda   bool

	comprehension bool
}

// inLoop is the context in a loop.
func (in context) inLoop() context {
	in.loop = true
	return in
}

func (c *checker) wrong(at Position, format string, args ...any) {
	c.errs = append(c.errs, c.src.errorAt(at, "", format, args...))
}

// refuse reports a construct that is not supported.
func (c *checker) refuse(at Position, feature, hint string) {
	c.errs = append(c.errs, unsupported(c.src, at, feature, hint))
}

func (c *checker) all(in context, body []Stmt) {
	for _, s := range body {
		c.node(in, s)
	}
}

func (c *checker) node(in context, n Node) {
	Walk(n, func(n Node) bool {
		if !c.outside(in, n) {
			c.refusals(n)
		}
		switch n := n.(type) {
		case *FuncDef:
			c.function(in, n)
			return false
		case *Lambda:
			c.params(in, n.Params)
			c.node(context{function: true, lambda: true}, n.Body)
			return false
		case *Comprehension:
			in.comprehension = true
			for _, child := range children(n) {
				c.node(in, child)
			}
			return false
		case *ClassDef:
			for _, child := range children(n) {
				if s, ok := child.(Stmt); ok {
					c.node(context{}, s)
				} else {
					c.node(in, child)
				}
			}
			c.keywords(n.Args)
			return false
		case *For:
			c.node(in, n.Target)
			c.target(n.Target)
			c.node(in, n.Iter)
			c.all(in.inLoop(), n.Body)
			c.all(in, n.Else)
			return false
		case *While:
			c.node(in, n.Test)
			c.all(in.inLoop(), n.Body)
			c.all(in, n.Else)
			return false
		}
		c.rules(in, n)
		return true
	})
}

func (c *checker) function(in context, n *FuncDef) {
	for _, d := range n.Decorators {
		c.node(in, d)
	}
	c.params(in, n.Params)
	c.all(context{function: true, async: n.Async}, n.Body)
}

func (c *checker) params(in context, params []Param) {
	seen := map[string]bool{}
	for _, p := range params {
		if seen[p.Name] {
			c.wrong(p.Position, "duplicate argument '%s' in function definition", p.Name)
		}
		seen[p.Name] = true
		if p.Default != nil {
			c.node(in, p.Default)
		}
	}
}

// outside reports a construct that is not in the kind of function it needs.
func (c *checker) outside(in context, n Node) bool {
	async := false
	switch n := n.(type) {
	case *Yield:
		if !in.function {
			c.wrong(n.Position, "'yield' outside function")
			return true
		}
		if in.comprehension {
			c.wrong(n.Position, "'yield' inside a comprehension")
			return true
		}
		if in.lambda {
			c.refuse(n.Position, "yield in a lambda", "write a def")
			return true
		}
	case *Await:
		async = true
	case *For:
		async = n.Async
	case *With:
		async = n.Async
	}
	if !async || in.async {
		return false
	}
	c.wrong(n.Pos(), "await and async are only possible in an async function")
	return true
}

// rules reports what Python's compiler refuses.
func (c *checker) rules(in context, n Node) {
	switch n := n.(type) {
	case *Return:
		if !in.function {
			c.wrong(n.Position, "'return' outside function")
		}
	case *Jump:
		switch {
		case n.Word == "break" && !in.loop:
			c.wrong(n.Position, "'break' outside loop")
		case n.Word == "continue" && !in.loop:
			c.wrong(n.Position, "'continue' not properly in loop")
		}
	case *Call:
		c.keywords(n.Args)
	case *Assign:
		for _, t := range n.Targets {
			c.target(t)
		}
	case *Clause:
		c.target(n.Target)
	case *WithItem:
		if n.Target != nil {
			c.target(n.Target)
		}
	case *FromImport:
		if n.Module == "__future__" && n.Level == 0 {
			c.future(n)
		}
	}
}

// futures are the features that `from __future__` knows. They are all part of
// the language by now, or concern annotations, which mean nothing here.
var futures = []string{
	"nested_scopes", "generators", "division", "absolute_import", "with_statement",
	"print_function", "unicode_literals", "barry_as_FLUFL", "generator_stop", "annotations",
}

func (c *checker) future(n *FromImport) {
	for _, a := range n.Names {
		if !slices.Contains(futures, a.Name) {
			c.wrong(a.Position, "future feature %s is not defined", a.Name)
		}
	}
}

func (c *checker) keywords(args []Arg) {
	seen := map[string]bool{}
	for _, a := range args {
		if a.Name == "" {
			continue
		}
		if seen[a.Name] {
			c.wrong(a.Position, "keyword argument repeated: %s", a.Name)
		}
		seen[a.Name] = true
	}
}

// target reports a list of targets that has two stars.
func (c *checker) target(x Expr) {
	items, ok := sequence(x)
	if !ok {
		return
	}
	stars := 0
	for _, item := range items {
		if s, ok := item.(*Starred); ok {
			if stars++; stars == 2 {
				c.wrong(s.Position, "multiple starred expressions in assignment")
			}
			item = s.X
		}
		c.target(item)
	}
}

// sequence returns the items of a tuple or list.
func sequence(x Expr) ([]Expr, bool) {
	switch x := x.(type) {
	case *TupleDisplay:
		return x.Items, true
	case *ListDisplay:
		return x.Items, true
	}
	return nil, false
}

// refusals reports what is Python, but not supported.
func (c *checker) refusals(n Node) {
	const sync = "leave it out: all hosts run at the same time anyway"
	switch n := n.(type) {
	case *Try:
		if n.Group {
			c.refuse(n.Position, "except*", "write except")
		}
	case *With:
		if n.Async {
			c.refuse(n.Position, "async with", sync)
		}
	case *TypeAlias:
		c.refuse(n.Position, "type alias", "write "+n.Name+" = ...")
	case *FuncDef:
		if n.Async {
			c.refuse(n.Position, "async def", sync)
		}
	case *For:
		if n.Async {
			c.refuse(n.Position, "async for", sync)
		}
	case *Clause:
		if n.Async {
			c.refuse(n.Position, "async for", sync)
		}
	case *Await:
		c.refuse(n.Position, "await", sync)
	case *FromImport:
		if len(n.Names) == 0 {
			c.refuse(n.Position, "from ... import *", "name what you import")
		}
	case *Number:
		if n.Imaginary {
			c.refuse(n.Position, "complex number", "")
		}
	case *Subscript:
		items, _ := sequence(n.Index)
		for _, item := range items {
			if _, ok := item.(*SliceIndex); ok {
				c.refuse(item.Pos(), "slice in a tuple", "write one slice")
			}
		}
	}
}
