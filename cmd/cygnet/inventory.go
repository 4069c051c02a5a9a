package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"cygnet/deploy"
	"cygnet/fact"
	"cygnet/fleet"
	"cygnet/screen"
	"cygnet/shell"
)

// debugInventory prints what an inventory says. It connects to nothing.
func (o *runOptions) debugInventory(ctx context.Context, con console, inventory string, words []string) error {
	if len(words) > 0 {
		return errors.New("debug-inventory: nothing can follow it; --limit shows a part")
	}
	none := func(deploy.Options) ([]*deploy.Program, error) { return nil, nil }
	files, err := o.read(ctx, con, inventory, none)
	if err != nil {
		return err
	}
	if o.json {
		return writeJSON(con.out, inventoryDocument(files))
	}
	var b strings.Builder
	for _, h := range files.hosts {
		fmt.Fprintf(&b, "%s (%s)", screen.Visible(h.Name), screen.Visible(way(h)))
		if groups := h.Groups(); len(groups) > 0 {
			fmt.Fprintf(&b, "  groups: %s", screen.Visible(strings.Join(groups, ", ")))
		}
		b.WriteByte('\n')
		for _, m := range shownData(h.All()) {
			text, err := json.Marshal(m.value)
			if err != nil {
				return err
			}
			fmt.Fprintf(&b, "    %s = %s\n", screen.Visible(m.name), screen.Visible(string(text)))
		}
	}
	fmt.Fprintf(&b, "\n%d hosts\n", len(files.hosts))
	for _, g := range groupMembers(files) {
		fmt.Fprintf(&b, "    %s: %d\n", screen.Visible(g.name), len(g.value.([]string)))
	}
	_, err = con.out.Write([]byte(b.String()))
	return err
}

// way says how a host is reached.
func way(h *fleet.Host) string {
	if h.Address == "" {
		return "@" + h.Connector
	}
	return "@" + h.Connector + "/" + h.Address
}

// inventoryDocument has hosts, with their groups and the data that wins, and
// groups with their hosts.
func inventoryDocument(files input) object {
	hosts := object{}
	for _, h := range files.hosts {
		hosts = append(hosts, member{h.Name, object{
			{"connector", h.Connector}, {"address", h.Address}, {"groups", slices.Concat([]string{}, h.Groups())}, {"data", shownData(h.All())},
		}})
	}
	return object{{"hosts", hosts}, {"groups", groupMembers(files)}}
}

// groupMembers has the groups with those of their hosts that take part.
func groupMembers(files input) object {
	groups := object{}
	for _, name := range files.inventory.Groups() {
		members := []string{}
		for _, h := range files.hosts {
			if h.In(name) {
				members = append(members, h.Name)
			}
		}
		if len(members) > 0 {
			groups = append(groups, member{name, members})
		}
	}
	return groups
}

// shownData is data in order of its names, without secrets.
func shownData(data fleet.Data) object {
	shown := object{}
	for _, name := range slices.Sorted(maps.Keys(data)) {
		shown = append(shown, member{name, masked(name, deploy.PlainData(data[name]))})
	}
	return shown
}

// masked hides a value whose name says that it is secret, and what is so in it.
func masked(name string, v any) any {
	if shell.SecretName(name) && v != nil && v != "" {
		return shell.Mask
	}
	switch v := v.(type) {
	case fact.Dict:
		dict := make(fact.Dict, len(v))
		for i, item := range v {
			dict[i] = fact.Item{Key: item.Key, Value: masked(fmt.Sprint(item.Key), item.Value)}
		}
		return dict
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = masked("", item)
		}
		return list
	}
	return v
}
