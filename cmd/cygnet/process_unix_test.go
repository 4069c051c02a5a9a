//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"cygnet/internal/lab"
)

// A process is the program as a user has started it, in a folder of its own.
type process struct {
	t   *testing.T
	cmd *exec.Cmd

	mu   sync.Mutex
	said bytes.Buffer // standard error, or what a terminal shows
}

// Write implements io.Writer.
func (p *process) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.said.Write(b)
}

func (p *process) text() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.said.String()
}

// newProcess returns a process that runs deploy on the lab's machines, to be
// started.
func newProcess(t *testing.T, l *lab.Lab, deploy string, args ...string) *process {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"machines.py": l.Inventory(), "deploy.py": "from pyinfra.operations import files, server\n" + deploy} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p := &process{t: t, cmd: exec.Command("cygnet", append([]string{"machines.py", "deploy.py"}, args...)...)}
	p.cmd.Dir = dir
	p.cmd.Env = append(os.Environ(), "HOME="+dir, "XDG_STATE_HOME="+filepath.Join(dir, "state"), "SSH_AUTH_SOCK=", "TERM=xterm")
	p.cmd.Stderr = p
	return p
}

func (p *process) start() *process {
	p.t.Helper()
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() {
		if p.cmd.ProcessState == nil {
			_ = p.cmd.Process.Kill() // the test has failed already
			_ = p.cmd.Wait()
		}
	})
	return p
}

// await waits until something holds.
func (p *process) await(what string, holds func() bool) {
	p.t.Helper()
	for range 3000 {
		if holds() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	p.t.Fatalf("it never came to this: %s\n%s", what, p.text())
}

func (p *process) awaitText(text string) {
	p.t.Helper()
	p.await(text, func() bool { return strings.Contains(p.text(), text) })
}

func (p *process) awaitFile(elem ...string) {
	p.t.Helper()
	p.await(strings.Join(elem, "/"), func() bool { return isFile(elem...) })
}

func isFile(elem ...string) bool {
	_, err := os.Stat(filepath.Join(elem...))
	return err == nil
}

func (p *process) signal(s os.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
}

// end waits for the end and wants a status, and what was said.
func (p *process) end(status int, said ...string) {
	p.t.Helper()
	err := p.cmd.Wait()
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited {
		p.t.Fatal(err)
	}
	if got := p.cmd.ProcessState.ExitCode(); got != status {
		p.t.Errorf("exit status %d, want %d", got, status)
	}
	for _, want := range said {
		if !strings.Contains(p.text(), want) {
			p.t.Errorf("it did not say %q", want)
		}
	}
	if p.t.Failed() {
		p.t.Log(p.text())
	}
}

func nothingRuns(t *testing.T, m *lab.Machine) bool {
	t.Helper()
	left, err := m.Processes()
	if err != nil {
		t.Fatal(err)
	}
	return len(left) == 0
}

// TestInterruptOnce lets what runs end and begins nothing more, neither the
// operation that follows nor the machine that waits for its place.
func TestInterruptOnce(t *testing.T) {
	t.Parallel()
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(s.String(), func(t *testing.T) {
			t.Parallel()
			l := lab.ForTest(t, lab.Options{Machines: 2, Kind: lab.Home})
			p := newProcess(t, l, `
server.shell(name="long", commands=["touch begun; until test -e go; do sleep 0.02; done; touch ended"])
server.shell(name="after", commands=["touch after"])
`, "-y", "--output", "plain", "--parallel", "1").start()
			one, other := l.Machines[0], l.Machines[1]
			p.await("long begins", func() bool { return isFile(one.Root, "begun") || isFile(other.Root, "begun") })
			if !isFile(one.Root, "begun") {
				one, other = other, one
			}
			p.signal(s)
			p.awaitText("Stopping when what runs now has ended")
			if err := one.WriteFile("go", nil, 0o600); err != nil {
				t.Fatal(err)
			}
			p.end(130, "Not done:\n  2 hosts: stopped before its end: vm001, vm002", "Interrupted: 2 of 2 hosts", "Run again for just them:")
			if !isFile(one.Root, "ended") || isFile(one.Root, "after") || isFile(other.Root, "begun") {
				t.Error("what ran did not end, or more began")
			}
		})
	}
}

func TestInterruptTwiceEndsWhatRuns(t *testing.T) {
	t.Parallel()
	l := lab.ForTest(t, lab.Options{Kind: lab.Home})
	p := newProcess(t, l, `server.shell(name="long", commands=["touch begun; sleep 1000 & (trap '' INT TERM; sleep 1000)"])`, "-y", "--output", "plain").start()
	p.awaitFile(l.Machines[0].Root, "begun")
	p.signal(os.Interrupt)
	p.awaitText("Stopping")
	p.signal(os.Interrupt)
	p.end(130, "vm001: long: stopped before its end", "Interrupted")
	p.await("nothing runs any more", func() bool { return nothingRuns(t, l.Machines[0]) })
}

// TestInterruptTwiceWithoutAnswer says what is not known.
func TestInterruptTwiceWithoutAnswer(t *testing.T) {
	t.Parallel()
	l := lab.ForTest(t, lab.Options{Kind: lab.Home})
	p := newProcess(t, l, `server.shell(name="long", commands=["touch begun; sleep 1000"])`, "-y", "--output", "plain").start()
	p.awaitFile(l.Machines[0].Root, "begun")
	if err := l.Machines[0].Set(lab.Faults{Hang: true}); err != nil {
		t.Fatal(err)
	}
	p.signal(os.Interrupt)
	p.awaitText("Stopping")
	p.signal(os.Interrupt)
	p.end(130, "long: stopped before its end; its processes may still run")
}

func TestInterruptBeforeThePlan(t *testing.T) {
	t.Parallel()
	t.Run("connect", func(t *testing.T) {
		t.Parallel()
		l := lab.ForTest(t, lab.Options{Kind: lab.Home})
		if err := l.Machines[0].Set(lab.Faults{HangHandshake: true}); err != nil {
			t.Fatal(err)
		}
		p := newProcess(t, l, "", "-y", "--output", "plain").start()
		p.awaitText("Connecting to 1 host")
		p.signal(os.Interrupt)
		p.end(130, "vm001: stopped before its end", "Interrupted: 1 of 1 host")
	})
	t.Run("prepare", func(t *testing.T) {
		t.Parallel()
		l := lab.ForTest(t, lab.Options{Kind: lab.Home})
		p := newProcess(t, l, `
from pyinfra import host
from pyinfra.facts.server import Command
host.get_fact(Command, command="touch begun; sleep 1000")
`, "-y", "--output", "plain").start()
		p.awaitFile(l.Machines[0].Root, "begun")
		p.signal(os.Interrupt)
		p.end(130, "vm001: stopped before its end", "Interrupted: 1 of 1 host")
		p.await("nothing runs any more", func() bool { return nothingRuns(t, l.Machines[0]) })
	})
	t.Run("endless loop", func(t *testing.T) {
		t.Parallel()
		l := lab.ForTest(t, lab.Options{Kind: lab.Home})
		p := newProcess(t, l, "print('looping')\nwhile True:\n    pass\n", "-y", "--output", "plain").start()
		p.awaitText("looping")
		p.signal(os.Interrupt)
		p.end(130, "vm001: stopped before its end")
	})
}

// TestPrompt answers the question on a terminal.
func TestPrompt(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		typed  string
		status int
		said   string
		done   bool
	}{
		"yes":       {"\n", 0, "Done: 1 host is at the end", true},
		"no":        {"n\n", 0, "Nothing was run.", false},
		"interrupt": {"\x03", 130, "Interrupted: 1 of 1 host did not reach the end", false},
		"end":       {"\x04", 0, "Nothing was run.", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := lab.ForTest(t, lab.Options{Kind: lab.Home})
			p := newProcess(t, l, `files.file(path="done")`)
			p.cmd.Stderr = nil
			terminal, err := pty.StartWithSize(p.cmd, &pty.Winsize{Rows: 24, Cols: 80})
			if err != nil {
				t.Fatal(err)
			}
			var shown sync.WaitGroup
			// A terminal ends with an error on Linux when the other side closes.
			shown.Go(func() { _, _ = io.Copy(p, terminal) })
			p.awaitText("[Y/n]")
			if _, err := terminal.WriteString(test.typed); err != nil {
				t.Fatal(err)
			}
			p.awaitText(test.said)
			err = p.cmd.Wait()
			shown.Wait()
			if got := p.cmd.ProcessState.ExitCode(); got != test.status {
				t.Errorf("exit status %d (%v), want %d", got, err, test.status)
			}
			if isFile(l.Machines[0].Root, "done") != test.done {
				t.Errorf("done: %v, want %v", !test.done, test.done)
			}
			if !strings.HasSuffix(p.text(), "\n") {
				t.Errorf("the terminal's last line is open: %q", p.text())
			}
		})
	}
}

// TestNobodyListens: a reader that has gone does not end a run, but data that
// could not be delivered is a failure.
func TestNobodyListens(t *testing.T) {
	t.Parallel()
	l := lab.ForTest(t, lab.Options{Kind: lab.Home})
	const deploy = `server.shell(name="talk", commands=["echo once >>done"])`

	p := newProcess(t, l, deploy, "-y", "--json")
	p.cmd.Stdout = closedPipe(t)
	p.start().end(1, "cygnet: the run has ended, but its JSON could not be written")

	p = newProcess(t, l, deploy, "-y", "-vvv")
	p.cmd.Stderr = closedPipe(t)
	p.start().end(0)

	p = newProcess(t, l, deploy, "-y")
	p.cmd = exec.Command("/bin/sh", "-c", `exec cygnet machines.py deploy.py -y 2>&-`)
	shell := newProcess(t, l, deploy)
	p.cmd.Dir, p.cmd.Env = shell.cmd.Dir, shell.cmd.Env
	p.start().end(0)

	done, err := l.Machines[0].ReadFile("done")
	if err != nil || string(done) != "once\nonce\nonce\n" {
		t.Errorf("it ran as often as %q says, %v", done, err)
	}
}

// closedPipe returns a pipe that nobody reads.
func closedPipe(t *testing.T) *os.File {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	return w
}

// TestHostFreezes: what a machine did that fell silent is not known, and JSON
// says that it is not done.
func TestHostFreezes(t *testing.T) {
	t.Parallel()
	l := lab.ForTest(t, lab.Options{Machines: 2, Kind: lab.Home})
	p := newProcess(t, l, `server.shell(name="long", commands=["touch begun; test $(basename $PWD) = vm002 || sleep 1000"])`)
	var out, errs bytes.Buffer
	o := runOptions{yes: true, json: true, journal: filepath.Join(p.cmd.Dir, "journal.db"), keepalive: 100 * time.Millisecond}
	ended := make(chan error)
	go func() {
		con := console{in: strings.NewReader(""), out: &out, err: &errs}
		ended <- runFleet(t.Context(), con, o, filepath.Join(p.cmd.Dir, "machines.py"), filepath.Join(p.cmd.Dir, "deploy.py"))
	}()
	p.awaitFile(l.Machines[0].Root, "begun")
	if err := l.Machines[0].Set(lab.Faults{Hang: true}); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; !errors.Is(err, errNotDone) {
		t.Errorf("the run ended with %v", err)
	}
	if !strings.Contains(errs.String(), "vm001  long: connection lost: the host has been silent for") ||
		!strings.Contains(errs.String(), "whether it was done is not known") {
		t.Errorf("it said %q", errs.String())
	}
	var document struct {
		Results struct {
			Failed []string `json:"failed_hosts"`
		} `json:"results"`
	}
	if err := json.Unmarshal(out.Bytes(), &document); err != nil {
		t.Fatal(err)
	}
	if len(document.Results.Failed) != 1 || document.Results.Failed[0] != "vm001" {
		t.Errorf("failed hosts: %v in %s", document.Results.Failed, out.String())
	}
}

func TestJournalCannotBeUsed(t *testing.T) {
	t.Parallel()
	l := lab.ForTest(t, lab.Options{Kind: lab.Home})
	const deploy = `files.file(path="done")`
	t.Run("damaged", func(t *testing.T) {
		p := newProcess(t, l, deploy, "-y")
		file := filepath.Join(p.cmd.Dir, "state", "cygnet", "journal.db")
		write(t, file, strings.Repeat("this is no database\n", 1000))
		p.start().end(2, "cygnet: open journal "+file+":", "move it away, and a new one is begun")
	})
	t.Run("no folder", func(t *testing.T) {
		p := newProcess(t, l, deploy, "-y")
		write(t, filepath.Join(p.cmd.Dir, "state"), "a file where the folder should be")
		p.start().end(2, "cygnet: open journal "+filepath.Join(p.cmd.Dir, "state"), "name another folder in XDG_STATE_HOME")
	})
	if isFile(l.Machines[0].Root, "done") {
		t.Error("a run began that nobody could have followed")
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
