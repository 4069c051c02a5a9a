package jinja

import (
	"context"
	"fmt"
	"strings"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

// Limits of one rendering.
const (
	maxOutput = 16 << 20   // bytes of text
	maxSteps  = 50_000_000 // statements and expressions
	maxDepth  = 200        // macros, blocks and includes in each other
)

// Render returns the text that a template makes of variables. The thread runs
// what the template calls; code of the thread must not run meanwhile. An error is
// of type [*Error], unless ctx has ended: then it wraps the cause.
func (t *Template) Render(ctx context.Context, thread *starlark.Thread, vars starlark.StringDict) (text string, err error) {
	defer caught(&err)
	var out strings.Builder
	r := &run{
		shared:   &shared{ctx: ctx, thread: thread},
		template: t, out: &out,
	}
	r.base = newScope(r.globals(), vars)
	r.root(t, r.base.inner())
	return out.String(), nil
}

// A shared is what all parts of one rendering have in common.
type shared struct {
	ctx    context.Context
	thread *starlark.Thread
	steps  int
	depth  int
	size   int // of the text so far
}

// A run is the rendering of one template, or of a part of it.
type run struct {
	*shared
	template *Template
	line     int
	out      *strings.Builder
	scope    *scope
	// base has what the caller gave, and the functions that all templates have.
	base *scope
	// top is the scope of the template's own top level, which blocks see.
	top *scope
	// blocks are those of each name, the outermost child's first.
	blocks map[string][]overlay
	// parent is the template that this one extends, once it has said so.
	parent *Template
}

// An overlay is a block and the template that it stands in.
type overlay struct {
	block    *blockStmt
	template *Template
}

// A scope holds variables; what it does not have its parent may.
type scope struct {
	vars   starlark.StringDict
	parent *scope
}

// newScope returns a scope of variables above others.
func newScope(below, vars starlark.StringDict) *scope {
	return &scope{vars: vars, parent: &scope{vars: below}}
}

func (s *scope) inner() *scope { return &scope{vars: starlark.StringDict{}, parent: s} }

func (s *scope) lookup(name string) starlark.Value {
	for ; s != nil; s = s.parent {
		if v := s.vars[name]; v != nil {
			return v
		}
	}
	return nil
}

// fail ends the rendering with an error at the line that is being done.
func (r *run) fail(err error) {
	e := asError(err)
	if e.Template == "" {
		placed := *e
		placed.Template, placed.Line, placed.Source = r.template.name, r.line, sourceLine(r.template.lines, r.line)
		e = &placed
	}
	panic(failure{e})
}

func (r *run) failf(class, format string, args ...any) {
	r.fail(&Error{Class: class, Msg: fmt.Sprintf(format, args...)})
}

// raise ends the rendering with an exception of Python.
func (r *run) raise(class *builtin.Class, format string, args ...any) {
	r.fail(builtin.Raise(class, format, args...))
}

// must returns a value, or ends the rendering.
func must[T any](r *run, v T, err error) T {
	if err != nil {
		r.fail(builtin.Cause(r.thread, err))
	}
	return v
}

// tick counts a step.
func (r *run) tick() {
	r.steps++
	if r.steps&0xff != 0 {
		return
	}
	if r.ctx.Err() != nil {
		r.fail(fmt.Errorf("stopped: %w", context.Cause(r.ctx)))
	}
	if r.steps > maxSteps {
		r.failf(RuntimeError, "the template has run for more than %d steps: is there a loop without end?", maxSteps)
	}
}

// enter guards against recursion without end; call what it returns at the end.
func (r *run) enter() func() {
	r.depth++
	if r.depth > maxDepth {
		r.failf("RecursionError", "macros, blocks and includes are nested more than %d deep: does one use itself without end?", maxDepth)
	}
	template, line := r.template, r.line
	return func() {
		r.depth--
		r.template, r.line = template, line
	}
}

// write appends to the text.
func (r *run) write(s string) {
	r.size += len(s)
	if r.size > maxOutput {
		r.failf("MemoryError", "the text becomes larger than %d MiB", maxOutput>>20)
	}
	r.out.WriteString(s)
}

// capture returns the text that f writes.
func (r *run) capture(f func()) string {
	before := r.out
	var out strings.Builder
	r.out = &out
	defer func() { r.out = before }()
	f()
	return out.String()
}

// within runs f in a scope.
func (r *run) within(s *scope, f func()) {
	before := r.scope
	r.scope = s
	defer func() { r.scope = before }()
	f()
}

// do runs statements.
func (r *run) do(b body) {
	for _, s := range b {
		s.exec(r)
	}
}

// root renders a template as a whole, with the one that it extends.
func (r *run) root(t *Template, top *scope) {
	r.top = top
	r.blocks = map[string][]overlay{}
	if len(t.blocks) > 0 {
		top.vars["self"] = r.self()
	}
	defer r.enter()()
	for n := 0; t != nil; n++ {
		if n > maxDepth {
			r.failf("RecursionError", "more than %d templates extend each other: does one extend itself?", maxDepth)
		}
		for name, b := range t.blocks {
			r.blocks[name] = append(r.blocks[name], overlay{b, t})
		}
		r.template, r.parent = t, nil
		out := r.out
		r.within(top, func() { r.do(t.body) })
		r.out = out
		t = r.parent
	}
}

// text returns a value as it is printed.
func (r *run) text(v starlark.Value) string {
	if u, ok := v.(*undefined); ok {
		if u.silent {
			return ""
		}
		r.undefined(u)
	}
	return builtin.Str(v)
}

func (r *run) undefined(u *undefined) { r.failf(UndefinedError, "%s", u.msg) }

// defined ends the rendering if a value is undefined, and takes a markup as text.
func (r *run) defined(v starlark.Value) starlark.Value {
	if u, ok := v.(*undefined); ok {
		r.undefined(u)
	}
	return plain(v)
}

// get evaluates an expression that must be defined.
func (r *run) get(x expr) starlark.Value { return r.defined(x.eval(r)) }

// truth evaluates a condition.
func (r *run) truth(x expr) bool { return r.isTrue(x.eval(r)) }

func (r *run) isTrue(v starlark.Value) bool {
	if u, ok := v.(*undefined); ok && !u.silent {
		r.undefined(u)
	}
	return bool(v.Truth())
}

// items returns what an iteration over a value gives.
func (r *run) items(v starlark.Value) []starlark.Value {
	if u, ok := v.(*undefined); ok && u.silent {
		return nil
	}
	list, err := builtin.Collect(r.defined(v))
	return must(r, list, err)
}
