//go:build !unix

package local

import "syscall"

// Connect refuses systems without a POSIX shell, so that none of this is used.

func groupOfItsOwn() *syscall.SysProcAttr { return nil }

func (p *process) killGroup() {}

func (p *process) status() (exit int, signal string) { return p.cmd.ProcessState.ExitCode(), "" }
