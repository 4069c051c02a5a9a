package syntax

import (
	"fmt"
	"math/big"
	"reflect"

	ast "go.starlark.net/syntax"
)

// validate reports what Starlark's resolver and compiler do not check, and
// what would end in a panic there, or worse in silence: nodes without a
// position, nodes in two places, empty bodies, wrong operators and values.
func validate(file *ast.File) error {
	v := validator{seen: map[any]bool{}}
	if file.Options == nil {
		return fmt.Errorf("no options")
	}
	v.stmts(file.Stmts, true)
	return v.err
}

type validator struct {
	seen map[any]bool
	err  error
}

func (v *validator) fail(n ast.Node, format string, args ...any) {
	if v.err == nil {
		v.err = fmt.Errorf("%T: %s", n, fmt.Sprintf(format, args...))
	}
}

func (v *validator) stmts(list []ast.Stmt, empty bool) {
	if len(list) == 0 && !empty && v.err == nil {
		v.err = fmt.Errorf("empty body")
	}
	for _, s := range list {
		v.node(s)
		v.stmt(s)
	}
}

// node checks what holds for every node: it is there, once, and every field
// that is a position has one.
func (v *validator) node(n ast.Node) {
	if n == nil || reflect.ValueOf(n).IsNil() {
		if v.err == nil {
			v.err = fmt.Errorf("nil node")
		}
		return
	}
	if v.seen[n] {
		v.fail(n, "used twice")
	}
	v.seen[n] = true
	r := reflect.ValueOf(n).Elem()
	for i := range r.NumField() {
		if !r.Type().Field(i).IsExported() {
			continue
		}
		if p, ok := r.Field(i).Interface().(ast.Position); ok && (!p.IsValid() || p.Filename() == "") {
			v.fail(n, "%s has no position", r.Type().Field(i).Name)
		}
	}
}

func (v *validator) stmt(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.AssignStmt:
		if s.Op != ast.EQ && (s.Op < ast.PLUS_EQ || s.Op > ast.GTGT_EQ) {
			v.fail(s, "operator %s", s.Op)
		}
		v.expr(s.LHS)
		v.expr(s.RHS)
	case *ast.BranchStmt:
		if s.Token != ast.PASS && s.Token != ast.BREAK && s.Token != ast.CONTINUE {
			v.fail(s, "token %s", s.Token)
		}
	case *ast.DefStmt:
		v.expr(s.Name)
		v.params(s.Params)
		v.stmts(s.Body, false)
	case *ast.ExprStmt:
		v.expr(s.X)
	case *ast.IfStmt:
		v.expr(s.Cond)
		v.stmts(s.True, false)
		v.stmts(s.False, s.False == nil)
	case *ast.ForStmt:
		v.expr(s.Vars)
		v.expr(s.X)
		v.stmts(s.Body, false)
	case *ast.WhileStmt:
		v.expr(s.Cond)
		v.stmts(s.Body, false)
	case *ast.ReturnStmt:
		if s.Result != nil {
			v.expr(s.Result)
		}
	default:
		v.fail(s, "unexpected")
	}
}

func (v *validator) params(list []ast.Expr) {
	for _, p := range list {
		if u, ok := p.(*ast.UnaryExpr); ok && u.Op == ast.STAR && u.X == nil {
			v.node(u)
			continue
		}
		if u, ok := p.(*ast.UnaryExpr); ok {
			v.node(u)
			p = u.X
		}
		if b, ok := p.(*ast.BinaryExpr); ok && b.Op == ast.EQ {
			v.node(b)
			v.expr(b.Y)
			p = b.X
		}
		if _, ok := p.(*ast.Ident); !ok {
			v.fail(p, "is no parameter")
		}
		v.expr(p)
	}
}

func (v *validator) exprs(list []ast.Expr) {
	for _, x := range list {
		v.expr(x)
	}
}

func (v *validator) expr(x ast.Expr) {
	v.node(x)
	switch x := x.(type) {
	case *ast.BinaryExpr:
		switch x.Op {
		case ast.PLUS, ast.MINUS, ast.STAR, ast.SLASH, ast.SLASHSLASH, ast.AMP, ast.PIPE, ast.CIRCUMFLEX,
			ast.LTLT, ast.GTGT, ast.EQL, ast.NEQ, ast.LT, ast.LE, ast.GT, ast.GE, ast.IN, ast.NOT_IN, ast.AND, ast.OR:
		default:
			v.fail(x, "operator %s", x.Op)
		}
		v.exprs([]ast.Expr{x.X, x.Y})
	case *ast.UnaryExpr:
		switch x.Op {
		case ast.PLUS, ast.MINUS, ast.TILDE, ast.NOT:
		default:
			v.fail(x, "operator %s", x.Op)
		}
		v.expr(x.X)
	case *ast.CallExpr:
		v.call(x)
	case *ast.Comprehension:
		v.comprehension(x)
	case *ast.CondExpr:
		v.exprs([]ast.Expr{x.Cond, x.True, x.False})
	case *ast.DictExpr:
		for _, e := range x.List {
			v.entry(e)
		}
	case *ast.Ident:
		if x.Name == "" {
			v.fail(x, "no name")
		}
	case *ast.DotExpr: // of a box; its name is never resolved
		v.expr(x.X)
		v.node(x.Name)
	case *ast.IndexExpr: // of a signal
		v.exprs([]ast.Expr{x.X, x.Y})
	case *ast.LambdaExpr:
		v.params(x.Params)
		v.expr(x.Body)
	case *ast.ListExpr:
		v.exprs(x.List)
	case *ast.TupleExpr:
		v.exprs(x.List)
	case *ast.Literal:
		v.literal(x)
	default:
		v.fail(x, "unexpected")
	}
}

func (v *validator) entry(x ast.Expr) {
	e, ok := x.(*ast.DictEntry)
	if !ok {
		v.fail(x, "is no entry")
		return
	}
	v.node(e)
	v.exprs([]ast.Expr{e.Key, e.Value})
}

func (v *validator) call(x *ast.CallExpr) {
	v.expr(x.Fn)
	plain := 0
	for _, a := range x.Args {
		switch a := a.(type) {
		case *ast.UnaryExpr:
			if a.Op == ast.STAR || a.Op == ast.STARSTAR {
				v.node(a)
				v.expr(a.X)
				continue
			}
		case *ast.BinaryExpr:
			if a.Op == ast.EQ {
				v.node(a)
				v.exprs([]ast.Expr{a.X, a.Y})
				continue
			}
		}
		plain++
		v.expr(a)
	}
	if plain > 255 || len(x.Args)-plain > 255 {
		v.fail(x, "%d arguments", len(x.Args))
	}
	if fn, ok := x.Fn.(*ast.Ident); ok && fn.Name[0] == '$' && !helpers[fn.Name] && fn.Name[1:10] != "decorator" {
		v.fail(x, "calls %s, which is no helper", fn.Name)
	}
}

func (v *validator) comprehension(x *ast.Comprehension) {
	if len(x.Clauses) == 0 {
		v.fail(x, "no clause")
	}
	for i, c := range x.Clauses {
		v.node(c)
		switch c := c.(type) {
		case *ast.ForClause:
			v.exprs([]ast.Expr{c.Vars, c.X})
		case *ast.IfClause:
			if i == 0 {
				v.fail(x, "begins with a condition")
			}
			v.expr(c.Cond)
		}
	}
	if _, entry := x.Body.(*ast.DictEntry); entry != x.Curly {
		v.fail(x, "body does not fit")
	}
	if x.Curly {
		v.entry(x.Body)
	} else {
		v.expr(x.Body)
	}
}

func (v *validator) literal(x *ast.Literal) {
	ok := false
	switch x.Value.(type) {
	case string:
		ok = x.Token == ast.STRING || x.Token == ast.BYTES
	case int64, *big.Int:
		ok = x.Token == ast.INT
	case float64:
		ok = x.Token == ast.FLOAT
	}
	if !ok {
		v.fail(x, "%s of %T", x.Token, x.Value)
	}
}
