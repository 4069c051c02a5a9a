package conformance

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cygnet/connect"
	"cygnet/shell"
)

// noDeadline is for what is done after the test's own context has ended.
func noDeadline(t *testing.T) context.Context { return context.WithoutCancel(t.Context()) }

func (s *suite) commands(t *testing.T) {
	conn := s.connect(t)
	for _, tt := range []struct {
		text string
		want connect.Result
	}{
		{"true", connect.Result{}},
		{"", connect.Result{}},
		{"exit 7", connect.Result{Exit: 7}},
		{"exit 255", connect.Result{Exit: 255}},
		{"false; true", connect.Result{}},
		{"(exit 3)", connect.Result{Exit: 3}},
		{"kill -KILL $$", connect.Result{Exit: -1, Signal: "KILL"}},
		{"kill -TERM $$", connect.Result{Exit: -1, Signal: "TERM"}},
		{"echo out; echo err >&2; echo out2; exit 1", connect.Result{Exit: 1, Stdout: []string{"out", "out2"}, Stderr: []string{"err"}}},
		{"cygnet-no-such-command 2>/dev/null", connect.Result{Exit: 127}},
		{"echo 'it'\"'\"'s' \"a  b\" '$HOME' '`id`' '\\'", connect.Result{Stdout: []string{`it's a  b $HOME ` + "`id`" + ` \`}}},
		{"cat <<'E'\none\n  two\nE", connect.Result{Stdout: []string{"one", "  two"}}},
		{"set -- a b; echo $#; echo \"$1\"", connect.Result{Stdout: []string{"2", "a"}}},
		{"# only a comment", connect.Result{}},
		{"echo 'unended", connect.Result{Exit: 2}},
	} {
		got, err := conn.Run(t.Context(), &connect.Request{Command: shell.Command{Text: shell.Raw(tt.text)}})
		if err != nil {
			t.Errorf("%s: %v", tt.text, err)
			continue
		}
		if strings.HasPrefix(tt.text, "echo 'unended") {
			got.Stderr = nil // each shell has its own words, and 1 or 2 for it
			got.Exit = max(got.Exit, 2)
		}
		got.Duration = 0
		if diff := cmp.Diff(&tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.text, diff)
		}
	}
}

func (s *suite) circumstances(t *testing.T) {
	conn := s.connect(t)
	dir := folder(t, conn)
	run(t, conn, "mkdir "+shell.Quote(dir+"/a 'b'"))
	nasty := "it's \"$HOME\" `id`\n\\ *\t€"
	for _, tt := range []struct {
		name    string
		command shell.Command
		want    []string
	}{
		{"environment", shell.Command{Text: shell.Raw(`sh -c 'printf "%s\n" "$A" "$B"'`), Env: map[string]string{"A": nasty, "B": ""}},
			append(strings.Split(nasty, "\n"), "")},
		{"folder", shell.Command{Text: shell.Raw(`basename "$(pwd)"`), Dir: dir + "/a 'b'"}, []string{"a 'b'"}},
		{"bash", shell.Command{Text: shell.Raw("a=(1 2 3); echo ${#a[@]}"), Executable: "bash"}, []string{"3"}},
		{"python3", shell.Command{Text: shell.Raw("import os\nprint(os.environ['A'] * 2)"), Executable: "python3", Env: map[string]string{"A": "x"}}, []string{"xx"}},
		{"with arguments", shell.Command{Text: shell.Raw("echo $-"), Executable: "sh -f"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if name, _, _ := strings.Cut(tt.command.Executable, " "); name != "" {
				found, err := conn.Run(t.Context(), &connect.Request{Command: shell.Command{Text: shell.Words("command", "-v", name)}})
				if err != nil {
					t.Fatal(err)
				}
				if found.Exit != 0 {
					t.Skip("the host has no " + name)
				}
			}
			for _, stdin := range []bool{false, true} {
				req := &connect.Request{Command: tt.command}
				if stdin {
					req.Stdin = strings.NewReader("unread")
				}
				got, err := conn.Run(t.Context(), req)
				if err != nil {
					t.Fatal(err)
				}
				if got.Exit != 0 {
					t.Fatalf("exit status %d: %q", got.Exit, got.Stderr)
				}
				if diff := cmp.Diff(tt.want, got.Stdout); tt.want != nil && diff != "" {
					t.Errorf("stdin %v (-want +got):\n%s", stdin, diff)
				}
			}
		})
	}
	got, err := conn.Run(t.Context(), &connect.Request{Command: shell.Command{Text: shell.Raw("echo ran"), Dir: dir + "/none"}})
	if err != nil || got.Exit == 0 || len(got.Stdout) > 0 {
		t.Errorf("in a folder that does not exist: %+v, %v; want a failure before the command", got, err)
	}
	_, err = conn.Run(t.Context(), &connect.Request{Command: shell.Command{Text: shell.Raw("true"), Env: map[string]string{"A B": ""}}})
	if err == nil || !errors.Is(err, connect.ErrNeedsPerson) {
		t.Errorf("a variable with a space in its name: %v; want an error for a person", err)
	}
}

func (s *suite) input(t *testing.T) {
	conn := s.connect(t)
	data := make([]byte, 300_000)
	for i := range data {
		data[i] = byte(i * i >> 3)
	}
	var out bytes.Buffer
	got, err := conn.Run(t.Context(), &connect.Request{
		Command: shell.Command{Text: shell.Raw("cat; echo done >&2")}, Stdin: bytes.NewReader(data), Stdout: &out,
	})
	if err != nil || got.Exit != 0 || len(got.Stdout) > 0 {
		t.Fatalf("%+v, %v", got, err)
	}
	if !bytes.Equal(out.Bytes(), data) {
		t.Errorf("%d bytes went in, %d others came out", len(data), out.Len())
	}
	if diff := cmp.Diff([]string{"done"}, got.Stderr); diff != "" {
		t.Error(diff)
	}
	for _, tt := range []struct {
		text, stdin, want string
		none              bool
	}{
		{text: "wc -c | tr -d ' '", none: true, want: "0"},
		{text: "wc -c | tr -d ' '", stdin: "", want: "0"},
		{text: "read a; read b; echo \"$b $a\"", stdin: "one\ntwo\nthree\n", want: "two one"},
		{text: "echo early", stdin: strings.Repeat("x", 1<<20), want: "early"},
	} {
		req := &connect.Request{Command: shell.Command{Text: shell.Raw(tt.text)}}
		if !tt.none {
			req.Stdin = strings.NewReader(tt.stdin)
		}
		got, err := conn.Run(t.Context(), req)
		if err != nil || got.Exit != 0 {
			t.Fatalf("%s: %+v, %v", tt.text, got, err)
		}
		if out := strings.Join(got.Stdout, "\n"); out != tt.want {
			t.Errorf("%s: got %q, want %q", tt.text, out, tt.want)
		}
	}
}

// secrets looks at all processes of the host while a command runs.
func (s *suite) secrets(t *testing.T) {
	conn := s.connect(t)
	text := shell.Join(" ", shell.Raw("ps -A -ww -o args=; :"), shell.SecretWord(shell.NewSecret("Secret"+number())), shell.Raw("in-the-text"))
	for _, stdin := range []bool{false, true} {
		req := &connect.Request{Command: shell.Command{Text: text, Env: map[string]string{"PASSWORD": "Secret in the environment"}}}
		if stdin {
			req.Stdin = strings.NewReader("Secret in the input")
		}
		got, err := conn.Run(t.Context(), req)
		if err != nil || got.Exit != 0 {
			t.Fatalf("%+v, %v", got, err)
		}
		seen := strings.Join(got.Stdout, "\n")
		if !strings.Contains(seen, "ps -A -ww") {
			t.Fatalf("ps does not show itself: %q", seen)
		}
		for _, secret := range append(text.Secrets(), shell.NewSecret("Secret in the "), shell.NewSecret("in-the-text")) {
			if strings.Contains(seen, secret.Reveal()) {
				t.Errorf("with stdin %v, ps shows %q", stdin, secret.Reveal())
			}
		}
	}
}

// parallel runs more commands at a time than sshd has sessions.
func (s *suite) parallel(t *testing.T) {
	conn := s.connect(t)
	var wg sync.WaitGroup
	for i := range 24 {
		wg.Go(func() {
			got, err := conn.Run(t.Context(), &connect.Request{Command: shell.Command{Text: shell.Raw(fmt.Sprintf("sleep 0.05; echo %d; exit %d", i, i))}})
			if err != nil || got.Exit != i || strings.Join(got.Stdout, "") != fmt.Sprint(i) {
				t.Errorf("command %d: %+v, %v", i, got, err)
			}
		})
	}
	wg.Wait()
}

func (s *suite) close(t *testing.T) {
	conn := s.connect(t)
	ended := make(chan error)
	started := make(chan struct{})
	var once sync.Once
	go func() {
		_, err := conn.Run(t.Context(), &connect.Request{
			Command: shell.Command{Text: shell.Raw("echo started; sleep " + number())},
			Output:  func(connect.Stream, string) { once.Do(func() { close(started) }) },
		})
		ended <- err
	}()
	<-started
	for range 2 {
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	}
	if err := <-ended; !errors.Is(err, connect.ErrLost) {
		t.Errorf("the command that ran ended with %v, want ErrLost", err)
	}
	if _, err := conn.Run(t.Context(), &connect.Request{}); !errors.Is(err, connect.ErrLost) {
		t.Errorf("a command after Close: %v, want ErrLost", err)
	}
}
