//go:build unix

package lab_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"cygnet/internal/lab"
)

// A victim is what a child process tells of the lab it started.
type victim struct {
	Dir  string
	Pids []int
}

// victimVar makes the test binary a process that starts a lab and waits to be
// killed; its value is the kind of the lab.
const victimVar = "CYGNET_LAB_TEST_VICTIM"

func TestMain(m *testing.M) {
	if kind := os.Getenv(victimVar); kind != "" {
		if err := beVictim(kind); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

func beVictim(kind string) error {
	opts := lab.Options{Machines: 2, Kind: lab.Home, Dir: os.Getenv("TMPDIR")}
	if kind == lab.Clone.String() {
		opts.Kind = lab.Clone
	}
	l, err := lab.Start(context.Background(), opts)
	if err != nil {
		return err
	}
	told := victim{}
	for _, m := range l.Machines {
		client, err := ssh.Dial("tcp", m.Addr, &ssh.ClientConfig{
			User: m.User, Auth: []ssh.AuthMethod{ssh.PublicKeys(l.Key())}, HostKeyCallback: ssh.FixedHostKey(m.HostKeys()[0]),
		})
		if err != nil {
			return err
		}
		s, err := client.NewSession()
		if err != nil {
			return err
		}
		// One in a session of its own, that nothing but its mark tells of.
		out, err := s.StdoutPipe()
		if err != nil {
			return err
		}
		if err := s.Start("(trap '' HUP; sleep 1000 </dev/null >/dev/null 2>&1 &) ; echo on; sleep 1000; :"); err != nil {
			return err
		}
		if _, err := io.ReadFull(out, make([]byte, 3)); err != nil {
			return err
		}
		pids, err := m.Processes()
		if err != nil {
			return err
		}
		told.Pids = append(told.Pids, pids...)
	}
	told.Dir = strings.TrimSuffix(l.KeyFile(), "/id_ed25519")
	if err := json.NewEncoder(os.Stdout).Encode(told); err != nil {
		return err
	}
	if os.Getenv(victimVar+"_PANICS") != "" {
		panic("as asked")
	}
	select {}
}

// startVictim returns the running child and what it told.
func startVictim(t *testing.T, kind lab.Kind, env ...string) (*exec.Cmd, victim) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), victimVar+"="+kind.String(), "TMPDIR="+t.TempDir())
	cmd.Env = append(cmd.Env, env...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill() // most often it is gone already
		cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var told victim
	if err := json.Unmarshal(line, &told); err != nil {
		t.Fatal(err)
	}
	if len(told.Pids) < 2 {
		t.Fatalf("the victim runs too little: %+v", told)
	}
	return cmd, told
}

func checkGone(t *testing.T, told victim) {
	t.Helper()
	for _, pid := range told.Pids {
		waitFor(t, fmt.Sprintf("process %d to be killed", pid), func() bool { return !lab.Alive(pid) })
	}
	waitFor(t, told.Dir+" to be removed", func() bool {
		_, err := os.Stat(told.Dir)
		return errors.Is(err, os.ErrNotExist)
	})
}

func TestNothingRemainsOfAHome(t *testing.T) {
	t.Run("killed", func(t *testing.T) {
		cmd, told := startVictim(t, lab.Home)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		checkGone(t, told)
	})
	t.Run("panicked", func(t *testing.T) {
		_, told := startVictim(t, lab.Home, victimVar+"_PANICS=1")
		checkGone(t, told)
	})
}
