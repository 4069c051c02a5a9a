package main

import (
	"net"
	"testing"

	"cygnet"
	"cygnet/internal/lab"
	"cygnet/run"
)

// TestSetup runs the example, twice, on clones of this machine: the second time
// nothing but the shell command, which always runs, has anything to do, and each
// machine is asked twice: for all facts, and to run that command.
func TestSetup(t *testing.T) {
	l := lab.ForTest(t, lab.Options{Machines: 3, Kind: lab.Clone})
	machines := cygnetMachines(t, l)
	for i, want := range [][]run.OperationSummary{
		{{Hosts: 3, Changed: 3}, {Hosts: 3, Changed: 3}, {Hosts: 3, Changed: 3}},
		{{Hosts: 3, Unchanged: 3}, {Hosts: 3, Unchanged: 3}, {Hosts: 3, Changed: 3}},
	} {
		for _, m := range l.Machines {
			m.ResetCounters()
		}
		summary, err := cygnet.Run(t.Context(), machines, setup, cygnet.Options{})
		if err != nil || !summary.Converged() {
			t.Fatalf("run %d: %v, %+v", i, err, summary)
		}
		for k, o := range summary.Operations {
			o.Name, o.Label = "", ""
			if o != want[k] {
				t.Errorf("run %d, operation %d: got %+v, want %+v", i, k, o, want[k])
			}
		}
	}
	for _, m := range l.Machines {
		if c := m.Counters(); c.Execs != 2 || c.Handshakes != 1 {
			t.Errorf("the second run cost %d round trips and %d log-ins, want 2 and 1", c.Execs, c.Handshakes)
		}
	}
}

func cygnetMachines(t *testing.T, l *lab.Lab) *cygnet.Inventory {
	t.Helper()
	var names []string
	var packages []lab.Package
	for _, name := range []string{"make", "git", "cmake", "curl"} {
		packages = append(packages, lab.Package{Name: name, Version: "99"})
	}
	for _, m := range l.Machines {
		names = append(names, m.Addr)
		if err := m.SetPackages(packages...); err != nil {
			t.Fatal(err)
		}
		if err := m.WriteFile("/usr/local/bin/opam", []byte("#!/bin/sh\necho \"$OPAMSWITCH: $*\"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	machines, err := cygnet.Machines(names...)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range l.Machines {
		host, port := address(t, m.Addr)
		machines.Host(m.Addr).Set("ssh_hostname", host)
		machines.Host(m.Addr).Set("ssh_port", port)
	}
	machines.AddData("all", cygnet.Data{
		"ssh_user": "root", "ssh_key": l.KeyFile(), "ssh_known_hosts_file": l.KnownHostsFile(), "ssh_allow_agent": false,
	})
	return machines
}

func address(t *testing.T, addr string) (host, port string) {
	t.Helper()
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	return host, port
}
