package syntax

// Walk calls visit for n and, where that returns true, for everything in n, in
// the order of the source. Annotations and the bounds of type parameters are
// left out, because they mean nothing.
func Walk(n Node, visit func(Node) bool) {
	if !visit(n) {
		return
	}
	for _, child := range children(n) {
		Walk(child, visit)
	}
}

// nodes collects children that may be absent.
type nodes []Node

func (l *nodes) expr(xs ...Expr) {
	for _, x := range xs {
		if x != nil {
			*l = append(*l, x)
		}
	}
}

func (l *nodes) body(lists ...[]Stmt) {
	for _, list := range lists {
		for _, s := range list {
			*l = append(*l, s)
		}
	}
}

// parts adds pointers to the elements of a slice of nodes that are values.
func parts[T any, P interface {
	*T
	Node
}](l *nodes, items []T) {
	for i := range items {
		*l = append(*l, P(&items[i]))
	}
}

func children(n Node) []Node {
	var l nodes
	switch n := n.(type) {
	case *Module:
		l.body(n.Body)
	case Stmt:
		l.stmt(n)
	case Expr:
		l.exprParts(n)
	case Pattern:
		l.pattern(n)
	case *Branch:
		l.expr(n.Test)
		l.body(n.Body)
	case *Handler:
		l.expr(n.Type)
		l.body(n.Body)
	case *Case:
		l = append(l, n.Pattern)
		l.expr(n.Guard)
		l.body(n.Body)
	case *WithItem:
		l.expr(n.X, n.Target)
	case *Entry:
		l.expr(n.Key, n.Value)
	case *Clause:
		l.expr(n.Target, n.Iter)
		l.expr(n.Conds...)
	case *Arg:
		l.expr(n.Value)
	case *Param:
		l.expr(n.Default)
	}
	return l
}

func (l *nodes) stmt(n Stmt) {
	switch n := n.(type) {
	case *ExprStmt:
		l.expr(n.X)
	case *Assign:
		l.expr(n.Targets...)
		l.expr(n.Value)
	case *AugAssign:
		l.expr(n.Target, n.Value)
	case *AnnAssign:
		l.expr(n.Target, n.Value)
	case *If:
		parts(l, n.Branches)
		l.body(n.Else)
	case *For:
		l.expr(n.Target, n.Iter)
		l.body(n.Body, n.Else)
	case *While:
		l.expr(n.Test)
		l.body(n.Body, n.Else)
	case *Return:
		l.expr(n.X)
	case *RaiseStmt:
		l.expr(n.X, n.Cause)
	case *AssertStmt:
		l.expr(n.Test, n.Message)
	case *Del:
		l.expr(n.Targets...)
	case *ImportStmt:
		parts(l, n.Names)
	case *FromImport:
		parts(l, n.Names)
	case *FuncDef:
		l.expr(n.Decorators...)
		parts(l, n.Params)
		l.body(n.Body)
	case *ClassDef:
		l.expr(n.Decorators...)
		parts(l, n.Args)
		l.body(n.Body)
	case *With:
		parts(l, n.Items)
		l.body(n.Body)
	case *Try:
		l.body(n.Body)
		parts(l, n.Handlers)
		l.body(n.Else, n.Finally)
	case *Match:
		l.expr(n.Subject)
		parts(l, n.Cases)
	case *TypeAlias:
		l.expr(n.Value)
	}
}

func (l *nodes) exprParts(n Expr) {
	switch n := n.(type) {
	case *FormatString:
		l.expr(n.Parts...)
	case *Field:
		l.expr(n.X)
		if n.Spec != nil {
			l.expr(n.Spec)
		}
	case *ListDisplay:
		l.expr(n.Items...)
	case *TupleDisplay:
		l.expr(n.Items...)
	case *SetDisplay:
		l.expr(n.Items...)
	case *DictDisplay:
		parts(l, n.Entries)
	case *Comprehension:
		l.expr(n.Key, n.Value)
		parts(l, n.Clauses)
	case *Unary:
		l.expr(n.X)
	case *Binary:
		l.expr(n.X, n.Y)
	case *Logical:
		l.expr(n.Values...)
	case *Compare:
		l.expr(n.First)
		for _, c := range n.Rest {
			l.expr(c.X)
		}
	case *Cond:
		l.expr(n.Then, n.Test, n.Else)
	case *Call:
		l.expr(n.Fn)
		parts(l, n.Args)
	case *Attribute:
		l.expr(n.X)
	case *Subscript:
		l.expr(n.X, n.Index)
	case *SliceIndex:
		l.expr(n.Lo, n.Hi, n.Step)
	case *Starred:
		l.expr(n.X)
	case *Lambda:
		parts(l, n.Params)
		l.expr(n.Body)
	case *Walrus:
		l.expr(n.Name, n.Value)
	case *Await:
		l.expr(n.X)
	case *Yield:
		l.expr(n.X)
	}
}

func (l *nodes) pattern(n Pattern) {
	add := func(items []Pattern) {
		for _, p := range items {
			*l = append(*l, p)
		}
	}
	switch n := n.(type) {
	case *ValuePattern:
		l.expr(n.X)
	case *SequencePattern:
		add(n.Items)
	case *MappingPattern:
		l.expr(n.Keys...)
		add(n.Patterns)
	case *ClassPattern:
		l.expr(n.Class)
		add(n.Args)
	case *OrPattern:
		add(n.Choices)
	case *AsPattern:
		*l = append(*l, n.Pattern)
	}
}
