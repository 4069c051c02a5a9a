package jinja

import "go.starlark.net/starlark"

// An expr is an expression.
type expr interface {
	eval(*run) starlark.Value
}

// A stmt is a statement, text included.
type stmt interface {
	exec(*run)
}

type body []stmt

// Expressions.
type (
	constant struct{ value starlark.Value }
	variable struct {
		name string
		line int
	}
	tupleExpr []expr
	listExpr  []expr
	dictExpr  struct {
		keys, values []expr
		line         int
	}
	getattr struct {
		x    expr
		name string
		line int
	}
	getitem struct {
		x, index expr
		line     int
	}
	sliceExpr struct {
		x            expr
		lo, hi, step expr // nil if absent
		line         int
	}
	callExpr struct {
		f    expr
		args arguments
		line int
	}
	filterExpr struct {
		x    expr // nil in a filter block
		name string
		args arguments
		line int
	}
	testExpr struct {
		x    expr
		name string
		args arguments
		not  bool
		line int
	}
	unaryExpr struct {
		op string
		x  expr
	}
	binaryExpr struct {
		op   string
		x, y expr
		line int
	}
	concatExpr  []expr
	compareExpr struct {
		first expr
		ops   []string
		rest  []expr
		line  int
	}
	condExpr struct{ test, then, otherwise expr } // otherwise may be nil
)

// arguments are those of a call.
type arguments struct {
	args        []expr
	names       []string
	values      []expr
	star, stars expr // nil if absent
}

// Statements.
type (
	textStmt   string
	outputStmt struct {
		x    expr
		line int
	}
	ifStmt struct {
		test      expr
		then      body
		otherwise body
		line      int
	}
	forStmt struct {
		target    target
		over      expr
		filter    expr // nil if absent
		body      body
		otherwise body
		recursive bool
		line      int
	}
	setStmt struct {
		target target
		value  expr
		line   int
	}
	setBlock struct {
		target target
		filter *filterExpr // innermost last; nil if absent
		body   body
		line   int
	}
	withStmt struct {
		targets []target
		values  []expr
		body    body
		line    int
	}
	filterBlock struct {
		filter *filterExpr
		body   body
		line   int
	}
	macroStmt struct{ *macroDef }
	callBlock struct {
		call *callExpr
		def  *macroDef
	}
	blockStmt struct {
		name     string
		body     body
		scoped   bool
		required bool
		line     int
	}
	extendsStmt struct {
		name expr
		line int
	}
	includeStmt struct {
		name          expr
		ignoreMissing bool
		context       bool
		line          int
	}
	importStmt struct {
		name    expr
		as      string
		context bool
		line    int
	}
	fromStmt struct {
		name      expr
		names, as []string
		context   bool
		line      int
	}
	scopeStmt struct{ body body }
)

// A macroDef is a macro, or the body of a call block.
type macroDef struct {
	name     string
	params   []string
	defaults []expr // of the last parameters
	body     body
	line     int
	// What the body asks for by its special names.
	varargs, kwargs, caller bool
}

// A target is what is assigned to: a name, an attribute of a namespace, or
// several of them.
type target struct {
	name  string
	field string   // of namespace name
	parts []target // of a tuple; name is empty then
	line  int
}
