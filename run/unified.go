package run

import (
	"znkr.io/diff/textdiff"

	"cygnet/op"
)

// unified returns a change as a unified diff.
func unified(c op.Change) string { return textdiff.Unified(c.Old, c.New) }
