package syntax

import (
	"errors"
	"fmt"

	"go.starlark.net/resolve"
	"go.starlark.net/starlark"
	ast "go.starlark.net/syntax"
)

// A Program is a compiled file. It can be run by any number of threads at the
// same time; each calls Init with its own predeclared values, which must have
// every name of [Helpers] and every name that Compile was told of.
type Program struct {
	// File is the name that errors and positions have.
	File string
	// Starlark is the program. Its globals are the names that the file binds,
	// and names of the lowering's own, which begin with "$".
	Starlark *starlark.Program
	// Imports are the imports of the file, wherever they stand in it, in the
	// order of the file.
	Imports []Dependency
}

// A Dependency is a module that a file imports.
type Dependency struct {
	// Module is the module's full name, or what follows the dots if Level is
	// not 0. It is empty for `from . import name`.
	Module string
	// Level is the number of leading dots.
	Level int
	// Names are the names after `import` in a from import. Each may be an
	// attribute or a submodule. It is empty in `import a.b`.
	Names []string
	// Optional says that the file goes on without the module: the import is in
	// a try statement that catches ImportError.
	Optional bool
	// Pos is where the statement begins.
	Pos Position
}

// Compile reads a file and makes a program of it. predeclared tells which
// names that the file does not bind are builtins; nil means that none is. An
// error is of type [Errors]; it has everything that the file uses and that is
// not supported.
func Compile(file string, text []byte, predeclared func(name string) bool) (*Program, error) {
	m, err := Parse(file, text)
	if err != nil {
		return nil, err
	}
	return m.Compile(predeclared)
}

// Compile makes a program of a file that was read by [Parse]; see the function
// [Compile].
func (m *Module) Compile(predeclared func(name string) bool) (*Program, error) {
	if predeclared == nil {
		predeclared = func(string) bool { return false }
	}
	if errs := check(m); len(errs) > 0 {
		return nil, errs
	}
	l := newLowerer(m, predeclared)
	tree := l.module(m)
	if len(l.errs) > 0 {
		return nil, l.errs
	}
	program, err := build(m, tree, predeclared)
	if err != nil {
		return nil, err
	}
	return &Program{File: m.File, Starlark: program, Imports: l.imports}, nil
}

// helpers is the set of Helpers.
var helpers = func() map[string]bool {
	set := map[string]bool{}
	for _, name := range Helpers() {
		set[name] = true
	}
	return set
}()

// build gives the tree to Starlark's compiler. What goes wrong there is a
// fault of the lowering; it is reported like an error of the file, so that one
// strange file does not end the whole run.
func build(m *Module, tree *ast.File, predeclared func(string) bool) (p *starlark.Program, err error) {
	defer func() {
		if r := recover(); r != nil {
			p = nil
			err = Errors{m.src.errorAt(Position{1, 1}, "please report this", "cannot be compiled: %v", r)}
		}
	}()
	p, err = starlark.FileProgram(tree, func(name string) bool {
		return helpers[name] || predeclared(name)
	})
	if err == nil {
		return p, nil
	}
	if list, ok := errors.AsType[resolve.ErrorList](err); ok {
		var errs Errors
		for _, e := range list {
			errs = append(errs, m.src.errorAt(Position{e.Pos.Line, e.Pos.Col}, "", "%s", e.Msg))
		}
		return nil, errs
	}
	return nil, fmt.Errorf("compile %s: %w", m.File, err)
}
