package run

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"cygnet/fact"
	"cygnet/op"
	"cygnet/shell"
)

// calling is an operation that runs a function.
type calling func(context.Context, op.Actor) error

func (c calling) Plan(*op.Host) (op.Plan, error) {
	return op.Plan{Commands: []op.Command{op.Function{Name: "f", Call: c}}}, nil
}

func TestAFunctionActsAtOnce(t *testing.T) {
	file := filepath.Join(t.TempDir(), "f")
	s, l := try(t, &here{}, "a", Options{}, func(_ context.Context, h *Host) error {
		h.Do(calling(func(ctx context.Context, a op.Actor) error {
			for _, want := range []bool{true, false} {
				r, err := a.Call(ctx, op.Call{Name: "touch", Operation: touch{file}})
				if err != nil {
					return err
				}
				o, ok := r.Outcome()
				will, err := r.WillChange(ctx)
				if !ok || !o.Succeeded || o.Changed != want || will != want || err != nil {
					t.Errorf("touch: %+v, %t, %t, %v", o, ok, will, err)
				}
			}
			there, err := a.Fact(ctx, fact.Ask(exists{file}), op.Arguments{})
			if there != true || err != nil {
				t.Errorf("the file is there: %v, %v", there, err)
			}
			o, err := a.Do(ctx, op.Shell{Text: shell.Raw(`echo "$A"; echo e >&2; exit 3`)}, op.Arguments{Env: map[string]string{"A": "b"}})
			check(t, "command", o, op.Outcome{Attempts: 1, Stdout: []string{"b"}, Stderr: []string{"e"}})
			if name := a.(op.TempFiler).TempFile("x"); name != h.TempFile("x") || !strings.HasPrefix(name, "/tmp/cygnet-") {
				t.Errorf("temporary file %s", name)
			}
			return err
		}))
		h.Do(touch{file})
		return nil
	})
	check(t, "hosts", statuses(s), "a:changed")
	var got []string
	for _, e := range of[HostFinished](l) {
		got = append(got, e.Status.String())
	}
	check(t, "operations", got, []string{"changed", "unchanged"})
}

func TestAFunctionFailsWithWhatItCalled(t *testing.T) {
	for _, tc := range []struct {
		name string
		call op.Call
		want string
	}{
		{"a command", op.Call{Name: "sh", Operation: sh{"echo no >&2; exit 2"}}, "sh: exit status 2: no"},
		{"a plan", op.Call{Name: "broken", Operation: broken{}}, "broken: not on this host"},
		{"another host's turn", op.Call{Name: "sh", Operation: sh{"true"}, Arguments: op.Arguments{RunOnce: true}}, "_run_once has no meaning"},
		{"alone", op.Call{Name: "sh", Operation: sh{"true"}, Arguments: op.Arguments{Serial: true}}, "_serial has no meaning"},
		{"ignored", op.Call{Name: "sh", Operation: sh{"false"}, Arguments: op.Arguments{IgnoreErrors: true}}, ""},
		{"not wanted", op.Call{Name: "sh", Operation: sh{"false"}, Arguments: op.Arguments{
			If: []func(context.Context) (bool, error){func(context.Context) (bool, error) { return false, nil }},
		}}, ""},
		{"retried", op.Call{Name: "sh", Operation: sh{"false"}, Arguments: op.Arguments{Retries: 1, RetryDelay: 1}}, "sh: exit status 1"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s, _ := try(t, &here{}, "a", Options{}, func(_ context.Context, h *Host) error {
				h.Do(calling(func(ctx context.Context, a op.Actor) error {
					_, err := a.Call(ctx, tc.call)
					return err
				}))
				return nil
			})
			if tc.want == "" {
				check(t, "hosts", statuses(s), "a:changed")
				return
			}
			check(t, "hosts", statuses(s), "a:failed")
			if err := s.Hosts[0].Err; err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %s", err, tc.want)
			}
		})
	}
}

func TestAFunctionsOwnErrorFailsTheOperation(t *testing.T) {
	wrong := errors.New("wrong")
	s, _ := try(t, &here{}, "a", Options{}, func(_ context.Context, h *Host) error {
		h.Do(calling(func(context.Context, op.Actor) error { return wrong }))
		return nil
	})
	if !errors.Is(s.Hosts[0].Err, wrong) {
		t.Errorf("got %v", s.Hosts[0].Err)
	}
}
