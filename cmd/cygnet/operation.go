package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"cygnet/deploy"
	"cygnet/modules"
	"cygnet/op/argument"
)

// An operation of the command line is a deploy of two lines: it is read, checked
// and run as if it stood in a file.

// commandLine is the name of such a deploy in messages.
const commandLine = "<command line>"

// operationName is what names an operation, or a function of the user's own.
var operationName = regexp.MustCompile(`^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*[.:][A-Za-z_]\w*$`)

// identifier is what can be the name of an argument.
var identifier = regexp.MustCompile(`^[A-Za-z_]\w*$`)

// runOperation runs one operation or function.
func (o *runOptions) runOperation(ctx context.Context, con console, inventory, name string, words []string) error {
	module, function := splitName(name)
	registry := modules.All()
	if m, ok := registry.Module(module); ok && len(m.Operations) > 0 {
		if _, ok := registry.Operation(module + "." + function); !ok {
			return unknownOperation(registry, name)
		}
		module = "pyinfra.operations." + module
	} else if !strings.HasPrefix(module, "pyinfra.") && !isOwnModule(module) {
		return unknownOperation(registry, name)
	}
	arguments, err := pythonArguments(words)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	text := fmt.Sprintf("from %s import %s\n%s(%s)\n", module, function, function, arguments)
	return o.run(ctx, con, inventory, task{load: oneText(text)})
}

// oneText loads a deploy that the command line means.
func oneText(text string) loadFunc {
	return func(options deploy.Options) ([]*deploy.Program, error) {
		p, err := deploy.LoadText(commandLine, text, options)
		return []*deploy.Program{p}, err
	}
}

// splitName splits module.function or module:function.
func splitName(name string) (module, function string) {
	i := strings.LastIndexAny(name, ".:")
	return name[:i], name[i+1:]
}

// isOwnModule reports whether there is a module of the user's in the working
// folder.
func isOwnModule(module string) bool {
	path := filepath.FromSlash(strings.ReplaceAll(module, ".", "/"))
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return true
	}
	info, err := os.Stat(path + ".py")
	return err == nil && info.Mode().IsRegular()
}

func unknownOperation(registry *modules.Registry, name string) error {
	var names []string
	for _, m := range registry.Modules() {
		for _, d := range m.Operations {
			names = append(names, d.Name)
		}
	}
	if near := argument.Nearest(strings.Replace(name, ":", ".", 1), names); near != "" {
		return fmt.Errorf("there is no operation %q, did you mean %q?", name, near)
	}
	module, _ := splitName(name)
	if _, ok := registry.Module(module); ok {
		return fmt.Errorf("there is no operation %q: docs/operations.md lists those of module %s", name, module)
	}
	return fmt.Errorf("there is no operation %q, and no file %s.py with a function of your own", name, strings.ReplaceAll(module, ".", "/"))
}

// pythonArguments writes the arguments of a command line as those of a call: a
// word with = is a keyword, any other comes as it stands. A single word may be
// JSON, [[arguments], {keywords}].
func pythonArguments(words []string) (string, error) {
	if len(words) == 1 {
		if args, kwargs, ok := jsonArguments(words[0]); ok {
			return callArguments(args, kwargs, slices.Sorted(maps.Keys(kwargs))), nil
		}
	}
	var args []any
	var names []string
	kwargs := map[string]any{}
	for _, word := range words {
		name, value, ok := strings.Cut(word, "=")
		if !ok || !identifier.MatchString(name) {
			args = append(args, deploy.ParseValue(word))
			continue
		}
		if _, twice := kwargs[name]; twice {
			return "", fmt.Errorf("argument %q is given twice", name)
		}
		names = append(names, name)
		kwargs[name] = deploy.ParseValue(value)
	}
	return callArguments(args, kwargs, names), nil
}

// jsonArguments reads [[arguments], {keywords}].
func jsonArguments(word string) (args []any, kwargs map[string]any, ok bool) {
	if !strings.HasPrefix(strings.TrimSpace(word), "[") || !json.Valid([]byte(word)) {
		return nil, nil, false
	}
	pair, isList := deploy.ParseValue(word).([]any)
	if !isList || len(pair) != 2 {
		return nil, nil, false
	}
	args, isArgs := pair[0].([]any)
	kwargs, isKwargs := pair[1].(map[string]any)
	for name := range kwargs {
		isKwargs = isKwargs && identifier.MatchString(name)
	}
	return args, kwargs, isArgs && isKwargs
}

func callArguments(args []any, kwargs map[string]any, names []string) string {
	var parts []string
	for _, arg := range args {
		parts = append(parts, literal(arg))
	}
	for _, name := range names {
		parts = append(parts, name+"="+literal(kwargs[name]))
	}
	return strings.Join(parts, ", ")
}

// literal writes a plain value as Python does.
func literal(v any) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case bool:
		if v {
			return "True"
		}
		return "False"
	case string:
		return quoted(v)
	case float64:
		text := strconv.FormatFloat(v, 'g', -1, 64)
		if !strings.ContainsAny(text, ".e") {
			text += ".0"
		}
		return text
	case []any:
		parts := make([]string, len(v))
		for i, item := range v {
			parts[i] = literal(item)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case map[string]any:
		var parts []string
		for _, key := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, quoted(key)+": "+literal(v[key]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return fmt.Sprint(v) // a whole number
}

// quoted writes a string as Python does. Bytes that are no text become the
// replacement character: a command line is text.
func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
