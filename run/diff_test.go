package run

import (
	"context"
	"fmt"
	"testing"

	"cygnet/fact"
	"cygnet/op"
)

// asksMore has a diff that needs a fact which its plan does not.
type asksMore struct{ sh }

func (o asksMore) Diff(h *op.Host) (op.Change, error) {
	if _, err := fact.Get(h, exists{o.Command}); err != nil {
		return op.Change{}, err
	}
	return op.Change{Path: o.Command, New: "quack\n"}, nil
}

// noDiff cannot say what it changes.
type noDiff struct{ sh }

func (noDiff) Diff(*op.Host) (op.Change, error) {
	return op.Change{}, op.Errorf("it is no text")
}

func TestDiffsAreMadeTogetherAndToldInOrder(t *testing.T) {
	c := &here{}
	s, l := try(t, c, "abc", Options{Diff: true, Dry: true}, func(_ context.Context, h *Host) error {
		for i := range 5 {
			h.Do(asksMore{sh{fmt.Sprint("/file", i)}})
		}
		h.Do(noDiff{sh{"true"}}, op.Arguments{Name: "last"})
		return nil
	})
	check(t, "round trips", c.runs, map[string]int{"@here/a": 1, "@here/b": 1, "@here/c": 1})
	var got, want []string
	for _, d := range of[Diff](l) {
		got = append(got, d.Path+d.Host)
	}
	for i := range 5 {
		for _, h := range s.Hosts {
			want = append(want, fmt.Sprint("/file", i, h.Name))
		}
	}
	check(t, "diffs", got, want)
	warnings := of[Message](l)
	check(t, "warnings", len(warnings), 3)
	check(t, "warning", warnings[0].Text, "last: no diff: it is no text")
}
