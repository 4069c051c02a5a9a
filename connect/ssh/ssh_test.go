//go:build unix

package ssh

import (
	"net"
	"os"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"cygnet/connect/conformance"
	"cygnet/fleet"
	"cygnet/internal/lab"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// host is a machine of a lab as an inventory has it, with more data.
func host(t *testing.T, l *lab.Lab, m *lab.Machine, more fleet.Data) *fleet.Host {
	t.Helper()
	address, port, err := net.SplitHostPort(m.Addr)
	if err != nil {
		t.Fatal(err)
	}
	data := fleet.Data{
		"ssh_hostname": address, "ssh_port": port, "ssh_user": m.User,
		"ssh_key": l.KeyFile(), "ssh_known_hosts_file": l.KnownHostsFile(),
		"ssh_config_file": "/dev/null", "ssh_allow_agent": false, "ssh_look_for_keys": false,
	}
	for k, v := range more {
		data[k] = v
		if v == nil {
			delete(data, k)
		}
	}
	inventory := fleet.New()
	if err := inventory.AddGroup(fleet.All, nil, fleet.Member{Name: m.Name, Data: data}); err != nil {
		t.Fatal(err)
	}
	return inventory.Hosts()[0]
}

func TestConformance(t *testing.T) {
	l := lab.ForTest(t, lab.Options{Kind: lab.Home})
	conformance.Test(t, &Connector{}, host(t, l, l.Machines[0], nil))
}

// TestRealHost runs against a real server, such as OpenSSH's: CYGNET_SSH names
// it as user@host:port, the user's ssh_config and keys do the rest.
func TestRealHost(t *testing.T) {
	name, address, ok := strings.Cut(os.Getenv("CYGNET_SSH"), "@")
	if !ok {
		t.Skip("CYGNET_SSH names no user@host:port to test on")
	}
	hostname, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	data := fleet.Data{"ssh_user": name, "ssh_hostname": hostname, "ssh_port": port}
	if key := os.Getenv("CYGNET_SSH_KEY"); key != "" {
		data["ssh_key"] = key
	}
	conformance.Test(t, &Connector{}, inventory(t, hostname, data))
}

// contains fails the test unless the text is one line that holds all parts.
func contains(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("%q does not hold %q", text, p)
		}
	}
	if strings.Contains(text, "\n") {
		t.Errorf("%q is more than one line", text)
	}
}
