//go:build unix

package lab

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// guardScript waits for the end of its input, which comes when this process is
// killed. Then it ends all processes of the lab and removes its folder. Lines
// of input name process groups that started (+) and ended (-), where marks in
// the environment cannot be read. The line "bye" tells that all is done.
const guardScript = `
groups=" "
while read -r line; do
	case $line in
	bye) exit 0 ;;
	+*) groups="$groups${line#+} " ;;
	-*) g=${line#-}; groups="${groups%%" $g "*} ${groups#*" $g "}" ;;
	esac
done
for g in $groups; do kill -9 -- "-$g"; done
if [ -e /proc/self/environ ]; then
	for round in 1 2 3 4 5; do
		found=$(grep -ls "CYGNET_LAB=$1/" /proc/[0-9]*/environ)
		[ -n "$found" ] || [ $round -lt 3 ] || break
		for file in $found; do
			pid=${file#/proc/}
			kill -9 "${pid%/environ}"
		done
	done
fi
rm -rf -- "$2"
`

// A guard is a process that cleans up after this one if it cannot itself.
type guard struct {
	cmd  *exec.Cmd
	pipe *os.File
}

func startGuard(id, dir string) (*guard, error) {
	in, pipe, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	cmd := exec.Command("/bin/sh", "-c", guardScript, "cygnet-lab-guard", id, dir)
	cmd.Stdin = in
	cmd.Dir = "/"
	cmd.Env = []string{"PATH=/usr/bin:/bin"}
	// Ctrl-C at a terminal is not for the guard.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		pipe.Close()
		return nil, fmt.Errorf("start guard: %w", err)
	}
	return &guard{cmd, pipe}, nil
}

func (g *guard) watch(group int) error {
	_, err := fmt.Fprintf(g.pipe, "+%d\n", group)
	return err
}

func (g *guard) forget(group int) error {
	_, err := fmt.Fprintf(g.pipe, "-%d\n", group)
	return err
}

// dismiss ends the guard; there is nothing left to do for it.
func (g *guard) dismiss() error {
	_, err := g.pipe.WriteString("bye\n")
	return errors.Join(err, g.pipe.Close(), g.cmd.Wait())
}
