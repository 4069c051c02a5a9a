package syntax

// A Node is a part of a file's tree.
type Node interface {
	// Pos returns where the node begins.
	Pos() Position
}

// An Expr is an expression.
type Expr interface {
	Node
	expr()
}

// At is the position of a node, which embeds it.
type At struct{ Position }

// Pos returns the position.
func (a At) Pos() Position { return a.Position }

type exprNode struct{ At }

func (exprNode) expr() {}

// A Module is a whole file.
type Module struct {
	At
	File string
	Body []Stmt

	src *source // for errors
}

type (
	// A Name is an identifier.
	Name struct {
		exprNode
		ID string
	}

	// A Number is an int or float literal.
	Number struct {
		exprNode
		Text      string
		Value     any // int64, *big.Int or float64
		Imaginary bool
	}

	// A String is a string or bytes literal, or several side by side.
	String struct {
		exprNode
		Value string
		Bytes bool
	}

	// A FormatString is an f-string, or several strings side by side of which at
	// least one is. Its parts are *String and *Field.
	FormatString struct {
		exprNode
		Parts []Expr
	}

	// A Field is a replacement field of an f-string: {x=!r:spec}.
	Field struct {
		exprNode
		X          Expr
		Debug      string        // the text of x with its "=", or ""
		Conversion string        // "r", "s", "a" or ""
		Spec       *FormatString // nil if there is none
	}

	// A Constant is None, True, False or "...".
	Constant struct {
		exprNode
		Text string
	}

	// A ListDisplay is a list display.
	ListDisplay struct {
		exprNode
		Items []Expr
	}

	// A TupleDisplay is a tuple, with or without parentheses.
	TupleDisplay struct {
		exprNode
		Items  []Expr
		Parens bool
	}

	// A SetDisplay is a set display.
	SetDisplay struct {
		exprNode
		Items []Expr
	}

	// A DictDisplay is a dict display.
	DictDisplay struct {
		exprNode
		Entries []Entry
	}

	// An Entry is one entry of a dict display. Key is nil for **value.
	Entry struct {
		At
		Key, Value Expr
	}

	// A Comprehension is a list, set or dict comprehension or a generator
	// expression, which Kind tells. Key is nil unless it is a dict's.
	Comprehension struct {
		exprNode
		Kind       ComprehensionKind
		Key, Value Expr
		Clauses    []Clause
	}

	// A Clause is one `for target in iter if cond if cond` of a comprehension.
	Clause struct {
		At
		Async  bool
		Target Expr
		Iter   Expr
		Conds  []Expr
	}

	// A Unary is one of + - ~ not.
	Unary struct {
		exprNode
		Op string
		X  Expr
	}

	// A Binary is an arithmetic or bitwise operation.
	Binary struct {
		exprNode
		X     Expr
		OpPos Position
		Op    string
		Y     Expr
	}

	// A Logical is a chain of `and` or of `or`; there are two values or more.
	Logical struct {
		exprNode
		Op     string
		Values []Expr
	}

	// A Compare is a chain of comparisons: first op x op x.
	Compare struct {
		exprNode
		First Expr
		Rest  []Comparison
	}

	// A Comparison is one operator of a chain, with its right side. Op is one
	// of == != < <= > >= is in and "is not", "not in".
	Comparison struct {
		At
		Op string
		X  Expr
	}

	// A Cond is `then if test else otherwise`.
	Cond struct {
		exprNode
		Test, Then, Else Expr
		IfPos            Position
	}

	// A Call is a call.
	Call struct {
		exprNode
		Fn     Expr
		Lparen Position
		Args   []Arg
	}

	// An Arg is an argument: value, name=value, *value or **value.
	Arg struct {
		At
		Name  string // of name=value
		Stars int    // 0, 1 or 2
		Value Expr
	}

	// An Attribute is x.name.
	Attribute struct {
		exprNode
		X       Expr
		NamePos Position
		Name    string
	}

	// A Subscript is x[index]; the index may be a SliceIndex or a tuple of
	// expressions and slices.
	Subscript struct {
		exprNode
		X      Expr
		Lbrack Position
		Index  Expr
	}

	// A SliceIndex is lo:hi:step; each may be nil.
	SliceIndex struct {
		exprNode
		Lo, Hi, Step Expr
	}

	// A Starred is *x, in a display, a target or an index.
	Starred struct {
		exprNode
		X Expr
	}

	// A Lambda is a lambda expression.
	Lambda struct {
		exprNode
		Params []Param
		Body   Expr
	}

	// A Walrus is name := value.
	Walrus struct {
		exprNode
		Name  *Name
		Value Expr
	}

	// An Await is await x.
	Await struct {
		exprNode
		X Expr
	}

	// A Yield is yield x, or yield from x. X may be nil.
	Yield struct {
		exprNode
		From bool
		X    Expr
	}
)

// A ComprehensionKind says what a comprehension makes.
type ComprehensionKind uint8

// The kinds of comprehensions.
const (
	ListComprehension ComprehensionKind = iota
	SetComprehension
	DictComprehension
	GeneratorExpression
)

// A Param is a parameter of a function. Its annotation is kept in the tree and
// has no meaning.
type Param struct {
	At
	Kind       ParamKind
	Name       string
	Annotation Expr
	Default    Expr
}

// A ParamKind is how a parameter takes its argument.
type ParamKind uint8

// The kinds of parameters, in the order in which they may come.
const (
	PositionalOnly ParamKind = iota // before a "/"
	Positional
	VarArgs     // *args
	KeywordOnly // after *args or "*"
	KeywordArgs // **kwargs
)
