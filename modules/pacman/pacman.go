// Package pacman installs packages on Arch Linux.
package pacman

import (
	"slices"
	"strings"

	"cygnet/fact"
	"cygnet/modules/packaging"
	"cygnet/op"
	"cygnet/shell"
)

// Module returns the module.
func Module() op.Module {
	return op.Module{
		Name:       "pacman",
		Operations: []op.Declaration{op.Declare(Packages{}), op.Declare(Update{}), op.Declare(Upgrade{})},
		Facts:      []fact.Declaration{fact.Declare(PacmanPackages{}), fact.Declare(PacmanUnpackGroup{})},
	}
}

// Packages installs or removes packages and groups of packages. A group is
// there when all its packages are, and to be removed while any of them is.
type Packages struct {
	// Packages are the names of packages and groups.
	Packages []string
	Absent   bool `arg:"!present"` // remove them
	Update   bool // read the repositories' indexes first
	Upgrade  bool // upgrade all packages first
}

// Plan implements op.Operation.
func (p Packages) Plan(h *op.Host) (op.Plan, error) {
	packages, err := fact.Get(h, PacmanPackages{})
	if err != nil {
		return op.Plan{}, err
	}
	installed := func(name string) bool { _, ok := packages[name]; return ok }
	manager := packaging.Manager{
		Install: shell.Raw("pacman --noconfirm -S"),
		Remove:  shell.Raw("pacman --noconfirm -R"),
		Has: func(wanted packaging.Package) (bool, error) {
			if installed(wanted.Name) {
				return true, nil
			}
			members, err := fact.Get(h, PacmanUnpackGroup{wanted.Name})
			if err != nil || p.Absent {
				return slices.ContainsFunc(members, installed), err
			}
			missing := slices.ContainsFunc(members, func(name string) bool { return !installed(name) })
			return len(members) > 0 && !missing, nil
		},
	}
	return manager.Plan(packaging.Wanted{Packages: p.Packages, Absent: p.Absent},
		packaging.When(p.Update, "pacman -Sy"),
		packaging.When(p.Upgrade, "pacman --noconfirm -Su"))
}

// Update reads the repositories' indexes.
type Update struct{}

// Plan implements op.Operation.
func (Update) Plan(*op.Host) (op.Plan, error) {
	var p op.Plan
	p.Run(shell.Raw("pacman -Sy"))
	return p, nil
}

// Upgrade upgrades all packages.
type Upgrade struct{}

// Plan implements op.Operation.
func (Upgrade) Plan(*op.Host) (op.Plan, error) {
	var p op.Plan
	p.Run(shell.Raw("pacman --noconfirm -Su"))
	return p, nil
}

// PacmanPackages are the installed packages: the version by name.
type PacmanPackages struct{}

// Command implements fact.Fact.
func (PacmanPackages) Command() shell.Text { return shell.Raw("pacman -Q") }

// Requires implements fact.Requirer.
func (PacmanPackages) Requires() string { return "pacman" }

// Zero implements fact.Zeroer.
func (PacmanPackages) Zero() map[string][]string { return map[string][]string{} }

// Parse implements fact.Fact.
func (PacmanPackages) Parse(lines []string) (map[string][]string, error) {
	packages := make(map[string][]string, len(lines))
	for _, l := range lines {
		if f := strings.Fields(l); len(f) == 2 {
			packages[f[0]] = append(packages[f[0]], f[1])
		}
	}
	return packages, nil
}

var _ fact.Fact[map[string][]string] = PacmanPackages{}

// PacmanUnpackGroup are the packages that pacman installs for a name, which may
// be that of a group. It is empty for a name that no repository has.
type PacmanUnpackGroup struct {
	// Name is the name of a package or a group.
	Name string `arg:"package,required"`
}

// Command implements fact.Fact.
func (g PacmanUnpackGroup) Command() shell.Text {
	return shell.Join(" ", shell.Raw(`pacman -S --print-format "%n"`), shell.Word(g.Name), shell.Raw("|| true"))
}

// Requires implements fact.Requirer.
func (PacmanUnpackGroup) Requires() string { return "pacman" }

// Parse implements fact.Fact.
func (PacmanUnpackGroup) Parse(lines []string) ([]string, error) {
	names := []string{}
	for _, l := range lines {
		if l = strings.TrimSpace(l); l != "" {
			names = append(names, l)
		}
	}
	return names, nil
}

var _ fact.Fact[[]string] = PacmanUnpackGroup{}
