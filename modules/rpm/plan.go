package rpm

import (
	"slices"
	"strings"

	"cygnet/fact"
	"cygnet/modules/packaging"
	"cygnet/op"
	"cygnet/shell"
)

// Changes are what dnf and yum, which take the same words, are to do.
type Changes struct {
	Program string // "dnf" or "yum"
	Wanted  packaging.Wanted
	Update  bool // update all packages first
	Clean   bool // drop the cache before anything else
	NoBest  bool // take what can be installed rather than the newest
	// InstallArgs and UninstallArgs are pieces of shell.
	InstallArgs, UninstallArgs string
}

// Plan returns what is missing. It asks the repositories, which is slow, only
// for names that are not those of installed packages.
func (c Changes) Plan(h *op.Host) (op.Plan, error) {
	installed, err := fact.Get(h, RpmPackages{})
	if err != nil {
		return op.Plan{}, err
	}
	manager := packaging.Manager{
		Install: shell.Join(" ", shell.Words(c.Program, "install", "-y"), packaging.When(c.NoBest, "--nobest"), shell.Raw(c.InstallArgs)),
		Remove:  shell.Join(" ", shell.Words(c.Program, "remove", "-y"), shell.Raw(c.UninstallArgs)),
		Upgrade: shell.Words(c.Program, "update", "-y"),
		Pin:     "=",
		Has:     func(p packaging.Package) (bool, error) { return has(h, installed, p) },
	}
	return manager.Plan(c.Wanted,
		packaging.When(c.Clean, c.Program+" clean all"),
		packaging.When(c.Update, c.Program+" update -y"))
}

// has tells whether a package, or one that provides its name, is installed.
func has(h *op.Host, installed packaging.Installed, p packaging.Package) (bool, error) {
	if versions, ok := installed[p.Name]; ok {
		return p.Version == "" || slices.ContainsFunc(versions, func(v string) bool { return SameVersion(v, p.Version) }), nil
	}
	if p.Version != "" {
		return false, nil
	}
	providers, err := fact.Get(h, RpmPackageProvides{p.Name})
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(providers, func(provider []string) bool {
		return slices.Contains(installed[provider[0]], provider[1])
	}), nil
}

// SameVersion tells whether an installed version, which has a release behind a
// dash, is the wanted one, which may go without.
func SameVersion(installed, wanted string) bool {
	version, _, _ := strings.Cut(installed, "-")
	return installed == wanted || version == wanted
}
