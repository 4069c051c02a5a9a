package lab

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/ssh"
)

// A session is one session channel: at most one command, shell or subsystem.
type session struct {
	m       *Machine
	conn    *conn
	ch      ssh.Channel
	who     *account
	env     []string
	term    *terminal     // nil without pty-req
	gone    chan struct{} // closed when the client closed the channel
	printed atomic.Bool   // the command has printed since its last input
	started bool
	wg      sync.WaitGroup

	mu  sync.Mutex
	pid int // of the running command, which leads its process group
}

// A terminal is what a client asked for with pty-req.
type terminal struct {
	name         string
	ours, theirs *os.File
}

// session serves a session channel to its end.
func (m *Machine) session(user string, c *conn, nc ssh.NewChannel) {
	who, err := m.place.login(user)
	if err != nil {
		nc.Reject(ssh.ConnectionFailed, err.Error())
		return
	}
	m.counts.sessions.Add(1)
	ch, requests, err := nc.Accept()
	if err != nil {
		return
	}
	s := &session{m: m, conn: c, ch: ch, who: who, gone: make(chan struct{})}
	s.printed.Store(true)
	for r := range requests {
		ok, then := s.request(r)
		if r.WantReply {
			r.Reply(ok, nil) // fails only if the client is gone, which ends the loop
		}
		if then != nil {
			s.wg.Go(then)
		}
	}
	close(s.gone)
	s.wg.Wait()
	s.term.close()
	ch.Close()
}

// request handles one request and returns the answer and what to do after it
// was sent.
func (s *session) request(r *ssh.Request) (ok bool, then func()) {
	switch r.Type {
	case "env":
		var v struct{ Name, Value string }
		if ssh.Unmarshal(r.Payload, &v) != nil || v.Name == "" || strings.ContainsAny(v.Name+v.Value, "\x00") {
			return false, nil
		}
		s.env = append(s.env, v.Name+"="+v.Value)
		return true, nil
	case "pty-req":
		return s.openTerminal(r.Payload), nil
	case "window-change":
		var v struct{ Cols, Rows, Width, Height uint32 }
		if ssh.Unmarshal(r.Payload, &v) != nil || s.term == nil {
			return false, nil
		}
		return s.term.resize(v.Cols, v.Rows) == nil, nil
	case "signal":
		var v struct{ Name string }
		if ssh.Unmarshal(r.Payload, &v) != nil {
			return false, nil
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.pid > 0 && signalGroup(s.pid, v.Name) == nil, nil
	case "exec", "shell", "subsystem":
		return s.exec(r)
	}
	return false, nil
}

// exec prepares what the client wants to run.
func (s *session) exec(r *ssh.Request) (bool, func()) {
	s.m.counts.execs.Add(1)
	var v struct{ Text string }
	if r.Type != "shell" && ssh.Unmarshal(r.Payload, &v) != nil {
		return false, nil
	}
	f, _ := s.m.state()
	if s.started || f.RefuseExec {
		return false, nil
	}
	cmd := &exec.Cmd{Path: s.who.shell, Dir: s.who.home}
	base := s.who.shell[strings.LastIndexByte(s.who.shell, '/')+1:]
	switch r.Type {
	case "shell":
		cmd.Args = []string{"-" + base} // the dash makes it a login shell
	case "exec":
		cmd.Args = []string{base, "-c", v.Text}
	case "subsystem":
		server, ok := s.m.subsystem(v.Text)
		if !ok {
			return false, nil
		}
		cmd.Args = []string{base, "-c", server}
	}
	s.started = true
	cmd.Env = s.environment()
	return true, func() { s.run(cmd) }
}

// subsystem finds the program of the sftp subsystem on the machine; there is
// no other subsystem.
func (m *Machine) subsystem(name string) (string, bool) {
	if name != "sftp" {
		return "", false
	}
	for _, path := range []string{
		"/usr/lib/openssh/sftp-server", "/usr/lib/ssh/sftp-server",
		"/usr/libexec/openssh/sftp-server", "/usr/libexec/sftp-server",
	} {
		if m.place.has(path) {
			return path, true
		}
	}
	return "", false
}

func (s *session) environment() []string {
	local, port := s.m.hostPort()
	remote := strings.Replace(s.conn.RemoteAddr().String(), ":", " ", 1)
	env := []string{
		"USER=" + s.who.name,
		"LOGNAME=" + s.who.name,
		"HOME=" + s.who.home,
		"SHELL=" + s.who.shell,
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		fmt.Sprintf("SSH_CONNECTION=%s %s %d", remote, local, port),
		fmt.Sprintf("SSH_CLIENT=%s %d", remote, port),
		"CYGNET_LAB=" + s.m.lab.marker(s.m.Name),
	}
	env = append(env, s.who.env...)
	if s.term != nil {
		env = append(env, "TERM="+s.term.name)
	}
	return append(env, s.env...)
}

// run runs the command to its end, and tells the client.
func (s *session) run(cmd *exec.Cmd) {
	defer s.ch.Close()
	f, _ := s.m.state()
	if !s.wait(f.ExecDelay) {
		return
	}
	p, err := s.start(cmd)
	if err != nil {
		fmt.Fprintf(s.ch.Stderr(), "%s: %v\n", cmd.Path, err)
		s.ch.SendRequest("exit-status", false, ssh.Marshal(struct{ Status uint32 }{1}))
		return
	}
	ended := make(chan struct{})
	s.wg.Go(func() {
		// A client that closes the channel takes away the command's input and
		// output, and does nothing else to it.
		select {
		case <-s.gone:
		case <-ended:
		}
		p.close()
	})
	var outputs sync.WaitGroup
	outputs.Go(func() { io.Copy(&output{s.ch, &s.printed}, p.stdout) })
	if p.stderr != nil {
		outputs.Go(func() { io.Copy(&output{s.ch.Stderr(), &s.printed}, p.stderr) })
	}
	s.wg.Go(func() {
		io.Copy(p.stdin, &input{s.ch, s})
		p.endInput()
	})
	err = cmd.Wait()
	s.mu.Lock()
	s.pid = 0
	s.mu.Unlock()
	s.m.place.ended(cmd.Process.Pid)
	s.report(cmd, err)
	if s.term != nil {
		// sshd gives the terminal up with the command, though others may still
		// hold it: read what is there and no more.
		p.stdout.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	}
	outputs.Wait()
	s.ch.CloseWrite()
	close(ended)
}

// wait waits, and reports whether the client is still there.
func (s *session) wait(d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-s.gone:
		return false
	}
}

// report sends how the command ended.
func (s *session) report(cmd *exec.Cmd, err error) {
	if cmd.ProcessState == nil {
		fmt.Fprintf(s.ch.Stderr(), "wait: %v\n", err)
		return
	}
	name, core, killed := endedBySignal(cmd.ProcessState)
	if !killed {
		status := struct{ Status uint32 }{uint32(cmd.ProcessState.ExitCode())}
		s.ch.SendRequest("exit-status", false, ssh.Marshal(status))
		return
	}
	s.ch.SendRequest("exit-signal", false, ssh.Marshal(struct {
		Name    string
		Core    bool
		Message string
		Lang    string
	}{name, core, "", ""}))
}

// An output passes on what the command prints and remembers that it did.
type output struct {
	w       io.Writer
	printed *atomic.Bool
}

func (o *output) Write(p []byte) (int, error) {
	o.printed.Store(true)
	return o.w.Write(p)
}

// An input passes on what the client sends and counts exchanges.
type input struct {
	r io.Reader
	s *session
}

func (i *input) Read(p []byte) (int, error) {
	n, err := i.r.Read(p)
	if n > 0 && i.s.printed.Swap(false) {
		i.s.m.counts.exchanges.Add(1)
	}
	return n, err
}
