package library

import (
	"fmt"
	"strings"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
	"cygnet/deploy/syntax"
	"cygnet/op/argument"
)

// names returns what is predeclared in a source: the builtins, and what is said
// of the file itself. The values hold no state; sessions share them.
func (s *Source) names() starlark.StringDict {
	names := builtin.Predeclared()
	names["open"] = starlark.NewBuiltin("open", openFile)
	names["__name__"] = starlark.String(s.Module)
	names["__file__"] = starlark.String(s.File)
	names[syntax.Import] = s.importer(syntax.Import, 1, func(thread *starlark.Thread, session *Session, args starlark.Tuple) (starlark.Value, error) {
		name := textOf(args[0])
		if _, err := session.load(thread, name); err != nil {
			return nil, err
		}
		top, _, _ := strings.Cut(name, ".")
		return session.load(thread, top)
	})
	names[syntax.ImportAs] = s.importer(syntax.ImportAs, 1, func(thread *starlark.Thread, session *Session, args starlark.Tuple) (starlark.Value, error) {
		return session.load(thread, textOf(args[0]))
	})
	names[syntax.ImportFrom] = s.importer(syntax.ImportFrom, 3, func(thread *starlark.Thread, session *Session, args starlark.Tuple) (starlark.Value, error) {
		level, err := starlark.AsInt32(args[1])
		if err != nil {
			return nil, err
		}
		module, err := s.Resolve(textOf(args[0]), level)
		if err != nil {
			return nil, builtin.Raise(builtin.ImportError, "%s", err)
		}
		return session.from(thread, module, textOf(args[2]))
	})
	return names
}

// Known reports whether a name is predeclared in files.
func Known(name string) bool {
	return name == "__name__" || name == "__file__" || builtin.Names(name)
}

func (s *Source) importer(name string, n int, f func(*starlark.Thread, *Session, starlark.Tuple) (starlark.Value, error)) starlark.Value {
	return starlark.NewBuiltin(name, func(thread *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
		if len(args) != n {
			return nil, fmt.Errorf("%s takes %d arguments, not %d", name, n, len(args))
		}
		session, err := sessionOf(thread)
		if err != nil {
			return nil, err
		}
		return f(thread, session, args)
	})
}

// textOf returns a string that the lowering wrote.
func textOf(v starlark.Value) string {
	s, _ := starlark.AsString(v)
	return s
}

// load returns a module, after the packages above it.
func (s *Session) load(thread *starlark.Thread, name string) (starlark.Value, error) {
	if s.sources.Module(name) == nil {
		if why := s.library.Check(name, ""); why != "" {
			return nil, builtin.Raise(builtin.ModuleNotFoundError, "%s", why)
		}
		return s.module(name), nil
	}
	for i, c := range name {
		if c == '.' {
			if _, err := s.loadFile(thread, name[:i]); err != nil {
				return nil, err
			}
		}
	}
	return s.loadFile(thread, name)
}

// from returns a module's attribute, or else its submodule.
func (s *Session) from(thread *starlark.Thread, module, name string) (starlark.Value, error) {
	if s.sources.Module(module) == nil {
		if why := s.library.Check(module, name); why != "" {
			class := builtin.ImportError
			if s.library.Check(module, "") != "" {
				class = builtin.ModuleNotFoundError
			}
			return nil, builtin.Raise(class, "%s", why)
		}
		if s.library.modules[canonical(module)].values[name] == nil {
			return s.module(module + "." + name), nil
		}
		return s.module(module).Attr(name)
	}
	if _, err := s.load(thread, module); err != nil {
		return nil, err
	}
	m := s.files[module]
	if v := m.global(name); v != nil {
		return v, nil
	}
	if s.sources.Module(module+"."+name) != nil {
		return s.load(thread, module+"."+name)
	}
	if m.globals == nil && m.source.Program != nil {
		return nil, builtin.Raise(builtin.ImportError, "cannot import %q from module %s, which is still being imported: the files import each other", name, module)
	}
	text := fmt.Sprintf("module %s (%s) has no name %q", module, m.source.File, name)
	if near := argument.Nearest(name, m.AttrNames()); near != "" {
		text += fmt.Sprintf(", did you mean %q?", near)
	}
	return nil, builtin.Raise(builtin.ImportError, "%s", text)
}

// fileModule is one of the user's modules in one session.
type fileModule struct {
	object
	session *Session
	source  *Source
	globals starlark.StringDict // nil while it runs
}

var _ starlark.HasAttrs = (*fileModule)(nil)

// loadFile returns a user's module, which runs when it is first asked for.
func (s *Session) loadFile(thread *starlark.Thread, name string) (starlark.Value, error) {
	if m := s.files[name]; m != nil {
		return m, nil
	}
	source := s.sources.Module(name)
	if source == nil {
		return nil, builtin.Raise(builtin.ModuleNotFoundError, "no module is called %s", name)
	}
	m := &fileModule{session: s, source: source}
	s.files[name] = m
	if source.Program == nil {
		return m, nil
	}
	globals, err := source.Program.Starlark.Init(thread, source.predeclared)
	if err != nil {
		delete(s.files, name)
		return nil, err
	}
	m.globals = globals
	return m, nil
}

// Run runs the source that was asked for and returns its globals.
func (s *Session) Run(thread *starlark.Thread, source *Source) (starlark.StringDict, error) {
	m := &fileModule{session: s, source: source}
	s.files[source.Module] = m
	globals, err := source.Program.Starlark.Init(thread, source.predeclared)
	m.globals = globals
	return builtin.Globals(globals), err
}

func (m *fileModule) String() string {
	return fmt.Sprintf("<module '%s' from '%s'>", m.source.Module, m.source.File)
}
func (*fileModule) Type() string { return "module" }

// global returns what the file binds to a name, or nil.
func (m *fileModule) global(name string) starlark.Value {
	return builtin.Global(m.globals, name)
}

// Attr implements starlark.HasAttrs.
func (m *fileModule) Attr(name string) (starlark.Value, error) {
	if v := m.global(name); v != nil {
		return v, nil
	}
	if sub := m.session.files[m.source.Module+"."+name]; sub != nil {
		return sub, nil
	}
	switch name {
	case "__name__":
		return starlark.String(m.source.Module), nil
	case "__file__":
		return starlark.String(m.source.File), nil
	}
	return nil, missingAttribute("module "+m.source.Module, name, m.AttrNames(), nil)
}

// AttrNames implements starlark.HasAttrs.
func (m *fileModule) AttrNames() []string {
	return sortedKeys(builtin.Globals(m.globals))
}
