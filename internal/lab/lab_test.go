//go:build unix

package lab_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"cygnet/internal/lab"
)

// clientConfig trusts what the lab's known_hosts file has and nothing else.
func clientConfig(t *testing.T, l *lab.Lab, m *lab.Machine) *ssh.ClientConfig {
	t.Helper()
	check, err := knownhosts.New(l.KnownHostsFile())
	if err != nil {
		t.Fatal(err)
	}
	return &ssh.ClientConfig{
		User:            m.User,
		Auth:            []ssh.AuthMethod{ssh.PublicKeys(l.Key())},
		HostKeyCallback: check,
	}
}

func dial(t *testing.T, l *lab.Lab, m *lab.Machine) *ssh.Client {
	t.Helper()
	client, err := ssh.Dial("tcp", m.Addr, clientConfig(t, l, m))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return client
}

func session(t *testing.T, client *ssh.Client) *ssh.Session {
	t.Helper()
	s, err := client.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// output runs a command that has to succeed.
func output(t *testing.T, client *ssh.Client, command string) string {
	t.Helper()
	s := session(t, client)
	var stderr bytes.Buffer
	s.Stderr = &stderr
	out, err := s.Output(command)
	if err != nil {
		t.Fatalf("%s: %v\n%s", command, err, stderr.String())
	}
	return string(out)
}

func one(t *testing.T, opts lab.Options) (*lab.Lab, *lab.Machine) {
	t.Helper()
	if opts.Kind == lab.Auto {
		opts.Kind = lab.Home
	}
	l := lab.ForTest(t, opts)
	return l, l.Machines[0]
}

func TestWhoMayLogIn(t *testing.T) {
	l, m := one(t, lab.Options{Password: "open sesame", Banner: "mind the step\n"})
	var banner string
	for _, c := range []struct {
		name   string
		faults lab.Faults
		change func(*ssh.ClientConfig)
		ok     bool
	}{
		{"key", lab.Faults{}, func(c *ssh.ClientConfig) {}, true},
		{"password", lab.Faults{}, func(c *ssh.ClientConfig) { c.Auth = []ssh.AuthMethod{ssh.Password("open sesame")} }, true},
		{"wrong password", lab.Faults{}, func(c *ssh.ClientConfig) { c.Auth = []ssh.AuthMethod{ssh.Password("open")} }, false},
		{"other user", lab.Faults{}, func(c *ssh.ClientConfig) { c.User = "nobody-here" }, false},
		{"key refused", lab.Faults{RefuseKey: true}, func(c *ssh.ClientConfig) {}, false},
		{"banner", lab.Faults{}, func(c *ssh.ClientConfig) {
			c.BannerCallback = func(s string) error { banner = s; return nil }
		}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := m.Set(c.faults); err != nil {
				t.Fatal(err)
			}
			config := clientConfig(t, l, m)
			c.change(config)
			client, err := ssh.Dial("tcp", m.Addr, config)
			if err == nil {
				client.Close()
			}
			if (err == nil) != c.ok {
				t.Error(err)
			}
		})
	}
	if banner != "mind the step\n" {
		t.Errorf("banner %q", banner)
	}
}

func TestHostKeys(t *testing.T) {
	l, m := one(t, lab.Options{HostKeys: []string{"rsa", "ecdsa", "ed25519"}})
	for _, algorithm := range []string{ssh.KeyAlgoRSASHA256, ssh.KeyAlgoECDSA256, ssh.KeyAlgoED25519} {
		config := clientConfig(t, l, m)
		config.HostKeyAlgorithms = []string{algorithm}
		client, err := ssh.Dial("tcp", m.Addr, config)
		if err != nil {
			t.Fatalf("%s: %v", algorithm, err)
		}
		client.Close()
	}
	if err := m.ChangeHostKey(); err != nil {
		t.Fatal(err)
	}
	var changed *knownhosts.KeyError
	if _, err := ssh.Dial("tcp", m.Addr, clientConfig(t, l, m)); !errors.As(err, &changed) || len(changed.Want) == 0 {
		t.Errorf("changed key: %v", err)
	}
}

func TestUnknownHostKeyType(t *testing.T) {
	_, err := lab.Start(t.Context(), lab.Options{Kind: lab.Home, HostKeys: []string{"dsa"}, Dir: t.TempDir()})
	if err == nil || !strings.Contains(err.Error(), `"dsa"`) {
		t.Error(err)
	}
}

func TestStartCanBeCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := t.TempDir()
	if _, err := lab.Start(ctx, lab.Options{Kind: lab.Home, Dir: dir}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

func TestInventoryAndFiles(t *testing.T) {
	l := lab.ForTest(t, lab.Options{Kind: lab.Home, Machines: 2})
	text := l.Inventory()
	_, port, err := net.SplitHostPort(l.Machines[1].Addr)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`("vm001", {`, `("vm002", {`, `"ssh_port": ` + port, l.KeyFile(), l.KnownHostsFile()} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	info, err := os.Stat(l.KeyFile())
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("key file: %v, %v", info, err)
	}
	m := l.Machine("vm002")
	if err := m.WriteFile("/a/b", []byte("text"), 0o640); err != nil {
		t.Fatal(err)
	}
	if got := output(t, dial(t, l, m), "cat a/b"); got != "text" {
		t.Errorf("got %q", got)
	}
	if got, err := m.ReadFile("a/b"); err != nil || string(got) != "text" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestForward(t *testing.T) {
	l := lab.ForTest(t, lab.Options{Kind: lab.Home, Machines: 2})
	jump, m := l.Machines[0], l.Machines[1]
	c, err := dial(t, l, jump).Dial("tcp", m.Addr)
	if err != nil {
		t.Fatal(err)
	}
	sc, chans, reqs, err := ssh.NewClientConn(c, m.Addr, clientConfig(t, l, m))
	if err != nil {
		t.Fatal(err)
	}
	client := ssh.NewClient(sc, chans, reqs)
	defer client.Close()
	if got := output(t, client, "pwd"); got != m.Root+"\n" {
		t.Errorf("got %q", got)
	}
}

func TestOpenSSHClient(t *testing.T) {
	if _, err := exec.LookPath("ssh"); err != nil {
		t.Skip("the program ssh is missing")
	}
	l, m := one(t, lab.Options{})
	host, port, err := net.SplitHostPort(m.Addr)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("ssh", "-F", "none", "-p", port, "-l", m.User, "-i", l.KeyFile(), "-o", "IdentitiesOnly=yes",
		"-o", "UserKnownHostsFile="+l.KnownHostsFile(), "-o", "BatchMode=yes", host, "cat; echo err >&2; exit 3")
	cmd.Stdin = strings.NewReader("through\n")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 3 || string(out) != "through\n" || stderr.String() != "err\n" {
		t.Errorf("got %q, %q, %v", out, stderr.String(), err)
	}
}

func waitFor(t *testing.T, what string, done func() bool) {
	t.Helper()
	for range 2000 {
		if done() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("waited in vain for %s", what)
}

func waitNobody(t *testing.T, m *lab.Machine) {
	t.Helper()
	waitFor(t, "all processes to end", func() bool {
		pids, err := m.Processes()
		return err == nil && len(pids) == 0
	})
}

func waitSomebody(t *testing.T, m *lab.Machine) {
	t.Helper()
	waitFor(t, "a process", func() bool {
		pids, err := m.Processes()
		return err == nil && len(pids) > 0
	})
}

func TestNoGoroutineIsLeft(t *testing.T) {
	for _, kind := range []lab.Kind{lab.Home, lab.Auto} {
		t.Run(kind.String(), func(t *testing.T) {
			defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
			l, err := lab.Start(t.Context(), lab.Options{Kind: kind, Machines: 4})
			if err != nil {
				t.Fatal(err)
			}
			for i, f := range []lab.Faults{{}, {Hang: true}, {Latency: time.Hour}, {ExecDelay: time.Hour}} {
				m := l.Machines[i]
				client := dial(t, l, m)
				s := session(t, client)
				if err := s.Start("sleep 1000"); err != nil {
					t.Fatal(err)
				}
				set(t, m, f)
				go client.SendRequest("keepalive@openssh.com", true, nil)
				if _, err := net.Dial("tcp", m.Addr); err != nil {
					t.Fatal(err)
				}
			}
			if err := l.Close(); err != nil {
				t.Fatal(err)
			}
			if err := l.Close(); err != nil {
				t.Errorf("second close: %v", err)
			}
		})
	}
}

// The client of the connection that is put through goes away while the far
// side is silent.
func TestForwardEndsWithItsClient(t *testing.T) {
	l := lab.ForTest(t, lab.Options{Kind: lab.Home, Machines: 2})
	set(t, l.Machines[1], lab.Faults{HangHandshake: true})
	client := dial(t, l, l.Machines[0])
	if _, err := client.Dial("tcp", l.Machines[1].Addr); err != nil {
		t.Fatal(err)
	}
	client.Close()
	waitFor(t, "the far connection to end", func() bool { return lab.OpenConnections(l.Machines[1]) == 0 })
}
