package deploy

import (
	"errors"
	"fmt"
	"strings"

	"cygnet/deploy/ansible"
	"cygnet/fleet"
)

// Some names of an inventory do not mean a host but those that another file
// knows: @ansible/PATH an inventory of Ansible, @sshconfig/GLOB the hosts of
// ~/.ssh/config. They stand wherever a host is named. Groups that come with them
// are added too, as weaker ones than the group in which the name stands.

const (
	ansiblePrefix   = "@ansible/"
	sshConfigPrefix = "@sshconfig/"
)

// expand puts the hosts of other files in the place of the names that mean them.
func (b *builder) expand(members []fleet.Member) ([]fleet.Member, error) {
	var list []fleet.Member
	for _, m := range members {
		hosts, found, err := b.source(m.Name)
		if err != nil {
			return nil, err
		}
		if !found {
			list = append(list, m)
			continue
		}
		for _, name := range hosts {
			list = append(list, fleet.Member{Name: name, Data: m.Data})
		}
	}
	return list, nil
}

// source returns the hosts that a name means, if it means those of another file.
func (b *builder) source(name string) (hosts []string, found bool, err error) {
	if hosts, found = b.sources[name]; found {
		return hosts, true, nil
	}
	path, isAnsible := strings.CutPrefix(name, ansiblePrefix)
	glob, isSSHConfig := strings.CutPrefix(name, sshConfigPrefix)
	switch {
	case name == "@ansible" || isAnsible && path == "":
		return nil, false, fmt.Errorf("%s: write the path of the inventory, as in @ansible/inventory/hosts.ini", name)
	case isAnsible:
		hosts, err = b.ansible(path)
	case name == "@sshconfig" || isSSHConfig && glob == "":
		hosts, err = b.sshConfig(name, "*")
	case isSSHConfig:
		hosts, err = b.sshConfig(name, glob)
	default:
		return nil, false, nil
	}
	b.sources[name] = hosts
	return hosts, err == nil, err
}

// ansible adds an inventory of Ansible and returns its hosts.
func (b *builder) ansible(path string) ([]string, error) {
	hosts, warnings, err := ansible.Read(b.inv, path)
	if e, ok := errors.AsType[*ansible.Error](err); ok {
		return nil, placed(e.File, e.Line, 0, e.Message)
	}
	if err != nil {
		return nil, err
	}
	for _, text := range warnings {
		b.options.say("warning", text)
	}
	if len(hosts) == 0 {
		return nil, fmt.Errorf("%s: %w", path, fleet.ErrNoHosts)
	}
	return hosts, nil
}

// sshConfigGroup is the group of the hosts of ssh_config.
const sshConfigGroup = "sshconfig"

// sshConfig adds the hosts of ~/.ssh/config whose names match a glob and returns
// them.
func (b *builder) sshConfig(name, glob string) ([]string, error) {
	aliases, err := sshAliases(homeFile(".ssh/config"))
	if err != nil {
		return nil, err
	}
	known := fleet.New()
	for _, alias := range aliases {
		if err := known.AddGroup(fleet.All, nil, fleet.Member{Name: sshHost(alias)}); err != nil {
			return nil, fmt.Errorf("~/.ssh/config: %w", err)
		}
	}
	chosen, unmatched := known.Limit(glob)
	if len(unmatched) > 0 {
		return nil, fmt.Errorf("%s: %w: ~/.ssh/config has no Host that matches", name, fleet.ErrNoHosts)
	}
	var hosts []string
	var members []fleet.Member
	for _, h := range chosen {
		hosts = append(hosts, h.Name)
		members = append(members, fleet.Member{Name: h.Name})
	}
	return hosts, b.inv.AddGroup(sshConfigGroup, nil, members...)
}
