package brew

import (
	"regexp"
	"strconv"
	"strings"

	"cygnet/fact"
	"cygnet/shell"
)

// BrewPackages are the installed packages: the versions by name.
type BrewPackages struct{}

// Command implements fact.Fact.
func (BrewPackages) Command() shell.Text { return shell.Raw("brew list --versions") }

// Requires implements fact.Requirer.
func (BrewPackages) Requires() string { return "brew" }

// Zero implements fact.Zeroer.
func (BrewPackages) Zero() map[string][]string { return map[string][]string{} }

// Parse implements fact.Fact.
func (BrewPackages) Parse(lines []string) (map[string][]string, error) { return versions(lines), nil }

// BrewCasks are the installed casks: the versions by name.
type BrewCasks struct{}

// Command implements fact.Fact.
func (BrewCasks) Command() shell.Text {
	return shell.Raw(`if brew --version | grep -q -e "Homebrew\ +(1\.|2\.[0-5]).*" 1>/dev/null;` +
		`then brew cask list --versions; else brew list --cask --versions; fi`)
}

// Requires implements fact.Requirer.
func (BrewCasks) Requires() string { return "brew" }

// Zero implements fact.Zeroer.
func (BrewCasks) Zero() map[string][]string { return map[string][]string{} }

// Parse implements fact.Fact.
func (BrewCasks) Parse(lines []string) (map[string][]string, error) { return versions(lines), nil }

// versions reads lines of a name and its versions.
func versions(lines []string) map[string][]string {
	packages := make(map[string][]string, len(lines))
	for _, l := range lines {
		if f := strings.Fields(l); len(f) >= 2 {
			packages[f[0]] = f[1:]
		}
	}
	return packages
}

// BrewTaps are the names of the taps.
type BrewTaps struct{}

// Command implements fact.Fact.
func (BrewTaps) Command() shell.Text { return shell.Raw("brew tap") }

// Requires implements fact.Requirer.
func (BrewTaps) Requires() string { return "brew" }

// Zero implements fact.Zeroer.
func (BrewTaps) Zero() []string { return []string{} }

// Parse implements fact.Fact.
func (BrewTaps) Parse(lines []string) ([]string, error) {
	taps := []string{}
	for _, l := range lines {
		if l = strings.TrimSpace(l); l != "" {
			taps = append(taps, l)
		}
	}
	return taps, nil
}

// BrewVersion is Homebrew's version as three numbers, zeros if it is not known.
type BrewVersion struct{}

// Command implements fact.Fact.
func (BrewVersion) Command() shell.Text { return shell.Raw("brew --version") }

// Requires implements fact.Requirer.
func (BrewVersion) Requires() string { return "brew" }

// Zero implements fact.Zeroer.
func (BrewVersion) Zero() []int { return []int{0, 0, 0} }

var version = regexp.MustCompile(`^Homebrew (\d+)\.(\d+)\.(\d+)`)

// Parse implements fact.Fact.
func (BrewVersion) Parse(lines []string) ([]int, error) {
	numbers := []int{0, 0, 0}
	if len(lines) == 0 {
		return numbers, nil
	}
	for i, text := range version.FindStringSubmatch(lines[0]) {
		if i == 0 {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil {
			return nil, err
		}
		numbers[i-1] = n
	}
	return numbers, nil
}

var (
	_ fact.Fact[map[string][]string] = BrewPackages{}
	_ fact.Fact[map[string][]string] = BrewCasks{}
	_ fact.Fact[[]string]            = BrewTaps{}
	_ fact.Fact[[]int]               = BrewVersion{}
)
