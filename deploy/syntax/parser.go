package syntax

import "strings"

// Limits on the shape of a file, so that no later step runs out of stack.
// CPython has limits of the same kind.
const (
	// maxDepth is how deep expressions and statements may nest; a pair of
	// brackets counts as two, so that the lexer's limit is met first.
	maxDepth = 2*maxBrackets + maxIndents
	// maxChain is how many operators, calls or branches may follow each other.
	maxChain = 1000
	// maxTree is how deep a tree may be, by nesting and by chains together.
	maxTree = 5000
)

// Parse reads a file. The name is only used in errors. An error is of type
// [Errors] and holds the first thing that is not Python.
func Parse(file string, text []byte) (*Module, error) {
	src := newSource(file, string(text))
	m, err := parse(src)
	if err != nil {
		return nil, Errors{err}
	}
	return m, nil
}

func parse(src *source) (m *Module, err *Error) {
	p := &parser{src: src, tokens: lex(src)}
	p.tok = &p.tokens[0]
	defer func() {
		switch e := recover().(type) {
		case nil:
		case *Error:
			m, err = nil, p.unclosed(e)
		default:
			panic(e)
		}
	}()
	m = p.module()
	if n := deeper(m, maxTree); n != nil {
		p.failAt(n.Pos(), "split it, and give the parts names", "too complicated")
	}
	return m, nil
}

// deeper returns a node that lies deeper in a tree than the given depth, or
// nil.
func deeper(n Node, depth int) Node {
	if depth == 0 {
		return n
	}
	for _, child := range children(n) {
		if found := deeper(child, depth-1); found != nil {
			return found
		}
	}
	return nil
}

// A parser reads one file. Its methods are named for what they read; what they
// cannot read ends in a panic with an *Error, which parse recovers.
type parser struct {
	src    *source
	tokens []token
	i      int    // index of tok
	tok    *token // the token to read next
	depth  int
}

// advance moves to the next token and returns the one before.
func (p *parser) advance() *token {
	t := p.tok
	if p.i+1 < len(p.tokens) {
		p.i++
		p.tok = &p.tokens[p.i]
	}
	return t
}

// peek returns the n-th token after the current one.
func (p *parser) peek(n int) *token {
	return &p.tokens[min(p.i+n, len(p.tokens)-1)]
}

// reset goes back to an earlier token.
func (p *parser) reset(i int) {
	p.i, p.tok = i, &p.tokens[i]
}

// got skips the given operator or keyword if it comes next.
func (p *parser) got(text string) bool {
	if p.tok.is(text) {
		p.advance()
		return true
	}
	return false
}

// want skips the given operator or keyword, which must come next.
func (p *parser) want(text string) *token {
	if !p.tok.is(text) {
		p.unexpected("expected '" + text + "'")
	}
	return p.advance()
}

// closing skips the bracket that ends a list of things.
func (p *parser) closing(text string) {
	if p.tok.is(text) {
		p.advance()
		return
	}
	if p.startsExpr() && p.tok.kind != tokError {
		if p.tok.kind == tokKeyword && p.tok.is("lambda") || p.tok.kind != tokKeyword {
			p.failAt(p.tok.at, "", "invalid syntax. Perhaps you forgot a comma?")
		}
	}
	if p.tok.is("=") {
		p.failAt(p.tok.at, "", "invalid syntax. Maybe you meant '==' or ':=' instead of '='?")
	}
	p.unexpected("invalid syntax")
}

// name reads an identifier.
func (p *parser) name() *token {
	if p.tok.kind != tokName {
		if p.tok.kind == tokKeyword {
			p.failAt(p.tok.at, "'"+p.tok.text+"' is a word of the language: choose another name", "invalid syntax")
		}
		p.unexpected("invalid syntax")
	}
	return p.advance()
}

// failAt stops the parser. Its panic ends in parse.
func (p *parser) failAt(at Position, hint, format string, args ...any) {
	panic(p.src.errorAt(at, hint, format, args...))
}

// unexpected stops the parser at the current token.
func (p *parser) unexpected(msg string) {
	switch t := p.tok; t.kind {
	case tokError:
		panic(t.err)
	case tokIndent:
		p.failAt(t.at, "", "unexpected indent")
	default:
		p.failAt(t.at, p.foreign(), "%s", msg)
	}
}

// foreign returns a hint if the current token and those before it look like
// another language, or an old Python.
func (p *parser) foreign() string {
	t := p.tok
	if p.i == 0 {
		return ""
	}
	before := p.peek(-1)
	if t.kind == tokNewline && p.i > 1 && (before.is("+") || before.is("-")) && p.peek(-2).is(before.text) {
		return "write " + before.text + "= 1"
	}
	if t.kind == tokNewline || t.kind == tokDedent || t.kind == tokEOF || before.end != t.start {
		return ""
	}
	switch before.text + t.text {
	case "&&":
		return "write 'and'"
	case "||":
		return "write 'or'"
	case "<>":
		return "write '!='"
	case "=>":
		return "write '>='"
	case "===":
		return "write '=='"
	}
	return ""
}

// unclosed prefers a bracket that is never closed, or not by its own, to an
// error that comes of it later on.
func (p *parser) unclosed(e *Error) *Error {
	last := p.tokens[len(p.tokens)-1].err
	if last == nil || last.open.Line == 0 || !strings.HasPrefix(e.Msg, "invalid syntax") {
		return e
	}
	if int(last.open.Line) < e.Line || last.Line > e.Line && int(last.open.Line) == e.Line && int(last.open.Column) < e.Column {
		return last
	}
	return e
}

// enter counts the nesting; each needs a leave.
func (p *parser) enter() {
	if p.depth++; p.depth > maxDepth {
		p.failAt(p.tok.at, "", "nested too deeply")
	}
}

func (p *parser) leave() { p.depth-- }

// chain counts what follows each other without nesting in the source, but
// nests in the tree.
func (p *parser) chain(n int) {
	if n > maxChain {
		p.failAt(p.tok.at, "", "too many operators in one expression: %d are the limit", maxChain)
	}
}

// attempt reads something that may turn out to be something else. If it does,
// the parser is where it was.
func (p *parser) attempt(read func()) (ok bool) {
	i, depth := p.i, p.depth
	defer func() {
		switch e := recover().(type) {
		case nil:
		case *Error:
			p.reset(i)
			p.depth = depth
			ok = false
		default:
			panic(e)
		}
	}()
	read()
	return true
}

// startsExpr reports whether the current token can begin an expression.
func (p *parser) startsExpr() bool {
	switch t := p.tok; t.kind {
	case tokName, tokNumber, tokString, tokFStringStart, tokError:
		return true
	case tokKeyword:
		switch t.text {
		case "None", "True", "False", "not", "lambda", "await", "yield":
			return true
		}
	case tokOp:
		switch t.text {
		case "(", "[", "{", "-", "+", "~", "...":
			return true
		}
	}
	return false
}
