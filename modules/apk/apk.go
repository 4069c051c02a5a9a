// Package apk installs packages on Alpine Linux.
package apk

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
		Name:       "apk",
		Operations: []op.Declaration{op.Declare(Packages{}), op.Declare(Update{}), op.Declare(Upgrade{})},
		Facts:      []fact.Declaration{fact.Declare(ApkPackages{})},
	}
}

// Packages installs, upgrades or removes packages. A version is pinned by
// "name=version", a repository by "name@tag".
type Packages struct {
	// Packages are the names, each with its version if that is pinned.
	Packages []string
	Absent   bool `arg:"!present"` // remove them
	Latest   bool // upgrade packages that are installed without a pinned version
	Update   bool // read the repositories' indexes first
	Upgrade  bool // upgrade all packages first
}

// Plan implements op.Operation.
func (p Packages) Plan(h *op.Host) (op.Plan, error) {
	packages, err := fact.Get(h, ApkPackages{})
	if err != nil {
		return op.Plan{}, err
	}
	manager := packaging.Manager{
		Install: shell.Raw("apk add"),
		Remove:  shell.Raw("apk del"),
		Upgrade: shell.Raw("apk upgrade"),
		Pin:     "=",
		Has: func(p packaging.Package) (bool, error) {
			p.Name, _, _ = strings.Cut(p.Name, "@")
			return packaging.Installed(packages).Has(p), nil
		},
	}
	return manager.Plan(packaging.Wanted{Packages: p.Packages, Absent: p.Absent, Latest: p.Latest},
		packaging.When(p.Update, "apk update"),
		packaging.When(p.Upgrade, "apk upgrade"))
}

// Update reads the repositories' indexes.
type Update struct{}

// Plan implements op.Operation.
func (Update) Plan(*op.Host) (op.Plan, error) {
	var p op.Plan
	p.Run(shell.Raw("apk update"))
	return p, nil
}

// Upgrade upgrades all packages.
type Upgrade struct {
	// Available also replaces or downgrades packages that the repositories
	// have in another version only.
	Available bool
}

// Plan implements op.Operation.
func (u Upgrade) Plan(*op.Host) (op.Plan, error) {
	var p op.Plan
	p.Run(shell.Join(" ", shell.Raw("apk upgrade"), packaging.When(u.Available, "--available")))
	return p, nil
}

// ApkPackages are the installed packages: the versions, with release, by name.
type ApkPackages struct{}

// Command implements fact.Fact.
func (ApkPackages) Command() shell.Text { return shell.Raw("apk list --installed") }

// Requires implements fact.Requirer.
func (ApkPackages) Requires() string { return "apk" }

// Zero implements fact.Zeroer.
func (ApkPackages) Zero() map[string][]string { return map[string][]string{} }

// Parse implements fact.Fact.
func (ApkPackages) Parse(lines []string) (map[string][]string, error) {
	packages := make(map[string][]string, len(lines))
	for _, l := range lines {
		// musl-utils-1.1.22-r3 x86_64 {musl} (MIT) [installed]
		full, rest, _ := strings.Cut(l, " ")
		release := strings.LastIndex(full, "-r")
		if release < 0 || !strings.Contains(rest, "[installed") {
			continue
		}
		version := strings.LastIndexByte(full[:release], '-')
		if version > 0 {
			packages[full[:version]] = append(packages[full[:version]], full[version+1:])
		}
	}
	return packages, nil
}

var _ fact.Fact[map[string][]string] = ApkPackages{}
