package deploy

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cygnet/fleet"
	"cygnet/modules"
)

// TestSamples runs deploys in the manner of real ones and compares the
// operations that they call with samples.golden.
func TestSamples(t *testing.T) {
	samples, err := filepath.Glob("testdata/samples/*/deploy.py")
	if err != nil || len(samples) < 20 {
		t.Fatal(len(samples), err)
	}
	golden, err := filepath.Abs("testdata/samples.golden")
	if err != nil {
		t.Fatal(err)
	}
	var folders []string
	for _, sample := range samples {
		folder, err := filepath.Abs(filepath.Dir(sample))
		if err != nil {
			t.Fatal(err)
		}
		folders = append(folders, folder)
	}
	var b strings.Builder
	for _, folder := range folders {
		t.Chdir(folder)
		fmt.Fprintf(&b, "=== %s\n", filepath.Base(folder))
		program, err := Load("deploy.py", Options{Registry: modules.All()})
		if err != nil {
			t.Errorf("%s: %v", folder, err)
			continue
		}
		rec := &recorder{change: true}
		inv, host := oneHost(t, fleet.Data{"port": int64(1)})
		if err := program.Run(t.Context(), Environment{Host: host, Inventory: inv, Recorder: rec}); err != nil {
			t.Errorf("%s: %v", folder, err)
		}
		for _, c := range rec.calls {
			fmt.Fprintf(&b, "%s [%s] as %s, %d conditions\n", c.Label(), c.Position, c.Arguments.As, len(c.Arguments.If))
		}
	}
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), b.String()); d != "" {
		t.Errorf("samples.golden (-want +got):\n%s", d)
	}
}
