package facttest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"cygnet/connect"
	"cygnet/fact"
	"cygnet/internal/lab"
	"cygnet/op"
	"cygnet/shell"
)

// A Machine is a machine of a lab to which operations are brought.
type Machine struct {
	*lab.Machine
	client *ssh.Client
	// Env is the environment of every command.
	Env map[string]string
}

// Clone starts a clone of this system, or skips the test where it cannot.
func Clone(t testing.TB) *Machine {
	t.Helper()
	l := lab.ForTest(t, lab.Options{Kind: lab.Clone})
	m := l.Machines[0]
	client, err := ssh.Dial("tcp", m.Addr, &ssh.ClientConfig{
		User:            m.User,
		Auth:            []ssh.AuthMethod{ssh.PublicKeys(l.Key())},
		HostKeyCallback: ssh.FixedHostKey(m.HostKeys()[0]),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	})
	return &Machine{Machine: m, client: client}
}

// Run implements fact.Runner: it runs a command to its end.
func (m *Machine) Run(_ context.Context, req *connect.Request) (*connect.Result, error) {
	launch, err := req.Command.Launch(req.Stdin != nil)
	if err != nil {
		return nil, err
	}
	s, err := m.client.NewSession()
	if err != nil {
		return nil, err
	}
	defer s.Close()
	var stdout, stderr bytes.Buffer
	s.Stdout, s.Stderr = &stdout, &stderr
	s.Stdin = strings.NewReader(launch.Input)
	if req.Stdin != nil {
		s.Stdin = io.MultiReader(s.Stdin, req.Stdin)
	}
	result := &connect.Result{}
	err = s.Run(launch.Exec)
	if exit, ok := errors.AsType[*ssh.ExitError](err); ok {
		result.Exit, err = exit.ExitStatus(), nil
	}
	if err != nil {
		return nil, err
	}
	result.Stdout, result.Stderr = lines(&stdout), lines(&stderr)
	if req.Output != nil {
		for i, stream := range [][]string{result.Stdout, result.Stderr} {
			for _, l := range stream {
				req.Output(connect.Stream(i), l)
			}
		}
	}
	return result, nil
}

func lines(b *bytes.Buffer) []string {
	text := strings.TrimSuffix(b.String(), "\n")
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// Plan plans an operation with the facts that the machine has now, as the login
// user.
func (m *Machine) Plan(t testing.TB, o op.Operation) op.Plan {
	t.Helper()
	reader := fact.NewReader(m)
	h := host(t, nil)
	h.Source = reader.As(shell.Command{Env: m.Env})
	for range 20 {
		plan, err := o.Plan(h)
		if err == nil {
			return plan
		}
		if !errors.Is(err, fact.ErrPending) {
			t.Fatalf("plan: %v", err)
		}
		if err := reader.Fetch(t.Context()); err != nil {
			t.Fatalf("fetch: %v", err)
		}
	}
	t.Fatal("the plan never has enough facts")
	return op.Plan{}
}

// Execute runs the commands of a plan and returns what they print. The first
// one that fails is the error.
func (m *Machine) Execute(t testing.TB, p op.Plan) (string, error) {
	t.Helper()
	var printed []string
	for _, c := range p.Commands {
		req := &connect.Request{Command: shell.Command{Env: m.Env}}
		switch c := c.(type) {
		case op.Shell:
			req.Command.Text = c.Text
		case op.Upload:
			data, ok := c.From.Data()
			if !ok {
				return "", fmt.Errorf("%s: only content from memory can be uploaded here", c)
			}
			req.Command.Text = shell.Join(" ", shell.Raw("cat >"), shell.Word(c.To))
			req.Stdin = bytes.NewReader(data)
		default:
			return "", fmt.Errorf("cannot run %s", c)
		}
		result, err := m.Run(t.Context(), req)
		if err != nil {
			return "", fmt.Errorf("%s: %w", c, err)
		}
		printed = append(printed, result.Stdout...)
		if result.Exit != 0 {
			return strings.Join(printed, "\n"), fmt.Errorf("%s: exit status %d: %s", c, result.Exit, strings.Join(result.Stderr, "\n"))
		}
	}
	return strings.Join(printed, "\n"), nil
}

// Apply plans an operation, which must have something to do, runs it, and plans
// it again, which must find nothing to do.
func (m *Machine) Apply(t testing.TB, o op.Operation) {
	t.Helper()
	m.Change(t, o)
	if again := m.Plan(t, o); len(again.Commands) > 0 {
		t.Errorf("%#v is not done after its first run; still to do: %q", o, Commands(again))
	}
}

// Change plans an operation, which must have something to do, and runs it.
func (m *Machine) Change(t testing.TB, o op.Operation) {
	t.Helper()
	p := m.Plan(t, o)
	if len(p.Commands) == 0 {
		t.Fatalf("%#v: nothing to do at first: %s", o, p.Noop)
	}
	if _, err := m.Execute(t, p); err != nil {
		t.Fatal(err)
	}
}

// Output runs a command and returns what it prints, whatever its exit status.
func (m *Machine) Output(t testing.TB, command string) string {
	t.Helper()
	result, err := m.Run(t.Context(), &connect.Request{Command: shell.Command{Text: shell.Raw(command)}})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(append(result.Stdout, result.Stderr...), "\n")
}
