// Package all knows every connector that there is.
package all

import (
	"time"

	"cygnet/connect"
	"cygnet/connect/local"
	"cygnet/connect/ssh"
)

// Options are what a user can say about connections as such. The zero value
// takes every default.
type Options struct {
	// ConnectTimeout bounds the opening of one connection; 0 means what ssh_config
	// says, or else 10 seconds.
	ConnectTimeout time.Duration
	// Keepalive is how long a host may be silent before it is asked whether it
	// is there; 0 means 15 seconds, less means never.
	Keepalive time.Duration
}

// All returns the connectors by the name that stands after the @ in a host's
// name. They read keys and settings once, so a run needs one call.
func All(o Options) connect.Set {
	return connect.Set{
		"local": local.Connector{},
		"ssh":   &ssh.Connector{Timeout: o.ConnectTimeout, Keepalive: o.Keepalive},
	}
}
