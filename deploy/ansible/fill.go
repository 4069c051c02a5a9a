package ansible

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"cygnet/fleet"
)

// ungrouped is Ansible's group of the hosts that are in no other.
const ungrouped = "ungrouped"

// order returns the groups without all, the weakest first: by depth, then by
// ansible_group_priority, then by name.
func (r *reader) order() ([]*group, error) {
	depths := map[string]int{}
	for _, name := range r.groupOrder {
		var above []string // what is in no other group is in all
		if name != fleet.All {
			above = []string{fleet.All}
		}
		if err := r.depth(name, depths, above); err != nil {
			return nil, err
		}
	}
	var list []*group
	for _, name := range r.groupOrder {
		if name != fleet.All {
			list = append(list, r.groups[name])
		}
	}
	slices.SortStableFunc(list, func(a, b *group) int {
		return cmp.Or(cmp.Compare(depths[a.name], depths[b.name]), cmp.Compare(a.priority(), b.priority()), strings.Compare(a.name, b.name))
	})
	return list, nil
}

// priority returns the group's place among those of the same depth.
func (g *group) priority() int64 {
	if n, ok := g.vars["ansible_group_priority"].(int64); ok {
		return n
	}
	return 1
}

// maxDepth bounds how deep groups may stand in groups.
const maxDepth = 100

// depth notes the length of the longest way from a group that is in no other
// down to each group.
func (r *reader) depth(name string, depths map[string]int, above []string) error {
	g := r.groups[name]
	if slices.Contains(above, name) {
		return g.place.errorf("group %s is in itself: %s", name, strings.Join(append(above, name), " > "))
	}
	if len(above) > maxDepth {
		return g.place.errorf("groups are in each other more than %d deep", maxDepth)
	}
	if known, ok := depths[name]; ok && known >= len(above) {
		return nil
	}
	depths[name] = len(above)
	above = append(slices.Clip(above), name)
	for _, child := range g.children {
		if err := r.depth(child, depths, above); err != nil {
			return err
		}
	}
	return nil
}

// below returns the hosts of a group and of those in it.
func (r *reader) below(g *group, seen map[string]bool) map[string]bool {
	hosts := map[string]bool{}
	if seen[g.name] {
		return hosts
	}
	seen[g.name] = true
	maps.Copy(hosts, g.hosts)
	for _, child := range g.children {
		maps.Copy(hosts, r.below(r.groups[child], seen))
	}
	return hosts
}

// fill adds everything to a fleet.
func (r *reader) fill(inv *fleet.Inventory, order []*group) error {
	var all []fleet.Member
	for _, name := range r.hostOrder {
		all = append(all, fleet.Member{Name: name, Data: translate(r.hosts[name].vars)})
	}
	if err := inv.AddGroup(fleet.All, translate(r.groups[fleet.All].vars), all...); err != nil {
		return err
	}
	grouped := map[string]bool{}
	for _, g := range order {
		if err := r.add(inv, g, r.below(g, map[string]bool{})); err != nil {
			return err
		}
		for name := range r.below(g, map[string]bool{}) {
			grouped[name] = grouped[name] || g.name != ungrouped
		}
	}
	alone := map[string]bool{}
	for _, name := range r.hostOrder {
		if !grouped[name] {
			alone[name] = true
		}
	}
	if len(alone) > 0 {
		if err := r.add(inv, r.group(ungrouped), alone); err != nil {
			return err
		}
	}
	for _, name := range r.hostOrder {
		connection(inv.Host(name))
	}
	return nil
}

// add adds a group with its hosts in the inventory's order.
func (r *reader) add(inv *fleet.Inventory, g *group, hosts map[string]bool) error {
	var members []fleet.Member
	for _, name := range r.hostOrder {
		if hosts[name] {
			members = append(members, fleet.Member{Name: name})
		}
	}
	return inv.AddGroup(g.name, translate(g.vars), members...)
}

// connection makes a host one of the connector that ansible_connection names.
func connection(h *fleet.Host) {
	v, _ := h.Lookup("ansible_connection")
	name, _ := v.(string)
	name = name[strings.LastIndexByte(name, '.')+1:] // community.docker.docker
	switch name {
	case "", "smart", "ssh", "paramiko", "paramiko_ssh", "libssh":
		return
	case "local":
		h.Connector, h.Address = name, ""
		return
	}
	h.Connector, h.Address = name, h.Name
	if address, ok := h.Lookup("ansible_host"); ok {
		if text, ok := address.(string); ok {
			h.Address = text
		}
	}
}
