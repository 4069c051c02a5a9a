//go:build unix

package lab_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"cygnet/internal/lab"
)

func TestCommandRunsAtHome(t *testing.T) {
	l, m := one(t, lab.Options{})
	client := dial(t, l, m)
	got := output(t, client, `pwd; echo "$HOME"; echo "$USER"; echo "$TMPDIR"; echo "${GOPATH-unset}"; echo "$0"`)
	want := strings.Join([]string{m.Root, m.Root, m.User, filepath.Join(m.Root, ".tmp"), "unset", "sh", ""}, "\n")
	if got != want {
		t.Errorf("got:\n%swant:\n%s", got, want)
	}
}

func TestHowCommandsEnd(t *testing.T) {
	l, m := one(t, lab.Options{})
	client := dial(t, l, m)
	for _, c := range []struct {
		command, stdout, stderr string
		status                  int
		signal                  string
	}{
		{command: "true"},
		{command: "exit 3", status: 3},
		{command: "echo out; echo err >&2; exit 1", stdout: "out\n", stderr: "err\n", status: 1},
		{command: "kill -TERM $$", signal: "TERM", status: 143},
		{command: "kill -KILL $$", signal: "KILL", status: 137},
		{command: "no-such-command 2>/dev/null", status: 127},
		{command: `printf '\000\377'`, stdout: "\x00\xff"},
	} {
		t.Run(c.command, func(t *testing.T) {
			s := session(t, client)
			var stdout, stderr bytes.Buffer
			s.Stdout, s.Stderr = &stdout, &stderr
			err := s.Run(c.command)
			exit := &ssh.ExitError{}
			if err != nil && !errors.As(err, &exit) {
				t.Fatal(err)
			}
			if exit.ExitStatus() != c.status || exit.Signal() != c.signal {
				t.Errorf("ended with status %d, signal %q", exit.ExitStatus(), exit.Signal())
			}
			if stdout.String() != c.stdout || stderr.String() != c.stderr {
				t.Errorf("stdout %q, stderr %q", stdout.String(), stderr.String())
			}
		})
	}
}

func TestMuchInputComesBack(t *testing.T) {
	l, m := one(t, lab.Options{})
	s := session(t, dial(t, l, m))
	data := bytes.Repeat([]byte("0123456789abcde\xff"), 10<<20/16)
	s.Stdin = bytes.NewReader(data)
	got, err := s.Output("cat")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, data) {
		t.Errorf("%d bytes came back of %d, or others", len(got), len(data))
	}
}

func TestInputEndsBeforeOutput(t *testing.T) {
	l, m := one(t, lab.Options{})
	s := session(t, dial(t, l, m))
	s.Stdin = strings.NewReader("b\na\n")
	got, err := s.Output("sort; echo done")
	if err != nil || string(got) != "a\nb\ndone\n" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestManySessions(t *testing.T) {
	l, m := one(t, lab.Options{MaxSessions: -1})
	client := dial(t, l, m)
	results := make(chan string)
	for range 20 {
		go func() {
			s, err := client.NewSession()
			if err != nil {
				results <- err.Error()
				return
			}
			defer s.Close()
			out, err := s.Output("sleep 0.1; echo ok")
			if err != nil {
				out = []byte(err.Error())
			}
			results <- string(out)
		}()
	}
	for range 20 {
		if got := <-results; got != "ok\n" {
			t.Error(got)
		}
	}
	if got := m.Counters(); got.Connections != 1 || got.Handshakes != 1 || got.Sessions != 20 || got.Execs != 20 {
		t.Errorf("counted %+v", got)
	}
}

func TestSessionsAreLimited(t *testing.T) {
	l, m := one(t, lab.Options{MaxSessions: 2})
	client := dial(t, l, m)
	session(t, client)
	second := session(t, client)
	var refused *ssh.OpenChannelError
	if _, err := client.NewSession(); !errors.As(err, &refused) {
		t.Errorf("third session: %v", err)
	}
	if err := second.Run("true"); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "a session to become free", func() bool {
		s, err := client.NewSession()
		if err == nil {
			s.Close()
		}
		return err == nil
	})
}

func TestSignalReachesTheGroup(t *testing.T) {
	l, m := one(t, lab.Options{})
	s := session(t, dial(t, l, m))
	out, err := s.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start("sleep 1000 & echo on; wait"); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(out, make([]byte, 3)); err != nil {
		t.Fatal(err)
	}
	if err := s.Signal(ssh.SIGTERM); err != nil {
		t.Fatal(err)
	}
	exit := &ssh.ExitError{}
	if err := s.Wait(); !errors.As(err, &exit) || exit.Signal() != "TERM" {
		t.Errorf("ended with %v", err)
	}
	waitNobody(t, m)
}

func TestTerminal(t *testing.T) {
	l, m := one(t, lab.Options{})
	s := session(t, dial(t, l, m))
	if err := s.RequestPty("vt100", 33, 77, ssh.TerminalModes{}); err != nil {
		t.Fatal(err)
	}
	got, err := s.Output("test -t 0 && test -t 1 && test -t 2 && stty size; echo $TERM; exit 4")
	exit := &ssh.ExitError{}
	if !errors.As(err, &exit) || exit.ExitStatus() != 4 {
		t.Error(err)
	}
	if string(got) != "33 77\r\nvt100\r\n" {
		t.Errorf("got %q", got)
	}
}

func TestTerminalHangsUp(t *testing.T) {
	l, m := one(t, lab.Options{})
	client := dial(t, l, m)
	s := session(t, client)
	if err := s.RequestPty("vt100", 33, 77, ssh.TerminalModes{}); err != nil {
		t.Fatal(err)
	}
	if err := s.Start("sleep 1000"); err != nil {
		t.Fatal(err)
	}
	waitSomebody(t, m)
	client.Close()
	waitNobody(t, m)
}

func TestEnvironmentAndShell(t *testing.T) {
	l, m := one(t, lab.Options{})
	s := session(t, dial(t, l, m))
	if err := s.Setenv("GREETING", "hello you"); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	s.Stdout = &out
	s.Stdin = strings.NewReader("echo \"$GREETING\"\nexit 5\n")
	if err := s.Shell(); err != nil {
		t.Fatal(err)
	}
	exit := &ssh.ExitError{}
	if err := s.Wait(); !errors.As(err, &exit) || exit.ExitStatus() != 5 {
		t.Error(err)
	}
	if out.String() != "hello you\n" {
		t.Errorf("got %q", out.String())
	}
}

// As under sshd, a client that goes away does not end its commands; closing
// the lab does.
func TestOrphansAreSeenAndKilled(t *testing.T) {
	l, err := lab.Start(t.Context(), lab.Options{Machines: 2, Kind: lab.Home})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	m := l.Machines[0]
	client := dial(t, l, m)
	if err := session(t, client).Start("sleep 1000"); err != nil {
		t.Fatal(err)
	}
	waitSomebody(t, m)
	client.Close()
	if pids, err := l.Machines[1].Processes(); err != nil || len(pids) > 0 {
		t.Errorf("on the other machine: %v, %v", pids, err)
	}
	waitFor(t, "the connection to end", func() bool {
		return lab.OpenConnections(m) == 0
	})
	pids, err := m.Processes()
	if err != nil || len(pids) == 0 {
		t.Fatalf("left behind: %v, %v", pids, err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	for _, pid := range pids {
		if lab.Alive(pid) {
			t.Errorf("process %d lives on", pid)
		}
	}
	if _, err := os.Stat(m.Root); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s: %v", m.Root, err)
	}
}
