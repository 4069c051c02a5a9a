package library

import (
	"strings"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
	"cygnet/op"
)

// opResult is what a call of an operation returns.
type opResult struct {
	object
	session *Session
	result  op.Result
	name    string
}

var _ starlark.HasAttrs = (*opResult)(nil)

func (r *opResult) String() string { return "<OperationMeta " + r.name + ">" }
func (*opResult) Type() string     { return "OperationMeta" }

var resultAttributes = attributes[*opResult]{
	"changed":     (*opResult).changed,
	"will_change": (*opResult).willChange,
	"executed":    func(r *opResult) (starlark.Value, error) { _, ok := r.result.Outcome(); return starlark.Bool(ok), nil },
	"is_complete": method("is_complete", func(r *opResult, _ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		_, ok := r.result.Outcome()
		return starlark.Bool(ok), unpack(b, args, kwargs)
	}),
	"did_change":     asked("did_change", func(o op.Outcome) bool { return o.Changed }),
	"did_not_change": asked("did_not_change", func(o op.Outcome) bool { return !o.Changed }),
	"did_succeed":    asked("did_succeed", func(o op.Outcome) bool { return o.Succeeded }),
	"did_error":      asked("did_error", func(o op.Outcome) bool { return !o.Succeeded }),
	"stdout":         printed(func(o op.Outcome) any { return strings.Join(o.Stdout, "\n") }),
	"stderr":         printed(func(o op.Outcome) any { return strings.Join(o.Stderr, "\n") }),
	"stdout_lines":   printed(func(o op.Outcome) any { return o.Stdout }),
	"stderr_lines":   printed(func(o op.Outcome) any { return o.Stderr }),
	"retry_attempts": printed(func(o op.Outcome) any { return max(o.Attempts-1, 0) }),
}

var laterResult = map[string]string{
	"max_retries": "", "was_retried": "", "retry_succeeded": "", "get_retry_info": "",
}

// Attr implements starlark.HasAttrs.
func (r *opResult) Attr(name string) (starlark.Value, error) {
	return resultAttributes.get(r, "the result of "+r.name, name, laterResult)
}

// AttrNames implements starlark.HasAttrs.
func (*opResult) AttrNames() []string { return resultAttributes.names() }

// changed is what happened or, before that, what will.
func (r *opResult) changed() (starlark.Value, error) {
	if o, ok := r.result.Outcome(); ok {
		return starlark.Bool(o.Changed), nil
	}
	return r.willChange()
}

func (r *opResult) willChange() (starlark.Value, error) {
	will, err := r.session.willChange(r.result)
	if err != nil {
		return nil, refused(err)
	}
	return starlark.Bool(will), nil
}

// outcome returns how the operation ended, or RuntimeError before that.
func (r *opResult) outcome(what string) (op.Outcome, error) {
	o, ok := r.result.Outcome()
	if !ok {
		return o, builtin.Raise(builtin.RuntimeError, "%s has not run yet, so there is no %s: ask in _if, as in _if=result.did_change, or use will_change", r.name, what)
	}
	return o, nil
}

// asked makes a method that answers a question about the outcome.
func asked(name string, question func(op.Outcome) bool) func(*opResult) (starlark.Value, error) {
	return method(name, func(r *opResult, _ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		if err := unpack(b, args, kwargs); err != nil {
			return nil, err
		}
		o, err := r.outcome(name + "()")
		if err != nil {
			return nil, err
		}
		return starlark.Bool(question(o)), nil
	})
}

// printed makes an attribute of the outcome.
func printed(read func(op.Outcome) any) func(*opResult) (starlark.Value, error) {
	return func(r *opResult) (starlark.Value, error) {
		o, err := r.outcome("output")
		if err != nil {
			return nil, err
		}
		return FromGo(read(o))
	}
}
