package brew

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cygnet/internal/facttest"
	"cygnet/op"
)

func TestOperations(t *testing.T) {
	h := facttest.Host(t,
		facttest.Is(BrewPackages{}, map[string][]string{"swan": {"1.0"}, "duck@2": {"2.1"}}),
		facttest.Is(BrewCasks{}, map[string][]string{"goose": {"3.0"}}),
		facttest.Is(BrewTaps{}, []string{"birds/lake"}),
		facttest.Is(BrewVersion{}, []int{4, 0, 1}),
	)
	for _, test := range []struct {
		operation op.Operation
		want      []string
	}{
		{Packages{Packages: []string{"swan", "duck@2", "duck@3"}}, []string{"brew install duck@3"}},
		{Packages{Packages: []string{"swan", "goose"}, Latest: true, Update: true}, []string{"brew update", "brew install goose", "brew upgrade swan"}},
		{Packages{Packages: []string{"swan"}, Absent: true, Upgrade: true}, []string{"brew upgrade", "brew uninstall swan"}},
		{Casks{Casks: []string{"goose", "gander"}}, []string{"brew install --cask gander"}},
		{Casks{Casks: []string{"goose"}, Latest: true, Upgrade: true}, []string{"brew upgrade --cask", "brew upgrade --cask goose"}},
		{Casks{Casks: []string{"goose"}, Absent: true}, []string{"brew uninstall --cask goose"}},
		{Casks{Casks: []string{"goose"}}, nil},
		{Tap{Src: "birds/lake"}, nil},
		{Tap{Src: "birds/sea", Absent: true}, nil},
		{Tap{Src: "birds/lake", Absent: true}, []string{"brew untap birds/lake"}},
		{Tap{URL: "https://birds.example/birds/sea.git"}, []string{"brew tap birds/sea https://birds.example/birds/sea.git"}},
		{Tap{Src: "sea"}, nil},
		{CaskUpgrade{}, []string{"brew upgrade --cask"}},
		{Update{}, []string{"brew update"}},
		{Upgrade{}, []string{"brew upgrade"}},
	} {
		p, err := test.operation.Plan(h)
		if diff := cmp.Diff(test.want, facttest.Commands(p)); err != nil || diff != "" || p.Noop == "" && len(p.Commands) == 0 {
			t.Errorf("%#v: %v, noop %q\n%s", test.operation, err, p.Noop, diff)
		}
	}
}

func TestVersion(t *testing.T) {
	for text, want := range map[string][]int{"Homebrew 4.2.10-5-gabc": {4, 2, 10}, "Homebrew soon": {0, 0, 0}} {
		got, err := BrewVersion{}.Parse([]string{text, "Homebrew 9.9.9"})
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%v\n%s", err, diff)
		}
	}
	for _, old := range [][]int{{2, 5, 9}, {1, 9, 0}, {0, 0, 0}, nil} {
		if got := cask(old, "install").String(); got != "brew cask install" {
			t.Errorf("%v: got %q", old, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("swan 1.0 1.1\nHomebrew 1.2.3")
	f.Add("Homebrew 99999999999999999999.0.0")
	f.Fuzz(func(t *testing.T, text string) {
		lines := strings.Split(text, "\n")
		packages, err := BrewPackages{}.Parse(lines)
		for name, versions := range packages {
			if err != nil || name == "" || len(versions) == 0 {
				t.Errorf("package %q has versions %q", name, versions)
			}
		}
		if numbers, err := (BrewVersion{}).Parse(lines); err == nil && len(numbers) != 3 {
			t.Errorf("got %v", numbers)
		}
	})
}
