//go:build unix

package lab

import (
	"errors"
	"syscall"
)

// OpenConnections returns how many connections the machine serves.
func OpenConnections(m *Machine) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.conns)
}

// Alive reports whether there is such a process.
func Alive(pid int) bool { return !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }
