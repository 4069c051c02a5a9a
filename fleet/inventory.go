package fleet

import (
	"errors"
	"fmt"
	"maps"
	"slices"
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
// groups is one host: its data merges, the last word wins. A name may have
// ranges: see [Expand]. Group [All] adds hosts and data without a group of its
// own.
func (inv *Inventory) AddGroup(name string, data Data, members ...Member) error {
	if name != All && !slices.Contains(inv.groups, name) {
		inv.groups = append(inv.groups, name)
	}
	inv.AddData(name, data)
	for _, m := range members {
		names, err := Expand(m.Name)
		if err != nil {
			return fmt.Errorf("group %s: %w", name, err)
		}
		for _, host := range names {
			if err := inv.join(name, host, m.Data); err != nil {
				return fmt.Errorf("group %s: %w", name, err)
			}
		}
	}
	return nil
}

// join makes one host a member of a group.
func (inv *Inventory) join(group, name string, data Data) error {
	h, err := inv.host(name)
	if err != nil {
		return err
	}
	maps.Copy(h.own, data)
	if group != All && !slices.Contains(h.groups, group) {
		h.groups = append(h.groups, group)
		slices.SortFunc(h.groups, inv.order)
	}
	return nil
}

// AddHostData merges data into a host's own, over what groups have said of it.
// It reports whether there is such a host.
func (inv *Inventory) AddHostData(name string, data Data) bool {
	h := inv.byName[name]
	if h != nil {
		maps.Copy(h.own, data)
	}
	return h != nil
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
	connector, address, login, err := parseName(name)
	if err != nil {
		return nil, err
	}
	h := &Host{Name: name, Connector: connector, Address: address, inventory: inv, own: Data{}}
	maps.Copy(h.own, login)
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
