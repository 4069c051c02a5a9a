package zypper

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"cygnet/internal/facttest"
	"cygnet/modules/rpm"
	"cygnet/op"
)

func TestOperations(t *testing.T) {
	h := facttest.Host(t, facttest.Is(rpm.RpmPackages{}, map[string][]string{"swan": {"1.2-3"}}))
	for _, test := range []struct {
		operation op.Operation
		want      []string
	}{
		{
			Packages{Packages: []string{"goose"}, ExtraGlobalInstallArgs: "--quiet", ExtraInstallArgs: "--force"},
			[]string{"zypper --non-interactive --quiet install -y --force goose"},
		},
		{
			Packages{Packages: []string{"swan"}, Absent: true, ExtraGlobalUninstallArgs: "--quiet", ExtraUninstallArgs: "-u"},
			[]string{"zypper --non-interactive --quiet remove -y -u swan"},
		},
		{Packages{Packages: []string{"swan"}, Latest: true}, []string{"zypper update -y swan"}},
		{Packages{Packages: []string{"swan=1.2"}}, nil},
		{Packages{Packages: []string{"swan=1.3"}, Clean: true}, []string{"zypper clean --all", "zypper --non-interactive install -y swan=1.3"}},
		{Update{}, []string{"zypper update -y"}},
	} {
		p, err := test.operation.Plan(h)
		if diff := cmp.Diff(test.want, facttest.Commands(p)); err != nil || diff != "" {
			t.Errorf("%#v: %v\n%s", test.operation, err, diff)
		}
	}
}

func TestRepositories(t *testing.T) {
	got, err := ZypperRepositories{}.Parse([]string{"[swans]", "name=Swans", "autorefresh=1"})
	want := []map[string]string{{"repoid": "swans", "name": "Swans", "autorefresh": "1"}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}
