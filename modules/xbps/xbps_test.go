package xbps

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cygnet/internal/facttest"
	"cygnet/op"
)

func TestOperations(t *testing.T) {
	h := facttest.Host(t, facttest.Is(XbpsPackages{}, map[string][]string{"swan": {"1.2_1"}}))
	for _, test := range []struct {
		operation op.Operation
		want      []string
	}{
		{Packages{Packages: []string{"swan", "goose"}}, []string{"xbps-install -y goose"}},
		{Packages{Packages: []string{"swan"}}, nil},
		{Packages{Packages: []string{"swan"}, Absent: true}, []string{"xbps-remove -y swan"}},
		{Packages{Update: true, Upgrade: true}, []string{"xbps-install -S", "xbps-install -y -u"}},
		{Update{}, []string{"xbps-install -S"}},
		{Upgrade{}, []string{"xbps-install -y -u"}},
	} {
		p, err := test.operation.Plan(h)
		if diff := cmp.Diff(test.want, facttest.Commands(p)); err != nil || diff != "" {
			t.Errorf("%#v: %v\n%s", test.operation, err, diff)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("ii swan-1.2_1   a bird\nuu duck-1_1  half there\nii odd  no version")
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := (XbpsPackages{}).Parse(strings.Split(text, "\n")); err != nil {
			t.Error(err)
		}
	})
}

func TestXbpsPackages(t *testing.T) {
	got, err := XbpsPackages{}.Parse([]string{"ii swan-lake.js-1.2_1   a bird", "uu duck-1_1  half there", "ii odd  no version"})
	if diff := cmp.Diff(map[string][]string{"swan-lake.js": {"1.2_1"}}, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}
