package deploy

import (
	"cmp"
	"strings"

	"cygnet/deploy/library"
	"cygnet/deploy/syntax"
)

// A checker looks for uses of library modules that cannot work, such as an
// operation that there is not, so that they are refused before any host is
// touched. It looks only at names that nothing but one import binds.
type checker struct {
	library *library.Library
	loader  *loader
	file    string
	modules map[string]string // the module that a name stands for
	bound   map[string]int    // how often each name is bound
	errs    Errors
}

func (l *loader) check(file string, tree *syntax.Module) Errors {
	c := &checker{library: l.library, loader: l, file: file, modules: map[string]string{}, bound: map[string]int{}}
	syntax.Walk(tree, c.bind)
	for name, n := range c.bound {
		if n > 1 {
			delete(c.modules, name)
		}
	}
	syntax.Walk(tree, c.use)
	return c.errs
}

// bind notes what a node binds.
func (c *checker) bind(n syntax.Node) bool {
	switch n := n.(type) {
	case *syntax.ImportStmt:
		for _, a := range n.Names {
			// `import a.b` binds a, which stands for more than a.b.
			if top, _, dotted := strings.Cut(a.Name, "."); a.As == "" && dotted {
				c.bound[top] += 2
			} else {
				c.imported(cmp.Or(a.As, a.Name), a.Name)
			}
		}
	case *syntax.FromImport:
		for _, a := range n.Names {
			name := cmp.Or(a.As, a.Name)
			if n.Level == 0 {
				c.imported(name, n.Module+"."+a.Name)
			} else {
				c.bound[name]++
			}
		}
	case *syntax.Clause:
		c.targets(n.Target)
	case *syntax.Walrus:
		c.targets(n.Name)
	case *syntax.FuncDef:
		c.bound[n.Name]++
		c.params(n.Params)
	case *syntax.Lambda:
		c.params(n.Params)
	case *syntax.ClassDef:
		c.bound[n.Name]++
	case *syntax.Handler:
		c.bound[n.Name]++
	}
	c.targets(assigned(n)...)
	return true
}

// imported notes a name that an import binds. One that is imported twice from
// the same place counts once.
func (c *checker) imported(name, module string) {
	if !c.library.Has(module) {
		module = ""
	}
	if before, ok := c.modules[name]; !ok || before != module {
		c.bound[name]++
	}
	c.modules[name] = module
}

func (c *checker) params(params []syntax.Param) {
	for _, p := range params {
		c.bound[p.Name]++
	}
}

// targets notes the names that an assignment binds.
func (c *checker) targets(targets ...syntax.Expr) {
	for _, target := range targets {
		names(target, func(name string, _ syntax.Position) { c.bound[name]++ })
	}
}

// use checks an attribute of a module, and a call of an operation.
func (c *checker) use(n syntax.Node) bool {
	switch n := n.(type) {
	case *syntax.Attribute:
		if module := c.module(n.X); module != "" {
			if why := c.library.Check(module, n.Name); why != "" {
				c.refuse(n.NamePos, why)
			}
		}
	case *syntax.Call:
		f, ok := n.Fn.(*syntax.Attribute)
		if !ok {
			return true
		}
		module := c.module(f.X)
		if module == "pyinfra.local" && f.Name == "include" {
			c.includeNow(n)
		}
		for _, arg := range n.Args {
			if module == "" || arg.Name == "" {
				continue
			}
			if why := c.library.CheckArgument(module, f.Name, arg.Name, isDefault(arg.Value)); why != "" {
				c.refuse(arg.Position, why)
			}
		}
	}
	return true
}

// isDefault reports whether a value is written None or False: an argument that
// is not supported may be given it.
func isDefault(value syntax.Expr) bool {
	constant, ok := value.(*syntax.Constant)
	return ok && (constant.Text == "None" || constant.Text == "False")
}

// module returns the module that an expression stands for, or "".
func (c *checker) module(x syntax.Expr) string {
	name, ok := x.(*syntax.Name)
	if !ok {
		return ""
	}
	return c.modules[name.ID]
}

func (c *checker) refuse(at syntax.Position, why string) {
	c.errs = append(c.errs, c.loader.errorAt(c.file, int(at.Line), int(at.Column), why))
}
