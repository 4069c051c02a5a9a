package run

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"cygnet/connect"
	"cygnet/fact"
	"cygnet/fleet"
	"cygnet/op"
)

// others returns hosts that take no part.
func others(t *testing.T, letters string) map[string]*fleet.Host {
	t.Helper()
	inventory := fleet.New()
	hosts := map[string]*fleet.Host{}
	for _, letter := range letters {
		name := "@here/" + string(letter)
		data := fleet.Data{"ssh_connect_retries": int64(0)}
		if err := inventory.AddGroup(fleet.All, nil, fleet.Member{Name: name, Data: data}); err != nil {
			t.Fatal(err)
		}
		hosts[string(letter)] = inventory.Host(name)
	}
	return hosts
}

// Hosts that take part may ask each other at once, all of them and in any order,
// and also those that take no part. Each answer is asked for once.
func TestHostsAskEachOther(t *testing.T) {
	c := &here{}
	away := others(t, "z")["z"]
	file := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	answers := 0
	var all sync.WaitGroup
	all.Add(4)
	s, l := try(t, c, "abcd", Options{}, func(ctx context.Context, h *Host) error {
		all.Done()
		all.Wait() // every deploy is under way when the first one asks
		hosts := append(slices.Clone(h.engine.Options.Hosts), away)
		for range 3 {
			for i := range hosts {
				answer, err := h.FactOf(ctx, hosts[(i+h.index)%len(hosts)], fact.Ask(exists{file}), op.Arguments{})
				if err != nil {
					return err
				}
				mu.Lock()
				if answer == true {
					answers++
				}
				mu.Unlock()
			}
		}
		return nil
	})
	check(t, "hosts", statuses(s), "a:unchanged b:unchanged c:unchanged d:unchanged")
	check(t, "answers", answers, 4*3*5)
	// Each host was asked once by itself and once by its neighbours.
	check(t, "questions", c.runs, map[string]int{"@here/a": 2, "@here/b": 2, "@here/c": 2, "@here/d": 2, "@here/z": 1})
	connected := 0
	for _, m := range of[Message](l) {
		if strings.HasPrefix(m.Text, "connected to host ") {
			connected++
		}
	}
	check(t, "connections to neighbours", connected, 5)
}

// One at a time, hosts can still ask those whose turn has not come.
func TestAskingNeedsNoPlace(t *testing.T) {
	file := filepath.Join(t.TempDir(), "f")
	s, _ := try(t, &here{}, "abc", Options{Parallel: 1}, func(ctx context.Context, h *Host) error {
		for _, other := range h.engine.Options.Hosts {
			if _, err := h.FactOf(ctx, other, fact.Ask(exists{file}), op.Arguments{}); err != nil {
				return err
			}
		}
		return nil
	})
	check(t, "hosts", statuses(s), "a:unchanged b:unchanged c:unchanged")
}

// A neighbour that cannot be reached fails those who ask, and is tried once.
func TestNeighbourIsAway(t *testing.T) {
	hosts := others(t, "xy")
	c := &here{refuse: map[string]int{"@here/x": 1}, needHelp: map[string]bool{"@here/y": true}}
	s, _ := try(t, c, "abcd", Options{}, func(ctx context.Context, h *Host) error {
		if h.Name() == "@here/d" {
			return nil
		}
		other := hosts["x"]
		if h.Name() == "@here/c" {
			other = hosts["y"]
		}
		_, err := h.FactOf(ctx, other, fact.Request{Name: "test.Fact"}, op.Arguments{})
		return err
	})
	check(t, "hosts", statuses(s), "a:failed b:failed c:failed d:unchanged")
	check(t, "tries left", c.refuse["@here/x"], 0)
	for _, h := range s.Hosts {
		if h.Name == "@here/a" {
			check(t, "reason", h.Err.Error(), "fact test.Fact of host @here/x: connection refused")
		}
	}
}

// A connection to a neighbour that breaks is opened again, once.
func TestNeighbourBreaks(t *testing.T) {
	hosts := others(t, "xy")
	file := filepath.Join(t.TempDir(), "f")
	ask := func(letter string, c *here) error {
		var err error
		try(t, c, "a", Options{}, func(ctx context.Context, h *Host) error {
			_, err = h.FactOf(ctx, hosts[letter], fact.Ask(exists{file}), op.Arguments{})
			return nil
		})
		return err
	}
	c := &here{lose: map[string]int{"@here/x": 0}}
	if err := ask("x", c); err != nil {
		t.Errorf("the second try: %v", err)
	}
	check(t, "tries", c.runs["@here/x"], 2)
	if err := ask("y", &here{breaks: true}); err == nil || !strings.Contains(err.Error(), connect.ErrLost.Error()) {
		t.Errorf("got %v", err)
	}
}

// While operations run, what they change is seen.
func TestNeighbourIsAskedAnew(t *testing.T) {
	away := others(t, "z")["z"]
	file := filepath.Join(t.TempDir(), "f")
	var before, after any
	s, _ := try(t, &here{}, "a", Options{}, func(ctx context.Context, h *Host) error {
		var err error
		before, err = h.FactOf(ctx, away, fact.Ask(exists{file}), op.Arguments{})
		h.Do(sh{"touch " + file})
		h.Do(sh{"true"}, op.Arguments{If: []func(context.Context) (bool, error){func(ctx context.Context) (bool, error) {
			var err error
			after, err = h.FactOf(ctx, away, fact.Ask(exists{file}), op.Arguments{})
			return false, err
		}}})
		return err
	})
	check(t, "hosts", statuses(s), "a:changed")
	check(t, "before", before, false)
	check(t, "after", after, true)
}
