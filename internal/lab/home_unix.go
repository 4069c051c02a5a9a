//go:build unix

package lab

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"sync"
	"syscall"

	"github.com/creack/pty"
)

// A home is the place of a home machine: a folder.
type home struct {
	m    *Machine
	user account

	mu     sync.Mutex
	groups map[int]struct{} // process groups; kept where the mark cannot be read
}

func newHome(m *Machine) (place, error) {
	m.Root = filepath.Join(m.lab.dir, m.Name)
	temp := filepath.Join(m.Root, ".tmp")
	if err := os.MkdirAll(temp, 0o700); err != nil {
		return nil, err
	}
	name := "user"
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	m.User = name
	return &home{
		m:      m,
		groups: map[int]struct{}{},
		user:   account{name: name, home: m.Root, shell: "/bin/sh", env: []string{"TMPDIR=" + temp}},
	}, nil
}

func (h *home) login(user string) (*account, error) {
	if user != h.user.name {
		return nil, fmt.Errorf("no user %q on %s", user, h.m.Name)
	}
	return &h.user, nil
}

func (h *home) start(cmd *exec.Cmd, _ *account) error {
	if err := cmd.Start(); err != nil {
		return err
	}
	if !hasMarks {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.groups[cmd.Process.Pid] = struct{}{}
		return h.m.lab.guard.watch(cmd.Process.Pid)
	}
	return nil
}

func (h *home) ended(pid int) {
	if hasMarks {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if !groupLives(pid) {
		delete(h.groups, pid)
		h.m.lab.guard.forget(pid)
	}
}

func (h *home) terminal() (ours, theirs *os.File, err error) { return pty.Open() }

func (h *home) inside(path string, f func(string) error) error {
	return f(filepath.Join(h.m.Root, filepath.FromSlash(path)))
}

func (h *home) has(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

func (h *home) processes() ([]int, error) {
	if hasMarks {
		return marked(h.m.lab.marker(h.m.Name))
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	var pids []int
	for pid := range h.groups {
		if groupLives(pid) {
			pids = append(pids, pid)
		} else {
			delete(h.groups, pid)
		}
	}
	return pids, nil
}

func (h *home) close() error {
	if hasMarks {
		return killMarked(h.m.lab.marker(h.m.Name))
	}
	pids, err := h.processes()
	for _, pid := range pids {
		err = errors.Join(err, ignoreGone(syscall.Kill(-pid, syscall.SIGKILL)))
	}
	return err
}

func groupLives(pid int) bool { return !errors.Is(syscall.Kill(-pid, 0), syscall.ESRCH) }

func ignoreGone(err error) error {
	if errors.Is(err, syscall.ESRCH) {
		return nil
	}
	return err
}
