package files

import (
	"bytes"
	"errors"
	"strings"
	"unicode/utf8"

	"cygnet/fact"
	"cygnet/op"
)

// Diff implements op.Differ.
func (p Put) Diff(h *op.Host) (op.Change, error) {
	src, err := p.source(h)
	if err != nil || src.size < 0 || src.size > op.MaxDiff {
		return op.Change{}, err
	}
	dest, info, err := p.target(h, src)
	if err != nil || info.Size > op.MaxDiff {
		return op.Change{}, err
	}
	change := op.Change{Path: dest}
	if info.Exists {
		lines, err := fact.Get(h, FileContents{dest})
		if _, failed := errors.AsType[*fact.FailedError](err); failed {
			return op.Change{}, nil // it cannot be read; there is nothing to compare with
		}
		if err != nil {
			return op.Change{}, err
		}
		if len(lines) > 0 {
			change.Old = strings.Join(lines, "\n") + "\n"
		}
	}
	r, err := src.content.Open(h.Local)
	if err != nil {
		return op.Change{}, err
	}
	var b bytes.Buffer
	if _, err := copyAndClose(&b, r); err != nil {
		return op.Change{}, err
	}
	change.New = b.String()
	if change.Old == change.New || !isText(change.Old) || !isText(change.New) {
		return op.Change{}, nil
	}
	return change, nil
}

func isText(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }
