// Package library is what a deploy file may import: the names of pyinfra, and
// what deploys use of Python's standard library.
//
// A [Library] knows which modules there are and what each has, so that an import
// of anything else is refused when a file is read. A [Session] is one run of a
// deploy for one host: it makes the modules' values, which belong to that run
// alone, because host and config are not the same for two hosts.
//
// One module stands in one file here. A module has what it has in full; what is
// known and not supported yet is refused by its name.
package library

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
	"cygnet/deploy/syntax"
	"cygnet/modules"
	"cygnet/op"
	"cygnet/op/argument"
)

// A Library is the modules that files may import, besides the user's own. It is
// read only once it is made.
type Library struct {
	registry *modules.Registry
	modules  map[string]*definition
	mod      starlark.Value // the function of Python's operator %
}

// A definition is a module: its names and how their values are made.
type definition struct {
	name string
	// values makes the value of each name, for one session.
	values map[string]func(*Session) starlark.Value
	// later is what the module has in Python and not yet here, with a word on
	// what to do instead, which may be empty.
	later map[string]string
	// what an attribute of the module is called in messages.
	what string
}

// constant makes values that are the same in every session; they must not be
// changeable.
func constant(v starlark.Value) func(*Session) starlark.Value {
	return func(*Session) starlark.Value { return v }
}

// New returns the library of a registry of operations and facts.
func New(registry *modules.Registry) *Library {
	l := &Library{registry: registry, modules: map[string]*definition{}, mod: builtin.Predeclared()[syntax.Mod]}
	for _, d := range append(standardModules(),
		pyinfraModule(), contextModule(), apiModule(), exceptionsModule(), deployModule(),
		apiOperationModule(), apiCommandModule(), apiFactsModule(), apiUtilModule(), apiHintsModule("host", "Host"), apiHintsModule("state", "State"),
		localModule(), operationsUtilModule(), pythonModule(),
		osModule(), osPathModule(), ioModule(), timeModule(), jsonModule(), contextlibModule(),
		typingModule(), abcModule(), dataclassesModule(), enumModule(), collectionsModule(), collectionsABCModule(), futureModule(),
	) {
		l.modules[d.name] = d
	}
	l.addRegistry("pyinfra.operations", func(m op.Module) *definition { return operationsModule(m) })
	l.modules["pyinfra.operations"].values["python"] = submodule("pyinfra.operations.python")
	l.modules["pyinfra.operations"].values["util"] = submodule("pyinfra.operations.util")
	l.addRegistry("pyinfra.facts", func(m op.Module) *definition { return factsModule(m) })
	return l
}

// addRegistry adds one module for each of the registry's, and the package that
// holds them.
func (l *Library) addRegistry(name string, make func(op.Module) *definition) {
	pkg := &definition{name: name, values: map[string]func(*Session) starlark.Value{}, later: laterModules, what: "module"}
	l.modules[name] = pkg
	for _, m := range l.registry.Modules() {
		d := make(m)
		if len(d.values) == 0 {
			continue
		}
		l.modules[d.name] = d
		pkg.values[m.Name] = submodule(d.name)
	}
}

func submodule(name string) func(*Session) starlark.Value {
	return func(s *Session) starlark.Value { return s.module(name) }
}

// canonical returns the name under which a module is kept: the names of cygnet
// are those of pyinfra.
func canonical(name string) string {
	if rest, ok := strings.CutPrefix(name, "cygnet"); ok && (rest == "" || rest[0] == '.') {
		return "pyinfra" + rest
	}
	return name
}

// Has reports whether there is a module of that name.
func (l *Library) Has(module string) bool { return l.modules[canonical(module)] != nil }

// Check says what is wrong with an import: of a module if name is empty, else
// of a name from a module. It returns "" if nothing is.
func (l *Library) Check(module, name string) string {
	d := l.modules[canonical(module)]
	switch {
	case d == nil:
		return l.unknownModule(module)
	case name == "" || d.values[name] != nil || l.modules[d.name+"."+name] != nil:
		return ""
	}
	if why, ok := d.later[name]; ok {
		return later(module+"."+name, why)
	}
	return d.unknown(module, name)
}

func later(name, why string) string {
	text := name + " is not supported yet"
	if why != "" {
		text += ": " + why
	}
	return text
}

func (d *definition) unknown(module, name string) string {
	text := fmt.Sprintf("module %s has no %s %q", module, d.what, name)
	if near := argument.Nearest(name, d.names()); near != "" {
		text += fmt.Sprintf(", did you mean %q?", near)
	} else if names := d.names(); len(names) > 0 && len(names) <= 20 {
		text += "; it has " + strings.Join(names, ", ")
	}
	return text
}

func (d *definition) names() []string { return slices.Sorted(maps.Keys(d.values)) }

// unknownModule says that there is no such module here, and what to do.
func (l *Library) unknownModule(module string) string {
	names := slices.Sorted(maps.Keys(l.modules))
	top, _, _ := strings.Cut(module, ".")
	if parent, name, ok := cutLast(canonical(module)); ok && l.modules[parent] != nil {
		if why, ok := l.modules[parent].later[name]; ok {
			return later("module "+module, why)
		}
	}
	if strings.HasPrefix(canonical(module), "pyinfra.modules") {
		return "no module is called " + module + ": since pyinfra 1 it is pyinfra.operations"
	}
	if canonical(top) == "pyinfra" {
		text := "no module is called " + module
		if near := argument.Nearest(canonical(module), names); near != "" {
			return text + ", did you mean " + near + "?"
		}
		return text + ", or it is not supported yet"
	}
	if notYet[top] {
		return later("module "+module, "do without it, or move what it computes into a file that the deploy reads")
	}
	text := "no module is called " + module
	if near := argument.Nearest(module, names); near != "" {
		return text + ", did you mean " + near + "?"
	}
	return text + ": modules of your own are files in the working folder or beside the deploy; packages from PyPI cannot be imported"
}

func cutLast(name string) (parent, last string, ok bool) {
	i := strings.LastIndexByte(name, '.')
	if i < 0 {
		return "", name, false
	}
	return name[:i], name[i+1:], true
}

// laterModules are modules of operations and facts that pyinfra has. Those that
// are here too are found before these are looked at.
var laterModules = func() map[string]string {
	names := map[string]string{}
	for name := range strings.FieldsSeq(`apk apt brew bsdinit cargo choco crontab deb dnf docker efibootmgr eselect
		files flatpak freebsd gem git gpg hardware iptables launchd lxd mysql npm opkg openrc pacman pip pipx pkg
		pkgin podman postgres postgresql puppet python rpm runit selinux server snap ssh systemd sysvinit upstart
		util vzctl windows xbps yum zfs zypper`) {
		names[name] = ""
	}
	return names
}()

// notYet are modules of Python's standard library that deploys are known to use.
var notYet = map[string]bool{
	"argparse": true, "copy": true, "csv": true, "getpass": true, "inspect": true, "math": true,
	"platform": true, "pprint": true, "queue": true, "random": true, "socket": true, "string": true,
	"threading": true, "traceback": true, "urllib": true, "uuid": true,
}

// sortedKeys returns the keys of a map in order.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
