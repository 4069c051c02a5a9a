// Package dnf installs packages with dnf.
package dnf

import (
	"cygnet/fact"
	"cygnet/modules/packaging"
	"cygnet/modules/rpm"
	"cygnet/op"
	"cygnet/shell"
)

// Module returns the module.
func Module() op.Module {
	return op.Module{
		Name:       "dnf",
		Operations: []op.Declaration{op.Declare(Packages{}), op.Declare(Update{})},
		Facts:      []fact.Declaration{fact.Declare(DnfRepositories{})},
	}
}

// Packages installs, upgrades or removes packages. A version is pinned by
// "name=version"; without a release, any release of it will do.
type Packages struct {
	// Packages are the names, each with its version if that is pinned, or names
	// that packages provide.
	Packages []string
	Absent   bool `arg:"!present"` // remove them
	// Latest upgrades packages that are installed without a pinned version.
	Latest bool
	Update bool // update all packages first
	Clean  bool // drop the cache before anything else
	// NoBest takes what can be installed rather than the newest.
	NoBest packaging.Flag `arg:"nobest"`
	// ExtraInstallArgs is a piece of shell that goes before the names of
	// packages to install.
	ExtraInstallArgs string
	// ExtraUninstallArgs is the same for packages to remove.
	ExtraUninstallArgs string
}

// Plan implements op.Operation.
func (p Packages) Plan(h *op.Host) (op.Plan, error) {
	return rpm.Changes{
		Program: "dnf",
		Wanted:  packaging.Wanted{Packages: p.Packages, Absent: p.Absent, Latest: p.Latest},
		Update:  p.Update, Clean: p.Clean, NoBest: bool(p.NoBest),
		InstallArgs: p.ExtraInstallArgs, UninstallArgs: p.ExtraUninstallArgs,
	}.Plan(h)
}

// Update updates all packages.
type Update struct{}

// Plan implements op.Operation.
func (Update) Plan(*op.Host) (op.Plan, error) {
	var p op.Plan
	p.Run(shell.Words("dnf", "update", "-y"))
	return p, nil
}

// DnfRepositories are the repositories that dnf knows, each with the items of its
// file.
type DnfRepositories struct{}

// Command implements fact.Fact.
func (DnfRepositories) Command() shell.Text {
	return shell.Raw("(! test -f /etc/dnf.conf || cat /etc/dnf.conf) && (cat /etc/dnf.repos.d/*.repo || true) && (cat /etc/yum.repos.d/*.repo || true)")
}

// Requires implements fact.Requirer.
func (DnfRepositories) Requires() string { return "dnf" }

// Zero implements fact.Zeroer.
func (DnfRepositories) Zero() []map[string]string { return []map[string]string{} }

// Parse implements fact.Fact.
func (DnfRepositories) Parse(lines []string) ([]map[string]string, error) {
	return rpm.ParseRepositories(lines), nil
}

var _ fact.Fact[[]map[string]string] = DnfRepositories{}
