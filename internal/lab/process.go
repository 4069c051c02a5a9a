package lab

import (
	"io"
	"os"
	"os/exec"
	"sync"

	"golang.org/x/crypto/ssh"
)

// A process holds our ends of a running command's files.
type process struct {
	stdin, stdout, stderr *os.File // stdin and stdout are one with a terminal; stderr is nil then
	tty                   bool
	once                  sync.Once
}

// start starts the command with pipes or the session's terminal.
func (s *session) start(cmd *exec.Cmd) (*process, error) {
	p := &process{tty: s.term != nil}
	var theirs []io.Closer
	if p.tty {
		p.stdin, p.stdout = s.term.ours, s.term.ours
		cmd.Stdin, cmd.Stdout, cmd.Stderr = s.term.theirs, s.term.theirs, s.term.theirs
		theirs = []io.Closer{s.term.theirs}
	} else if err := p.pipes(cmd); err != nil {
		p.close()
		return nil, err
	} else {
		theirs = []io.Closer{cmd.Stdin.(*os.File), cmd.Stdout.(*os.File), cmd.Stderr.(*os.File)}
	}
	lead(cmd, p.tty)
	s.mu.Lock()
	err := s.m.place.start(cmd, s.who)
	if err == nil {
		s.pid = cmd.Process.Pid
	}
	s.mu.Unlock()
	for _, f := range theirs {
		f.Close()
	}
	if err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

// pipes makes pipes for the command's input and outputs.
func (p *process) pipes(cmd *exec.Cmd) error {
	in, stdin, err := os.Pipe()
	if err != nil {
		return err
	}
	p.stdin, cmd.Stdin = stdin, in
	stdout, out, err := os.Pipe()
	if err != nil {
		in.Close()
		return err
	}
	p.stdout, cmd.Stdout = stdout, out
	stderr, errs, err := os.Pipe()
	if err != nil {
		in.Close()
		out.Close()
		return err
	}
	p.stderr, cmd.Stderr = stderr, errs
	return nil
}

// endInput tells the command that no more input comes. A terminal has no such
// end: there a client sends Ctrl-D.
func (p *process) endInput() {
	if !p.tty {
		p.stdin.Close()
	}
}

// close takes the command's input and output away.
func (p *process) close() {
	p.once.Do(func() {
		for _, f := range []*os.File{p.stdin, p.stdout, p.stderr} {
			if f != nil {
				f.Close() // a second close of a terminal or of stdin does no harm
			}
		}
	})
}

// openTerminal handles pty-req.
func (s *session) openTerminal(payload []byte) bool {
	var v struct {
		Term                      string
		Cols, Rows, Width, Height uint32
		Modes                     string
	}
	if ssh.Unmarshal(payload, &v) != nil || s.term != nil || s.started {
		return false
	}
	ours, theirs, err := s.m.place.terminal(s.who)
	if err != nil {
		return false
	}
	s.term = &terminal{name: v.Term, ours: ours, theirs: theirs}
	return s.term.resize(v.Cols, v.Rows) == nil
}

// close gives the terminal up; the kernel then sends SIGHUP to its session.
func (t *terminal) close() {
	if t != nil {
		t.ours.Close()
		t.theirs.Close()
	}
}
