package deploy

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
	"cygnet/deploy/library"
	"cygnet/deploy/syntax"
	"cygnet/fleet"
)

// An inventory can be a function of a module, or a list in one.

// A function is what a word like pkg.module:name means.
type function struct {
	module, name string
	loader       *loader
	source       *library.Source
	at           syntax.Position // of its definition
}

// findFunction returns the function that a word means, or nil if it means none.
// A word with a dot may be a host's name: it means a function if there is a
// module of that name, and that binds the name.
func findFunction(spec string, o Options) (*function, error) {
	module, name, colon := strings.Cut(spec, ":")
	if !colon {
		var ok bool
		if module, name, ok = cutLast(spec); !ok {
			return nil, nil
		}
	}
	if !isDotted(module) || !isIdentifier(name) {
		return nil, nil
	}
	l := newLoader("", Options{Registry: o.Registry, Folders: o.Folders, Limits: o.Limits})
	if !l.hasModule(module) {
		if colon {
			return nil, fmt.Errorf("inventory %q: there is no module %s here, and a host's port is a number", spec, module)
		}
		return nil, nil
	}
	if _, err := l.module(module); err != nil {
		return nil, err
	}
	f := &function{module: module, name: name, loader: l, source: l.sources.Module(module)}
	if !f.bound() {
		if colon {
			return nil, placed(f.source.File, 0, 0, fmt.Sprintf("nothing in it is called %s", name))
		}
		return nil, nil
	}
	return f, nil
}

// hasModule reports whether a module is a file, without reading it.
func (l *loader) hasModule(name string) bool {
	relative := filepath.FromSlash(strings.ReplaceAll(name, ".", "/"))
	return slices.ContainsFunc(l.options.Folders, func(folder string) bool {
		base := filepath.Join(folder, relative)
		return isFile(filepath.Join(base, "__init__.py")) || isFile(base+".py")
	})
}

// bound reports whether the module binds the function's name, and notes where.
func (f *function) bound() bool {
	_, places := f.loader.definitions(f.source.File)
	if at, ok := places[f.name]; ok {
		f.at = at
		return true
	}
	for _, statement := range f.loader.files[f.source.File].tree.Body {
		if def, ok := statement.(*syntax.FuncDef); ok && def.Name == f.name {
			f.at = def.Position
			return true
		}
	}
	return false
}

func isDotted(name string) bool {
	for part := range strings.SplitSeq(name, ".") {
		if !isIdentifier(part) {
			return false
		}
	}
	return true
}

func isIdentifier(name string) bool {
	for i, c := range name {
		letter := c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && (i == 0 || c < '0' || '9' < c) {
			return false
		}
	}
	return name != ""
}

// function adds what a function returns, or a list holds.
func (b *builder) function(ctx context.Context, f *function) error {
	b.beside(f.source.File)
	v, err := f.value(ctx, b.options)
	if err != nil {
		return err
	}
	file := &dataFile{
		loader: f.loader, path: f.source.File, options: b.options, places: map[string]syntax.Position{f.name: f.at},
	}
	groups, err := file.returned(f.name, v)
	if err != nil {
		return err
	}
	hosts := 0
	for i, g := range groups {
		if groups[i].members, err = b.expand(g.members); err != nil {
			return file.member(f.name, err)
		}
		hosts += len(groups[i].members)
		file.places[g.name] = f.at
	}
	if hosts == 0 {
		return &Error{File: f.source.File, Line: int(f.at.Line), err: fleet.ErrNoHosts, Message: f.name + ": no hosts"}
	}
	return b.groups(file, groups)
}

// value runs the module, calls the function and returns its result.
func (f *function) value(ctx context.Context, o Options) (v starlark.Value, err error) {
	session := f.loader.library.Session(library.Setting{
		Say: o.say, Sources: f.loader.sources, Limits: o.Limits, Explain: f.loader.explain,
	})
	globals, err := f.loader.run(ctx, session, f.source)
	if err != nil {
		return nil, err
	}
	if v = globals[f.name]; v == nil || library.IsUnbound(v) {
		return nil, f.loader.errorAt(f.source.File, int(f.at.Line), int(f.at.Column), f.name+" has no value when the module has run")
	}
	call, ok := v.(starlark.Callable)
	if !ok {
		return v, nil
	}
	v = starlark.None
	err = f.loader.enter(ctx, session, f.source, func(thread *starlark.Thread) error {
		var err error
		if v, err = starlark.Call(thread, call, nil, nil); err != nil {
			return err
		}
		if it, ok := v.(*builtin.Iterator); ok {
			items, err := builtin.Collect(it)
			v = starlark.NewList(items)
			return err
		}
		return nil
	})
	return v, err
}

// returned reads what a function returns: a dict of groups, or hosts of none.
func (f *dataFile) returned(name string, v starlark.Value) ([]group, error) {
	dict, ok := v.(*starlark.Dict)
	if !ok {
		g, err := f.returnedGroup(name, fleet.All, v)
		return []group{g}, err
	}
	var groups []group
	for _, item := range dict.Items() {
		key, ok := starlark.AsString(item[0])
		if !ok || key == "" {
			return nil, f.errorAt(name, fmt.Sprintf("%s: the name of a group must be a string, not %s", name, library.Describe(item[0])))
		}
		g, err := f.returnedGroup(name, key, item[1])
		if err != nil {
			return nil, err
		}
		groups = append(groups, g)
	}
	return groups, nil
}

// returnedGroup reads one group: hosts, or a tuple of hosts and data.
func (f *dataFile) returnedGroup(name, key string, v starlark.Value) (group, error) {
	g := group{name: key}
	if pair, ok := v.(starlark.Tuple); ok {
		if dict, isDict := second(pair); isDict {
			var err error
			if g.data, err = f.data(name, dict); err != nil {
				return g, err
			}
			v = pair[0]
		}
	}
	var list starlark.Indexable
	switch v := v.(type) {
	case *starlark.List:
		list = v
	case starlark.Tuple:
		list = v
	default:
		return g, f.errorAt(name, fmt.Sprintf("%s: group %s must be a list of hosts, or (hosts, data), not %s: "+
			"an inventory is a dict of such groups, or one list", name, key, library.Describe(v)))
	}
	members, wrong, err := f.members(name, list)
	if wrong != "" {
		err = f.errorAt(name, fmt.Sprintf("%s: group %s: %s", name, key, wrong))
	}
	g.members = members
	return g, err
}
