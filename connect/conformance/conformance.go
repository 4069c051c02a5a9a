// Package conformance says in tests what every connector must do. A connector's
// own test is three lines:
//
//	func TestConformance(t *testing.T) {
//		conformance.Test(t, connector, host)
//	}
//
// The host needs sh, the tools that POSIX names, and mktemp. All that the tests
// leave there are empty places where they were.
package conformance

import (
	"crypto/rand"
	"strings"
	"testing"

	"cygnet/connect"
	"cygnet/fleet"
	"cygnet/shell"
)

// Test runs all tests on a host.
func Test(t *testing.T, connector connect.Connector, host *fleet.Host) {
	t.Helper()
	s := &suite{connector: connector, host: host}
	for _, group := range []struct {
		name string
		test func(*testing.T)
	}{
		{"Commands", s.commands},
		{"Circumstances", s.circumstances},
		{"Input", s.input},
		{"Output", s.output},
		{"Secrets", s.secrets},
		{"Ending", s.ending},
		{"Left", s.left},
		{"Parallel", s.parallel},
		{"Close", s.close},
		{"Uploads", s.uploads},
		{"Modes", s.modes},
		{"Links", s.links},
		{"Whole", s.whole},
		{"Refused", s.refused},
		{"Downloads", s.downloads},
	} {
		t.Run(group.name, func(t *testing.T) {
			t.Parallel()
			group.test(t)
		})
	}
}

type suite struct {
	connector connect.Connector
	host      *fleet.Host
}

// connect opens a connection that is closed with the test.
func (s *suite) connect(t *testing.T) connect.Conn {
	t.Helper()
	conn, err := s.connector.Connect(t.Context(), s.host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	})
	return conn
}

// run runs a text and returns what it printed on standard output; a command
// that fails fails the test.
func run(t *testing.T, conn connect.Conn, text string) string {
	t.Helper()
	result, err := conn.Run(t.Context(), &connect.Request{Command: shell.Command{Text: shell.Raw(text)}})
	if err != nil {
		t.Fatalf("run %s: %v", text, err)
	}
	if result.Exit != 0 {
		t.Fatalf("run %s: exit status %d, %q", text, result.Exit, result.Stderr)
	}
	return strings.Join(result.Stdout, "\n")
}

// folder makes a folder on the host that goes with the test.
func folder(t *testing.T, conn connect.Conn) string {
	t.Helper()
	dir := run(t, conn, "mktemp -d")
	t.Cleanup(func() {
		result, err := conn.Run(noDeadline(t), &connect.Request{Command: shell.Command{Text: shell.Words("rm", "-rf", "--", dir)}})
		if err != nil || result.Exit != 0 {
			t.Errorf("remove %s: %v, %v", dir, result.Stderr, err)
		}
	})
	return dir
}

// number returns one that no other test uses, to be found again among the
// arguments of processes.
func number() string {
	var b strings.Builder
	b.WriteString("1")
	for _, c := range rand.Text()[:8] {
		b.WriteByte("0123456789"[c%10])
	}
	return b.String()
}
