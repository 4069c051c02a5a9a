// Command system-setup is system-setup.py as a Go program: it sets up the
// machines that are named on its command line.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"cygnet"
	"cygnet/modules/apt"
	"cygnet/modules/server"
)

const opamSwitch = "5.2.0"

func setup(_ context.Context, h *cygnet.Host) error {
	h.Do(apt.Packages{Packages: []string{"make", "git", "cmake", "curl"}, Update: true, CacheTime: 24 * 60 * 60},
		cygnet.Arguments{Name: "Ensure essential system packages are installed", Parallel: 4})
	h.Do(server.User{User: "student1", Shell: "/bin/bash", Home: "/home/student1", CreateHome: true},
		cygnet.Arguments{Name: "Student's account"})
	h.Do(server.Shell{Commands: []string{"opam install -y utop dune llvm --switch " + opamSwitch}},
		cygnet.Arguments{Timeout: time.Hour, Env: map[string]string{"OPAMYES": "1", "OPAMSWITCH": opamSwitch}})
	return nil
}

func main() {
	machines, err := cygnet.Machines(os.Args[1:]...)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	summary, err := cygnet.Run(context.Background(), machines, setup, cygnet.Options{
		Events: func(at time.Time, e cygnet.Event) { fmt.Printf("%s %T %+v\n", at.Format(time.TimeOnly), e, e) },
	})
	if err != nil || !summary.Converged() {
		fmt.Fprintln(os.Stderr, "not done:", summary.NotDone(), err)
		os.Exit(1)
	}
}
