package library

import (
	"context"
	"strings"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
	"cygnet/op"
	"cygnet/shell"
)

// The commands that custom operations yield.
var (
	stringCommandClass = builtin.NewClass("StringCommand", nil, builtin.Native{
		Module: "pyinfra.api.command", New: newStringCommand, Names: []string{"get_raw_value", "get_masked_value"},
	})
	quoteStringClass = builtin.NewClass("QuoteString", nil, builtin.Native{Module: "pyinfra.api.command", New: newQuoteString})
	maskStringClass  = builtin.NewClass("MaskString", nil, builtin.Native{Module: "pyinfra.api.command", New: newMaskString})
	uploadClass      = builtin.NewClass("FileUploadCommand", nil, builtin.Native{Module: "pyinfra.api.command", New: newUpload})
	downloadClass    = builtin.NewClass("FileDownloadCommand", nil, builtin.Native{Module: "pyinfra.api.command", New: newDownload})
	functionClass    = builtin.NewClass("FunctionCommand", nil, builtin.Native{Module: "pyinfra.api.command", New: newFunction})
	operationClass   = builtin.NewClass("PyinfraCommand", nil, builtin.Native{Module: "pyinfra.api.command"})
)

// A kind is one of these classes; values name their class by it, as the classes
// name the functions that make them.
type kind uint8

const (
	operationKind kind = iota
	stringKind
	quoteKind
	maskKind
	uploadKind
	downloadKind
	functionKind
)

func (k kind) class() *builtin.Class {
	return [...]*builtin.Class{
		operationClass, stringCommandClass, quoteStringClass, maskStringClass, uploadClass, downloadClass, functionClass,
	}[k]
}

// commandNames are those of pyinfra.api and pyinfra.api.command.
func commandNames() map[string]func(*Session) starlark.Value {
	return map[string]func(*Session) starlark.Value{
		"StringCommand": constant(stringCommandClass), "QuoteString": constant(quoteStringClass),
		"MaskString": constant(maskStringClass), "FileUploadCommand": constant(uploadClass),
		"FileDownloadCommand": constant(downloadClass), "FunctionCommand": constant(functionClass),
		"make_formatted_string_command": constant(function("make_formatted_string_command", formattedCommand)),
	}
}

func apiCommandModule() *definition {
	return &definition{name: "pyinfra.api.command", what: "name", values: commandNames(),
		later: map[string]string{"RsyncCommand": "use files.sync", "PyinfraCommand": ""}}
}

// textValue is shell text: a StringCommand, or a part of one.
type textValue struct {
	object
	kind kind
	text shell.Text
}

var (
	_ builtin.Classed   = (*textValue)(nil)
	_ builtin.Texter    = (*textValue)(nil)
	_ starlark.HasAttrs = (*textValue)(nil)
)

func (t *textValue) PyClass() *builtin.Class { return t.kind.class() }
func (t *textValue) Type() string            { return t.PyClass().Name() }
func (t *textValue) Str() string             { return t.text.String() }
func (t *textValue) String() string {
	return t.PyClass().Name() + "(" + builtin.Repr(starlark.String(t.text.String())) + ")"
}

var textAttributes = attributes[*textValue]{
	"get_raw_value": bound("get_raw_value", func(t *textValue, c *call) (starlark.Value, error) {
		return starlark.String(t.text.Reveal()), c.unpack()
	}),
	"get_masked_value": bound("get_masked_value", func(t *textValue, c *call) (starlark.Value, error) {
		return starlark.String(t.text.String()), c.unpack()
	}),
}

// Attr implements starlark.HasAttrs.
func (t *textValue) Attr(name string) (starlark.Value, error) {
	return textAttributes.get(t, t.PyClass().Name(), name, map[string]string{"bits": "", "separator": "", "connector_arguments": ""})
}

// AttrNames implements starlark.HasAttrs.
func (*textValue) AttrNames() []string { return textAttributes.names() }

// textPart returns a bit of a command: text that is shell already, or a part
// that quotes or masks.
func textPart(v starlark.Value) (shell.Text, error) {
	switch v := v.(type) {
	case *textValue:
		return v.text, nil
	case starlark.String, starlark.Int, starlark.Float, starlark.Bool:
		return shell.Raw(builtin.Str(v)), nil
	}
	if path, ok := pathPart(v); ok {
		return shell.Raw(path), nil
	}
	return shell.Text{}, builtin.Raise(builtin.TypeError, "a command is made of str and parts such as QuoteString, not %s", builtin.TypeName(v))
}

// pathPart takes what is a path, such as Path("/etc").
func pathPart(v starlark.Value) (string, bool) {
	if _, ok := v.(starlark.HasAttrs); !ok {
		return "", false
	}
	plain, err := toGo(nil, v, maxDepth)
	path, ok := plain.(string)
	return path, ok && err == nil
}

func newStringCommand(_ *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	separator := " "
	for _, kw := range kwargs {
		name, _ := starlark.AsString(kw[0])
		text, ok := starlark.AsString(kw[1])
		switch {
		case name == "_separator" && ok:
			separator = text
		case name == "_separator":
			return nil, builtin.Raise(builtin.TypeError, "StringCommand() argument '_separator' must be str, not %s", builtin.TypeName(kw[1]))
		default:
			return nil, builtin.Raise(builtin.TypeError, "StringCommand() takes no argument '%s' here: give it to the operation", name)
		}
	}
	var texts []shell.Text
	for i, arg := range args {
		text, err := textPart(arg)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			texts = append(texts, shell.Raw(separator))
		}
		texts = append(texts, text)
	}
	return &textValue{kind: stringKind, text: shell.Join("", texts...)}, nil
}

func newQuoteString(_ *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	text, err := onePart("QuoteString", args, kwargs)
	if err != nil {
		return nil, err
	}
	quoted := shell.Word(text.Reveal())
	if text.HasSecret() {
		quoted = shell.SecretWord(shell.NewSecret(text.Reveal()))
	}
	return &textValue{kind: quoteKind, text: quoted}, nil
}

func newMaskString(_ *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	text, err := onePart("MaskString", args, kwargs)
	if err != nil {
		return nil, err
	}
	return &textValue{kind: maskKind, text: shell.SecretRaw(shell.NewSecret(text.Reveal()))}, nil
}

func onePart(name string, args starlark.Tuple, kwargs []starlark.Tuple) (shell.Text, error) {
	var v starlark.Value
	if err := unpack(starlark.NewBuiltin(name, nil), args, kwargs, "obj", &v); err != nil {
		return shell.Text{}, err
	}
	return textPart(v)
}

// formattedCommand fills the fields of a format with quoted words.
func formattedCommand(c *call) (starlark.Value, error) {
	if len(c.args) == 0 {
		return nil, builtin.Raise(builtin.TypeError, "make_formatted_string_command() needs a format")
	}
	format, ok := starlark.AsString(c.args[0])
	if !ok {
		return nil, builtin.Raise(builtin.TypeError, "make_formatted_string_command() takes a format that is str, not %s", builtin.TypeName(c.args[0]))
	}
	named := map[string]starlark.Value{}
	for _, kw := range c.kwargs {
		named[textOf(kw[0])] = kw[1]
	}
	var texts []shell.Text
	next := 1
	for {
		before, rest, more := strings.Cut(format, "{")
		texts = append(texts, shell.Raw(before))
		if !more {
			return &textValue{kind: stringKind, text: shell.Join("", texts...)}, nil
		}
		field, after, closed := strings.Cut(rest, "}")
		value := named[field]
		if field == "" && next < len(c.args) {
			value, next = c.args[next], next+1
		}
		if !closed || value == nil {
			return nil, builtin.Raise(builtin.ValueError, "make_formatted_string_command(): there is no value for the field {%s}", shorten(field, maxValue))
		}
		text, err := quotedPart(value)
		if err != nil {
			return nil, err
		}
		texts, format = append(texts, text), after
	}
}

// quotedPart quotes a plain value; parts of commands stay as they are.
func quotedPart(v starlark.Value) (shell.Text, error) {
	text, err := textPart(v)
	if _, part := v.(*textValue); part || err != nil {
		return text, err
	}
	return shell.Word(text.Reveal()), nil
}

// commandValue is a command that is no text.
type commandValue struct {
	object
	kind    kind
	command op.Command
}

var _ builtin.Classed = (*commandValue)(nil)

func (c *commandValue) PyClass() *builtin.Class { return c.kind.class() }
func (c *commandValue) Type() string            { return c.PyClass().Name() }
func (c *commandValue) String() string {
	return "<" + c.PyClass().Name() + " " + c.command.String() + ">"
}

func newUpload(thread *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var src, dest, temp starlark.Value
	if err := unpack(starlark.NewBuiltin("FileUploadCommand", nil), args, kwargs, "src", &src, "dest", &dest, "remote_temp_filename?", &temp); err != nil {
		return nil, err
	}
	from, err := contentOf(thread, src)
	if err != nil {
		return nil, err
	}
	to, err := pathText(thread, "FileUploadCommand", dest)
	return &commandValue{kind: uploadKind, command: op.Upload{From: from, To: to}}, err
}

// contentOf reads a file of the controller, by its path or as a file-like value.
func contentOf(thread *starlark.Thread, v starlark.Value) (op.Content, error) {
	plain, err := ToGo(thread, v)
	if err != nil {
		return op.Content{}, err
	}
	var content op.Content
	if err := content.UnmarshalArgument(plain); err != nil {
		return op.Content{}, builtin.Raise(builtin.TypeError, "a file to send must be %s, not %s", err, builtin.TypeName(v))
	}
	return content, nil
}

func newDownload(thread *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var src, dest, temp starlark.Value
	if err := unpack(starlark.NewBuiltin("FileDownloadCommand", nil), args, kwargs, "src", &src, "dest", &dest, "remote_temp_filename?", &temp); err != nil {
		return nil, err
	}
	from, err := pathText(thread, "FileDownloadCommand", src)
	if err != nil {
		return nil, err
	}
	to, err := pathText(thread, "FileDownloadCommand", dest)
	return &commandValue{kind: downloadKind, command: op.Download{From: from, To: to}}, err
}

func newFunction(thread *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var f starlark.Callable
	var positional, named starlark.Value = starlark.Tuple{}, starlark.None
	if err := unpack(starlark.NewBuiltin("FunctionCommand", nil), args, kwargs, "function", &f, "args?", &positional, "func_kwargs?", &named); err != nil {
		return nil, err
	}
	s, err := sessionOf(thread)
	if err != nil {
		return nil, err
	}
	list, err := builtin.Collect(positional)
	if err != nil {
		return nil, err
	}
	var keywords []starlark.Tuple
	if dict, ok := named.(*starlark.Dict); ok {
		keywords = dict.Items()
	}
	return &commandValue{kind: functionKind, command: s.later(f, list, keywords)}, nil
}

// later returns the command that calls a function of the deploy when its turn
// has come.
func (s *Session) later(f starlark.Callable, args starlark.Tuple, kwargs []starlark.Tuple) op.Function {
	return op.Function{Name: f.Name(), Call: func(ctx context.Context, actor op.Actor) error {
		err := s.Enter(ctx, func(thread *starlark.Thread) error {
			before := s.recorder
			s.recorder = actor
			defer func() { s.recorder = before }()
			_, err := starlark.Call(thread, f, args, kwargs)
			return err
		})
		if err != nil {
			return s.explain(err)
		}
		return nil
	}}
}
