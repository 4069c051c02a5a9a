//go:build unix

package lab

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// signals are the names that RFC 4254, section 6.10 has for signals.
var signals = map[string]syscall.Signal{
	"ABRT": syscall.SIGABRT, "ALRM": syscall.SIGALRM, "FPE": syscall.SIGFPE,
	"HUP": syscall.SIGHUP, "ILL": syscall.SIGILL, "INT": syscall.SIGINT,
	"KILL": syscall.SIGKILL, "PIPE": syscall.SIGPIPE, "QUIT": syscall.SIGQUIT,
	"SEGV": syscall.SIGSEGV, "TERM": syscall.SIGTERM, "USR1": syscall.SIGUSR1,
	"USR2": syscall.SIGUSR2,
}

// lead makes the command the leader of a session, and of its terminal.
func lead(cmd *exec.Cmd, tty bool) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: tty}
}

// signalGroup sends the signal to the process group that pid leads.
func signalGroup(pid int, name string) error {
	sig, ok := signals[name]
	if !ok {
		return fmt.Errorf("no such signal: %q", name)
	}
	return syscall.Kill(-pid, sig)
}

// endedBySignal returns the name of the signal that ended a process, if one
// did. Signals that the RFC has no name for are named as OpenSSH does.
func endedBySignal(state *os.ProcessState) (name string, core, ok bool) {
	status, ok := state.Sys().(syscall.WaitStatus)
	if !ok || !status.Signaled() {
		return "", false, false
	}
	for name, sig := range signals {
		if sig == status.Signal() {
			return name, status.CoreDump(), true
		}
	}
	return "SIG@openssh.com", status.CoreDump(), true
}
