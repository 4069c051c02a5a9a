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

// Whatever a fact does, it gets its answer and does no harm to its neighbours.
func TestReader(t *testing.T) {
	const kill = "fact fact_test.question: the shell that asked for it ended before it answered"
	failed := "fact fact_test.question: its command ended with status "
	for _, test := range []struct {
		name string
		ask  question
		want []string
		err  string
	}{
		{"lines", question{Shell: "printf 'a\\nb\\n'"}, []string{"a", "b"}, ""},
		{"no final newline", question{Shell: "printf 'a\\nb'"}, []string{"a", "b"}, ""},
		{"empty", question{Shell: ":"}, nil, ""},
		{"no text at all", question{}, nil, ""},
		{"one empty line", question{Shell: "echo"}, []string{""}, ""},
		{"empty lines", question{Shell: "printf '\\na\\n\\n'"}, []string{"", "a", ""}, ""},
		{"quotes and dollars", question{Shell: `v='a b'; echo "$v" 'it'"'"'s'`}, []string{"a b it's"}, ""},
		{"its own frame", question{Shell: `printf '\n%s 7 0\n%s ready\n%s\n' "$cygnet_marker" "$cygnet_marker" "$cygnet_marker"; echo x`},
			[]string{"", "MARKER 7 0", "MARKER ready", "MARKER", "x"}, ""},
		{"exit", question{Shell: "echo x; exit 0; echo y"}, []string{"x"}, ""},
		{"set -e", question{Shell: "set -e; echo x; false; echo y"}, nil, failed + "1"},
		{"cd", question{Shell: "cd / && pwd"}, []string{"/"}, ""},
		{"no cd", question{Shell: `[ "$PWD" = / ] || echo elsewhere`}, []string{"elsewhere"}, ""},
		{"functions and traps", question{Shell: "cygnet_ask() { :; }; trap 'echo bye' EXIT; echo x"}, []string{"x", "bye"}, ""},
		{"reads its input", question{Shell: "cat; echo x"}, []string{"x"}, ""},
		{"talks", question{Shell: "echo noise >&2; echo x"}, []string{"x"}, ""},
		{"fails", question{Shell: "echo x; exit 3"}, nil, failed + "3"},
		{"fails and says why", question{Shell: "for i in 1 2 3 4 5 6 7; do echo why $i >&2; done; exit 3"}, nil,
			failed + "3: why 3; why 4; why 5; why 6; why 7"},
		{"fails without a final newline", question{Shell: "printf why >&2; exit 3"}, nil, failed + "3: why"},
		{"fails at length", question{Shell: "head -c 100000 /dev/zero | tr '\\0' x >&2; exit 3"}, nil,
			failed + "3: " + strings.Repeat("x", 1024) + "...; " + strings.Repeat("x", 1024) + "..."},
		{"no program", question{Shell: "echo x", Needs: "cygnet-has-no-such-program"}, nil, ""},
		{"no program, another zero", question{Shell: "echo x", Needs: "no such program", Default: "zero"}, []string{"zero"}, ""},
		{"a program", question{Shell: "echo x", Needs: "cat", Default: "zero"}, []string{"x"}, ""},
		{"long line", question{Shell: fmt.Sprintf("head -c %d /dev/zero | tr '\\0' x; echo; echo y", 3*connect.MaxLine+5)},
			[]string{strings.Repeat("x", 3*connect.MaxLine+5), "y"}, ""},
		{"long line without an end", question{Shell: fmt.Sprintf("head -c %d /dev/zero | tr '\\0' x", 2*connect.MaxLine)},
			[]string{strings.Repeat("x", 2*connect.MaxLine)}, ""},
		{"parse error", question{Shell: "echo x", Parsing: func([]string) ([]string, error) { return nil, errors.New("no number") }}, nil,
			"fact fact_test.question: read the answer: no number"},
		{"parser that panics", question{Shell: "echo x", Parsing: func(lines []string) ([]string, error) { return lines[5:6], nil }}, nil,
			"fact fact_test.question: read the answer: it is not understood: runtime error: slice bounds out of range [:6] with capacity 2"},
		{"syntax error", question{Shell: "(("}, nil, failed},
		{"zero byte", question{Shell: "echo \x00"}, nil, "fact fact_test.question: a shell command cannot hold a zero byte"},
		{"kills its shell", question{Shell: "kill -9 $$; sleep 0.1"}, nil, kill},
	} {
		t.Run(test.name, func(t *testing.T) {
			host := &sh{}
			r := fact.NewReader(host)
			from := r.As(shell.Command{})
			before, after := question{Shell: "echo before"}, question{Shell: "echo after"}
			if err := fetch(t, r, from, before, test.ask, after); err != nil {
				t.Fatal(err)
			}
			if want := 1; host.runs() != want && test.err != kill {
				t.Errorf("%d commands, not %d", host.runs(), want)
			}
			got, err := answers(t, from, test.ask)
			for i, line := range got {
				if from := strings.Index(line, "cygnet-"); from >= 0 {
					got[i] = line[:from] + "MARKER" + line[from+len("cygnet-")+26:]
				}
			}
			if test.err == failed {
				if !strings.HasPrefix(err, failed) {
					t.Errorf("got error %s", err)
				}
			} else if err != test.err {
				t.Errorf("got error %.200q\nnot       %.200q", err, test.err)
			}
			if diff := cmp.Diff(test.want, got, equateEmpty); diff != "" {
				t.Errorf("(-want +got)\n%.1000s", diff)
			}
			for _, q := range []question{before, after} {
				if lines, err := answers(t, from, q); err != "" || len(lines) != 1 || "echo "+lines[0] != q.Shell {
					t.Errorf("%s: got %q, %s", q.Shell, lines, err)
				}
			}
		})
	}
}

var equateEmpty = cmp.FilterValues(func(a, b []string) bool { return len(a)+len(b) == 0 },
	cmp.Comparer(func(a, b []string) bool { return true }))

func TestReaderBoundsAnswers(t *testing.T) {
	r := fact.NewReader(&sh{})
	from := r.As(shell.Command{})
	const tooLong = "fact fact_test.question: the answer is longer than 16 MiB"
	large := []question{
		{Shell: "head -c 20000000 /dev/zero | tr '\\0' x"},
		{Shell: "head -c 20000000 /dev/zero | tr '\\0' '\\n' | head -c 1100000"}, // many lines
		{Shell: "head -c 20000000 /dev/zero | fold -w 1000; exit 3"},
	}
	small := question{Shell: "echo small; head -c 20000000 /dev/zero | fold -w 1000 >&2"}
	if err := fetch(t, r, from, large[0], large[1], small, large[2]); err != nil {
		t.Fatal(err)
	}
	for _, q := range large {
		if _, err := answers(t, from, q); err != tooLong {
			t.Errorf("%s: got error %.200s", q.Shell, err)
		}
	}
	if lines, err := answers(t, from, small); err != "" || len(lines) != 1 {
		t.Errorf("got %q, %s", lines, err)
	}
}

func TestReaderFailedError(t *testing.T) {
	r := fact.NewReader(&sh{})
	from := r.As(shell.Command{})
	q := question{Shell: "echo one >&2; echo two >&2; exit 42"}
	if err := fetch(t, r, from, q); err != nil {
		t.Fatal(err)
	}
	_, err := fact.Get(from, q)
	failed, ok := errors.AsType[*fact.FailedError](err)
	if !ok {
		t.Fatalf("got %v", err)
	}
	want := &fact.FailedError{Fact: "fact_test.question", Status: "42", Stderr: []string{"one", "two"}}
	if diff := cmp.Diff(want, failed); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestReaderAsksOnce(t *testing.T) {
	host := &sh{}
	r := fact.NewReader(host)
	from := r.As(shell.Command{})
	one, two := question{Shell: "echo 1"}, constant{question{Shell: "echo 2"}}
	if _, err := fact.Get(from, one); !errors.Is(err, fact.ErrPending) || err.Error() != "fact_test.question: fact is not here yet" {
		t.Errorf("got error %v", err)
	}
	fact.Want(from, fact.Ask(one), fact.Ask(two))
	if r.Pending() != 2 {
		t.Errorf("%d pending", r.Pending())
	}
	expect := func(runs int) {
		t.Helper()
		if err := r.Fetch(t.Context()); err != nil {
			t.Fatal(err)
		}
		if r.Pending() != 0 || host.runs() != runs {
			t.Errorf("%d pending, %d commands, not %d", r.Pending(), host.runs(), runs)
		}
	}
	expect(1)
	expect(1) // nothing waits
	fact.Want(from, fact.Ask(one), fact.Ask(two))
	expect(1) // all is known

	r.Forget()
	if lines, err := fact.Get(from, two); err != nil || len(lines) != 1 || lines[0] != "2" {
		t.Errorf("a constant was forgotten: %q, %v", lines, err)
	}
	if _, err := fact.Get(from, one); !errors.Is(err, fact.ErrPending) {
		t.Errorf("not forgotten: %v", err)
	}
	r.Forget()
	if r.Pending() != 0 {
		t.Error("what waits was not forgotten")
	}
}

// A program that was missing may have been installed since, and what failed may
// work now.
func TestReaderForgetsWhatIsNoAnswer(t *testing.T) {
	r := fact.NewReader(&sh{})
	from := r.As(shell.Command{})
	for _, q := range []constant{{question{Needs: "cygnet-has-no-such-program"}}, {question{Shell: "exit 1"}}} {
		if err := fetch(t, r, from, q); err != nil {
			t.Fatal(err)
		}
		if _, err := fact.Get(from, q); errors.Is(err, fact.ErrPending) {
			t.Errorf("%+v is not known", q)
		}
		r.Forget()
		if _, err := fact.Get(from, q); !errors.Is(err, fact.ErrPending) {
			t.Errorf("%+v is constant: %v", q, err)
		}
	}
}

func TestReaderCircumstances(t *testing.T) {
	host := &sh{}
	r := fact.NewReader(host)
	q := question{Shell: `echo "$CYGNET_TEST_VALUE"; pwd`}
	dir := t.TempDir()
	for _, test := range []struct {
		command shell.Command
		want    []string
		new     bool // asked by a command of its own
	}{
		{shell.Command{Env: map[string]string{"CYGNET_TEST_VALUE": "a b"}, Dir: "/"}, []string{"a b", "/"}, true},
		{shell.Command{Env: map[string]string{"CYGNET_TEST_VALUE": "c"}, Dir: "/"}, []string{"c", "/"}, true},
		{shell.Command{Env: map[string]string{"CYGNET_TEST_VALUE": "c"}, Dir: dir}, []string{"c", dir}, true},
		{shell.Command{Env: map[string]string{"CYGNET_TEST_VALUE": "c"}, Dir: dir, Executable: "bash", Tag: "t", Text: shell.Raw("x")},
			[]string{"c", dir}, false},
		{shell.Command{Dir: dir}, []string{"", dir}, true},
	} {
		before := host.runs()
		from := r.As(test.command)
		if err := fetch(t, r, from, q); err != nil {
			t.Fatal(err)
		}
		got, err := answers(t, from, q)
		if diff := cmp.Diff(test.want, got); err != "" || diff != "" {
			t.Errorf("%+v: %s (-want +got)\n%s", test.command, err, diff)
		}
		if asked := host.runs() > before; asked != test.new {
			t.Errorf("%+v: asked %t", test.command, asked)
		}
	}
}

// One Fetch asks in all circumstances.
func TestReaderFetchesAllCircumstances(t *testing.T) {
	host := &sh{}
	r := fact.NewReader(host)
	q := question{Shell: "pwd"}
	dirs := []string{"/", "/usr", "/dev"}
	for _, dir := range dirs {
		fact.Want(r.As(shell.Command{Dir: dir}), fact.Ask(q), fact.Ask(question{Shell: "echo x"}))
	}
	if err := r.Fetch(t.Context()); err != nil {
		t.Fatal(err)
	}
	if host.runs() != len(dirs) {
		t.Errorf("%d commands", host.runs())
	}
	for _, dir := range dirs {
		if got, err := answers(t, r.As(shell.Command{Dir: dir}), q); err != "" || len(got) != 1 || got[0] != dir {
			t.Errorf("%s: got %q, %s", dir, got, err)
		}
	}
}

func TestReaderWithoutFolder(t *testing.T) {
	r := fact.NewReader(&sh{})
	from := r.As(shell.Command{Dir: "/no/such/folder"})
	q := question{Shell: "echo x"}
	if err := fetch(t, r, from, q); err != nil {
		t.Fatal(err)
	}
	_, err := answers(t, from, q)
	if !strings.HasPrefix(err, "fact fact_test.question: cannot ask as login user: ") || !strings.Contains(err, "/no/such/folder") {
		t.Errorf("got error %s", err)
	}
}

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
	if !errors.Is(err, connect.ErrLost) || err.Error() != "read facts: broken pipe: connection lost" {
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
