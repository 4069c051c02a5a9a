package op

// A Differ is an operation that can show what it would change in a text file of
// the host. Like Plan, Diff is pure and may return an error that wraps
// fact.ErrPending. A Change without a path means that there is nothing to show:
// no text, too much of it, or no change.
type Differ interface {
	Diff(*Host) (Change, error)
}

// A Change is a text file of the host before and after an operation.
type Change struct {
	Path     string
	Old, New string
}

// MaxDiff is the size, in bytes, of the largest file that is worth a diff.
const MaxDiff = 256 << 10
