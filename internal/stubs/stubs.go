// Package stubs writes what a deploy can import as .pyi files, for editors and
// type checkers. Operations and facts are taken off the Go structs that they
// are; what else there is, off the library of deploys: a name whose type is not
// known to api.pyi is Any.
package stubs

import (
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"cygnet/deploy/library"
	"cygnet/fact"
	"cygnet/modules"
	"cygnet/op"
	"cygnet/op/argument"
)

//go:embed api.pyi
var api string

// imports stand at the start of every file that needs types.
const imports = `from datetime import datetime
from typing import IO, Any, Callable

from pyinfra.api import FactBase, OperationMeta

`

// objects are what the names of pyinfra.context are.
var objects = map[string]string{"host": "Host", "inventory": "Inventory", "config": "Config", "state": "State", "logger": "Logger"}

// globals are the types of the global arguments; see package library.
var globals = map[string]string{
	"name": "str", "_sudo": "bool", "_sudo_user": "str", "_env": "dict[str, str]", "_chdir": "str", "_shell_executable": "str",
	"_timeout": "int | float", "_success_exit_codes": "list[int]", "_ignore_errors": "bool", "_continue_on_error": "bool",
	"_if": "Callable[[], bool] | list[Callable[[], bool]]", "_parallel": "int", "_run_once": "bool", "_serial": "bool",
	"_retries": "int", "_retry_delay": "int | float", "_retry_until": "Callable[[dict[str, Any]], bool]",
}

// Files returns the stubs for a registry's operations and facts and for all else
// of pyinfra that can be imported, by their paths. The same names are there under
// cygnet.
func Files(registry *modules.Registry) map[string]string {
	files := map[string]string{}
	lib := library.New(registry)
	for _, module := range lib.Modules() {
		if module != "pyinfra" && !strings.HasPrefix(module, "pyinfra.") {
			continue // Python's own, which has stubs
		}
		path := pathOf(lib, module)
		files[path] = moduleText(registry, lib, module)
		again := "from " + module + " import *\n"
		for _, name := range lib.Names(module) {
			if slices.Contains(lib.Modules(), module+"."+name) {
				again += "from . import " + name + " as " + name + "\n"
			}
		}
		files["cygnet"+strings.TrimPrefix(path, "pyinfra")] = again
	}
	return files
}

// pathOf returns the file of a module: a package if it has submodules.
func pathOf(lib *library.Library, module string) string {
	path := strings.ReplaceAll(module, ".", "/")
	for _, other := range lib.Modules() {
		if strings.HasPrefix(other, module+".") {
			return path + "/__init__.pyi"
		}
	}
	return path + ".pyi"
}

func moduleText(registry *modules.Registry, lib *library.Library, module string) string {
	if name, ok := strings.CutPrefix(module, "pyinfra.operations."); ok {
		m, _ := registry.Module(name)
		return operationsText(m) + others(lib, module, operationNames(m))
	}
	if name, ok := strings.CutPrefix(module, "pyinfra.facts."); ok {
		m, _ := registry.Module(name)
		return factsText(m) + others(lib, module, factNames(m))
	}
	var b strings.Builder
	if module == "pyinfra.api" {
		b.WriteString(api + "\n")
	} else {
		b.WriteString("from typing import Any\n\n")
	}
	for _, name := range lib.Names(module) {
		class := objects[name]
		switch {
		case slices.Contains(lib.Modules(), module+"."+name):
			fmt.Fprintf(&b, "from . import %s as %s\n", name, name)
		case (module == "pyinfra" || module == "pyinfra.context") && class != "":
			fmt.Fprintf(&b, "from pyinfra.api import %s as _%s\n%s: _%s\n", class, class, name, class)
		case module == "pyinfra.api" && defined(name):
		case defined(name):
			fmt.Fprintf(&b, "from pyinfra.api import %s as %s\n", name, name)
		default:
			fmt.Fprintf(&b, "%s: Any\n", name)
		}
	}
	return b.String()
}

// others are the functions of a module that are no operations or facts of the
// registry, such as python.call: what they take is up to what they are given.
func others(lib *library.Library, module string, known []string) string {
	var b strings.Builder
	for _, name := range lib.Names(module) {
		if slices.Contains(known, module[strings.LastIndexByte(module, '.')+1:]+"."+name) {
			continue
		}
		fmt.Fprintf(&b, "def %s(*args: Any, **kwargs: Any) -> Any: ...\n", name)
	}
	return b.String()
}

func operationNames(m op.Module) []string {
	var names []string
	for _, d := range m.Operations {
		names = append(names, d.Name)
	}
	return names
}

func factNames(m op.Module) []string {
	var names []string
	for _, d := range m.Facts {
		names = append(names, d.Name)
	}
	return names
}

// defined reports whether api.pyi has a name.
func defined(name string) bool {
	return regexp.MustCompile(`(?m)^(class|def) ` + regexp.QuoteMeta(name) + `\b`).MatchString(api)
}

func operationsText(m op.Module) string {
	b := strings.Builder{}
	b.WriteString(imports)
	for _, d := range m.Operations {
		_, name, _ := strings.Cut(d.Name, ".")
		params := append(parameters(d.Type), "*")
		for _, global := range library.GlobalNames() {
			if !takes(d.Type, global) {
				params = append(params, global+": "+optional(globalType(global))+" = ...")
			}
		}
		write(&b, "def "+name, params, "OperationMeta")
	}
	return b.String()
}

func globalType(name string) string {
	if hint := globals[name]; hint != "" {
		return hint
	}
	return "Any"
}

func takes(t reflect.Type, name string) bool {
	return slices.ContainsFunc(argument.Of(t), func(p argument.Parameter) bool { return p.Name == name })
}

// write writes a function, each parameter on its own line if there are many.
func write(b *strings.Builder, head string, params []string, result string) {
	indent := head[:len(head)-len(strings.TrimLeft(head, " "))]
	if len(params) < 3 {
		fmt.Fprintf(b, "%s(%s) -> %s: ...\n", head, strings.Join(params, ", "), result)
		return
	}
	fmt.Fprintf(b, "%s(\n", head)
	for _, p := range params {
		fmt.Fprintf(b, "%s    %s,\n", indent, p)
	}
	fmt.Fprintf(b, "%s) -> %s: ...\n", indent, result)
}

// parameters returns the parameters of a struct. One that is required and stands
// behind one that is not can be left out as far as Python knows.
func parameters(t reflect.Type) []string {
	var params []string
	mayMiss := false
	for _, p := range argument.Of(t) {
		hint := "bool"
		if !p.Inverted {
			hint = typeOf(p.TypeName())
		}
		mayMiss = mayMiss || !p.Required
		switch {
		case !mayMiss:
			params = append(params, p.Name+": "+hint)
		case p.Required:
			params = append(params, p.Name+": "+hint+" = ...")
		default:
			params = append(params, p.Name+": "+optional(hint)+" = ...")
		}
	}
	return params
}

func optional(hint string) string {
	if strings.Contains(hint, "None") || hint == "Any" {
		return hint
	}
	return hint + " | None"
}

// listOf is a list, for which a single element may stand.
var listOf = regexp.MustCompile(`^list\[(.+)\]$`)

var bareIO = regexp.MustCompile(`\bIO\b`)

// typeOf completes the name of an argument's type.
func typeOf(name string) string {
	name = bareIO.ReplaceAllString(name, "IO[Any]")
	if found := listOf.FindStringSubmatch(name); found != nil {
		return name + " | " + found[1]
	}
	return name
}

func factsText(m op.Module) string {
	b := strings.Builder{}
	b.WriteString(imports)
	for _, d := range m.Facts {
		_, name, _ := strings.Cut(d.Name, ".")
		result := "Any"
		if parse, ok := d.Type.MethodByName("Parse"); ok {
			result = answer(parse.Type.Out(0))
		}
		fmt.Fprintf(&b, "class %s(FactBase[%s]):\n", name, result)
		if params := parameters(d.Type); len(params) > 0 {
			b.WriteString("    # The arguments that host.get_fact takes for it.\n")
			write(&b, "    def command", append([]string{"self"}, params...), "Any")
		} else {
			b.WriteString("    ...\n")
		}
	}
	return b.String()
}

// answer names the type of what a fact returns.
func answer(t reflect.Type) string {
	if t.Kind() != reflect.Pointer && t.Implements(reflect.TypeFor[fact.Plainer]()) {
		switch zero := fact.Plain(reflect.Zero(t).Interface()); {
		case zero == nil && t.Kind() == reflect.Struct:
			return "Any" // such as False for something else
		case zero == nil:
			return optional(kind(t))
		}
		return "Any"
	}
	return kind(t)
}

func kind(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "bool"
	case reflect.String:
		return "str"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return "int"
	case reflect.Float32, reflect.Float64:
		return "float"
	case reflect.Pointer:
		return optional(answer(t.Elem()))
	case reflect.Slice, reflect.Array:
		return "list[" + answer(t.Elem()) + "]"
	case reflect.Map:
		return "dict[" + answer(t.Key()) + ", " + answer(t.Elem()) + "]"
	case reflect.Struct:
		if t == reflect.TypeFor[time.Time]() {
			return "datetime"
		}
		return "dict[str, Any]"
	}
	return "Any"
}

// Write writes the stubs below a folder. Files of the same names are replaced,
// others are left alone.
func Write(dir string, registry *modules.Registry) (files int, err error) {
	texts := Files(registry)
	for _, path := range slices.Sorted(maps.Keys(texts)) {
		to := filepath.Join(dir, filepath.FromSlash(path))
		err := os.MkdirAll(filepath.Dir(to), 0o755)
		if err = errors.Join(err, os.WriteFile(to, []byte(texts[path]), 0o644)); err != nil {
			return 0, fmt.Errorf("write stubs: %w", err)
		}
	}
	return len(texts), nil
}
