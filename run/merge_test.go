package run

import (
	"strings"
	"testing"

	"cygnet/fleet"
	"cygnet/op"
)

// fleetOf makes hosts that each call the operations of a word, one a letter; a
// letter's place in the alphabet is its line in the deploy.
func fleetOf(t *testing.T, words ...string) []*Host {
	t.Helper()
	e := newEngine(Options{})
	var hosts []*Host
	for i, word := range words {
		h := newHost(e, i, &fleet.Host{Name: string(rune('0' + i))})
		for _, letter := range word {
			c := op.Call{Name: string(letter), Order: op.Order{int(letter - 'a')}}
			if _, err := h.Call(t.Context(), c); err != nil {
				t.Fatal(err)
			}
		}
		hosts = append(hosts, h)
	}
	return hosts
}

func TestMergeKeepsEachHostsOrder(t *testing.T) {
	for _, tc := range []struct {
		name  string
		hosts []string
		want  string // steps: the letter, then the hosts that take part
	}{
		{"the same on all", []string{"abc", "abc"}, "a01 b01 c01"},
		{"some leave out", []string{"ac", "bc", "abc"}, "a02 b12 c012"},
		{"a loop", []string{"ababc", "abc"}, "a01 b01 a0 b0 c01"},
		{"a function called backwards", []string{"ba", "ba"}, "b01 a01"},
		{"hosts disagree", []string{"ab", "ba"}, "a0 b01 a1"},
		{"nothing at all", []string{"", ""}, ""},
		{"one host has nothing", []string{"", "a"}, "a1"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var got []string
			for _, s := range merge(fleetOf(t, tc.hosts...)) {
				text := s.calls[0].Name
				for _, c := range s.calls {
					text += c.host.Name()
				}
				got = append(got, text)
			}
			if joined := strings.Join(got, " "); joined != tc.want {
				t.Errorf("got  %s\nwant %s", joined, tc.want)
			}
		})
	}
}

func TestStrictestLimitOfAStepCounts(t *testing.T) {
	hosts := fleetOf(t, "a", "a", "a")
	hosts[0].calls[0].Arguments.Parallel = 8
	hosts[1].calls[0].Arguments.Parallel = 4
	steps := merge(hosts)
	if got := steps[0].window.limit; got != 4 {
		t.Errorf("limit is %d, want 4", got)
	}
	hosts[2].calls[0].Arguments.Serial = true
	if got := merge(hosts)[0].window.limit; got != 1 {
		t.Errorf("limit with _serial is %d, want 1", got)
	}
}

func BenchmarkMerge(b *testing.B) {
	e := newEngine(Options{})
	var hosts []*Host
	for i := range 170 {
		h := newHost(e, i, &fleet.Host{Name: "h"})
		for line := range 400 {
			if _, err := h.Call(b.Context(), op.Call{Order: op.Order{1, line}}); err != nil {
				b.Fatal(err)
			}
		}
		hosts = append(hosts, h)
	}
	b.ReportAllocs()
	for b.Loop() {
		merge(hosts)
	}
}
