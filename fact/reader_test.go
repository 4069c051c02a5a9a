//go:build unix

package fact_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cygnet/connect"
	"cygnet/fact"
	"cygnet/shell"
)

const (
	shellEnded = "fact fact_test.question: the shell that asked for it ended before it answered"
	failed     = "fact fact_test.question: its command ended with status "
)

// asked are facts, what they answer, and their errors.
var asked = []struct {
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
	{"kills its shell", question{Shell: "kill -9 $$; sleep 0.1"}, nil, shellEnded},
}

// Whatever a fact does, it gets its answer and does no harm to its neighbours.
func TestReader(t *testing.T) {
	for _, test := range asked {
		t.Run(test.name, func(t *testing.T) {
			host := &sh{}
			r := fact.NewReader(host)
			from := r.As(shell.Command{})
			before, after := question{Shell: "echo before"}, question{Shell: "echo after"}
			if err := fetch(t, r, from, before, test.ask, after); err != nil {
				t.Fatal(err)
			}
			if want := 1; host.runs() != want && test.err != shellEnded {
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
