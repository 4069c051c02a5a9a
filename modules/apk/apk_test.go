package apk

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cygnet/internal/facttest"
	"cygnet/op"
)

func TestOperations(t *testing.T) {
	h := facttest.Host(t, facttest.Is(ApkPackages{}, map[string][]string{"swan": {"1.2-r3"}}))
	for _, test := range []struct {
		operation op.Operation
		want      []string
	}{
		{Packages{Packages: []string{"swan", "goose"}}, []string{"apk add goose"}},
		{Packages{Packages: []string{"swan@edge", "swan=1.2-r3"}}, nil},
		{Packages{Packages: []string{"swan=1.3-r0"}}, []string{"apk add swan=1.3-r0"}},
		{Packages{Packages: []string{"swan"}, Latest: true}, []string{"apk upgrade swan"}},
		{Packages{Packages: []string{"swan", "goose"}, Absent: true}, []string{"apk del swan"}},
		{Packages{Packages: []string{"goose"}, Update: true, Upgrade: true}, []string{"apk update", "apk upgrade", "apk add goose"}},
		{Update{}, []string{"apk update"}},
		{Upgrade{}, []string{"apk upgrade"}},
		{Upgrade{Available: true}, []string{"apk upgrade --available"}},
	} {
		p, err := test.operation.Plan(h)
		if diff := cmp.Diff(test.want, facttest.Commands(p)); err != nil || diff != "" {
			t.Errorf("%#v: %v\n%s", test.operation, err, diff)
		}
	}
}

const list = `WARNING: opening /etc/apk/cache: No such file or directory
busybox-binsh-1.36.1-r29 x86_64 {busybox} (GPL-2.0-only) [installed]
lib-r-us-2-r0 x86_64 {lib-r-us} (MIT) [installed]
swan-0.9-r1 x86_64 {swan} (MIT) [installed, upgradable to: 1.0-r0]
goose-1.0-r0 x86_64 {goose} (MIT)
odd-r0 x86_64 {odd} (MIT) [installed]
`

func TestApkPackages(t *testing.T) {
	got, err := ApkPackages{}.Parse(strings.Split(list, "\n"))
	want := map[string][]string{"busybox-binsh": {"1.36.1-r29"}, "lib-r-us": {"2-r0"}, "swan": {"0.9-r1"}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(list)
	f.Add("-r [installed]")
	f.Fuzz(func(t *testing.T, text string) {
		packages, err := ApkPackages{}.Parse(strings.Split(text, "\n"))
		if err != nil {
			t.Error(err)
		}
		if _, ok := packages[""]; ok {
			t.Error("a package has no name")
		}
	})
}
