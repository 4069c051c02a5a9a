package ssh

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/kevinburke/ssh_config"
)

// A config is an ssh_config file. The zero value is an empty one.
type config struct {
	file   string
	parsed *ssh_config.Config
}

// config reads an ssh_config file, the user's own if none is named.
func (c *Connector) config(file string) (*config, error) {
	named := file != ""
	if !named {
		file = "~/.ssh/config"
	}
	file = homePath(file)
	return c.configs.get(file, func() (*config, error) {
		text, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) && !named {
			return &config{file: file}, nil
		}
		if err != nil {
			return nil, fmt.Errorf("ssh_config_file: %w", err)
		}
		return parseConfig(file, string(text))
	})
}

func parseConfig(file, text string) (*config, error) {
	text, err := rewrite(file, text)
	if err != nil {
		return nil, err
	}
	parsed, err := ssh_config.DecodeBytes([]byte(text))
	if err != nil {
		return nil, fmt.Errorf("%s, or a file that it includes: %w: mend it, or set ssh_config_file to another file", file, err)
	}
	return &config{file, parsed}, nil
}

// rewrite says in words that the parser has what Match and Include lines mean.
// Files to include start in ~/.ssh, wherever the file is. Of Match,
//
//   - "all", "final" and "originalhost" name hosts as Host does; so does "host"
//     here, where OpenSSH compares with HostName, if that was set before;
//   - "canonical" is never true, as names are not canonicalised;
//   - "localuser" is known now;
//   - all others are refused, as a block that is skipped could be the one that
//     says who logs in.
func rewrite(file, text string) (string, error) {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		keyword, rest := cutWord(line)
		switch strings.ToLower(keyword) {
		case "match":
			hosts, err := matchHosts(rest)
			if err != nil {
				return "", fmt.Errorf("%s:%d: Match: %w: write it as Host, or set ssh_config_file to another file", file, i+1, err)
			}
			lines[i] = "Host " + hosts
		case "include":
			paths := words(rest)
			for j, path := range paths {
				if path = homePath(path); !filepath.IsAbs(path) {
					path = homePath("~/.ssh/" + path)
				}
				paths[j] = path
			}
			lines[i] = "Include " + strings.Join(paths, " ")
		}
	}
	return strings.Join(lines, "\n"), nil
}

// never is a pattern that no host name matches.
const never = "!*"

// matchHosts returns the patterns for a Host line that means the same.
func matchHosts(criteria string) (string, error) {
	criteria, _, _ = strings.Cut(criteria, "#")
	hosts := ""
	for rest := criteria; strings.TrimSpace(rest) != ""; {
		var criterion, argument string
		criterion, rest = cutWord(rest)
		switch strings.ToLower(criterion) {
		case "all", "final":
			continue
		case "canonical":
			return never, nil
		}
		argument, rest = cutWord(rest)
		patterns := strings.ReplaceAll(argument, ",", " ")
		switch strings.ToLower(criterion) {
		case "host", "originalhost":
			if hosts != "" && hosts != patterns {
				return "", errors.New("two criteria for hosts are not supported")
			}
			hosts = patterns
		case "localuser":
			me, err := user.Current()
			if err != nil {
				return "", err
			}
			if !matches(patterns, me.Username) {
				return never, nil
			}
		default:
			return "", fmt.Errorf("the criterion %q is not supported", criterion)
		}
	}
	if hosts == "" {
		return "*", nil
	}
	return hosts, nil
}

func matches(patterns, name string) bool {
	var list []*ssh_config.Pattern
	for _, p := range strings.Fields(patterns) {
		pattern, err := ssh_config.NewPattern(p)
		if err != nil {
			return false
		}
		list = append(list, pattern)
	}
	return (&ssh_config.Host{Patterns: list}).Matches(name)
}

// cutWord cuts off the first word, which may be in quotes or end with "=".
func cutWord(s string) (word, rest string) {
	s = strings.TrimLeft(s, " \t\r=")
	if strings.HasPrefix(s, `"`) {
		if word, rest, ok := strings.Cut(s[1:], `"`); ok {
			return word, rest
		}
	}
	if i := strings.IndexAny(s, " \t\r="); i >= 0 {
		return s[:i], s[i:]
	}
	return s, ""
}

// Words are the words of a value, some perhaps in quotes.
func words(value string) []string {
	var list []string
	for strings.TrimSpace(value) != "" {
		var word string
		word, value = cutWord(value)
		list = append(list, word)
	}
	return list
}

// values are what an ssh_config file says of one host.
type values struct {
	file  string
	alias string
	cfg   *ssh_config.Config
}

func (c *config) lookup(alias string) values { return values{c.file, alias, c.parsed} }

func (v values) all(keyword string) []string {
	if v.cfg == nil {
		return nil
	}
	// The only error is an unknown type of node, which the parser never makes.
	list, err := v.cfg.GetAll(v.alias, keyword)
	if err != nil {
		return nil
	}
	for i, value := range list {
		list[i] = strings.TrimSpace(value)
		if n := len(list[i]); keyword != "UserKnownHostsFile" && n > 1 && list[i][0] == '"' && list[i][n-1] == '"' {
			list[i] = list[i][1 : n-1]
		}
	}
	return list
}

func (v values) first(keyword, def string) string {
	if list := v.all(keyword); len(list) > 0 && list[0] != "" {
		return list[0]
	}
	return def
}

var variable = regexp.MustCompile(`\$\{[A-Za-z_][A-Za-z0-9_]*\}`)

// expand replaces %-tokens and ${VARIABLES} of ssh_config. What is no token
// stays as it is.
func expand(s string, tokens map[byte]string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+1 < len(s) {
			if value, ok := tokens[s[i+1]]; ok || s[i+1] == '%' {
				if s[i+1] == '%' {
					value = "%"
				}
				b.WriteString(value)
				i++
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return variable.ReplaceAllStringFunc(b.String(), func(name string) string {
		return os.Getenv(name[2 : len(name)-1])
	})
}

// homePath puts the user's home in the place of a leading ~.
func homePath(path string) string {
	rest, ok := strings.CutPrefix(path, "~")
	if !ok || rest != "" && rest[0] != '/' && rest[0] != filepath.Separator {
		return path
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return path // which then does not exist, and is named by the error
	}
	return filepath.Join(home, rest)
}
