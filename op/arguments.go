package op

import (
	"context"
	"maps"
	"slices"
	"time"

	"cygnet/shell"
)

// Arguments are the global arguments: those that every operation takes besides
// its own. In a deploy file their names start with an underscore, but for name.
// The zero value is an operation that runs as the login user, once, and must
// succeed.
type Arguments struct {
	// Name labels the operation; empty is the operation's own name.
	Name string

	As shell.Identity // _sudo, _sudo_user
	// Env is exported to the commands. It travels by standard input and is
	// never shown; what the host prints of it is masked where a variable's name
	// says that it is secret (see [shell.SecretName]).
	Env        map[string]string
	Dir        string // _chdir
	Executable string // _shell_executable; empty is sh

	// Timeout bounds each command; 0 is no bound.
	Timeout time.Duration
	// SuccessExitCodes are the exit statuses of success; empty means 0 alone.
	SuccessExitCodes []int

	IgnoreErrors    bool
	ContinueOnError bool // with IgnoreErrors: run the operation's other commands too

	// If decides, when the operation's turn has come, whether it runs: all
	// must return true. An error fails the operation.
	If []func(context.Context) (bool, error)

	Parallel int // at most so many hosts at a time; 0 is no limit of its own
	// RunOnce runs it on one host: the first of the inventory that takes part
	// or, with conditions, the first for which they hold. If it fails there, no
	// other host tries.
	RunOnce bool
	Serial  bool // one host at a time

	Retries    int           // attempts after the first that failed
	RetryDelay time.Duration // before the first retry; 0 is the default, 5 seconds
	// RetryUntil is asked after each attempt that did not fail; true means
	// try again.
	RetryUntil func(context.Context, Attempt) (bool, error)
}

// An Attempt is what RetryUntil decides on.
type Attempt struct {
	Host           string
	Operation      string
	Commands       []string
	Stdout, Stderr []string
}

// Succeeded reports whether an exit status is one of success.
func (a Arguments) Succeeded(status int) bool {
	if len(a.SuccessExitCodes) == 0 {
		return status == 0
	}
	return slices.Contains(a.SuccessExitCodes, status)
}

// Command returns text in the circumstances that the arguments say.
func (a Arguments) Command(text shell.Text) shell.Command {
	return shell.Command{Text: text, As: a.As, Env: maps.Clone(a.Env), Dir: a.Dir, Executable: a.Executable}
}

// A Call is one operation as a deploy called it for one host.
type Call struct {
	Operation Operation
	// Name is the operation's own name, such as "apt.packages".
	Name      string
	Arguments Arguments
	// Order is the place of the call in the deploy: calls of equal order on
	// several hosts are one operation of the fleet.
	Order Order
	// Position is file and line, for messages; it may be empty.
	Position string
	// Detail shows the operation's own arguments to people, shortened, secrets
	// masked, with " | " between them. It may be empty.
	Detail string
}

// Label returns what people see as the operation's name.
func (c Call) Label() string {
	if c.Arguments.Name != "" {
		return c.Arguments.Name
	}
	if c.Detail == "" {
		return c.Name
	}
	return c.Name + " (" + c.Detail + ")"
}

// An Order is a place in a deploy: the numbers of the files and lines that lead
// to a call, then one that counts repetitions, as in a loop.
type Order []int

// Compare tells which place comes first.
func (o Order) Compare(other Order) int { return slices.Compare(o, other) }
