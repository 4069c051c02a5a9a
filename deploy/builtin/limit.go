package builtin

import "go.starlark.net/starlark"

// Limits of what one call may make.
const (
	maxText  = 16 << 20 // bytes of a string
	maxItems = 4 << 20  // items of a container
	maxWalk  = 8 << 20  // items that one call looks at: about a second
)

// roomForText raises MemoryError if a text of n parts of size bytes is too long.
func roomForText(n, size int) error {
	if n > 0 && size > 0 && (n > maxText || size > maxText/n) {
		return Raise(MemoryError, "a text may have %d MiB at most", maxText>>20)
	}
	return nil
}

// roomForItems raises MemoryError if a container of n items is too long.
func roomForItems(n int) error {
	if n > maxItems {
		return Raise(MemoryError, "a container may have %d items at most", maxItems)
	}
	return nil
}

// roomToWalk raises RuntimeError if a call has looked at n items, which is too
// many: the steps that limit a program do not count in there.
func roomToWalk(n int) error {
	if n > maxWalk {
		return Raise(RuntimeError, "more than %d items were looked at by one call: is the iteration without end?", maxWalk)
	}
	return nil
}

// newText returns a text that is not too long.
func (c *call) newText(s string) starlark.Value {
	if err := roomForText(1, len(s)); err != nil {
		return c.fail(err)
	}
	return starlark.String(s)
}
