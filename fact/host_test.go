//go:build unix

package fact_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"

	"cygnet/connect"
	"cygnet/fact"
	"cygnet/shell"
)

// question is a fact with everything a fact may have, for tests: its answer is
// the lines of a piece of shell.
type question struct {
	Shell   string
	Needs   string
	Default string
	Parsing func([]string) ([]string, error) `json:"-"`
}

func (q question) Command() shell.Text { return shell.Raw(q.Shell) }
func (q question) Requires() string    { return q.Needs }

func (q question) Zero() []string {
	if q.Default == "" {
		return nil
	}
	return []string{q.Default}
}

func (q question) Parse(lines []string) ([]string, error) {
	if q.Parsing != nil {
		return q.Parsing(lines)
	}
	return lines, nil
}

// constant is a question whose answer stays.
type constant struct{ question }

func (constant) Constant() {}

// sh is this machine's shell as a host.
type sh struct {
	mu       sync.Mutex
	commands []shell.Command // that were run
	// instead, when set, is called before the shell, and in its place if it
	// returns true.
	instead func(context.Context, *connect.Request) (*connect.Result, error, bool)
}

func (h *sh) runs() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.commands)
}

// Run implements fact.Runner as connections do.
func (h *sh) Run(ctx context.Context, req *connect.Request) (*connect.Result, error) {
	h.mu.Lock()
	h.commands = append(h.commands, req.Command)
	h.mu.Unlock()
	if h.instead != nil {
		if result, err, done := h.instead(ctx, req); done {
			return result, err
		}
	}
	launch, err := req.Command.Launch(false)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", launch.Exec)
	// What the shell started ends too, as with a real connection.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.Stdin = strings.NewReader(launch.Input)
	var mu sync.Mutex
	var streams sync.WaitGroup
	for which, pipe := range []func() (io.ReadCloser, error){cmd.StdoutPipe, cmd.StderrPipe} {
		from, err := pipe()
		if err != nil {
			return nil, err
		}
		streams.Go(func() {
			pieces(from, func(line string) {
				mu.Lock()
				defer mu.Unlock()
				if req.Output != nil {
					req.Output(connect.Stream(which), line)
				}
			})
		})
	}
	err = cmd.Start()
	if err == nil {
		streams.Wait()
		err = cmd.Wait()
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return &connect.Result{Exit: exit.ExitCode()}, nil
	}
	return &connect.Result{}, err
}

// pieces passes lines on, those that are longer than connect.MaxLine in pieces.
func pieces(from io.Reader, line func(string)) {
	r := bufio.NewReaderSize(from, connect.MaxLine)
	for {
		piece, err := r.ReadSlice('\n')
		if len(piece) > 0 {
			line(string(bytes.TrimSuffix(piece, []byte("\n"))))
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return
		}
	}
}

// fetch asks for facts and returns an error if the host could not be asked.
func fetch(t *testing.T, r *fact.Reader, from fact.Source, questions ...fact.Fact[[]string]) error {
	t.Helper()
	for _, q := range questions {
		fact.Want(from, fact.Ask(q))
	}
	return r.Fetch(t.Context())
}

// answers is one fact's answer, or the text of its error.
func answers(t *testing.T, from fact.Source, q fact.Fact[[]string]) ([]string, string) {
	t.Helper()
	lines, err := fact.Get(from, q)
	if err != nil {
		return nil, err.Error()
	}
	return lines, ""
}
