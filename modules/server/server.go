// Package server has what concerns a host as a whole: commands and scripts, users
// and groups, its name, packages by whatever package manager it has.
//
// The facts stand in package modules/facts/server, below all modules; they are
// offered here under the same names.
package server

import (
	"cygnet/fact"
	facts "cygnet/modules/facts/server"
	"cygnet/op"
)

// The module's facts. Hostname and User are operations too.
type (
	Arch              = facts.Arch
	Command           = facts.Command
	Date              = facts.Date
	Groups            = facts.Groups
	HasGui            = facts.HasGui
	Home              = facts.Home
	HostnameFact      = facts.Hostname
	Kernel            = facts.Kernel
	KernelModules     = facts.KernelModules
	KernelVersion     = facts.KernelVersion
	LinuxDistribution = facts.LinuxDistribution
	LinuxGui          = facts.LinuxGui
	LinuxName         = facts.LinuxName
	Locales           = facts.Locales
	LsbRelease        = facts.LsbRelease
	MacosVersion      = facts.MacosVersion
	Mounts            = facts.Mounts
	Os                = facts.Os
	OsVersion         = facts.OsVersion
	Path              = facts.Path
	Port              = facts.Port
	RebootRequired    = facts.RebootRequired
	SecurityLimits    = facts.SecurityLimits
	Selinux           = facts.Selinux
	Sysctl            = facts.Sysctl
	TmpDir            = facts.TmpDir
	UserFact          = facts.UserFact
	Users             = facts.Users
	Which             = facts.Which
)

// Module returns the module.
func Module() op.Module {
	return op.Module{
		Name: "server",
		Operations: []op.Declaration{
			op.Declare(Group{}),
			op.Declare(Hostname{}),
			op.Declare(Packages{}),
			op.Declare(Script{}),
			op.Declare(ScriptTemplate{}),
			op.Declare(Shell{}),
			op.Declare(User{}),
			op.Declare(UserAuthorizedKeys{}),
		},
		Facts: []fact.Declaration{
			fact.Declare(Arch{}),
			fact.Declare(Command{}),
			fact.Declare(Date{}),
			fact.Declare(Groups{}),
			fact.Declare(HasGui{}),
			fact.Declare(Home{}),
			fact.Declare(HostnameFact{}),
			fact.Declare(Kernel{}),
			fact.Declare(KernelModules{}),
			fact.Declare(KernelVersion{}),
			fact.Declare(LinuxDistribution{}),
			fact.Declare(LinuxGui{}),
			fact.Declare(LinuxName{}),
			fact.Declare(Locales{}),
			fact.Declare(LsbRelease{}),
			fact.Declare(MacosVersion{}),
			fact.Declare(Mounts{}),
			fact.Declare(Os{}),
			fact.Declare(OsVersion{}),
			fact.Declare(Path{}),
			fact.Declare(Port{}),
			fact.Declare(RebootRequired{}),
			fact.Declare(SecurityLimits{}),
			fact.Declare(Selinux{}),
			fact.Declare(Sysctl{}),
			fact.Declare(TmpDir{}),
			fact.Declare(UserFact{}),
			fact.Declare(Users{}),
			fact.Declare(Which{}),
		},
	}
}
