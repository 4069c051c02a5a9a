package jinja

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
)

// A Cache holds templates that were parsed. Each text is parsed once, however
// many goroutines ask for it at the same time. The zero value is ready to use; it
// finds no files.
type Cache struct {
	// Files are where templates are found that others include, import or extend.
	Files fs.FS

	mu     sync.Mutex
	parsed map[key]*entry
}

// A key is a template as it was given. What a file holds may change in a run,
// if an earlier operation makes it; so its content counts.
type key struct {
	name    string
	content [sha256.Size]byte
	options Options
}

type entry struct {
	once     sync.Once
	template *Template
	err      error
}

// Parse returns a template, as the function [Parse] does; what it includes comes
// from the cache's files.
func (c *Cache) Parse(name string, source []byte, o Options) (*Template, error) {
	k := key{name, sha256.Sum256(source), o}
	c.mu.Lock()
	e := c.parsed[k]
	if e == nil {
		if c.parsed == nil {
			c.parsed = map[key]*entry{}
		}
		e = &entry{}
		c.parsed[k] = e
	}
	c.mu.Unlock()
	e.once.Do(func() {
		if e.template, e.err = Parse(name, source, o); e.err == nil {
			e.template.cache = c
		}
	})
	return e.template, e.err
}

// load returns a template of the cache's files; ok is false if there is none.
func (c *Cache) load(name string, o Options) (t *Template, ok bool, err error) {
	if c == nil || c.Files == nil {
		return nil, false, nil
	}
	parts := slices.DeleteFunc(strings.Split(name, "/"), func(s string) bool { return s == "" || s == "." })
	if len(parts) == 0 || slices.Contains(parts, "..") {
		return nil, false, nil
	}
	file := path.Join(parts...)
	info, err := fs.Stat(c.Files, file)
	switch {
	case errors.Is(err, fs.ErrNotExist), err == nil && info.IsDir():
		return nil, false, nil
	case err == nil && info.Size() > MaxSource:
		return nil, true, fmt.Errorf("template %s: it is larger than %d MiB", name, MaxSource>>20)
	}
	var source []byte
	if err == nil {
		source, err = fs.ReadFile(c.Files, file)
	}
	if err != nil {
		return nil, true, fmt.Errorf("template %s: %w", name, err)
	}
	t, err = c.Parse(name, source, o)
	return t, true, err
}
