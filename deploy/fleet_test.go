package deploy

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"cygnet/fleet"
)

// TestStop ends deploys that would run for ever.
func TestStop(t *testing.T) {
	write(t, map[string]string{"deploy.py": "from pyinfra.operations import server\nwhile True:\n    server.shell('x')\n"})
	program, err := Load("deploy.py", Options{Registry: registry(), Limits: Limits{Steps: 1 << 62}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("enough")
	inv := fleet.New()
	for i := range 20 {
		if err := inv.AddGroup("g", nil, fleet.Member{Name: fmt.Sprint("h", i)}); err != nil {
			t.Fatal(err)
		}
	}
	var wg sync.WaitGroup
	for _, h := range inv.Hosts() {
		wg.Go(func() {
			rec := &recorder{}
			err := program.Run(ctx, Environment{Host: h, Inventory: inv, Recorder: rec})
			if !errors.Is(err, why) {
				t.Errorf("%s: %v", h.Name, err)
			}
			if _, ok := errors.AsType[*Error](err); ok {
				t.Errorf("%s: the end of the run is shown as a mistake: %v", h.Name, err)
			}
		})
	}
	cancel(why)
	wg.Wait()
}

// fleetDeploy is a deploy of n operations and more, for every host its own.
func fleetDeploy(n int) string {
	var b strings.Builder
	b.WriteString("from pyinfra import host, config, inventory\nfrom pyinfra.operations import apt, server, files\nfrom pyinfra.facts.server import LinuxName\nfrom io import StringIO\nimport tasks\n")
	b.WriteString("config.SUDO = host.data.number % 2 == 0\nhost.data.mine = [host.name]\nhost.data.mine.append(1)\n")
	for i := range n {
		switch i % 4 {
		case 0:
			fmt.Fprintf(&b, "apt.packages(name=\"packages %d\", packages=[\"make\", \"git\"], update=True, cache_time=60 * 60, _parallel=4)\n", i)
		case 1:
			fmt.Fprintf(&b, "if host.get_fact(LinuxName) == \"Debian\":\n    server.user(user=f\"user-{host.name}-%d\", home=\"/home/x\", _env={\"A\": host.name})\n", i)
		case 2:
			fmt.Fprintf(&b, "files.put(src=StringIO(host.name + \" %d\"), dest=\"/etc/x%d\", _if=lambda: host.name == \"x\")\n", i, i)
		case 3:
			fmt.Fprintf(&b, "tasks.shell([\"echo %%s\" %% x for x in range(3)], len(inventory.get_group(\"g\")))\n")
		}
	}
	return b.String()
}

const fleetTasks = "from pyinfra.operations import server\ncalled = []\ndef shell(commands, n):\n    called.append(n)\n    server.shell(commands=commands, name=f\"{n} {len(called)}\")\n"

// runFleet runs a program for hosts at once and returns what each wants.
func runFleet(tb testing.TB, program *Program, hosts int) []*recorder {
	tb.Helper()
	inv := fleet.New()
	for i := range hosts {
		if err := inv.AddGroup("g", nil, fleet.Member{Name: fmt.Sprint("h", i), Data: fleet.Data{"number": int64(i)}}); err != nil {
			tb.Fatal(err)
		}
	}
	recorders := make([]*recorder, hosts)
	var wg sync.WaitGroup
	for i, h := range inv.Hosts() {
		recorders[i] = &recorder{facts: map[string]any{"linuxName": "Debian"}}
		wg.Go(func() {
			if err := program.Run(tb.Context(), Environment{Host: h, Inventory: inv, Recorder: recorders[i]}); err != nil {
				tb.Error(err)
			}
		})
	}
	wg.Wait()
	return recorders
}

// TestFleet runs one program for 170 hosts at once; with -race it shows that
// they share nothing that changes.
func TestFleet(t *testing.T) {
	const n = 40
	write(t, map[string]string{"deploy.py": fleetDeploy(n), "tasks.py": fleetTasks})
	program, err := Load("deploy.py", Options{Registry: registry()})
	if err != nil {
		t.Fatal(err)
	}
	for i, rec := range runFleet(t, program, 170) {
		if len(rec.calls) != n {
			t.Fatalf("host %d has %d calls, not %d", i, len(rec.calls), n)
		}
		for j, c := range rec.calls {
			if c.Arguments.As.Sudo != (i%2 == 0) {
				t.Fatalf("host %d, call %d: sudo is %t", i, j, c.Arguments.As.Sudo)
			}
		}
		if got, want := rec.calls[1].Operation.(serverUser).User, fmt.Sprintf("user-h%d-1", i); got != want {
			t.Fatalf("user of host %d is %s", i, got)
		}
		if got := rec.calls[n-1].Arguments.Name; got != fmt.Sprint("170 ", n/4) {
			t.Fatalf("host %d shares the module's list: %s", i, got)
		}
	}
}

// BenchmarkFleet reads a deploy of 400 operations and runs it for 170 hosts.
func BenchmarkFleet(b *testing.B) {
	dir := b.TempDir()
	b.Chdir(dir)
	for name, text := range map[string]string{"deploy.py": fleetDeploy(400), "tasks.py": fleetTasks} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	var load, run time.Duration
	for b.Loop() {
		begun := time.Now()
		program, err := Load("deploy.py", Options{Registry: registry()})
		if err != nil {
			b.Fatal(err)
		}
		load += time.Since(begun)
		begun = time.Now()
		runFleet(b, program, 170)
		run += time.Since(begun)
	}
	b.ReportMetric(float64(load.Milliseconds())/float64(b.N), "load-ms")
	b.ReportMetric(float64(run.Milliseconds())/float64(b.N), "run-ms")
}
