package jinja

import (
	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

func (s *forStmt) exec(r *run) {
	r.tick()
	r.line = s.line
	s.loop(r, s.over.eval(r), 0, r.scope)
}

// loop walks over a value; depth counts the calls of a recursive loop.
func (s *forStmt) loop(r *run, over starlark.Value, depth int, above *scope) {
	items := s.choose(r, r.items(over), above)
	if len(items) == 0 {
		r.within(above.inner(), func() { r.do(s.otherwise) })
		return
	}
	l := &loopState{items: items, depth: depth}
	l.value = l.object(r, s, above)
	for i, item := range items {
		r.tick()
		l.i = i
		r.line = s.line
		scope := above.inner()
		scope.vars["loop"] = l.value
		r.within(scope, func() {
			r.assign(s.target, item)
			r.do(s.body)
		})
	}
}

// choose returns the items for which the condition holds.
func (s *forStmt) choose(r *run, items []starlark.Value, above *scope) []starlark.Value {
	if s.filter == nil {
		return items
	}
	var kept []starlark.Value
	for _, item := range items {
		r.tick()
		r.within(above.inner(), func() {
			r.assign(s.target, item)
			if r.truth(s.filter) {
				kept = append(kept, item)
			}
		})
	}
	return kept
}

// A loopState is a loop under way.
type loopState struct {
	items []starlark.Value
	i     int
	depth int
	last  starlark.Tuple // what changed() was given
	value starlark.Value
}

// object makes what templates know as `loop`.
func (l *loopState) object(r *run, s *forStmt, above *scope) starlark.Value {
	f := function("LoopContext", func(args starlark.Tuple, kwargs []starlark.Tuple) starlark.Value {
		switch {
		case !s.recursive:
			r.raise(builtin.TypeError, "the loop must have the 'recursive' marker to be called: {%% for ... recursive %%}")
		case len(args) != 1 || len(kwargs) > 0:
			r.raise(builtin.TypeError, "loop() takes exactly one argument")
		}
		defer r.enter()()
		return starlark.String(r.capture(func() { s.loop(r, args[0], l.depth+1, above) }))
	})
	f.attrs = func(name string) starlark.Value { return l.attribute(r, name) }
	return f
}

func (l *loopState) attribute(r *run, name string) starlark.Value {
	n := len(l.items)
	switch name {
	case "index":
		return starlark.MakeInt(l.i + 1)
	case "index0":
		return starlark.MakeInt(l.i)
	case "revindex":
		return starlark.MakeInt(n - l.i)
	case "revindex0":
		return starlark.MakeInt(n - l.i - 1)
	case "first":
		return starlark.Bool(l.i == 0)
	case "last":
		return starlark.Bool(l.i == n-1)
	case "length":
		return starlark.MakeInt(n)
	case "depth":
		return starlark.MakeInt(l.depth + 1)
	case "depth0":
		return starlark.MakeInt(l.depth)
	case "previtem":
		if l.i == 0 {
			return &undefined{msg: "there is no previous item"}
		}
		return l.items[l.i-1]
	case "nextitem":
		if l.i == n-1 {
			return &undefined{msg: "there is no next item"}
		}
		return l.items[l.i+1]
	case "cycle":
		return function("cycle", func(args starlark.Tuple, _ []starlark.Tuple) starlark.Value {
			if len(args) == 0 {
				r.raise(builtin.TypeError, "no items for cycling given")
			}
			return args[l.i%len(args)]
		})
	case "changed":
		return function("changed", func(args starlark.Tuple, _ []starlark.Tuple) starlark.Value {
			if l.last != nil && r.compare("==", l.last, args) {
				return starlark.False
			}
			l.last = append(starlark.Tuple{}, args...)
			return starlark.True
		})
	}
	return nil
}
