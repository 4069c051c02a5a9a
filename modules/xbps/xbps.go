// Package xbps installs packages on Void Linux.
package xbps

import (
	"strings"

	"cygnet/fact"
	"cygnet/modules/packaging"
	"cygnet/op"
	"cygnet/shell"
)

// Module returns the module.
func Module() op.Module {
	return op.Module{
		Name:       "xbps",
		Operations: []op.Declaration{op.Declare(Packages{}), op.Declare(Update{}), op.Declare(Upgrade{})},
		Facts:      []fact.Declaration{fact.Declare(XbpsPackages{})},
	}
}

// Packages installs or removes packages.
type Packages struct {
	// Packages are the names.
	Packages []string
	Absent   bool `arg:"!present"` // remove them
	Update   bool // read the repositories' indexes first
	Upgrade  bool // upgrade all packages first
}

// Plan implements op.Operation.
func (p Packages) Plan(h *op.Host) (op.Plan, error) {
	packages, err := fact.Get(h, XbpsPackages{})
	if err != nil {
		return op.Plan{}, err
	}
	manager := packaging.Manager{
		Install: shell.Raw("xbps-install -y"),
		Remove:  shell.Raw("xbps-remove -y"),
		Has:     packaging.Installed(packages).Find,
	}
	return manager.Plan(packaging.Wanted{Packages: p.Packages, Absent: p.Absent},
		packaging.When(p.Update, "xbps-install -S"),
		packaging.When(p.Upgrade, "xbps-install -y -u"))
}

// Update reads the repositories' indexes.
type Update struct{}

// Plan implements op.Operation.
func (Update) Plan(*op.Host) (op.Plan, error) {
	var p op.Plan
	p.Run(shell.Raw("xbps-install -S"))
	return p, nil
}

// Upgrade upgrades all packages.
type Upgrade struct{}

// Plan implements op.Operation.
func (Upgrade) Plan(*op.Host) (op.Plan, error) {
	var p op.Plan
	p.Run(shell.Raw("xbps-install -y -u"))
	return p, nil
}

// XbpsPackages are the installed packages: the versions by name.
type XbpsPackages struct{}

// Command implements fact.Fact.
func (XbpsPackages) Command() shell.Text { return shell.Raw("xbps-query -l") }

// Requires implements fact.Requirer.
func (XbpsPackages) Requires() string { return "xbps-query" }

// Zero implements fact.Zeroer.
func (XbpsPackages) Zero() map[string][]string { return map[string][]string{} }

// Parse implements fact.Fact.
func (XbpsPackages) Parse(lines []string) (map[string][]string, error) {
	packages := make(map[string][]string, len(lines))
	for _, l := range lines {
		// ii python3-3.13.2_1  Python programming language
		f := strings.Fields(l)
		if len(f) < 2 || f[0] != "ii" {
			continue
		}
		if version := strings.LastIndexByte(f[1], '-'); version > 0 {
			packages[f[1][:version]] = append(packages[f[1][:version]], f[1][version+1:])
		}
	}
	return packages, nil
}

var _ fact.Fact[map[string][]string] = XbpsPackages{}
