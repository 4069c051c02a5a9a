package fleet

import (
	"path"
	"slices"
	"strings"
)

// A limit says which hosts take part. It does not change what they are: a host
// has the same groups and data whichever limit chose it, so a run for a part of
// the fleet brings it to the state that a run for the whole fleet would.

// Limit returns the hosts that any of the patterns names, in the inventory's
// order: a group's name, else a host's, else those of a range (see [Expand]),
// else a glob on host names, in which * stands for anything, slashes too.
// Patterns that match nothing are returned as well. No patterns means all hosts.
func (inv *Inventory) Limit(patterns ...string) (hosts []*Host, unmatched []string) {
	if len(patterns) == 0 {
		return inv.hosts, nil
	}
	chosen, unmatched := inv.choose(patterns)
	for _, h := range inv.hosts {
		if chosen[h] {
			hosts = append(hosts, h)
		}
	}
	return hosts, unmatched
}

// Exclude returns those of the hosts that none of the patterns names, as Limit
// reads them, and the patterns that name no host of the inventory.
func (inv *Inventory) Exclude(hosts []*Host, patterns ...string) (left []*Host, unmatched []string) {
	chosen, unmatched := inv.choose(patterns)
	left = slices.DeleteFunc(slices.Clone(hosts), func(h *Host) bool { return chosen[h] })
	return left, unmatched
}

// choose returns the hosts that any of the patterns names.
func (inv *Inventory) choose(patterns []string) (chosen map[*Host]bool, unmatched []string) {
	chosen = map[*Host]bool{}
	for _, p := range patterns {
		members := inv.named(p)
		if len(members) == 0 {
			unmatched = append(unmatched, p)
		}
		for _, h := range members {
			chosen[h] = true
		}
	}
	return chosen, unmatched
}

func (inv *Inventory) named(pattern string) []*Host {
	if members, ok := inv.Group(pattern); ok {
		return members
	}
	if h := inv.Host(pattern); h != nil {
		return []*Host{h}
	}
	// What is no range, such as [a-z0-9], may still be the class of a glob.
	if names, err := Expand(pattern); err == nil && len(names) > 1 {
		var found []*Host
		for _, name := range names {
			if h := inv.Host(name); h != nil {
				found = append(found, h)
			} else if strings.ContainsAny(name, `*?\`) {
				found = append(found, inv.matching(name)...)
			}
		}
		return found
	}
	return inv.matching(pattern)
}

// matching returns the hosts whose names match a glob.
func (inv *Inventory) matching(pattern string) []*Host {
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
