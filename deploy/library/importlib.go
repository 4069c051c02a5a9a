package library

import (
	"os"
	"path/filepath"
	"strings"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

func importlibModule() *definition {
	d := &definition{name: "importlib", what: "name",
		values: functions(map[string]func(*call) (starlark.Value, error){"import_module": importModule}),
		later:  map[string]string{"reload": "", "util": "", "metadata": "", "machinery": "", "abc": ""}}
	d.values["resources"] = submodule("importlib.resources")
	return d
}

func resourcesModule() *definition {
	return &definition{name: "importlib.resources", what: "function",
		values: functions(map[string]func(*call) (starlark.Value, error){
			"files": resourceFiles, "as_file": resourceAsFile, "read_text": resourceRead((path).readText), "read_binary": resourceRead((path).readBytes),
			"open_text": resourceRead((path).open), "is_resource": resourceIs,
		}),
		later: map[string]string{"path": "use files", "open_binary": "use files", "contents": "use files", "abc": ""}}
}

// importModule is importlib.import_module, for modules that an import statement
// somewhere in the deploy names, as those were read.
func importModule(c *call) (starlark.Value, error) {
	var name string
	var pkg starlark.Value = starlark.None
	if err := c.unpack("name", &name, "package?", &pkg); err != nil {
		return nil, err
	}
	if rest := strings.TrimLeft(name, "."); rest != name {
		base, ok := starlark.AsString(pkg)
		if !ok {
			return nil, builtin.Raise(builtin.TypeError, "the 'package' argument is required to perform a relative import for %s", builtin.Repr(starlark.String(name)))
		}
		full, err := (&Source{Module: base, Package: true}).Resolve(rest, len(name)-len(rest))
		if err != nil {
			return nil, builtin.Raise(builtin.ImportError, "%s", err)
		}
		name = full
	}
	s, err := c.session()
	if err != nil {
		return nil, err
	}
	if s.sources.Module(name) == nil && !s.library.Has(name) && packageFolder(s, name) != "" {
		return nil, builtin.Raise(builtin.ModuleNotFoundError, "module %s was not read: name it in an import statement too", name)
	}
	return s.load(c.thread, name)
}

// packageFolder is the folder of a user's package, or of the package that a
// module is in; "" if there is none.
func packageFolder(s *Session, name string) string {
	if source := s.sources.Module(name); source != nil {
		if source.Package && source.Program == nil {
			return source.File
		}
		return filepath.Dir(source.File)
	}
	relative := strings.ReplaceAll(name, ".", "/")
	folders := []string{"."}
	if main := s.sources.Module("__main__"); main != nil {
		folders = append(folders, filepath.Dir(main.File))
	}
	for _, folder := range folders {
		full := filepath.Join(folder, relative)
		if info, err := os.Stat(full); err == nil && info.IsDir() {
			return full
		}
		if info, err := os.Stat(full + ".py"); err == nil && info.Mode().IsRegular() {
			return filepath.Dir(full)
		}
	}
	return ""
}

// anchorPath is the folder that files(anchor) means.
func anchorPath(c *call, anchor starlark.Value) (path, error) {
	s, err := c.session()
	if err != nil {
		return path{}, err
	}
	var name string
	switch v := anchor.(type) {
	case starlark.String:
		name = string(v)
	case *fileModule:
		name = v.source.Module
	case *module:
		return path{}, builtin.Raise(builtin.ValueError, "module %s has no files", v.name)
	default:
		return path{}, builtin.Raise(builtin.TypeError, "a package or its name is needed, not %s", builtin.TypeName(anchor))
	}
	folder := packageFolder(s, name)
	if folder == "" {
		return path{}, builtin.Raise(builtin.ModuleNotFoundError, "No module named %s", builtin.Repr(starlark.String(name)))
	}
	return path{text: cleanPath(folder), concrete: true}, nil
}

func resourceFiles(c *call) (starlark.Value, error) {
	var anchor starlark.Value
	if err := c.unpack("anchor", &anchor); err != nil {
		return nil, err
	}
	p, err := anchorPath(c, anchor)
	if err != nil {
		return nil, err
	}
	return p, nil
}

// resourceRead is a function of a package and a file in it, that does what a
// method of paths does.
func resourceRead(method func(path, *call) (starlark.Value, error)) func(*call) (starlark.Value, error) {
	return func(c *call) (starlark.Value, error) {
		var anchor, name, encoding, errs starlark.Value
		if err := c.unpack("anchor", &anchor, "resource", &name, "encoding?", &encoding, "errors?", &errs); err != nil {
			return nil, err
		}
		p, err := anchorPath(c, anchor)
		if err != nil {
			return nil, err
		}
		text, err := c.path(name)
		if err != nil {
			return nil, err
		}
		return method(p.with(joinPaths(p.text, text)), &call{thread: c.thread, b: c.b})
	}
}

func resourceIs(c *call) (starlark.Value, error) {
	var anchor, name starlark.Value
	if err := c.unpack("anchor", &anchor, "resource", &name); err != nil {
		return nil, err
	}
	p, err := anchorPath(c, anchor)
	if err != nil {
		return nil, err
	}
	text, err := c.path(name)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(joinPaths(p.text, text))
	return starlark.Bool(err == nil && info.Mode().IsRegular()), nil
}

// A context is the manager of a with statement around a value that needs
// nothing at its end but what leave does, which may be nil.
type contextOf struct {
	object
	value starlark.Value
	leave func() error
}

var _ starlark.HasAttrs = (*contextOf)(nil)

func (*contextOf) String() string      { return "<context manager>" }
func (*contextOf) Type() string        { return "_GeneratorContextManager" }
func (*contextOf) AttrNames() []string { return []string{"__enter__", "__exit__"} }

// Attr implements starlark.HasAttrs.
func (m *contextOf) Attr(name string) (starlark.Value, error) {
	switch name {
	case "__enter__":
		return function(name, func(*call) (starlark.Value, error) { return m.value, nil }), nil
	case "__exit__":
		return function(name, func(*call) (starlark.Value, error) {
			if m.leave == nil {
				return starlark.None, nil
			}
			return none(m.leave())
		}), nil
	}
	return nil, missingAttribute("context manager", name, m.AttrNames(), nil)
}

func resourceAsFile(c *call) (starlark.Value, error) {
	var file starlark.Value
	if err := c.unpack("path", &file); err != nil {
		return nil, err
	}
	return &contextOf{value: file}, nil
}
