// Command cygnet brings a fleet of machines to the state that a deploy file
// describes.
package main

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/spf13/cobra"
)

// Exit statuses.
const (
	exitConverged   = 0   // every host is in the deploy's state
	exitNotDone     = 1   // a host failed, or was not reached, or is unknown
	exitNotStarted  = 2   // the command line, a file or the inventory is wrong
	exitInterrupted = 130 // Ctrl-C
)

// errNotDone and errInterrupted have been told already, by the screen.
var (
	errNotDone     = errors.New("not all hosts are done")
	errInterrupted = errors.New("interrupted")
)

func main() {
	os.Exit(cygnet(context.Background(), os.Args[1:], console{os.Stdin, os.Stdout, os.Stderr}))
}

// console is where a command reads and writes: stdout is data, stderr is talk.
type console struct {
	in       io.Reader
	out, err io.Writer
}

// cygnet runs the command line and returns the exit status.
func cygnet(ctx context.Context, args []string, con console) int {
	root := newRoot(con)
	root.SetArgs(args)
	root.SetIn(con.in)
	root.SetOut(con.out)
	root.SetErr(con.err)
	err := completion(root)
	if err == nil {
		err = root.ExecuteContext(ctx)
	}
	switch {
	case err == nil:
		return exitConverged
	case errors.Is(err, errInterrupted):
		return exitInterrupted
	case errors.Is(err, errNotDone):
		return exitNotDone
	}
	text := "cygnet: " + err.Error()
	if f, ok := errors.AsType[formatted](err); ok {
		text = f.Error()
	}
	warn(con, text)
	return exitNotStarted
}

func newRoot(con console) *cobra.Command {
	root := newRun(con)
	root.Version = version()
	root.SilenceErrors = true
	root.SilenceUsage = true
	root.AddCommand(newFact(con), newCheck(con), newStubs(con), newDemo(con), newRuns(con), newShow(con))
	return root
}
