package builtin

import (
	"fmt"
	"strconv"
	"strings"

	"go.starlark.net/starlark"
)

// A nativeMethod is a method that this package gives a class that a file has
// made: the __init__ of a dataclass, for instance.
type nativeMethod struct {
	name string
	run  func(thread *starlark.Thread, self starlark.Value, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error)
}

var _ Binder = (*nativeMethod)(nil)

func (m *nativeMethod) String() string        { return "<function " + m.name + ">" }
func (*nativeMethod) Type() string            { return "function" }
func (*nativeMethod) Freeze()                 {} // constant
func (*nativeMethod) Truth() starlark.Bool    { return true }
func (m *nativeMethod) Hash() (uint32, error) { return uint32(identity(m)), nil }
func (m *nativeMethod) Name() string          { return m.name }
func (*nativeMethod) BindsInstance()          {}

// CallInternal implements starlark.Callable. The first argument is the instance.
func (m *nativeMethod) CallInternal(thread *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if len(args) == 0 {
		return nil, Raise(TypeError, "%s() missing 1 required positional argument: 'self'", m.name)
	}
	return m.run(thread, args[0], args[1:], kwargs)
}

// setNative gives a class a method, unless its body has defined one.
func (c *Class) setNative(name string, run func(thread *starlark.Thread, self starlark.Value, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error)) error {
	if member(c.user.members, name) != nil {
		return nil
	}
	return setKey(c.user.members, starlark.String(name), &nativeMethod{name: c.user.qualname + "." + name, run: run})
}

// A parameter is one of the parameters that a class's fields make.
type parameter struct {
	name     string
	optional bool
	byName   bool // keyword only
}

// matchArguments gives each parameter its argument; those that are absent are
// nil. self counts as an argument in messages, as in Python.
func matchArguments(function string, params []parameter, args starlark.Tuple, kwargs []starlark.Tuple) (map[string]starlark.Value, error) {
	values := make(map[string]starlark.Value, len(params))
	places, required := 0, 0
	for _, p := range params {
		if p.byName {
			continue
		}
		if places < len(args) {
			values[p.name] = args[places]
		}
		places++
		if !p.optional {
			required++
		}
	}
	for _, kw := range kwargs {
		name := Str(kw[0])
		if !hasParameter(params, name) {
			return nil, Raise(TypeError, "%s() got an unexpected keyword argument '%s'", function, name)
		}
		if values[name] != nil {
			return nil, Raise(TypeError, "%s() got multiple values for argument '%s'", function, name)
		}
		values[name] = kw[1]
	}
	if len(args) > places {
		takes := strconv.Itoa(places + 1)
		if required < places {
			takes = fmt.Sprintf("from %d to %d", required+1, places+1)
		}
		plural := "s"
		if places == 0 {
			plural = ""
		}
		return nil, Raise(TypeError, "%s() takes %s positional argument%s but %d were given", function, takes, plural, len(args)+1)
	}
	var absent, absentNamed []string
	for _, p := range params {
		switch {
		case values[p.name] != nil || p.optional:
		case p.byName:
			absentNamed = append(absentNamed, p.name)
		default:
			absent = append(absent, p.name)
		}
	}
	if len(absent) > 0 {
		return nil, missing([]string{"", function, strconv.Itoa(len(absent)), strings.Join(absent, ", ")})
	}
	if len(absentNamed) > 0 {
		e := missing([]string{"", function, strconv.Itoa(len(absentNamed)), strings.Join(absentNamed, ", ")})
		e.Args[0] = starlark.String(strings.Replace(Str(e.Args[0]), "positional argument", "keyword-only argument", 1))
		return nil, e
	}
	return values, nil
}

func hasParameter(params []parameter, name string) bool {
	for _, p := range params {
		if p.name == name {
			return true
		}
	}
	return false
}
