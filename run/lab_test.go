package run_test

import (
	"context"
	"fmt"
	"net"
	"testing"

	"cygnet/connect/all"
	"cygnet/fleet"
	"cygnet/internal/lab"
	"cygnet/modules/files"
	"cygnet/modules/server"
	"cygnet/run"
)

// inventory returns the machines of a lab as hosts.
func inventory(t *testing.T, l *lab.Lab) *fleet.Inventory {
	t.Helper()
	inv := fleet.New()
	inv.AddData(fleet.All, fleet.Data{
		"ssh_key": l.KeyFile(), "ssh_known_hosts_file": l.KnownHostsFile(), "ssh_allow_agent": false,
		"ssh_look_for_keys": false, "ssh_connect_retry_min_delay": 0.01,
	})
	for _, m := range l.Machines {
		host, port, err := net.SplitHostPort(m.Addr)
		if err != nil {
			t.Fatal(err)
		}
		data := fleet.Data{"ssh_hostname": host, "ssh_port": port, "ssh_user": m.User}
		if err := inv.AddGroup("machines", nil, fleet.Member{Name: m.Name, Data: data}); err != nil {
			t.Fatal(err)
		}
	}
	return inv
}

// TestRoundTrips counts on the machines' side what runs cost.
func TestRoundTrips(t *testing.T) {
	l := lab.ForTest(t, lab.Options{Machines: 3, Kind: lab.Home})
	hosts := inventory(t, l).Hosts()
	deploy := func(_ context.Context, h *run.Host) error {
		for i := range 9 {
			dir := fmt.Sprintf("course/week%d", i)
			h.Do(files.Directory{Path: dir})
			h.Do(files.Line{Path: dir + "/tasks", Line: "feed the ducklings"})
			h.Do(files.Link{Path: dir + "/latest", Target: "tasks"})
		}
		return nil
	}
	converge := func(d run.Deploy) []int64 {
		t.Helper()
		for _, m := range l.Machines {
			m.ResetCounters()
		}
		s, err := run.Run(t.Context(), run.Options{Hosts: hosts, Connectors: all.All(all.Options{}), Deploy: d})
		if err != nil || !s.Converged() {
			t.Fatalf("%v %+v", err, s.Hosts)
		}
		var execs []int64
		for _, m := range l.Machines {
			execs = append(execs, m.Counters().Execs)
		}
		return execs
	}
	for _, n := range converge(deploy) {
		// One batch of facts for the plan; then a change makes facts stale, so
		// each of 27 changes costs its command and the facts for the next.
		if n > 1+27+26 {
			t.Errorf("the first run cost %d round trips", n)
		}
	}
	for _, n := range converge(deploy) {
		if n != 1 {
			t.Errorf("27 operations with nothing to do cost %d round trips, not 1", n)
		}
	}
	shell := func(ctx context.Context, h *run.Host) error {
		h.Do(server.Shell{Commands: []string{"true"}})
		return deploy(ctx, h)
	}
	for _, n := range converge(shell) {
		if n != 3 {
			t.Errorf("facts, a command and what it may have changed cost %d round trips, not 3", n)
		}
	}
}
