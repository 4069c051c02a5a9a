package server

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cygnet/internal/facttest"
	"cygnet/modules/apk"
	"cygnet/modules/brew"
	"cygnet/modules/deb"
	facts "cygnet/modules/facts/server"
	"cygnet/modules/files"
	"cygnet/modules/pacman"
	"cygnet/modules/rpm"
	"cygnet/modules/xbps"
	"cygnet/op"
	"cygnet/shell"
)

type planTest struct {
	operation op.Operation
	facts     []facttest.Answer
	want      []string
	noop      string
}

func (test planTest) run(t *testing.T) {
	t.Helper()
	p, err := test.operation.Plan(facttest.Host(t, test.facts...))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(test.want, facttest.Commands(p)); diff != "" || p.Noop != test.noop && len(test.want) == 0 {
		t.Errorf("noop %q\n-want +got\n%s", p.Noop, diff)
	}
}

func runsOn(system string) facttest.Answer { return facttest.Is(Os{}, system) }

func TestGroup(t *testing.T) {
	groups := facttest.Is(Groups{}, []string{"root", "swans"})
	for name, test := range map[string]planTest{
		"add":            {Group{Group: "ducks"}, nil, []string{"groupadd ducks"}, ""},
		"add, numbered":  {Group{Group: "ducks", GID: "90"}, nil, []string{"groupadd ducks --gid 90"}, ""},
		"add, system":    {Group{Group: "a b", System: true}, nil, []string{"groupadd -r 'a b'"}, ""},
		"there":          {Group{Group: "swans", GID: "90"}, nil, nil, "group swans is there"},
		"remove":         {Group{Group: "swans", Absent: true}, nil, []string{"groupdel swans"}, ""},
		"removed before": {Group{Group: "ducks", Absent: true}, nil, nil, "there is no group ducks"},
	} {
		test.facts = []facttest.Answer{groups, runsOn("Linux")}
		t.Run(name, test.run)
	}
	t.Run("FreeBSD", planTest{Group{Group: "ducks"}, []facttest.Answer{groups, runsOn("FreeBSD")}, []string{"pw groupadd -n ducks"}, ""}.run)
	t.Run("FreeBSD, remove", planTest{Group{Group: "swans", Absent: true}, []facttest.Answer{groups, runsOn("FreeBSD")}, []string{"pw groupdel -n swans"}, ""}.run)
}

func TestShellAndScript(t *testing.T) {
	t.Run("commands", planTest{Shell{Commands: []string{"echo $HOME; ls", "true"}}, nil, []string{"echo $HOME; ls", "true"}, ""}.run)
	t.Run("none", planTest{Shell{}, nil, nil, "there are no commands"}.run)
	script := Script{Src: op.Bytes([]byte("#!/bin/sh\necho hi")), Args: []string{"one", "two words"}}
	t.Run("script", func(t *testing.T) { testScript(t, script) })
	_, err := Script{Src: op.File("missing.sh")}.Plan(facttest.Host(t))
	if e, ok := errors.AsType[*op.Error](err); !ok || !strings.Contains(e.Msg, "missing.sh") {
		t.Errorf("a script that is not there: %v", err)
	}
}

// testScript looks at the parts of an upload that people do not see.
func testScript(t *testing.T, script Script) {
	p, err := script.Plan(facttest.Host(t))
	if err != nil {
		t.Fatal(err)
	}
	upload, ok := p.Commands[0].(op.Upload)
	if !ok || upload.Mode != 0o700 || upload.To != "/tmp/file-of-cygnet" {
		t.Errorf("got %#v", p.Commands[0])
	}
	want := []string{"chmod +x /tmp/file-of-cygnet", "/tmp/file-of-cygnet one 'two words'"}
	if diff := cmp.Diff(want, facttest.Commands(p)[1:]); diff != "" {
		t.Error(diff)
	}
}

func TestHostname(t *testing.T) {
	called := facttest.Is(HostnameFact{}, "swan")
	systemd := facttest.Is(Which{Name: "hostnamectl"}, facts.Text("/usr/bin/hostnamectl"))
	none := facttest.Is(Which{Name: "hostnamectl"}, facts.Text(""))
	etc := facttest.Is(files.DirectoryFact{Path: "/etc"}, files.Info{Exists: true})
	noFile := facttest.Is(files.FileFact{Path: "/etc/hostname"}, files.Info{})
	noDir := facttest.Is(files.DirectoryFact{Path: "/etc/hostname"}, files.Info{})
	for name, test := range map[string]planTest{
		"systemd":        {Hostname{Hostname: "duck"}, []facttest.Answer{called, systemd}, []string{"hostnamectl set-hostname duck"}, ""},
		"systemd, right": {Hostname{Hostname: "swan"}, []facttest.Answer{called, systemd}, nil, "the host is called swan"},
		"Linux": {
			Hostname{Hostname: "duck"}, []facttest.Answer{called, none, runsOn("Linux"), etc, noFile, noDir},
			[]string{"hostname duck", `upload "duck\n" /etc/hostname`}, "",
		},
		"Linux, file is missing": {
			Hostname{Hostname: "swan"}, []facttest.Answer{called, none, runsOn("Linux"), etc, noFile, noDir},
			[]string{`upload "swan\n" /etc/hostname`}, "",
		},
		"other systems": {Hostname{Hostname: "duck"}, []facttest.Answer{called, none, runsOn("OpenBSD")}, []string{"hostname duck"}, ""},
	} {
		t.Run(name, test.run)
	}
	if _, rounds := facttest.Rounds(t, Hostname{Hostname: "swan"}, called, systemd, runsOn("Linux")); rounds != 1 {
		t.Errorf("a host with the right name costs %d round trips", rounds)
	}
}

func TestPackages(t *testing.T) {
	lists := []facttest.Answer{
		facttest.Is(apk.ApkPackages{}, nil), facttest.Is(brew.BrewPackages{}, nil), facttest.Is(deb.DebPackages{}, nil), facttest.Is(rpm.RpmPackages{}, nil),
		facttest.Is(pacman.PacmanPackages{}, nil), facttest.Is(xbps.XbpsPackages{}, nil),
		facttest.Is(rpm.RpmPackageProvides{Name: "swan"}, nil), facttest.Is(pacman.PacmanUnpackGroup{Name: "swan"}, nil),
	}
	for program, want := range map[string]string{
		"apk": "apk add swan", "brew": "brew install swan", "dnf": "dnf install -y swan", "yum": "yum install -y swan", "pacman": "pacman --noconfirm -S swan",
		"xbps-install": "xbps-install -y swan", "zypper": "zypper --non-interactive install -y swan",
		"apt": `DEBIAN_FRONTEND=noninteractive apt-get -y -o Dpkg::Options::="--force-confdef" -o Dpkg::Options::="--force-confold" install swan`,
	} {
		t.Run(program, planTest{Packages{Packages: []string{"swan"}}, append(programs(program), lists...), []string{want}, ""}.run)
		_, rounds := facttest.Rounds(t, Packages{Packages: []string{"swan"}, Absent: true}, append(programs(program), lists...)...)
		if rounds > 2 { // names that rpm and pacman do not know are asked for again
			t.Errorf("%s: it took %d round trips", program, rounds)
		}
	}
	_, err := Packages{Packages: []string{"swan"}}.Plan(facttest.Host(t, append(programs(""), lists...)...))
	if err == nil || !strings.Contains(err.Error(), "no package manager") {
		t.Errorf("without a package manager: %v", err)
	}
	there := facttest.Is(deb.DebPackages{}, map[string][]string{"swan": {"1"}})
	p, rounds := facttest.Rounds(t, Packages{Packages: []string{"swan"}}, append(append(programs("apt"), lists...), there)...)
	if rounds != 1 || len(p.Commands) > 0 {
		t.Errorf("it took %d round trips to do %q", rounds, facttest.Commands(p))
	}
}

// programs answers which package managers a host has: one.
func programs(has string) []facttest.Answer {
	var answers []facttest.Answer
	for _, m := range managers() {
		path := facts.Text("")
		if m.program == has {
			path = facts.Text("/usr/bin/" + has)
		}
		answers = append(answers, facttest.Is(Which{Name: m.program}, path))
	}
	return answers
}

func TestArguments(t *testing.T) {
	o, err := op.Declare(User{}).New([]any{"leda"}, map[string]any{
		"uid": int64(0), "password": "$6$secret", "ensure_home": false, "unique": false, "groups": []any{"swans"}, "public_keys": "key",
	})
	zero := 0
	want := User{
		User: "leda", UID: &zero, Password: shell.NewSecret("$6$secret"), NoEnsureHome: true, NotUnique: true,
		Groups: []string{"swans"}, PublicKeys: []string{"key"},
	}
	if diff := cmp.Diff(op.Operation(want), o, cmp.AllowUnexported(shell.Secret{})); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	for _, gid := range []any{int64(7), "7"} {
		if o, err := op.Declare(Group{}).New(nil, map[string]any{"group": "g", "gid": gid}); err != nil || o != op.Operation(Group{Group: "g", GID: "7"}) {
			t.Errorf("got %#v, %v", o, err)
		}
	}
	if _, err := op.Declare(Group{}).New(nil, map[string]any{"group": "g", "gid": 1.5}); err == nil {
		t.Error("a gid may be 1.5")
	}
	names := map[string]bool{}
	for _, f := range Module().Facts {
		names[f.Name] = true
	}
	for _, name := range []string{"server.Hostname", "server.User", "server.Users", "server.Which", "server.LinuxName"} {
		if !names[name] {
			t.Errorf("there is no fact %s", name)
		}
	}
}

func TestPublicKeysFromFiles(t *testing.T) {
	h := facttest.Host(t)
	local, ok := h.Local.(op.LocalFiles)
	if !ok {
		t.Fatalf("files are %T", h.Local)
	}
	text := "# my keys\nssh-ed25519 AAAA leda\n\nssh-rsa BBBB zeus\r\n"
	if err := os.WriteFile(filepath.Join(local.Dir, "keys.pub"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := readKeys(h, []string{"keys.pub", " ssh-rsa CCCC hera "})
	want := []string{"ssh-ed25519 AAAA leda", "ssh-rsa BBBB zeus", "ssh-rsa CCCC hera"}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	for _, name := range []string{"none.pub", "/no/such/key", "~/.ssh/key"} {
		if _, err := readKeys(h, []string{name}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
