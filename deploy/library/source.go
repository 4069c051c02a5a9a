package library

import (
	"fmt"
	"strings"
	"sync"

	"go.starlark.net/starlark"

	"cygnet/deploy/jinja"
	"cygnet/deploy/syntax"
)

// A Source is one of the user's own files. It is read only once it is made.
type Source struct {
	// Module is the name it is imported by, such as "tasks.web"; "__main__" for
	// the file that was asked for.
	Module string
	// File is its path, as messages have it.
	File string
	// Package says that it is a folder, with or without an __init__.py.
	Package bool
	// Number counts the files in the order in which they were read, from 0.
	Number int
	// Program is the file, compiled; nil for a folder without __init__.py.
	Program *syntax.Program

	predeclared starlark.StringDict
}

// Sources are the user's files that take part in a program, by module.
type Sources struct {
	byModule map[string]*Source
	byFile   map[string]*Source
	// mu guards both: files are included while deploys run.
	mu *sync.RWMutex
	// templates are those that were parsed: once for all hosts.
	templates *jinja.Cache
}

// NewSources returns an empty set.
func NewSources() Sources {
	return Sources{map[string]*Source{}, map[string]*Source{}, &sync.RWMutex{}, &jinja.Cache{Files: templateFolder()}}
}

// Add gives a source its number and keeps it.
func (s Sources) Add(source *Source) {
	s.mu.Lock()
	defer s.mu.Unlock()
	source.Number = len(s.byModule)
	source.predeclared = source.names()
	s.byModule[source.Module] = source
	s.byFile[source.File] = source
}

// Module returns the source of that name, or nil.
func (s Sources) Module(name string) *Source {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.byModule[name]
}

// number returns a file's number; files that are not sources come last.
func (s Sources) number(file string) int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if source := s.byFile[file]; source != nil {
		return source.Number
	}
	return len(s.byFile)
}

// parent returns the name of the package that relative imports start from.
func (s *Source) parent() string {
	if s.Package {
		return s.Module
	}
	if i := strings.LastIndexByte(s.Module, '.'); i >= 0 {
		return s.Module[:i]
	}
	return ""
}

// Resolve returns the full name of a module that the source imports; level is
// the number of dots before the name.
func (s *Source) Resolve(module string, level int) (string, error) {
	if level == 0 {
		return module, nil
	}
	base := s.parent()
	if base == "" {
		return "", fmt.Errorf("a relative import works only in a file of a package; import the module by its name")
	}
	for range level - 1 {
		i := strings.LastIndexByte(base, '.')
		if i < 0 {
			return "", fmt.Errorf("the relative import leads out of package %s", base)
		}
		base = base[:i]
	}
	if module == "" {
		return base, nil
	}
	return base + "." + module, nil
}
