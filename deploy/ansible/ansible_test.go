package ansible_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cygnet/deploy/ansible"
	"cygnet/fleet"
)

// write makes files below a fresh folder, which becomes the working folder.
func write(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// show lists an inventory's hosts with connector, address, groups and data.
func show(inv *fleet.Inventory) []string {
	var list []string
	for _, h := range inv.Hosts() {
		list = append(list, strings.ReplaceAll(fmt.Sprintf("%s: %s %s %v %v", h.Name, h.Connector, h.Address, h.Groups(), h.All()), "\n", `\n`))
	}
	return list
}

// inventories are read from "hosts" unless there is another path.
var inventories = map[string]struct {
	path     string
	files    map[string]string
	want     []string
	warnings []string
}{
	"INI": {
		files: map[string]string{"hosts": `
; a comment
lone ansible_host=192.0.2.1	# in no group

[web]
web[01:03].lab ansible_port=2222 role="front end" # and more
web03.lab role=back\ end tags='["a", 1]' empty=
[::1]:22
[db]
admin@db1:2200
[db:vars]
ansible_user = postgres
replicas=3
names=["x", {"y": None}]
text = a b # no comment
quoted="5"
mode=0644
ok=True
low=yes
neg=-1.5
[prod:children]
web
db
[prod:vars]
ansible_user=deploy
zone=prod
[empty]
`},
		want: []string{
			"lone: ssh lone [ungrouped] map[ansible_host:192.0.2.1 ssh_hostname:192.0.2.1]",
			"web01.lab: ssh web01.lab [prod web] map[ansible_port:2222 ansible_user:deploy role:front end ssh_port:2222 ssh_user:deploy zone:prod]",
			"web02.lab: ssh web02.lab [prod web] map[ansible_port:2222 ansible_user:deploy role:front end ssh_port:2222 ssh_user:deploy zone:prod]",
			"web03.lab: ssh web03.lab [prod web] map[ansible_port:2222 ansible_user:deploy empty: role:back end ssh_port:2222 ssh_user:deploy tags:[a 1] zone:prod]",
			"[::1]: ssh ::1 [prod web] map[ansible_port:22 ansible_user:deploy ssh_port:22 ssh_user:deploy zone:prod]",
			"admin@db1: ssh db1 [prod db] map[ansible_port:2200 ansible_user:postgres low:yes mode:0644 names:[x [{y <nil>}]] neg:-1.5 ok:true quoted:5 replicas:3 ssh_port:2200 ssh_user:admin text:a b # no comment zone:prod]",
		},
	},
	"logging in": {
		files: map[string]string{"hosts": "h\n[all:vars]\nansible_ssh_private_key_file=~/.ssh/key\nansible_become=yes\nansible_become_user=app\n" +
			"ansible_ssh_pass=hunter2\nansible_become_pass=hunter3\nansible_ssh_user=old\nansible_user=new\n"},
		want: []string{"h: ssh h [ungrouped] map[_sudo:true _sudo_user:app ansible_become:yes ansible_become_password:hunter3 ansible_become_user:app " +
			"ansible_ssh_private_key_file:~/.ssh/key ansible_ssh_user:old ansible_user:new ssh_key:~/.ssh/key ssh_password:hunter2 ssh_user:new]"},
	},
	"YAML": {
		path: "hosts.yml",
		files: map[string]string{"hosts.yml": `---
all:
  vars:
    zone: all
  hosts:
    lone:
  children:
    prod:
      vars:
        zone: prod
      children:
        web:
          hosts:
            web[1:2]:
              ansible_host: 192.0.2.1
            web9:
        db: {}
db:
  hosts:
    db1: {ansible_connection: local}
    c1: {ansible_connection: community.docker.docker}
`},
		want: []string{
			"lone: ssh lone [ungrouped] map[zone:all]",
			"web1: ssh web1 [prod web] map[ansible_host:192.0.2.1 ssh_hostname:192.0.2.1 zone:prod]",
			"web2: ssh web2 [prod web] map[ansible_host:192.0.2.1 ssh_hostname:192.0.2.1 zone:prod]",
			"web9: ssh web9 [prod web] map[zone:prod]",
			"db1: local  [prod db] map[ansible_connection:local zone:prod]",
			"c1: docker c1 [prod db] map[ansible_connection:community.docker.docker zone:prod]",
		},
	},
	"values of YAML": {
		path: "hosts.yml",
		files: map[string]string{"hosts.yml": `
web:
  hosts: {h: }
  vars:
    common: &common {zone: all, port: 1}
    list: [1, 2.5, ~, yes, 'no', "0644", 0644, 0o17, 1_000, 12345678901234567890123, 2026-11-23]
    map: {a: {b: [c]}, 1: one, '2': two}
    more:
      <<: *common
      zone: merged
    same: *common
    text: |
      two
      lines
    folded: >-
      one
      line
    raw: !unsafe '{{ x }}'
    str: !!str 5
`},
		want: []string{"h: ssh h [web] map[common:[{zone all} {port 1}] folded:one line " +
			"list:[1 2.5 <nil> true no 0644 420 15 1000 12345678901234567890123 2026-11-23] " +
			"map:[{a [{b [c]}]} {1 one} {2 two}] more:[{zone merged} {port 1}] raw:{{ x }} same:[{zone all} {port 1}] str:5 text:two\\nlines\\n]"},
		warnings: []string{"hosts.yml:18: raw is a template, which is not evaluated here: it stays text"},
	},
	"variables beside": {
		path: "inv/hosts",
		files: map[string]string{
			"inv/hosts":                     "w1 x=file\n[web]\nw1 x=line\nw2\n[web:vars]\ng=file\n",
			"inv/group_vars/all.yml":        "a: 1\ng: all\n",
			"inv/group_vars/web/b.yml":      "g: second\nh: \"{{ g }}\"\n",
			"inv/group_vars/web/a":          "g: first\n",
			"inv/group_vars/web/.hidden":    "g: [\n",
			"inv/group_vars/other.yml":      "g: [\n",
			"inv/host_vars/w1.yaml":         "x: host_vars\n# end\n",
			"inv/host_vars/w2.json":         `{"x": [true, null, 1.5]}`,
			"inv/host_vars/nobody.yml":      "x: [\n",
			"inv/group_vars/web/c.yml.orig": "g: [\n",
		},
		want: []string{
			"w1: ssh w1 [web] map[a:1 g:second h:{{ g }} x:host_vars]",
			"w2: ssh w2 [web] map[a:1 g:second h:{{ g }} x:[true <nil> 1.5]]",
		},
		warnings: []string{"inv/group_vars/web/b.yml:2: h is a template, which is not evaluated here: it stays text"},
	},
	"a folder": {
		path: "inv",
		files: map[string]string{
			"inv/01-hosts":             "[web]\nw1\n",
			"inv/02.yml":               "db: {hosts: {d1: }}\n",
			"inv/.git/x":               "",
			"inv/ansible.cfg":          "[",
			"inv/group_vars/db.yml":    "a: 1\n",
			"inv/group_vars/ungrouped": "a: 2\n",
			"inv/03":                   "lone\n",
		},
		want: []string{"w1: ssh w1 [web] map[]", "d1: ssh d1 [db] map[a:1]", "lone: ssh lone [ungrouped] map[a:2]"},
	},
	"YAML without a name for it": {
		files: map[string]string{"hosts": "# hosts\nweb:   # those\n  hosts:\n    w1:\n"},
		want:  []string{"w1: ssh w1 [web] map[]"},
	},
	"order of groups": {
		files: map[string]string{"hosts": "[b]\nh\n[a]\nh\n[z:children]\na\n[c]\nh\n[c:vars]\nansible_group_priority=0\nv=c\n[a:vars]\nv=a\n[b:vars]\nv=b\n"},
		want:  []string{"h: ssh h [c b z a] map[ansible_group_priority:0 v:a]"},
	},
	"what has no meaning": {
		files:    map[string]string{"hosts": "h ansible_ssh_common_args='-J x'\n"},
		want:     []string{"h: ssh h [ungrouped] map[ansible_ssh_common_args:-J x]"},
		warnings: []string{"hosts:1: ansible_ssh_common_args is not read here"},
	},
	"empty":         {files: map[string]string{"hosts": "# nothing\n"}},
	"empty as YAML": {path: "hosts.yml", files: map[string]string{"hosts.yml": "---\n# nothing\n"}},
}

func TestRead(t *testing.T) {
	for name, test := range inventories {
		t.Run(name, func(t *testing.T) {
			write(t, test.files)
			path := test.path
			if path == "" {
				path = "hosts"
			}
			inv := fleet.New()
			hosts, warnings, err := ansible.Read(inv, path)
			if err != nil {
				t.Fatal(err)
			}
			got := show(inv)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("hosts (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.warnings, warnings); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
			if len(hosts) != len(inv.Hosts()) {
				t.Errorf("%d names of %d hosts", len(hosts), len(inv.Hosts()))
			}
		})
	}
}

// mistakes are inventories that are refused, and how.
var mistakes = map[string]struct {
	path, text, want string
}{
	"a section":            {"hosts", "[web\n", "hosts:1: a section is written [group], [group:children] or [group:vars]"},
	"a kind of section":    {"hosts", "\n[web:hots]\n", "hosts:2: [web:hots]: a section is of hosts, children or vars"},
	"a name":               {"hosts", "[a b]\n", `hosts:1: "a b" cannot be the name of a group`},
	"a quote":              {"hosts", "h a='b\n", "hosts:1: a quote is not closed"},
	"a word":               {"hosts", "h\nweb1 user\n", `hosts:2: after a host come variables as in name=value, not "user"`},
	"a variable":           {"hosts", "[web:vars]\nuser\n", "hosts:2: a variable is written name=value"},
	"children":             {"hosts", "[web:children]\na b\n", "hosts:2: a line of children is the name of one group"},
	"a group in itself":    {"hosts", "[a:children]\nb\n[b:children]\na\n", "hosts:1: group a is in itself: all > a > b > a"},
	"a range":              {"hosts", "web[1-3]\n", `hosts:1: host "web[1-3]": a range is written [01:50] or [a:f]`},
	"a range of both":      {"hosts", "web[1:c]\n", `hosts:1: host "web[1:c]": [1:c] is neither two numbers nor two letters`},
	"a range backwards":    {"hosts", "web[3:1]\n", `hosts:1: host "web[3:1]": [3:1] runs backwards`},
	"a step":               {"hosts", "web[1:3:0]\n", `hosts:1: host "web[1:3:0]": the step of a range is a number from 1 on`},
	"zeros":                {"hosts", "web[01:100]\n", `hosts:1: host "web[01:100]": [01:100] has zeros at the front of numbers of different length`},
	"a large range":        {"hosts", "web[1:200000]\n", `hosts:1: host "web[1:200000]": it stands for more than 100000 hosts: write a smaller range`},
	"large ranges":         {"hosts", "w[1:999][1:999]\n", `hosts:1: host "w[1:999][1:999]": it stands for more than 100000 hosts: write a smaller range`},
	"a port":               {"hosts", "web1:99999\n", `hosts:1: host "web1:99999": a port is from 1 to 65535`},
	"a template":           {"hosts", "web1 ansible_user='{{ me }}'\n", "hosts:1: ansible_user is a template, which is not evaluated here: write its value"},
	"su":                   {"hosts", "web1 ansible_become_method=su\n", "hosts:1: ansible_become_method: only sudo is supported here"},
	"a script":             {"hosts", "#!/usr/bin/python3\n", "hosts:1: a script, which is not run here: write what it prints to a file, as ansible-inventory --list --yaml does"},
	"a vault":              {"hosts", "$ANSIBLE_VAULT;1.1;AES256\n33\n", "hosts:1: encrypted by ansible-vault, which cannot be read here: keep the value in group_data, or decrypt it"},
	"a vaulted value":      {"hosts.yml", "web:\n  vars:\n    a: 1\n    p: !vault |\n      $ANSIBLE_VAULT;1.1;AES256\n      33\n", "hosts.yml:4: encrypted by ansible-vault, which cannot be read here: keep the value in group_data, or decrypt it"},
	"a plugin":             {"hosts.yml", "plugin: aws_ec2\n", "hosts.yml:1: an inventory plugin, which is not run here: write what it finds to a file, as ansible-inventory --list --yaml does"},
	"no YAML":              {"hosts.yml", "a: [1\nb: 2\n", "hosts.yml:2: not YAML: ',' or ']' must be specified"},
	"no mapping":           {"hosts.yml", "- a\n", "hosts.yml:1: an inventory must be a mapping, as in name: value"},
	"hosts as a list":      {"hosts.yml", "web:\n  hosts:\n    - w1\n", "hosts.yml:3: hosts of group web must be a mapping, as in name: value"},
	"a part":               {"hosts.yml", "web:\n  hots: {a: }\n", `hosts.yml:2: a group has hosts, children and vars, not "hots"`},
	"an alias":             {"hosts.yml", "web:\n  vars: *x\n", "hosts.yml:2: *x: there is no &x before it"},
	"an alias in itself":   {"hosts.yml", "web:\n  vars:\n    a: &x [*x]\n", "hosts.yml:3: *x is in itself"},
	"a tag":                {"hosts.yml", "web:\n  vars:\n    a: !env x\n", "hosts.yml:3: the tag !env has no meaning here"},
	"much of little":       {"hosts.yml", bomb(), "hosts.yml:3: holds more than 1048576 values"},
	"brackets":             {"hosts.yml", "a: " + strings.Repeat("[", 2000), "hosts.yml: brackets are nested more than 1000 deep"},
	"a group below itself": {"hosts.yml", "a: {children: {b: {children: {a: }}}}\n", "hosts.yml:1: group a is in itself: all > a > b > a"},
	"a host":               {"hosts.yml", "a: {hosts: {'x@': }}\n", `hosts.yml:1: group a: host "x@": write user@host`},
	"nothing there":        {"nosuch", "", "nosuch: no such file"},
}

// bomb is a small file that means a large value.
func bomb() string {
	var b strings.Builder
	b.WriteString("web:\n  vars:\n")
	b.WriteString("    a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n")
	for i := 1; i < 9; i++ {
		fmt.Fprintf(&b, "    a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 10), ", "))
	}
	return b.String()
}

func TestMistakes(t *testing.T) {
	for name, test := range mistakes {
		t.Run(name, func(t *testing.T) {
			files := map[string]string{test.path: test.text}
			if test.text == "" {
				files = nil
			}
			write(t, files)
			_, _, err := ansible.Read(fleet.New(), test.path)
			if err == nil || err.Error() != test.want {
				t.Errorf("got %v\nwant %s", err, test.want)
			}
		})
	}
}

// FuzzINI and FuzzYAML check that whatever stands in a file is read or refused.
func FuzzINI(f *testing.F) {
	for _, test := range inventories {
		f.Add(test.files["hosts"])
	}
	for _, test := range mistakes {
		if test.path == "hosts" {
			f.Add(test.text)
		}
	}
	fuzz(f, "hosts.ini")
}

func FuzzYAML(f *testing.F) {
	for _, test := range inventories {
		f.Add(test.files["hosts.yml"])
	}
	for _, test := range mistakes {
		if test.path == "hosts.yml" {
			f.Add(test.text)
		}
	}
	fuzz(f, "hosts.yml")
}

func fuzz(f *testing.F, name string) {
	path := filepath.Join(f.TempDir(), name)
	f.Fuzz(func(t *testing.T, text string) {
		path := fmt.Sprintf("%s.%d%s", path, os.Getpid(), filepath.Ext(name))
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		inv := fleet.New()
		hosts, _, err := ansible.Read(inv, path)
		if err == nil && len(hosts) < len(inv.Hosts()) {
			t.Errorf("%d names of %d hosts", len(hosts), len(inv.Hosts()))
		}
	})
}
