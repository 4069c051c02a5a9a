package deploy

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
	"cygnet/deploy/library"
	"cygnet/deploy/syntax"
	"cygnet/fleet"
)

// LoadInventory returns the fleet that spec means. It is, in this order,
//
//   - the name of an inventory file;
//   - a function or a list in a module of the user's own, as pkg.module:name or
//     pkg.module.name: a dict of groups, or a list of hosts;
//   - names of hosts with commas between them, such as "web1,@local" or
//     "admin@vm[001-170].lab"; among them may be the hosts of an inventory of
//     Ansible, "@ansible/PATH", and of ssh_config, "@sshconfig/GLOB".
//
// Data of groups and hosts is read from the folders group_data and host_data, in
// the working folder and then beside the inventory. groupData are further files
// or folders of group data, stronger than those.
//
// An inventory without hosts is an error that wraps [fleet.ErrNoHosts].
func LoadInventory(ctx context.Context, spec string, o Options, groupData ...string) (*fleet.Inventory, error) {
	b := newBuilder(o)
	if err := b.add(ctx, spec); err != nil {
		return nil, err
	}
	for _, folder := range b.folders {
		if err := groupDataFolder(ctx, b.inv, filepath.Join(folder, "group_data"), o); err != nil {
			return nil, err
		}
	}
	for _, path := range groupData {
		if err := groupDataPath(ctx, b.inv, path, o); err != nil {
			return nil, err
		}
	}
	for _, folder := range b.folders {
		if err := hostData(ctx, b.inv, filepath.Join(folder, "host_data"), o); err != nil {
			return nil, err
		}
	}
	return b.inv, nil
}

// A builder puts an inventory together.
type builder struct {
	inv     *fleet.Inventory
	options Options
	folders []string // in which data of groups and hosts is looked for
	sources map[string][]string
}

func newBuilder(o Options) *builder {
	return &builder{inv: fleet.New(), options: o, folders: []string{"."}, sources: map[string][]string{}}
}

// beside has data looked for in the folder of a file too.
func (b *builder) beside(path string) {
	dir := filepath.Dir(path)
	if !slices.ContainsFunc(b.folders, func(known string) bool { return sameFile(known, dir) }) {
		b.folders = append(b.folders, dir)
	}
}

// add adds what a word of the command line means.
func (b *builder) add(ctx context.Context, spec string) error {
	if isInventoryFile(spec) {
		switch filepath.Ext(spec) {
		case ".ini", ".yml", ".yaml", ".json":
			return fmt.Errorf("inventory %s: an inventory of Ansible is named as %s%s, and one of Cygnet is a Python file", spec, ansiblePrefix, spec)
		}
		b.beside(spec)
		return b.file(ctx, spec)
	}
	f, err := findFunction(spec, b.options)
	switch {
	case err != nil:
		return err
	case f != nil:
		return b.function(ctx, f)
	}
	return b.names(spec)
}

func sameFile(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && os.SameFile(x, y)
}

// isInventoryFile reports whether spec is the name of a file: there is one, or
// it looks like one and not like hosts.
func isInventoryFile(spec string) bool {
	if strings.HasSuffix(spec, ".py") || strings.ContainsRune(spec, filepath.Separator) {
		_, err := os.Stat(spec)
		return err == nil || !strings.ContainsAny(spec, ",@")
	}
	return isFile(spec)
}

// names adds the hosts of a list like "web1,web[2-4],@local".
func (b *builder) names(spec string) error {
	var members []fleet.Member
	for _, name := range splitNames(spec) {
		if path, ok := strings.CutPrefix(name, ansiblePrefix); ok {
			if info, err := os.Stat(path); err == nil && info.IsDir() {
				path = filepath.Join(path, "hosts")
			}
			b.beside(path)
		}
		members = append(members, fleet.Member{Name: name})
	}
	members, err := b.expand(members)
	if err != nil {
		return err
	}
	if len(members) == 0 {
		return fmt.Errorf("inventory %q: %w: name a file like inventory.py, or hosts like web1,web2", spec, fleet.ErrNoHosts)
	}
	if err := b.inv.AddGroup(fleet.All, nil, members...); err != nil {
		return fmt.Errorf("inventory %q: %w", spec, err)
	}
	return nil
}

// splitNames splits a list at its commas, but not at those of a range such as
// db[1,3].
func splitNames(spec string) []string {
	var names []string
	start, inside := 0, false
	for i := 0; i <= len(spec); i++ {
		switch {
		case i < len(spec) && spec[i] == '[':
			inside = true
		case i < len(spec) && spec[i] == ']':
			inside = false
		case i == len(spec) || spec[i] == ',' && !inside:
			if name := strings.TrimSpace(spec[start:i]); name != "" {
				names = append(names, name)
			}
			start = i + 1
		}
	}
	return names
}

// A group is one of an inventory file.
type group struct {
	name    string
	members []fleet.Member
	data    fleet.Data
}

// file adds the groups of a file.
func (b *builder) file(ctx context.Context, path string) error {
	file, err := runData(ctx, path, nil, b.options)
	if err != nil {
		return err
	}
	groups, err := file.groups()
	if err != nil {
		return err
	}
	// The group of the whole file is the weakest: it comes first.
	whole := group{name: strings.TrimSuffix(filepath.Base(path), ".py")}
	named := false
	for i, g := range groups {
		if groups[i].members, err = b.expand(g.members); err != nil {
			return file.member(g.name, err)
		}
		named = named || g.name == whole.name
		for _, m := range groups[i].members {
			whole.members = append(whole.members, fleet.Member{Name: m.Name})
		}
	}
	if len(whole.members) == 0 {
		return &Error{File: path, err: fleet.ErrNoHosts, Message: noHosts}
	}
	if !named {
		groups = append([]group{whole}, groups...)
	}
	return b.groups(file, groups)
}

// groups adds groups that a file has defined.
func (b *builder) groups(file *dataFile, groups []group) error {
	for _, g := range groups {
		if err := b.inv.AddGroup(g.name, g.data, g.members...); err != nil {
			return file.errorAt(g.name, err.Error())
		}
	}
	return nil
}

// member places an error about the members of a group, unless it has a place in
// a file of its own.
func (f *dataFile) member(name string, err error) error {
	if _, ok := errors.AsType[Errors](err); ok {
		return err
	}
	return f.errorAt(name, fmt.Sprintf("group %s: %s", name, err))
}

const noHosts = `no hosts: a group is a list at the file's top level, such as web = ["web1.example.net", ("web2", {"ssh_port": 2222})]`

// A dataFile is an inventory or a file of group data that has run.
type dataFile struct {
	loader  *loader
	path    string
	globals starlark.StringDict
	order   []string                   // of the globals' definition
	places  map[string]syntax.Position // of their last definition
	options Options
}

// runData runs a file of data; inv may be nil.
func runData(ctx context.Context, path string, inv *fleet.Inventory, o Options) (*dataFile, error) {
	f := &dataFile{loader: newLoader(path, Options{Registry: o.Registry, Folders: o.Folders, Limits: o.Limits}), path: path, options: o}
	source, err := f.loader.file(path, "__main__", false)
	if err != nil {
		return nil, err
	}
	session := f.loader.library.Session(library.Setting{
		Inventory: inv, Say: o.say, Sources: f.loader.sources, Limits: o.Limits, Explain: f.loader.explain,
	})
	f.globals, err = f.loader.run(ctx, session, source)
	if err != nil {
		return nil, err
	}
	f.order, f.places = f.loader.definitions(path)
	if err := f.collect(); err != nil {
		return nil, err
	}
	f.globals.Freeze()
	return f, nil
}

// collect makes lists of generators, which cannot be shared.
func (f *dataFile) collect() error {
	for name, v := range f.globals {
		it, ok := v.(*builtin.Iterator)
		if !ok {
			continue
		}
		items, err := builtin.Collect(it)
		if err != nil {
			return f.errorAt(name, err.Error())
		}
		f.globals[name] = starlark.NewList(items)
	}
	return nil
}

// groups returns the file's groups in order of definition: lists of hosts, and
// tuples of such a list and data, whose names have no leading underscore.
func (f *dataFile) groups() ([]group, error) {
	var groups []group
	for _, name := range f.order {
		hosts, data := f.globals[name], fleet.Data(nil)
		if hosts == nil || strings.HasPrefix(name, "_") || strings.HasPrefix(name, "$") {
			continue
		}
		if pair, ok := hosts.(starlark.Tuple); ok {
			dict, isDict := second(pair)
			if !isDict {
				continue
			}
			var err error
			if data, err = f.data(name, dict); err != nil {
				return nil, err
			}
			hosts = pair[0]
		}
		list, ok := hosts.(*starlark.List)
		if !ok {
			continue
		}
		members, wrong, err := f.members(name, list)
		if err != nil {
			return nil, err
		}
		if wrong != "" {
			f.warn(name, fmt.Sprintf("%s is not a group: %s", name, wrong))
			continue
		}
		// The group of the whole file comes first and would not tell which
		// group a wrong name is in.
		if err := fleet.New().AddGroup(name, nil, members...); err != nil {
			return nil, f.errorAt(name, err.Error())
		}
		groups = append(groups, group{name, members, data})
	}
	return groups, nil
}

// second returns the dict of a tuple (list, dict).
func second(pair starlark.Tuple) (*starlark.Dict, bool) {
	if len(pair) != 2 {
		return nil, false
	}
	if _, ok := pair[0].(*starlark.List); !ok {
		return nil, false
	}
	dict, ok := pair[1].(*starlark.Dict)
	return dict, ok
}

// members returns the hosts of a list; wrong says why it is none of hosts.
func (f *dataFile) members(name string, list starlark.Indexable) (members []fleet.Member, wrong string, err error) {
	for i := range list.Len() {
		item := list.Index(i)
		if host, isString := starlark.AsString(item); isString {
			members = append(members, fleet.Member{Name: host})
			continue
		}
		pair, isTuple := item.(starlark.Tuple)
		if !isTuple {
			return nil, fmt.Sprintf("item %d is %s, not the name of a host", i+1, library.Describe(item)), nil
		}
		if len(pair) != 2 {
			return nil, "", f.errorAt(name, fmt.Sprintf("item %d of %s: a host with data is written (\"name\", {\"key\": value})", i+1, name))
		}
		host, isString := starlark.AsString(pair[0])
		dict, isDict := pair[1].(*starlark.Dict)
		if !isString || !isDict {
			return nil, "", f.errorAt(name, fmt.Sprintf("item %d of %s: a host with data is written (\"name\", {\"key\": value}), not (%s, %s)",
				i+1, name, library.Describe(pair[0]), library.Describe(pair[1])))
		}
		data, err := f.data(name, dict)
		if err != nil {
			return nil, "", err
		}
		members = append(members, fleet.Member{Name: host, Data: data})
	}
	return members, "", nil
}

func (f *dataFile) data(name string, dict *starlark.Dict) (fleet.Data, error) {
	data := fleet.Data{}
	for _, item := range dict.Items() {
		key, ok := starlark.AsString(item[0])
		if !ok {
			return nil, f.errorAt(name, fmt.Sprintf("data of %s: the name of a value must be a string, not %s", name, library.Describe(item[0])))
		}
		value, err := library.ToData(item[1], true)
		if err != nil {
			return nil, f.errorAt(name, fmt.Sprintf("data of %s: %s: %s", name, key, err))
		}
		data[key] = value
	}
	return data, nil
}

func (f *dataFile) warn(name, text string) {
	at := f.places[name]
	f.options.say("warning", fmt.Sprintf("%s:%d: %s", f.path, at.Line, text))
}

func (f *dataFile) errorAt(name, message string) error {
	at := f.places[name]
	return f.loader.errorAt(f.path, int(at.Line), int(at.Column), message)
}
