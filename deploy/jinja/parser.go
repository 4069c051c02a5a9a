package jinja

import (
	"fmt"
	"slices"
	"strings"
)

// MaxSource is the size, in bytes, of the largest template.
const MaxSource = 16 << 20

// maxNesting is how deep expressions and blocks may be nested.
const maxNesting = 200

// A Template is a template that was parsed. It is read only.
type Template struct {
	name    string
	lines   []string
	options Options
	body    body
	blocks  map[string]*blockStmt
	cache   *Cache // where other templates come from; may be nil
}

// Name returns the name that errors have.
func (t *Template) Name() string { return t.name }

// Parse reads a template. name is for errors, which are of type [*Error]. Such a
// template finds no others; see [Cache].
func Parse(name string, source []byte, o Options) (t *Template, err error) {
	defer caught(&err)
	if err := o.check(); err != nil {
		return nil, &Error{Template: name, Class: SyntaxError, Msg: err.Error()}
	}
	if len(source) > MaxSource {
		return nil, &Error{Template: name, Class: SyntaxError, Msg: fmt.Sprintf("the template is larger than %d MiB", MaxSource>>20)}
	}
	if msg := notText(source); msg != "" {
		return nil, &Error{Template: name, Class: SyntaxError, Msg: msg}
	}
	t = &Template{name: name, options: o, blocks: map[string]*blockStmt{}}
	content := prepare(string(source), o)
	t.lines = strings.Split(content, "\n")
	l := &lexer{options: o.delimiters(), name: name, source: content, lines: t.lines, line: 1}
	p := &parser{template: t, tokens: l.run()}
	t.body = p.statements(nil, "")
	return t, nil
}

// A parser makes a tree of tokens.
type parser struct {
	template *Template
	tokens   []token
	pos      int
	depth    int
	// macros are those whose body is being read, outermost first.
	macros []*macroDef
	// branches counts the conditions around: in there, unknown filters are
	// errors only if they are reached.
	branches int
}

func (p *parser) fail(line int, class, format string, args ...any) {
	t := p.template
	panic(failure{&Error{Template: t.name, Line: line, Source: sourceLine(t.lines, line), Class: class, Msg: fmt.Sprintf(format, args...)}})
}

func (p *parser) wrong(format string, args ...any) {
	p.fail(p.peek().line, SyntaxError, format, args...)
}

// deeper guards what calls itself; call what it returns at the end.
func (p *parser) deeper() func() {
	p.depth++
	if p.depth > maxNesting {
		p.wrong("the template is nested more than %d deep", maxNesting)
	}
	return func() { p.depth-- }
}

func (p *parser) peek() token { return p.tokens[p.pos] }

// after returns the token after the next.
func (p *parser) after() token { return p.tokens[min(p.pos+1, len(p.tokens)-1)] }

func (p *parser) next() token {
	t := p.tokens[p.pos]
	if t.kind != end {
		p.pos++
	}
	return t
}

// is reports whether the next token is that operator.
func (p *parser) is(op string) bool {
	t := p.peek()
	return t.kind == operator && t.text == op
}

// word reports whether the next token is one of those names.
func (p *parser) word(names ...string) bool {
	t := p.peek()
	return t.kind == name && slices.Contains(names, t.text)
}

func (p *parser) accept(op string) bool {
	if p.is(op) {
		p.pos++
		return true
	}
	return false
}

func (p *parser) acceptWord(word string) bool {
	if p.word(word) {
		p.pos++
		return true
	}
	return false
}

func (p *parser) expect(op string) {
	if !p.accept(op) {
		p.wrong("expected '%s', not %s", op, p.peek())
	}
}

func (p *parser) expectName() string {
	if p.peek().kind != name {
		p.wrong("expected a name, not %s", p.peek())
	}
	return p.next().text
}

func (p *parser) endBlock() {
	if p.peek().kind != blockEnd {
		p.wrong("expected the end of the tag, not %s", p.peek())
	}
	p.pos++
}
