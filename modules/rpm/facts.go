// Package rpm asks rpm what is installed on Red Hat's and SUSE's systems, and
// plans what dnf, yum and zypper have in common.
package rpm

import (
	"strings"

	"cygnet/fact"
	"cygnet/op"
	"cygnet/shell"
)

// Module returns the module.
func Module() op.Module {
	return op.Module{
		Name:  "rpm",
		Facts: []fact.Declaration{fact.Declare(RpmPackage{}), fact.Declare(RpmPackageProvides{}), fact.Declare(RpmPackages{})},
	}
}

// format makes rpm print name and version of a package on a line.
const format = `'%{NAME} %{VERSION}-%{RELEASE}\n'`

// RpmPackages are the installed packages: the versions, with release, by name.
type RpmPackages struct{}

// Command implements fact.Fact.
func (RpmPackages) Command() shell.Text { return shell.Raw("rpm --queryformat " + format + " -qa") }

// Requires implements fact.Requirer.
func (RpmPackages) Requires() string { return "rpm" }

// Zero implements fact.Zeroer.
func (RpmPackages) Zero() map[string][]string { return map[string][]string{} }

// Parse implements fact.Fact.
func (RpmPackages) Parse(lines []string) (map[string][]string, error) {
	packages := make(map[string][]string, len(lines))
	for _, l := range lines {
		if p, ok := parsePackage(l); ok {
			packages[p.Name] = append(packages[p.Name], p.Version)
		}
	}
	return packages, nil
}

// A Package is a package's name and version.
type Package struct {
	// Name is the package's name.
	Name string `plain:"name"`
	// Version is what is there, with its release, such as "2.0-1.el9".
	Version string `plain:"version"`
}

func parsePackage(l string) (Package, bool) {
	f := strings.Fields(l)
	if len(f) != 2 {
		return Package{}, false
	}
	return Package{f[0], f[1]}, true
}

// RpmPackage is a package that is installed, or a package file on the host.
type RpmPackage struct {
	// Name is a package's name, or the path of a package file on the host.
	Name string `arg:"package,required"`
}

// Command implements fact.Fact.
func (p RpmPackage) Command() shell.Text {
	name := shell.Word(p.Name)
	query := shell.Raw("rpm --queryformat " + format + " ")
	return shell.Join("", query, shell.Raw("-q "), name, shell.Raw(" || ! test -e "), name,
		shell.Raw(" || "), query, shell.Raw("-qp "), name, shell.Raw(" 2> /dev/null"))
}

// Requires implements fact.Requirer.
func (RpmPackage) Requires() string { return "rpm" }

// Parse implements fact.Fact. It returns nil for a package that is not there.
func (RpmPackage) Parse(lines []string) (*Package, error) {
	for _, l := range lines {
		if p, ok := parsePackage(l); ok {
			return &p, nil
		}
	}
	return nil, nil
}

// RpmPackageProvides are the packages in the repositories that provide a name,
// each as name and version.
type RpmPackageProvides struct {
	// Name is a package's name, or anything else that packages provide, such as
	// a path.
	Name string `arg:"package,required"`
}

// Command implements fact.Fact.
func (p RpmPackageProvides) Command() shell.Text {
	return shell.Join(" ", shell.Raw("repoquery --queryformat "+format+" --whatprovides"), shell.Word(p.Name), shell.Raw("|| true"))
}

// Requires implements fact.Requirer.
func (RpmPackageProvides) Requires() string { return "repoquery" }

// Parse implements fact.Fact.
func (RpmPackageProvides) Parse(lines []string) ([][]string, error) {
	var providers [][]string
	for _, l := range lines {
		if p, ok := parsePackage(l); ok {
			providers = append(providers, []string{p.Name, p.Version})
		}
	}
	return providers, nil
}

var (
	_ fact.Fact[map[string][]string] = RpmPackages{}
	_ fact.Fact[*Package]            = RpmPackage{}
	_ fact.Fact[[][]string]          = RpmPackageProvides{}
)
