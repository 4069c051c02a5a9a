package library

import (
	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

// loggingModule is logging: all loggers are the deploy's, whose words go to the
// user of the run. How they are shown is for the command line to say.
func loggingModule() *definition {
	nothing := func(c *call) (starlark.Value, error) { return starlark.None, nil }
	d := &definition{name: "logging", what: "name",
		values: functions(map[string]func(*call) (starlark.Value, error){"basicConfig": nothing, "disable": nothing, "captureWarnings": nothing}),
		later: map[string]string{
			"StreamHandler": "how messages are shown is for the command line to say", "FileHandler": "redirect the run's output",
			"Formatter": "", "Handler": "", "LoggerAdapter": "", "Filter": "", "Logger": "", "exception": "use logging.error", "log": "", "config": "", "handlers": "",
		}}
	d.values["getLogger"] = func(s *Session) starlark.Value {
		return function("getLogger", func(c *call) (starlark.Value, error) {
			var name starlark.Value = starlark.None
			if err := c.unpack("name?", &name); err != nil {
				return nil, err
			}
			if _, ok := starlark.AsString(name); !ok && name != starlark.None {
				return nil, builtin.Raise(builtin.TypeError, "A logger name must be a string")
			}
			return &loggerObject{session: s}, nil
		})
	}
	for name, level := range map[string]int{"CRITICAL": 50, "FATAL": 50, "ERROR": 40, "WARNING": 30, "WARN": 30, "INFO": 20, "DEBUG": 10, "NOTSET": 0} {
		d.values[name] = constant(starlark.MakeInt(level))
	}
	for name, f := range loggerAttributes {
		d.values[name] = func(s *Session) starlark.Value {
			method, err := f(&loggerObject{session: s})
			if err != nil {
				return starlark.None
			}
			return method
		}
	}
	return d
}
