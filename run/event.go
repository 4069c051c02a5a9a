package run

import (
	"time"

	"cygnet/connect"
)

// An Event is something that happened in a run: one of the types of this file.
// Events are the only way to learn what a run did. They are delivered one at a
// time, in the order in which they happened; whoever gets them must not block
// for long, and must not change what they hold.
type Event interface{ event() }

// A Sink gets the events of a run.
type Sink interface{ Event(time.Time, Event) }

// SinkFunc is a function as a Sink.
type SinkFunc func(time.Time, Event)

// Event calls f.
func (f SinkFunc) Event(t time.Time, e Event) { f(t, e) }

// A Status is how an operation, or a host, ended.
type Status uint8

// The statuses.
const (
	Waiting   Status = iota // not begun
	Running                 // begun, not ended
	Changed                 // commands ran and succeeded
	Unchanged               // there was nothing to do
	Skipped                 // not for this host: _if, _run_once, or it had dropped out
	Ignored                 // it failed, and the deploy said to go on (_ignore_errors)
	Failed                  // it failed; the host drops out
	Unknown                 // the connection broke while it ran
)

// String returns the status in one lower-case word, as the journal keeps it.
func (s Status) String() string {
	return [...]string{"waiting", "running", "changed", "unchanged", "skipped", "ignored", "failed", "unknown"}[s]
}

// Operation is one operation of the fleet, as the plan has it.
type Operation struct {
	// Index counts from 0 in the order in which operations run.
	Index int
	// Name is the operation's own name, such as "apt.packages"; Label is what
	// people see.
	Name, Label string
	// Detail shows its own arguments, on the first host, with " | " between
	// them; empty if the deploy does not tell them.
	Detail string
	// Position is where in the deploy it stands: file and line.
	Position string
	// Hosts are the hosts that take part; WillChange and Conditional those of
	// them on which the plan has commands, Conditional where an _if decides
	// later.
	Hosts, WillChange, Conditional []string
	// Nothing says for the other hosts why there is nothing to do; those whose
	// operation does not say are not in it.
	Nothing map[string]string
}

// Events of a run as a whole.
type (
	// Started is the first event.
	Started struct {
		ID      string // sorts by time
		Version string
		Args    []string // the command line, secrets masked
		Hosts   []string
		Dry     bool
	}
	// Phase says what the run does now: "connect", in which each host is also
	// prepared as soon as it is reached, "execute" or "disconnect".
	Phase struct{ Name string }
	// Planned comes when all hosts are prepared. Diffs are in the order of the
	// plan, if they were asked for.
	Planned struct{ Operations []Operation }
	// Diff shows what an operation would change in a text file.
	Diff struct{ Host, Label, Path, Text string }
	// Stopping says that the run will end when what runs now has ended.
	Stopping struct{ Reason string }
	// Message is a word from the deploy to its user: logger, print, host.noop.
	Message struct {
		Host  string // empty: not about one host
		Level string // "debug", "info", "warning", "error"
		Text  string
	}
	// Finished is the last event.
	Finished struct {
		Summary Summary
	}
)

// Events of one host.
type (
	// Connecting starts an attempt to reach a host; attempts count from 1.
	Connecting struct {
		Host    string
		Attempt int
	}
	// Connected says that the host can be asked. NewKey: its key was not known
	// before and has been kept.
	Connected struct {
		Host   string
		Took   time.Duration
		NewKey bool
	}
	// ConnectFailed is an attempt that did not succeed; the next one comes
	// after Retry, or never if that is 0.
	ConnectFailed struct {
		Host    string
		Attempt int
		Err     error
		Retry   time.Duration
	}
	// Prepared says that the host's plan is there.
	Prepared struct {
		Host                string
		Operations, Changes int
		Took                time.Duration
	}
	// Dropped says that a host takes no further part, and why.
	Dropped struct {
		Host string
		Err  error
	}
	// Duckling says that a host has fallen far behind its fellows, which go on
	// without waiting for it.
	Duckling struct {
		Host      string
		Operation int // the index of what it is at
		Behind    time.Duration
	}
	// Disconnected says that the host's connection has been closed.
	Disconnected struct{ Host string }
)

// Events of operations. Operation is always the index.
type (
	// OperationStarted says that an operation's turn has come.
	OperationStarted struct{ Operation int }
	// HostStarted says that a host begins an operation; attempts count from 1.
	HostStarted struct {
		Operation int
		Host      string
		Attempt   int
	}
	// CommandStarted shows a command, secrets masked, before it runs.
	CommandStarted struct {
		Operation int
		Host      string
		Command   string
	}
	// Output is a line that a command printed.
	Output struct {
		Operation int
		Host      string
		Stream    connect.Stream
		Line      string
	}
	// HostRetry says that an attempt failed and the next comes after Wait.
	HostRetry struct {
		Operation int
		Host      string
		Attempt   int // the one that failed
		Of        int // attempts in all
		Err       error
		Wait      time.Duration
	}
	// HostFinished says how an operation ended on a host.
	HostFinished struct {
		Operation int
		Host      string
		Status    Status
		Attempts  int
		Exit      int    // exit status of the last command; -1 if none ran
		Reason    string // why there was nothing to do
		Err       error  // why it failed
		Took      time.Duration
	}
	// OperationFinished says that all hosts have ended an operation, but for
	// ducklings.
	OperationFinished struct{ Operation int }
)

func (Started) event()           {}
func (Phase) event()             {}
func (Planned) event()           {}
func (Diff) event()              {}
func (Stopping) event()          {}
func (Message) event()           {}
func (Finished) event()          {}
func (Connecting) event()        {}
func (Connected) event()         {}
func (ConnectFailed) event()     {}
func (Prepared) event()          {}
func (Dropped) event()           {}
func (Duckling) event()          {}
func (Disconnected) event()      {}
func (OperationStarted) event()  {}
func (HostStarted) event()       {}
func (CommandStarted) event()    {}
func (Output) event()            {}
func (HostRetry) event()         {}
func (HostFinished) event()      {}
func (OperationFinished) event() {}
