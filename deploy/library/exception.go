package library

import (
	"errors"
	"fmt"
	"strings"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
	"cygnet/op/argument"
)

// missingAttribute is the AttributeError of a value called what.
func missingAttribute(what, name string, names []string, notYet map[string]string) error {
	if why, ok := notYet[name]; ok {
		return builtin.Raise(builtin.AttributeError, "%s", later(what+"."+name, why))
	}
	text := fmt.Sprintf("%s has no attribute %q", what, name)
	if near := argument.Nearest(name, names); near != "" {
		text += fmt.Sprintf(", did you mean %q?", near)
	}
	return builtin.Raise(builtin.AttributeError, "%s", text)
}

// unpack is starlark.UnpackArgs with Python's exception.
func unpack(b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple, pairs ...any) error {
	if err := starlark.UnpackArgs(b.Name(), args, kwargs, pairs...); err != nil {
		return builtin.Raise(builtin.TypeError, "%s", strings.Replace(err.Error(), b.Name()+":", b.Name()+"()", 1))
	}
	return nil
}

// Message returns what people read of an error of the interpreter: the last line
// of Python's traceback.
func Message(err *starlark.EvalError) string {
	if e, ok := errors.AsType[*HostError](err); ok {
		return e.Error()
	}
	translated := builtin.Translate(err)
	if eval, ok := translated.(*starlark.EvalError); ok && eval.Unwrap() != nil {
		return eval.Unwrap().Error()
	}
	return translated.Error()
}

// OfHost reports whether an error is about a host rather than about the deploy:
// the host could not be asked, or the deploy says so itself.
func OfHost(err error) bool {
	if _, ok := errors.AsType[*HostError](err); ok {
		return true
	}
	e, ok := errors.AsType[*builtin.Exception](err)
	return ok && (e.IsA(deployError) || e.Class == operationError)
}

// IsUnbound reports whether a name has been deleted after it was bound.
func IsUnbound(v starlark.Value) bool { return v == builtin.Unbound }

// Exited reports whether code ended with exit(), exit(None) or exit(0): it has
// done what it wanted to.
func Exited(err error) bool {
	e, ok := errors.AsType[*builtin.Exception](err)
	if !ok || !e.IsA(builtin.SystemExit) {
		return false
	}
	return len(e.Args) == 0 || e.Args[0] == starlark.None || e.Args[0] == starlark.False || e.Args[0] == starlark.Value(starlark.MakeInt(0))
}
