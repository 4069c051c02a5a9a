package run

import (
	"context"
	"testing"

	"cygnet/op"
)

// TestOutputIsBounded: what the deploy gets of an endless output, and what the
// summary has of it, is little.
func TestOutputIsBounded(t *testing.T) {
	kept := map[string]int{}
	s, l := try(t, &here{}, "a", Options{}, func(_ context.Context, h *Host) error {
		for name, command := range map[string]string{
			"long lines":  "head -c 8000000 /dev/zero; exit 0",
			"short lines": "yes '' | head -c 4000000; exit 0",
		} {
			h.Do(sh{command}, op.Arguments{RetryUntil: func(_ context.Context, a op.Attempt) (bool, error) {
				for _, line := range a.Stdout {
					kept[name] += len(line) + lineCost
				}
				return false, nil
			}})
		}
		h.Do(sh{"head -c 100000 /dev/zero; exit 3"}, op.Arguments{})
		return nil
	})
	for name, bytes := range kept {
		if bytes == 0 || bytes > keptOutput {
			t.Errorf("%s: %d bytes were kept, want at most %d", name, bytes, keptOutput)
		}
	}
	if len(kept) != 2 {
		t.Fatalf("the deploy was asked about %v", kept)
	}
	if said := s.Hosts[0].Err.Error(); len(said) > 2*mostSaid {
		t.Errorf("the error has %d bytes", len(said))
	}
	for _, line := range s.Hosts[0].Output {
		if len(line) > 2*mostSaid {
			t.Errorf("the summary has a line of %d bytes", len(line))
		}
	}
	if len(of[Output](l)) == 0 {
		t.Error("no output was told")
	}
}
