package library

import (
	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

// contextlibModule is contextlib: what makes managers for with statements.
func contextlibModule() *definition {
	return &definition{name: "contextlib", what: "name",
		values: map[string]func(*Session) starlark.Value{
			"contextmanager": constant(builtin.ContextManager()),
			"suppress":       constant(builtin.Suppress()),
			"nullcontext":    constant(builtin.NullContext()),
		},
		later: map[string]string{
			"ExitStack": "nest with statements", "closing": "", "redirect_stdout": "", "redirect_stderr": "",
			"ContextDecorator": "", "AbstractContextManager": "write a class with __enter__ and __exit__",
			"asynccontextmanager": "leave it out: all hosts run at the same time anyway",
		}}
}
