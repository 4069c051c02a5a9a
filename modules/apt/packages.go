package apt

import (
	"path"
	"slices"
	"strings"

	"cygnet/fact"
	"cygnet/modules/deb"
	"cygnet/modules/packaging"
	"cygnet/op"
	"cygnet/shell"
)

// Packages installs, upgrades or removes packages. A version is pinned by
// "name=version", where the version may have a * in it; an architecture is
// chosen by "name:arch".
type Packages struct {
	// Packages are the names, each with its version if that is pinned.
	Packages []string
	Absent   bool `arg:"!present"` // remove them
	// Latest upgrades packages that are installed without a pinned version.
	Latest bool
	Update bool // read the repositories' indexes first
	// CacheTime is for how many seconds after an update no other is needed.
	CacheTime int
	Upgrade   bool // upgrade all packages first
	Force     bool // pass --force-yes
	// NoRecommends installs no packages that others only recommend.
	NoRecommends bool
	// AllowDowngrades installs a pinned version in the place of a newer one.
	AllowDowngrades bool
	Purge           bool // remove configuration files too
	// ExtraInstallArgs is a piece of shell that goes before the names of
	// packages to install.
	ExtraInstallArgs string
	// ExtraUninstallArgs is the same for packages to remove.
	ExtraUninstallArgs string
}

// Plan implements op.Operation.
func (p Packages) Plan(h *op.Host) (op.Plan, error) {
	fact.Want(h, p.facts()...)
	var plan op.Plan
	if p.Update {
		if err := plan.Include(h, Update{CacheTime: p.CacheTime}); err != nil {
			return op.Plan{}, err
		}
	}
	switch {
	case p.Upgrade && len(plan.Commands) > 0:
		// What can be upgraded is only known after the update.
		plan.Run(aptGet(p.Force, shell.Raw("upgrade")))
	case p.Upgrade:
		if err := plan.Include(h, Upgrade{}); err != nil {
			return op.Plan{}, err
		}
	}
	if len(p.Packages) == 0 && (p.Update || p.Upgrade) {
		return plan, nil
	}
	packages, err := p.change(h)
	if err != nil {
		return op.Plan{}, err
	}
	plan.Commands = append(plan.Commands, packages.Commands...)
	if len(plan.Commands) == 0 {
		plan.Noop = packages.Noop
	}
	return plan, nil
}

// facts are what a plan needs, all but for packages of a foreign architecture.
func (p Packages) facts() []fact.Request {
	needed := []fact.Request{}
	if len(p.Packages) > 0 {
		needed = append(needed, fact.Ask(deb.DebPackages{}))
	}
	if p.Upgrade && (!p.Update || p.CacheTime > 0) {
		needed = append(needed, fact.Ask(SimulateOperationWillChange{"upgrade"}))
	}
	if p.Update {
		needed = append(needed, Update{CacheTime: p.CacheTime}.facts()...)
	}
	return needed
}

// change plans the packages themselves.
func (p Packages) change(h *op.Host) (op.Plan, error) {
	installed, err := fact.Get(h, deb.DebPackages{})
	if err != nil {
		return op.Plan{}, err
	}
	install := shell.Join(" ", shell.Raw("install"),
		packaging.When(p.NoRecommends, "--no-install-recommends"),
		packaging.When(p.AllowDowngrades, "--allow-downgrades"))
	verb := "remove"
	if p.Purge {
		verb = "purge"
	}
	manager := packaging.Manager{
		Install: aptGet(p.Force, install, shell.Raw(p.ExtraInstallArgs)),
		Upgrade: aptGet(p.Force, install),
		Remove:  aptGet(p.Force, shell.Raw(verb), shell.Raw(p.ExtraUninstallArgs)),
		Pin:     "=",
		Has:     func(wanted packaging.Package) (bool, error) { return has(h, installed, wanted) },
	}
	return manager.Plan(packaging.Wanted{Packages: p.Packages, Absent: p.Absent, Latest: p.Latest})
}

// has tells whether a package is installed. For one of a certain architecture
// dpkg must be asked once more, as its list does not tell them apart.
func has(h *op.Host, installed map[string][]string, p packaging.Package) (bool, error) {
	name, _, foreign := strings.Cut(p.Name, ":")
	versions := installed[name]
	if foreign && len(versions) > 0 {
		found, err := fact.Get(h, deb.DebPackage{Name: p.Name})
		if err != nil || found == nil {
			return false, err
		}
		versions = []string{found.Version}
	}
	return len(versions) > 0 && (p.Version == "" || slices.ContainsFunc(versions, func(v string) bool {
		return sameVersion(v, p.Version)
	})), nil
}

// sameVersion tells whether a version is the wanted one, in which a * stands for
// anything, as for apt-get itself. A version cannot hold a slash, which is all
// that path.Match would treat differently.
func sameVersion(version, wanted string) bool {
	match, err := path.Match(wanted, version)
	return version == wanted || err == nil && match
}
