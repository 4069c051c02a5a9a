package library

import (
	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

// loggerObject is `logger`: its words go to the user of the run.
type loggerObject struct {
	object
	session *Session
}

var _ starlark.HasAttrs = (*loggerObject)(nil)

func (*loggerObject) String() string { return "<Logger pyinfra>" }
func (*loggerObject) Type() string   { return "Logger" }

var loggerAttributes = attributes[*loggerObject]{
	"debug":    logging("debug", "debug"),
	"info":     logging("info", "info"),
	"warning":  logging("warning", "warning"),
	"warn":     logging("warn", "warning"),
	"error":    logging("error", "error"),
	"critical": logging("critical", "error"),
}

// Attr implements starlark.HasAttrs.
func (l *loggerObject) Attr(name string) (starlark.Value, error) {
	return loggerAttributes.get(l, "logger", name, map[string]string{
		"exception": "use logger.error", "log": "use the method of the level", "setLevel": "use -v", "addHandler": "", "level": "",
	})
}

// AttrNames implements starlark.HasAttrs.
func (*loggerObject) AttrNames() []string { return loggerAttributes.names() }

// logging makes a method that says something at a level: logger.info("%s", x).
func logging(name, level string) func(*loggerObject) (starlark.Value, error) {
	return method(name, func(l *loggerObject, thread *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		if len(args) == 0 {
			return nil, builtin.Raise(builtin.TypeError, "%s() needs a message", name)
		}
		if len(kwargs) > 0 {
			return nil, builtin.Raise(builtin.TypeError, "%s() takes no keyword arguments here", name)
		}
		text := args[0]
		if len(args) > 1 {
			formatted, err := starlark.Call(thread, l.session.library.mod, starlark.Tuple{args[0], args[1:]}, nil)
			if err != nil {
				return nil, err
			}
			text = formatted
		}
		l.session.message(level, builtin.Str(text))
		return starlark.None, nil
	})
}
