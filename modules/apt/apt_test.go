package apt

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cygnet/fact"
	"cygnet/internal/facttest"
	"cygnet/modules/deb"
	facts "cygnet/modules/facts/server"
	"cygnet/modules/files"
	"cygnet/op"
)

// get is how every apt-get command starts that changes packages.
const get = `DEBIAN_FRONTEND=noninteractive apt-get -y -o Dpkg::Options::="--force-confdef" -o Dpkg::Options::="--force-confold" `

var (
	noon      = time.Date(2026, 3, 1, 12, 0, 0, 0, time.FixedZone("", 3600))
	installed = facttest.Is(deb.DebPackages{}, map[string][]string{
		"swan": {"1:2.0-3"}, "libduck": {"1.0", "1.0"}, "duck": {"0.9"},
	})
	date = facttest.Is(facts.Date{}, noon)
)

func stampAt(age time.Duration) facttest.Answer {
	return facttest.Is(files.FileFact{Path: stamp}, files.Info{Exists: true, Mtime: noon.Add(-age).UTC()})
}

func simulated(upgraded, held int) facttest.Answer {
	return facttest.Is(SimulateOperationWillChange{"upgrade"}, map[string]int{"upgraded": upgraded, "newly_installed": 0, "removed": 0, "not_upgraded": held})
}

func TestPackages(t *testing.T) {
	noStamp := facttest.Is(files.FileFact{Path: stamp}, files.Info{})
	for name, test := range map[string]struct {
		operation op.Operation
		facts     []facttest.Answer
		want      []string
		noop      string
	}{
		"missing":         {Packages{Packages: []string{"goose", "swan"}}, nil, []string{get + "install goose"}, ""},
		"there":           {Packages{Packages: []string{"swan"}}, nil, nil, "package swan is installed"},
		"pinned":          {Packages{Packages: []string{"swan=1:2.0-3"}}, nil, nil, "package swan=1:2.0-3 is installed"},
		"pinned by glob":  {Packages{Packages: []string{"swan=1:2.*"}}, nil, nil, "package swan=1:2.* is installed"},
		"pinned, another": {Packages{Packages: []string{"swan=1:2.0-4"}}, nil, []string{get + "install swan=1:2.0-4"}, ""},
		"architecture, there": {
			Packages{Packages: []string{"libduck:i386"}},
			[]facttest.Answer{facttest.Is(deb.DebPackage{Name: "libduck:i386"}, &deb.Package{Name: "libduck", Version: "1.0"})},
			nil, "package libduck:i386 is installed",
		},
		"architecture, missing": {
			Packages{Packages: []string{"libduck:i386=1.0"}},
			[]facttest.Answer{facttest.Is(deb.DebPackage{Name: "libduck:i386"}, nil)},
			[]string{get + "install libduck:i386=1.0"}, "",
		},
		"architecture of nothing": {Packages{Packages: []string{"goose:i386"}}, nil, []string{get + "install goose:i386"}, ""},
		"latest":                  {Packages{Packages: []string{"swan", "goose"}, Latest: true, ExtraInstallArgs: "-q"}, nil, []string{get + "install -q goose", get + "install swan"}, ""},
		"all options": {
			Packages{Packages: []string{"goose"}, NoRecommends: true, AllowDowngrades: true, ExtraInstallArgs: "-t 'a b'"}, nil,
			[]string{get + "install --no-install-recommends --allow-downgrades -t 'a b' goose"}, "",
		},
		"forced": {
			Packages{Packages: []string{"goose"}, Force: true}, nil,
			[]string{strings.Replace(get, " -y ", " -y --force-yes ", 1) + "install goose"}, "",
		},
		"purge":          {Packages{Packages: []string{"swan", "goose"}, Absent: true, Purge: true}, nil, []string{get + "purge swan"}, ""},
		"absent already": {Packages{Packages: []string{"goose"}, Absent: true}, nil, nil, "package goose is not installed"},
		"update always":  {Packages{Packages: []string{"swan"}, Update: true}, nil, []string{"apt-get update"}, ""},
		"update, fresh, there": {
			Packages{Packages: []string{"swan"}, Update: true, CacheTime: 60}, []facttest.Answer{date, stampAt(59 * time.Second)},
			nil, "package swan is installed",
		},
		"update, fresh, missing": {
			Packages{Packages: []string{"goose"}, Update: true, CacheTime: 60}, []facttest.Answer{date, stampAt(59 * time.Second)},
			[]string{get + "install goose"}, "",
		},
		"update, old": {
			Packages{Packages: []string{"goose"}, Update: true, CacheTime: 60}, []facttest.Answer{date, stampAt(61 * time.Second)},
			[]string{"apt-get update", "touch " + stamp, get + "install goose"}, "",
		},
		"update, never": {
			Update{CacheTime: 60}, []facttest.Answer{date, noStamp},
			[]string{"apt-get update", "mkdir -p /var/lib/apt/periodic", "touch " + stamp}, "",
		},
		"update from the future": {
			Update{CacheTime: 60}, []facttest.Answer{date, stampAt(-time.Hour)}, nil, "the indexes were read at 2026-03-01 12:00:00",
		},
		"upgrade":       {Upgrade{}, []facttest.Answer{simulated(2, 0)}, []string{get + "upgrade"}, ""},
		"upgrade, held": {Upgrade{}, []facttest.Answer{simulated(0, 3)}, nil, "nothing to upgrade"},
		"dist-upgrade": {
			DistUpgrade{AutoRemove: true},
			[]facttest.Answer{facttest.Is(SimulateOperationWillChange{"dist-upgrade --autoremove"}, map[string]int{"removed": 1})},
			[]string{get + "dist-upgrade --autoremove"}, "",
		},
		"upgrade first": {
			Packages{Packages: []string{"goose"}, Upgrade: true}, []facttest.Answer{simulated(0, 0)}, []string{get + "install goose"}, "",
		},
		"upgrade after an update": {
			Packages{Update: true, Upgrade: true, CacheTime: 60}, []facttest.Answer{date, noStamp, simulated(0, 0)},
			[]string{"apt-get update", "mkdir -p /var/lib/apt/periodic", "touch " + stamp, get + "upgrade"}, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := test.operation.Plan(facttest.Host(t, append(test.facts, installed)...))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, facttest.Commands(p)); diff != "" || p.Noop != test.noop && test.want == nil {
				t.Errorf("noop %q\n-want +got\n%s", p.Noop, diff)
			}
		})
	}
}

func TestNothingToDoIsOneRoundTrip(t *testing.T) {
	o := Packages{Packages: []string{"swan", "duck"}, Update: true, CacheTime: 3600, Upgrade: true}
	p, rounds := facttest.Rounds(t, o, installed, date, stampAt(time.Minute), simulated(0, 1))
	if rounds != 1 || len(p.Commands) > 0 {
		t.Errorf("it took %d round trips to do %q", rounds, facttest.Commands(p))
	}
}

func TestArguments(t *testing.T) {
	d := op.Declare(Packages{})
	o, err := d.New([]any{"git"}, map[string]any{"update": true, "cache_time": 86400.0, "present": false})
	want := Packages{Packages: []string{"git"}, Absent: true, Update: true, CacheTime: 86400}
	if diff := cmp.Diff(op.Operation(want), o); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	if d.Name != "apt.packages" || op.Declare(DistUpgrade{}).Name != "apt.dist_upgrade" {
		t.Errorf("names are %s and %s", d.Name, op.Declare(DistUpgrade{}).Name)
	}
}

func TestSimulation(t *testing.T) {
	got, err := SimulateOperationWillChange{}.Parse([]string{
		"Reading package lists...", "The following packages have been kept back:", "  swan",
		"12 upgraded, 3 newly installed, 1 to remove and 2 not upgraded.", "Inst duck [0.9] (1.0 stable [all])",
	})
	want := map[string]int{"upgraded": 12, "newly_installed": 3, "removed": 1, "not_upgraded": 2}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	if _, err := (SimulateOperationWillChange{}).Parse([]string{"Reading package lists..."}); err == nil {
		t.Error("no error without a summary")
	}
}

func TestSources(t *testing.T) {
	got, err := AptSources{}.Parse([]string{
		"# deb http://old.example stable main", "deb http://swans.example/debian stable main contrib # birds",
		"  deb-src  [ arch=amd64 trusted=yes ]   file:/srv/toys ./", "deb [arch=amd64 http://broken.example x", "deb", "Types: deb", "",
	})
	want := []Source{
		{"deb", "http://swans.example/debian", "stable", []string{"main", "contrib"}, map[string]any{}},
		{"deb-src", "file:/srv/toys", "./", []string{}, map[string]any{"arch": "amd64", "trusted": "yes"}},
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestKeys(t *testing.T) {
	r := fact.Ask(AptKeys{Directories: []string{"/etc/apt/keyrings", "/a b"}})
	want := `for d in /etc/apt/keyrings '/a b' ; do for f in "$d"/*.gpg "$d"/*.asc; do [ ! -f "$f" ] || gpg --with-colons "$f" || true; done; done`
	if r.Requires != "gpg" || r.Command.String() != want {
		t.Errorf("%s: got %q", r.Requires, r.Command)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("deb [a=b,c] http://x y z")
	f.Add("9 upgraded, 1 newly installed, 0 to remove and 0 not upgraded.")
	f.Add("99999999999999999999 upgraded, 1 newly installed, 0 to remove and 0 not upgraded.")
	f.Fuzz(func(t *testing.T, text string) {
		lines := strings.Split(text, "\n")
		sources, err := AptSources{}.Parse(lines)
		if err != nil || len(sources) > len(lines) {
			t.Errorf("%d sources, %v", len(sources), err)
		}
		if counts, err := (SimulateOperationWillChange{}).Parse(lines); err == nil && len(counts) != 4 {
			t.Errorf("got %v", counts)
		}
	})
}
