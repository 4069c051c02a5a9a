package run

import (
	"context"
	"errors"
	"fmt"

	"znkr.io/diff/textdiff"

	"cygnet/op"
)

// makeDiffs finds out what the host's plans would change in text files. What
// keeps a diff from being made is in the call's diffErr: nothing hangs on it.
func (h *Host) makeDiffs(ctx context.Context) {
	left := h.calls
	err := errors.New("it still asks for facts")
	for range maxRounds {
		if left = differing(ctx, left); len(left) == 0 {
			return
		}
		if failed := h.fetch(ctx); failed != nil {
			err = failed
			break
		}
	}
	for _, c := range left {
		c.diffErr = err
	}
}

// differing makes diffs and returns the calls whose facts are missing.
func differing(ctx context.Context, calls []*call) []*call {
	var left []*call
	for _, c := range calls {
		differ, ok := c.Operation.(op.Differ)
		if !ok || c.planErr != nil || len(c.plan.Commands) == 0 {
			continue
		}
		c.change, c.diffErr = differ.Diff(c.view(ctx))
		if isPending(c.diffErr) {
			left = append(left, c)
		}
	}
	return left
}

// tellDiff tells what a call would change in a text file.
func (e *engine) tellDiff(c *call) {
	name := c.host.Name()
	switch {
	case c.diffErr != nil:
		text := fmt.Sprintf("%s: no diff: %v", c.Label(), c.diffErr)
		e.emit(Message{Host: name, Level: "warning", Text: e.secrets.Mask(text)})
	case c.change.Path != "":
		text := e.secrets.Mask(unified(c.change))
		e.emit(Diff{Host: name, Label: c.Label(), Path: c.change.Path, Text: text})
	}
	c.change = op.Change{} // it may be long
}

// unified returns a change as a unified diff.
func unified(c op.Change) string { return textdiff.Unified(c.Old, c.New) }
