package library

import (
	"slices"
	"strings"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
	"cygnet/fleet"
	"cygnet/op/argument"
)

// inventoryObject is `inventory` in one session.
type inventoryObject struct {
	object
	session *Session
}

var (
	_ starlark.HasAttrs = (*inventoryObject)(nil)
	_ starlark.Sequence = (*inventoryObject)(nil)
	_ starlark.Mapping  = (*inventoryObject)(nil)
)

func (*inventoryObject) String() string { return "<Inventory>" }
func (*inventoryObject) Type() string   { return "Inventory" }

// Len implements starlark.Sequence.
func (i *inventoryObject) Len() int { return len(i.session.inventory.Hosts()) }

// Iterate implements starlark.Iterable.
func (i *inventoryObject) Iterate() starlark.Iterator {
	return i.session.hosts(i.session.inventory.Hosts()).Iterate()
}

// Get implements starlark.Mapping, and with it `in`: a host by its name.
func (i *inventoryObject) Get(k starlark.Value) (starlark.Value, bool, error) {
	name, ok := starlark.AsString(k)
	if h, isHost := k.(*hostObject); isHost {
		name, ok = h.host.Name, true
	}
	if h := i.session.inventory.Host(name); ok && h != nil {
		return i.session.hostObject(h), true, nil
	}
	return nil, false, nil
}

var inventoryAttributes = attributes[*inventoryObject]{
	"get_host":  method("get_host", (*inventoryObject).getHost),
	"get_group": method("get_group", (*inventoryObject).getGroup),
	"hosts": func(i *inventoryObject) (starlark.Value, error) {
		dict := starlark.NewDict(i.Len())
		for _, h := range i.session.inventory.Hosts() {
			if err := dict.SetKey(starlark.String(h.Name), i.session.hostObject(h)); err != nil {
				return nil, err
			}
		}
		return dict, nil
	},
	"groups": func(i *inventoryObject) (starlark.Value, error) {
		dict := starlark.NewDict(8)
		for _, name := range i.session.inventory.Groups() {
			members, _ := i.session.inventory.Group(name)
			if err := dict.SetKey(starlark.String(name), i.session.hosts(members)); err != nil {
				return nil, err
			}
		}
		return dict, nil
	},
}

var laterInventory = map[string]string{
	"get_active_hosts": "", "iter_active_hosts": "", "iter_all_hosts": "iterate over inventory", "get_group_data": "",
	"get_host_data": "use get_host(name).data", "get_data": "", "get_override_data": "", "get_groups_data": "", "get_deploy_data": "",
}

// Attr implements starlark.HasAttrs.
func (i *inventoryObject) Attr(name string) (starlark.Value, error) {
	return inventoryAttributes.get(i, "inventory", name, laterInventory)
}

// AttrNames implements starlark.HasAttrs.
func (*inventoryObject) AttrNames() []string { return inventoryAttributes.names() }

func (i *inventoryObject) getHost(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var name string
	var def starlark.Value
	if err := unpack(b, args, kwargs, "name", &name, "default?", &def); err != nil {
		return nil, err
	}
	if h := i.session.inventory.Host(name); h != nil {
		return i.session.hostObject(h), nil
	}
	if def != nil {
		return def, nil
	}
	names := make([]string, 0, i.Len())
	for _, h := range i.session.inventory.Hosts() {
		names = append(names, h.Name)
	}
	return nil, missing("host", name, names)
}

func (i *inventoryObject) getGroup(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var name string
	var def starlark.Value
	if err := unpack(b, args, kwargs, "name", &name, "default?", &def); err != nil {
		return nil, err
	}
	members, ok := i.session.inventory.Group(name)
	switch {
	case ok:
		return i.session.hosts(members), nil
	case def != nil:
		return def, nil
	}
	return nil, missing("group", name, append(slices.Clone(i.session.inventory.Groups()), fleet.All))
}

// missing is the exception for a host or a group that is not there.
func missing(what, name string, names []string) error {
	if near := argument.Nearest(name, names); near != "" {
		return builtin.Raise(builtin.KeyError, "the inventory has no %s %q, did you mean %q?", what, name, near)
	}
	if len(names) <= 20 {
		return builtin.Raise(builtin.KeyError, "the inventory has no %s %q; it has %s", what, name, strings.Join(names, ", "))
	}
	return builtin.Raise(builtin.KeyError, "the inventory has no %s %q", what, name)
}

// hosts returns a list of host objects.
func (s *Session) hosts(hosts []*fleet.Host) *starlark.List {
	list := make([]starlark.Value, len(hosts))
	for i, h := range hosts {
		list[i] = s.hostObject(h)
	}
	return starlark.NewList(list)
}

// hostObject returns the one object of a host in this session.
func (s *Session) hostObject(h *fleet.Host) *hostObject {
	if s.object != nil && s.object.host == h {
		return s.object
	}
	o := s.others[h]
	if o == nil {
		o = &hostObject{session: s, host: h}
		s.others[h] = o
	}
	return o
}
