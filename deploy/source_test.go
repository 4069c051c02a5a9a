package deploy

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cygnet/fleet"
)

const (
	ansibleHosts = "[web]\nw1 ansible_host=192.0.2.1\nw2\n[web:vars]\nrole=web\n[db]\nd1\n"
	sshConfig    = `
Host a1 a2 *.lab !x  # comment
  HostName 192.0.2.7
host=b1
Host "c 1" d?
Include conf.d/*
Match host m1
`
	hostsModule = `
from pyinfra import logger
def fleet():
    return {"web": ["w1", ("w2", {"a": 1})], "db": (["d[1-2]"], {"b": 2}), "all": ([], {"c": 3})}
def names():
    for i in range(2):
        yield "n%d" % i
def nothing():
    return None
def broken():
    raise ValueError("no hosts today")
def wrong():
    return {"web": [1]}
def empty():
    return []
def nested():
    return {"web": "w1"}
machines = ("m1", "m2")
port = 22
print("read")
`
)

// sourceTests are inventories that are not Python files.
var sourceTests = map[string]struct {
	files map[string]string
	spec  string
	want  []string
	says  []string
}{
	"ranges": {
		spec: "vm[008-010].lab, db[1,3],@local",
		want: []string{"vm008.lab: ssh map[]", "vm009.lab: ssh map[]", "vm010.lab: ssh map[]", "db1: ssh map[]", "db3: ssh map[]", "@local: local map[]"},
	},
	"ranges in a file": {
		spec:  "inv.py",
		files: map[string]string{"inv.py": "web = ([\"w[1-2]\", (\"x[a-b]\", {\"k\": 1})], {\"g\": 2})\n"},
		want: []string{
			"w1: ssh inv web map[g:2]", "w2: ssh inv web map[g:2]", "xa: ssh inv web map[g:2 k:1]", "xb: ssh inv web map[g:2 k:1]",
		},
	},
	"user and port": {spec: "root@w1:2222,[::1]:23", want: []string{"root@w1:2222: ssh map[ssh_port:2222 ssh_user:root]", "[::1]:23: ssh map[ssh_port:23]"}},
	"host data": {
		spec: "there/inv.py",
		files: map[string]string{
			"there/inv.py":              "web = ([(\"w1\", {\"a\": 0, \"b\": 0, \"c\": 0}), \"@ssh/w2\"], {\"g\": 1})\n",
			"group_data/web.py":         "g = 2\nb = 2\n",
			"host_data/w1.py":           "from pyinfra import inventory\na = 1\nb = 1\nn = len(inventory)\n__x = 1\n",
			"there/host_data/w1.py":     "b = 3\n",
			"host_data/@ssh/w2.py":      "a = 4\n",
			"host_data/other.py":        "this is not read",
			"there/host_data/readme.md": "",
		},
		want: []string{"w1: ssh inv web map[a:1 b:3 c:0 g:2 n:2]", "@ssh/w2: ssh inv web map[a:4 b:2 g:2]"},
	},
	"Ansible": {
		spec: "@ansible/inv/hosts,other",
		files: map[string]string{
			"inv/hosts":               ansibleHosts,
			"inv/host_vars/d1.yml":    "list: [a, {b: 1}]\nt: \"{{ x }}\"\n",
			"inv/group_data/web.py":   "role = \"new\"\n",
			"group_data/ungrouped.py": "no = 1\n",
		},
		want: []string{
			"w1: ssh web map[ansible_host:192.0.2.1 role:new ssh_hostname:192.0.2.1]", "w2: ssh web map[role:new]",
			"d1: ssh db map[list:[a [{b 1}]] t:{{ x }}]", "other: ssh map[]",
		},
		says: []string{"warning: inv/host_vars/d1.yml:2: t is a template, which is not evaluated here: it stays text"},
	},
	"Ansible in a file": {
		spec: "inv.py",
		files: map[string]string{
			"hosts":  ansibleHosts,
			"inv.py": "old = ([(\"@ansible/hosts\", {\"a\": 1})], {\"role\": \"old\"})\nagain = [\"@ansible/hosts\"]\n",
		},
		want: []string{
			"w1: ssh web inv old again map[a:1 ansible_host:192.0.2.1 role:old ssh_hostname:192.0.2.1]",
			"w2: ssh web inv old again map[a:1 role:old]", "d1: ssh db inv old again map[a:1 role:old]",
		},
	},
	"ssh_config": {
		spec:  "@sshconfig/[a-b]*",
		files: map[string]string{".ssh/config": sshConfig, ".ssh/conf.d/more": "Host b2 a1\nInclude ~/.ssh/nosuch\n"},
		want:  []string{"a1: ssh sshconfig map[]", "a2: ssh sshconfig map[]", "b1: ssh sshconfig map[]", "b2: ssh sshconfig map[]"},
	},
	"all of ssh_config": {
		spec:  "@sshconfig",
		files: map[string]string{".ssh/config": sshConfig},
		want:  []string{"a1: ssh sshconfig map[]", "a2: ssh sshconfig map[]", "b1: ssh sshconfig map[]", "c 1: ssh sshconfig map[]"},
	},
	"a function": {
		spec:  "my.hosts:fleet",
		files: map[string]string{"my/hosts.py": hostsModule, "my/group_data/web.py": "d = 4\n", "group_data/db.py": "b = 5\n", "host_data/w1.py": "a = 6\n"},
		want: []string{
			"w1: ssh web map[a:6 c:3 d:4]", "w2: ssh web map[a:1 c:3 d:4]", "d1: ssh db map[b:5 c:3]", "d2: ssh db map[b:5 c:3]",
		},
		says: []string{"info: read"},
	},
	"a function that yields": {
		spec:  "hosts.names",
		files: map[string]string{"hosts.py": hostsModule},
		want:  []string{"n0: ssh map[]", "n1: ssh map[]"},
		says:  []string{"info: read"},
	},
	"a tuple": {
		spec:  "hosts.machines",
		files: map[string]string{"hosts.py": hostsModule},
		want:  []string{"m1: ssh map[]", "m2: ssh map[]"},
		says:  []string{"info: read"},
	},
	"a host called like a module": {
		spec:  "hosts.lab",
		files: map[string]string{"hosts.py": hostsModule},
		want:  []string{"hosts.lab: ssh map[]"},
	},
}

// writeHome makes files as write does; the folder is the user's home too.
func writeHome(t *testing.T, files map[string]string) {
	t.Helper()
	write(t, files)
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("HOME", dir)
}

func TestSources(t *testing.T) {
	for name, test := range sourceTests {
		t.Run(name, func(t *testing.T) {
			writeHome(t, test.files)
			var says []string
			inv, err := LoadInventory(t.Context(), test.spec, Options{Message: func(level, text string) {
				says = append(says, level+": "+text)
			}})
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

func TestSourceMistakes(t *testing.T) {
	files := map[string]string{
		"hosts.py": hostsModule, "inv.py": "web = [\"w[1-\"]\n", "large.py": "web = [\"w[1-200000]\"]\n",
		"old.py": "web = [\"@ansible/nosuch\"]\n", "bad.py": "web = [\"@ansible/bad.ini\"]\n", "bad.ini": "[web\n",
		"empty.ini": "# nothing\n", "hosts.ini": ansibleHosts, "syntax.py": "def f(:\n",
		"host_data/w9.py": "x = nosuch\n", ".ssh/config": sshConfig + "Host \"x\n",
	}
	for spec, want := range map[string]string{
		"hosts:nosuch":       "hosts.py: nothing in it is called nosuch",
		"nosuch:fleet":       `inventory "nosuch:fleet": there is no module nosuch here, and a host's port is a number`,
		"hosts.nothing":      "hosts.py:8:1: nothing: group all must be a list of hosts, or (hosts, data), not NoneType: an inventory is a dict of such groups, or one list",
		"hosts.port":         "hosts.py:19:1: port: group all must be a list of hosts, or (hosts, data), not int: an inventory is a dict of such groups, or one list",
		"hosts.nested":       "hosts.py:16:1: nested: group web must be a list of hosts, or (hosts, data), not the string 'w1': an inventory is a dict of such groups, or one list",
		"hosts.broken":       "hosts.py:11:5: ValueError: no hosts today",
		"hosts.wrong":        "hosts.py:12:1: wrong: group web: item 1 is int, not the name of a host",
		"hosts.empty":        "hosts.py:14: empty: no hosts",
		"syntax.f":           "syntax.py:1:7",
		"inv.py":             `inv.py:1:1: group web: host "w[1-": a bracket is not closed`,
		"large.py":           `large.py:1:1: group web: host "w[1-200000]": it stands for more than 100000 hosts`,
		"w[1-200000]":        `inventory "w[1-200000]": group all: host "w[1-200000]": it stands for more than 100000 hosts`,
		"old.py":             "nosuch: no such file",
		"bad.py":             "bad.ini:1: a section is written [group]",
		"@ansible/bad.ini":   "bad.ini:1: a section is written [group]",
		"@ansible/empty.ini": "empty.ini: no hosts",
		"@ansible":           "@ansible: write the path of the inventory, as in @ansible/inventory/hosts.ini",
		"hosts.ini":          "inventory hosts.ini: an inventory of Ansible is named as @ansible/hosts.ini",
		"@sshconfig/a*":      ".ssh/config:8: a quote is not closed",
		"w9":                 "host_data/w9.py:1:5: NameError: name 'nosuch' is not defined",
		"w1:ssh":             `there is no module w1 here, and a host's port is a number`,
		"w1:99999":           `host "w1:99999": after a colon comes a port from 1 to 65535`,
	} {
		t.Run(spec, func(t *testing.T) {
			writeHome(t, files)
			_, err := LoadInventory(t.Context(), spec, Options{})
			if err == nil || !strings.Contains(strings.TrimPrefix(err.Error(), os.Getenv("HOME")+"/"), want) {
				t.Errorf("got %v\nwant %s", err, want)
			}
		})
	}
	writeHome(t, map[string]string{".ssh/config": sshConfig})
	if _, err := LoadInventory(t.Context(), "@sshconfig/zz*", Options{}); !errors.Is(err, fleet.ErrNoHosts) {
		t.Errorf("got %v, not ErrNoHosts", err)
	}
	writeHome(t, nil)
	if _, err := LoadInventory(t.Context(), "@sshconfig", Options{}); err == nil || !strings.Contains(err.Error(), "config: no such file") {
		t.Errorf("got %v", err)
	}
	writeHome(t, map[string]string{".ssh/config": "Include config\n"})
	if _, err := LoadInventory(t.Context(), "@sshconfig", Options{}); err == nil || !strings.Contains(err.Error(), "more than 16 deep") {
		t.Errorf("got %v", err)
	}
}

func TestSplitNames(t *testing.T) {
	for spec, want := range map[string][]string{
		"": nil, ",": nil, "a, b ,c": {"a", "b", "c"}, "db[1,3],x": {"db[1,3]", "x"}, "a[1,2": {"a[1,2"}, "a],b": {"a]", "b"},
	} {
		if diff := cmp.Diff(want, splitNames(spec)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", spec, diff)
		}
	}
}

func FuzzSSHWords(f *testing.F) {
	for _, line := range []string{"Host a b", `Host = "a b" c # x`, "Host=a", `Include "x`, "#", "a\t=\tb"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		words, err := sshWords(line)
		if err != nil {
			return
		}
		for _, w := range words {
			if !strings.Contains(line, w) {
				t.Errorf("%q: the word %q is not in it", line, w)
			}
		}
	})
}
