// Package lab makes machines to test on: SSH servers inside this process, each
// with a place of its own where its commands really run.
//
//	l, err := lab.Start(ctx, lab.Options{Machines: 12, Kind: lab.Auto})
//	if err != nil { ... }
//	defer l.Close()
//	os.WriteFile("machines.py", []byte(l.Inventory()), 0o600)
//	l.Machines[3].Set(lab.Faults{ExecDelay: 5 * time.Second})
//
// # Kinds
//
// A [Home] machine is a folder. Its commands are run by the real /bin/sh with
// HOME and the working folder there, as the user who started this process. It
// needs no rights, and nothing keeps a command from touching the rest of the
// system; what is run there should stay in its home.
//
// A [Clone] machine is a copy-on-write clone of the whole system, in
// namespaces of its own: useradd, apt-get and the rest really work in it and
// change nothing outside. Its /tmp, /run and /root start fresh, other file
// systems that are mounted under / are not there, and its network is a
// loopback interface. It needs Linux and root; [CanClone] says what is missing.
// While clones live, what others change on the system may or may not be seen
// in them.
//
// # How faithful it is
//
// Where it matters, machines do as OpenSSH's sshd does: a command is run by
// the login shell with a clean environment, at most ten sessions share one
// connection, exit-status comes when the command ends and the channel closes
// when its output has. When a client goes away, its commands are not killed:
// they lose their input and output, and live on if they do not care. So
// [Machine.Processes] shows what a client left behind. [Lab.Close] ends all of
// it, and so does a guard process when this process is killed.
package lab

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/crypto/ssh"
	"golang.org/x/sync/errgroup"
)

// Kind says what a machine is.
type Kind int

const (
	// Auto is Clone where CanClone has no objection, else Home.
	Auto Kind = iota
	// Home machines are folders; they run on every unix and need no rights.
	Home
	// Clone machines are copy-on-write clones of this system; they need Linux and root.
	Clone
)

// String returns the kind's name in lower case.
func (k Kind) String() string {
	switch k {
	case Home:
		return "home"
	case Clone:
		return "clone"
	default:
		return "auto"
	}
}

// Options describe a lab. The zero value is one machine of the best kind
// there is, with an ed25519 host key, open to the lab's own key only.
type Options struct {
	// Machines is how many to start; zero means one.
	Machines int
	// Kind of all the machines.
	Kind Kind
	// Dir is the folder in which the lab makes its own, which goes when the
	// lab does. Empty means the system's folder for temporary files.
	Dir string
	// HostKeys are the types of host key that every machine has: "ed25519",
	// "ecdsa", "rsa". Empty means ed25519.
	HostKeys []string
	// Password, when not empty, opens every machine too.
	Password string
	// Banner is sent to every client before it authenticates.
	Banner string
	// MaxSessions is how many sessions may be open on one connection at a
	// time: zero means 10 as in sshd_config, less than zero no limit.
	MaxSessions int
	// Disk is how many bytes a clone can write before its disk is full. Zero
	// means 1 GiB. It counts for clones only, and memory is used for what is
	// written only.
	Disk int64
}

// A Lab is a set of machines that live as long as it does.
type Lab struct {
	// Machines are all machines, named vm001 and so on. They may be used from
	// many goroutines at once.
	Machines []*Machine
	// Kind is what the machines are: Home or Clone, never Auto.
	Kind Kind

	opts   Options
	id     string
	dir    string
	signer ssh.Signer
	guard  *guard
}

// Start starts a lab. Its machines answer when Start returns; on an error
// nothing is left. The context bounds Start alone: a lab lives until Close.
func Start(ctx context.Context, opts Options) (*Lab, error) {
	opts.Machines = max(opts.Machines, 1)
	opts.MaxSessions = cmp.Or(opts.MaxSessions, 10)
	opts.Disk = cmp.Or(opts.Disk, 1<<30)
	if len(opts.HostKeys) == 0 {
		opts.HostKeys = []string{"ed25519"}
	}
	kind, err := choose(opts.Kind)
	if err != nil {
		return nil, err
	}
	l := &Lab{Kind: kind, opts: opts, id: randomID()}
	if err := l.start(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("start lab: %w", err), l.Close())
	}
	return l, nil
}

func choose(kind Kind) (Kind, error) {
	if kind == Home {
		return Home, nil
	}
	err := CanClone()
	if err == nil {
		return Clone, nil
	}
	if kind == Auto {
		return Home, nil
	}
	return kind, err
}

func (l *Lab) start(ctx context.Context) error {
	dir, err := os.MkdirTemp(l.opts.Dir, "cygnet-lab-")
	if err != nil {
		return err
	}
	l.dir = dir
	// HOME has to be what pwd prints, also where the folder for temporary
	// files is a symbolic link, as on macOS.
	if l.dir, err = filepath.EvalSymlinks(dir); err != nil {
		return err
	}
	if l.guard, err = startGuard(l.id, l.dir); err != nil {
		return err
	}
	if err := l.makeKey(); err != nil {
		return err
	}
	if err := l.startMachines(ctx); err != nil {
		return err
	}
	return l.writeKnownHosts()
}

// startMachines starts a few machines at a time: making one is work for the
// processor and the kernel's locks, not waiting.
func (l *Lab) startMachines(ctx context.Context) error {
	width := max(3, len(fmt.Sprint(l.opts.Machines)))
	for i := range l.opts.Machines {
		l.Machines = append(l.Machines, &Machine{Name: fmt.Sprintf("vm%0*d", width, i+1), lab: l})
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(8)
	for _, m := range l.Machines {
		group.Go(func() error {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if err := m.start(); err != nil {
				return fmt.Errorf("%s: %w", m.Name, err)
			}
			return nil
		})
	}
	return group.Wait()
}

// Close ends all connections, all processes that still run on the machines,
// and the machines, and removes their folders. A second Close does nothing.
func (l *Lab) Close() error {
	var errs []error
	errs = append(errs, l.stopMachines())
	if l.Kind == Home {
		errs = append(errs, killMarked(l.marker("")))
	}
	if l.dir != "" {
		errs = append(errs, os.RemoveAll(l.dir))
	}
	if l.guard != nil {
		errs = append(errs, l.guard.dismiss())
		l.guard = nil
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("close lab: %w", err)
	}
	return nil
}

// stopMachines stops all machines side by side: the end of a clone is waiting
// for the kernel.
func (l *Lab) stopMachines() error {
	errs := make([]error, len(l.Machines))
	var group errgroup.Group
	group.SetLimit(32)
	for i, m := range l.Machines {
		group.Go(func() error {
			errs[i] = m.stop()
			return nil
		})
	}
	return errors.Join(group.Wait(), errors.Join(errs...))
}

// Machine returns the machine of that name, or nil.
func (l *Lab) Machine(name string) *Machine {
	for _, m := range l.Machines {
		if m.Name == name {
			return m
		}
	}
	return nil
}

// Inventory returns the text of an inventory file with all machines in a
// group "machines", each with what is needed to log in.
func (l *Lab) Inventory() string {
	var b strings.Builder
	b.WriteString("machines = [\n")
	for _, m := range l.Machines {
		host, port := m.hostPort()
		fmt.Fprintf(&b, "    (%q, {\n", m.Name)
		fmt.Fprintf(&b, "        \"ssh_hostname\": %q, \"ssh_port\": %d, \"ssh_user\": %q,\n", host, port, m.User)
		fmt.Fprintf(&b, "        \"ssh_key\": %q,\n", l.KeyFile())
		fmt.Fprintf(&b, "        \"ssh_known_hosts_file\": %q,\n", l.KnownHostsFile())
		b.WriteString("    }),\n")
	}
	b.WriteString("]\n")
	return b.String()
}

// marker is the value of CYGNET_LAB in the environment of every process that
// a machine starts, or the start of it that all machines share.
func (l *Lab) marker(machine string) string { return l.id + "/" + machine }

func randomID() string {
	var b [8]byte
	rand.Read(b[:]) // never fails, see its documentation
	return hex.EncodeToString(b[:])
}
