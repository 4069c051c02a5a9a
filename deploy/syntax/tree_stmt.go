package syntax

// A Stmt is a statement.
type Stmt interface {
	Node
	stmt()
}

type stmtNode struct{ At }

func (stmtNode) stmt() {}

type (
	// An ExprStmt is an expression that stands alone.
	ExprStmt struct {
		stmtNode
		X Expr
	}

	// An Assign is target = target = value.
	Assign struct {
		stmtNode
		Targets []Expr
		OpPos   Position // of the last "="
		Value   Expr
	}

	// An AugAssign is target op= value. Op has no "=".
	AugAssign struct {
		stmtNode
		Target Expr
		OpPos  Position
		Op     string
		Value  Expr
	}

	// An AnnAssign is target: annotation = value. Value may be nil.
	AnnAssign struct {
		stmtNode
		Target     Expr
		Annotation Expr
		OpPos      Position
		Value      Expr
	}

	// An If has one branch for `if` and one for each `elif`.
	If struct {
		stmtNode
		Branches []Branch
		Else     []Stmt
	}

	// A Branch is a condition and what runs if it holds.
	Branch struct {
		At
		Test Expr
		Body []Stmt
	}

	// A For is a for loop.
	For struct {
		stmtNode
		Async  bool
		Target Expr
		Iter   Expr
		Body   []Stmt
		Else   []Stmt
	}

	// A While is a while loop.
	While struct {
		stmtNode
		Test Expr
		Body []Stmt
		Else []Stmt
	}

	// A Jump is pass, break or continue, which Word says.
	Jump struct {
		stmtNode
		Word string
	}

	// A Return is return x. X may be nil.
	Return struct {
		stmtNode
		X Expr
	}

	// A RaiseStmt is raise x from cause. Both may be nil.
	RaiseStmt struct {
		stmtNode
		X     Expr
		Cause Expr
	}

	// An AssertStmt is assert test, message. Message may be nil.
	AssertStmt struct {
		stmtNode
		Test    Expr
		Message Expr
	}

	// A Del is del targets.
	Del struct {
		stmtNode
		Targets []Expr
	}

	// An ImportStmt is import a.b as c, d.
	ImportStmt struct {
		stmtNode
		Names []Alias
	}

	// A FromImport is from ..module import names. Names is empty for "*".
	FromImport struct {
		stmtNode
		Level  int // the number of dots
		Module string
		Names  []Alias
	}

	// An Alias is one name of an import. As may be empty.
	Alias struct {
		At
		Name, As string
	}

	// A Scope is a global or nonlocal statement, which Word says.
	Scope struct {
		stmtNode
		Word  string
		Names []string
	}

	// A FuncDef is a function.
	FuncDef struct {
		stmtNode
		Async      bool
		Decorators []Expr
		NamePos    Position
		Name       string
		TypeParams []TypeParam
		Params     []Param
		Returns    Expr
		Body       []Stmt
	}

	// A ClassDef is a class.
	ClassDef struct {
		stmtNode
		Decorators []Expr
		Name       string
		TypeParams []TypeParam
		Args       []Arg
		Body       []Stmt
	}

	// A With is a with statement.
	With struct {
		stmtNode
		Async bool
		Items []WithItem
		Body  []Stmt
	}

	// A WithItem is a context manager and what its value is bound to, which
	// may be nil.
	WithItem struct {
		At
		X      Expr
		Target Expr
	}

	// A Try is a try statement. Group is set if its handlers have a star.
	Try struct {
		stmtNode
		Group    bool
		Body     []Stmt
		Handlers []Handler
		Else     []Stmt
		Finally  []Stmt
	}

	// A Handler is an except clause. Type is nil in a bare one.
	Handler struct {
		At
		Type Expr
		Name string
		Body []Stmt
	}

	// A Match is a match statement.
	Match struct {
		stmtNode
		Subject Expr
		Cases   []Case
	}

	// A Case is one case of a match statement. Guard may be nil.
	Case struct {
		At
		Pattern Pattern
		Guard   Expr
		Body    []Stmt
	}

	// A TypeAlias is type name = value.
	TypeAlias struct {
		stmtNode
		Name       string
		TypeParams []TypeParam
		Value      Expr
	}

	// A TypeParam is a parameter of a generic function, class or alias, with
	// its stars in front of the name.
	TypeParam struct {
		At
		Name  string
		Bound Expr
	}
)

// A Pattern is a pattern of a case.
type Pattern interface {
	Node
	pattern()
}

type patternNode struct{ At }

func (patternNode) pattern() {}

type (
	// A ValuePattern is compared with ==, or with `is` for None, True, False.
	ValuePattern struct {
		patternNode
		X Expr
	}

	// A CapturePattern matches all and binds a name; "_" binds none.
	CapturePattern struct {
		patternNode
		Name string
	}

	// A StarPattern is *name in a sequence.
	StarPattern struct {
		patternNode
		Name string
	}

	// A SequencePattern is [a, b].
	SequencePattern struct {
		patternNode
		Items []Pattern
	}

	// A MappingPattern is {key: pattern, **rest}. Rest may be empty.
	MappingPattern struct {
		patternNode
		Keys     []Expr
		Patterns []Pattern
		Rest     string
	}

	// A ClassPattern is Class(pattern, name=pattern).
	ClassPattern struct {
		patternNode
		Class Expr
		Args  []Pattern
		Names []string // the last len(Names) of Args have them
	}

	// An OrPattern is a | b.
	OrPattern struct {
		patternNode
		Choices []Pattern
	}

	// An AsPattern is pattern as name.
	AsPattern struct {
		patternNode
		Pattern Pattern
		Name    string
	}
)
