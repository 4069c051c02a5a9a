package server

import (
	"cygnet/fact"
	"cygnet/modules/files"
	"cygnet/op"
	"cygnet/shell"
)

// Hostname sets the host's name: at once, and for when it starts again.
type Hostname struct {
	// Hostname is the name to set.
	Hostname string `arg:",required"`
	// HostnameFile keeps the name where there is no hostnamectl; empty is
	// /etc/hostname on Linux and none elsewhere.
	HostnameFile string
}

// Plan implements op.Operation.
func (n Hostname) Plan(h *op.Host) (op.Plan, error) {
	fact.Want(h, fact.Ask(HostnameFact{}), fact.Ask(Which{Name: "hostnamectl"}), fact.Ask(Os{}))
	current, err := fact.Get(h, HostnameFact{})
	if err != nil {
		return op.Plan{}, err
	}
	hostnamectl, err := fact.Get(h, Which{Name: "hostnamectl"})
	if err != nil {
		return op.Plan{}, err
	}
	var p op.Plan
	switch {
	case hostnamectl == "":
		return n.withoutSystemd(h, current)
	case current == n.Hostname:
		return op.Nothing("the host is called %s", n.Hostname), nil
	}
	p.Run(shell.Words("hostnamectl", "set-hostname", n.Hostname))
	return p, nil
}

func (n Hostname) withoutSystemd(h *op.Host, current string) (op.Plan, error) {
	os, err := fact.Get(h, Os{})
	if err != nil {
		return op.Plan{}, err
	}
	if n.HostnameFile == "" && os == "Linux" {
		n.HostnameFile = "/etc/hostname"
	}
	var p op.Plan
	if current != n.Hostname {
		p.Run(shell.Words("hostname", n.Hostname))
	}
	if n.HostnameFile != "" {
		// A host with a wrong name has it in the file too.
		file := files.Put{Src: op.Bytes([]byte(n.Hostname + "\n")), Dest: n.HostnameFile, Force: current != n.Hostname}
		if err := p.Include(h, file); err != nil {
			return op.Plan{}, err
		}
	}
	if len(p.Commands) == 0 {
		p.Noop = "the host is called " + n.Hostname
	}
	return p, nil
}
