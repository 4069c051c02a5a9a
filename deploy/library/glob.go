package library

import (
	"context"
	"errors"
	"os"
	"regexp"
	"strings"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

func globModule() *definition {
	return &definition{name: "glob", what: "function",
		values: functions(map[string]func(*call) (starlark.Value, error){"glob": globGlob, "iglob": globGlob, "escape": globEscape})}
}

func fnmatchModule() *definition {
	match := func(c *call) (starlark.Value, error) {
		var name, pattern string
		if err := c.unpack("name", &name, "pat", &pattern); err != nil {
			return nil, err
		}
		return starlark.Bool(nameMatches(pattern, name)), nil
	}
	filter := func(c *call) (starlark.Value, error) {
		var names starlark.Value
		var pattern string
		if err := c.unpack("names", &names, "pat", &pattern); err != nil {
			return nil, err
		}
		items, err := builtin.Collect(names)
		if err != nil {
			return nil, err
		}
		var kept []starlark.Value
		for _, item := range items {
			if name, ok := starlark.AsString(item); ok && nameMatches(pattern, name) {
				kept = append(kept, item)
			}
		}
		return starlark.NewList(kept), nil
	}
	return &definition{name: "fnmatch", what: "function",
		values: functions(map[string]func(*call) (starlark.Value, error){"fnmatch": match, "fnmatchcase": match, "filter": filter})}
}

// nameRegexp translates a pattern of shell names, with * ? [abc] and [!abc].
func nameRegexp(pattern string) *regexp.Regexp {
	var b strings.Builder
	b.WriteString(`(?s)\A`)
	for i := 0; i < len(pattern); {
		switch c := pattern[i]; c {
		case '*':
			b.WriteString(".*")
		case '?':
			b.WriteString(".")
		case '[':
			if class, end := nameClass(pattern[i:]); end > 0 {
				b.WriteString(class)
				i += end
				continue
			}
			b.WriteString(`\[`)
		default:
			j := i + 1
			for j < len(pattern) && !strings.ContainsRune("*?[", rune(pattern[j])) {
				j++
			}
			b.WriteString(regexp.QuoteMeta(pattern[i:j]))
			i = j
			continue
		}
		i++
	}
	b.WriteString(`\z`)
	re, err := regexp.Compile(b.String())
	if err != nil {
		return nil // such as [b-a]: it matches nothing
	}
	return re
}

// nameClass translates "[...]" at the pattern's start; end is 0 if it has no end.
func nameClass(pattern string) (class string, end int) {
	body := pattern[1:]
	negated := strings.HasPrefix(body, "!")
	body = strings.TrimPrefix(body, "!")
	if body == "" {
		return "", 0
	}
	close := strings.IndexByte(body[1:], ']') + 1
	if close == 0 {
		return "", 0
	}
	text := strings.NewReplacer(`\`, `\\`, `[`, `\[`, `]`, `\]`, `^`, `\^`).Replace(body[:close])
	end = len(pattern) - len(body) + close + 1
	if negated {
		return "[^" + text + "]", end
	}
	return "[" + text + "]", end
}

func nameMatches(pattern, name string) bool {
	re := nameRegexp(pattern)
	return re != nil && re.MatchString(name)
}

// maxFound bounds what one search of files finds.
const maxFound = 1_000_000

// A globber looks for files by a pattern.
type globber struct {
	ctx    context.Context
	hidden bool // "*" finds names that begin with a dot too
	found  []string
	seen   map[string]bool
}

// glob returns the paths below a folder that match a pattern's parts, in order
// of their names.
func (g *globber) glob(folder string, parts []string) ([]string, error) {
	g.seen = map[string]bool{}
	err := g.walk(folder, parts)
	return g.found, err
}

func (g *globber) add(name string) error {
	if g.seen[name] {
		return nil
	}
	g.seen[name] = true
	if g.found = append(g.found, name); len(g.found) > maxFound {
		return builtin.Raise(builtin.MemoryError, "more than %d files match", maxFound)
	}
	return nil
}

func (g *globber) walk(folder string, parts []string) error {
	if g.ctx.Err() != nil {
		return context.Cause(g.ctx)
	}
	if len(parts) == 0 {
		return g.add(cleanPath(folder))
	}
	part, rest := parts[0], parts[1:]
	if part == "**" {
		return g.deep(folder, rest)
	}
	if !strings.ContainsAny(part, "*?[") {
		name := joinPaths(folder, part)
		if _, err := os.Lstat(name); err != nil {
			return nil
		}
		return g.walk(name, rest)
	}
	re := nameRegexp(part)
	for _, entry := range g.entries(folder) {
		name := entry.Name()
		if re == nil || !re.MatchString(name) || !g.hidden && name[0] == '.' && part[0] != '.' {
			continue
		}
		if err := g.walk(joinPaths(folder, name), rest); err != nil {
			return err
		}
	}
	return nil
}

// deep is "**": the folder and all folders below it; links are not followed.
func (g *globber) deep(folder string, rest []string) error {
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return nil
	}
	if err := g.walk(folder, rest); err != nil {
		return err
	}
	for _, entry := range g.entries(folder) {
		if !entry.IsDir() || !g.hidden && entry.Name()[0] == '.' {
			continue
		}
		if err := g.deep(joinPaths(folder, entry.Name()), rest); err != nil {
			return err
		}
	}
	return nil
}

// entries are those of a folder that can be read; others have none.
func (g *globber) entries(folder string) []os.DirEntry {
	if folder == "" {
		folder = "."
	}
	entries, err := os.ReadDir(folder)
	if errors.Is(err, os.ErrPermission) || err != nil {
		return nil
	}
	return entries
}

func globGlob(c *call) (starlark.Value, error) {
	var pattern starlark.Value
	var root starlark.Value = starlark.None
	var recursive, hidden bool
	if err := c.unpack("pathname", &pattern, "root_dir?", &root, "recursive?", &recursive, "include_hidden?", &hidden); err != nil {
		return nil, err
	}
	text, err := c.path(pattern)
	if err != nil {
		return nil, err
	}
	if root != starlark.None {
		return nil, builtin.Raise(builtin.NotImplementedError, "glob(root_dir=...) is not supported: join it to the pattern")
	}
	ctx, err := c.context()
	if err != nil {
		return nil, err
	}
	folder := ""
	if strings.HasPrefix(text, "/") {
		folder = "/"
	}
	parts := path{text: cleanPath(strings.TrimLeft(text, "/"))}.parts()
	for i, part := range parts {
		if part == "**" && !recursive {
			parts[i] = "*"
		}
	}
	found, err := (&globber{ctx: ctx, hidden: hidden}).glob(folder, parts)
	return stringList(found), err
}

func globEscape(c *call) (starlark.Value, error) {
	var name string
	if err := c.unpack("pathname", &name); err != nil {
		return nil, err
	}
	return starlark.String(strings.NewReplacer("*", "[*]", "?", "[?]", "[", "[[]").Replace(name)), nil
}
