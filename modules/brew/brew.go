// Package brew installs packages with Homebrew, on macOS and Linux.
package brew

import (
	"cygnet/fact"
	"cygnet/modules/packaging"
	"cygnet/op"
	"cygnet/shell"
)

// Module returns the module.
func Module() op.Module {
	return op.Module{
		Name: "brew",
		Operations: []op.Declaration{
			op.Declare(CaskUpgrade{}),
			op.Declare(Casks{}),
			op.Declare(Packages{}),
			op.Declare(Tap{}),
			op.Declare(Update{}),
			op.Declare(Upgrade{}),
		},
		Facts: []fact.Declaration{
			fact.Declare(BrewCasks{}),
			fact.Declare(BrewPackages{}),
			fact.Declare(BrewTaps{}),
			fact.Declare(BrewVersion{}),
		},
	}
}

// Packages installs, upgrades or removes packages. A version that is a package
// of its own is written as Homebrew does: "python@3.13".
type Packages struct {
	// Packages are the names.
	Packages []string
	Absent   bool `arg:"!present"` // remove them
	Latest   bool // upgrade packages that are installed
	Update   bool // read the list of packages first
	Upgrade  bool // upgrade all packages first
}

// Plan implements op.Operation.
func (p Packages) Plan(h *op.Host) (op.Plan, error) {
	packages, err := fact.Get(h, BrewPackages{})
	if err != nil {
		return op.Plan{}, err
	}
	manager := packaging.Manager{
		Install: shell.Raw("brew install"),
		Remove:  shell.Raw("brew uninstall"),
		Upgrade: shell.Raw("brew upgrade"),
		Has:     packaging.Installed(packages).Find,
	}
	return manager.Plan(packaging.Wanted{Packages: p.Packages, Absent: p.Absent, Latest: p.Latest},
		packaging.When(p.Update, "brew update"),
		packaging.When(p.Upgrade, "brew upgrade"))
}

// Casks installs, upgrades or removes casks: applications of macOS.
type Casks struct {
	// Casks are the names.
	Casks   []string
	Absent  bool `arg:"!present"` // remove them
	Latest  bool // upgrade casks that are installed
	Upgrade bool // upgrade all casks first
}

// Plan implements op.Operation.
func (c Casks) Plan(h *op.Host) (op.Plan, error) {
	fact.Want(h, fact.Ask(BrewCasks{}), fact.Ask(BrewVersion{}))
	casks, err := fact.Get(h, BrewCasks{})
	if err != nil {
		return op.Plan{}, err
	}
	version, err := fact.Get(h, BrewVersion{})
	if err != nil {
		return op.Plan{}, err
	}
	manager := packaging.Manager{
		Install: cask(version, "install"),
		Remove:  cask(version, "uninstall"),
		Upgrade: cask(version, "upgrade"),
		Has:     packaging.Installed(casks).Find,
	}
	first := shell.Text{}
	if c.Upgrade {
		first = cask(version, "upgrade")
	}
	return manager.Plan(packaging.Wanted{Packages: c.Casks, Absent: c.Absent, Latest: c.Latest}, first)
}

// cask returns a command for casks: a command of its own until Homebrew 2.6, an
// option since.
func cask(version []int, verb string) shell.Text {
	if len(version) >= 2 && (version[0] > 2 || version[0] == 2 && version[1] >= 6) {
		return shell.Words("brew", verb, "--cask")
	}
	return shell.Words("brew", "cask", verb)
}

// CaskUpgrade upgrades all casks.
type CaskUpgrade struct{}

// Plan implements op.Operation.
func (CaskUpgrade) Plan(h *op.Host) (op.Plan, error) {
	version, err := fact.Get(h, BrewVersion{})
	if err != nil {
		return op.Plan{}, err
	}
	var p op.Plan
	p.Run(cask(version, "upgrade"))
	return p, nil
}

// Update reads the list of packages.
type Update struct{}

// Plan implements op.Operation.
func (Update) Plan(*op.Host) (op.Plan, error) {
	var p op.Plan
	p.Run(shell.Raw("brew update"))
	return p, nil
}

// Upgrade upgrades all packages.
type Upgrade struct{}

// Plan implements op.Operation.
func (Upgrade) Plan(*op.Host) (op.Plan, error) {
	var p op.Plan
	p.Run(shell.Raw("brew upgrade"))
	return p, nil
}
