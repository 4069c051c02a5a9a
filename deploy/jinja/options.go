package jinja

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cygnet/op/argument"
)

// Options are how templates are read. The zero value is Jinja's default
// environment, with StrictUndefined. Options can be compared.
type Options struct {
	// BlockStart and the like are the delimiters; empty means Jinja's: {% %},
	// {{ }}, {# #}.
	BlockStart, BlockEnd       string
	VariableStart, VariableEnd string
	CommentStart, CommentEnd   string
	// TrimBlocks drops the first line feed after a block.
	TrimBlocks bool
	// LstripBlocks drops spaces and tabs before a block that begins a line.
	LstripBlocks bool
	// KeepTrailingNewline keeps the line feed at the end of a template.
	KeepTrailingNewline bool
	// Newline is what line feeds become; empty is "\n".
	Newline string
}

// WithArguments returns the options changed by keyword arguments of Jinja's
// Environment. Those that cannot be had are refused by name.
func (o Options) WithArguments(arguments map[string]any) (Options, error) {
	texts := map[string]*string{
		"block_start_string": &o.BlockStart, "block_end_string": &o.BlockEnd,
		"variable_start_string": &o.VariableStart, "variable_end_string": &o.VariableEnd,
		"comment_start_string": &o.CommentStart, "comment_end_string": &o.CommentEnd,
		"newline_sequence": &o.Newline,
	}
	flags := map[string]*bool{
		"trim_blocks": &o.TrimBlocks, "lstrip_blocks": &o.LstripBlocks, "keep_trailing_newline": &o.KeepTrailingNewline,
	}
	known := slices.Concat(slices.Collect(maps.Keys(texts)), slices.Collect(maps.Keys(flags)))
	for _, name := range slices.Sorted(maps.Keys(arguments)) {
		value := arguments[name]
		switch {
		case texts[name] != nil:
			text, ok := value.(string)
			if !ok || text == "" {
				return o, fmt.Errorf("%s must be a text, not %s", name, argument.PythonType(value))
			}
			*texts[name] = text
		case flags[name] != nil:
			flag, ok := value.(bool)
			if !ok {
				return o, fmt.Errorf("%s must be bool, not %s", name, argument.PythonType(value))
			}
			*flags[name] = flag
		case harmless(name, value):
		case refusedArguments[name] != "":
			return o, fmt.Errorf("%s is not supported: %s", name, refusedArguments[name])
		default:
			text := fmt.Sprintf("jinja has no option %q", name)
			if near := argument.Nearest(name, known); near != "" {
				text += fmt.Sprintf(", did you mean %q?", near)
			}
			return o, fmt.Errorf("%s", text)
		}
	}
	return o, o.check()
}

// harmless reports whether an argument says what is so anyway.
func harmless(name string, value any) bool {
	switch name {
	case "optimized", "cache_size", "auto_reload", "bytecode_cache":
		return true
	case "autoescape", "enable_async":
		return value == false
	case "extensions":
		list, ok := value.([]any)
		return ok && len(list) == 0
	case "line_statement_prefix", "line_comment_prefix", "finalize", "loader":
		return value == nil
	}
	return false
}

var refusedArguments = map[string]string{
	"autoescape":            "escape by the filter e",
	"extensions":            "do without jinja2.ext.do (use set), loopcontrols (use the if of a for loop) and the others",
	"line_statement_prefix": "write the statements between {% and %}",
	"line_comment_prefix":   "write comments between {# and #}",
	"undefined":             "what is undefined is an error; use the filter default",
	"finalize":              "use a filter",
	"loader":                "templates are found below the working folder",
	"enable_async":          "templates do not wait for anything",
}

// delimiters fills in what is empty.
func (o Options) delimiters() Options {
	for _, d := range []struct {
		to       *string
		standard string
	}{
		{&o.BlockStart, "{%"}, {&o.BlockEnd, "%}"}, {&o.VariableStart, "{{"}, {&o.VariableEnd, "}}"},
		{&o.CommentStart, "{#"}, {&o.CommentEnd, "#}"}, {&o.Newline, "\n"},
	} {
		if *d.to == "" {
			*d.to = d.standard
		}
	}
	return o
}

func (o Options) check() error {
	d := o.delimiters()
	if d.BlockStart == d.VariableStart || d.BlockStart == d.CommentStart || d.VariableStart == d.CommentStart {
		return fmt.Errorf("block, variable and comment must begin differently")
	}
	if !slices.Contains([]string{"\n", "\r\n", "\r"}, d.Newline) {
		return fmt.Errorf(`newline_sequence must be "\n", "\r\n" or "\r", not %s`, strings.TrimSpace(fmt.Sprintf("%q", d.Newline)))
	}
	return nil
}
