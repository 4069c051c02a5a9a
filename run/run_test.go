package run

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"cygnet/connect"
	"cygnet/connect/local"
	"cygnet/fact"
	"cygnet/fleet"
	"cygnet/op"
	"cygnet/shell"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// here is a connector whose hosts are this machine, told apart by the
// environment variable HOST. It counts what it is asked to run.
type here struct {
	mu       sync.Mutex
	runs     map[string]int
	refuse   map[string]int // connections to refuse
	lose     map[string]int // commands after which the connection breaks
	needHelp map[string]bool
	breaks   bool // every connection breaks at once
}

func (c *here) Connect(ctx context.Context, host *fleet.Host) (connect.Conn, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.needHelp[host.Name] {
		return nil, fmt.Errorf("key refused: %w", connect.ErrNeedsPerson)
	}
	if c.refuse[host.Name] > 0 {
		c.refuse[host.Name]--
		return nil, errors.New("connection refused")
	}
	conn, err := local.Connector{}.Connect(ctx, host)
	return &hereConn{Conn: conn, name: host.Name, at: c}, err
}

type hereConn struct {
	connect.Conn
	name string
	at   *here
}

func (c *hereConn) Run(ctx context.Context, req *connect.Request) (*connect.Result, error) {
	c.at.mu.Lock()
	if c.at.runs == nil {
		c.at.runs = map[string]int{}
	}
	c.at.runs[c.name]++
	lose, ok := c.at.lose[c.name]
	if ok {
		c.at.lose[c.name] = lose - 1
	}
	c.at.mu.Unlock()
	if ok && lose == 0 || c.at.breaks {
		return &connect.Result{}, fmt.Errorf("broken pipe: %w", connect.ErrLost)
	}
	copied := *req
	copied.Command.Env = map[string]string{"HOST": c.name}
	for k, v := range req.Command.Env {
		copied.Command.Env[k] = v
	}
	return c.Conn.Run(ctx, &copied)
}

// exists is a fact: whether a file is there.
type exists struct{ Path string }

func (f exists) Command() shell.Text {
	return shell.Join(" ", shell.Raw("! test -e"), shell.Word(f.Path), shell.Raw("|| echo yes"))
}
func (exists) Parse(lines []string) (bool, error) { return len(lines) > 0, nil }

// touch wants a file to be there.
type touch struct{ Path string }

func (o touch) Plan(h *op.Host) (op.Plan, error) {
	there, err := fact.Get(h, exists(o))
	if err != nil {
		return op.Plan{}, err
	}
	if there {
		return op.Nothing("%s is there", o.Path), nil
	}
	var p op.Plan
	p.Run(shell.Words("touch", o.Path))
	return p, nil
}

// sh always runs its command.
type sh struct{ Command string }

func (o sh) Plan(*op.Host) (op.Plan, error) {
	var p op.Plan
	p.Run(shell.Raw(o.Command))
	return p, nil
}

// broken cannot be planned.
type broken struct{}

func (broken) Plan(*op.Host) (op.Plan, error) { return op.Plan{}, op.Errorf("not on this host") }

type log struct {
	mu     sync.Mutex
	events []Event
}

func (l *log) Event(_ time.Time, e Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.events = append(l.events, e)
}

func of[E Event](l *log) []E {
	var found []E
	for _, e := range l.events {
		if e, ok := e.(E); ok {
			found = append(found, e)
		}
	}
	return found
}

// try runs a deploy on hosts named by letters.
func try(t *testing.T, c *here, letters string, o Options, deploy Deploy) (Summary, *log) {
	t.Helper()
	inventory := fleet.New()
	for _, letter := range letters {
		name := "@here/" + string(letter)
		data := fleet.Data{"ssh_connect_retry_min_delay": 0.01, "ssh_connect_retry_max_delay": 0.02}
		if err := inventory.AddGroup(fleet.All, nil, fleet.Member{Name: name, Data: data}); err != nil {
			t.Fatal(err)
		}
	}
	l := &log{}
	o.Hosts, o.Deploy, o.Sink = inventory.Hosts(), deploy, l
	o.Connectors = connect.Set{"here": c}
	summary, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return summary, l
}

// statuses renders how hosts ended: "a:changed b:failed".
func statuses(s Summary) string {
	var list []string
	for _, h := range s.Hosts {
		list = append(list, strings.TrimPrefix(h.Name, "@here/")+":"+h.Status.String())
	}
	return strings.Join(list, " ")
}

func check(t *testing.T, what string, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func TestSecondRunFindsNothingToDo(t *testing.T) {
	dir := t.TempDir()
	deploy := func(_ context.Context, h *Host) error {
		for i := range 20 {
			h.Do(touch{filepath.Join(dir, fmt.Sprint(h.Name()[len("@here/"):], i))})
		}
		return nil
	}
	c := &here{}
	first, _ := try(t, c, "abc", Options{}, deploy)
	check(t, "first run", statuses(first), "a:changed b:changed c:changed")
	c.runs = nil
	second, _ := try(t, c, "abc", Options{}, deploy)
	check(t, "second run", statuses(second), "a:unchanged b:unchanged c:unchanged")
	check(t, "commands of the second run", c.runs, map[string]int{"@here/a": 1, "@here/b": 1, "@here/c": 1})
}

func TestAnOperationSeesWhatThoseBeforeItDid(t *testing.T) {
	file := filepath.Join(t.TempDir(), "f")
	c := &here{}
	s, l := try(t, c, "a", Options{}, func(_ context.Context, h *Host) error {
		h.Do(sh{"touch " + file})
		h.Do(touch{file}) // planned as a change, but not one any more
		h.Do(sh{"rm " + file})
		h.Do(touch{file})
		return nil
	})
	check(t, "hosts", statuses(s), "a:changed")
	var got []string
	for _, e := range of[HostFinished](l) {
		got = append(got, e.Status.String())
	}
	check(t, "operations", got, []string{"changed", "unchanged", "changed", "changed"})
}

func TestAHostThatFailsDropsOutAndTheRestGoOn(t *testing.T) {
	s, l := try(t, &here{}, "abc", Options{}, func(_ context.Context, h *Host) error {
		h.Do(sh{`echo out; echo "no room" >&2; test "$HOST" != @here/b`}, op.Arguments{Name: "check"})
		h.Do(sh{"true"})
		return nil
	})
	check(t, "hosts", statuses(s), "a:changed b:failed c:changed")
	check(t, "converged", s.Converged(), false)
	check(t, "not done", s.NotDone(), []string{"@here/b"})
	check(t, "operation", s.Hosts[1].Operation, "check")
	// The two streams of a command come in no certain order.
	check(t, "output", slices.Sorted(slices.Values(s.Hosts[1].Output)), []string{"no room", "out"})
	check(t, "error", errors.Unwrap(s.Hosts[1].Err).Error(), "exit status 1: no room")
	if dropped := of[Dropped](l); len(dropped) != 1 {
		t.Errorf("dropped: %v", dropped)
	}
}

func TestIgnoredErrors(t *testing.T) {
	dir := t.TempDir()
	s, _ := try(t, &here{}, "a", Options{}, func(_ context.Context, h *Host) error {
		two := op.Arguments{IgnoreErrors: true, ContinueOnError: true}
		h.Do(commands{"false", "touch " + dir + "/went-on"}, two)
		h.Do(commands{"false", "touch " + dir + "/stopped"}, op.Arguments{IgnoreErrors: true})
		h.Do(sh{"exit 3"}, op.Arguments{SuccessExitCodes: []int{0, 3}})
		return nil
	})
	check(t, "hosts", statuses(s), "a:changed")
	check(t, "ignored", s.Hosts[0].Ignored, 2)
	if _, err := os.Stat(dir + "/went-on"); err != nil {
		t.Error("the operation did not go on")
	}
	if _, err := os.Stat(dir + "/stopped"); err == nil {
		t.Error("the operation went on without being told to")
	}
}

// commands runs several.
type commands []string

func (o commands) Plan(*op.Host) (op.Plan, error) {
	var p op.Plan
	for _, c := range o {
		p.Run(shell.Raw(c))
	}
	return p, nil
}

func TestParallelIsAWindow(t *testing.T) {
	dir := t.TempDir()
	// Each command notes how many run with it.
	command := fmt.Sprintf(`d=%s; mkdir "$d/${HOST##*/}"; ls "$d" | wc -l; sleep 0.05; rmdir "$d/${HOST##*/}"`, dir)
	for _, tc := range []struct {
		name string
		args op.Arguments
		run  Options
		most string
	}{
		{"_parallel", op.Arguments{Parallel: 3}, Options{}, "3"},
		{"_serial", op.Arguments{Serial: true}, Options{}, "1"},
		{"--parallel", op.Arguments{}, Options{Parallel: 2}, "2"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s, l := try(t, &here{}, "abcdefgh", tc.run, func(_ context.Context, h *Host) error {
				h.Do(sh{command}, tc.args)
				return nil
			})
			check(t, "converged", s.Converged(), true)
			most := ""
			for _, e := range of[Output](l) {
				most = max(most, strings.TrimSpace(e.Line))
			}
			check(t, "most at a time", most, tc.most)
		})
	}
}

func TestRunOnceAndIf(t *testing.T) {
	no := func(context.Context) (bool, error) { return false, nil }
	s, _ := try(t, &here{}, "abc", Options{}, func(_ context.Context, h *Host) error {
		first := h.Do(sh{"true"}, op.Arguments{RunOnce: true})
		h.Do(sh{"true"}, op.Arguments{If: []func(context.Context) (bool, error){no}})
		h.Do(sh{"true"}, op.Arguments{If: []func(context.Context) (bool, error){func(context.Context) (bool, error) {
			o, done := first.Outcome()
			return done && o.Changed, nil
		}}})
		return nil
	})
	check(t, "run once", s.Operations[0].Changed, 1)
	check(t, "if no", s.Operations[1].Skipped, 3)
	check(t, "if the first changed", s.Operations[2].Changed, 1)
}

func TestRetries(t *testing.T) {
	dir := t.TempDir()
	// It succeeds the third time.
	command := fmt.Sprintf(`f=%s/$$; f=%s/${HOST##*/}; echo x >>"$f"; test $(wc -l <"$f") -ge 3`, dir, dir)
	s, l := try(t, &here{}, "ab", Options{}, func(_ context.Context, h *Host) error {
		h.Do(sh{command}, op.Arguments{Retries: 4, RetryDelay: time.Millisecond})
		return nil
	})
	check(t, "hosts", statuses(s), "a:changed b:changed")
	for _, e := range of[HostFinished](l) {
		check(t, "attempts", e.Attempts, 3)
	}
	waits := of[HostRetry](l)
	check(t, "retries", len(waits), 4)
	until := 0
	s, _ = try(t, &here{}, "a", Options{}, func(_ context.Context, h *Host) error {
		h.Do(sh{"echo not yet"}, op.Arguments{Retries: 2, RetryDelay: time.Millisecond, RetryUntil: func(_ context.Context, a op.Attempt) (bool, error) {
			until++
			return slices.Contains(a.Stdout, "not yet"), nil
		}})
		return nil
	})
	check(t, "hosts", statuses(s), "a:failed")
	check(t, "asked", until, 3)
}

func TestTimeoutEndsWhatTheCommandStarted(t *testing.T) {
	file := filepath.Join(t.TempDir(), "alive")
	s, _ := try(t, &here{}, "a", Options{}, func(_ context.Context, h *Host) error {
		h.Do(sh{"echo working; (sleep 3; touch " + file + ") & wait"}, op.Arguments{Timeout: 300 * time.Millisecond})
		return nil
	})
	check(t, "hosts", statuses(s), "a:failed")
	var timeout *TimeoutError
	if !errors.As(s.Hosts[0].Err, &timeout) || timeout.Last != "working" {
		t.Errorf("got %v", s.Hosts[0].Err)
	}
}

func TestConnectionsAreTriedAgain(t *testing.T) {
	c := &here{refuse: map[string]int{"@here/a": 2, "@here/b": 9}, needHelp: map[string]bool{"@here/c": true}}
	s, l := try(t, c, "abc", Options{}, func(_ context.Context, h *Host) error {
		h.Do(sh{"true"})
		return nil
	})
	check(t, "hosts", statuses(s), "a:changed b:failed c:failed")
	attempts := map[string]int{}
	for _, e := range of[ConnectFailed](l) {
		attempts[e.Host]++
	}
	check(t, "failed attempts", attempts, map[string]int{"@here/a": 2, "@here/b": 3, "@here/c": 1})
}

func TestALostConnectionIsUnknownAndRetriesReconnect(t *testing.T) {
	c := &here{lose: map[string]int{"@here/a": 0, "@here/b": 0}}
	s, _ := try(t, c, "ab", Options{}, func(_ context.Context, h *Host) error {
		args := op.Arguments{}
		if h.Name() == "@here/b" {
			args = op.Arguments{Retries: 1, RetryDelay: time.Millisecond}
		}
		h.Do(sh{"true"}, args)
		return nil
	})
	check(t, "hosts", statuses(s), "a:unknown b:changed")
}

func TestALostConnectionWhileAskingIsOpenedAgain(t *testing.T) {
	c := &here{lose: map[string]int{"@here/a": 0}}
	s, _ := try(t, c, "a", Options{}, func(_ context.Context, h *Host) error {
		h.Do(touch{filepath.Join(t.TempDir(), "f")})
		return nil
	})
	check(t, "hosts", statuses(s), "a:changed")
}

func TestAnOperationThatCannotBePlanned(t *testing.T) {
	s, l := try(t, &here{}, "ab", Options{}, func(_ context.Context, h *Host) error {
		if h.Name() == "@here/b" {
			h.Do(sh{"true"}) // may mend what comes next
		}
		h.Do(broken{}, op.Arguments{Name: "impossible"})
		return nil
	})
	check(t, "hosts", statuses(s), "a:failed b:failed")
	check(t, "a", errors.Unwrap(s.Hosts[0].Err).Error(), "not on this host")
	// a is out before anything runs; b fails when the turn of it has come.
	planned := of[Planned](l)[0].Operations
	check(t, "planned", len(planned), 2)
	check(t, "b", s.Hosts[1].Operation, "impossible")
}

func TestDoKnowsItsPlace(t *testing.T) {
	install := func(h *Host, what string) { h.Do(sh{"echo " + what}) }
	_, l := try(t, &here{}, "ab", Options{}, func(_ context.Context, h *Host) error {
		if h.Name() == "@here/a" {
			install(h, "only a")
		}
		for range 2 {
			install(h, "both")
		}
		return nil
	})
	var got []int
	for _, o := range of[Planned](l)[0].Operations {
		got = append(got, len(o.Hosts))
	}
	check(t, "hosts of each step", got, []int{1, 2, 2})
	if at := of[Planned](l)[0].Operations[0].Position; !strings.HasPrefix(at, "run_test.go:") {
		t.Errorf("position is %q", at)
	}
}

func TestMistakesEndTheRunBeforeAnythingChanges(t *testing.T) {
	file := filepath.Join(t.TempDir(), "f")
	inventory, l := fleet.New(), &log{}
	if err := inventory.AddGroup("all", nil, fleet.Member{Name: "@here/a"}, fleet.Member{Name: "@here/b"}); err != nil {
		t.Fatal(err)
	}
	_, err := Run(t.Context(), Options{
		Hosts: inventory.Hosts(), Sink: l, Connectors: connect.Set{"here": &here{}},
		Deploy: func(_ context.Context, h *Host) error {
			h.Do(sh{"touch " + file})
			return fmt.Errorf("deploy.py:3: no such operation: %w", ErrMistake)
		},
	})
	if !errors.Is(err, ErrMistake) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("something was done")
	}
}

func TestDryAndDeclinedRunsChangeNothing(t *testing.T) {
	file := filepath.Join(t.TempDir(), "f")
	deploy := func(_ context.Context, h *Host) error { h.Do(touch{file}); return nil }
	for name, o := range map[string]Options{
		"dry":      {Dry: true},
		"declined": {Confirm: func(context.Context) (bool, error) { return false, nil }},
	} {
		s, l := try(t, &here{}, "a", o, deploy)
		if _, err := os.Stat(file); err == nil {
			t.Errorf("%s: something was done", name)
		}
		check(t, name+" plan", of[Planned](l)[0].Operations[0].WillChange, []string{"@here/a"})
		check(t, name, s.Declined, name == "declined")
	}
}

func TestStopLetsWhatRunsEnd(t *testing.T) {
	file, stop := filepath.Join(t.TempDir(), "f"), make(chan struct{})
	s, _ := try(t, &here{}, "a", Options{Stop: stop}, func(_ context.Context, h *Host) error {
		h.Do(sh{"sleep 0.3; touch " + file}, op.Arguments{If: []func(context.Context) (bool, error){func(context.Context) (bool, error) {
			time.AfterFunc(100*time.Millisecond, func() { close(stop) })
			return true, nil
		}}})
		h.Do(sh{"touch " + file + "2"})
		return nil
	})
	check(t, "hosts", statuses(s), "a:waiting")
	check(t, "interrupted", s.Interrupted, true)
	if _, err := os.Stat(file); err != nil {
		t.Error("what ran was not let end")
	}
	if _, err := os.Stat(file + "2"); err == nil {
		t.Error("more was begun")
	}
}

func TestStopLetsNobodyInWhoWaitsForAPlace(t *testing.T) {
	stop := make(chan struct{})
	var once sync.Once
	s, l := try(t, &here{}, "abcdef", Options{Stop: stop}, func(_ context.Context, h *Host) error {
		h.Do(sh{"sleep 0.1"}, op.Arguments{Parallel: 2, RetryUntil: func(context.Context, op.Attempt) (bool, error) {
			once.Do(func() { close(stop) })
			return false, nil
		}})
		return nil
	})
	check(t, "begun", len(of[HostStarted](l)), 2)
	check(t, "changed", s.Operations[0].Changed, 2)
	check(t, "failed", s.Operations[0].Failed, 0)
	check(t, "not done", len(s.NotDone()), 4)
}

func TestCancelStopsNow(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	inventory := fleet.New()
	if err := inventory.AddGroup("all", nil, fleet.Member{Name: "@here/a"}); err != nil {
		t.Fatal(err)
	}
	s, err := Run(ctx, Options{
		Hosts: inventory.Hosts(), Connectors: connect.Set{"here": &here{}},
		Sink: SinkFunc(func(_ time.Time, e Event) {
			if o, ok := e.(Output); ok && o.Line == "begun" {
				cancel(errors.New("told to"))
			}
		}),
		Deploy: func(_ context.Context, h *Host) error { h.Do(sh{"echo begun; sleep 600"}); return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	check(t, "interrupted", s.Interrupted, true)
	check(t, "converged", s.Converged(), false)
}

func TestADucklingIsNotWaitedFor(t *testing.T) {
	dir := t.TempDir()
	// Host d is slow in the first operation, until the others have ended the
	// last one: waiting for it would never end.
	slow := fmt.Sprintf(`[ "$HOST" != @here/d ] || until [ $(ls %s | wc -l) = 4 ]; do sleep 0.02; done`, dir)
	s, l := try(t, &here{}, "abcde", Options{DucklingAfter: 100 * time.Millisecond}, func(_ context.Context, h *Host) error {
		h.Do(sh{slow})
		h.Do(sh{"touch " + dir + "/${HOST##*/}"})
		return nil
	})
	check(t, "hosts", statuses(s), "a:changed b:changed c:changed d:changed e:changed")
	check(t, "ducklings", len(of[Duckling](l)), 1)
	check(t, "d is one", s.Hosts[3].Duckling, true)
}

func TestSecretsInOutputAreMasked(t *testing.T) {
	_, l := try(t, &here{}, "a", Options{}, func(_ context.Context, h *Host) error {
		h.Do(secretive{})
		h.Do(sh{"echo the password is hunter22"})
		return nil
	})
	for _, e := range of[Output](l) {
		if strings.Contains(e.Line, "hunter") {
			t.Errorf("printed: %s", e.Line)
		}
	}
	for _, e := range of[CommandStarted](l) {
		if e.Operation == 0 && strings.Contains(e.Command, "hunter") {
			t.Errorf("shown: %s", e.Command)
		}
	}
}

type secretive struct{}

func (secretive) Plan(*op.Host) (op.Plan, error) {
	var p op.Plan
	p.Run(shell.Join(" ", shell.Raw("echo"), shell.SecretWord(shell.NewSecret("hunter22"))))
	return p, nil
}
