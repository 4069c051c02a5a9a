package library

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
	"cygnet/fact"
	"cygnet/shell"
)

// The classes that facts of the user's own derive from.
var (
	factBase      = builtin.NewBase("FactBase")
	shortFactBase = builtin.NewBase("ShortFactBase")
)

func factNames() map[string]func(*Session) starlark.Value {
	return map[string]func(*Session) starlark.Value{"FactBase": constant(factBase), "ShortFactBase": constant(shortFactBase)}
}

func apiFactsModule() *definition {
	return &definition{name: "pyinfra.api.facts", what: "name", values: factNames(),
		later: map[string]string{"get_facts": "use host.get_fact", "get_fact": "use host.get_fact", "get_host_fact": "use host.get_fact"}}
}

// userFact returns a class of the deploy's that is a fact.
func userFact(v starlark.Value) (*builtin.Class, bool) {
	class, ok := v.(*builtin.Class)
	return class, ok && (class.Derives(factBase) || class.Derives(shortFactBase))
}

// ownArguments reports whether a question says in which identity and the like it
// is to be asked.
func ownArguments(kwargs []starlark.Tuple) bool {
	for _, kw := range kwargs {
		if strings.HasPrefix(textOf(kw[0]), "_") {
			return true
		}
	}
	return false
}

// getUserFact asks a fact of the deploy's own.
func (s *Session) getUserFact(thread *starlark.Thread, class *builtin.Class, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	self, err := starlark.Call(thread, class, nil, nil)
	if err != nil {
		return nil, err
	}
	f := &askedFact{session: s, thread: thread, name: class.Name(), self: self, args: args}
	if class.Derives(shortFactBase) {
		return f.short(kwargs)
	}
	given := map[string]starlark.Value{}
	for _, kw := range kwargs {
		if name := textOf(kw[0]); strings.HasPrefix(name, "_") {
			given[name] = kw[1]
		} else {
			f.kwargs = append(f.kwargs, kw)
		}
	}
	req, err := f.request()
	if err != nil || req.Command.IsZero() {
		return starlark.None, err
	}
	global, err := s.globals(thread, f.name, given)
	if err != nil {
		return nil, err
	}
	if err := s.ctx.Err(); err != nil {
		return nil, &HostError{err}
	}
	answer, err := s.ask(req, global, len(given) > 0)
	if err != nil {
		return nil, refused(err)
	}
	lines, ok := answer.([]string)
	if !ok { // the program or the user is missing
		return f.call("default", starlark.None)
	}
	return f.call("process", starlark.String(strings.Join(lines, "\n")), stringList(lines))
}

// askedFact is a fact of the deploy's own, with its arguments.
type askedFact struct {
	session *Session
	thread  *starlark.Thread
	name    string
	self    starlark.Value
	args    starlark.Tuple
	kwargs  []starlark.Tuple
}

// attr returns an attribute of the fact, or nil.
func (f *askedFact) attr(name string) (starlark.Value, error) {
	self, ok := f.self.(starlark.HasAttrs)
	if !ok {
		return nil, nil
	}
	for _, has := range self.AttrNames() {
		if has == name {
			return self.Attr(name)
		}
	}
	return nil, nil
}

// call calls a method of the fact; without one the answer is other.
func (f *askedFact) call(name string, other starlark.Value, args ...starlark.Value) (starlark.Value, error) {
	v, err := f.attr(name)
	if v == nil || err != nil {
		return other, err
	}
	if method, ok := v.(starlark.Callable); ok {
		return starlark.Call(f.thread, method, args, nil)
	}
	return v, nil
}

// given returns what the fact says to its arguments: an attribute, or what a
// method returns for them.
func (f *askedFact) given(name string) (starlark.Value, error) {
	v, err := f.attr(name)
	if method, ok := v.(starlark.Callable); ok && err == nil {
		return starlark.Call(f.thread, method, f.args, f.kwargs)
	}
	return v, err
}

func (f *askedFact) request() (fact.Request, error) {
	command, err := f.given("command")
	if err != nil {
		return fact.Request{}, err
	}
	if command == nil {
		return fact.Request{}, builtin.Raise(builtin.TypeError, "fact %s has no command: write one as an attribute or a method", f.name)
	}
	if command == starlark.None || command == starlark.String("") {
		return fact.Request{}, nil
	}
	text, err := textPart(command)
	if err != nil {
		return fact.Request{}, err
	}
	program, err := f.given("requires_command")
	if err != nil {
		return fact.Request{}, err
	}
	requires := ""
	if program != nil && program != starlark.None {
		requires = builtin.Str(program)
	}
	return userRequest(f.name, text, requires), nil
}

// userRequest makes the question of a fact whose answer is the lines themselves:
// they are read by the code of whoever asks, so that no value is shared.
func userRequest(name string, text shell.Text, requires string) fact.Request {
	sum := sha256.Sum256([]byte(requires + "\x00" + text.Reveal()))
	return fact.Request{
		Key: fmt.Sprintf("%s of the deploy %x", name, sum), Name: name, Command: text, Requires: requires,
		Parse: func(lines []string) (any, error) {
			if lines == nil {
				lines = []string{}
			}
			return lines, nil
		},
	}
}

// short asks the fact that a ShortFactBase names and reads its answer.
func (f *askedFact) short(kwargs []starlark.Tuple) (starlark.Value, error) {
	of, err := f.attr("fact")
	if err != nil {
		return nil, err
	}
	if of == nil {
		return nil, builtin.Raise(builtin.TypeError, "fact %s names no fact: write fact = AnotherFact", f.name)
	}
	data, err := f.session.getFact(f.thread, append(starlark.Tuple{of}, f.args...), kwargs)
	if err != nil {
		return nil, err
	}
	return f.call("process_data", data, data)
}
