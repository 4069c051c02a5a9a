package library

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
	"cygnet/fact"
	"cygnet/fleet"
	"cygnet/op"
	"cygnet/op/argument"
	"cygnet/shell"
)

// isGlobal reports whether a keyword of a call is a global argument, or is meant
// to be one.
func isGlobal(name string) bool { return name == "name" || strings.HasPrefix(name, "_") }

// laterGlobals are the global arguments of pyinfra that are not supported yet.
var laterGlobals = map[string]string{
	"_use_sudo_login": "", "_sudo_password": sudoPassword, "_preserve_sudo_env": "name the variables in _env",
	"_su_user": "use _sudo and _sudo_user", "_use_su_login": "", "_preserve_su_env": "", "_su_shell": "", "_su_password": "",
	"_doas": "", "_doas_user": "", "_dzdo": "", "_dzdo_user": "",
	"_get_pty": "", "_stdin": "", "_stdout": "", "_temp_dir": "set it as data of the host, or TEMP_DIR in config.py",
}

// dataOnly are keys that look like global arguments and are read elsewhere when
// they stand in host data.
var dataOnly = map[string]bool{"_temp_dir": true}

// global reads one global argument into a call's. Its value may be nil, for None.
type global struct {
	wants string // the type, as Python's hints have it
	set   func(r *globalReader, v any) bool
}

// globalReader reads the global arguments of one call.
type globalReader struct {
	thread  *starlark.Thread
	session *Session
	call    string
	args    op.Arguments
	sudo    bool
	user    string
	config  Config
}

var globals = map[string]global{
	"name":                text(func(r *globalReader) *string { return &r.args.Name }),
	"_sudo":               truth(func(r *globalReader) *bool { return &r.sudo }),
	"_sudo_user":          text(func(r *globalReader) *string { return &r.user }),
	"_shell_executable":   text(func(r *globalReader) *string { return &r.args.Executable }),
	"_chdir":              text(func(r *globalReader) *string { return &r.args.Dir }),
	"_ignore_errors":      truth(func(r *globalReader) *bool { return &r.args.IgnoreErrors }),
	"_continue_on_error":  truth(func(r *globalReader) *bool { return &r.args.ContinueOnError }),
	"_run_once":           truth(func(r *globalReader) *bool { return &r.args.RunOnce }),
	"_serial":             truth(func(r *globalReader) *bool { return &r.args.Serial }),
	"_parallel":           count(func(r *globalReader) *int { return &r.args.Parallel }),
	"_retries":            count(func(r *globalReader) *int { return &r.args.Retries }),
	"_env":                {"a dict whose keys and values are str", (*globalReader).setEnv},
	"_success_exit_codes": {"a list of one int or more", (*globalReader).setExitCodes},
	"_timeout":            {"a number of seconds greater than 0", (*globalReader).setTimeout},
	"_retry_delay":        {"a number of seconds", (*globalReader).setRetryDelay},
	"_if":                 {"a function or a list of functions", (*globalReader).setIf},
	"_retry_until":        {"a function", (*globalReader).setRetryUntil},
}

// The names, in order: reading them must not depend on a map's order.
var globalNames, laterGlobalNames = sortedKeys(globals), sortedKeys(laterGlobals)

func text(field func(*globalReader) *string) global {
	return global{"str", func(r *globalReader, v any) bool {
		s, ok := v.(string)
		if ok {
			*field(r) = s
		}
		return ok
	}}
}

func truth(field func(*globalReader) *bool) global {
	return global{"bool", func(r *globalReader, v any) bool {
		b, ok := v.(bool)
		if ok {
			*field(r) = b
		}
		return ok
	}}
}

func count(field func(*globalReader) *int) global {
	return global{"an int that is not negative", func(r *globalReader, v any) bool {
		n, ok := v.(int64)
		if ok && n >= 0 && n <= 1<<30 {
			*field(r) = int(n)
			return true
		}
		return false
	}}
}

// globals reads the global arguments of a call: those that it gives, else those
// in the host's data, else the config's.
func (s *Session) globals(thread *starlark.Thread, call string, given map[string]starlark.Value) (op.Arguments, error) {
	r := &globalReader{thread: thread, session: s, call: call, config: s.config.Config}
	r.defaults()
	for _, name := range sortedKeys(given) {
		v := given[name]
		if err := knownGlobal(call, name, v == starlark.None || v == starlark.False); err != nil {
			return op.Arguments{}, badArguments(err)
		}
	}
	for _, scope := range s.scopes { // all conditions must hold
		if err := r.read("_if", "argument", scope.globals["_if"]); err != nil {
			return op.Arguments{}, err
		}
	}
	data := s.host.Underscored()
	for _, name := range globalNames {
		v, source, err := s.value(name, given, data)
		if err != nil {
			return op.Arguments{}, err
		}
		if err := r.read(name, source, v); err != nil {
			return op.Arguments{}, err
		}
	}
	if err := s.dataIsKnown(call, data); err != nil {
		return op.Arguments{}, err
	}
	if r.sudo {
		r.args.As = shell.Identity{Sudo: true, SudoUser: r.user}
	}
	return r.args, nil
}

func (r *globalReader) defaults() {
	c := r.config
	r.sudo, r.user = c.Sudo, c.SudoUser
	r.args = op.Arguments{
		Executable: c.Shell, IgnoreErrors: c.IgnoreErrors, Parallel: c.Parallel, Retries: c.Retry, Env: maps.Clone(c.Env),
	}
	if c.RetryDelay != nil {
		r.setRetryDelay(*c.RetryDelay)
	}
}

// value returns a global argument as the call has it, or else a deploy around it,
// or else the host's data. Conditions of deploys do not replace those of the call.
func (s *Session) value(name string, given map[string]starlark.Value, data fleet.Data) (v starlark.Value, source string, err error) {
	if v := given[name]; v != nil {
		return v, "argument", nil
	}
	if name == "name" {
		return nil, "", nil
	}
	if v := s.inScope(name); v != nil && name != "_if" {
		return v, "argument", nil
	}
	value, ok := data[name]
	if !ok {
		return nil, "", nil
	}
	v, err = FromGo(value)
	return v, "host data", err
}

// read takes one argument. None means that it is not given.
func (r *globalReader) read(name, source string, v starlark.Value) error {
	if v == nil || v == starlark.None {
		return nil
	}
	var plain any = v
	if !callableArgument[name] {
		converted, err := ToGo(r.thread, v)
		if err == nil {
			plain = converted
		}
	}
	g := globals[name]
	if g.set(r, plain) {
		return nil
	}
	msg := fmt.Sprintf("%s %q must be %s, not %s", source, name, g.wants, builtin.TypeName(v))
	switch plain.(type) {
	case int64, float64:
		if strings.HasPrefix(g.wants, "a") {
			msg = fmt.Sprintf("%s %q must be %s, not %s", source, name, g.wants, v)
		}
	}
	return badArguments(&argument.Error{Call: r.call, Msg: msg, Type: true})
}

// callableArgument are those whose values stay as they are.
var callableArgument = map[string]bool{"_if": true, "_retry_until": true}

// knownGlobal refuses a global argument that there is not, or not yet. One that
// has its default value changes nothing and is allowed.
func knownGlobal(call, name string, isDefault bool) *argument.Error {
	if _, ok := globals[name]; ok {
		return nil
	}
	if why, ok := laterGlobals[name]; ok {
		if isDefault {
			return nil
		}
		return &argument.Error{Call: call, Msg: later("argument \""+name+"\"", why)}
	}
	msg := fmt.Sprintf("has no argument %q", name)
	names := slices.Concat(sortedKeys(globals), sortedKeys(laterGlobals))
	if near := argument.Nearest(name, names); near != "" {
		msg += fmt.Sprintf(", did you mean %q?", near)
	} else {
		msg += "; global arguments are " + strings.Join(sortedKeys(globals), ", ")
	}
	return &argument.Error{Call: call, Msg: msg}
}

// dataIsKnown refuses host data that means a global argument that is not
// supported yet: it must not be ignored.
func (s *Session) dataIsKnown(call string, data fleet.Data) error {
	if len(data) == 0 {
		return nil
	}
	for _, name := range laterGlobalNames {
		v, ok := data[name]
		if !ok || v == nil || v == false || dataOnly[name] {
			continue
		}
		msg := later(fmt.Sprintf("%q in the data of host %s", name, s.host.Name), laterGlobals[name])
		return badArguments(&argument.Error{Call: call, Msg: msg})
	}
	return nil
}

func (r *globalReader) setEnv(v any) bool {
	env, wanted := environment(v)
	if wanted != "" {
		return false
	}
	if r.args.Env == nil {
		r.args.Env = map[string]string{}
	}
	maps.Copy(r.args.Env, env)
	return true
}

func (r *globalReader) setExitCodes(v any) bool {
	list, ok := v.([]any)
	if !ok || len(list) == 0 {
		return false
	}
	codes := make([]int, len(list))
	for i, item := range list {
		n, ok := item.(int64)
		if !ok || n < -1<<31 || n > 1<<31-1 {
			return false
		}
		codes[i] = int(n)
	}
	r.args.SuccessExitCodes = codes
	return true
}

func (r *globalReader) setTimeout(v any) bool {
	seconds, ok := number(v)
	r.args.Timeout = duration(seconds)
	return ok && seconds > 0
}

func (r *globalReader) setRetryDelay(v any) bool {
	seconds, ok := number(v)
	// Zero would mean the default.
	r.args.RetryDelay = max(duration(seconds), 1)
	return ok && seconds >= 0
}

// duration returns seconds, at most a hundred years of them.
func duration(seconds float64) time.Duration {
	const most = 100 * 365 * 24 * 3600
	return time.Duration(min(seconds, most) * float64(time.Second))
}

func (r *globalReader) setIf(v any) bool {
	var conditions []starlark.Value
	switch v := v.(type) {
	case starlark.Callable:
		conditions = []starlark.Value{v}
	case *starlark.List, starlark.Tuple:
		conditions = slices.Collect(starlark.Elements(v.(starlark.Iterable)))
	default:
		return false
	}
	for _, c := range conditions {
		f, ok := c.(starlark.Callable)
		if !ok {
			return false
		}
		r.args.If = append(r.args.If, r.session.condition(f))
	}
	return true
}

// condition returns a function that calls f later, when the deploy has run.
func (s *Session) condition(f starlark.Callable) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		yes := false
		err := s.Enter(ctx, func(thread *starlark.Thread) error {
			v, err := starlark.Call(thread, f, nil, nil)
			if err == nil {
				yes = bool(v.Truth())
			}
			return err
		})
		if err != nil {
			return false, fmt.Errorf("_if: %w", s.explain(err))
		}
		return yes, nil
	}
}

func (r *globalReader) setRetryUntil(v any) bool {
	f, ok := v.(starlark.Callable)
	if !ok {
		return false
	}
	s := r.session
	r.args.RetryUntil = func(ctx context.Context, a op.Attempt) (bool, error) {
		again := false
		err := s.Enter(ctx, func(thread *starlark.Thread) error {
			attempt, err := attemptDict(a)
			if err != nil {
				return err
			}
			answer, err := starlark.Call(thread, f, starlark.Tuple{attempt}, nil)
			if err == nil {
				again = bool(answer.Truth())
			}
			return err
		})
		if err != nil {
			return false, fmt.Errorf("_retry_until: %w", s.explain(err))
		}
		return again, nil
	}
	return true
}

// attemptDict is what a _retry_until function is given.
func attemptDict(a op.Attempt) (starlark.Value, error) {
	return FromGo(fact.Dict{
		{Key: "stdout_lines", Value: a.Stdout}, {Key: "stderr_lines", Value: a.Stderr},
		{Key: "commands", Value: a.Commands}, {Key: "executed_commands", Value: a.Commands},
		{Key: "host", Value: a.Host}, {Key: "operation", Value: a.Operation},
	})
}
