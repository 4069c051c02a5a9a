//go:build unix

package ssh

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"cygnet/connect"
	"cygnet/fleet"
	"cygnet/internal/lab"
	"cygnet/shell"
)

func text(s string) *connect.Request {
	return &connect.Request{Command: shell.Command{Text: shell.Raw(s)}}
}

func open(t *testing.T, c *Connector, h *fleet.Host) *Conn {
	t.Helper()
	conn, err := c.Connect(t.Context(), h)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	})
	return conn.(*Conn)
}

func set(t *testing.T, m *lab.Machine, f lab.Faults) {
	t.Helper()
	if err := m.Set(f); err != nil {
		t.Fatal(err)
	}
}

// TestNotReached is every way in which a host cannot be reached.
func TestNotReached(t *testing.T) {
	home(t)
	l := lab.ForTest(t, lab.Options{Kind: lab.Home})
	m := l.Machines[0]
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, closed, _ := net.SplitHostPort(free.Addr().String())
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		faults lab.Faults
		data   fleet.Data
		want   string
		person bool
	}{
		{"refused", lab.Faults{}, fleet.Data{"ssh_port": closed}, "connection refused: is an SSH server running there", false},
		{"silent", lab.Faults{HangHandshake: true}, nil, "no answer within 300ms while exchanging keys", false},
		{"reset", lab.Faults{RefuseConnections: 1}, nil, "the host closed the connection while ", false},
		{"key", lab.Faults{RefuseKey: true}, nil, "is not let in: tried key " + l.KeyFile(), true},
		{"port", lab.Faults{}, fleet.Data{"ssh_port": 70000}, "must be a number from 1 to 65535", true},
		{"port type", lab.Faults{}, fleet.Data{"ssh_port": true}, `data "ssh_port" must be a whole number`, true},
		{"forward agent", lab.Faults{}, fleet.Data{"ssh_forward_agent": true}, `data "ssh_forward_agent": agent forwarding is not supported`, true},
		{"paramiko", lab.Faults{}, fleet.Data{"ssh_paramiko_connect_kwargs": map[string]any{}}, "there is no paramiko here", true},
		{"scp", lab.Faults{}, fleet.Data{"ssh_file_transfer_protocol": "scp"}, "neither sftp nor scp", true},
		{"config file", lab.Faults{}, fleet.Data{"ssh_config_file": "/none/config"}, "ssh_config_file: open /none/config: no such file or directory", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			set(t, m, tt.faults)
			_, err := (&Connector{Timeout: 300 * time.Millisecond}).Connect(t.Context(), host(t, l, m, tt.data))
			if err == nil {
				t.Fatal("connected")
			}
			contains(t, err.Error(), tt.want)
			if errors.Is(err, connect.ErrNeedsPerson) != tt.person {
				t.Errorf("%v: needs a person: %v", err, !tt.person)
			}
		})
	}
	set(t, m, lab.Faults{})
	for key, value := range map[string]any{"ssh_forward_agent": false, "ssh_file_transfer_protocol": "sftp"} {
		open(t, &Connector{}, host(t, l, m, fleet.Data{key: value}))
	}
	_, err = (&Connector{Timeout: 2 * time.Second}).Connect(t.Context(), host(t, l, m, fleet.Data{"ssh_hostname": "no-such-host.invalid"}))
	if err == nil || errors.Is(err, connect.ErrNeedsPerson) {
		t.Errorf("a name that does not resolve: %v", err)
	} else if !strings.Contains(err.Error(), "resolv") {
		t.Errorf("a name that does not resolve: %v", err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	gone := errors.New("the user left")
	cancel(gone)
	if _, err := (&Connector{}).Connect(ctx, host(t, l, m, nil)); !errors.Is(err, gone) {
		t.Errorf("a context that has ended: %v", err)
	}
}

func TestRetry(t *testing.T) {
	l := lab.ForTest(t, lab.Options{Kind: lab.Home})
	m := l.Machines[0]
	set(t, m, lab.Faults{RefuseConnections: 2})
	var attempts []int
	retry := connect.Retry{Connector: &Connector{}, Report: func(_ *fleet.Host, attempt int, _ error, wait time.Duration) {
		if wait <= 0 {
			t.Errorf("attempt %d was the last", attempt)
		}
		attempts = append(attempts, attempt)
	}}
	conn, err := retry.Connect(t.Context(), host(t, l, m, fleet.Data{"ssh_connect_retry_min_delay": 0.01}))
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.Close(); err != nil {
		t.Error(err)
	}
	if fmt.Sprint(attempts) != "[1 2]" {
		t.Errorf("attempts that failed: %v", attempts)
	}
}

func TestLost(t *testing.T) {
	l := lab.ForTest(t, lab.Options{Kind: lab.Home})
	m := l.Machines[0]
	for name, lose := range map[string]func(){
		"disconnected": func() { m.Disconnect() },
		"frozen":       func() { set(t, m, lab.Faults{Hang: true}) },
	} {
		t.Run(name, func(t *testing.T) {
			set(t, m, lab.Faults{})
			conn := open(t, &Connector{Keepalive: 50 * time.Millisecond}, host(t, l, m, nil))
			req := text("echo before; sleep 100")
			var once sync.Once
			req.Output = func(connect.Stream, string) { once.Do(func() { go lose() }) }
			got, err := conn.Run(t.Context(), req)
			if !errors.Is(err, connect.ErrLost) {
				t.Errorf("got %v, want ErrLost", err)
			}
			if strings.Join(got.Stdout, "") != "before" || got.Exit != -1 {
				t.Errorf("got %+v", got)
			}
			if _, err := conn.Run(t.Context(), text("true")); !errors.Is(err, connect.ErrLost) {
				t.Errorf("the next command: %v", err)
			}
		})
	}
}

// TestQuiet is a command that says nothing for much longer than the host may be
// silent, while it answers when asked.
func TestQuiet(t *testing.T) {
	l := lab.ForTest(t, lab.Options{Kind: lab.Home})
	conn := open(t, &Connector{Keepalive: 20 * time.Millisecond}, host(t, l, l.Machines[0], nil))
	if got, err := conn.Run(t.Context(), text("sleep 0.7; exit 3")); err != nil || got.Exit != 3 {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestUploadLost breaks the connection in the middle of an upload: the file
// stays as it was, and nothing else is left.
func TestUploadLost(t *testing.T) {
	l := lab.ForTest(t, lab.Options{Kind: lab.Home})
	m := l.Machines[0]
	if err := m.WriteFile("folder/file", []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	conn := open(t, &Connector{}, host(t, l, m, nil))
	set(t, m, lab.Faults{DropAfter: 300_000})
	err := conn.Upload(t.Context(), bytes.NewReader(make([]byte, 1<<20)), "folder/file", connect.Transfer{})
	if !errors.Is(err, connect.ErrLost) {
		t.Errorf("got %v, want ErrLost", err)
	}
	set(t, m, lab.Faults{})
	again := open(t, &Connector{}, host(t, l, m, nil))
	for tries := 0; ; tries++ {
		got, err := again.Run(t.Context(), text("cd folder && ls -A && cat file"))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Join(got.Stdout, " ") == "file old" {
			break
		}
		if got.Stdout[len(got.Stdout)-1] != "old" || tries > 500 {
			t.Fatalf("the folder holds, and the file: %q", got.Stdout)
		}
		time.Sleep(20 * time.Millisecond) // the script has yet to see its input end
	}
}

// TestFewSessions is a host that opens fewer sessions than usual.
func TestFewSessions(t *testing.T) {
	for _, most := range []int{1, 2} {
		t.Run(fmt.Sprint(most), func(t *testing.T) {
			l := lab.ForTest(t, lab.Options{Kind: lab.Home, MaxSessions: most})
			m := l.Machines[0]
			conn := open(t, &Connector{}, host(t, l, m, nil))
			var wg sync.WaitGroup
			for i := range 8 {
				wg.Go(func() {
					if got, err := conn.Run(t.Context(), text(fmt.Sprintf("sleep 0.02; exit %d", i))); err != nil || got.Exit != i {
						t.Errorf("command %d: %+v, %v", i, got, err)
					}
				})
			}
			wg.Wait()
			ctx, cancel := context.WithCancel(t.Context())
			req := text("echo ready; setsid sleep 100; sleep 100")
			req.Output = func(connect.Stream, string) { cancel() }
			if _, err := conn.Run(ctx, req); err == nil || err.Error() != context.Canceled.Error() {
				t.Errorf("got %v, want the context's error and nothing else", err)
			}
			if left, err := m.Processes(); err != nil || len(left) > 0 {
				t.Errorf("processes left: %v, %v", left, err)
			}
			if got, err := conn.Run(t.Context(), text("exit 5")); err != nil || got.Exit != 5 {
				t.Errorf("afterwards: %+v, %v", got, err)
			}
		})
	}
}

func TestRefusesToRun(t *testing.T) {
	l := lab.ForTest(t, lab.Options{Kind: lab.Home})
	conn := open(t, &Connector{}, host(t, l, l.Machines[0], nil))
	set(t, l.Machines[0], lab.Faults{RefuseExec: true})
	if _, err := conn.Run(t.Context(), text("true")); !errors.Is(err, connect.ErrNeedsPerson) {
		t.Errorf("got %v", err)
	}
}

// TestSlow has a connection on which everything takes its time.
func TestSlow(t *testing.T) {
	l := lab.ForTest(t, lab.Options{Kind: lab.Home})
	m := l.Machines[0]
	set(t, m, lab.Faults{Latency: 20 * time.Millisecond, BytesPerSecond: 200_000})
	conn := open(t, &Connector{}, host(t, l, m, nil))
	data := bytes.Repeat([]byte("0123456789"), 10_000)
	if err := conn.Upload(t.Context(), bytes.NewReader(data), "file", connect.Transfer{}); err != nil {
		t.Fatal(err)
	}
	var back bytes.Buffer
	if err := conn.Download(t.Context(), "file", &back, connect.Transfer{}); err != nil || !bytes.Equal(back.Bytes(), data) {
		t.Errorf("%d bytes came back, %v", back.Len(), err)
	}
}

// TestFullDisk needs machines with disks of their own.
func TestFullDisk(t *testing.T) {
	l := lab.ForTest(t, lab.Options{Kind: lab.Clone, Disk: 4 << 20})
	m := l.Machines[0]
	conn := open(t, &Connector{}, host(t, l, m, nil))
	if got, err := conn.Run(t.Context(), text("mkdir /root/folder && echo old >/root/folder/file")); err != nil || got.Exit != 0 {
		t.Fatal(got, err)
	}
	err := conn.Upload(t.Context(), io.LimitReader(zeros{}, 20<<20), "/root/folder/file", connect.Transfer{})
	if want := "upload to /root/folder/file: no space left on device"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	got, err := conn.Run(t.Context(), text("cd /root/folder && ls -A && cat file"))
	if err != nil || strings.Join(got.Stdout, " ") != "file old" {
		t.Errorf("afterwards there is %q, %v", got.Stdout, err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestOtherOwners needs users of its own: what one may do to another's files.
func TestOtherOwners(t *testing.T) {
	l := lab.ForTest(t, lab.Options{Kind: lab.Clone})
	m := l.Machines[0]
	root := open(t, &Connector{}, host(t, l, m, nil))
	run := func(script string) string {
		t.Helper()
		got, err := root.Run(t.Context(), text(script))
		if err != nil || got.Exit != 0 {
			t.Fatalf("%s: %+v, %v", script, got, err)
		}
		return strings.Join(got.Stdout, "\n")
	}
	run("useradd -m -s /bin/sh alice && mkdir -m 777 /srv/open && mkdir /srv/closed && cd /srv/open && " +
		"for f in writable readable secret; do echo old >$f; done; chmod 666 writable; chmod 644 readable; chmod 600 secret; " +
		"echo old >alices; chown alice:users alices; chmod 640 alices")
	alice := open(t, &Connector{}, host(t, l, m, fleet.Data{"ssh_user": "alice"}))
	for path, want := range map[string]string{
		"/srv/open/writable": "",
		"/srv/open/new":      "",
		"/srv/open/alices":   "",
		"/srv/open/readable": "permission denied",
		"/srv/open/secret":   "permission denied",
		"/srv/closed/new":    "permission denied",
	} {
		err := alice.Upload(t.Context(), strings.NewReader("new"), path, connect.Transfer{})
		switch {
		case want == "" && err != nil:
			t.Error(err)
		case want != "" && (err == nil || err.Error() != "upload to "+path+": "+want):
			t.Errorf("%s: got %v, want %s", path, err, want)
		}
	}
	if err := root.Upload(t.Context(), strings.NewReader("by root"), "/srv/open/alices", connect.Transfer{}); err != nil {
		t.Error(err)
	}
	if err := root.Download(t.Context(), "~alice/.profile", io.Discard, connect.Transfer{}); err != nil {
		t.Errorf("a file in a user's home: %v", err)
	}
	got := run("cd /srv/open && stat -c '%n %U %G %a' $(ls -A) && cat alices writable readable")
	want := "alices alice users 640\nnew alice alice 644\nreadable root root 644\nsecret root root 600\nwritable root root 666\nby rootnewold"
	if strings.ReplaceAll(got, "new alice alice 664", "new alice alice 644") != want { // by the umask there
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
