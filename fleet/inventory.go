package fleet

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
)

// All is the name of the group that every host is in.
const All = "all"

// ErrNoHosts means that an inventory, or what a limit left of it, is empty.
var ErrNoHosts = errors.New("no hosts")

// An Inventory is the hosts of a fleet in the order they were named, their
// groups and the groups' data. Build it before it is shared: adding is not safe
// for concurrent use, reading is. The zero value is an empty inventory.
type Inventory struct {
	hosts     []*Host
	byName    map[string]*Host
	groups    []string // in order of definition
	data      map[string]Data
	overrides Data
}

// New returns an empty inventory.
func New() *Inventory { return &Inventory{} }

// A Member is a host as a group names it: its name and the data given with it.
type Member struct {
	Name string
	Data Data
}

// AddGroup defines a group with its hosts and data. A host that is in several
// groups is one host: its data merges, the last word wins. Group [All] adds
// hosts and data without a group of its own.
func (inv *Inventory) AddGroup(name string, data Data, members ...Member) error {
	if name != All && !slices.Contains(inv.groups, name) {
		inv.groups = append(inv.groups, name)
	}
	inv.AddData(name, data)
	for _, m := range members {
		h, err := inv.host(m.Name)
		if err != nil {
			return fmt.Errorf("group %s: %w", name, err)
		}
		for k, v := range m.Data {
			h.own[k] = v
		}
		if name != All && !slices.Contains(h.groups, name) {
			h.groups = append(h.groups, name)
			slices.SortFunc(h.groups, inv.order)
		}
	}
	return nil
}

// order compares groups by the order of their definition.
func (inv *Inventory) order(a, b string) int {
	return slices.Index(inv.groups, a) - slices.Index(inv.groups, b)
}

// AddData merges data into that of a group, which need not exist yet.
func (inv *Inventory) AddData(group string, data Data) {
	if inv.data == nil {
		inv.data = map[string]Data{}
	}
	if inv.data[group] == nil {
		inv.data[group] = Data{}
	}
	for k, v := range data {
		inv.data[group][k] = v
	}
}

// Override sets values that are stronger than those of hosts and groups: the
// command line's.
func (inv *Inventory) Override(data Data) {
	if inv.overrides == nil {
		inv.overrides = Data{}
	}
	for k, v := range data {
		inv.overrides[k] = v
	}
}

func (inv *Inventory) host(name string) (*Host, error) {
	if h := inv.byName[name]; h != nil {
		return h, nil
	}
	connector, address, err := parseName(name)
	if err != nil {
		return nil, err
	}
	h := &Host{Name: name, Connector: connector, Address: address, inventory: inv, own: Data{}}
	if inv.byName == nil {
		inv.byName = map[string]*Host{}
	}
	inv.byName[name] = h
	inv.hosts = append(inv.hosts, h)
	return h, nil
}

// Hosts returns the hosts in the order they were named.
func (inv *Inventory) Hosts() []*Host { return inv.hosts }

// Host returns the host of that name, or nil.
func (inv *Inventory) Host(name string) *Host { return inv.byName[name] }

// Groups returns the names of the groups in order of definition, without "all".
func (inv *Inventory) Groups() []string { return inv.groups }

// Group returns the hosts of a group in the inventory's order, and whether
// there is such a group.
func (inv *Inventory) Group(name string) ([]*Host, bool) {
	if name == All {
		return inv.hosts, true
	}
	if !slices.Contains(inv.groups, name) {
		return nil, false
	}
	var members []*Host
	for _, h := range inv.hosts {
		if h.In(name) {
			members = append(members, h)
		}
	}
	return members, true
}

// Limit returns the hosts that any of the patterns names, in the inventory's
// order: a group's name, else a host's, else a glob on host names, in which *
// stands for anything, slashes too. Patterns that match nothing are returned as
// well. No patterns means all hosts.
func (inv *Inventory) Limit(patterns ...string) (hosts []*Host, unmatched []string) {
	if len(patterns) == 0 {
		return inv.hosts, nil
	}
	chosen := map[*Host]bool{}
	for _, p := range patterns {
		members := inv.named(p)
		if len(members) == 0 {
			unmatched = append(unmatched, p)
		}
		for _, h := range members {
			chosen[h] = true
		}
	}
	for _, h := range inv.hosts {
		if chosen[h] {
			hosts = append(hosts, h)
		}
	}
	return hosts, unmatched
}

func (inv *Inventory) named(pattern string) []*Host {
	if members, ok := inv.Group(pattern); ok {
		return members
	}
	if h := inv.Host(pattern); h != nil {
		return []*Host{h}
	}
	// To path.Match a slash is special, which it is not in a host's name; and
	// it negates a class by ^, where shells and Python have !.
	plain := strings.NewReplacer("/", "\x00")
	glob := strings.ReplaceAll(plain.Replace(pattern), "[!", "[^")
	var found []*Host
	for _, h := range inv.hosts {
		// A malformed pattern matches nothing.
		if ok, err := path.Match(glob, plain.Replace(h.Name)); err == nil && ok {
			found = append(found, h)
		}
	}
	return found
}
