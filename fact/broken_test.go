//go:build unix

package fact_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cygnet/connect"
	"cygnet/fact"
	"cygnet/shell"
)

// A connection that breaks leaves what was answered known and the rest waiting.
func TestReaderLostConnection(t *testing.T) {
	host := &sh{}
	host.instead = func(_ context.Context, req *connect.Request) (*connect.Result, error, bool) {
		if host.runs() > 1 {
			return nil, nil, false
		}
		marker := markerOf(req)
		for _, line := range []string{"", marker + " ready", "first", marker + " 0 0", "half an ans"} {
			req.Output(connect.Stdout, line)
		}
		return &connect.Result{}, fmt.Errorf("broken pipe: %w", connect.ErrLost), true
	}
	r := fact.NewReader(host)
	from := r.As(shell.Command{})
	first, second := question{Shell: "echo 1"}, question{Shell: "echo 2"}
	err := fetch(t, r, from, first, second)
	if !errors.Is(err, connect.ErrLost) || err.Error() != "fact fact_test.question: broken pipe: connection lost" {
		t.Errorf("got error %v", err)
	}
	if got, err := answers(t, from, first); err != "" || len(got) != 1 || got[0] != "first" {
		t.Errorf("got %q, %s", got, err)
	}
	if r.Pending() != 1 {
		t.Errorf("%d pending", r.Pending())
	}
	if _, err := fact.Get(from, second); !errors.Is(err, fact.ErrPending) {
		t.Errorf("got error %v", err)
	}
	if err := r.Fetch(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, err := answers(t, from, second); err != "" || len(got) != 1 || got[0] != "2" {
		t.Errorf("got %q, %s", got, err)
	}
}

// markerOf finds the marker in the script of a batch.
func markerOf(req *connect.Request) string {
	_, rest, _ := strings.Cut(req.Command.Text.Reveal(), "cygnet_marker=")
	marker, _, _ := strings.Cut(rest, "\n")
	return marker
}

// The tag can be seen in the host's list of processes; the marker must not.
func TestReaderHidesItsMarker(t *testing.T) {
	host := &sh{}
	host.instead = func(_ context.Context, req *connect.Request) (*connect.Result, error, bool) {
		launch, err := req.Command.Launch(false)
		marker := markerOf(req)
		if err != nil || marker == "" || strings.Contains(launch.Exec, marker) || !strings.Contains(launch.Input, marker) {
			t.Errorf("the marker %q is not hidden: %+v, %v", marker, launch, err)
		}
		return nil, nil, false
	}
	r := fact.NewReader(host)
	q := question{Shell: "env"}
	if err := fetch(t, r, r.As(shell.Command{}), q); err != nil {
		t.Fatal(err)
	}
	got, _ := answers(t, r.As(shell.Command{}), q)
	marker := markerOf(&connect.Request{Command: host.commands[0]})
	if env := strings.Join(got, "\n"); env == "" || strings.Contains(env, marker) {
		t.Errorf("the marker %s is in the environment:\n%s", marker, env)
	}
}

// Facts that came in after Forget are from before the change.
func TestReaderForgetsWhatIsOnItsWay(t *testing.T) {
	host := &sh{}
	r := fact.NewReader(host)
	from := r.As(shell.Command{})
	host.instead = func(context.Context, *connect.Request) (*connect.Result, error, bool) {
		r.Forget()
		return nil, nil, false
	}
	changing, fixed := question{Shell: "echo 1"}, constant{question{Shell: "echo 2"}}
	if err := fetch(t, r, from, changing, fixed); err != nil {
		t.Fatal(err)
	}
	if _, err := fact.Get(from, changing); !errors.Is(err, fact.ErrPending) {
		t.Errorf("got error %v", err)
	}
	if _, err := fact.Get(from, fixed); err != nil {
		t.Errorf("got error %v", err)
	}
}

func TestReaderCancelled(t *testing.T) {
	reason := errors.New("the user had enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	host := &sh{}
	host.instead = func(_ context.Context, req *connect.Request) (*connect.Result, error, bool) {
		output := req.Output
		req.Output = func(which connect.Stream, line string) {
			output(which, line)
			if line == "working" {
				cancel(reason)
			}
		}
		return nil, nil, false
	}
	r := fact.NewReader(host)
	from := r.As(shell.Command{})
	quick, slow := question{Shell: "echo x"}, question{Shell: "echo working; exec sleep 600"}
	fact.Want(from, fact.Ask(quick), fact.Ask(slow))
	for range 2 { // while it runs, and before it starts
		if err := r.Fetch(ctx); !errors.Is(err, reason) {
			t.Errorf("got error %v", err)
		}
		if r.Pending() != 1 {
			t.Errorf("%d pending", r.Pending())
		}
	}
	if got, err := answers(t, from, quick); err != "" || len(got) != 1 {
		t.Errorf("got %q, %s", got, err)
	}
}

// sudo's refusals, as sudo words them.
func TestReaderUser(t *testing.T) {
	lost := fmt.Errorf("broken pipe: %w", connect.ErrLost)
	const refused = "fact fact_test.question: cannot ask as "
	for _, test := range []struct {
		name   string
		as     shell.Identity
		stderr string
		id     int   // exit status of id
		idErr  error // of asking for it
		want   []string
		err    string // of the fact
		fetch  error
	}{
		{"no such user", shell.Identity{Sudo: true, SudoUser: "nobody2"}, "sudo: unknown user: nobody2", 1, nil, []string{"zero"}, "", nil},
		{"not allowed", shell.Identity{Sudo: true, SudoUser: "daemon"}, "sudo: a password is required", 0, nil, nil,
			refused + "daemon: sudo: a password is required", nil},
		{"not root", shell.Identity{Sudo: true}, "sudo: a password is required", 0, nil, nil, refused + "root: sudo: a password is required", nil},
		{"silent", shell.Identity{Sudo: true}, "", 0, nil, nil, refused + "root: exit status 1", nil},
		{"lost", shell.Identity{Sudo: true, SudoUser: "daemon"}, "", 0, lost, nil, "fact_test.question: fact is not here yet", lost},
	} {
		t.Run(test.name, func(t *testing.T) {
			host := &sh{}
			host.instead = func(_ context.Context, req *connect.Request) (*connect.Result, error, bool) {
				if !req.Command.As.Sudo {
					if want := "id -u " + test.as.SudoUser; req.Command.Text.Reveal() != want {
						t.Errorf("asked %s", req.Command.Text.Reveal())
					}
					return &connect.Result{Exit: test.id}, test.idErr, true
				}
				if test.stderr != "" {
					req.Output(connect.Stderr, test.stderr)
				}
				return &connect.Result{Exit: 1}, nil, true
			}
			r := fact.NewReader(host)
			from := r.As(shell.Command{As: test.as})
			q := question{Shell: "echo x", Default: "zero"}
			if err := fetch(t, r, from, q); !errors.Is(err, test.fetch) {
				t.Errorf("got error %v", err)
			}
			got, err := answers(t, from, q)
			if diff := cmp.Diff(test.want, got); diff != "" || err != test.err {
				t.Errorf("%s (-want +got)\n%s", err, diff)
			}
		})
	}
}

func TestReaderIsSafeForConcurrentUse(t *testing.T) {
	r := fact.NewReader(&sh{})
	done := make(chan error)
	for i := range 4 {
		go func() {
			from := r.As(shell.Command{Dir: "/"})
			q := question{Shell: fmt.Sprintf("echo %d", i%2)}
			for {
				lines, err := fact.Get(from, q)
				if err == nil && (len(lines) != 1 || "echo "+lines[0] != q.Shell) {
					err = fmt.Errorf("%s: got %q", q.Shell, lines)
				}
				if !errors.Is(err, fact.ErrPending) {
					done <- err
					return
				}
				if err := r.Fetch(t.Context()); err != nil {
					done <- err
					return
				}
			}
		}()
	}
	for range 4 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}
