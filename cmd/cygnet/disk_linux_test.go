package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"cygnet/internal/lab"
)

// TestDiskIsFullThere fills a machine's disk by an upload and by a command.
func TestDiskIsFullThere(t *testing.T) {
	t.Parallel()
	l := lab.ForTest(t, lab.Options{Kind: lab.Clone, Disk: 4 << 20})
	p := newProcess(t, l, `files.put(name="put", src="big", dest="/srv/big")`, "-y", "--output", "plain")
	write(t, filepath.Join(p.cmd.Dir, "big"), strings.Repeat("0123456789abcdef", 8<<20/16))
	p.start().end(1, "vm001: put: upload to /srv/big: ", "o space left on device")
	if _, err := l.Machines[0].ReadFile("/srv/big"); !os.IsNotExist(err) {
		t.Errorf("half a file is there (%v)", err)
	}
	p = newProcess(t, l, `server.shell(name="write", commands=["head -c 8000000 /dev/zero >/srv/zeros"])`, "-y", "--output", "plain")
	p.start().end(1, "vm001: write: exit status 1: ", "o space left on device")
}

// TestDiskIsFullHere: the run goes on, and says once what the journal lacks.
func TestDiskIsFullHere(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root can mount a small file system")
	}
	l := lab.ForTest(t, lab.Options{Kind: lab.Home})
	p := newProcess(t, l, `
for i in range(8):
    server.shell(name="talk", commands=["yes $(printf %%0500d 1) | head -200; echo %d >>done" % i])
`, "-y", "--output", "quiet")
	state := filepath.Join(p.cmd.Dir, "state")
	if err := os.Mkdir(state, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("cygnet-test", state, "tmpfs", 0, "size=128k"); err != nil {
		t.Skip("a small file system cannot be mounted here: " + err.Error())
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(state, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	p.start().end(0, "Done: 1 host", "cygnet: the journal does not have all of this run: write journal "+state, "make room there")
	if n := strings.Count(p.text(), "the journal"); n != 1 {
		t.Errorf("the journal is spoken of %d times", n)
	}
	done, err := l.Machines[0].ReadFile("done")
	if err != nil || len(done) != 16 {
		t.Errorf("done: %q, %v", done, err)
	}
}
