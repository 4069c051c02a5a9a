package deploy

import (
	"sync"

	"cygnet/deploy/library"
	"cygnet/deploy/syntax"
)

// includes are the files that deploys run by local.include: each is read and
// compiled once, for all hosts and all places. Those whose names are written as
// they are have been read with the file that includes them.
type includes struct {
	mu      sync.Mutex
	sources map[string]*library.Source // nil while a file is being read
}

// include returns a file for local.include. It is called by deploys that run.
func (l *loader) include(path string) (*library.Source, error) {
	l.included.mu.Lock()
	defer l.included.mu.Unlock()
	return l.includeFile(path)
}

func (l *loader) includeFile(path string) (*library.Source, error) {
	if source := l.included.sources[path]; source != nil {
		return source, nil
	}
	if l.included.sources == nil {
		l.included.sources = map[string]*library.Source{}
	}
	l.included.sources[path] = nil
	source, err := l.file(path, "include of "+path, false)
	if err != nil {
		return nil, err
	}
	l.included.sources[path] = source
	return source, nil
}

// includeNow reads a file that a call of local.include names as it is, if it is
// there: what is wrong with it is said before any host is touched.
func (c *checker) includeNow(call *syntax.Call) {
	for i, arg := range call.Args {
		name, ok := arg.Value.(*syntax.String)
		if !ok || arg.Name != "filename" && (arg.Name != "" || i > 0) {
			continue
		}
		path := library.IncludePath(c.file, name.Value)
		if _, begun := c.loader.included.sources[path]; begun || !isFile(path) {
			continue
		}
		if _, err := c.loader.includeFile(path); err != nil {
			c.errs = append(c.errs, c.loader.imported(&library.Source{File: c.file}, syntax.Dependency{Pos: arg.Position}, err)...)
		}
	}
}
