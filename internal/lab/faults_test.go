//go:build unix

package lab_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"cygnet/internal/lab"
)

func set(t *testing.T, m *lab.Machine, f lab.Faults) {
	t.Helper()
	if err := m.Set(f); err != nil {
		t.Fatal(err)
	}
}

func TestRefusesSomeConnections(t *testing.T) {
	l, m := one(t, lab.Options{})
	set(t, m, lab.Faults{RefuseConnections: 2})
	for range 2 {
		if _, err := ssh.Dial("tcp", m.Addr, clientConfig(t, l, m)); err == nil {
			t.Error("was let in")
		}
	}
	dial(t, l, m)
	if got := m.Counters(); got.Connections != 3 || got.Handshakes != 1 {
		t.Errorf("counted %+v", got)
	}
}

func TestRefusesForATime(t *testing.T) {
	l, m := one(t, lab.Options{})
	before := dial(t, l, m)
	set(t, m, lab.Faults{RefuseFor: time.Hour})
	if _, err := net.Dial("tcp", m.Addr); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Error(err)
	}
	output(t, before, "true")
	set(t, m, lab.Faults{})
	dial(t, l, m)
	set(t, m, lab.Faults{RefuseFor: 50 * time.Millisecond})
	waitFor(t, "the port to open", func() bool {
		client, err := ssh.Dial("tcp", m.Addr, clientConfig(t, l, m))
		if err == nil {
			client.Close()
		}
		return err == nil
	})
}

func TestDropsAfterBytes(t *testing.T) {
	l, m := one(t, lab.Options{})
	for _, command := range []string{"cat /dev/zero", "cat >/dev/null"} {
		set(t, m, lab.Faults{DropAfter: 100_000, Drops: 1})
		s := session(t, dial(t, l, m))
		s.Stdin = io.LimitReader(endless{}, 10<<20)
		var out bytes.Buffer
		s.Stdout = &out
		err := s.Run(command)
		var missing *ssh.ExitMissingError
		if err == nil || out.Len() > 100_000 {
			t.Errorf("%s: %d bytes came, %v", command, out.Len(), err)
		}
		if errors.As(err, new(*ssh.ExitError)) && !errors.As(err, &missing) {
			t.Errorf("%s: ended with %v", command, err)
		}
		if got := m.Faults(); got.DropAfter != 0 {
			t.Errorf("faults left: %+v", got)
		}
	}
	s := session(t, dial(t, l, m))
	if out, err := s.Output("head -c 1000000 /dev/zero"); err != nil || len(out) != 1_000_000 {
		t.Errorf("after the drops: %d bytes, %v", len(out), err)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

// With less than the handshake needs, nobody gets in.
func TestDropsInHandshake(t *testing.T) {
	l, m := one(t, lab.Options{})
	set(t, m, lab.Faults{DropAfter: 100})
	for range 2 {
		if _, err := ssh.Dial("tcp", m.Addr, clientConfig(t, l, m)); err == nil {
			t.Error("was let in")
		}
	}
}

func TestHangs(t *testing.T) {
	l, m := one(t, lab.Options{})
	client := dial(t, l, m)
	for _, f := range []lab.Faults{{HangHandshake: true}, {Hang: true}} {
		set(t, m, f)
		c, err := net.Dial("tcp", m.Addr)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.SetReadDeadline(time.Now().Add(50 * time.Millisecond)); err != nil {
			t.Fatal(err)
		}
		if n, err := c.Read(make([]byte, 1)); n != 0 || !errors.As(err, new(net.Error)) {
			t.Errorf("%+v: read %d bytes, %v", f, n, err)
		}
		c.Close()
	}
	answered := make(chan error, 1)
	go func() {
		_, _, err := client.SendRequest("keepalive@openssh.com", true, nil)
		answered <- err
	}()
	select {
	case err := <-answered:
		t.Errorf("a machine that hangs answered: %v", err)
	case <-time.After(100 * time.Millisecond):
	}
	set(t, m, lab.Faults{})
	if err := <-answered; err != nil {
		t.Error(err)
	}
	output(t, client, "true")
}

// What is slow is not measured to be slow within a time, only to be no faster
// than it can be.
func TestIsSlow(t *testing.T) {
	l, m := one(t, lab.Options{})
	client := dial(t, l, m)
	const long = 200 * time.Millisecond
	for _, c := range []struct {
		name    string
		faults  lab.Faults
		command string
	}{
		{"latency", lab.Faults{Latency: long}, "true"},
		{"delay", lab.Faults{ExecDelay: long}, "true"},
		{"rate", lab.Faults{BytesPerSecond: 50_000}, "head -c 10000 /dev/zero"},
	} {
		t.Run(c.name, func(t *testing.T) {
			set(t, m, c.faults)
			start := time.Now()
			output(t, client, c.command)
			if took := time.Since(start); took < long {
				t.Errorf("took %v", took)
			}
		})
	}
}

// Much data passes a connection with latency in order and whole.
func TestLatencyKeepsOrder(t *testing.T) {
	l, m := one(t, lab.Options{})
	client := dial(t, l, m)
	set(t, m, lab.Faults{Latency: 20 * time.Millisecond})
	s := session(t, client)
	want := strings.Repeat("0123456789\n", 50_000)
	s.Stdin = strings.NewReader(want)
	go func() {
		time.Sleep(50 * time.Millisecond)
		if err := m.Set(lab.Faults{}); err != nil {
			t.Error(err)
		}
	}()
	if got, err := s.Output("cat"); err != nil || string(got) != want {
		t.Errorf("%d bytes came back, %v", len(got), err)
	}
}

func TestRefusesToRun(t *testing.T) {
	l, m := one(t, lab.Options{})
	set(t, m, lab.Faults{RefuseExec: true})
	if err := session(t, dial(t, l, m)).Run("true"); err == nil {
		t.Error("it ran")
	}
	if got := m.Counters().Execs; got != 1 {
		t.Errorf("counted %d", got)
	}
}

func TestDisconnect(t *testing.T) {
	l, m := one(t, lab.Options{})
	client := dial(t, l, m)
	m.Disconnect()
	if err := client.Wait(); err == nil {
		t.Error("the client noticed nothing")
	}
}

func TestRoundTripsAreCounted(t *testing.T) {
	l, m := one(t, lab.Options{})
	client := dial(t, l, m)
	s := session(t, client)
	in, err := s.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := s.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start("cat"); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := io.WriteString(in, "ask"); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(out, make([]byte, 3)); err != nil {
			t.Fatal(err)
		}
	}
	got := m.Counters()
	if got.Exchanges != 3 {
		t.Errorf("exchanges: %d", got.Exchanges)
	}
	// One for the channel, one for exec, one for each question.
	if got.Turns < 5 || got.Turns > 8 {
		t.Errorf("turns: %d", got.Turns)
	}
	if got.BytesIn < 1000 || got.BytesOut < 1000 {
		t.Errorf("counted %+v", got)
	}
	m.ResetCounters()
	if got := l.Counters(); got != (lab.Counters{}) {
		t.Errorf("after reset: %+v", got)
	}
}
