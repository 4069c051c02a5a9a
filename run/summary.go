package run

import "time"

// A Summary is how a run ended.
type Summary struct {
	ID          string
	Took        time.Duration
	Dry         bool
	Declined    bool // the user said no to the plan
	Interrupted bool
	// Mistake is what is wrong with the deploy itself, so that nothing was run
	// on any host; nil if nothing is.
	Mistake    error
	Operations []OperationSummary
	Hosts      []HostSummary
	// NewKeys counts hosts whose key was seen for the first time.
	NewKeys int
}

// An OperationSummary counts how one operation ended on the hosts of the fleet.
type OperationSummary struct {
	Name, Label                                                  string
	Hosts, Changed, Unchanged, Skipped, Ignored, Failed, Unknown int
}

// A HostSummary is how a run ended for one host.
type HostSummary struct {
	Name string
	// Status is Changed, Unchanged, Failed or Unknown; Waiting if it never got
	// to the end because the run was stopped.
	Status Status
	// Operation is the label of the operation it failed in; empty if it was
	// not reached or could not be prepared.
	Operation string
	Err       error
	// Output is the last lines of what failed.
	Output []string
	// Duckling: it fell behind the others.
	Duckling                             bool
	Changed, Unchanged, Skipped, Ignored int
	Took                                 time.Duration
}

// Converged reports whether every host reached the end of the deploy.
func (s Summary) Converged() bool {
	for _, h := range s.Hosts {
		if h.Status != Changed && h.Status != Unchanged {
			return false
		}
	}
	return !s.Interrupted
}

// NotDone returns the names of the hosts that did not reach the end.
func (s Summary) NotDone() []string {
	var names []string
	for _, h := range s.Hosts {
		if h.Status != Changed && h.Status != Unchanged {
			names = append(names, h.Name)
		}
	}
	return names
}
