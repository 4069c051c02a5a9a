//go:build unix

package local

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// groupOfItsOwn keeps Ctrl-C on the terminal from the command: ending it is
// Cygnet's to decide.
func groupOfItsOwn() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

func (p *process) killGroup() {
	// There may be nobody left in it, or nobody that we may end.
	_ = unix.Kill(-p.cmd.Process.Pid, unix.SIGKILL)
}

// status returns how the process ended.
func (p *process) status() (exit int, signal string) {
	select {
	case <-p.ended:
	default:
		return -1, ""
	}
	state, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus)
	if !ok {
		return p.cmd.ProcessState.ExitCode(), ""
	}
	if state.Signaled() {
		name := unix.SignalName(state.Signal())
		if len(name) > 3 {
			name = name[3:] // without SIG
		}
		return -1, name
	}
	return state.ExitStatus(), ""
}
