package screen

import (
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
	"time"

	"cygnet/connect"
	"cygnet/op"
	"cygnet/run"
)

// epoch is when the runs of these tests begin.
var epoch = time.Date(2026, 11, 23, 22, 0, 0, 0, time.UTC)

// script is a run that has been written down: events and when they come.
type script struct {
	now   time.Time
	steps []queued
}

func newScript() *script { return &script{now: epoch} }

// after lets time pass.
func (s *script) after(d time.Duration) *script {
	s.now = s.now.Add(d)
	return s
}

// emit adds events at the present time.
func (s *script) emit(events ...run.Event) *script {
	for _, e := range events {
		s.steps = append(s.steps, queued{s.now, e})
	}
	return s
}

// refused is what a dial that meets a closed port returns.
func refused(host string) error {
	return fmt.Errorf("connect %s: %w", host, &net.OpError{
		Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(10, 99, 0, host[len(host)-1]), Port: 22},
		Err: os.NewSyscallError("connect", syscall.ECONNREFUSED),
	})
}

func failedWith(label string, err error) error {
	return &run.OperationError{Call: op.Call{Name: label, Arguments: op.Arguments{Name: label}}, Err: err}
}

var (
	errApt  = &run.CommandError{Command: "apt-get install -y git", Exit: 100, Last: "E: Unable to locate package git"}
	errLost = fmt.Errorf("%w: keep-alive was not answered for 45s", connect.ErrLost)
)

const (
	labelApt  = "Ensure essential system packages are installed"
	labelUser = "Student's account"
	labelOpam = "install ocaml packages"
)

// fleetOf names n hosts.
func fleetOf(n int) []string {
	var names []string
	for i := range n {
		names = append(names, fmt.Sprintf("vm%03d", i+1))
	}
	return names
}

// night is a run on eight hosts in which much goes wrong: refused connections,
// retries, a failure with output, a lost connection, a duckling.
func night() *script {
	s, hosts := newScript(), fleetOf(8)
	s.emit(run.Started{ID: "0fjk2", Version: "1.0", Args: []string{"machines.py", "system setup.py", "-y", "--limit", "lab"}, Hosts: hosts},
		run.Phase{Name: "connect"})
	for _, h := range hosts {
		s.emit(run.Connecting{Host: h, Attempt: 1})
	}
	s.after(300 * time.Millisecond)
	for _, h := range hosts[6:] {
		s.emit(run.ConnectFailed{Host: h, Attempt: 1, Err: refused(h), Retry: 1500 * time.Millisecond})
	}
	for _, h := range hosts[:6] {
		s.emit(run.Connected{Host: h, Took: 300 * time.Millisecond, NewKey: h == "vm002"})
	}
	s.after(200 * time.Millisecond)
	for _, h := range hosts[:6] {
		s.emit(run.Prepared{Host: h, Operations: 3, Changes: 2, Took: 200 * time.Millisecond})
	}
	s.after(1500 * time.Millisecond)
	for _, h := range hosts[6:] {
		s.emit(run.Connecting{Host: h, Attempt: 2}, run.ConnectFailed{Host: h, Attempt: 2, Err: refused(h)}, run.Dropped{Host: h, Err: refused(h)})
	}
	s.emit(run.Planned{Operations: []run.Operation{
		{Index: 0, Name: "apt.packages", Label: labelApt, Detail: "git, cmake | update=True", Hosts: hosts[:6], WillChange: hosts[:4],
			Nothing: map[string]string{"vm005": "all packages are installed", "vm006": "the cache is fresh"}},
		{Index: 1, Name: "server.user", Label: labelUser, Hosts: hosts[:6], Nothing: reasons(hosts[:6], "the user is as wanted")},
		{Index: 2, Name: "server.shell", Label: labelOpam, Hosts: hosts[:6], WillChange: hosts[:5], Conditional: hosts[5:6]},
	}})
	s.emit(run.Diff{Host: "vm001", Label: "motd", Path: "/etc/motd", Text: "--- old\n+++ new\n@@ -1 +1 @@\n-hello\n+good night\n"},
		run.Diff{Host: "vm002", Label: "motd", Path: "/etc/motd", Text: "--- old\n+++ new\n@@ -1 +1 @@\n-hello\n+good night\n"})
	return nightExecute(s.after(time.Second), hosts)
}

// reasons says for hosts why there is nothing to do.
func reasons(hosts []string, why string) map[string]string {
	all := map[string]string{}
	for _, h := range hosts {
		all[h] = why
	}
	return all
}

func nightExecute(s *script, hosts []string) *script {
	s.emit(run.Phase{Name: "execute"}, run.OperationStarted{Operation: 0})
	for _, h := range hosts[4:6] {
		s.emit(run.HostFinished{Operation: 0, Host: h, Status: run.Unchanged, Attempts: 1, Exit: -1, Reason: "all packages are installed"})
	}
	for _, h := range hosts[:4] {
		s.emit(run.HostStarted{Operation: 0, Host: h, Attempt: 1},
			run.CommandStarted{Operation: 0, Host: h, Command: "apt-get update\napt-get install -y git"},
			run.Output{Operation: 0, Host: h, Line: "Reading package lists..."})
	}
	s.after(2*time.Second).emit(
		run.Output{Operation: 0, Host: "vm003", Stream: connect.Stderr, Line: "E: Could not get lock /var/lib/dpkg/lock-frontend"},
		run.HostRetry{Operation: 0, Host: "vm003", Attempt: 1, Of: 2, Err: errors.New("exit status 100"), Wait: 5 * time.Second})
	for _, h := range hosts[:2] {
		s.emit(run.HostFinished{Operation: 0, Host: h, Status: run.Changed, Attempts: 1, Took: 2 * time.Second})
	}
	s.after(10*time.Second).emit(
		run.Output{Operation: 0, Host: "vm004", Line: "Setting up cmake (3.31) ..."},
		run.HostStarted{Operation: 0, Host: "vm003", Attempt: 2},
		run.Output{Operation: 0, Host: "vm003", Line: "Reading package lists..."},
		run.Output{Operation: 0, Host: "vm003", Stream: connect.Stderr, Line: errApt.Last},
		run.HostFinished{Operation: 0, Host: "vm003", Status: run.Failed, Attempts: 2, Exit: 100, Err: errApt, Took: 12 * time.Second},
		run.Dropped{Host: "vm003", Err: failedWith(labelApt, errApt)})
	s.after(50*time.Second).emit(
		run.Duckling{Host: "vm004", Operation: 0, Behind: time.Minute},
		run.OperationFinished{Operation: 0}, run.OperationStarted{Operation: 1})
	live := []string{"vm001", "vm002", "vm005", "vm006"}
	for _, h := range live {
		s.emit(run.HostFinished{Operation: 1, Host: h, Status: run.Unchanged, Attempts: 1, Reason: "the user is as wanted"})
	}
	s.emit(run.OperationFinished{Operation: 1}, run.OperationStarted{Operation: 2},
		run.Message{Host: "vm001", Level: "info", Text: "switch 5.2.0 is active"},
		run.Message{Level: "warning", Text: "opam asks for 2 GB of room"})
	for _, h := range live {
		s.emit(run.HostStarted{Operation: 2, Host: h, Attempt: 1}, run.Output{Operation: 2, Host: h, Line: "[1/3] dune\r[2/3] utop"})
	}
	return nightEnd(s.after(5*time.Second), hosts)
}

func nightEnd(s *script, hosts []string) *script {
	s.emit(run.HostFinished{Operation: 2, Host: "vm001", Status: run.Changed, Attempts: 1, Took: 5 * time.Second},
		run.HostFinished{Operation: 2, Host: "vm006", Status: run.Skipped, Attempts: 0, Reason: "_if says no"},
		run.HostFinished{Operation: 2, Host: "vm005", Status: run.Ignored, Attempts: 1, Exit: 1, Err: errors.New("exit status 1"), Took: 5 * time.Second})
	s.after(40*time.Second).emit(
		run.HostFinished{Operation: 2, Host: "vm002", Status: run.Unknown, Attempts: 1, Exit: -1, Err: errLost, Took: 45 * time.Second},
		run.Dropped{Host: "vm002", Err: failedWith(labelOpam, errLost)},
		run.HostFinished{Operation: 0, Host: "vm004", Status: run.Changed, Attempts: 1, Took: 107 * time.Second},
		run.HostFinished{Operation: 1, Host: "vm004", Status: run.Unchanged, Attempts: 1, Reason: "the user is as wanted"},
		run.HostStarted{Operation: 2, Host: "vm004", Attempt: 1},
		run.OperationFinished{Operation: 2})
	s.after(3*time.Second).emit(
		run.HostFinished{Operation: 2, Host: "vm004", Status: run.Changed, Attempts: 1, Took: 3 * time.Second},
		run.Phase{Name: "disconnect"})
	for _, h := range hosts[:6] {
		s.emit(run.Disconnected{Host: h})
	}
	return s.emit(run.Finished{Summary: nightSummary()})
}

func nightSummary() run.Summary {
	return run.Summary{
		ID: "0fjk2", Took: 113 * time.Second, NewKeys: 1,
		Operations: []run.OperationSummary{
			{Name: "apt.packages", Label: labelApt, Hosts: 6, Changed: 3, Unchanged: 2, Failed: 1},
			{Name: "server.user", Label: labelUser, Hosts: 6, Unchanged: 5},
			{Name: "server.shell", Label: labelOpam, Hosts: 6, Changed: 2, Skipped: 1, Ignored: 1, Unknown: 1},
		},
		Hosts: []run.HostSummary{
			{Name: "vm001", Status: run.Changed, Changed: 2, Unchanged: 1},
			{Name: "vm002", Status: run.Unknown, Operation: labelOpam, Err: failedWith(labelOpam, errLost)},
			{Name: "vm003", Status: run.Failed, Operation: labelApt, Err: failedWith(labelApt, errApt)},
			{Name: "vm004", Status: run.Changed, Changed: 2, Duckling: true},
			{Name: "vm005", Status: run.Unchanged, Unchanged: 2, Ignored: 1},
			{Name: "vm006", Status: run.Unchanged, Unchanged: 2, Skipped: 1},
			{Name: "vm007", Status: run.Failed, Err: refused("vm007")},
			{Name: "vm008", Status: run.Failed, Err: refused("vm008")},
		},
	}
}
