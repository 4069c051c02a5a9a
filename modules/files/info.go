package files

import (
	"time"

	"cygnet/fact"
)

// An Info says what is at a path. In deploy files it is None where there is
// nothing, False where there is something else than was asked for, and else a
// dict with these keys: user and group, the owner's names; mode, a number with
// the digits of chmod, such as 644; size, in bytes; atime, mtime and ctime,
// datetimes in UTC, None where the host does not tell; for a link link_target,
// where it leads, as written in it.
type Info struct {
	// Exists says that what was asked for is there.
	Exists bool
	// Other says that something else is there. If neither is set, nothing is.
	Other bool

	// User and Group are the owner's names.
	User, Group string
	// Mode has the permissions and setuid, setgid and sticky, such as 0o4755.
	Mode uint32
	// Times are in UTC; one that the host does not tell is the zero time.
	Atime, Mtime, Ctime time.Time
	Size                int64 // bytes
	// Target is where a link leads, as it is written in the link.
	Target string

	link bool
}

// Plain implements fact.Plainer. A mode is a number whose decimal digits are the
// octal ones, as it is written in deploy files.
func (i Info) Plain() any {
	switch {
	case i.Other:
		return false
	case !i.Exists:
		return nil
	}
	dict := fact.Dict{
		{Key: "user", Value: i.User},
		{Key: "group", Value: i.Group},
		{Key: "mode", Value: i.digits()},
		{Key: "atime", Value: plainTime(i.Atime)},
		{Key: "mtime", Value: plainTime(i.Mtime)},
		{Key: "ctime", Value: plainTime(i.Ctime)},
		{Key: "size", Value: i.Size},
	}
	if i.link {
		dict = append(dict, fact.Item{Key: "link_target", Value: i.Target})
	}
	return dict
}

// digits writes the octal digits of the mode as decimal ones: 0o644 is 644.
func (i Info) digits() int64 {
	var n int64
	for shift, place := 0, int64(1); shift < 12; shift, place = shift+3, place*10 {
		n += int64(i.Mode>>shift&7) * place
	}
	return n
}

func plainTime(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}
