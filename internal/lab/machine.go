package lab

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"
)

// A Machine is one SSH server and the place in which its commands run. Its
// methods may be called from many goroutines at once.
type Machine struct {
	// Name is also the host name of a clone.
	Name string
	// Addr is where the machine listens, such as "127.0.0.1:40001".
	Addr string
	// User is who can log in: the user of this process on a home machine,
	// root on a clone, where every other user who has a shell can too.
	User string
	// Root is the home folder of a home machine and the root folder of a
	// clone, as this process sees it.
	Root string

	lab    *Lab
	place  place
	counts counts
	wg     sync.WaitGroup // the accept loop and the connections

	closeOnce sync.Once

	mu       sync.Mutex
	stopped  bool
	hostKeys []ssh.Signer
	faults   Faults
	changed  chan struct{} // closed and replaced when faults change
	listener net.Listener  // nil while the port is closed
	reopen   *time.Timer   // set while RefuseFor lasts
	conns    map[*conn]struct{}
}

// A place is where a machine's commands run: what differs between the kinds.
type place interface {
	// login returns who a user is there, or an error if there is no such user.
	login(user string) (*account, error)
	// start starts the command in the place, as who.
	start(cmd *exec.Cmd, who *account) error
	// ended is told the id of each process that was started and has ended.
	ended(pid int)
	// terminal opens a new terminal: the end to keep and the command's end.
	terminal(who *account) (ours, theirs *os.File, err error)
	// inside calls f so that path leads to the file of that name in the place.
	inside(path string, f func(path string) error) error
	// has reports whether there is a program at the absolute path.
	has(path string) bool
	// processes lists what runs there.
	processes() ([]int, error)
	// close ends the place and the commands that run there. It may leave what
	// those left behind to Lab.Close.
	close() error
}

// An account is a user of a machine.
type account struct {
	name, home, shell string
	uid, gid          uint32
	groups            []uint32
	env               []string // on top of what sshd sets
}

func (m *Machine) start() error {
	m.changed = make(chan struct{})
	m.conns = make(map[*conn]struct{})
	if err := m.ChangeHostKey(); err != nil {
		return err
	}
	var err error
	if m.lab.Kind == Clone {
		m.place, err = newClone(m)
	} else {
		m.place, err = newHome(m)
	}
	if err != nil {
		return err
	}
	return m.open("127.0.0.1:0")
}

// open listens and starts the accept loop. The port may be in use for a
// moment after it was closed.
func (m *Machine) open(addr string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.stopped || m.listener != nil {
		return nil
	}
	var listener net.Listener
	var err error
	for range 50 {
		if listener, err = net.Listen("tcp", addr); err == nil {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if err != nil {
		return err
	}
	m.listener = listener
	if m.Addr == "" {
		m.Addr = listener.Addr().String()
	}
	m.wg.Go(func() { m.accept(listener) })
	return nil
}

func (m *Machine) stop() error {
	m.mu.Lock()
	m.stopped = true
	if m.listener != nil {
		m.listener.Close()
	}
	if m.reopen != nil {
		m.reopen.Stop()
	}
	place := m.place
	m.mu.Unlock()
	m.Disconnect()
	var err error
	if place != nil {
		m.closeOnce.Do(func() { err = place.close() }) // kills what sessions wait for
	}
	m.wg.Wait()
	if err != nil {
		return fmt.Errorf("stop %s: %w", m.Name, err)
	}
	return nil
}

// Disconnect cuts all connections to the machine at once. Commands that run
// live on, as they would on a machine that lost its network.
func (m *Machine) Disconnect() {
	m.mu.Lock()
	conns := make([]*conn, 0, len(m.conns))
	for c := range m.conns {
		conns = append(conns, c)
	}
	m.mu.Unlock()
	for _, c := range conns {
		c.abort()
	}
}

// Processes lists the processes that run on the machine, by their ids as this
// process sees them, without those that have ended but were not waited for.
// On a home machine these are, on Linux, all that have the machine's mark in
// their environment; elsewhere the leaders of process groups that are not
// empty.
func (m *Machine) Processes() ([]int, error) {
	pids, err := m.place.processes()
	slices.Sort(pids)
	if err != nil {
		return nil, fmt.Errorf("processes of %s: %w", m.Name, err)
	}
	return pids, nil
}

// ReadFile reads a file on the machine. On a home machine the path starts at
// its home, with or without a slash.
func (m *Machine) ReadFile(path string) ([]byte, error) {
	var data []byte
	err := m.place.inside(path, func(path string) (err error) {
		data, err = os.ReadFile(path)
		return err
	})
	return data, err
}

// WriteFile writes a file on the machine, and the folders it is in. On a home
// machine the path starts at its home, with or without a slash.
func (m *Machine) WriteFile(path string, data []byte, perm os.FileMode) error {
	return m.place.inside(path, func(path string) error {
		return writeFile(path, data, perm)
	})
}

func writeFile(path string, data []byte, perm os.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(path, data, perm); err != nil {
		return err
	}
	return os.Chmod(path, perm) // whatever the umask and the old mode were
}

func (m *Machine) hostPort() (string, int) {
	host, port, err := net.SplitHostPort(m.Addr)
	n, err2 := strconv.Atoi(port)
	if err := errors.Join(err, err2); err != nil {
		return m.Addr, 0 // Addr was overwritten by the caller
	}
	return host, n
}
