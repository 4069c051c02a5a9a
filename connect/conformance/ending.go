package conformance

import (
	"context"
	"errors"
	"strings"
	"testing"

	"cygnet/connect"
	"cygnet/shell"
)

// ending stops commands of all kinds and looks whether anything is left.
func (s *suite) ending(t *testing.T) {
	conn := s.connect(t)
	for name, text := range map[string]string{
		"simple":            `echo ready; sleep N`,
		"next command":      `echo ready; sleep N; sleep N; sleep N`,
		"children":          `sleep N & sleep N & echo ready; wait`,
		"nohup":             `nohup sleep N >/dev/null 2>&1 & echo ready; wait`,
		"double fork":       `(sleep N >/dev/null 2>&1 </dev/null & sleep N & ) & echo ready; sleep N`,
		"stubborn":          `trap '' TERM HUP INT; echo ready; while :; do sleep N; done`,
		"pipe":              `(echo ready; sleep N) | cat`,
		"other shell":       `sh -c 'echo ready; sleep N; true'`,
		"stopped":           `sleep N & kill -STOP $!; echo ready; wait`,
		"new session":       `if command -v setsid >/dev/null; then setsid sh -c 'trap "" TERM; sleep N; sleep N' & fi; echo ready; sleep N`,
		"empty environment": `env -i sleep N & echo ready; sleep N`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, stdin := range []bool{false, true} {
				mark := number()
				over := errors.New("its time is over")
				ctx, cancel := context.WithCancelCause(t.Context())
				req := &connect.Request{
					Command: shell.Command{Text: shell.Raw(strings.ReplaceAll(text, "N", mark))},
					Output: func(_ connect.Stream, line string) {
						if line == "ready" {
							cancel(over)
						}
					},
				}
				if stdin {
					req.Stdin = strings.NewReader("")
				}
				got, err := conn.Run(ctx, req)
				cancel(nil)
				if !errors.Is(err, over) {
					t.Errorf("got %v, want the cause that the context ended with", err)
				}
				if err != nil && err.Error() != over.Error() {
					t.Errorf("the error says more: %v", err)
				}
				if got == nil || strings.Join(got.Stdout, "") != "ready" {
					t.Errorf("the output so far is %+v", got)
				}
				if left := run(t, conn, "ps -A -o args= | grep -e "+mark+" | grep -v grep || true"); left != "" {
					t.Errorf("still there: %s", left)
				}
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := conn.Run(ctx, &connect.Request{}); !errors.Is(err, context.Canceled) {
		t.Errorf("a command whose time is over before it starts: %v", err)
	}
}

// left runs commands that leave something running, as starting a service does:
// they end with their shell, and what they left goes on.
func (s *suite) left(t *testing.T) {
	conn := s.connect(t)
	for name, text := range map[string]string{
		"silent":      "sleep N >/dev/null 2>&1 </dev/null & echo started",
		"with output": "sleep N & echo started",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mark := number()
			got, err := conn.Run(t.Context(), &connect.Request{Command: shell.Command{Text: shell.Raw(strings.ReplaceAll(text, "N", mark))}})
			if err != nil || got.Exit != 0 || strings.Join(got.Stdout, "") != "started" {
				t.Errorf("%+v, %v", got, err)
			}
			run(t, conn, "pid=$(ps -A -o pid= -o args= | sed -n 's/^ *\\([0-9]*\\) sleep "+mark+"$/\\1/p'); kill $pid")
		})
	}
}
