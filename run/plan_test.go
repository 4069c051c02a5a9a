package run

import (
	"context"
	"path/filepath"
	"testing"

	"cygnet/fact"
	"cygnet/op"
	"cygnet/shell"
)

func TestAConditionIsAskedBeforeAPlanFails(t *testing.T) {
	no := func(context.Context) (bool, error) { return false, nil }
	s, _ := try(t, &here{}, "a", Options{}, func(_ context.Context, h *Host) error {
		h.Do(broken{}, op.Arguments{If: []func(context.Context) (bool, error){no}})
		h.Do(sh{"true"})
		return nil
	})
	check(t, "hosts", statuses(s), "a:changed")
	check(t, "skipped", s.Hosts[0].Skipped, 1)
}

func TestThePlanIsOfTheHostsThatAreIn(t *testing.T) {
	_, l := try(t, &here{}, "ab", Options{}, func(_ context.Context, h *Host) error {
		if h.Name() == "@here/b" {
			h.Do(broken{})
		}
		h.Do(sh{"true"})
		return nil
	})
	operations := of[Planned](l)[0].Operations
	if len(operations) != 1 {
		t.Fatalf("%d operations: %+v", len(operations), operations)
	}
	check(t, "hosts", operations[0].Hosts, []string{"@here/a"})
	check(t, "change", operations[0].WillChange, []string{"@here/a"})
}

func TestThePlanSaysWhyThereIsNothingToDo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "f")
	_, l := try(t, &here{}, "a", Options{}, func(ctx context.Context, h *Host) error {
		if _, err := h.Call(ctx, op.Call{Operation: touch{"/"}, Name: "run.touch", Order: op.Order{1}, Detail: "/"}); err != nil {
			return err
		}
		_, err := h.Call(ctx, op.Call{Operation: touch{file}, Name: "run.touch", Order: op.Order{2}, Detail: file})
		return err
	})
	operations := of[Planned](l)[0].Operations
	check(t, "detail", operations[0].Detail, "/")
	check(t, "nothing", operations[0].Nothing, map[string]string{"@here/a": "/ is there"})
	check(t, "nothing where there is something", len(operations[1].Nothing), 0)
}

func TestRunOnceRunsWhereThePlanSays(t *testing.T) {
	for range 10 {
		_, l := try(t, &here{}, "abcdef", Options{}, func(_ context.Context, h *Host) error {
			if h.Name() == "@here/a" {
				h.Do(sh{"exit 1"})
			}
			h.Do(sh{"true"}, op.Arguments{Name: "once", RunOnce: true})
			return nil
		})
		operations := of[Planned](l)[0].Operations
		once := operations[len(operations)-1]
		check(t, "plan", once.WillChange, []string{"@here/a"})
		var ran []string
		for _, e := range of[HostStarted](l) {
			if e.Operation == once.Index {
				ran = append(ran, e.Host)
			}
		}
		// The host that the plan names is out: another one does it, once.
		if len(ran) != 1 || ran[0] == "@here/a" {
			t.Fatalf("ran on %v", ran)
		}
	}
	for range 10 {
		_, l := try(t, &here{}, "abcdef", Options{}, func(_ context.Context, h *Host) error {
			h.Do(sh{"true"}, op.Arguments{RunOnce: true})
			return nil
		})
		if ran := of[HostStarted](l); len(ran) != 1 || ran[0].Host != "@here/a" {
			t.Fatalf("ran on %v", ran)
		}
	}
}

func TestAConnectionThatBreaksAtEveryQuestionIsGivenUp(t *testing.T) {
	c := &here{breaks: true}
	s, l := try(t, c, "a", Options{}, func(_ context.Context, h *Host) error {
		h.Do(touch{"/nowhere"})
		return nil
	})
	check(t, "connections", len(of[Connected](l)), 2)
	// Nothing but questions was on the way: it is known that nothing was done.
	check(t, "hosts", statuses(s), "a:failed")
}

func TestOperationsAreCalledByTheDeployOnly(t *testing.T) {
	s, l := try(t, &here{}, "a", Options{}, func(_ context.Context, h *Host) error {
		late := func(ctx context.Context) (bool, error) {
			_, err := h.Call(ctx, op.Call{Operation: sh{"true"}, Name: "run.sh"})
			return true, err
		}
		h.Do(sh{"true"}, op.Arguments{If: []func(context.Context) (bool, error){late}})
		return nil
	})
	check(t, "hosts", statuses(s), "a:failed")
	check(t, "begun", len(of[HostStarted](l)), 0)
}

func TestAFactAskedLateDoesNotPlanWhatIsDone(t *testing.T) {
	c, planned := &here{}, 0
	_, _ = try(t, c, "a", Options{}, func(_ context.Context, h *Host) error {
		h.Do(counts{&planned})
		ask := func(ctx context.Context) (bool, error) {
			_, err := h.Fact(ctx, fact.Ask(exists{"/"}), op.Arguments{})
			return true, err
		}
		h.Do(sh{"true"}, op.Arguments{If: []func(context.Context) (bool, error){ask}})
		return nil
	})
	check(t, "planned", planned, 1)
}

// counts is an operation that counts its plans.
type counts struct{ n *int }

func (o counts) Plan(*op.Host) (op.Plan, error) {
	*o.n++
	var p op.Plan
	p.Run(shell.Raw("true"))
	return p, nil
}
