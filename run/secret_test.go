package run

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"cygnet/op"
	"cygnet/shell"
)

// leaky cannot be planned, and says a secret.
type leaky struct{}

func (leaky) Plan(*op.Host) (op.Plan, error) { return op.Plan{}, op.Errorf("hunter22 is refused") }

// diffs shows a text with a secret.
type diffs struct{ touch }

func (diffs) Diff(*op.Host) (op.Change, error) {
	return op.Change{Path: "/etc/app", Old: "a\n", New: "password = hunter22\n"}, nil
}

// TestNoEventHoldsASecret looks at all that is told once the engine knows it.
func TestNoEventHoldsASecret(t *testing.T) {
	dir := t.TempDir()
	_, l := try(t, &here{}, "a", Options{Diff: true}, func(ctx context.Context, h *Host) error {
		if _, err := h.Do(secretive{}).WillChange(ctx); err != nil {
			return err
		}
		h.Message("info", "the password is hunter22")
		env := op.Arguments{Env: map[string]string{"DB_PASSWORD": "swan-lake", "MODE": "production"}}
		h.Do(sh{"echo $DB_PASSWORD in $MODE; echo $DB_PASSWORD >&2; false"}, env)
		return nil
	})
	_, l2 := try(t, &here{}, "a", Options{Diff: true}, func(_ context.Context, h *Host) error {
		h.Do(secretive{})
		h.Do(diffs{touch{filepath.Join(dir, "f")}})
		h.Do(leaky{})
		return nil
	})
	told := ""
	for _, e := range append(l.events, l2.events...) {
		told += fmt.Sprintf("%T %+v\n", e, e)
	}
	for _, secret := range []string{"hunter22", "swan-lake"} {
		for line := range strings.Lines(told) {
			if strings.Contains(line, secret) {
				t.Errorf("told: %s", line)
			}
		}
	}
	for _, seen := range []string{"*** in production", "the password is ***", "+password = ***", "*** is refused", "exit status 1: ***"} {
		if !strings.Contains(told, seen) {
			t.Errorf("%q is not told", seen)
		}
	}
}

func TestAMaskedErrorIsStillWhatItWas(t *testing.T) {
	var e engine
	e.secrets.Add(shell.NewSecret("hunter22"))
	inner := &CommandError{Exit: 3, Last: "hunter22"}
	err := e.mask(&OperationError{Call: op.Call{Name: "x"}, Err: inner})
	check(t, "text", err.Error(), "x: exit status 3: ***")
	check(t, "nil", e.mask(nil), nil)
}
