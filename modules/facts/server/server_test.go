package server

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cygnet/fact"
)

func parse[T any](t *testing.T, f fact.Fact[T], lines ...string) T {
	t.Helper()
	v, err := f.Parse(lines)
	if err != nil {
		t.Fatalf("%T: %v", f, err)
	}
	return v
}

func check(t *testing.T, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, fact.Plain(got)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestPrograms(t *testing.T) {
	check(t, parse(t, Which{Name: "git"}, "/usr/bin/git"), "/usr/bin/git")
	check(t, parse(t, Which{Name: "git"}), nil)
	check(t, parse(t, Command{Text: "ls"}, "one", "", "two"), "one\n\ntwo")
	if got := (Which{Name: "a b"}).Command().String(); got != "command -v 'a b' || true" {
		t.Errorf("got %q", got)
	}
}

func TestDateKeepsItsZone(t *testing.T) {
	got := parse(t, Date{}, "2026-02-03T04:05:06-0330")
	if want := "2026-02-03T04:05:06-03:30"; got.Format(time.RFC3339) != want {
		t.Errorf("got %s, want %s", got.Format(time.RFC3339), want)
	}
	if got := parse(t, Date{}, "2026-02-03T04:05:06+0000"); got.Location() == time.UTC {
		t.Error("a date with a zone must be told from one without")
	}
	for _, bad := range []string{"", "today", "2026-02-03"} {
		if _, err := (Date{}).Parse([]string{bad}); err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
}

func TestSystem(t *testing.T) {
	for name, got := range map[string]string{
		"aarch64": parse(t, Arch{}, "aarch64"),
		"Darwin":  parse(t, Os{}, "Darwin"),
		"6.1.0-9": parse(t, OsVersion{}, "6.1.0-9"),
		"Linux":   parse(t, Kernel{}, "Linux"),
		"6.6.1":   parse(t, KernelVersion{}, "6.6.1"),
		"cygnet1": parse(t, Hostname{}, "cygnet1"),
		"/bin":    parse(t, Path{}, "/bin"),
		"mute":    parse(t, UserFact{}, "mute"),
		"/home/m": parse(t, Home{}, "/home/m"),
	} {
		if got != name {
			t.Errorf("got %q, want %q", got, name)
		}
	}
	check(t, parse(t, TmpDir{}, ""), nil)
	check(t, parse(t, MacosVersion{}, "15.1"), "15.1")
	check(t, parse(t, RebootRequired{}, "reboot_required"), true)
	check(t, parse(t, RebootRequired{}, "no_reboot_required"), false)
	if _, err := (Arch{}).Parse(nil); err == nil {
		t.Error("a host without an architecture is no error")
	}
}

func TestHomeOfAUser(t *testing.T) {
	for user, want := range map[string]string{"": "echo ~", "leda": "echo ~leda", "a;b": "echo ~'a;b'"} {
		if got := (Home{user}).Command().String(); got != want {
			t.Errorf("%q: got %q, want %q", user, got, want)
		}
	}
}

func TestConstants(t *testing.T) {
	for _, r := range []fact.Request{
		fact.Ask(Arch{}), fact.Ask(Os{}), fact.Ask(OsVersion{}), fact.Ask(LinuxName{}), fact.Ask(LinuxDistribution{}),
	} {
		if !r.Constant {
			t.Errorf("%s can change", r.Name)
		}
	}
	for _, r := range []fact.Request{fact.Ask(Hostname{}), fact.Ask(Which{}), fact.Ask(Users{}), fact.Ask(Date{})} {
		if r.Constant {
			t.Errorf("%s cannot change", r.Name)
		}
	}
}

func TestUsers(t *testing.T) {
	users := parse(t, Users{},
		"leda:x:1001:1001:Leda | of Sparta,,,:/home/leda:/bin/bash|leda|leda sudo swans sudo|leda pts/1 10.0.0.7 Tue Mar 3 10:11:12 +0200 2026|$6$salt$hash",
		"svc:x:998:998::/:/usr/sbin/nologin|svc|svc|svc **Never logged in**|!",
		"zeus:*:0:0:Charlie &:/root:/bin/csh|wheel|wheel|zeus ttyv0 Thu Jan 1 01:02:03 2026|",
		"+::::::|||",
		"nothing to see here",
		"",
	)
	if len(users) != 3 {
		t.Fatalf("got %d users: %v", len(users), users)
	}
	login := time.Date(2026, 3, 3, 10, 11, 12, 0, time.FixedZone("", 7200))
	want := User{
		Home: "/home/leda", Comment: "Leda | of Sparta,,,", Shell: "/bin/bash", Group: "leda", Groups: []string{"sudo", "swans"},
		UID: 1001, GID: 1001, LastLog: "Tue Mar 3 10:11:12 +0200 2026", LoginTime: &login, Password: "$6$salt$hash",
	}
	if diff := cmp.Diff(want, users["leda"]); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	check(t, users["svc"], fact.Dict{
		{Key: "home", Value: "/"}, {Key: "comment", Value: nil}, {Key: "shell", Value: "/usr/sbin/nologin"},
		{Key: "group", Value: "svc"}, {Key: "groups", Value: []any{}}, {Key: "uid", Value: int64(998)}, {Key: "gid", Value: int64(998)},
		{Key: "lastlog", Value: nil}, {Key: "login_time", Value: nil}, {Key: "password", Value: "!"},
	})
	if z := users["zeus"].LoginTime; z == nil || z.Location() != time.UTC {
		t.Errorf("a login without a zone stands at %v", z)
	}
}

func TestGroups(t *testing.T) {
	check(t, parse(t, Groups{}, "root:x:0:", "swans:x:1001:leda,zeus", "broken"), []any{"root", "swans"})
}

func TestDistributions(t *testing.T) {
	for name, test := range map[string]struct {
		lines []string
		want  string
		major any
		minor any
	}{
		"debian": {[]string{
			"/etc/os-release", `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"`, `NAME="Debian GNU/Linux"`, `VERSION_ID="12"`,
			`VERSION="12 (bookworm)"`, "VERSION_CODENAME=bookworm", "ID=debian", "---",
		}, "Debian", int64(12), nil},
		"ubuntu": {[]string{
			"/etc/lsb-release", "DISTRIB_ID=Ubuntu", "---", "/etc/os-release", `NAME="Ubuntu"`, `VERSION_ID="24.04"`, "ID=ubuntu", "---",
		}, "Ubuntu", int64(24), int64(4)},
		"alpine": {[]string{
			"/etc/alpine-release", "3.20.1", "---", "/etc/os-release", `NAME="Alpine Linux"`, "ID=alpine", "VERSION_ID=3.20.1", "---",
		}, "Alpine", int64(3), int64(20)},
		"rocky": {[]string{
			"/etc/os-release", `NAME="Rocky Linux"`, `ID="rocky"`, `VERSION_ID="9.4"`, "---",
			"/etc/redhat-release", "Rocky Linux release 9.4 (Blue Onyx)", "---",
		}, "Rocky Linux", int64(9), int64(4)},
		"leap": {[]string{"/etc/os-release", `NAME="openSUSE Leap"`, `ID="opensuse-leap"`, `VERSION_ID="15.6"`, "---"}, "openSUSE", int64(15), int64(6)},
		"old fedora": {[]string{
			"/etc/fedora-release", "Fedora release 14 (Laughlin)", "---", "/etc/system-release", "Fedora release 14 (Laughlin)", "---",
		}, "Fedora", int64(14), nil},
		"a sentence": {[]string{"/etc/swan-release", "Swan Linux 3.1", "---"}, "Swan Linux", int64(3), int64(1)},
		"no number":  {[]string{"/etc/swan-release", "Swan Linux", "---"}, "Swan Linux", nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			d, ok := fact.Plain(parse(t, LinuxDistribution{}, test.lines...)).(fact.Dict)
			if !ok || d.Get("name") != test.want || d.Get("major") != test.major || d.Get("minor") != test.minor {
				t.Errorf("got %v", d)
			}
			check(t, parse(t, LinuxName{}, test.lines...), test.want)
		})
	}
}

func TestReleaseVariables(t *testing.T) {
	got := releaseVariables([]string{
		`NAME='Swan Linux'`, `PRETTY_NAME="Swan \"Linux\" \$1"`, "# NAME=no", "  ID=swan  ", `VERSION="1 (Black Swan)"`, "export", `EMPTY=""`,
	})
	want := map[string]string{
		"NAME": "Swan Linux", "PRETTY_NAME": `Swan "Linux" $1`, "ID": "swan", "VERSION": "1 (Black Swan)", "CODENAME": "Black Swan", "EMPTY": "",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestLsbRelease(t *testing.T) {
	check(t, parse(t, LsbRelease{}, "Distributor ID:\tDebian", "Description:\tDebian GNU/Linux 12", "nothing"), fact.Dict{
		{Key: "description", Value: "Debian GNU/Linux 12"}, {Key: "id", Value: "Debian"},
	})
}

func TestKernel(t *testing.T) {
	modules := parse(t, KernelModules{},
		"nf_tables 311296 5 nft_ct,nft_chain_nat, Live 0x0000000000000000 (E)", "loop 40960 0 - Live 0x0", "short line", "bad 1 many - Live 0x0")
	want := map[string]KernelModule{
		"nf_tables": {Size: "311296", Instances: 5, State: "Live", Depends: []string{"nft_ct", "nft_chain_nat"}},
		"loop":      {Size: "40960", State: "Live"},
	}
	if diff := cmp.Diff(want, modules); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestMounts(t *testing.T) {
	mounts := parse(t, Mounts{},
		`21 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw,errors=remount-ro`,
		`90 21 0:40 / /srv/two\040words rw,nosuid shared:9 master:3 - nfs4 swan:/export rw,vers=4.2,nosuid`,
		`91 21 0:41 / /odd\400 rw - tmpfs tmpfs rw`,
		`92 21 0:42 / /short rw -`, `nothing`)
	want := map[string]Mount{
		"/":              {"/dev/vda1", "ext4", []string{"rw", "relatime", "errors=remount-ro"}},
		"/srv/two words": {"swan:/export", "nfs4", []string{"rw", "nosuid", "vers=4.2"}},
		`/odd\400`:       {"tmpfs", "tmpfs", []string{"rw"}},
	}
	if diff := cmp.Diff(want, mounts); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestSysctl(t *testing.T) {
	check(t, parse(t, Sysctl{}, "kernel.hostname = swan-1", "net.ipv4.tcp_rmem = 4096\t131072\t6291456", "kernel.version = #1 SMP",
		"vm.swappiness = 60", "kern.ostype: FreeBSD", "empty =", "just words"), fact.Dict{
		{Key: "kern.ostype", Value: "FreeBSD"}, {Key: "kernel.hostname", Value: "swan-1"}, {Key: "kernel.version", Value: "#1 SMP"},
		{Key: "net.ipv4.tcp_rmem", Value: []any{int64(4096), int64(131072), int64(6291456)}}, {Key: "vm.swappiness", Value: int64(60)},
	})
	if got := (Sysctl{Keys: []string{"a.b", "c;d"}}).Command().String(); got != "sysctl a.b 'c;d'" {
		t.Errorf("got %q", got)
	}
}

func TestLimitsAndSelinux(t *testing.T) {
	limits := parse(t, SecurityLimits{}, "# a comment", "@swans hard nproc 20 # few", "* soft core", "")
	if diff := cmp.Diff([]SecurityLimit{{"@swans", "hard", "nproc", "20"}}, limits); diff != "" {
		t.Error(diff)
	}
	check(t, parse(t, Selinux{}, "SELinux status:                 disabled"), fact.Dict{{Key: "mode", Value: "disabled"}})
}

func TestSessions(t *testing.T) {
	check(t, parse(t, LinuxGui{}, "/usr/bin/xfce4-session", "/usr/bin/dbus-run-session", "/usr/bin/mate-session"), []any{"XFCE 4", "MATE"})
	check(t, parse(t, HasGui{}), false)
	check(t, parse(t, Locales{}, "C", "en_GB.utf8"), []any{"C", "en_GB.utf8"})
}

func TestPort(t *testing.T) {
	check(t, parse(t, Port{Port: 22}, `LISTEN 0 128 [::]:22 [::]:* users:(("sshd",pid=77,fd=4))`), []any{"sshd", int64(77)})
	check(t, parse(t, Port{Port: 22}, `LISTEN 0 128 [::]:22 [::]:*`), []any{nil, nil})
	if got := (Port{Port: 53, Protocol: "udp"}).Command().String(); got != "ss -lpunH 'src :53'" {
		t.Errorf("got %q", got)
	}
}
