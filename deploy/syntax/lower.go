package syntax

import (
	"maps"
	"slices"
	"strconv"

	ast "go.starlark.net/syntax"
)

// options are what lowered programs may use of Starlark.
var options = &ast.FileOptions{
	Set: true, While: true, TopLevelControl: true, GlobalReassign: true, Recursion: true,
}

// A lowerer turns a module's tree into Starlark's.
//
// Two rules keep the result right, because Starlark's resolver and compiler do
// not check what they are given: every node has a position, and no node is
// used in two places (an identifier holds its binding). So the methods here
// make a new node at each call.
type lowerer struct {
	src         *source
	predeclared func(string) bool
	scope       *scope
	global      *scope // the module's
	className   string // of the class whose body is lowered
	temps       int
	loops       []string // for each open loop, its flag for `else`, or ""
	part        *part    // the innermost, or nil
	optional    int      // depth of try statements that catch a failing import
	imports     []Dependency
	errs        Errors

	// For early names, see prologue.
	bound  map[string]bool // globals that were bound so far, in the file's order
	early  map[string]bool
	nested int // depth of if, for and while
}

func newLowerer(m *Module, predeclared func(string) bool) *lowerer {
	s := newScope(nil)
	s.kind = moduleScope
	s.body(m.Body)
	s.box = Globals
	return &lowerer{
		src: m.src, predeclared: predeclared, scope: s, global: s,
		bound: map[string]bool{}, early: map[string]bool{},
	}
}

func (l *lowerer) module(m *Module) *ast.File {
	body := l.stmts(m.Body)
	return &ast.File{Path: m.File, Stmts: append(l.prologue(), body...), Options: options}
}

// prologue declares the early names: globals that are used before the file
// binds them, or that it may not bind at all.
//
// Starlark takes such a name for a builtin or for undefined; Python looks for
// a global and then for a builtin, each time. So a builtin is copied to the
// global at first; any other name is bound in a place that is never reached.
func (l *lowerer) prologue() []ast.Stmt {
	names := make([]string, 0, len(l.early))
	for name := range l.early {
		names = append(names, name)
	}
	slices.Sort(names)
	at := Position{1, 1}
	out := l.makeBox(at, l.global, "module")
	for _, name := range slices.Sorted(maps.Keys(l.global.boxed)) {
		if l.predeclared(name) { // which Python reads until the name is bound
			out = append(out, l.set(at, l.boxed(at, l.global, name), l.ident(at, name)))
		}
	}
	for _, name := range names {
		if l.predeclared(name) {
			out = append(out, l.set(at, l.ident(at, name), l.ident(at, name)))
		} else {
			out = append(out, l.declare(at, name))
		}
	}
	return out
}

// declare makes a name known without binding it.
func (l *lowerer) declare(at Position, name string) ast.Stmt {
	return &ast.IfStmt{
		If: l.pos(at), ElsePos: l.pos(at), Cond: l.ident(at, "False"),
		True: []ast.Stmt{l.set(at, l.ident(at, name), l.ident(at, "None"))},
	}
}

// bind notes that a name is bound here, and returns a node for it.
func (l *lowerer) bind(at Position, name string) ast.Expr {
	s := l.scope.home(name)
	if s.inBox(name) {
		return l.boxed(at, s, name)
	}
	if s == l.global && !l.bound[name] {
		l.bound[name] = true
		if l.nested > 0 && l.predeclared(name) {
			l.early[name] = true
		}
	}
	return l.ident(at, name)
}

// read returns a name's value.
func (l *lowerer) read(at Position, name string) ast.Expr {
	s := l.scope.find(name)
	if s != nil && s.inBox(name) {
		return l.boxed(at, s, name)
	}
	if s == nil {
		if l.predeclared(name) {
			return l.ident(at, name)
		}
		if space, _ := l.method(); space != "" && name == "__class__" {
			return l.classCell(at, space)
		}
		return l.call(at, NameError, l.str(at, name))
	}
	if s == l.global && !l.bound[name] && (l.scope == s || l.predeclared(name)) {
		l.early[name] = true
	}
	if s.deleted[name] {
		return l.call(at, Read, l.ident(at, name), l.str(at, name))
	}
	return l.ident(at, name)
}

// boxed is a variable of a scope's box.
func (l *lowerer) boxed(at Position, s *scope, name string) ast.Expr {
	return &ast.DotExpr{
		X: l.ident(at, s.box), Dot: l.pos(at), NamePos: l.pos(at), Name: l.ident(at, name),
	}
}

// makeBox makes the box of a scope, if it needs one.
func (l *lowerer) makeBox(at Position, s *scope, kind string) []ast.Stmt {
	if len(s.boxed) == 0 {
		return nil
	}
	return []ast.Stmt{l.set(at, l.ident(at, s.box), l.call(at, Vars, l.str(at, kind)))}
}

// ---- Nodes

func (l *lowerer) pos(p Position) ast.Position {
	return ast.MakePosition(&l.src.file, p.Line, p.Column)
}

func (l *lowerer) ident(at Position, name string) *ast.Ident {
	return &ast.Ident{NamePos: l.pos(at), Name: name}
}

// temp returns a name that no file can spell.
func (l *lowerer) temp(what string) string {
	l.temps++
	return "$" + what + strconv.Itoa(l.temps)
}

func (l *lowerer) str(at Position, text string) ast.Expr {
	return &ast.Literal{Token: ast.STRING, TokenPos: l.pos(at), Raw: strconv.Quote(text), Value: text}
}

func (l *lowerer) int(at Position, n int) ast.Expr {
	return &ast.Literal{Token: ast.INT, TokenPos: l.pos(at), Raw: strconv.Itoa(n), Value: int64(n)}
}

func (l *lowerer) call(at Position, fn string, args ...ast.Expr) ast.Expr {
	return l.callExpr(at, l.ident(at, fn), args...)
}

func (l *lowerer) callExpr(at Position, fn ast.Expr, args ...ast.Expr) ast.Expr {
	return &ast.CallExpr{Fn: fn, Lparen: l.pos(at), Args: args, Rparen: l.pos(at)}
}

// maxArgs is how many arguments a lowered call has at most; Starlark allows
// 255.
const maxArgs = 200

// callAll calls a helper whose arguments may be any number. It must be one
// that can be applied to its own results.
func (l *lowerer) callAll(at Position, fn string, args []ast.Expr) ast.Expr {
	for len(args) > maxArgs {
		var joined []ast.Expr
		for chunk := range slices.Chunk(args, maxArgs) {
			joined = append(joined, l.call(at, fn, chunk...))
		}
		args = joined
	}
	return l.call(at, fn, args...)
}

func (l *lowerer) list(at Position, items ...ast.Expr) ast.Expr {
	return &ast.ListExpr{Lbrack: l.pos(at), List: items, Rbrack: l.pos(at)}
}

func (l *lowerer) tuple(at Position, items ...ast.Expr) ast.Expr {
	return &ast.TupleExpr{Lparen: l.pos(at), List: items, Rparen: l.pos(at)}
}

func (l *lowerer) binary(at Position, x ast.Expr, op ast.Token, y ast.Expr) ast.Expr {
	return &ast.BinaryExpr{X: x, OpPos: l.pos(at), Op: op, Y: y}
}

func (l *lowerer) unary(at Position, op ast.Token, x ast.Expr) ast.Expr {
	return &ast.UnaryExpr{OpPos: l.pos(at), Op: op, X: x}
}

func (l *lowerer) set(at Position, to, value ast.Expr) ast.Stmt {
	return &ast.AssignStmt{OpPos: l.pos(at), Op: ast.EQ, LHS: to, RHS: value}
}

func (l *lowerer) do(x ast.Expr) ast.Stmt { return &ast.ExprStmt{X: x} }

func (l *lowerer) jump(at Position, token ast.Token) ast.Stmt {
	return &ast.BranchStmt{Token: token, TokenPos: l.pos(at)}
}
