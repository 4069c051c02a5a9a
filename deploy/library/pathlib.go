package library

import (
	"slices"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"cygnet/deploy/builtin"
)

// The classes of pathlib. Python has two trees of them; one line is enough here,
// as there are no paths but those of POSIX.
var (
	purePathClass      = pathClass("PurePath", nil, false)
	purePosixPathClass = pathClass("PurePosixPath", purePathClass, false)
	pathlibPathClass   = pathClass("Path", purePosixPathClass, true)
	posixPathClass     = pathClass("PosixPath", pathlibPathClass, true)
)

func pathClass(name string, base *builtin.Class, concrete bool) *builtin.Class {
	native := builtin.Native{Module: "pathlib", Names: pureAttributes().names(),
		New: func(thread *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
			if len(kwargs) > 0 {
				return nil, builtin.Raise(builtin.TypeError, "%s() takes no keyword arguments", name)
			}
			text, err := joinSegments(thread, name, "", args)
			return path{text: text, concrete: concrete}, err
		}}
	if concrete {
		native.Names = append(native.Names, concreteAttributes().names()...)
		native.Static = map[string]starlark.Value{"cwd": function("cwd", pathCwd), "home": function("home", pathHome)}
	}
	return builtin.NewClass(name, base, native)
}

func pathlibModule() *definition {
	return &definition{name: "pathlib", what: "name",
		values: map[string]func(*Session) starlark.Value{
			"PurePath": constant(purePathClass), "PurePosixPath": constant(purePosixPathClass),
			"Path": constant(pathlibPathClass), "PosixPath": constant(posixPathClass),
		},
		later: map[string]string{"WindowsPath": "", "PureWindowsPath": ""}}
}

// A path is a value of pathlib. Its text is in Python's form: no slash at its
// end, none twice, no "." but for the empty path.
type path struct {
	fixed
	text     string
	concrete bool // has to do with files, as Path does and PurePath does not
}

var (
	_ starlark.HasAttrs       = path{}
	_ starlark.HasBinary      = path{}
	_ starlark.TotallyOrdered = path{}
	_ builtin.Texter          = path{}
	_ builtin.Classed         = path{}
	_ constantValue           = path{}
)

func (p path) String() string        { return p.Type() + "(" + builtin.Repr(starlark.String(p.text)) + ")" }
func (p path) Str() string           { return p.text }
func (p path) Type() string          { return builtin.TypeName(p) }
func (p path) Hash() (uint32, error) { return starlark.String(p.text).Hash() }

// PyClass implements builtin.Classed.
func (p path) PyClass() *builtin.Class {
	if p.concrete {
		return posixPathClass
	}
	return purePosixPathClass
}

// Cmp implements starlark.TotallyOrdered: paths are ordered part by part.
func (p path) Cmp(y starlark.Value, _ int) (int, error) {
	return slices.Compare(p.parts(), y.(path).parts()), nil
}

// Binary implements starlark.HasBinary: `path / "name"` and `"folder" / path`.
func (p path) Binary(op syntax.Token, y starlark.Value, side starlark.Side) (starlark.Value, error) {
	other, ok := starlark.AsString(y)
	if q, isPath := y.(path); isPath {
		other, ok = q.text, true
	}
	if op != syntax.SLASH || !ok {
		return nil, nil
	}
	if side == starlark.Right {
		return p.with(joinPaths(other, p.text)), nil
	}
	return p.with(joinPaths(p.text, other)), nil
}

func (p path) with(text string) path { return path{text: cleanPath(text), concrete: p.concrete} }

// joinPaths joins as os.path.join does.
func joinPaths(a, b string) string {
	switch {
	case a == "" || strings.HasPrefix(b, "/"):
		return b
	case strings.HasSuffix(a, "/"):
		return a + b
	}
	return a + "/" + b
}

// joinSegments joins a path and more segments, which are texts or path-like.
func joinSegments(thread *starlark.Thread, name, text string, segments starlark.Tuple) (string, error) {
	for _, segment := range segments {
		s, err := pathText(thread, name, segment)
		if err != nil {
			return "", err
		}
		text = joinPaths(text, s)
	}
	return cleanPath(text), nil
}

// cleanPath gives a path the form that pathlib keeps. ".." stays, as a link may
// stand before it.
func cleanPath(text string) string {
	root := ""
	if rest := strings.TrimLeft(text, "/"); len(rest) < len(text) {
		root = "/"
		if len(text)-len(rest) == 2 {
			root = "//" // POSIX lets two slashes mean something
		}
	}
	var parts []string
	for part := range strings.SplitSeq(text, "/") {
		if part != "" && part != "." {
			parts = append(parts, part)
		}
	}
	if text = root + strings.Join(parts, "/"); text == "" {
		return "."
	}
	return text
}

func (p path) root() string {
	return p.text[:len(p.text)-len(strings.TrimLeft(p.text, "/"))]
}

// parts returns the root, if there is one, and the names.
func (p path) parts() []string {
	var parts []string
	root := p.root()
	if root != "" {
		parts = append(parts, root)
	}
	if rest := p.text[len(root):]; rest != "" && rest != "." {
		parts = append(parts, strings.Split(rest, "/")...)
	}
	return parts
}

func (p path) name() string {
	if parts := p.parts(); len(parts) > 0 && parts[len(parts)-1] != p.root() {
		return parts[len(parts)-1]
	}
	return ""
}

func (p path) parent() path {
	root := p.root()
	i := strings.LastIndexByte(p.text, '/')
	switch {
	case p.name() == "":
		return p
	case i < len(root):
		return p.with(root)
	}
	return p.with(p.text[:i])
}

func (p path) parents() starlark.Tuple {
	var all starlark.Tuple
	for parent := p.parent(); parent != p; p, parent = parent, parent.parent() {
		all = append(all, parent)
	}
	return all
}

// suffix splits a name as pathlib does: a dot at either end begins no suffix.
func (p path) suffix() (stem, suffix string) {
	name := p.name()
	if i := strings.LastIndexByte(name, '.'); i > 0 && i < len(name)-1 {
		return name[:i], name[i:]
	}
	return name, ""
}

func (p path) suffixes() *starlark.List {
	name := p.name()
	if strings.HasSuffix(name, ".") {
		return starlark.NewList(nil)
	}
	var all []string
	for _, s := range strings.Split(strings.TrimLeft(name, "."), ".")[1:] {
		all = append(all, "."+s)
	}
	return stringList(all)
}

func pureAttributes() attributes[path] {
	return attributes[path]{
		"name":     attribute(func(p path) starlark.String { return starlark.String(p.name()) }),
		"stem":     attribute(func(p path) starlark.String { stem, _ := p.suffix(); return starlark.String(stem) }),
		"suffix":   attribute(func(p path) starlark.String { _, suffix := p.suffix(); return starlark.String(suffix) }),
		"suffixes": attribute(path.suffixes),
		"parent":   attribute(path.parent),
		"parents":  attribute(path.parents),
		"parts":    attribute(func(p path) starlark.Tuple { return tupleOf(p.parts()) }),
		"root":     attribute(func(p path) starlark.String { return starlark.String(p.root()) }),
		"anchor":   attribute(func(p path) starlark.String { return starlark.String(p.root()) }),
		"drive":    attribute(func(path) starlark.String { return "" }),
		"as_posix": bound("as_posix", path.asText), "__fspath__": bound("__fspath__", path.asText), "__str__": bound("__str__", path.asText),
		"as_uri":         bound("as_uri", path.asURI),
		"is_absolute":    bound("is_absolute", path.isAbsolute),
		"is_relative_to": bound("is_relative_to", path.isRelativeTo),
		"relative_to":    bound("relative_to", path.relativeTo),
		"joinpath":       bound("joinpath", path.joinpath),
		"match":          bound("match", path.match),
		"with_name":      bound("with_name", path.withName),
		"with_stem":      bound("with_stem", path.withStem),
		"with_suffix":    bound("with_suffix", path.withSuffix),
	}
}

func tupleOf(items []string) starlark.Tuple {
	tuple := make(starlark.Tuple, len(items))
	for i, item := range items {
		tuple[i] = starlark.String(item)
	}
	return tuple
}

// Attr implements starlark.HasAttrs.
func (p path) Attr(name string) (starlark.Value, error) {
	if f := pureAttributes()[name]; f != nil {
		return f(p)
	}
	if f := concreteAttributes()[name]; f != nil && p.concrete {
		return f(p)
	}
	if p.concrete {
		switch name {
		case "cwd":
			return function(name, pathCwd), nil
		case "home":
			return function(name, pathHome), nil
		}
	}
	return nil, missingAttribute("'"+p.Type()+"' object", name, p.AttrNames(), map[string]string{"link_to": "", "is_mount": "", "is_socket": "", "is_fifo": ""})
}

// AttrNames implements starlark.HasAttrs.
func (p path) AttrNames() []string {
	names := pureAttributes().names()
	if p.concrete {
		names = append(names, concreteAttributes().names()...)
	}
	slices.Sort(names)
	return names
}

func (p path) asText(c *call) (starlark.Value, error) {
	return starlark.String(p.text), c.unpack()
}

func (p path) asURI(c *call) (starlark.Value, error) {
	if p.root() == "" {
		return nil, builtin.Raise(builtin.ValueError, "relative path can't be expressed as a file URI")
	}
	return starlark.String("file://" + quoteURL(p.text, "/")), c.unpack()
}

func (p path) isAbsolute(c *call) (starlark.Value, error) {
	return starlark.Bool(p.root() != ""), c.unpack()
}

func (p path) joinpath(c *call) (starlark.Value, error) {
	text, err := joinSegments(c.thread, "joinpath", p.text, c.args)
	return p.with(text), err
}

// below returns what is left of a path below another one.
func (p path) below(c *call) (rest []string, base string, ok bool, err error) {
	if len(c.args) == 0 {
		return nil, "", false, builtin.Raise(builtin.TypeError, "%s() missing 1 required positional argument: 'other'", c.b.Name())
	}
	if base, err = joinSegments(c.thread, c.b.Name(), "", c.args); err != nil {
		return nil, "", false, err
	}
	parts, other := p.parts(), path{text: base}.parts()
	if len(parts) < len(other) || !slices.Equal(parts[:len(other)], other) {
		return nil, base, false, nil
	}
	return parts[len(other):], base, true, nil
}

func (p path) isRelativeTo(c *call) (starlark.Value, error) {
	_, _, ok, err := p.below(c)
	return starlark.Bool(ok), err
}

func (p path) relativeTo(c *call) (starlark.Value, error) {
	rest, base, ok, err := p.below(c)
	if err == nil && !ok {
		err = builtin.Raise(builtin.ValueError, "%s is not in the subpath of %s OR one path is relative and the other is absolute.",
			builtin.Repr(starlark.String(p.text)), builtin.Repr(starlark.String(base)))
	}
	return p.with(strings.Join(rest, "/")), err
}

func (p path) match(c *call) (starlark.Value, error) {
	pattern, err := c.onePath()
	if err != nil {
		return nil, err
	}
	want, parts := path{text: cleanPath(pattern)}.parts(), p.parts()
	switch {
	case len(want) == 0:
		return nil, builtin.Raise(builtin.ValueError, "empty pattern")
	case strings.HasPrefix(pattern, "/") && len(want) != len(parts), len(want) > len(parts):
		return starlark.False, nil
	}
	for i, part := range parts[len(parts)-len(want):] {
		if !nameMatches(want[i], part) {
			return starlark.False, nil
		}
	}
	return starlark.True, nil
}

func (p path) withName(c *call) (starlark.Value, error) {
	var name string
	if err := c.unpack("name", &name); err != nil {
		return nil, err
	}
	return p.rename(name)
}

func (p path) rename(name string) (starlark.Value, error) {
	if p.name() == "" {
		return nil, builtin.Raise(builtin.ValueError, "%s has an empty name", p)
	}
	if name == "" || name == "." || strings.Contains(name, "/") {
		return nil, builtin.Raise(builtin.ValueError, "Invalid name %s", builtin.Repr(starlark.String(name)))
	}
	return p.with(strings.TrimSuffix(p.text, p.name()) + name), nil
}

func (p path) withStem(c *call) (starlark.Value, error) {
	var stem string
	if err := c.unpack("stem", &stem); err != nil {
		return nil, err
	}
	_, suffix := p.suffix()
	return p.rename(stem + suffix)
}

func (p path) withSuffix(c *call) (starlark.Value, error) {
	var suffix string
	if err := c.unpack("suffix", &suffix); err != nil {
		return nil, err
	}
	if strings.Contains(suffix, "/") || suffix != "" && (suffix[0] != '.' || suffix == ".") {
		return nil, builtin.Raise(builtin.ValueError, "Invalid suffix %s", builtin.Repr(starlark.String(suffix)))
	}
	stem, _ := p.suffix()
	return p.rename(stem + suffix)
}
