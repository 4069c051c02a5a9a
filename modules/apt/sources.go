package apt

import (
	"strings"

	"cygnet/fact"
	"cygnet/shell"
)

// AptSources are the repositories in sources.list and sources.list.d/*.list.
type AptSources struct{}

// A Source is one line of them; see sources.list(5).
type Source struct {
	// Type is deb or deb-src.
	Type string `plain:"type"`
	// URL is where the repository is.
	URL string `plain:"url"`
	// Distribution is a release's name, such as "stable", or a path that ends
	// with a slash.
	Distribution string `plain:"distribution"`
	// Components are parts of the distribution, such as "main".
	Components []string `plain:"components"`
	// Options are those in brackets, by name: each a string, or a list of
	// them where it has several values.
	Options map[string]any `plain:"options"`
}

// Command implements fact.Fact.
func (AptSources) Command() shell.Text {
	return shell.Raw("(! test -f /etc/apt/sources.list || cat /etc/apt/sources.list) && (cat /etc/apt/sources.list.d/*.list || true)")
}

// Requires implements fact.Requirer.
func (AptSources) Requires() string { return "apt" }

// Zero implements fact.Zeroer.
func (AptSources) Zero() []Source { return []Source{} }

// Parse implements fact.Fact.
func (AptSources) Parse(lines []string) ([]Source, error) {
	sources := []Source{}
	for _, l := range lines {
		if s, ok := parseSource(l); ok {
			sources = append(sources, s)
		}
	}
	return sources, nil
}

func parseSource(l string) (Source, bool) {
	l, _, _ = strings.Cut(l, "#")
	kind, rest, _ := strings.Cut(strings.TrimSpace(l), " ")
	if kind != "deb" && kind != "deb-src" {
		return Source{}, false
	}
	s := Source{Type: kind, Options: map[string]any{}}
	rest = strings.TrimSpace(rest)
	if strings.HasPrefix(rest, "[") {
		options, after, ok := strings.Cut(rest[1:], "]")
		if !ok {
			return Source{}, false
		}
		for _, option := range strings.Fields(options) {
			key, value, _ := strings.Cut(option, "=")
			s.Options[key] = value
			if strings.Contains(value, ",") {
				s.Options[key] = strings.Split(value, ",")
			}
		}
		rest = after
	}
	f := strings.Fields(rest)
	if len(f) < 2 {
		return Source{}, false
	}
	s.URL, s.Distribution, s.Components = f[0], f[1], f[2:]
	return s, true
}

var _ fact.Fact[[]Source] = AptSources{}
