// Package ssh reaches hosts over SSH, with nothing installed on them but sh.
//
// # What it reads
//
// A host's data says how to log in: ssh_hostname, ssh_port, ssh_user,
// ssh_password, ssh_key, ssh_key_password, ssh_allow_agent, ssh_look_for_keys,
// ssh_config_file, ssh_known_hosts_file and ssh_strict_host_key_checking. What
// is not there comes from the user's ssh_config, then from OpenSSH's defaults.
// Of ssh_config it knows HostName, User, Port, IdentityFile, IdentitiesOnly,
// IdentityAgent, ConnectTimeout, StrictHostKeyChecking and UserKnownHostsFile;
// ProxyJump and ProxyCommand are refused, as a connection past them would reach
// the wrong place; every other keyword changes nothing. Files are read once in
// a Connector's life, however many hosts there are.
//
// # Commands
//
// Each command has a channel of its own. Its environment carries a tag, by
// which everything that it started is found and ended when its time is over.
package ssh

import (
	"context"
	"io"
	"time"

	"cygnet/connect"
	"cygnet/connect/internal/transfer"
	"cygnet/fleet"
)

// Defaults of a Connector.
const (
	DefaultTimeout   = 10 * time.Second
	DefaultKeepalive = 15 * time.Second
)

// A Connector opens SSH connections. Its zero value is ready; it must not be
// copied after its first use.
type Connector struct {
	// Timeout bounds all of connecting: resolving the name, TCP, the key
	// exchange and logging in. 0 means what ssh_config says in ConnectTimeout,
	// or else DefaultTimeout.
	Timeout time.Duration
	// Keepalive is how long a host may be silent before it is asked whether it
	// is still there; a host that says nothing for three times as long after
	// that is lost. 0 means DefaultKeepalive, less means never.
	Keepalive time.Duration

	keys    cache[keyFile, key]
	configs cache[string, *config]
	hosts   cache[string, *knownHosts]
}

var _ connect.Connector = (*Connector)(nil)

// Connect implements [connect.Connector]. Its errors are one line that says
// what to do, and wrap [connect.ErrNeedsPerson] if time does not heal them.
func (c *Connector) Connect(ctx context.Context, host *fleet.Host) (connect.Conn, error) {
	s, err := c.settings(host)
	if err != nil {
		return nil, connect.NeedsPerson(err)
	}
	conn, err := c.dial(ctx, s)
	if err != nil {
		return nil, err
	}
	return conn, nil
}

// Upload implements [connect.Conn].
func (c *Conn) Upload(ctx context.Context, from io.Reader, to string, how connect.Transfer) error {
	return transfer.Upload(ctx, c, from, to, how)
}

// Download implements [connect.Conn].
func (c *Conn) Download(ctx context.Context, from string, to io.Writer, how connect.Transfer) error {
	return transfer.Download(ctx, c, from, to, how)
}
