package jinja

import (
	"strings"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

func (s textStmt) exec(r *run) {
	r.tick()
	r.write(string(s))
}

func (s *outputStmt) exec(r *run) {
	r.tick()
	r.line = s.line
	r.write(r.text(s.x.eval(r)))
}

func (s *ifStmt) exec(r *run) {
	r.tick()
	r.line = s.line
	if r.truth(s.test) {
		r.do(s.then)
	} else {
		r.do(s.otherwise)
	}
}

// assign binds a target in the scope that is being run.
func (r *run) assign(t target, v starlark.Value) {
	switch {
	case t.parts != nil:
		items := r.items(v)
		switch {
		case len(items) > len(t.parts):
			r.raise(builtin.ValueError, "too many values to unpack (expected %d)", len(t.parts))
		case len(items) < len(t.parts):
			r.raise(builtin.ValueError, "not enough values to unpack (expected %d, got %d)", len(t.parts), len(items))
		}
		for i, part := range t.parts {
			r.assign(part, items[i])
		}
	case t.field != "":
		ns, ok := r.scope.lookup(t.name).(*namespace)
		if !ok {
			r.line = t.line
			r.failf(RuntimeError, "cannot assign attribute on non-namespace object '%s': make it by namespace()", t.name)
		}
		r.put(ns.values, starlark.String(t.field), v)
	default:
		r.scope.vars[t.name] = v
	}
}

func (s *setStmt) exec(r *run) {
	r.tick()
	r.line = s.line
	r.assign(s.target, s.value.eval(r))
}

func (s *setBlock) exec(r *run) {
	r.tick()
	r.line = s.line
	var v starlark.Value
	r.within(r.scope.inner(), func() {
		v = starlark.String(r.capture(func() { r.do(s.body) }))
	})
	if s.filter != nil {
		v = s.filter.chain(r, v)
	}
	r.assign(s.target, v)
}

func (s *withStmt) exec(r *run) {
	r.tick()
	r.line = s.line
	values := make([]starlark.Value, len(s.values))
	for i, x := range s.values {
		values[i] = x.eval(r)
	}
	r.within(r.scope.inner(), func() {
		for i, t := range s.targets {
			r.assign(t, values[i])
		}
		r.do(s.body)
	})
}

func (s *filterBlock) exec(r *run) {
	r.tick()
	r.line = s.line
	r.within(r.scope.inner(), func() {
		text := r.capture(func() { r.do(s.body) })
		r.write(r.text(s.filter.chain(r, starlark.String(text))))
	})
}

func (s *scopeStmt) exec(r *run) {
	r.within(r.scope.inner(), func() { r.do(s.body) })
}

func (s macroStmt) exec(r *run) {
	r.scope.vars[s.name] = r.macro(s.macroDef)
}

func (s *callBlock) exec(r *run) {
	r.tick()
	r.line = s.def.line
	r.write(r.text(r.call(s.call, r.macro(s.def))))
}

func (s *blockStmt) exec(r *run) {
	if r.parent != nil {
		return // the parent says where it goes
	}
	r.line = s.line
	if s.scoped {
		r.block(s.name, 0, r.scope)
	} else {
		r.block(s.name, 0, r.top)
	}
}

// block renders the block of a name: of those that override each other, the one
// of that level.
func (r *run) block(name string, level int, above *scope) {
	defer r.enter()()
	o := r.blocks[name][level]
	if o.block.required {
		r.failf(RuntimeError, "the block '%s' is required: a template that extends this one must have it", name)
	}
	s := above.inner()
	s.vars["super"] = r.super(name, level+1, above)
	s.vars["self"] = r.self()
	parent := r.parent
	r.template, r.parent = o.template, nil
	r.within(s, func() { r.do(o.block.body) })
	r.parent = parent
}

// super is what super() calls in a block.
func (r *run) super(name string, level int, above *scope) starlark.Value {
	if level >= len(r.blocks[name]) {
		return &undefined{msg: "there is no parent block called '" + name + "'"}
	}
	f := function("super", func(args starlark.Tuple, kwargs []starlark.Tuple) starlark.Value {
		return starlark.String(r.capture(func() { r.block(name, level, above) }))
	})
	f.attrs = func(attr string) starlark.Value {
		if attr == "super" {
			return r.super(name, level+1, above)
		}
		return nil
	}
	return f
}

// self has a function for each block.
func (r *run) self() starlark.Value {
	return &object{kind: "TemplateReference", attrs: func(name string) starlark.Value {
		if r.blocks[name] == nil {
			return nil
		}
		return function(name, func(starlark.Tuple, []starlark.Tuple) starlark.Value {
			return starlark.String(r.capture(func() { r.block(name, 0, r.top) }))
		})
	}}
}

func (s *extendsStmt) exec(r *run) {
	r.line = s.line
	if r.parent != nil {
		r.failf(RuntimeError, "a template can extend only one")
	}
	parent, err := r.find(r.get(s.name))
	if err != nil {
		r.fail(err)
	}
	r.parent = parent
	r.out = &strings.Builder{} // what the template writes from here on goes nowhere
}
