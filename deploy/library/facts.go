package library

import (
	"strings"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
	"cygnet/fact"
	"cygnet/op"
	"cygnet/op/argument"
)

func factsModule(m op.Module) *definition {
	d := &definition{name: "pyinfra.facts." + m.Name, values: map[string]func(*Session) starlark.Value{}, what: "fact"}
	for _, declaration := range m.Facts {
		_, short, _ := strings.Cut(declaration.Name, ".")
		d.values[short] = constant(&factClass{declaration})
	}
	return d
}

// factClass is a fact as deploys name it, for host.get_fact. It has no state.
type factClass struct{ fact.Declaration }

var _ starlark.HasAttrs = (*factClass)(nil)

func (f *factClass) String() string        { return "<class 'pyinfra.facts." + f.Name + "'>" }
func (*factClass) Type() string            { return "type" }
func (*factClass) Freeze()                 {}
func (*factClass) Truth() starlark.Bool    { return true }
func (f *factClass) Hash() (uint32, error) { return starlark.String(f.Name).Hash() }

// Attr implements starlark.HasAttrs.
func (f *factClass) Attr(name string) (starlark.Value, error) {
	if name == "__name__" {
		_, short, _ := strings.Cut(f.Name, ".")
		return starlark.String(short), nil
	}
	return nil, missingAttribute("fact "+f.Name, name, f.AttrNames(), nil)
}

// AttrNames implements starlark.HasAttrs.
func (*factClass) AttrNames() []string { return []string{"__name__"} }

// getFact asks the session's host.
func (s *Session) getFact(thread *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if len(args) == 0 {
		return nil, builtin.Raise(builtin.TypeError, "get_fact() needs a fact: write get_fact(LinuxName) after `from pyinfra.facts.server import LinuxName`")
	}
	if class, ok := userFact(args[0]); ok {
		return s.getUserFact(thread, class, args[1:], kwargs)
	}
	class, ok := args[0].(*factClass)
	if !ok {
		return nil, builtin.Raise(builtin.TypeError, "get_fact() needs a fact, such as LinuxName of pyinfra.facts.server, not %s", Describe(args[0]))
	}
	req, global, err := s.factRequest(thread, class, args[1:], kwargs)
	if err != nil {
		return nil, err
	}
	if err := s.ctx.Err(); err != nil {
		return nil, &HostError{err}
	}
	answer, err := s.ask(req, global, ownArguments(kwargs))
	if err != nil {
		return nil, refused(err)
	}
	return FromGo(fact.Plain(answer))
}

// Describe names a value in a message: a string by itself, others by type.
func Describe(v starlark.Value) string {
	if s, ok := starlark.AsString(v); ok {
		return "the string '" + shorten(s, maxValue) + "'"
	}
	return builtin.TypeName(v)
}

func (s *Session) factRequest(thread *starlark.Thread, class *factClass, args starlark.Tuple, kwargs []starlark.Tuple) (fact.Request, op.Arguments, error) {
	none := func(err error) (fact.Request, op.Arguments, error) { return fact.Request{}, op.Arguments{}, err }
	var own []any
	for _, arg := range args {
		v, err := ToGo(thread, arg)
		if err != nil {
			return none(badArguments(&argument.Error{Call: class.Name, Msg: err.Error(), Type: true}))
		}
		own = append(own, v)
	}
	named, globals := map[string]any{}, map[string]starlark.Value{}
	for _, kw := range kwargs {
		name := string(kw[0].(starlark.String))
		if strings.HasPrefix(name, "_") {
			globals[name] = kw[1]
			continue
		}
		v, err := ToGo(thread, kw[1])
		if err != nil {
			return none(badValue(class.Name, name, err))
		}
		named[name] = v
	}
	value, err := argument.New(class.Declaration.Type, class.Name, own, named)
	if err != nil {
		return none(badArguments(err))
	}
	global, err := s.globals(thread, class.Name, globals)
	if err != nil {
		return none(err)
	}
	return class.Ask(value), global, nil
}
