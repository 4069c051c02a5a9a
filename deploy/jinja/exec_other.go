package jinja

import (
	"fmt"
	"strings"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

// notFound is the error of templates that are not there.
func notFound(names ...string) error {
	msg := "there is no template " + quoted(names[0])
	if len(names) > 1 {
		msg = "there is none of the templates " + strings.Join(names, ", ")
	}
	return &Error{Class: NotFound, Msg: msg + ": templates are found below the working folder"}
}

// find returns the template of a name, or the first that is there of a list.
func (r *run) find(which starlark.Value) (*Template, error) {
	candidates := []starlark.Value{which}
	if _, ok := which.(starlark.String); !ok {
		candidates = r.items(which)
	}
	names := []string{}
	for _, c := range candidates {
		name, ok := starlark.AsString(r.defined(c))
		if !ok {
			return nil, builtin.Raise(builtin.TypeError, "the name of a template must be str, not %s", builtin.TypeName(c))
		}
		names = append(names, name)
		t, found, err := r.template.cache.load(name, r.template.options)
		if found || err != nil {
			return t, err
		}
	}
	if len(names) == 0 {
		return nil, &Error{Class: NotFound, Msg: "the list of templates is empty"}
	}
	return nil, notFound(names...)
}

// other makes the run of another template, which sees what it should.
func (r *run) other(t *Template, context bool) (*run, *scope) {
	above := r.base
	if context {
		above = r.scope
	}
	return &run{shared: r.shared, template: t, line: 0, out: r.out, base: r.base}, above.inner()
}

func (s *includeStmt) exec(r *run) {
	r.tick()
	r.line = s.line
	t, err := r.find(r.get(s.name))
	if e, ok := err.(*Error); ok && e.Class == NotFound && s.ignoreMissing {
		return
	}
	if err != nil {
		r.fail(err)
	}
	defer r.enter()()
	other, top := r.other(t, s.context)
	other.root(t, top)
}

// module runs a template for what it defines.
func (r *run) module(name expr, context bool) (*object, *Template) {
	t, err := r.find(r.get(name))
	if err != nil {
		r.fail(err)
	}
	defer r.enter()()
	other, top := r.other(t, context)
	var text string
	other.out = &strings.Builder{}
	text = other.capture(func() { other.root(t, top) })
	return &object{
		kind: "TemplateModule",
		text: func() string { return text },
		attrs: func(name string) starlark.Value {
			if strings.HasPrefix(name, "_") || name == "self" {
				return nil
			}
			return top.vars[name]
		},
	}, t
}

func (s *importStmt) exec(r *run) {
	r.tick()
	r.line = s.line
	m, _ := r.module(s.name, s.context)
	r.scope.vars[s.as] = m
}

func (s *fromStmt) exec(r *run) {
	r.tick()
	r.line = s.line
	m, t := r.module(s.name, s.context)
	for i, name := range s.names {
		v := m.attrs(name)
		if v == nil {
			v = &undefined{msg: fmt.Sprintf("the template %q (imported on line %d of %q) does not export the name '%s'", t.name, s.line, r.template.name, name)}
		}
		r.scope.vars[s.as[i]] = v
	}
}

// macro makes the function of a macro, which sees the scope that it is made in.
func (r *run) macro(m *macroDef) *callable {
	home, template := r.scope, r.template
	f := function(m.name, func(args starlark.Tuple, kwargs []starlark.Tuple) starlark.Value {
		defer r.enter()()
		s := home.inner()
		r.template = template
		var text string
		r.within(s, func() {
			r.bind(m, s, args, kwargs)
			text = r.capture(func() { r.do(m.body) })
		})
		return starlark.String(text)
	})
	params := make(starlark.Tuple, len(m.params))
	for i, p := range m.params {
		params[i] = starlark.String(p)
	}
	f.kind = m.name
	f.text = func() string { return "<Macro " + builtin.Repr(starlark.String(m.name)) + ">" }
	f.attrs = func(name string) starlark.Value {
		switch name {
		case "name":
			return starlark.String(m.name)
		case "arguments":
			return params
		case "catch_kwargs":
			return starlark.Bool(m.kwargs)
		case "catch_varargs":
			return starlark.Bool(m.varargs)
		case "caller":
			return starlark.Bool(m.caller)
		}
		return nil
	}
	return f
}

// bind gives the parameters of a macro their values.
func (r *run) bind(m *macroDef, s *scope, args starlark.Tuple, kwargs []starlark.Tuple) {
	n := min(len(args), len(m.params))
	for i := range n {
		s.vars[m.params[i]] = args[i]
	}
	if len(args) > n && !m.varargs {
		r.raise(builtin.TypeError, "macro '%s' takes not more than %d argument(s)", m.name, len(m.params))
	}
	if m.varargs {
		s.vars["varargs"] = args[n:]
	}
	rest := starlark.NewDict(0)
	for _, kw := range kwargs {
		name := string(kw[0].(starlark.String))
		switch {
		case s.vars[name] != nil && name != "varargs":
			r.raise(builtin.TypeError, "macro '%s' got multiple values for argument '%s'", m.name, name)
		case contains(m.params, name), name == "caller" && m.caller:
			s.vars[name] = kw[1]
		case name == "caller":
			r.raise(builtin.TypeError, "macro '%s' was invoked with two values for the special caller argument or does not use caller", m.name)
		case m.kwargs:
			r.put(rest, kw[0], kw[1])
		default:
			r.raise(builtin.TypeError, "macro '%s' takes no keyword argument '%s'", m.name, name)
		}
	}
	if m.kwargs {
		s.vars["kwargs"] = rest
	}
	if m.caller && s.vars["caller"] == nil {
		s.vars["caller"] = &undefined{msg: "No caller defined"}
	}
	for i, p := range m.params {
		if s.vars[p] != nil {
			continue
		}
		if d := i - (len(m.params) - len(m.defaults)); d >= 0 {
			s.vars[p] = m.defaults[d].eval(r)
		} else {
			s.vars[p] = &undefined{msg: fmt.Sprintf("parameter '%s' was not provided", p)}
		}
	}
}

func contains(list []string, s string) bool {
	for _, one := range list {
		if one == s {
			return true
		}
	}
	return false
}
