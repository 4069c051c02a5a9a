package pacman

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"cygnet/internal/facttest"
	"cygnet/op"
)

func TestOperations(t *testing.T) {
	h := facttest.Host(t,
		facttest.Is(PacmanPackages{}, map[string][]string{"swan": {"1-1"}, "duck": {"1-1"}}),
		facttest.Is(PacmanUnpackGroup{"goose"}, []string{"goose"}),
		facttest.Is(PacmanUnpackGroup{"birds"}, []string{"swan", "goose"}),
		facttest.Is(PacmanUnpackGroup{"water-birds"}, []string{"swan", "duck"}),
		facttest.Is(PacmanUnpackGroup{"unknown"}, []string{}),
	)
	for _, test := range []struct {
		operation op.Operation
		want      []string
	}{
		{Packages{Packages: []string{"swan", "goose", "birds", "water-birds", "unknown"}}, []string{"pacman --noconfirm -S goose birds unknown"}},
		{Packages{Packages: []string{"swan", "goose", "birds", "unknown"}, Absent: true}, []string{"pacman --noconfirm -R swan birds"}},
		{Packages{Update: true, Upgrade: true}, []string{"pacman -Sy", "pacman --noconfirm -Su"}},
		{Update{}, []string{"pacman -Sy"}},
		{Upgrade{}, []string{"pacman --noconfirm -Su"}},
	} {
		p, err := test.operation.Plan(h)
		if diff := cmp.Diff(test.want, facttest.Commands(p)); err != nil || diff != "" {
			t.Errorf("%#v: %v\n%s", test.operation, err, diff)
		}
	}
}

func TestFacts(t *testing.T) {
	packages, err := PacmanPackages{}.Parse([]string{"swan 1:2.0-1", "warning: something odd", ""})
	if diff := cmp.Diff(map[string][]string{"swan": {"1:2.0-1"}}, packages); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	members, err := PacmanUnpackGroup{"birds"}.Parse([]string{"swan", "", "goose "})
	if diff := cmp.Diff([]string{"swan", "goose"}, members); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	if got := (PacmanUnpackGroup{"a b"}).Command().String(); got != `pacman -S --print-format "%n" 'a b' || true` {
		t.Errorf("got %q", got)
	}
}
