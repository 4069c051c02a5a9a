package library

import (
	"slices"
	"strings"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
	"cygnet/op"
)

// pythonModule has the operations that run code of the deploy in its turn.
func pythonModule() *definition {
	return &definition{name: "pyinfra.operations.python", what: "operation", values: functions(map[string]func(*call) (starlark.Value, error){
		"call":            pythonCall,
		"raise_exception": pythonRaise,
	})}
}

// always is an operation that has one command whatever the host is like.
type always struct{ command op.Command }

// Plan implements op.Operation.
func (a always) Plan(*op.Host) (op.Plan, error) {
	return op.Plan{Commands: []op.Command{a.command}}, nil
}

// pythonCall is python.call(function, *args, **kwargs).
func pythonCall(c *call) (starlark.Value, error) {
	given, f, args, kwargs, err := c.later("function")
	if err != nil {
		return nil, err
	}
	return c.always("python.call", f, given, args, kwargs, func(s *Session) op.Command { return s.later(f, args, kwargs) })
}

// pythonRaise is python.raise_exception(exception, *args, **kwargs).
func pythonRaise(c *call) (starlark.Value, error) {
	given, class, args, kwargs, err := c.later("exception")
	if err != nil {
		return nil, err
	}
	raise := starlark.NewBuiltin(class.Name(), func(thread *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		v, err := starlark.Call(thread, class, args, kwargs)
		if err != nil {
			return nil, err
		}
		if e, ok := v.(error); ok {
			return nil, e
		}
		return nil, builtin.Raise(builtin.TypeError, "raise_exception() takes a class of exceptions, not %s", class.Name())
	})
	return c.always("python.raise_exception", class, given, args, kwargs, func(s *Session) op.Command { return s.later(raise, args, kwargs) })
}

// later sorts the arguments of a call: the global ones, the callable, and what is
// the callable's.
func (c *call) later(parameter string) (given map[string]starlark.Value, f starlark.Callable, args starlark.Tuple, kwargs []starlark.Tuple, err error) {
	given = map[string]starlark.Value{}
	var first starlark.Value
	args = c.args
	if len(args) > 0 {
		first, args = args[0], args[1:]
	}
	for _, kw := range c.kwargs {
		switch name := textOf(kw[0]); {
		case isGlobal(name):
			given[name] = kw[1]
		case name == parameter && first == nil:
			first = kw[1]
		default:
			kwargs = append(kwargs, kw)
		}
	}
	f, ok := first.(starlark.Callable)
	if !ok {
		if first == nil {
			first = starlark.None
		}
		err = builtin.Raise(builtin.TypeError, "%s() argument '%s' must be callable, not %s", c.b.Name(), parameter, builtin.TypeName(first))
	}
	return given, f, args, kwargs, err
}

// always takes down an operation of one command.
func (c *call) always(name string, f starlark.Callable, given map[string]starlark.Value, args starlark.Tuple, kwargs []starlark.Tuple, command func(*Session) op.Command) (starlark.Value, error) {
	s, err := callable(c.thread, name)
	if err != nil {
		return nil, err
	}
	global, err := s.globals(c.thread, name, given)
	if err != nil {
		return nil, err
	}
	detail := f.Name()
	if more := callDetail(args, kwargs); more != "" {
		detail += " | " + more
	}
	return s.call(c.thread, op.Call{Operation: always{command(s)}, Name: name, Arguments: global, Detail: shorten(detail, maxDetail)})
}

// actor returns what acts on the host at once: only functions that run in their
// turn have it.
func (s *Session) actor(what string) (op.Actor, error) {
	if actor, ok := s.recorder.(op.Actor); ok && s.planning == nil {
		return actor, nil
	}
	return nil, builtin.Raise(builtin.RuntimeError, "host.%s() acts on the host at once: call it in a function that python.call runs; "+
		"for a question to the host use host.get_fact, for a change an operation", what)
}

// do runs one command on the host at once.
func (h *hostObject) do(thread *starlark.Thread, what string, command op.Command, kwargs []starlark.Tuple) (op.Outcome, error) {
	s := h.session
	if h != s.object {
		return op.Outcome{}, builtin.Raise(builtin.NotImplementedError, "host.%s() of another host than the one that the deploy runs for is not supported", what)
	}
	actor, err := s.actor(what)
	if err != nil {
		return op.Outcome{}, err
	}
	given := map[string]starlark.Value{}
	for _, kw := range kwargs {
		name := textOf(kw[0])
		if !isGlobal(name) || name == "name" {
			return op.Outcome{}, builtin.Raise(builtin.TypeError, "%s() got an unexpected keyword argument '%s'", what, name)
		}
		given[name] = kw[1]
	}
	global, err := s.globals(thread, "host."+what, given)
	if err != nil {
		return op.Outcome{}, err
	}
	ctx := s.ctx
	var outcome op.Outcome
	s.outside(func() { outcome, err = actor.Do(ctx, command, global) })
	if err != nil {
		return outcome, &HostError{err}
	}
	return outcome, nil
}

// split takes keyword arguments out of a call that are its own.
func split(kwargs []starlark.Tuple, own ...string) (mine, rest []starlark.Tuple) {
	for _, kw := range kwargs {
		if slices.Contains(own, textOf(kw[0])) {
			mine = append(mine, kw)
		} else {
			rest = append(rest, kw)
		}
	}
	return mine, rest
}

// runShellCommand returns whether a command succeeded, and what it printed.
func (h *hostObject) runShellCommand(thread *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	mine, rest := split(kwargs, "command", "print_output", "print_input")
	var command starlark.Value
	var printOutput, printInput bool
	if err := unpack(b, args, mine, "command", &command, "print_output?", &printOutput, "print_input?", &printInput); err != nil {
		return nil, err
	}
	text, err := textPart(command)
	if err != nil {
		return nil, err
	}
	if printInput {
		h.session.message("info", "$ "+text.String())
	}
	outcome, err := h.do(thread, "run_shell_command", op.Shell{Text: text}, rest)
	if err != nil {
		return nil, err
	}
	output := &commandOutput{outcome: outcome}
	if printOutput && output.all() != "" {
		h.session.message("info", output.all())
	}
	return starlark.Tuple{starlark.Bool(outcome.Succeeded), output}, nil
}

func (h *hostObject) putFile(thread *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	mine, rest := split(kwargs, "filename_or_io", "remote_filename", "remote_temp_filename", "print_output", "print_input")
	var from, to, ignored starlark.Value
	if err := unpack(b, args, mine, "filename_or_io", &from, "remote_filename", &to, "remote_temp_filename?", &ignored,
		"print_output?", &ignored, "print_input?", &ignored); err != nil {
		return nil, err
	}
	content, err := contentOf(thread, from)
	if err != nil {
		return nil, err
	}
	path, err := pathText(thread, "put_file", to)
	if err != nil {
		return nil, err
	}
	_, err = h.do(thread, "put_file", op.Upload{From: content, To: path}, rest)
	return starlark.True, err
}

func (h *hostObject) getFile(thread *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	mine, rest := split(kwargs, "remote_filename", "filename_or_io", "remote_temp_filename", "print_output", "print_input")
	var from, to, ignored starlark.Value
	if err := unpack(b, args, mine, "remote_filename", &from, "filename_or_io", &to, "remote_temp_filename?", &ignored,
		"print_output?", &ignored, "print_input?", &ignored); err != nil {
		return nil, err
	}
	path, err := pathText(thread, "get_file", from)
	if err != nil {
		return nil, err
	}
	if _, ok := to.(filer); ok {
		return nil, builtin.Raise(builtin.NotImplementedError, "get_file() into a file-like object is not supported: give the path of a file, and open that")
	}
	local, err := pathText(thread, "get_file", to)
	if err != nil {
		return nil, err
	}
	_, err = h.do(thread, "get_file", op.Download{From: path, To: local}, rest)
	return starlark.True, err
}

// commandOutput is what run_shell_command returns of a command.
type commandOutput struct {
	object
	outcome op.Outcome
}

var _ starlark.HasAttrs = (*commandOutput)(nil)

func (o *commandOutput) String() string { return o.all() }
func (*commandOutput) Type() string     { return "CommandOutput" }
func (o *commandOutput) all() string {
	return joined(slices.Concat(o.outcome.Stdout, o.outcome.Stderr))
}

var outputAttributes = attributes[*commandOutput]{
	"stdout":       func(o *commandOutput) (starlark.Value, error) { return starlark.String(joined(o.outcome.Stdout)), nil },
	"stderr":       func(o *commandOutput) (starlark.Value, error) { return starlark.String(joined(o.outcome.Stderr)), nil },
	"output":       func(o *commandOutput) (starlark.Value, error) { return starlark.String(o.all()), nil },
	"stdout_lines": func(o *commandOutput) (starlark.Value, error) { return stringList(o.outcome.Stdout), nil },
	"stderr_lines": func(o *commandOutput) (starlark.Value, error) { return stringList(o.outcome.Stderr), nil },
}

func joined(lines []string) string { return strings.Join(lines, "\n") }

// Attr implements starlark.HasAttrs.
func (o *commandOutput) Attr(name string) (starlark.Value, error) {
	return outputAttributes.get(o, "the output of a command", name, map[string]string{"output_lines": "use stdout_lines and stderr_lines", "combined_lines": ""})
}

// AttrNames implements starlark.HasAttrs.
func (*commandOutput) AttrNames() []string { return outputAttributes.names() }
