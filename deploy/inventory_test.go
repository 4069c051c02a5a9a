package deploy

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cygnet/deploy/library"
	"cygnet/fleet"
)

func TestMachines(t *testing.T) {
	inv, err := LoadInventory(t.Context(), "testdata/setup/machines.py", Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"10.99.0.11: ssh machines map[]", "vm2: ssh machines map[ssh_hostname:10.99.0.12 ssh_port:22]"}, show(inv)); diff != "" {
		t.Error(diff)
	}
}

// show lists an inventory's hosts with connector, groups and data.
func show(inv *fleet.Inventory) []string {
	var list []string
	for _, h := range inv.Hosts() {
		groups := ""
		for _, g := range h.Groups() {
			groups += " " + g
		}
		data := map[string]any{}
		for k, v := range h.All() {
			data[k] = PlainData(v)
		}
		list = append(list, fmt.Sprintf("%s: %s%s %v", h.Name, h.Connector, groups, data))
	}
	return list
}

// write makes files below a fresh folder, which becomes the working folder.
func write(t *testing.T, files map[string]string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
}

// inventoryTests are inventories, and the hosts and messages that come of them.
var inventoryTests = map[string]struct {
	files map[string]string
	spec  string
	more  []string // group data
	want  []string
	says  []string
}{
	"names": {spec: "web1, @local,@ssh/db", want: []string{"web1: ssh map[]", "@local: local map[]", "@ssh/db: ssh map[]"}},
	"one":   {spec: "10.0.0.1", want: []string{"10.0.0.1: ssh map[]"}},
	"groups": {
		spec: "inv.py",
		files: map[string]string{"inv.py": `
import os
from typing import List
_hidden = ["nobody"]
port = 2222
web = (["w1", ("w2", {"a": 1, "l": [1, "x"]})], {"a": "group", "b": True})
db = ["d1", "w1"]
db += ["d2"]
for extra in ["x"]:
    more = [extra]
all = ([], {"everywhere": None})
def late():
    zzz = ["no"]
print("hello", port)
`},
		want: []string{
			"w1: ssh inv web db map[a:group b:true everywhere:<nil>]",
			"w2: ssh inv web map[a:1 b:true everywhere:<nil> l:[1 x]]",
			"d1: ssh inv db map[everywhere:<nil>]", "d2: ssh inv db map[everywhere:<nil>]",
			"x: ssh inv more map[everywhere:<nil>]",
		},
		says: []string{"info: hello 2222"},
	},
	"targets of all kinds": {
		spec: "inv.py",
		files: map[string]string{"inv.py": `
first, (second, *rest) = ["a"], [["b"], ["c"], ["d"]]
gen = ("g%d" % i for i in range(2))
annotated: list = ["n"]
gone = ["x"]
del gone
(attr, [elem]) = ({}, [["e"]])
attr["k"] = ["no"]
data = (["a"], {"set": {1}, "tuple": (1, [2]), "big": 2 ** 70, "none": None, "range": range(2), "bytes": b"x"})
`},
		want: []string{
			"a: ssh inv first data map[big:1180591620717411303424 bytes:x none:<nil> range:[0 1] set:[1] tuple:[1 [2]]]",
			"b: ssh inv second map[]", "g0: ssh inv gen map[]", "g1: ssh inv gen map[]",
			"n: ssh inv annotated map[]", "e: ssh inv elem map[]",
		},
		says: []string{"warning: inv.py:2: rest is not a group: item 1 is list, not the name of a host"},
	},
	"imported lists": {
		spec: "there/inv.py",
		files: map[string]string{
			"there/inv.py":    "from shared import web, port\nimport os\n",
			"there/shared.py": "web = [\"w1\"]\nport = [1]\nother = [\"x\"]\n",
		},
		want: []string{"w1: ssh inv web map[]"},
		says: []string{"warning: there/inv.py:1: port is not a group: item 1 is int, not the name of a host"},
	},
	"a folder of the host's name": {spec: "web1", files: map[string]string{"web1/x": ""}, want: []string{"web1: ssh map[]"}},
	"not a group": {
		spec:  "inv.py",
		files: map[string]string{"inv.py": "ports = [\"a\", 80]\nweb = [\"w1\"]\n"},
		want:  []string{"w1: ssh inv web map[]"},
		says:  []string{"warning: inv.py:1: ports is not a group: item 2 is int, not the name of a host"},
	},
	"group data": {
		spec: "there/inv.py",
		files: map[string]string{
			"there/inv.py":            "web = ([\"w1\"], {\"a\": 0})\ndb = [\"d1\"]\n",
			"there/group_data/web.py": "import os\nfrom pyinfra import inventory\na = 1\n_sudo = True\n__x = 2\nn = len(inventory)\n",
			"group_data/all.py":       "everyone = {\"k\": [1]}\n",
			"group_data/inv.py":       "__all__ = [\"b\"]\nb = 1\nc = 2\n",
			"extra.d/web.py":          "a = 3\nfor h in [1]:\n    from pyinfra import inventory as i\n    left = i.get_host(\"w1\")\ndel h\n",
			"one.py":                  "f = lambda x: x\n",
		},
		more: []string{"extra.d", "one.py"},
		says: []string{"warning: extra.d/web.py:4: left is left out: a value of type Host cannot be kept as data, which all hosts share"},
		want: []string{
			"w1: ssh inv web map[_sudo:true a:3 b:1 everyone:[{k [1]}] n:2]",
			"d1: ssh inv db map[b:1 everyone:[{k [1]}]]",
		},
	},
}

func TestInventory(t *testing.T) {
	for name, test := range inventoryTests {
		t.Run(name, func(t *testing.T) {
			write(t, test.files)
			var says []string
			inv, err := LoadInventory(t.Context(), test.spec, Options{Message: func(level, text string) {
				says = append(says, level+": "+text)
			}}, test.more...)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, show(inv)); diff != "" {
				t.Errorf("hosts (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.says, says); diff != "" {
				t.Errorf("messages (-want +got):\n%s", diff)
			}
		})
	}
}

func TestInventoryIsEmpty(t *testing.T) {
	write(t, map[string]string{"inv.py": "web = []\nother = 1\n"})
	_, err := LoadInventory(context.Background(), "inv.py", Options{})
	if !errors.Is(err, fleet.ErrNoHosts) {
		t.Fatalf("got %v, not ErrNoHosts", err)
	}
}

func TestParseValue(t *testing.T) {
	for text, want := range map[string]any{
		"true": true, "False": false, "12": int64(12), "-3": int64(-3), "1.5": 1.5, "null": nil, "": "", "a b": "a b",
		`["a", 1]`: []any{"a", int64(1)}, `{"a": {"b": 2}}`: map[string]any{"a": map[string]any{"b": int64(2)}},
		`"12"`: "12", `{"a": 1} x`: `{"a": 1} x`, "1.2.3": "1.2.3", "[": "[",
	} {
		if diff := cmp.Diff(want, ParseValue(text)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

// FuzzParseValue looks for texts that a deploy could not be given.
func FuzzParseValue(f *testing.F) {
	for _, text := range []string{"true", "-1", "1e400", `{"a": [1, null]}`, "[[[[", "99999999999999999999", "\xff", `"\u0000"`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := library.FromGo(ParseValue(text)); err != nil {
			t.Errorf("%q cannot be converted: %v", text, err)
		}
	})
}
