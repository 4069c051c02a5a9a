package main

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"cygnet/fact"
	"cygnet/modules"
	"cygnet/op"
	"cygnet/op/argument"
	"cygnet/shell"
)

// document is what check --plan prints: the calls in order.
func (p *pretended) document() object {
	registry, calls := modules.All(), []object{}
	for _, c := range p.calls {
		call := object{
			{"operation", c.Name}, {"name", c.Label()}, {"position", c.Position},
			{"arguments", callArgumentsOf(registry, c.Call)}, {"global_arguments", globalArguments(c.Arguments)},
		}
		commands := []string{}
		for _, command := range c.plan.Commands {
			commands = append(commands, command.String())
		}
		call = append(call, member{"commands", commands})
		if c.plan.Noop != "" {
			call = append(call, member{"noop", c.plan.Noop})
		}
		if c.err != nil {
			call = append(call, member{"error", c.err.Error()})
		}
		calls = append(calls, call)
	}
	return object{{"host", p.host.Name}, {"operations", calls}}
}

// callArgumentsOf returns all arguments of an operation, those with their
// defaults too. Those of a function of the user's own are as people see them.
func callArgumentsOf(registry *modules.Registry, c op.Call) any {
	v := reflect.Indirect(reflect.ValueOf(c.Operation))
	if d, ok := registry.Operation(c.Name); !ok || d.Type != v.Type() {
		if c.Detail == "" {
			return []string{}
		}
		return strings.Split(c.Detail, " | ")
	}
	arguments := object{}
	for _, p := range argument.Of(v.Type()) {
		field := v.Field(p.Field)
		var shown any
		if p.Inverted {
			shown = field.IsZero()
		} else if field.Kind() != reflect.String || !field.IsZero() || p.Required { // else it is None
			shown = masked(p.Name, plainArgument(field))
		}
		arguments = append(arguments, member{p.Name, shown})
	}
	return arguments
}

// plainArgument returns a value as JSON has it. What has words for itself, such
// as a mode, a secret or the content of a file, is shown by them.
func plainArgument(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface, reflect.Map, reflect.Slice:
		if v.IsNil() {
			return nil
		}
	}
	if s, ok := v.Interface().(fmt.Stringer); ok {
		if v.IsZero() {
			return nil
		}
		return s.String()
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return plainArgument(v.Elem())
	case reflect.Slice, reflect.Array:
		list := make([]any, v.Len())
		for i := range list {
			list[i] = plainArgument(v.Index(i))
		}
		return list
	case reflect.Map:
		dict := fact.Dict{}
		for key, value := range v.Seq2() {
			dict = append(dict, fact.Item{Key: fmt.Sprint(key), Value: plainArgument(value)})
		}
		slices.SortFunc(dict, func(a, b fact.Item) int { return strings.Compare(fmt.Sprint(a.Key), fmt.Sprint(b.Key)) })
		return dict
	}
	return fact.Plain(v.Interface())
}

// globalArguments returns those that differ from their defaults. A function is
// shown as true.
func globalArguments(a op.Arguments) object {
	all := object{
		{"name", a.Name}, {"_sudo", a.As.Sudo}, {"_sudo_user", a.As.SudoUser}, {"_env", shownEnv(a.Env)}, {"_chdir", a.Dir},
		{"_shell_executable", a.Executable}, {"_timeout", a.Timeout.Seconds()}, {"_success_exit_codes", a.SuccessExitCodes},
		{"_ignore_errors", a.IgnoreErrors}, {"_continue_on_error", a.ContinueOnError}, {"_if", len(a.If) > 0},
		{"_parallel", a.Parallel}, {"_run_once", a.RunOnce}, {"_serial", a.Serial}, {"_retries", a.Retries},
		{"_retry_delay", a.RetryDelay.Seconds()}, {"_retry_until", a.RetryUntil != nil},
	}
	return slices.DeleteFunc(all, func(m member) bool {
		v := reflect.ValueOf(m.value)
		return v.IsZero() || v.Kind() == reflect.Slice && v.Len() == 0
	})
}

// shownEnv is an environment in order of its names, without secrets.
func shownEnv(env map[string]string) object {
	shown := object{}
	for name, value := range env {
		if shell.SecretName(name) {
			value = shell.Mask
		}
		shown = append(shown, member{name, value})
	}
	slices.SortFunc(shown, func(a, b member) int { return strings.Compare(a.name, b.name) })
	return shown
}
