package lab_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"cygnet/internal/lab"
)

func TestCloneIsASystemOfItsOwn(t *testing.T) {
	l := lab.ForTest(t, lab.Options{Kind: lab.Clone, Machines: 2, HostKeys: []string{"ed25519"}})
	m, other := l.Machines[0], l.Machines[1]
	client := dial(t, l, m)
	for _, c := range []struct{ command, want string }{
		{"stat -c %a ~; ls ~", "700\n"},
		{"hostname; whoami; pwd", m.Name + "\nroot\n/root\n"},
		{"ls -d /proc/[0-9]* | wc -l | tr -d ' '; readlink /proc/1/ns/pid /proc/self/ns/pid | uniq | wc -l", ""},
		{"cat /proc/net/dev | grep -c :", "1\n"},
		{"echo x >/dev/null && head -c 3 /dev/zero | wc -c", "3\n"},
		{"echo mine >/etc/motd; echo new >/etc/cygnet-lab-test; cat /etc/motd", "mine\n"},
		{"ls -A /tmp; ls -A /run | grep -v mount", "lock\n"},
		{"getent hosts " + m.Name + " | cut -d' ' -f1", "127.0.1.1\n"},
		{"stat -c %a /tmp /dev/null /", "1777\n666\n755\n"},
	} {
		got := output(t, client, c.command)
		if c.want != "" && got != c.want {
			t.Errorf("%s\ngot  %q\nwant %q", c.command, got, c.want)
		}
	}
	if _, err := os.Stat("/etc/cygnet-lab-test"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("outside: %v", err)
	}
	if _, err := other.ReadFile("/etc/cygnet-lab-test"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("on the other machine: %v", err)
	}
	if got, err := m.ReadFile("/etc/cygnet-lab-test"); err != nil || string(got) != "new\n" {
		t.Errorf("on the machine: %q, %v", got, err)
	}
	if err := m.WriteFile("/opt/deep/file", []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := output(t, client, "cat /opt/deep/file"); got != "text" {
		t.Errorf("got %q", got)
	}
	if host, err := os.Hostname(); err != nil || host == m.Name {
		t.Errorf("outside the host name is %q, %v", host, err)
	}
}

func TestCloneUsers(t *testing.T) {
	l := lab.ForTest(t, lab.Options{Kind: lab.Clone})
	m := l.Machines[0]
	client := dial(t, l, m)
	output(t, client, "groupadd -g 7777 team && useradd -m -u 6666 -G team -s /bin/sh student1 && useradd -s /usr/sbin/nologin daemon1")
	config := clientConfig(t, l, m)
	config.User = "student1"
	student, err := ssh.Dial("tcp", m.Addr, config)
	if err != nil {
		t.Fatal(err)
	}
	defer student.Close()
	if got := output(t, student, "id -u; id -Gn; pwd; echo $USER $HOME; touch file; stat -c %U file"); got !=
		"6666\nstudent1 team\n/home/student1\nstudent1 /home/student1\nstudent1\n" {
		t.Errorf("got %q", got)
	}
	config.User = "daemon1"
	if _, err := ssh.Dial("tcp", m.Addr, config); err == nil {
		t.Error("a user without a shell was let in")
	}
	passwd, err := os.ReadFile("/etc/passwd")
	if err != nil || bytes.Contains(passwd, []byte("student1")) {
		t.Errorf("the user is there outside: %v", err)
	}
}

func TestClonePackages(t *testing.T) {
	if _, err := os.Stat("/usr/bin/apt-get"); err != nil {
		t.Skip("the program apt-get is missing")
	}
	l := lab.ForTest(t, lab.Options{Kind: lab.Clone})
	m := l.Machines[0]
	if err := m.SetPackages(lab.Toys()...); err != nil {
		t.Fatal(err)
	}
	client := dial(t, l, m)
	output(t, client, "apt-get update")
	output(t, client, "DEBIAN_FRONTEND=noninteractive apt-get install -y toy-hello toy-app")
	if got := output(t, client, "toy-hello; toy-app; dpkg-query -W -f '${Package} ${Version} ${Status}\n' toy-lib"); got !=
		"hello\ndata\ntoy-lib 2.1-1 install ok installed\n" {
		t.Errorf("got %q", got)
	}
	if err := session(t, client).Run("apt-get install -y toy-broken"); !errors.As(err, new(*ssh.ExitError)) {
		t.Errorf("toy-broken: %v", err)
	}
	if err := m.SetPackages(lab.Package{Name: "toy-lib", Version: "3.0"}); err != nil {
		t.Fatal(err)
	}
	output(t, client, "apt-get update")
	if got := output(t, client, "apt-cache policy toy-lib | grep Candidate"); got != "  Candidate: 3.0\n" {
		t.Errorf("got %q", got)
	}
	if _, err := os.Stat("/usr/bin/toy-hello"); err == nil {
		t.Error("toy-hello was installed outside")
	}
}

func TestCloneTerminal(t *testing.T) {
	l := lab.ForTest(t, lab.Options{Kind: lab.Clone})
	s := session(t, dial(t, l, l.Machines[0]))
	if err := s.RequestPty("xterm", 20, 70, ssh.TerminalModes{}); err != nil {
		t.Fatal(err)
	}
	got, err := s.Output("tty; stty size; echo on >/dev/tty")
	if err != nil || string(got) != "/dev/pts/0\r\n20 70\r\non\r\n" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestCloneProcesses(t *testing.T) {
	l := lab.ForTest(t, lab.Options{Kind: lab.Clone, Machines: 2})
	m := l.Machines[0]
	client := dial(t, l, m)
	waitNobody(t, m)
	// It leaves its session, its parent and its environment behind.
	output(t, client, "env -i setsid sleep 1000 </dev/null >/dev/null 2>&1 &")
	waitSomebody(t, m)
	waitNobody(t, l.Machines[1])
	output(t, client, "until pkill -x sleep; do :; done")
	waitNobody(t, m)
	if got := output(t, client, "grep -l '^State:.Z' /proc/[0-9]*/status 2>/dev/null || true"); got != "" {
		t.Errorf("zombies: %s", got)
	}
}

func TestCloneDiskIsFull(t *testing.T) {
	l := lab.ForTest(t, lab.Options{Kind: lab.Clone, Disk: 1 << 20})
	s := session(t, dial(t, l, l.Machines[0]))
	var stderr bytes.Buffer
	s.Stderr = &stderr
	if err := s.Run("LC_ALL=C head -c 2000000 /dev/zero >/var/big"); err == nil || !strings.Contains(stderr.String(), "No space left") {
		t.Errorf("%v: %s", err, stderr.String())
	}
}

// namespaces returns the pid, mount and network namespaces that any process
// is in, and the mounts of all, as far as they belong to the folder.
func namespaces(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	for _, kind := range []string{"pid", "mnt", "net"} {
		links, err := filepath.Glob("/proc/[0-9]*/task/[0-9]*/ns/" + kind)
		if err != nil {
			t.Fatal(err)
		}
		for _, link := range links {
			if ns, err := os.Readlink(link); err == nil {
				found[ns] = true
			}
		}
	}
	return found
}

func TestNothingRemainsOfAClone(t *testing.T) {
	if err := lab.CanClone(); err != nil {
		t.Skip(err)
	}
	for _, how := range []string{"killed", "panicked"} {
		t.Run(how, func(t *testing.T) {
			mounts, err := os.ReadFile("/proc/self/mountinfo")
			if err != nil {
				t.Fatal(err)
			}
			before := namespaces(t)
			var env []string
			if how == "panicked" {
				env = []string{victimVar + "_PANICS=1"}
			}
			cmd, told := startVictim(t, lab.Clone, env...)
			own := map[string]bool{}
			if how == "killed" {
				for _, pid := range told.Pids {
					for _, kind := range []string{"pid", "mnt", "net"} {
						ns, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/%s", pid, kind))
						if err != nil {
							t.Fatal(err)
						}
						if before[ns] {
							t.Errorf("process %d is in a namespace that was there before: %s", pid, ns)
						}
						own[ns] = true
					}
				}
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
			checkGone(t, told)
			waitFor(t, "the namespaces to go", func() bool {
				for ns := range namespaces(t) {
					if own[ns] {
						return false
					}
				}
				return true
			})
			after, err := os.ReadFile("/proc/self/mountinfo")
			if err != nil || !bytes.Equal(mounts, after) {
				t.Errorf("mounts changed (%v) from\n%s\nto\n%s", err, mounts, after)
			}
		})
	}
}

// A thread of ours that stayed in a clone would keep it alive, and surprise
// whoever gets that thread.
func TestNoThreadStaysInAClone(t *testing.T) {
	before := len(ownNamespaces(t))
	l := lab.ForTest(t, lab.Options{Kind: lab.Clone, Machines: 3})
	for _, m := range l.Machines {
		output(t, dial(t, l, m), "true")
	}
	waitFor(t, "all threads to be at home", func() bool { return len(ownNamespaces(t)) == before })
}

func ownNamespaces(t *testing.T) map[string]bool {
	t.Helper()
	links, err := filepath.Glob("/proc/self/task/[0-9]*/ns/*")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, link := range links {
		if ns, err := os.Readlink(link); err == nil {
			found[ns] = true
		}
	}
	return found
}
