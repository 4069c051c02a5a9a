package deploy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"go.starlark.net/starlark"

	"cygnet/deploy/library"
	"cygnet/deploy/syntax"
	"cygnet/modules"
)

// MaxFile is the size, in bytes, of the largest file that is read.
const MaxFile = 16 << 20

// A loader reads a file and those that it imports.
type loader struct {
	options Options
	library *library.Library
	sources library.Sources
	files   map[string]file
	// reading guards files: deploys include files while they run.
	reading  sync.RWMutex
	included includes
}

// A file is one that was read.
type file struct {
	tree  *syntax.Module
	lines []string
}

// newLoader returns a loader of what a file and its imports need. Modules of the
// user's own are looked for in the working folder first, as in pyinfra.
func newLoader(path string, o Options) *loader {
	if o.Registry == nil {
		o.Registry = modules.NewRegistry()
	}
	if o.Folders == nil {
		o.Folders = []string{"."}
		if dir := filepath.Dir(path); dir != "." {
			o.Folders = append(o.Folders, dir)
		}
	}
	return &loader{options: o, library: library.New(o.Registry), sources: library.NewSources(), files: map[string]file{}}
}

// file reads one file as a module, and what it imports.
func (l *loader) file(path, module string, pkg bool) (*library.Source, error) {
	text, err := readFile(path)
	if err != nil {
		return nil, err
	}
	return l.text(path, module, pkg, text)
}

// text reads the text of a file as a module, and what it imports.
func (l *loader) text(path, module string, pkg bool, text []byte) (*library.Source, error) {
	lines := strings.Split(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n")
	tree, err := syntax.Parse(path, text)
	if err != nil {
		return nil, l.refused(err)
	}
	l.reading.Lock()
	l.files[path] = file{tree, lines}
	l.reading.Unlock()
	program, err := tree.Compile(library.Known)
	if err != nil {
		return nil, l.refused(err)
	}
	source := &library.Source{Module: module, File: path, Package: pkg, Program: program}
	l.sources.Add(source)
	errs := l.imports(source)
	errs = append(errs, l.check(path, tree)...)
	if len(errs) > 0 {
		slices.SortStableFunc(errs, before)
		return nil, errs
	}
	return source, nil
}

// imports checks and loads what a source imports.
func (l *loader) imports(source *library.Source) Errors {
	var errs Errors
	for _, d := range source.Program.Imports {
		err := l.dependency(source, d)
		if _, wrong := errors.AsType[Errors](err); d.Optional && !wrong {
			continue // the file catches the ImportError when it runs
		}
		if err != nil {
			errs = append(errs, l.imported(source, d, err)...)
		}
	}
	return errs
}

// imported places an error of an import, unless it has a place of its own, in
// the file that was imported.
func (l *loader) imported(source *library.Source, d syntax.Dependency, err error) Errors {
	if errs, ok := errors.AsType[Errors](err); ok {
		return errs
	}
	line, column := int(d.Pos.Line), int(d.Pos.Column)
	return Errors{l.errorAt(source.File, line, column, err.Error())}
}

func (l *loader) dependency(source *library.Source, d syntax.Dependency) error {
	module, err := source.Resolve(d.Module, d.Level)
	if err != nil {
		return err
	}
	if d.Level == 0 && l.library.Has(module) {
		return l.libraryNames(module, d.Names)
	}
	found, err := l.module(module)
	if err != nil {
		return err
	}
	if !found {
		if why := l.library.Check(module, ""); why != "" && d.Level == 0 {
			return errors.New(why)
		}
		return fmt.Errorf("there is no module %s beside %s", module, source.File)
	}
	// A name may be a submodule; if it is not, whether the file has it is known
	// when it has run.
	for _, name := range d.Names {
		if _, err := l.module(module + "." + name); err != nil {
			return err
		}
	}
	return nil
}

// libraryNames checks names that are imported from a module of the library.
func (l *loader) libraryNames(module string, names []string) error {
	for _, name := range names {
		if why := l.library.Check(module, name); why != "" {
			return errors.New(why)
		}
	}
	return nil
}

// module loads a module of the user's own, with the packages above it, and
// reports whether there is one.
func (l *loader) module(name string) (bool, error) {
	if l.sources.Module(name) != nil {
		return true, nil
	}
	if parent, _, ok := cutLast(name); ok {
		if found, err := l.module(parent); !found || err != nil {
			return false, err
		}
	}
	relative := filepath.FromSlash(strings.ReplaceAll(name, ".", "/"))
	for _, folder := range l.options.Folders {
		base := filepath.Join(folder, relative)
		if path := filepath.Join(base, "__init__.py"); isFile(path) {
			_, err := l.file(path, name, true)
			return true, err
		}
		if isFile(base + ".py") {
			_, err := l.file(base+".py", name, false)
			return true, err
		}
		if info, err := os.Stat(base); err == nil && info.IsDir() {
			l.sources.Add(&library.Source{Module: name, File: base, Package: true})
			return true, nil
		}
	}
	return false, nil
}

func cutLast(name string) (before, after string, ok bool) {
	i := strings.LastIndexByte(name, '.')
	if i < 0 {
		return "", name, false
	}
	return name[:i], name[i+1:], true
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// readFile reads a file of text. Its errors are one line that begins with the
// file's name.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fileError(path, err)
	}
	text, err := io.ReadAll(io.LimitReader(f, MaxFile+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fileError(path, err)
	}
	if len(text) > MaxFile {
		return nil, placed(path, 0, 0, fmt.Sprintf("is larger than %d MiB: it cannot be a file of this kind", MaxFile>>20))
	}
	return text, checkText(path, text)
}

// fileError says why a file cannot be read.
func fileError(path string, err error) error {
	info, statErr := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return placed(path, 0, 0, "no such file")
	case statErr == nil && info.IsDir():
		return placed(path, 0, 0, "is a folder, not a file")
	case errors.Is(err, os.ErrPermission):
		return placed(path, 0, 0, "may not be read: permission denied")
	}
	if e, ok := errors.AsType[*os.PathError](err); ok {
		err = e.Err
	}
	return placed(path, 0, 0, "cannot be read: "+err.Error())
}

// checkText refuses what is not UTF-8 text.
func checkText(path string, text []byte) error {
	line, start := 1, 0
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			column := utf8.RuneCount(text[start:i]) + 1
			return placed(path, line, column, fmt.Sprintf("not UTF-8: byte 0x%02x; save the file as UTF-8", text[i]))
		case r == 0:
			return placed(path, line, utf8.RuneCount(text[start:i])+1, "not a text file: it has a zero byte")
		case r == '\n':
			line, start = line+1, i+1
		}
		i += size
	}
	return nil
}

// run runs a source in a session and returns its globals.
func (l *loader) run(ctx context.Context, session *library.Session, source *library.Source) (starlark.StringDict, error) {
	var globals starlark.StringDict
	err := l.enter(ctx, session, source, func(thread *starlark.Thread) error {
		var err error
		globals, err = session.Run(thread, source)
		return err
	})
	return globals, err
}

// enter runs code of a source in a session. One that ends with exit() has not
// failed.
func (l *loader) enter(ctx context.Context, session *library.Session, source *library.Source, f func(*starlark.Thread) error) error {
	err := session.Enter(ctx, f)
	if err == nil || library.Exited(err) {
		return nil
	}
	if ctx.Err() != nil {
		return fmt.Errorf("%s: stopped: %w", source.File, context.Cause(ctx))
	}
	return l.explain(err)
}
