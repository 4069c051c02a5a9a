package library

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
	"cygnet/deploy/jinja"
	"cygnet/fact"
	"cygnet/op"
)

// templateFolder is where templates find others.
func templateFolder() fs.FS { return os.DirFS(".") }

// contextual are the names of `pyinfra` that templates have without being given.
var contextual = []string{"host", "inventory", "state"}

// render fills in the template of an operation, as it is called: so that the
// template can ask the host for facts, as the deploy can.
func (s *Session) render(thread *starlark.Thread, o op.Templated) (op.Operation, error) {
	t, err := o.Template(op.LocalFiles{})
	if err != nil {
		return nil, s.templateError(err)
	}
	vars := starlark.StringDict{}
	for _, name := range contextual {
		if value := s.library.modules["pyinfra"].values[name]; value != nil {
			vars[name] = value(s)
		}
	}
	text, err := fillIn(s.ctx, thread, s.sources.templates, t, vars)
	if err != nil {
		return nil, s.templateError(err)
	}
	return o.Rendered(text), nil
}

// build makes the operation of a call, its template filled in.
func (o *operation) build(thread *starlark.Thread, s *Session, g *given) (op.Operation, error) {
	built, err := o.New(g.args, g.kwargs)
	if err != nil {
		return nil, badArguments(err)
	}
	if t, ok := built.(op.Templated); ok {
		return s.render(thread, t)
	}
	return built, nil
}

// fillIn renders a template with variables, and its own over them.
func fillIn(ctx context.Context, thread *starlark.Thread, cache *jinja.Cache, t op.Template, vars starlark.StringDict) (string, error) {
	options, err := jinja.Options{KeepTrailingNewline: true}.WithArguments(t.Options)
	if err != nil {
		return "", op.ValueErrorf("jinja_env_kwargs: %v", err)
	}
	for name, v := range t.Data {
		value, ok := v.(starlark.Value) // a deploy's own: the same object
		if !ok {
			if value, err = FromGo(v); err != nil {
				return "", op.ValueErrorf("variable %s: %v", name, err)
			}
		}
		vars[name] = value
	}
	template, err := cache.Parse(t.Name, t.Source, options)
	if err != nil {
		return "", err
	}
	return template.Render(ctx, thread, vars)
}

// templateError is what a deploy sees of a template that cannot be filled in:
// an OperationError, unless the host could not be asked, or not yet, or the run has ended.
func (s *Session) templateError(err error) error {
	if host, ok := errors.AsType[*HostError](err); ok {
		return host
	}
	if s.ctx.Err() != nil || errors.Is(err, fact.ErrPending) {
		return &HostError{err}
	}
	if e, ok := errors.AsType[*op.Error](err); ok {
		return builtin.Raise(classOf(e.Kind), "%s", err)
	}
	if _, ok := errors.AsType[*jinja.Error](err); ok {
		return builtin.Raise(operationError, "error in template %s", err)
	}
	return builtin.Raise(operationError, "%s", err)
}

// Render fills in a template that a Go program gives. It sees the template's own
// data alone; templates that it includes are found below the working folder.
func Render(t op.Template) (string, error) {
	limits := Limits{}.orDefault()
	guard := &guard{ctx: context.Background(), limits: limits}
	thread := &starlark.Thread{Name: t.Name}
	guard.watch(thread)
	return fillIn(context.Background(), thread, &jinja.Cache{Files: templateFolder()}, t, starlark.StringDict{})
}
