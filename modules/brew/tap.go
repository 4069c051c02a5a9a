package brew

import (
	"net/url"
	"slices"
	"strings"

	"cygnet/fact"
	"cygnet/op"
	"cygnet/shell"
)

// Tap adds or removes a tap: a repository of packages.
type Tap struct {
	// Src is the tap's name, such as "homebrew/cask"; empty takes the last two
	// parts of URL.
	Src    string
	Absent bool `arg:"!present"`
	// URL is where the tap is; empty is its place on GitHub.
	URL string `arg:"url"`
}

// Plan implements op.Operation.
func (tap Tap) Plan(h *op.Host) (op.Plan, error) {
	if tap.Src == "" && tap.URL == "" {
		return op.Nothing("no tap is asked for"), nil
	}
	src := tap.Src
	if src == "" {
		u, err := url.Parse(tap.URL)
		if err != nil {
			return op.Plan{}, op.ValueErrorf("the URL of a tap: %v", err)
		}
		src = strings.TrimSuffix(strings.Trim(u.Path, "/"), ".git")
	}
	if strings.Count(src, "/") != 1 {
		return op.Nothing("%q is no name of a tap, which is like homebrew/cask", src), nil
	}
	taps, err := fact.Get(h, BrewTaps{})
	if err != nil {
		return op.Plan{}, err
	}
	exists := slices.Contains(taps, src)
	var p op.Plan
	switch {
	case exists && !tap.Absent:
		return op.Nothing("tap %s is there", src), nil
	case !exists && tap.Absent:
		return op.Nothing("there is no tap %s", src), nil
	case tap.Absent:
		p.Run(shell.Words("brew", "untap", src))
	case tap.URL != "":
		p.Run(shell.Words("brew", "tap", src, tap.URL))
	default:
		p.Run(shell.Words("brew", "tap", src))
	}
	return p, nil
}
