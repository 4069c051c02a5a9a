//go:build unix

package lab

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// OpenConnections returns how many connections the machine serves.
func OpenConnections(m *Machine) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.conns)
}

// Alive reports whether there is such a process. One that has ended is not
// alive, even if nobody has waited for it yet, where that can be seen.
func Alive(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if _, after, ok := strings.Cut(string(stat), ") "); err == nil && ok {
		return !strings.HasPrefix(after, "Z")
	}
	return !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH)
}
