// Package deb asks dpkg what is installed on Debian and its descendants.
package deb

import (
	"slices"
	"strings"

	"cygnet/fact"
	"cygnet/op"
	"cygnet/shell"
)

// Module returns the module.
func Module() op.Module {
	return op.Module{
		Name:  "deb",
		Facts: []fact.Declaration{fact.Declare(DebArch{}), fact.Declare(DebPackage{}), fact.Declare(DebPackages{})},
	}
}

// DebPackages are the packages that work on the host: the versions by name, one
// for each architecture that a package is there for. Packages that were removed
// and left their configuration are not among them, nor are those that are only
// unpacked.
type DebPackages struct{}

// Command implements fact.Fact.
func (DebPackages) Command() shell.Text { return shell.Raw("dpkg -l") }

// Requires implements fact.Requirer.
func (DebPackages) Requires() string { return "dpkg" }

// Zero implements fact.Zeroer.
func (DebPackages) Zero() map[string][]string { return map[string][]string{} }

// Parse implements fact.Fact; see dpkg-query(1) for the letters.
func (DebPackages) Parse(lines []string) (map[string][]string, error) {
	packages := make(map[string][]string, len(lines))
	for _, l := range lines {
		status, rest, _ := strings.Cut(l, " ")
		if !works(status) {
			continue
		}
		name, rest := word(rest)
		version, _ := word(rest)
		if version == "" {
			continue
		}
		name, _, _ = strings.Cut(name, ":") // libc6:amd64
		packages[name] = append(packages[name], version)
	}
	return packages, nil
}

// works reads the letters before a package: what is wanted (unknown, install,
// hold, remove, purge), how it is (i is installed, W and t wait for the triggers
// of others), and R if it must be installed again.
func works(status string) bool {
	if len(status) != 2 {
		return false
	}
	return strings.IndexByte("uihrp", status[0]) >= 0 && strings.IndexByte("iWt", status[1]) >= 0
}

// word cuts the first word off a line.
func word(l string) (first, rest string) {
	first, rest, _ = strings.Cut(strings.TrimLeft(l, " "), " ")
	return first, rest
}

// DebPackage is a package that is installed, or a package file on the host.
type DebPackage struct {
	// Name is a package's name, or the path of a package file on the host.
	Name string `arg:"package,required"`
}

// A Package is a package's name and version.
type Package struct {
	// Name is the package's name.
	Name string `plain:"name"`
	// Version is what is there, with its release, such as "12.3-1".
	Version string `plain:"version"`
}

// Command implements fact.Fact.
func (p DebPackage) Command() shell.Text {
	name := shell.Word(p.Name)
	return shell.Join("", shell.Raw("! test -e "), name, shell.Raw(" && (dpkg -s "), name,
		shell.Raw(" 2>/dev/null || true) || dpkg -I "), name)
}

// Requires implements fact.Requirer.
func (DebPackage) Requires() string { return "dpkg" }

// Parse implements fact.Fact. It returns nil for a package that is not there, or
// of which only the configuration is left.
func (DebPackage) Parse(lines []string) (*Package, error) {
	var p Package
	for _, l := range lines {
		key, value, ok := strings.Cut(strings.TrimSpace(l), ":")
		value = strings.TrimSpace(value)
		switch {
		case !ok:
		case key == "Package" && p.Name == "":
			p.Name = value
		case key == "Version" && p.Version == "":
			p.Version = value
		case key == "Status" && !statusWorks(value):
			return nil, nil
		}
	}
	if p.Name == "" || p.Version == "" {
		return nil, nil
	}
	return &p, nil
}

// statusWorks reads the three words of a status: what is wanted, whether the
// package must be installed again, and how it is.
func statusWorks(status string) bool {
	f := strings.Fields(status)
	return len(f) == 3 && f[1] == "ok" && slices.Contains([]string{"installed", "triggers-awaited", "triggers-pending"}, f[2])
}

// DebArch is the architecture that dpkg installs packages of, such as "amd64".
type DebArch struct{}

// Command implements fact.Fact.
func (DebArch) Command() shell.Text { return shell.Raw("dpkg --print-architecture") }

// Requires implements fact.Requirer.
func (DebArch) Requires() string { return "dpkg" }

// Constant implements fact.Constant.
func (DebArch) Constant() {}

// Parse implements fact.Fact.
func (DebArch) Parse(lines []string) (string, error) {
	return strings.TrimSpace(strings.Join(lines, "\n")), nil
}

var (
	_ fact.Fact[map[string][]string] = DebPackages{}
	_ fact.Fact[*Package]            = DebPackage{}
	_ fact.Fact[string]              = DebArch{}
)
