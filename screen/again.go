package screen

import (
	"slices"
	"strings"

	"cygnet/shell"
)

// program is the name by which a user starts Cygnet.
const program = "cygnet"

// mostLimits is how many hosts a command names by --limit. A longer command
// line is nothing to paste; the deploy for all hosts does the same, since those
// that are done have nothing to do.
const mostLimits = 40

// again returns the command that brings the hosts to the end, of all that the
// run had. just says that it is for these hosts only: args, the command line
// after the program's name, with --limit for each of them instead of what was
// limited before.
func again(args, hosts []string, all int) (command string, just bool) {
	if len(hosts) == 0 || len(hosts) == all || len(hosts) > mostLimits {
		return words(args), len(hosts) == all
	}
	kept, rest := args, []string(nil)
	if i := slices.Index(args, "--"); i >= 0 {
		kept, rest = args[:i], args[i:]
	}
	kept = unlimited(kept)
	for _, h := range hosts {
		kept = append(kept, "--limit", h)
	}
	return words(append(kept, rest...)), true
}

// unlimited returns args without --limit.
func unlimited(args []string) []string {
	var kept []string
	for i := 0; i < len(args); i++ {
		switch {
		case args[i] == "--limit":
			i++
		case strings.HasPrefix(args[i], "--limit="):
		default:
			kept = append(kept, args[i])
		}
	}
	return kept
}

// words returns a command line to paste into a shell. A word that holds what no
// terminal should get is written in the visible form of it.
func words(args []string) string {
	return clean(shell.Words(append([]string{program}, args...)...).String())
}
