package rpm

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cygnet/internal/facttest"
	"cygnet/modules/packaging"
)

func TestChanges(t *testing.T) {
	installed := facttest.Is(RpmPackages{}, map[string][]string{
		"swan": {"2.0-1.fc42"}, "vim-enhanced": {"9.1-2.fc42"}, "kernel": {"6.8-1", "6.9-1"},
	})
	none := facttest.Is(RpmPackageProvides{"goose"}, nil)
	vim := facttest.Is(RpmPackageProvides{"vim"}, [][]string{{"vim-enhanced", "9.0-1.fc42"}, {"vim-enhanced", "9.1-2.fc42"}})
	old := facttest.Is(RpmPackageProvides{"vim"}, [][]string{{"vim-enhanced", "9.0-1.fc42"}})
	for name, test := range map[string]struct {
		changes Changes
		facts   []facttest.Answer
		want    []string
		noop    string
	}{
		"missing":             {Changes{Wanted: packaging.Wanted{Packages: []string{"goose"}}}, []facttest.Answer{none}, []string{"dnf install -y goose"}, ""},
		"there":               {Changes{Wanted: packaging.Wanted{Packages: []string{"swan"}}}, nil, nil, "package swan is installed"},
		"provided":            {Changes{Wanted: packaging.Wanted{Packages: []string{"vim"}}}, []facttest.Answer{vim}, nil, "package vim is installed"},
		"provided by another": {Changes{Wanted: packaging.Wanted{Packages: []string{"vim"}}}, []facttest.Answer{old}, []string{"dnf install -y vim"}, ""},
		"version and release": {Changes{Wanted: packaging.Wanted{Packages: []string{"kernel=6.9-1"}}}, nil, nil, "package kernel=6.9-1 is installed"},
		"version":             {Changes{Wanted: packaging.Wanted{Packages: []string{"swan=2.0"}}}, nil, nil, "package swan=2.0 is installed"},
		"other version":       {Changes{Wanted: packaging.Wanted{Packages: []string{"swan=2"}}}, nil, []string{"dnf install -y swan=2"}, ""},
		"pinned and unknown":  {Changes{Wanted: packaging.Wanted{Packages: []string{"goose=1"}}}, nil, []string{"dnf install -y goose=1"}, ""},
		"latest":              {Changes{Wanted: packaging.Wanted{Packages: []string{"swan"}, Latest: true}}, nil, []string{"dnf update -y swan"}, ""},
		"remove": {
			Changes{Wanted: packaging.Wanted{Packages: []string{"swan", "goose"}, Absent: true}, UninstallArgs: "--noautoremove"},
			[]facttest.Answer{none}, []string{"dnf remove -y --noautoremove swan"}, "",
		},
		"everything": {
			Changes{Wanted: packaging.Wanted{Packages: []string{"goose"}}, Clean: true, Update: true, NoBest: true, InstallArgs: "--setopt='a=b c'"},
			[]facttest.Answer{none},
			[]string{"dnf clean all", "dnf update -y", "dnf install -y --nobest --setopt='a=b c' goose"}, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			test.changes.Program = "dnf"
			p, err := test.changes.Plan(facttest.Host(t, append(test.facts, installed)...))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, facttest.Commands(p)); diff != "" || p.Noop != test.noop {
				t.Errorf("noop %q\n-want +got\n%s", p.Noop, diff)
			}
		})
	}
}

func TestRoundTrips(t *testing.T) {
	installed := facttest.Is(RpmPackages{}, map[string][]string{"swan": {"1-1"}, "duck": {"1-1"}})
	c := Changes{Program: "yum", Wanted: packaging.Wanted{Packages: []string{"swan", "duck"}}}
	if _, rounds := facttest.Rounds(t, c, installed); rounds != 1 {
		t.Errorf("nothing to do costs %d round trips", rounds)
	}
	c.Wanted.Packages = []string{"goose", "gander"}
	_, rounds := facttest.Rounds(t, c, installed,
		facttest.Is(RpmPackageProvides{"goose"}, nil), facttest.Is(RpmPackageProvides{"gander"}, nil))
	if rounds != 2 {
		t.Errorf("two names that are not installed cost %d round trips", rounds)
	}
}

func TestFacts(t *testing.T) {
	packages, err := RpmPackages{}.Parse([]string{"kernel 6.8-1", "kernel 6.9-1", "warning: something odd", "swan 1-1"})
	if diff := cmp.Diff(map[string][]string{"kernel": {"6.8-1", "6.9-1"}, "swan": {"1-1"}}, packages); err != nil || diff != "" {
		t.Error(err, diff)
	}
	one, err := RpmPackage{}.Parse([]string{"package swan is not installed", "swan 1-1"})
	if diff := cmp.Diff(&Package{"swan", "1-1"}, one); err != nil || diff != "" {
		t.Error(err, diff)
	}
	if none, err := (RpmPackage{}).Parse([]string{"package swan is not installed"}); none != nil || err != nil {
		t.Error(none, err)
	}
	if got := (RpmPackageProvides{"a b"}).Command().String(); !strings.HasSuffix(got, "--whatprovides 'a b' || true") {
		t.Errorf("got %q", got)
	}
}

func TestParseRepositories(t *testing.T) {
	got := ParseRepositories([]string{
		"enabled = 1", "[main]", "; a comment", "", "[swans]", "name=Swans - $basearch", "baseurl = https://swans.example/?a=b", "  /more", "[]",
	})
	want := []map[string]string{
		{"repoid": "main", "name": "main"},
		{"repoid": "swans", "name": "Swans - $basearch", "baseurl": "https://swans.example/?a=b"},
		{"repoid": "", "name": ""},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("[a]\nb=c\n#d")
	f.Add("[")
	f.Add("]\n[=]=[")
	f.Fuzz(func(t *testing.T, text string) {
		lines := strings.Split(text, "\n")
		for _, r := range ParseRepositories(lines) {
			if _, ok := r["repoid"]; !ok {
				t.Errorf("%v has no id", r)
			}
		}
		if _, err := (RpmPackages{}).Parse(lines); err != nil {
			t.Error(err)
		}
	})
}
