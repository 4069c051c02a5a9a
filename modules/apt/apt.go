// Package apt installs packages on Debian and its descendants.
//
// What is installed is asked of dpkg (see package deb). Commands are built to
// run where nobody answers questions: configuration files that were changed on
// the host are kept.
package apt

import (
	"cygnet/fact"
	"cygnet/op"
	"cygnet/shell"
)

// Module returns the module.
func Module() op.Module {
	return op.Module{
		Name: "apt",
		Operations: []op.Declaration{
			op.Declare(DistUpgrade{}),
			op.Declare(Packages{}),
			op.Declare(Update{}),
			op.Declare(Upgrade{}),
		},
		Facts: []fact.Declaration{
			fact.Declare(AptKeys{}),
			fact.Declare(AptSources{}),
			fact.Declare(SimulateOperationWillChange{}),
		},
	}
}

// aptGet returns an apt-get command that asks nothing and keeps configuration
// files that were changed. Arguments are shell.
func aptGet(force bool, arguments ...shell.Text) shell.Text {
	start := "DEBIAN_FRONTEND=noninteractive apt-get -y"
	if force {
		start += " --force-yes"
	}
	start += ` -o Dpkg::Options::="--force-confdef" -o Dpkg::Options::="--force-confold"`
	return shell.Join(" ", append([]shell.Text{shell.Raw(start)}, arguments...)...)
}
