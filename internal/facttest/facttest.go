// Package facttest has hosts for tests of plans: hosts whose facts are held in a
// map, and real ones, which are machines of a lab.
package facttest

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"cygnet/fact"
	"cygnet/op"
)

// An Answer is a fact that a host has.
type Answer struct {
	key   string
	value any
}

// Is returns the answer v to the question f.
func Is[T any](f fact.Fact[T], v T) Answer { return Answer{fact.Ask(f).Key, v} }

// A source has the facts of one host. In rounds, it keeps to itself what was not
// asked for in a round before.
type source struct {
	answers map[string]any
	rounds  bool
	shown   map[string]bool
	asked   []string
	missing []string
}

// Fact implements fact.Source.
func (s *source) Fact(r fact.Request) (any, error) {
	if s.rounds && !s.shown[r.Key] {
		s.asked = append(s.asked, r.Key)
		return nil, fmt.Errorf("%s: %w", r.Key, fact.ErrPending)
	}
	v, ok := s.answers[r.Key]
	if !ok {
		s.missing = append(s.missing, r.Key)
		return nil, fmt.Errorf("no answer to %s", r.Key)
	}
	return v, nil
}

func host(t testing.TB, s *source) *op.Host {
	return &op.Host{
		Source:    s,
		Name:      "swan",
		Local:     op.LocalFiles{Dir: t.TempDir()},
		Now:       time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
		Timestamp: "2026-03-01",
		TempDir:   "/tmp",
		TempFile:  func(string) string { return "/tmp/file-of-cygnet" },
		Data:      func(string) (any, bool) { return nil, false },
	}
}

// Host returns a host with these facts, and a folder of the test's own for the
// controller's files.
func Host(t testing.TB, answers ...Answer) *op.Host { return host(t, newSource(answers)) }

func newSource(answers []Answer) *source {
	s := &source{answers: map[string]any{}, shown: map[string]bool{}}
	for _, a := range answers {
		s.answers[a.key] = a.value
	}
	return s
}

// Rounds plans an operation as the engine does, which fetches all facts that a
// plan asked for before it plans again, and returns how many fetches it took.
// Facts without an answer fail the test only if the plan cannot do without.
func Rounds(t testing.TB, o op.Operation, answers ...Answer) (op.Plan, int) {
	t.Helper()
	s := newSource(answers)
	s.rounds = true
	h := host(t, s)
	for round := range 20 {
		plan, err := o.Plan(h)
		if err == nil {
			return plan, round
		}
		if !errors.Is(err, fact.ErrPending) {
			t.Fatalf("plan: %v", err)
		}
		for _, key := range s.asked {
			s.shown[key] = true
		}
		s.asked = nil
	}
	t.Fatal("the plan never has enough facts")
	return op.Plan{}, 0
}

// Commands returns what a plan would do, as people see it.
func Commands(p op.Plan) []string {
	var texts []string
	for _, c := range p.Commands {
		if u, ok := c.(op.Upload); ok {
			data, inMemory := u.From.Data()
			name, _ := u.From.Path()
			if inMemory {
				name = fmt.Sprintf("%q", data)
			}
			texts = append(texts, fmt.Sprintf("upload %s %s", filepath.Base(name), u.To))
			continue
		}
		texts = append(texts, c.String())
	}
	return texts
}
