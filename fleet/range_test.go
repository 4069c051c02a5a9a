package fleet_test

import (
	"strings"
	"testing"

	"cygnet/fleet"
)

func TestExpand(t *testing.T) {
	for name, want := range map[string]string{
		"":                      "",
		"web1":                  "web1",
		"vm[1-3].lab":           "vm1.lab vm2.lab vm3.lab",
		"vm[098-101]":           "vm098 vm099 vm100 vm101",
		"vm[8-11]":              "vm8 vm9 vm10 vm11",
		"web[a-c]":              "weba webb webc",
		"web[X-Z]":              "webX webY webZ",
		"db[1-3,7]":             "db1 db2 db3 db7",
		"[lon,ams]-gw[1-2]":     "lon-gw1 lon-gw2 ams-gw1 ams-gw2",
		"db[1, 2]":              "db1 db2",
		"a[5-5]":                "a5",
		"a[0-2]":                "a0 a1 a2",
		"[::1]:22":              "[::1]:22",
		"admin@web[1-2]:2222":   "admin@web1:2222 admin@web2:2222",
		"@ssh/vm[1-2]":          "@ssh/vm1 @ssh/vm2",
		"odd]name":              "odd]name",
		"vm[170-001]":           `host "vm[170-001]": 170-001 runs backwards`,
		"w[c-a]":                `host "w[c-a]": c-a runs backwards`,
		"w[a-C]":                `host "w[a-C]": a-C is neither two numbers nor two letters of one case`,
		"w[aa-ac]":              `host "w[aa-ac]": aa-ac is neither two numbers nor two letters of one case`,
		"w[1-2-3]":              `host "w[1-2-3]": "1-2-3" is no range`,
		"w[01-100]":             `host "w[01-100]": 01-100 has zeros at the front of numbers of different length`,
		"w[1-010]":              `host "w[1-010]": 1-010 has zeros at the front of numbers of different length`,
		"w[1,]":                 `host "w[1,]": "" is no range`,
		"w[]":                   `host "w[]": [] is no range`,
		"w[7]":                  `host "w[7]": [7] is no range`,
		"w[1-3":                 `host "w[1-3": a bracket is not closed`,
		"w[[1-3]]":              `host "w[[1-3]]": "[1-3" is no range`,
		"w[1-100001]":           `host "w[1-100001]": it stands for more than 100000 hosts: write a smaller range`,
		"w[1-999][1-999]":       `host "w[1-999][1-999]": it stands for more than 100000 hosts: write a smaller range`,
		"w[1-9999999999999999]": `host "w[1-9999999999999999]": it stands for more than 100000 hosts: write a smaller range`,
		"w[0-99999999999999999999999]": `host "w[0-99999999999999999999999]": 0-99999999999999999999999 is neither two numbers ` +
			`nor two letters of one case`,
	} {
		names, err := fleet.Expand(name)
		got := strings.Join(names, " ")
		if err != nil {
			got = strings.TrimSuffix(err.Error(), ": write a range as in web[1-9], vm[001-170] or db[a-c,x]")
		}
		if got != want {
			t.Errorf("%q: got %s\nwant %s", name, got, want)
		}
	}
	if names, err := fleet.Expand("vm[1-100000]"); err != nil || len(names) != fleet.MaxRange {
		t.Errorf("the largest range: %d names, %v", len(names), err)
	}
}

// FuzzExpand checks that what comes out of a range is bounded and has no range
// in it any more.
func FuzzExpand(f *testing.F) {
	for _, name := range []string{"vm[001-170].lab", "web[a-c]", "db[1-3,7]", "[a,b][1-2]", "[::1]:22", "w[", "w]", "[0-18446744073709551615]"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		names, err := fleet.Expand(name)
		if err != nil {
			return
		}
		if len(names) == 0 || len(names) > fleet.MaxRange {
			t.Fatalf("%q stands for %d names", name, len(names))
		}
		for _, one := range names[:min(len(names), 10)] {
			again, err := fleet.Expand(one)
			if err != nil || len(again) != 1 || again[0] != one {
				t.Fatalf("%q of %q stands for %q, %v", one, name, again, err)
			}
		}
	})
}

// FuzzName checks that every name is either refused or has an address.
func FuzzName(f *testing.F) {
	for _, name := range []string{"web1", "admin@web1:22", "[::1]:22", "@ssh/x@y:1", "@local", "::1", "a@[b]:1", "@"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		inv := fleet.New()
		if err := inv.AddGroup("g", nil, fleet.Member{Name: name}); err != nil {
			return
		}
		for _, h := range inv.Hosts() {
			if h.Connector == "" || h.Connector == "ssh" && h.Address == "" {
				t.Errorf("%q: host %q, connector %q, address %q", name, h.Name, h.Connector, h.Address)
			}
		}
	})
}
