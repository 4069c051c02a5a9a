// Command vectors runs test cases of pyinfra's public test data against
// Cygnet's operations and facts.
//
//	go run ./internal/vectors [-v] [-run REGEXP] DIR
//
// DIR has a file for each case: operations/MODULE.OPERATION/CASE.json and
// facts/MODULE.FACT/CASE.json. An operation's case says which commands it must
// plan on a host with given facts; a fact's case which command asks, and what
// value its output has. Commands and values must be the same to the letter; the
// texts of reasons and errors are our own. [Differences] lists the cases in which
// another command is better.
//
// Each case that fails is printed with what differs. The last line counts; a
// case is missing if there is no such operation or fact yet. The exit status is
// 1 if any case failed.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"

	"cygnet/modules"
)

func main() {
	if err := run(os.Stdout, os.Args[1:]); err != nil {
		if !errors.Is(err, errFailed) {
			fmt.Fprintln(os.Stderr, "vectors:", err)
		}
		os.Exit(1)
	}
}

var errFailed = errors.New("cases failed")

func run(w io.Writer, args []string) error {
	flags := flag.NewFlagSet("vectors", flag.ContinueOnError)
	verbose := flags.Bool("v", false, "print all cases")
	only := flags.String("run", "", "run only the cases whose path matches this `regexp`")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() != 1 {
		return errors.New("give the folder of the cases")
	}
	match, err := regexp.Compile(*only)
	if err != nil {
		return fmt.Errorf("-run: %w", err)
	}
	cases, err := load(flags.Arg(0))
	if err != nil {
		return err
	}
	suite := suite{registry: modules.All(), differences: Differences, additions: Additions}
	count := map[verdict]int{}
	for _, c := range cases {
		if !match.MatchString(c.Path) {
			continue
		}
		r := suite.run(c)
		count[r.verdict]++
		if *verbose || r.verdict == failed || r.verdict == skipped {
			fmt.Fprintf(w, "%s: %s\n%s", r.verdict, c.Path, r.detail)
		}
	}
	fmt.Fprintf(w, "%d passed, %d failed, %d differences, %d missing\n",
		count[passed], count[failed], count[different], count[missing])
	if count[failed] > 0 {
		return errFailed
	}
	return nil
}
