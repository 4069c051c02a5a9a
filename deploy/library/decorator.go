package library

import (
	"slices"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
	"cygnet/fleet"
)

// decorate is `@deploy("Name", data_defaults={...})`: it makes a function whose
// operations belong together.
func decorate(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if len(args) == 1 {
		if _, ok := args[0].(starlark.Callable); ok {
			return nil, builtin.Raise(builtin.TypeError, "write the decorator with parentheses: @deploy(\"What it does\")")
		}
	}
	name, defaults := starlark.Value(starlark.None), starlark.Value(starlark.None)
	if err := unpack(b, args, kwargs, "name?", &name, "data_defaults?", &defaults); err != nil {
		return nil, err
	}
	text, ok := starlark.AsString(name)
	if !ok && name != starlark.None {
		return nil, builtin.Raise(builtin.TypeError, "deploy() argument 'name' must be str, not %s", builtin.TypeName(name))
	}
	data, err := defaultsOf("deploy() argument 'data_defaults'", defaults)
	if err != nil {
		return nil, err
	}
	return starlark.NewBuiltin("deploy", func(_ *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
		if len(args) == 1 {
			if f, ok := args[0].(starlark.Callable); ok {
				return &deployFunction{function: f, name: text, defaults: data}, nil
			}
		}
		return nil, builtin.Raise(builtin.TypeError, "deploy() decorates a function")
	}), nil
}

// deployFunction is a function that @deploy decorates.
type deployFunction struct {
	object
	function starlark.Callable
	name     string
	defaults fleet.Data
}

var _ starlark.Callable = (*deployFunction)(nil)

func (d *deployFunction) Name() string   { return d.function.Name() }
func (d *deployFunction) String() string { return "<function " + d.Name() + ">" }
func (*deployFunction) Type() string     { return "function" }
func (d *deployFunction) Freeze()        { d.function.Freeze() }

// A scope is a call of a deployFunction that is under way.
type scope struct {
	name     string
	globals  map[string]starlark.Value
	defaults fleet.Data
}

// CallInternal implements starlark.Callable. Global arguments are kept for the
// operations that the function calls, all others are the function's own.
func (d *deployFunction) CallInternal(thread *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	s, err := sessionOf(thread)
	if err != nil {
		return nil, err
	}
	scope := scope{name: d.name, globals: map[string]starlark.Value{}, defaults: d.defaults}
	var own []starlark.Tuple
	for _, kw := range kwargs {
		name := string(kw[0].(starlark.String))
		switch {
		case !isGlobal(name):
			own = append(own, kw)
		case name == "name":
			if text, ok := starlark.AsString(kw[1]); ok {
				scope.name = text
			}
		default:
			if err := knownGlobal(d.Name(), name, kw[1] == starlark.None || kw[1] == starlark.False); err != nil {
				return nil, badArguments(err)
			}
			scope.globals[name] = kw[1]
		}
	}
	before := s.scopes
	s.scopes = append(slices.Clip(before), scope)
	defer func() { s.scopes = before }()
	return starlark.Call(thread, d.function, args, own)
}

// label returns an operation's name with those of the deploys around it.
func (s *Session) label(name string) string {
	for i := len(s.scopes) - 1; i >= 0; i-- {
		if s.scopes[i].name != "" {
			name = s.scopes[i].name + " | " + name
		}
	}
	return name
}

// labelled reports whether there is a deploy with a name around.
func (s *Session) labelled() bool {
	return slices.ContainsFunc(s.scopes, func(sc scope) bool { return sc.name != "" })
}

// inScope returns a global argument of the innermost deploy that has it.
func (s *Session) inScope(name string) starlark.Value {
	for i := len(s.scopes) - 1; i >= 0; i-- {
		if v := s.scopes[i].globals[name]; v != nil {
			return v
		}
	}
	return nil
}

// fallback returns the default that the innermost deploy has for a value of host
// data.
func (s *Session) fallback(name string) (any, bool) {
	for i := len(s.scopes) - 1; i >= 0; i-- {
		if v, ok := s.scopes[i].defaults[name]; ok {
			return v, true
		}
	}
	return nil, false
}
