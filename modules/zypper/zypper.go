// Package zypper installs packages with SUSE's zypper.
package zypper

import (
	"slices"

	"cygnet/fact"
	"cygnet/modules/packaging"
	"cygnet/modules/rpm"
	"cygnet/op"
	"cygnet/shell"
)

// Module returns the module.
func Module() op.Module {
	return op.Module{
		Name:       "zypper",
		Operations: []op.Declaration{op.Declare(Packages{}), op.Declare(Update{})},
		Facts:      []fact.Declaration{fact.Declare(ZypperRepositories{})},
	}
}

// Packages installs, upgrades or removes packages. A version is pinned by
// "name=version"; without a release, any release of it will do.
type Packages struct {
	// Packages are the names, each with its version if that is pinned.
	Packages []string
	Absent   bool `arg:"!present"` // remove them
	// Latest upgrades packages that are installed without a pinned version.
	Latest bool
	Update bool // update all packages first
	Clean  bool // drop the cache before anything else
	// ExtraGlobalInstallArgs is a piece of shell that goes before the word
	// install: options of zypper itself.
	ExtraGlobalInstallArgs string
	// ExtraInstallArgs is a piece of shell that goes before the names of
	// packages to install.
	ExtraInstallArgs string
	// ExtraGlobalUninstallArgs is a piece of shell that goes before the word
	// remove.
	ExtraGlobalUninstallArgs string
	// ExtraUninstallArgs is a piece of shell that goes before the names of
	// packages to remove.
	ExtraUninstallArgs string
}

// Plan implements op.Operation.
func (p Packages) Plan(h *op.Host) (op.Plan, error) {
	installed, err := fact.Get(h, rpm.RpmPackages{})
	if err != nil {
		return op.Plan{}, err
	}
	manager := packaging.Manager{
		Install: command(p.ExtraGlobalInstallArgs, "install", p.ExtraInstallArgs),
		Remove:  command(p.ExtraGlobalUninstallArgs, "remove", p.ExtraUninstallArgs),
		Upgrade: shell.Raw("zypper update -y"),
		Pin:     "=",
		Has: func(p packaging.Package) (bool, error) {
			versions, ok := installed[p.Name]
			return ok && (p.Version == "" || slices.ContainsFunc(versions, func(v string) bool {
				return rpm.SameVersion(v, p.Version)
			})), nil
		},
	}
	return manager.Plan(packaging.Wanted{Packages: p.Packages, Absent: p.Absent, Latest: p.Latest},
		packaging.When(p.Clean, "zypper clean --all"),
		packaging.When(p.Update, "zypper update -y"))
}

func command(global, verb, extra string) shell.Text {
	return shell.Join(" ", shell.Raw("zypper --non-interactive"), shell.Raw(global), shell.Raw(verb+" -y"), shell.Raw(extra))
}

// Update updates all packages.
type Update struct{}

// Plan implements op.Operation.
func (Update) Plan(*op.Host) (op.Plan, error) {
	var p op.Plan
	p.Run(shell.Raw("zypper update -y"))
	return p, nil
}

// ZypperRepositories are the repositories that zypper knows, each with the items
// of its file.
type ZypperRepositories struct{}

// Command implements fact.Fact.
func (ZypperRepositories) Command() shell.Text {
	return shell.Raw("cat /etc/zypp/repos.d/*.repo || true")
}

// Requires implements fact.Requirer.
func (ZypperRepositories) Requires() string { return "zypper" }

// Zero implements fact.Zeroer.
func (ZypperRepositories) Zero() []map[string]string { return []map[string]string{} }

// Parse implements fact.Fact.
func (ZypperRepositories) Parse(lines []string) ([]map[string]string, error) {
	return rpm.ParseRepositories(lines), nil
}

var _ fact.Fact[[]map[string]string] = ZypperRepositories{}
