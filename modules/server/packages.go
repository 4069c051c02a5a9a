package server

import (
	"cygnet/fact"
	"cygnet/modules/apk"
	"cygnet/modules/apt"
	"cygnet/modules/brew"
	"cygnet/modules/deb"
	"cygnet/modules/dnf"
	"cygnet/modules/pacman"
	"cygnet/modules/rpm"
	"cygnet/modules/xbps"
	"cygnet/modules/yum"
	"cygnet/modules/zypper"
	"cygnet/op"
)

// Packages installs or removes packages by the host's package manager.
type Packages struct {
	// Packages are the names, as the host's package manager has them.
	Packages []string `arg:",required"`
	Absent   bool     `arg:"!present"` // remove them
}

// A manager is a package manager, known by its program.
type manager struct {
	program  string
	packages func(names []string, absent bool) op.Operation
	fact     fact.Request // its list of installed packages
}

// managers returns all of them in the order in which they are looked for. Where
// a host has several, the first is the host's own.
func managers() []manager {
	rpms := fact.Ask(rpm.RpmPackages{})
	return []manager{
		{"apk", func(n []string, a bool) op.Operation { return apk.Packages{Packages: n, Absent: a} }, fact.Ask(apk.ApkPackages{})},
		{"apt", func(n []string, a bool) op.Operation { return apt.Packages{Packages: n, Absent: a} }, fact.Ask(deb.DebPackages{})},
		{"brew", func(n []string, a bool) op.Operation { return brew.Packages{Packages: n, Absent: a} }, fact.Ask(brew.BrewPackages{})},
		{"dnf", func(n []string, a bool) op.Operation { return dnf.Packages{Packages: n, Absent: a} }, rpms},
		{"pacman", func(n []string, a bool) op.Operation { return pacman.Packages{Packages: n, Absent: a} }, fact.Ask(pacman.PacmanPackages{})},
		{"xbps-install", func(n []string, a bool) op.Operation { return xbps.Packages{Packages: n, Absent: a} }, fact.Ask(xbps.XbpsPackages{})},
		{"yum", func(n []string, a bool) op.Operation { return yum.Packages{Packages: n, Absent: a} }, rpms},
		{"zypper", func(n []string, a bool) op.Operation { return zypper.Packages{Packages: n, Absent: a} }, rpms},
	}
}

// Plan implements op.Operation. It asks for all package managers and their lists
// at once; those that a host does not have cost it nothing.
func (p Packages) Plan(h *op.Host) (op.Plan, error) {
	all := managers()
	var wanted []fact.Request
	for _, m := range all {
		wanted = append(wanted, fact.Ask(Which{Name: m.program}), m.fact)
	}
	fact.Want(h, wanted...)
	for _, m := range all {
		found, err := fact.Get(h, Which{Name: m.program})
		if err != nil {
			return op.Plan{}, err
		}
		if found != "" {
			return m.packages(p.Packages, p.Absent).Plan(h)
		}
	}
	return op.Plan{}, op.Errorf("the host has no package manager that is known: install packages with server.shell")
}
