package jinja

import (
	"slices"
	"strings"
)

// statements reads up to one of the tags, which is left to be read. around is the
// tag that they are inside of; it is empty in a template itself.
func (p *parser) statements(stop []string, around string) body {
	defer p.deeper()()
	var list body
	begin := p.peek().line
	for {
		t := p.next()
		switch t.kind {
		case data:
			list = append(list, textStmt(t.text))
		case variableBegin:
			list = append(list, &outputStmt{p.tuple(false, true), t.line})
			if p.peek().kind != variableEnd {
				p.wrong("expected the end of the expression, not %s", p.peek())
			}
			p.pos++
		case blockBegin:
			if p.word(stop...) {
				return list
			}
			if s := p.statement(t.line, around); s != nil {
				list = append(list, s)
			}
		default:
			if around != "" {
				p.fail(begin, SyntaxError, "the tag %s has no end: %s is missing", around, strings.Join(stop, " or "))
			}
			return list
		}
	}
}

// statement reads one statement from its name on.
func (p *parser) statement(line int, around string) stmt {
	tag := p.next()
	if tag.kind != name {
		p.fail(tag.line, SyntaxError, "expected the name of a tag, not %s", tag)
	}
	if parse := p.parserOf(tag.text); parse != nil {
		return parse(line)
	}
	switch tag.text {
	case "do":
		p.fail(line, SyntaxError, "the tag do needs Jinja's extension do, which is not supported: write {%% set _ = ... %%}")
	case "break", "continue":
		p.fail(line, SyntaxError, "the tag %s needs Jinja's extension loopcontrols, which is not supported: give the for loop a condition, {%% for x in list if x ... %%}", tag.text)
	case "trans", "pluralize", "debug":
		p.fail(line, SyntaxError, "the tag %s needs an extension of Jinja that is not supported", tag.text)
	}
	if strings.HasPrefix(tag.text, "end") || slices.Contains([]string{"else", "elif"}, tag.text) {
		if around == "" {
			p.fail(line, SyntaxError, "the tag %s ends nothing: no tag is open", tag.text)
		}
		p.fail(line, SyntaxError, "unexpected tag %s: the innermost tag that is open is %s", tag.text, around)
	}
	p.fail(line, SyntaxError, "unknown tag '%s'", tag.text)
	return nil
}

// parserOf returns what reads the rest of a tag; nil if there is no such tag.
func (p *parser) parserOf(tag string) func(line int) stmt {
	switch tag {
	case "if":
		return p.ifTag
	case "for":
		return p.forTag
	case "set":
		return p.setTag
	case "with":
		return p.withTag
	case "filter":
		return p.filterTag
	case "macro":
		return p.macroTag
	case "call":
		return p.callTag
	case "block":
		return p.blockTag
	case "extends":
		return p.extendsTag
	case "include":
		return p.includeTag
	case "import":
		return p.importTag
	case "from":
		return p.fromTag
	case "print":
		return p.printTag
	case "autoescape":
		return p.autoescapeTag
	}
	return nil
}

// inner reads the body of a tag and the tag that ends it, which it returns.
func (p *parser) inner(around string, stop ...string) (body, string) {
	p.endBlock()
	b := p.statements(stop, around)
	return b, p.next().text
}

// wholly reads the body of a tag up to its end tag.
func (p *parser) wholly(around string) body {
	b, _ := p.inner(around, "end"+around)
	p.endBlock()
	return b
}

func (p *parser) ifTag(line int) stmt {
	defer p.deeper()()
	p.branches++
	defer func() { p.branches-- }()
	s := &ifStmt{line: line, test: p.tuple(false, false)}
	var closed string
	s.then, closed = p.inner("if", "elif", "else", "endif")
	switch closed {
	case "elif":
		s.otherwise = body{p.ifTag(p.peek().line)}
		return s
	case "else":
		s.otherwise, _ = p.inner("if", "endif")
	}
	p.endBlock()
	return s
}

func (p *parser) forTag(line int) stmt {
	s := &forStmt{line: line, target: p.target(false, "in")}
	if !p.acceptWord("in") {
		p.wrong("expected 'in', not %s", p.peek())
	}
	s.over = p.tuple(false, false, "recursive")
	if p.acceptWord("if") {
		s.filter = p.expression()
	}
	s.recursive = p.acceptWord("recursive")
	var closed string
	s.body, closed = p.inner("for", "endfor", "else")
	if closed == "else" {
		s.otherwise, _ = p.inner("for", "endfor")
	}
	p.endBlock()
	return s
}

// target reads what is assigned to. field says that it may be an attribute of a
// namespace.
func (p *parser) target(field bool, stop ...string) target {
	defer p.deeper()()
	t := target{line: p.peek().line}
	for n := 0; ; n++ {
		if n > 0 && !p.accept(",") {
			break
		}
		if n > 0 {
			if len(t.parts) == 0 {
				t = target{line: t.line, parts: []target{t}}
			}
			if p.is("=") || p.is(")") || p.word(stop...) || p.peek().kind == blockEnd {
				break
			}
		}
		one := p.oneTarget(field)
		if n == 0 {
			t = one
			if len(one.parts) > 0 && p.is(",") {
				t = target{line: one.line, parts: []target{one}}
			}
			continue
		}
		t.parts = append(t.parts, one)
	}
	return t
}

func (p *parser) oneTarget(field bool) target {
	line := p.peek().line
	if p.accept("(") {
		t := p.target(field)
		p.expect(")")
		return t
	}
	t := target{name: p.expectName(), line: line}
	if slices.Contains([]string{"true", "false", "none", "True", "False", "None", "loop"}, t.name) && !(field && t.name == "loop") {
		p.fail(line, SyntaxError, "cannot assign to '%s'", t.name)
	}
	if field && p.accept(".") {
		t.field = p.expectName()
	}
	return t
}

func (p *parser) setTag(line int) stmt {
	t := p.target(true)
	if p.accept("=") {
		s := &setStmt{t, p.tuple(false, true), line}
		p.endBlock()
		return s
	}
	s := &setBlock{target: t, line: line}
	if p.is("|") {
		s.filter = p.filterChain()
	}
	s.body = p.wholly("set")
	return s
}

// filterChain reads the filters of a block, the first of them without its bar.
func (p *parser) filterChain() *filterExpr {
	p.accept("|")
	f := p.filter(nil)
	for p.accept("|") {
		f = p.filter(f)
	}
	return f
}

func (p *parser) withTag(line int) stmt {
	s := &withStmt{line: line}
	for p.peek().kind != blockEnd {
		if len(s.targets) > 0 {
			p.expect(",")
		}
		t := p.oneTarget(false)
		p.expect("=")
		s.targets = append(s.targets, t)
		s.values = append(s.values, p.expression())
	}
	s.body = p.wholly("with")
	return s
}

func (p *parser) filterTag(line int) stmt {
	s := &filterBlock{line: line, filter: p.filterChain()}
	s.body = p.wholly("filter")
	return s
}

// signature reads the parameters of a macro, if there are any.
func (p *parser) signature(m *macroDef) {
	p.expect("(")
	for n := 0; !p.accept(")"); n++ {
		if n > 0 {
			p.expect(",")
			if p.accept(")") {
				break
			}
		}
		t := p.oneTarget(false)
		if t.name == "" || slices.Contains(m.params, t.name) {
			p.wrong("the parameter is not a name, or stands twice")
		}
		m.params = append(m.params, t.name)
		switch {
		case p.accept("="):
			m.defaults = append(m.defaults, p.expression())
		case len(m.defaults) > 0:
			p.wrong("a parameter without a default follows one with a default")
		}
	}
}

// macroBody reads the body of a macro up to its end tag.
func (p *parser) macroBody(m *macroDef, around string) {
	p.macros = append(p.macros, m)
	m.body = p.wholly(around)
	p.macros = p.macros[:len(p.macros)-1]
}

func (p *parser) macroTag(line int) stmt {
	m := &macroDef{name: p.expectName(), line: line}
	p.signature(m)
	p.macroBody(m, "macro")
	return macroStmt{m}
}

func (p *parser) callTag(line int) stmt {
	s := &callBlock{def: &macroDef{name: "caller", line: line}}
	if p.is("(") {
		p.signature(s.def)
	}
	call, ok := p.expression().(*callExpr)
	if !ok {
		p.fail(line, SyntaxError, "the tag call needs a call, such as {%% call name() %%}")
	}
	s.call = call
	p.macroBody(s.def, "call")
	return s
}

func (p *parser) blockTag(line int) stmt {
	s := &blockStmt{name: p.expectName(), line: line}
	for {
		switch {
		case p.acceptWord("scoped"):
			s.scoped = true
			continue
		case p.acceptWord("required"):
			s.required = true
			continue
		}
		break
	}
	if p.template.blocks[s.name] != nil {
		p.fail(line, SyntaxError, "the block '%s' is defined twice", s.name)
	}
	p.template.blocks[s.name] = s
	s.body, _ = p.inner("block", "endblock")
	if p.peek().kind == name {
		if closing := p.next(); closing.text != s.name {
			p.fail(closing.line, SyntaxError, "the block '%s' ends as '%s'", s.name, closing.text)
		}
	}
	p.endBlock()
	if s.required && !blank(s.body) {
		p.fail(line, SyntaxError, "the block '%s' is required; it may hold nothing but space and comments", s.name)
	}
	return s
}

func blank(b body) bool {
	for _, s := range b {
		if t, ok := s.(textStmt); !ok || strings.TrimSpace(string(t)) != "" {
			return false
		}
	}
	return true
}

func (p *parser) extendsTag(line int) stmt {
	s := &extendsStmt{p.expression(), line}
	p.endBlock()
	return s
}

// context reads `with context` or `without context`.
func (p *parser) context(absent bool) bool {
	if p.word("with", "without") && p.after().kind == name && p.after().text == "context" {
		with := p.next().text == "with"
		p.pos++
		return with
	}
	return absent
}

func (p *parser) includeTag(line int) stmt {
	s := &includeStmt{name: p.expression(), line: line}
	if p.word("ignore") && p.after().kind == name && p.after().text == "missing" {
		p.pos += 2
		s.ignoreMissing = true
	}
	s.context = p.context(true)
	p.endBlock()
	return s
}

func (p *parser) importTag(line int) stmt {
	s := &importStmt{name: p.expression(), line: line}
	if !p.acceptWord("as") {
		p.wrong("expected 'as', not %s", p.peek())
	}
	s.as = p.oneTarget(false).name
	s.context = p.context(false)
	p.endBlock()
	return s
}

func (p *parser) fromTag(line int) stmt {
	s := &fromStmt{name: p.expression(), line: line}
	if !p.acceptWord("import") {
		p.wrong("expected 'import', not %s", p.peek())
	}
	contextual := func() bool {
		return p.word("with", "without") && p.after().kind == name && p.after().text == "context"
	}
	for p.peek().kind == name && !contextual() {
		n := p.expectName()
		if strings.HasPrefix(n, "_") {
			p.wrong("names that begin with an underscore cannot be imported: %s", n)
		}
		as := n
		if p.acceptWord("as") {
			as = p.expectName()
		}
		s.names, s.as = append(s.names, n), append(s.as, as)
		if !p.accept(",") {
			break
		}
	}
	s.context = p.context(false)
	if len(s.names) == 0 {
		p.wrong("expected a name to import, not %s", p.peek())
	}
	p.endBlock()
	return s
}

func (p *parser) printTag(line int) stmt {
	s := &outputStmt{p.tuple(false, true), line}
	p.endBlock()
	return s
}

// autoescapeTag takes a block whose escaping is off, as it is everywhere.
func (p *parser) autoescapeTag(line int) stmt {
	if !p.word("false", "False") {
		p.fail(line, SyntaxError, "autoescape is not supported: escape by the filter e")
	}
	p.next()
	return &scopeStmt{p.wholly("autoescape")}
}
