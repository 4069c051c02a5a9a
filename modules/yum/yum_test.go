package yum

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"cygnet/internal/facttest"
	"cygnet/modules/rpm"
	"cygnet/op"
)

func TestOperations(t *testing.T) {
	h := facttest.Host(t, facttest.Is(rpm.RpmPackages{}, map[string][]string{"swan": {"1-1"}}), facttest.Is(rpm.RpmPackageProvides{Name: "goose"}, nil))
	for _, test := range []struct {
		operation op.Operation
		want      []string
	}{
		{Packages{Packages: []string{"goose", "swan"}, ExtraInstallArgs: "-q", NoBest: true}, []string{"yum install -y --nobest -q goose"}},
		{Packages{Packages: []string{"swan"}, Absent: true, ExtraUninstallArgs: "-q"}, []string{"yum remove -y -q swan"}},
		{Packages{Packages: []string{"swan"}, Latest: true, Clean: true}, []string{"yum clean all", "yum update -y swan"}},
		{Packages{Packages: []string{"swan"}}, nil},
		{Packages{Update: true}, []string{"yum update -y"}},
		{Update{}, []string{"yum update -y"}},
	} {
		p, err := test.operation.Plan(h)
		if diff := cmp.Diff(test.want, facttest.Commands(p)); err != nil || diff != "" {
			t.Errorf("%#v: %v\n%s", test.operation, err, diff)
		}
	}
}

func TestArguments(t *testing.T) {
	o, err := op.Declare(Packages{}).New(nil, map[string]any{"packages": "swan", "present": false, "nobest": "yes"})
	want := Packages{Packages: []string{"swan"}, Absent: true, NoBest: true}
	if diff := cmp.Diff(op.Operation(want), o); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestRepositories(t *testing.T) {
	got, err := YumRepositories{}.Parse([]string{"[swans]", "enabled=0"})
	want := []map[string]string{{"repoid": "swans", "name": "swans", "enabled": "0"}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}
