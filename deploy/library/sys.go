package library

import (
	"os"
	"runtime"
	"strings"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

func sysModule() *definition {
	d := &definition{name: "sys", what: "name",
		values: functions(map[string]func(*call) (starlark.Value, error){"exit": sysExit, "getrecursionlimit": func(c *call) (starlark.Value, error) {
			return starlark.MakeInt(DefaultDepth), c.unpack()
		}, "getdefaultencoding": func(c *call) (starlark.Value, error) { return starlark.String("utf-8"), c.unpack() }}),
		later: map[string]string{
			"stdin": "a deploy runs for all hosts at once; read a file, or ask with getpass", "modules": "", "exc_info": "use `except ... as e`",
			"getsizeof": "", "settrace": "", "setrecursionlimit": "", "executable": "", "_getframe": "", "stdlib_module_names": "",
		}}
	d.values["argv"] = func(*Session) starlark.Value { return stringList(os.Args) }
	d.values["path"] = func(*Session) starlark.Value { return stringList([]string{"."}) }
	for name, v := range map[string]starlark.Value{
		"platform": starlark.String(runtime.GOOS), "byteorder": starlark.String("little"), "maxsize": starlark.MakeInt64(1<<63 - 1),
		"version":        starlark.String("3.12.0 (cygnet)"),
		"version_info":   record{what: "sys.version_info", names: []string{"major", "minor", "micro", "releaselevel", "serial"}, Tuple: starlark.Tuple{starlark.MakeInt(3), starlark.MakeInt(12), starlark.MakeInt(0), starlark.String("final"), starlark.MakeInt(0)}},
		"implementation": record{what: "namespace", names: []string{"name"}, Tuple: tupleOf([]string{"cygnet"})},
	} {
		d.values[name] = constant(v)
	}
	d.values["stdout"] = func(s *Session) starlark.Value { return &stream{session: s, name: "<stdout>", level: "info"} }
	d.values["stderr"] = func(s *Session) starlark.Value { return &stream{session: s, name: "<stderr>", level: "warning"} }
	return d
}

func sysExit(c *call) (starlark.Value, error) {
	e := &builtin.Exception{Class: builtin.SystemExit, Args: c.args}
	if len(c.kwargs) > 0 || len(c.args) > 1 {
		return nil, builtin.Raise(builtin.TypeError, "exit expected at most 1 argument, got %d", len(c.args)+len(c.kwargs))
	}
	return nil, e
}

// A stream is sys.stdout or sys.stderr: its lines are messages of the run.
type stream struct {
	object
	session *Session
	name    string
	level   string
	partial string // a line that has not ended
}

var _ starlark.HasAttrs = (*stream)(nil)

func (s *stream) String() string {
	return "<_io.TextIOWrapper name='" + s.name + "' mode='w' encoding='utf-8'>"
}
func (*stream) Type() string { return "TextIOWrapper" }

var streamAttributes = attributes[*stream]{
	"write":      bound("write", (*stream).write),
	"flush":      bound("flush", (*stream).flush),
	"isatty":     bound("isatty", func(_ *stream, c *call) (starlark.Value, error) { return starlark.False, c.unpack() }),
	"name":       attribute(func(s *stream) starlark.String { return starlark.String(s.name) }),
	"encoding":   attribute(func(*stream) starlark.String { return "utf-8" }),
	"writelines": bound("writelines", (*stream).writelines),
}

// Attr implements starlark.HasAttrs.
func (s *stream) Attr(name string) (starlark.Value, error) {
	return streamAttributes.get(s, "sys.stdout", name, map[string]string{"buffer": "", "fileno": "", "reconfigure": ""})
}

// AttrNames implements starlark.HasAttrs.
func (*stream) AttrNames() []string { return streamAttributes.names() }

func (s *stream) put(text string) {
	s.partial += text
	for {
		line, rest, ended := strings.Cut(s.partial, "\n")
		if !ended {
			return
		}
		s.session.message(s.level, line)
		s.partial = rest
	}
}

func (s *stream) write(c *call) (starlark.Value, error) {
	var text string
	if err := c.unpack("text", &text); err != nil {
		return nil, err
	}
	s.put(text)
	return starlark.MakeInt(len([]rune(text))), nil
}

func (s *stream) writelines(c *call) (starlark.Value, error) {
	var lines starlark.Value
	if err := c.unpack("lines", &lines); err != nil {
		return nil, err
	}
	items, err := builtin.Collect(lines)
	if err != nil {
		return nil, err
	}
	for _, item := range items {
		s.put(builtin.Str(item))
	}
	return starlark.None, nil
}

func (s *stream) flush(c *call) (starlark.Value, error) {
	if s.partial != "" {
		s.session.message(s.level, s.partial)
		s.partial = ""
	}
	return starlark.None, c.unpack()
}
