package apt

import (
	"strings"
	"testing"

	"cygnet/internal/facttest"
	"cygnet/internal/lab"
)

func TestOnARealMachine(t *testing.T) {
	m := facttest.Clone(t)
	if err := m.SetPackages(lab.Toys()...); err != nil {
		t.Fatal(err)
	}
	// A machine on which apt-get never was, without the folder of the stamp.
	m.Output(t, "rm -rf /var/lib/apt/periodic")
	m.Apply(t, Packages{Packages: []string{"toy-hello", "toy-app=1.0"}, Update: true, CacheTime: 3600})
	if got := m.Output(t, "toy-hello; toy-app"); got != "hello\ndata" {
		t.Errorf("the packages say %q", got)
	}

	newer := lab.Toys()
	newer[0].Version = "1.1"
	if err := m.SetPackages(newer...); err != nil {
		t.Fatal(err)
	}
	m.Change(t, Update{})
	m.Output(t, "apt-mark hold toy-hello")
	if p := m.Plan(t, Upgrade{}); len(p.Commands) > 0 {
		t.Errorf("a held package is upgraded by %q", facttest.Commands(p))
	}
	if p := m.Plan(t, Packages{Packages: []string{"toy-hello"}}); len(p.Commands) > 0 {
		t.Errorf("a held package is not installed: %q", facttest.Commands(p))
	}
	m.Output(t, "apt-mark unhold toy-hello")
	m.Apply(t, Upgrade{})
	m.Apply(t, Packages{Packages: []string{"toy-app"}, Absent: true})
	removedWithConfiguration(t, m)
	failuresSayWhy(t, m)
}

// removedWithConfiguration has a package in the state rc, which is not
// installed.
func removedWithConfiguration(t *testing.T, m *facttest.Machine) {
	t.Helper()
	m.Output(t, `sed -i '/^Package: toy-hello$/,/^$/s/^Status: .*/Status: deinstall ok config-files/' /var/lib/dpkg/status`)
	if got := m.Output(t, "dpkg -l toy-hello | tail -n 1"); !strings.HasPrefix(got, "rc ") {
		t.Fatalf("dpkg lists %q", got)
	}
	m.Apply(t, Packages{Packages: []string{"toy-hello"}})
}

// failuresSayWhy wants the words of apt-get itself.
func failuresSayWhy(t *testing.T, m *facttest.Machine) {
	t.Helper()
	fails := func(name, want string) {
		printed, err := m.Execute(t, m.Plan(t, Packages{Packages: []string{name}}))
		if err == nil || !strings.Contains(printed+err.Error(), want) {
			t.Errorf("%s: got %v, after %q", name, err, printed)
		}
	}
	fails("toy-unknown", "Unable to locate package")
	fails("toy-broken", "out of order")
	if p := m.Plan(t, Packages{Packages: []string{"toy-broken"}}); len(p.Commands) == 0 {
		t.Error("a package whose installation failed counts as installed")
	}
	const holder = `perl -e 'use Fcntl; open(F, "+>>", "/var/lib/dpkg/lock-frontend"); ` +
		`my $lock = pack("s s l! l! i", F_WRLCK, 0, 0, 0, 0); fcntl(F, F_SETLK, $lock) or die; ` +
		`$| = 1; print "held\n"; sleep 60' >/tmp/holder 2>&1 & echo $!`
	pid := m.Output(t, holder)
	m.Output(t, "until [ -s /tmp/holder ]; do sleep 0.05; done")
	fails("toy-slow", "Could not get lock")
	m.Output(t, "kill "+pid)
}
