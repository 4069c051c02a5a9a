package library

import (
	"errors"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
	"cygnet/op"
	"cygnet/op/argument"
)

func operationsModule(m op.Module) *definition {
	d := &definition{name: "pyinfra.operations." + m.Name, values: map[string]func(*Session) starlark.Value{}, what: "operation"}
	for _, declaration := range m.Operations {
		o := newOperation(declaration)
		d.values[o.short()] = constant(o)
	}
	return d
}

// operation is a function that calls an operation. It has no state: one value
// serves all sessions.
type operation struct {
	op.Declaration
	params []argument.Parameter
	// rest says that it takes keyword arguments that are no parameters.
	rest bool
}

var (
	_ starlark.Callable = (*operation)(nil)
	_ starlark.HasAttrs = (*operation)(nil)
)

func newOperation(d op.Declaration) *operation {
	_, rest := argument.Rest(d.Type)
	return &operation{d, argument.Of(d.Type), rest}
}

// short returns the name without the module's.
func (o *operation) short() string {
	for i := range o.Declaration.Name {
		if o.Declaration.Name[i] == '.' {
			return o.Declaration.Name[i+1:]
		}
	}
	return o.Declaration.Name
}

func (o *operation) Name() string          { return o.Declaration.Name }
func (o *operation) String() string        { return "<operation " + o.Declaration.Name + ">" }
func (*operation) Type() string            { return "function" }
func (*operation) Freeze()                 {}
func (*operation) Truth() starlark.Bool    { return true }
func (o *operation) Hash() (uint32, error) { return starlark.String(o.Declaration.Name).Hash() }

// Attr implements starlark.HasAttrs.
func (o *operation) Attr(name string) (starlark.Value, error) {
	switch name {
	case "_inner":
		return starlark.NewBuiltin(o.Declaration.Name, o.inner), nil
	case "__name__":
		return starlark.String(o.short()), nil
	}
	return nil, missingAttribute("operation "+o.Declaration.Name, name, o.AttrNames(), nil)
}

// AttrNames implements starlark.HasAttrs.
func (*operation) AttrNames() []string { return []string{"__name__", "_inner"} }

// CallInternal implements starlark.Callable: it takes down the call.
func (o *operation) CallInternal(thread *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	s, err := callable(thread, o.Declaration.Name)
	if err != nil {
		return nil, err
	}
	given, err := o.arguments(thread, s, args, kwargs)
	if err != nil {
		return nil, err
	}
	built, err := o.build(thread, s, given)
	if err != nil {
		return nil, err
	}
	return s.call(thread, op.Call{Operation: built, Name: o.Declaration.Name, Arguments: given.global, Detail: o.detail(given)})
}

// given is a call's arguments, sorted.
type given struct {
	args   []any
	kwargs map[string]any
	names  []string // of kwargs, in the order of the call
	global op.Arguments
}

// arguments sorts a call's arguments into its own and the global ones.
func (o *operation) arguments(thread *starlark.Thread, s *Session, args starlark.Tuple, kwargs []starlark.Tuple) (*given, error) {
	g := &given{kwargs: map[string]any{}}
	for i, arg := range args {
		v, err := ToGo(thread, arg)
		if err != nil {
			name := ""
			if i < len(o.params) {
				name = o.params[i].Name
			}
			return nil, badValue(o.Declaration.Name, name, err)
		}
		g.args = append(g.args, v)
	}
	globals := map[string]starlark.Value{}
	for _, kw := range kwargs {
		name := string(kw[0].(starlark.String))
		if isGlobal(name) && !o.takes(name) {
			globals[name] = kw[1]
			continue
		}
		if o.rest && !o.takes(name) {
			g.kwargs[name] = kw[1] // as it is: templates see what deploys do
			g.names = append(g.names, name)
			continue
		}
		v, err := ToGo(thread, kw[1])
		if err != nil {
			return nil, badValue(o.Declaration.Name, name, err)
		}
		g.kwargs[name] = v
		g.names = append(g.names, name)
	}
	var err error
	g.global, err = s.globals(thread, o.Declaration.Name, globals)
	return g, err
}

func (o *operation) takes(name string) bool {
	for _, p := range o.params {
		if p.Name == name {
			return true
		}
	}
	return false
}

func badValue(call, name string, err error) error {
	return badArguments(&argument.Error{Call: call, Msg: "argument \"" + name + "\": " + err.Error(), Type: true})
}

// badArguments is the exception of a call whose arguments do not fit.
func badArguments(err error) error { return builtin.Raise(builtin.TypeError, "%s", err) }

// refused sorts the error of a plan or of a host: what an operation refuses is
// an exception of the deploy, everything else is about the host.
func refused(err error) error {
	if e, ok := errors.AsType[*op.Error](err); ok {
		return builtin.Raise(classOf(e.Kind), "%s", err)
	}
	if _, ok := errors.AsType[*argument.Error](err); ok {
		return badArguments(err)
	}
	return &HostError{err}
}
