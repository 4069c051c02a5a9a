package files

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cygnet/connect"
	"cygnet/connect/local"
	"cygnet/fact"
	"cygnet/fleet"
	"cygnet/op"
	"cygnet/shell"
)

// A machine is this one, seen from a folder of its own.
type machine struct {
	*testing.T
	conn   connect.Conn
	dir    string
	local  op.Files
	rounds int // how often facts were fetched
	shell  string
}

func newMachine(t *testing.T) *machine {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("HOME", filepath.Join(dir, "home"))
	conn, err := local.Connector{}.Connect(t.Context(), &fleet.Host{Name: "@local"})
	if err != nil {
		t.Skip("this system has no POSIX shell: ", err)
	}
	t.Cleanup(func() {
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	})
	return &machine{T: t, conn: conn, dir: dir, local: op.LocalFiles{Dir: t.TempDir()}}
}

func (m *machine) command() shell.Command {
	return shell.Command{Dir: m.dir, Env: map[string]string{"no_proxy": "*"}}
}

func (m *machine) host(source fact.Source) *op.Host {
	return &op.Host{
		Source:    source,
		Local:     m.local,
		Now:       time.Now(),
		Timestamp: "then",
		TempDir:   m.dir,
		TempFile:  func(string) string { return filepath.Join(m.dir, "temporary") },
	}
}

// plan plans an operation as the engine does: again, when facts have come.
func (m *machine) plan(o op.Operation) (op.Plan, error) {
	m.Helper()
	reader := fact.NewReader(m.conn)
	h := m.host(reader.As(m.command()))
	for m.rounds = 0; m.rounds < 10; m.rounds++ {
		p, err := o.Plan(h)
		if !errors.Is(err, fact.ErrPending) {
			return p, err
		}
		if err := reader.Fetch(m.Context()); err != nil {
			m.Fatal(err)
		}
	}
	m.Fatalf("%T: its plan never has enough facts", o)
	return op.Plan{}, nil
}

func (m *machine) execute(c op.Command) (*connect.Result, error) {
	if u, ok := c.(op.Upload); ok {
		from, err := u.From.Open(m.local)
		if err != nil {
			return nil, err
		}
		defer from.Close()
		return &connect.Result{}, m.conn.Upload(m.Context(), from, u.To, connect.Transfer{Dir: m.dir, Mode: u.Mode})
	}
	command := m.command()
	command.Executable = m.shell
	command.Text = c.(op.Shell).Text
	ctx, cancel := context.WithTimeout(m.Context(), time.Minute)
	defer cancel()
	return m.conn.Run(ctx, &connect.Request{Command: command})
}

// change runs the commands of an operation that has something to do.
func (m *machine) change(o op.Operation) {
	m.Helper()
	p, err := m.plan(o)
	if err != nil {
		m.Fatal(err)
	}
	if len(p.Commands) == 0 {
		m.Fatalf("nothing to do at first: %s", p.Noop)
	}
	for _, c := range p.Commands {
		result, err := m.execute(c)
		if err != nil {
			m.Fatalf("%s: %v", c, err)
		}
		if result.Exit != 0 || len(result.Stderr) > 0 {
			m.Fatalf("%s: exit status %d: %s", c, result.Exit, strings.Join(result.Stderr, "\n"))
		}
	}
}

// nothing checks that an operation has nothing to do, and knows it after facts
// were fetched once.
func (m *machine) nothing(o op.Operation) {
	m.Helper()
	p, err := m.plan(o)
	if err != nil {
		m.Fatal(err)
	}
	for _, c := range p.Commands {
		m.Errorf("still to do: %s", c)
	}
	if len(p.Commands) == 0 && p.Noop == "" {
		m.Error("nothing to do, for no reason")
	}
}

// apply runs an operation, after which it must have nothing to do.
func (m *machine) apply(o op.Operation) {
	m.Helper()
	m.change(o)
	m.nothing(o)
}

// refuse checks that an operation cannot be planned, and says why.
func (m *machine) refuse(o op.Operation, kind op.ErrorKind, reason string) {
	m.Helper()
	_, err := m.plan(o)
	e, ok := errors.AsType[*op.Error](err)
	if !ok || e.Kind != kind || !strings.Contains(e.Msg, reason) {
		m.Errorf("got %v, want an %s about %q", err, kind, reason)
	}
}

func (m *machine) path(name string) string { return filepath.Join(m.dir, name) }

func (m *machine) write(name, text string) {
	m.Helper()
	if err := os.MkdirAll(filepath.Dir(m.path(name)), 0o755); err != nil {
		m.Fatal(err)
	}
	if err := os.WriteFile(m.path(name), []byte(text), 0o644); err != nil {
		m.Fatal(err)
	}
}

func (m *machine) link(target, name string) {
	m.Helper()
	if err := os.Symlink(target, m.path(name)); err != nil {
		m.Fatal(err)
	}
}

// reads checks the content of a file.
func (m *machine) reads(name, want string) {
	m.Helper()
	got, err := os.ReadFile(m.path(name))
	if err != nil {
		m.Error(err)
		return
	}
	if string(got) != want {
		m.Errorf("%s has %q, want %q", name, got, want)
	}
}

// mode checks the mode of what is at a path, links not followed.
func (m *machine) mode(name string, want os.FileMode) {
	m.Helper()
	info, err := os.Lstat(m.path(name))
	if err != nil {
		m.Error(err)
		return
	}
	if info.Mode() != want {
		m.Errorf("%s has mode %v, want %v", name, info.Mode(), want)
	}
}

// gone checks that nothing is at a path.
func (m *machine) gone(names ...string) {
	m.Helper()
	for _, name := range names {
		if _, err := os.Lstat(m.path(name)); !errors.Is(err, os.ErrNotExist) {
			m.Errorf("%s is there: %v", name, err)
		}
	}
}

// names are names that a shell or a program could read in another way.
var names = []string{
	"plain", "two words", "it's", `say "hi"`, "-rf", "$HOME", "a=b", "back\\slash", "star*", "new\nline", "semi;colon", "größe",
}

func (m *machine) diff(d op.Differ) op.Change {
	m.Helper()
	reader := fact.NewReader(m.conn)
	for range 10 {
		change, err := d.Diff(m.host(reader.As(m.command())))
		if err == nil {
			return change
		}
		if !errors.Is(err, fact.ErrPending) {
			m.Fatal(err)
		}
		if err := reader.Fetch(m.Context()); err != nil {
			m.Fatal(err)
		}
	}
	m.Fatal("the diff never has enough facts")
	return op.Change{}
}

// A sourceFunc answers questions by their name and key.
type sourceFunc func(name, key string) any

func (f sourceFunc) Fact(r fact.Request) (any, error) { return f(r.Name, r.Key), nil }
