package deploy

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// maxIncludes is how deep files of ssh_config may include each other, as in
// OpenSSH.
const maxIncludes = 16

// homeFile returns the path of a file in the user's home.
func homeFile(name string) string {
	home, err := os.UserHomeDir()
	if err != nil {
		return name
	}
	return filepath.Join(home, filepath.FromSlash(name))
}

// sshAliases returns the names that the Host lines of an ssh_config file and of
// those that it includes give to single hosts, in their order: patterns and
// exceptions are left out. How a host is reached is looked up when it is
// connected to.
func sshAliases(path string) ([]string, error) {
	a := aliases{}
	if err := a.file(path, 0); err != nil {
		return nil, err
	}
	return a.names, nil
}

type aliases struct{ names []string }

func (a *aliases) file(path string, depth int) error {
	if depth > maxIncludes {
		return fmt.Errorf("%s: files include each other more than %d deep", path, maxIncludes)
	}
	text, err := readFile(path)
	if err != nil {
		return err
	}
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		words, err := sshWords(line)
		if err != nil {
			return placed(path, n, 0, err.Error())
		}
		if len(words) == 0 {
			continue
		}
		switch strings.ToLower(words[0]) {
		case "host":
			a.add(words[1:])
		case "include":
			if err := a.include(words[1:], depth); err != nil {
				return err
			}
		}
	}
	return nil
}

func (a *aliases) add(names []string) {
	for _, name := range names {
		if !strings.ContainsAny(name, "*?!") && name != "" && !slices.Contains(a.names, name) {
			a.names = append(a.names, name)
		}
	}
}

// include reads other files. Their paths start in ~/.ssh; those that are not
// there are no mistake.
func (a *aliases) include(patterns []string, depth int) error {
	for _, pattern := range patterns {
		if rest, ok := strings.CutPrefix(pattern, "~/"); ok {
			pattern = homeFile(rest)
		} else if !filepath.IsAbs(pattern) {
			pattern = homeFile(".ssh/" + pattern)
		}
		paths, err := filepath.Glob(pattern)
		if err != nil {
			return fmt.Errorf("ssh_config: include %s: %w", pattern, err)
		}
		for _, path := range paths {
			if err := a.file(path, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// sshWords splits a line of ssh_config: words with blanks between them, the
// first of which may end with "=", in double quotes where they hold blanks.
func sshWords(line string) ([]string, error) {
	line = strings.TrimSpace(line)
	if line == "" || line[0] == '#' {
		return nil, nil
	}
	if i := strings.IndexAny(line, " \t=\""); i > 0 {
		rest := strings.TrimLeft(line[i:], " \t")
		line = line[:i] + " " + strings.TrimPrefix(rest, "=")
	}
	var words []string
	for rest := strings.TrimLeft(line, " \t"); rest != ""; rest = strings.TrimLeft(rest, " \t") {
		if rest[0] == '"' {
			word, after, closed := strings.Cut(rest[1:], `"`)
			if !closed {
				return nil, errors.New("a quote is not closed")
			}
			words, rest = append(words, word), after
			continue
		}
		if rest[0] == '#' {
			break
		}
		end := strings.IndexAny(rest, " \t")
		if end < 0 {
			end = len(rest)
		}
		words, rest = append(words, rest[:end]), rest[end:]
	}
	return words, nil
}

// sshHost returns the name of a host for an alias: one that a host's name would
// not mean as it stands is written @ssh/alias.
func sshHost(alias string) string {
	if strings.HasPrefix(alias, "@") {
		return "@ssh/" + alias
	}
	return alias
}
