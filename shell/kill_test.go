//go:build unix

package shell

import (
	"bufio"
	"crypto/rand"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// start starts a command and waits until it says that it is ready.
func start(t *testing.T, c Command) *exec.Cmd {
	t.Helper()
	l, err := c.Launch(false)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("/bin/sh", "-c", l.Exec)
	cmd.Stdin = strings.NewReader(l.Input)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "ready\n" {
		t.Fatalf("it said %q, %v", line, err)
	}
	return cmd
}

func TestKillText(t *testing.T) {
	for i, how := range []struct {
		name string
		text func(string) Text
	}{
		{"here", KillText},
		// As on systems without a /proc: the same text, told that there is none.
		{"by ps", func(tag string) Text {
			return Raw(strings.ReplaceAll(KillText(tag).Reveal(), "[ -r /proc/self/environ ]", "false"))
		}},
	} {
		t.Run(how.name, func(t *testing.T) {
			t.Parallel()
			if _, err := exec.LookPath("ps"); err != nil && how.name == "by ps" {
				t.Skip("no ps here")
			}
			mark := strconv.Itoa(i) + strconv.Itoa(os.Getpid())
			tag := rand.Text()
			other := start(t, Command{Text: Raw("echo ready; exec sleep 100" + mark), Tag: tag + "2"})
			stubborn := start(t, Command{
				Text: Raw("trap '' TERM; env -i sh -c 'sleep 200" + mark + "' & (sleep 200" + mark + " &) ; echo ready; while :; do sleep 200" + mark + "; done"),
				Tag:  tag,
			})
			out, exit := launch(t, Command{Text: how.text(tag), Tag: "another"}, "", false)
			if out != "0\n" || exit != 0 {
				t.Errorf("it says %q with status %d", out, exit)
			}
			if err := stubborn.Wait(); err == nil {
				t.Error("the command ended by itself")
			}
			if left, _ := exec.Command("sh", "-c", "ps -A -o args= | grep 'sleep 200"+mark+"' | grep -v grep").Output(); len(left) > 0 {
				t.Errorf("left: %s", left)
			}
			if err := other.Process.Signal(syscall.Signal(0)); err != nil {
				t.Errorf("a command with another tag is gone: %v", err)
			}
			if err := other.Process.Kill(); err != nil {
				t.Error(err)
			}
			if err := other.Wait(); err == nil {
				t.Error("the other command ended by itself")
			}
		})
	}
}

func TestKillTextFindsNothing(t *testing.T) {
	if out, exit := launch(t, Command{Text: KillText("it's " + rand.Text())}, "", false); out != "0\n" || exit != 0 {
		t.Errorf("it says %q with status %d", out, exit)
	}
}
