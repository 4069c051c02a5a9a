package fleet_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cygnet/fleet"
)

// inventory is three hosts in groups that overlap.
func inventory(t *testing.T) *fleet.Inventory {
	t.Helper()
	inv := fleet.New()
	add := func(group string, data fleet.Data, members ...fleet.Member) {
		if err := inv.AddGroup(group, data, members...); err != nil {
			t.Fatal(err)
		}
	}
	add("web", fleet.Data{"port": "web", "role": "web"}, fleet.Member{Name: "web1", Data: fleet.Data{"port": "own"}}, fleet.Member{Name: "web2"})
	add("db", fleet.Data{"port": "db", "disk": "db"}, fleet.Member{Name: "@ssh/db1"}, fleet.Member{Name: "web2"})
	add("empty", nil)
	inv.AddData(fleet.All, fleet.Data{"port": "all", "zone": "all", "role": "all"})
	return inv
}

func names(hosts []*fleet.Host) []string {
	var names []string
	for _, h := range hosts {
		names = append(names, h.Name)
	}
	return names
}

func compare(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got)\n%s", what, diff)
	}
}

func TestInventory(t *testing.T) {
	inv := inventory(t)
	compare(t, "hosts", names(inv.Hosts()), []string{"web1", "web2", "@ssh/db1"})
	compare(t, "groups", inv.Groups(), []string{"web", "db", "empty"})
	compare(t, "groups of web2", inv.Host("web2").Groups(), []string{"web", "db"})
	if inv.Host("web3") != nil {
		t.Error("there is a web3")
	}
	for group, want := range map[string][]string{
		"web": {"web1", "web2"}, "db": {"web2", "@ssh/db1"}, "empty": nil, fleet.All: {"web1", "web2", "@ssh/db1"},
	} {
		members, ok := inv.Group(group)
		if !ok {
			t.Errorf("no group %s", group)
		}
		compare(t, group, names(members), want)
	}
	if _, ok := inv.Group("nowhere"); ok {
		t.Error("there is a group nowhere")
	}
	if web1 := inv.Host("web1"); !web1.In("web") || web1.In("db") || !web1.In(fleet.All) {
		t.Error("web1 is in the wrong groups")
	}
}

func TestAddGroupMerges(t *testing.T) {
	var inv fleet.Inventory // the zero value serves
	data := fleet.Data{"a": 1}
	for _, member := range []fleet.Member{{"h", fleet.Data{"x": 1, "y": 1}}, {"h", fleet.Data{"x": 2}}} {
		if err := inv.AddGroup("g", data, member); err != nil {
			t.Fatal(err)
		}
	}
	inv.AddData("g", fleet.Data{"b": 2})
	compare(t, "hosts", names(inv.Hosts()), []string{"h"})
	compare(t, "groups", inv.Groups(), []string{"g"})
	compare(t, "groups of h", inv.Host("h").Groups(), []string{"g"})
	compare(t, "data", inv.Host("h").All(), fleet.Data{"a": 1, "b": 2, "x": 2, "y": 1})
	compare(t, "the caller's data", data, fleet.Data{"a": 1})
}

func TestAddGroupAll(t *testing.T) {
	inv := fleet.New()
	if err := inv.AddGroup(fleet.All, fleet.Data{"a": 1}, fleet.Member{Name: "h"}); err != nil {
		t.Fatal(err)
	}
	if len(inv.Groups()) != 0 || len(inv.Host("h").Groups()) != 0 {
		t.Errorf("all is a group of its own: %v", inv.Groups())
	}
	compare(t, "data", inv.Host("h").All(), fleet.Data{"a": 1})
}

// Each layer of data is stronger than the ones added before it.
func TestPrecedence(t *testing.T) {
	inv := fleet.New()
	if err := inv.AddGroup("first", nil); err != nil {
		t.Fatal(err)
	}
	if err := inv.AddGroup("last", nil, fleet.Member{Name: "h"}); err != nil {
		t.Fatal(err)
	}
	// The order of the groups' definition decides, not that in which the host
	// came into them.
	if err := inv.AddGroup("first", nil, fleet.Member{Name: "h"}); err != nil {
		t.Fatal(err)
	}
	h := inv.Host("h")
	if _, ok := h.Lookup("key"); ok {
		t.Error("there is a value already")
	}
	for _, layer := range []struct {
		name string
		add  func(fleet.Data)
	}{
		{"all", func(d fleet.Data) { inv.AddData(fleet.All, d) }},
		{"first group", func(d fleet.Data) { inv.AddData("first", d) }},
		{"last group", func(d fleet.Data) { inv.AddData("last", d) }},
		{"host", func(d fleet.Data) {
			if err := inv.AddGroup("first", nil, fleet.Member{Name: "h", Data: d}); err != nil {
				t.Fatal(err)
			}
		}},
		{"override", inv.Override},
		{"set", func(d fleet.Data) { h.Set("key", d["key"]) }},
	} {
		layer.add(fleet.Data{"key": layer.name})
		if v, ok := h.Lookup("key"); !ok || v != layer.name {
			t.Errorf("%s: got %v, %v", layer.name, v, ok)
		}
		compare(t, layer.name, h.All(), fleet.Data{"key": layer.name})
	}
	h.Set("key", nil)
	if v, ok := h.Lookup("key"); v != nil || !ok {
		t.Errorf("None does not hide what is weaker: %v, %v", v, ok)
	}
}

func TestData(t *testing.T) {
	inv := inventory(t)
	for name, want := range map[string]fleet.Data{
		"web1":     {"port": "own", "role": "web", "zone": "all"},
		"web2":     {"port": "db", "role": "web", "disk": "db", "zone": "all"},
		"@ssh/db1": {"port": "db", "role": "all", "disk": "db", "zone": "all"},
	} {
		compare(t, name, inv.Host(name).All(), want)
	}
	inv.Host("web1").All()["port"] = "changed"
	if v, _ := inv.Host("web1").Lookup("port"); v != "own" {
		t.Error("All is not a copy")
	}
}

func TestLimit(t *testing.T) {
	inv := inventory(t)
	for _, name := range []string{"vm[08-11].lab", "we?b", "db"} {
		if err := inv.AddGroup("odd", nil, fleet.Member{Name: name}); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		patterns, hosts, unmatched []string
	}{
		{nil, []string{"web1", "web2", "@ssh/db1", "vm08.lab", "vm09.lab", "vm10.lab", "vm11.lab", "we?b", "db"}, nil},
		{[]string{"all"}, []string{"web1", "web2", "@ssh/db1", "vm08.lab", "vm09.lab", "vm10.lab", "vm11.lab", "we?b", "db"}, nil},
		{[]string{"*"}, []string{"web1", "web2", "@ssh/db1", "vm08.lab", "vm09.lab", "vm10.lab", "vm11.lab", "we?b", "db"}, nil},
		{[]string{"web"}, []string{"web1", "web2"}, nil},
		{[]string{"db"}, []string{"web2", "@ssh/db1"}, nil}, // the group, not the host
		{[]string{"web1"}, []string{"web1"}, nil},
		{[]string{"web2", "web1", "web1"}, []string{"web1", "web2"}, nil},
		{[]string{"web?"}, []string{"web1", "web2"}, nil},
		{[]string{"web[!1]"}, []string{"web2"}, nil},
		{[]string{"web[12]"}, []string{"web1", "web2"}, nil},
		{[]string{"web[1]"}, []string{"web1"}, nil},
		{[]string{"web[1-15]"}, []string{"web1", "web2"}, nil}, // numbers, not the class of 1 and 5
		{[]string{"vm[09-10].lab"}, []string{"vm09.lab", "vm10.lab"}, nil},
		{[]string{"vm[09,11-12].*"}, []string{"vm09.lab", "vm11.lab"}, nil},
		{[]string{"vm[0-1][8-9]*"}, []string{"vm08.lab", "vm09.lab"}, nil},
		{[]string{"[a-z0-9]m*"}, []string{"vm08.lab", "vm09.lab", "vm10.lab", "vm11.lab"}, nil}, // a class
		{[]string{"vm[12-20].lab"}, nil, []string{"vm[12-20].lab"}},
		{[]string{"we?b"}, []string{"we?b"}, nil},
		{[]string{"*db*"}, []string{"@ssh/db1", "db"}, nil},
		{[]string{"@ssh/*"}, []string{"@ssh/db1"}, nil},
		{[]string{"web1", "mail*", "empty", "[", ""}, []string{"web1"}, []string{"mail*", "empty", "[", ""}},
		{[]string{"WEB1"}, nil, []string{"WEB1"}},
	} {
		hosts, unmatched := inv.Limit(test.patterns...)
		compare(t, fmt.Sprintf("hosts of %q", test.patterns), names(hosts), test.hosts)
		compare(t, fmt.Sprintf("unmatched of %q", test.patterns), unmatched, test.unmatched)
	}
}

func TestNames(t *testing.T) {
	const write = `: write @connector/name, such as @ssh/web1 or @local`
	for _, test := range []struct{ name, connector, address, err string }{
		{"web1", "ssh", "web1", ""},
		{"10.99.0.11", "ssh", "10.99.0.11", ""},
		{"user@web1", "ssh", "web1", ""},
		{"@ssh/web1", "ssh", "web1", ""},
		{"@local", "local", "", ""},
		{"@docker/image:tag/x", "docker", "image:tag/x", ""},
		{"", "", "", "group g: a host without a name"},
		{" \t", "", "", "group g: a host without a name"},
		{"@", "", "", `group g: host "@"` + write},
		{"@/web1", "", "", `group g: host "@/web1"` + write},
		{"@ssh", "", "", `group g: host "@ssh"` + write},
		{"@ssh/", "", "", `group g: host "@ssh/"` + write},
	} {
		inv := fleet.New()
		err := inv.AddGroup("g", nil, fleet.Member{Name: test.name})
		if test.err != "" {
			if err == nil || err.Error() != test.err {
				t.Errorf("%q: got error %v, not %s", test.name, err, test.err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", test.name, err)
			continue
		}
		if h := inv.Host(test.name); h.Connector != test.connector || h.Address != test.address {
			t.Errorf("%q: got %q, %q", test.name, h.Connector, h.Address)
		}
	}
}

// A name can say how to log in; data given with the host is stronger.
func TestNameLogin(t *testing.T) {
	const port = ": after a colon comes a port from 1 to 65535, as in web1:2222"
	for name, want := range map[string]struct {
		address string
		data    fleet.Data
		err     string
	}{
		"admin@web1:2222":        {"web1", fleet.Data{"ssh_user": "admin", "ssh_port": int64(2222)}, ""},
		"admin@web1":             {"web1", fleet.Data{"ssh_user": "admin"}, ""},
		"a@example.net@web1":     {"web1", fleet.Data{"ssh_user": "a@example.net"}, ""},
		"web1:22":                {"web1", fleet.Data{"ssh_port": int64(22)}, ""},
		"@ssh/admin@web1:2222":   {"web1", fleet.Data{"ssh_user": "admin", "ssh_port": int64(2222)}, ""},
		"::1":                    {"::1", fleet.Data{}, ""},
		"[::1]":                  {"::1", fleet.Data{}, ""},
		"[::1]:22":               {"::1", fleet.Data{"ssh_port": int64(22)}, ""},
		"root@[fe80::1%eth0]:22": {"fe80::1%eth0", fleet.Data{"ssh_user": "root", "ssh_port": int64(22)}, ""},
		"@docker/ubuntu:22.04":   {"ubuntu:22.04", fleet.Data{}, ""},
		"web1:":                  {err: `host "web1:"` + port},
		"web1:ssh":               {err: `host "web1:ssh"` + port},
		"web1:0":                 {err: `host "web1:0"` + port},
		"web1:65536":             {err: `host "web1:65536"` + port},
		":22":                    {err: `host ":22"` + port},
		"[::1":                   {err: `host "[::1": a bracket is not closed: write a range as in web[1-9], vm[001-170] or db[a-c,x]`},
		"[::1]22":                {err: `host "[::1]22": write an address in brackets as in [::1]:22`},
		"admin@":                 {err: `host "admin@": write user@host`},
		"x@@web1":                {"web1", fleet.Data{"ssh_user": "x@"}, ""},
	} {
		inv := fleet.New()
		err := inv.AddGroup("g", nil, fleet.Member{Name: name})
		if err != nil || want.err != "" {
			if err == nil || err.Error() != "group g: "+want.err {
				t.Errorf("%q: got error %v, not %s", name, err, want.err)
			}
			continue
		}
		h := inv.Host(name)
		if h.Address != want.address {
			t.Errorf("%q: got address %q", name, h.Address)
		}
		compare(t, name, h.All(), want.data)
	}
	inv := fleet.New()
	if err := inv.AddGroup("g", nil, fleet.Member{Name: "admin@web1", Data: fleet.Data{"ssh_user": "root"}}); err != nil {
		t.Fatal(err)
	}
	compare(t, "data given with the host", inv.Host("admin@web1").All(), fleet.Data{"ssh_user": "root"})
}

func TestExclude(t *testing.T) {
	inv := inventory(t)
	all, _ := inv.Limit()
	for _, test := range []struct{ patterns, hosts, unmatched []string }{
		{nil, []string{"web1", "web2", "@ssh/db1"}, nil},
		{[]string{"web"}, []string{"@ssh/db1"}, nil},
		{[]string{"web[1-9]", "nobody", "empty"}, []string{"@ssh/db1"}, []string{"nobody", "empty"}},
		{[]string{"all"}, nil, nil},
	} {
		left, unmatched := inv.Exclude(all, test.patterns...)
		compare(t, fmt.Sprintf("hosts without %q", test.patterns), names(left), test.hosts)
		compare(t, fmt.Sprintf("unmatched of %q", test.patterns), unmatched, test.unmatched)
	}
	if len(inv.Hosts()) != 3 {
		t.Error("hosts that were excluded have left the inventory")
	}
}

// What a limit leaves out has no say: the data of a group reaches its own hosts
// and no others, and those whichever limit chose them.
func TestLimitLeavesDataAlone(t *testing.T) {
	inv := inventory(t)
	before := map[string]fleet.Data{}
	for _, h := range inv.Hosts() {
		before[h.Name] = h.All()
	}
	hosts, _ := inv.Limit("web")
	hosts, _ = inv.Exclude(hosts, "db")
	compare(t, "hosts", names(hosts), []string{"web1"})
	if _, ok := hosts[0].Lookup("disk"); ok {
		t.Error("data of a group that was left out has reached web1")
	}
	for _, h := range inv.Hosts() {
		compare(t, h.Name, h.All(), before[h.Name])
	}
	members, _ := inv.Group("db")
	compare(t, "group db", names(members), []string{"web2", "@ssh/db1"})
}

// Data is set by one deploy while others read it.
func TestConcurrentData(t *testing.T) {
	h := inventory(t).Host("web2")
	var all sync.WaitGroup
	for i := range 8 {
		key := fmt.Sprint("key", i)
		all.Go(func() {
			for n := range 200 {
				h.Set(key, n)
				if v, ok := h.Lookup(key); !ok || v != n {
					t.Errorf("%s is %v, not %d", key, v, n)
				}
				if got := h.All()[key]; got != n {
					t.Errorf("%s is %v, not %d", key, got, n)
				}
			}
		})
	}
	all.Wait()
}
