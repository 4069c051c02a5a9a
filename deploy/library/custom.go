package library

import (
	"context"
	"errors"
	"path/filepath"
	"strings"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
	"cygnet/fact"
	"cygnet/op"
)

// decorateOperation is `@operation`, with or without arguments: it makes an
// operation of a generator function that yields commands.
func decorateOperation(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if len(args) == 1 && len(kwargs) == 0 {
		if f, ok := args[0].(starlark.Callable); ok {
			return &customOperation{function: f}, nil
		}
	}
	var idempotent, notice, deprecated, instead starlark.Value
	if err := unpack(b, args, kwargs, "is_idempotent?", &idempotent, "idempotent_notice?", &notice,
		"is_deprecated?", &deprecated, "deprecated_for?", &instead); err != nil {
		return nil, err
	}
	return starlark.NewBuiltin("operation", func(_ *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		if len(args) == 1 && len(kwargs) == 0 {
			if f, ok := args[0].(starlark.Callable); ok {
				return &customOperation{function: f}, nil
			}
		}
		return nil, builtin.Raise(builtin.TypeError, "operation() decorates a function")
	}), nil
}

// customOperation is an operation that a deploy has written.
type customOperation struct {
	object
	function starlark.Callable
}

var (
	_ starlark.Callable = (*customOperation)(nil)
	_ starlark.HasAttrs = (*customOperation)(nil)
)

// Name returns file and function, such as "nginx.site".
func (o *customOperation) Name() string {
	name := o.function.Name()
	if f, ok := o.function.(*starlark.Function); ok {
		name = strings.TrimSuffix(filepath.Base(f.Position().Filename()), ".py") + "." + name
	}
	return name
}
func (o *customOperation) String() string { return "<operation " + o.Name() + ">" }
func (*customOperation) Type() string     { return "function" }
func (o *customOperation) Freeze()        { o.function.Freeze() }

// Attr implements starlark.HasAttrs.
func (o *customOperation) Attr(name string) (starlark.Value, error) {
	switch name {
	case "_inner":
		return o.function, nil
	case "__name__":
		return starlark.String(o.function.Name()), nil
	}
	return nil, missingAttribute("operation "+o.Name(), name, o.AttrNames(), nil)
}

// AttrNames implements starlark.HasAttrs.
func (*customOperation) AttrNames() []string { return []string{"__name__", "_inner"} }

// CallInternal implements starlark.Callable: it takes down the call.
func (o *customOperation) CallInternal(thread *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	s, err := callable(thread, o.Name())
	if err != nil {
		return nil, err
	}
	given, own := map[string]starlark.Value{}, []starlark.Tuple(nil)
	for _, kw := range kwargs {
		if name := string(kw[0].(starlark.String)); isGlobal(name) {
			given[name] = kw[1]
		} else {
			own = append(own, kw)
		}
	}
	global, err := s.globals(thread, o.Name(), given)
	if err != nil {
		return nil, err
	}
	return s.call(thread, op.Call{
		Operation: &customPlan{session: s, operation: o, args: args, kwargs: own},
		Name:      o.Name(), Arguments: global, Detail: callDetail(args, own),
	})
}

// callable returns the session of a call of an operation, if operations can be called.
func callable(thread *starlark.Thread, name string) (*Session, error) {
	s, err := sessionOf(thread)
	switch {
	case err != nil:
		return nil, err
	case s.recorder == nil:
		return nil, builtin.Raise(operationError, "%s: operations can be called in deploy files only", name)
	case s.planning != nil:
		return nil, builtin.Raise(operationError, "%s: an operation cannot call another one: write `yield from %s._inner(...)`", name, name)
	case s.ctx.Err() != nil:
		return nil, &HostError{s.ctx.Err()}
	}
	return s, nil
}

// call takes down a call that has all but its place.
func (s *Session) call(thread *starlark.Thread, call op.Call) (starlark.Value, error) {
	place := s.place(thread)
	call.Order, call.Position = place.order, place.position
	if s.labelled() {
		call.Arguments.Name = s.label(call.Label())
	}
	result, err := s.record(call)
	if err != nil {
		return nil, refused(err)
	}
	return &opResult{session: s, result: result, name: call.Name}, nil
}

// callDetail shows the arguments of a call that are plain.
func callDetail(args starlark.Tuple, kwargs []starlark.Tuple) string {
	var parts []string
	for _, arg := range args {
		parts = append(parts, briefValue("", arg))
	}
	for _, kw := range kwargs {
		name := textOf(kw[0])
		parts = append(parts, name+"="+briefValue(name, kw[1]))
	}
	return shorten(strings.Join(parts, " | "), maxDetail)
}

// A planning is a plan that is being made by code of the deploy.
type planning struct {
	host    *op.Host
	noop    string
	pending error // a fact that is not here yet
}

// ask asks the facts that are there; own says that the question has global
// arguments of its own.
func (p *planning) ask(req fact.Request, args op.Arguments, own bool) (any, error) {
	source := p.host.Source
	if own && p.host.As != nil {
		source = p.host.As(args)
	}
	answer, err := source.Fact(req)
	if errors.Is(err, fact.ErrPending) {
		p.pending = err
	}
	return answer, err
}

// customPlan is one call of a custom operation.
type customPlan struct {
	session   *Session
	operation *customOperation
	args      starlark.Tuple
	kwargs    []starlark.Tuple
}

// Plan implements op.Operation: it runs the generator from the start. What it
// does to its arguments is forgotten, so that it can run again.
func (c *customPlan) Plan(h *op.Host) (op.Plan, error) {
	ctx := h.Context
	if ctx == nil {
		ctx = context.Background()
	}
	p := &planning{host: h}
	var plan op.Plan
	err := c.session.Enter(ctx, func(thread *starlark.Thread) error {
		before := c.session.planning
		c.session.planning = p
		defer func() { c.session.planning = before }()
		args, kwargs, err := c.arguments()
		if err != nil {
			return err
		}
		items, err := c.yielded(thread, args, kwargs)
		if err != nil {
			return err
		}
		for _, item := range items {
			command, err := yieldedCommand(item)
			if err != nil {
				return err
			}
			plan.Commands = append(plan.Commands, command)
		}
		return nil
	})
	switch {
	case p.pending != nil: // whatever the code has made of it
		return op.Plan{}, p.pending
	case err != nil:
		return op.Plan{}, c.session.planError(err)
	case len(plan.Commands) == 0:
		plan.Noop = p.noop
	}
	return plan, nil
}

// yielded runs the generator to its end, in a call of its own, which gives errors
// their place.
func (c *customPlan) yielded(thread *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (items []starlark.Value, err error) {
	collect := function("operation", func(call *call) (starlark.Value, error) {
		v, err := starlark.Call(call.thread, c.operation.function, args, kwargs)
		if err == nil && v != starlark.None {
			items, err = builtin.Collect(v)
		}
		return starlark.None, err
	})
	_, err = starlark.Call(thread, collect, nil, nil)
	return items, err
}

// arguments copies the containers among the arguments.
func (c *customPlan) arguments() (starlark.Tuple, []starlark.Tuple, error) {
	args := make(starlark.Tuple, len(c.args))
	for i, arg := range c.args {
		v, err := deepCopy(arg, 0)
		if err != nil {
			return nil, nil, err
		}
		args[i] = v
	}
	kwargs := make([]starlark.Tuple, len(c.kwargs))
	for i, kw := range c.kwargs {
		v, err := deepCopy(kw[1], 0)
		if err != nil {
			return nil, nil, err
		}
		kwargs[i] = starlark.Tuple{kw[0], v}
	}
	return args, kwargs, nil
}

func deepCopy(v starlark.Value, depth int) (starlark.Value, error) {
	if depth > maxDepth {
		return nil, builtin.Raise(builtin.RecursionError, "an argument of the operation is nested more than %d deep", maxDepth)
	}
	switch v := v.(type) {
	case *starlark.List:
		items := make([]starlark.Value, v.Len())
		for i := range items {
			item, err := deepCopy(v.Index(i), depth+1)
			if err != nil {
				return nil, err
			}
			items[i] = item
		}
		return starlark.NewList(items), nil
	case *starlark.Dict:
		dict := starlark.NewDict(v.Len())
		for _, item := range v.Items() {
			value, err := deepCopy(item[1], depth+1)
			if err != nil {
				return nil, err
			}
			if err := dict.SetKey(item[0], value); err != nil {
				return nil, err
			}
		}
		return dict, nil
	case *starlark.Set:
		return copySet(v)
	}
	return v, nil
}

// yieldedCommand reads what an operation yields.
func yieldedCommand(v starlark.Value) (op.Command, error) {
	switch v := v.(type) {
	case *commandValue:
		return v.command, nil
	case *textValue, starlark.String:
		text, err := textPart(v)
		return op.Shell{Text: text}, err
	}
	return nil, builtin.Raise(operationTypeError, "an operation yields commands: str, StringCommand, FileUploadCommand and the like, not %s", builtin.TypeName(v))
}

// planError is what a plan made by code fails with: what the code raises on
// purpose is the operation's, everything else says where in the code it is.
func (s *Session) planError(err error) error {
	if e, ok := errors.AsType[*builtin.Exception](err); ok && e.IsA(operationError) {
		kind := op.StateError
		switch {
		case e.IsA(operationTypeError):
			kind = op.TypeError
		case e.IsA(operationValueError):
			kind = op.ValueError
		}
		return &op.Error{Kind: kind, Msg: e.Str()}
	}
	return s.explain(err)
}

// inner is `files.put._inner(...)`: the commands of an operation, for another
// one to yield.
func (o *operation) inner(thread *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	s, err := sessionOf(thread)
	if err != nil {
		return nil, err
	}
	if s.planning == nil {
		return nil, builtin.Raise(operationError, "%s._inner is for operations: call %s here", o.Declaration.Name, o.Declaration.Name)
	}
	for _, kw := range kwargs {
		if name := string(kw[0].(starlark.String)); isGlobal(name) && !o.takes(name) {
			return nil, badArguments(errors.New(o.Declaration.Name + "._inner takes no global arguments: give \"" + name + "\" to the operation that yields"))
		}
	}
	given, err := o.arguments(thread, s, args, kwargs)
	if err != nil {
		return nil, err
	}
	built, err := o.build(thread, s, given)
	if err != nil {
		return nil, err
	}
	plan, err := built.Plan(s.planning.host)
	if errors.Is(err, fact.ErrPending) {
		s.planning.pending = err
	}
	if err != nil {
		return nil, refused(err)
	}
	if plan.Noop != "" {
		s.planning.noop = plan.Noop
	}
	commands := make([]starlark.Value, len(plan.Commands))
	for i, command := range plan.Commands {
		commands[i] = &commandValue{kind: operationKind, command: command}
	}
	return starlark.NewList(commands), nil
}
