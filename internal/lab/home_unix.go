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
	closed bool
	groups map[int]struct{} // process groups of commands that run, or, without marks, of any left
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
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return errors.New("the machine is gone")
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	h.groups[cmd.Process.Pid] = struct{}{}
	if hasMarks {
		return nil
	}
	return h.m.lab.guard.watch(cmd.Process.Pid)
}

func (h *home) ended(pid int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if hasMarks {
		delete(h.groups, pid)
	} else if !groupLives(pid) {
		delete(h.groups, pid)
		h.m.lab.guard.forget(pid)
	}
}

func (h *home) terminal(*account) (ours, theirs *os.File, err error) {
	ours, theirs, err = pty.Open()
	if err != nil {
		return nil, nil, err
	}
	if ours, err = pollable(ours); err != nil {
		return nil, nil, errors.Join(err, theirs.Close())
	}
	return ours, theirs, nil
}

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
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	var err error
	for pid := range h.groups {
		err = errors.Join(err, ignoreGone(syscall.Kill(-pid, syscall.SIGKILL)))
	}
	return err
}

func groupLives(pid int) bool { return !errors.Is(syscall.Kill(-pid, 0), syscall.ESRCH) }

func ignoreGone(err error) error {
	if errors.Is(err, syscall.ESRCH) || errors.Is(err, syscall.EPERM) {
		return nil // EPERM is what macOS says of processes that ended and were not waited for
	}
	return err
}
