package library

import (
	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
	"cygnet/fleet"
)

// dataObject is host.data: the values that win for the host.
type dataObject struct {
	object
	session *Session
	host    *fleet.Host
}

var (
	_ starlark.HasSetField     = (*dataObject)(nil)
	_ starlark.HasSetKey       = (*dataObject)(nil)
	_ starlark.IterableMapping = (*dataObject)(nil)
)

func (d *dataObject) String() string { return "<data of host " + d.host.Name + ">" }
func (*dataObject) Type() string     { return "HostData" }

var dataMethods = attributes[*dataObject]{
	"get":   method("get", (*dataObject).get),
	"dict":  method("dict", (*dataObject).dict),
	"keys":  method("keys", (*dataObject).keys),
	"items": method("items", (*dataObject).items),
}

// lookup returns the value that wins; the weakest are defaults of the deploys
// that run.
func (d *dataObject) lookup(name string) (any, bool) {
	if v, ok := d.host.Lookup(name); ok {
		return v, true
	}
	return d.session.fallback(name)
}

// Attr implements starlark.HasAttrs: data come before methods' names, but for
// get and dict, which would be lost.
func (d *dataObject) Attr(name string) (starlark.Value, error) {
	if name == "get" || name == "dict" {
		return dataMethods[name](d)
	}
	if v, ok := d.lookup(name); ok {
		return FromGo(v)
	}
	if f := dataMethods[name]; f != nil {
		return f(d)
	}
	return nil, missingAttribute("the data of host "+d.host.Name, name, d.AttrNames(), nil)
}

// AttrNames implements starlark.HasAttrs.
func (d *dataObject) AttrNames() []string {
	all := d.host.All()
	for _, scope := range d.session.scopes {
		for name, v := range scope.defaults {
			if _, ok := all[name]; !ok {
				all[name] = v
			}
		}
	}
	return sortedKeys(all)
}

// SetField implements starlark.HasSetField: it sets the value for the rest of
// the run.
func (d *dataObject) SetField(name string, value starlark.Value) error {
	data, err := ToData(value, false)
	if err != nil {
		return builtin.Raise(builtin.TypeError, "host.data.%s: %w", name, err)
	}
	d.host.Set(name, data)
	return nil
}

// SetKey implements starlark.HasSetKey.
func (d *dataObject) SetKey(k, value starlark.Value) error {
	name, ok := starlark.AsString(k)
	if !ok {
		return builtin.Raise(builtin.TypeError, "names of data are strings, not %s", builtin.TypeName(k))
	}
	return d.SetField(name, value)
}

// Get implements starlark.Mapping, and with it `in`.
func (d *dataObject) Get(k starlark.Value) (starlark.Value, bool, error) {
	name, ok := starlark.AsString(k)
	if !ok {
		return nil, false, nil
	}
	v, found := d.lookup(name)
	if !found {
		return nil, false, nil
	}
	value, err := FromGo(v)
	return value, err == nil, err
}

// Iterate implements starlark.Iterable: it gives the names.
func (d *dataObject) Iterate() starlark.Iterator {
	names := d.AttrNames()
	list := make([]starlark.Value, len(names))
	for i, name := range names {
		list[i] = starlark.String(name)
	}
	return starlark.NewList(list).Iterate()
}

// Items implements starlark.IterableMapping. Data that cannot be converted are
// left out; there are none, as everything in an inventory has come from a file
// or the command line.
func (d *dataObject) Items() []starlark.Tuple {
	var items []starlark.Tuple
	for _, name := range d.AttrNames() {
		if v, ok, err := d.Get(starlark.String(name)); ok && err == nil {
			items = append(items, starlark.Tuple{starlark.String(name), v})
		}
	}
	return items
}

func (d *dataObject) get(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var key string
	var def starlark.Value = starlark.None
	if err := unpack(b, args, kwargs, "key", &key, "default?", &def); err != nil {
		return nil, err
	}
	v, ok := d.lookup(key)
	if !ok {
		return def, nil
	}
	return FromGo(v)
}

func (d *dataObject) dict(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if err := unpack(b, args, kwargs); err != nil {
		return nil, err
	}
	dict := starlark.NewDict(8)
	for _, item := range d.Items() {
		if err := dict.SetKey(item[0], item[1]); err != nil {
			return nil, err
		}
	}
	return dict, nil
}

func (d *dataObject) keys(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	return FromGo(d.AttrNames())
}

func (d *dataObject) items(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var list []starlark.Value
	for _, item := range d.Items() {
		list = append(list, item)
	}
	return starlark.NewList(list), unpack(b, args, kwargs)
}
