package deb

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// list is what dpkg -l prints where it is not cut to the width of a terminal.
const list = `Desired=Unknown/Install/Remove/Purge/Hold
| Status=Not/Inst/Conf-files/Unpacked/halF-conf/Half-inst/trig-aWait/Trig-pend
|/ Err?=(none)/Reinst-required (Status,Err: uppercase=bad)
||/ Name                 Version            Architecture Description
+++-====================-==================-============-=================================
ii  adduser              3.134              all          add and remove users and groups
ii  libc6:amd64          2.36-9+deb12u4     amd64        GNU C Library: Shared libraries
ii  libc6:i386           2.36-9+deb12u4     i386         GNU C Library: Shared libraries
hi  linux-image-amd64    6.1.76-1           amd64        Linux for 64-bit PCs (held)
rc  nginx                1.22.1-9           amd64        removed, its configuration is left
iU  half-way             1.0                all          unpacked only
iF  broken               1.0                all          configured by halves
iW  waits                2:4~rc1-1          all          waits for triggers
it  triggered            1.0                all          its triggers are pending
ri  leaving              1.0                all          to be removed, still there
iHR torn                 1.0                all          must be installed again
un  never                <none>             <none>       (no description available)
ii  g++                  4:12.2.0-3         amd64        GNU C++ compiler
`

func TestDebPackages(t *testing.T) {
	got, err := DebPackages{}.Parse(strings.Split(list, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{
		"adduser": {"3.134"}, "libc6": {"2.36-9+deb12u4", "2.36-9+deb12u4"}, "linux-image-amd64": {"6.1.76-1"},
		"waits": {"2:4~rc1-1"}, "triggered": {"1.0"}, "leaving": {"1.0"}, "g++": {"4:12.2.0-3"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestDebPackage(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want *Package
	}{
		"installed": {"Package: git\nStatus: install ok installed\nVersion: 1:2.39\nConffiles:\n /etc/x: y\n", &Package{"git", "1:2.39"}},
		"held":      {"Package: git\nStatus: hold ok installed\nVersion: 1", &Package{"git", "1"}},
		"waiting":   {"Package: git\nStatus: install ok triggers-pending\nVersion: 1", &Package{"git", "1"}},
		"removed":   {"Package: git\nStatus: deinstall ok config-files\nVersion: 1", nil},
		"unpacked":  {"Package: git\nStatus: install ok unpacked\nVersion: 1", nil},
		"torn":      {"Package: git\nStatus: install reinstreq installed\nVersion: 1", nil},
		"a file":    {" new Debian package, version 2.0.\n Package: swan\n Version: 3-1\n Description: a bird\n  Version: of it\n", &Package{"swan", "3-1"}},
		"nothing":   {"", nil},
	} {
		got, err := DebPackage{Name: "git"}.Parse(strings.Split(test.text, "\n"))
		if diff := cmp.Diff(test.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
	}
	want := "! test -e 'a b' && (dpkg -s 'a b' 2>/dev/null || true) || dpkg -I 'a b'"
	if got := (DebPackage{"a b"}).Command().String(); got != want {
		t.Errorf("got %q", got)
	}
}

func TestDebArch(t *testing.T) {
	if got, err := (DebArch{}).Parse([]string{"riscv64"}); got != "riscv64" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(list)
	f.Add("Package: a\nVersion: 1\nStatus: a b c")
	f.Fuzz(func(t *testing.T, text string) {
		lines := strings.Split(text, "\n")
		packages, err := DebPackages{}.Parse(lines)
		if err != nil || len(packages) > len(lines) {
			t.Errorf("%d packages in %d lines, %v", len(packages), len(lines), err)
		}
		for name, versions := range packages {
			if strings.Contains(name, ":") || len(versions) == 0 {
				t.Errorf("package %q has versions %q", name, versions)
			}
		}
		if p, err := (DebPackage{}).Parse(lines); err != nil || p != nil && p.Name == "" {
			t.Errorf("got %v, %v", p, err)
		}
	})
}

func BenchmarkDebPackages(b *testing.B) {
	var lines []string
	for i := range 3000 {
		lines = append(lines, fmt.Sprintf("ii  library-of-swans-%04d:amd64          %d.%d-1+deb12u%d     amd64        a library about swans", i, i%9, i%77, i%3))
	}
	b.ReportAllocs()
	for b.Loop() {
		if packages, err := (DebPackages{}).Parse(lines); err != nil || len(packages) != 3000 {
			b.Fatal(len(packages), err)
		}
	}
}
