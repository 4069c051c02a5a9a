package files

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"time"

	"cygnet/fact"
	"cygnet/modules/facts/server"
	"cygnet/op"
)

// A Time is a time that a file is to have. Its zero value leaves the file's own.
// In deploy files it is a datetime, its ISO form as a string, seconds since 1970,
// or True for that of the controller's file. A time without a zone is one of the
// host's zone.
type Time struct {
	at    time.Time
	kind  timeKind
	naive bool
}

type timeKind uint8

const (
	timeNone timeKind = iota
	timeAt
	timeLocal
)

// At is a given time.
func At(t time.Time) Time { return Time{at: t, kind: timeAt} }

// LocalTime is the time of the controller's file.
func LocalTime() Time { return Time{kind: timeLocal} }

// IsZero reports whether no time is wanted.
func (t Time) IsZero() bool { return t.kind == timeNone }

var errTime = errors.New("a datetime, an ISO date and time, seconds since 1970, or True")

// UnmarshalArgument implements argument.Unmarshaler.
func (t *Time) UnmarshalArgument(value any) error {
	switch v := value.(type) {
	case bool:
		if *t = (Time{}); v {
			*t = LocalTime()
		}
	case int64:
		*t = At(time.Unix(v, 0))
	case float64:
		seconds, fraction := math.Modf(v)
		*t = At(time.Unix(int64(seconds), int64(math.Round(fraction*1e6))*1000))
	case time.Time:
		// A datetime without a zone stands in UTC; one in UTC has a zone.
		*t = Time{at: v, kind: timeAt, naive: v.Location() == time.UTC}
	case string:
		return t.parse(v)
	default:
		return errTime
	}
	return nil
}

func (t *Time) parse(text string) error {
	for _, layout := range []string{"2006-01-02T15:04:05Z07:00", "2006-01-02 15:04:05Z07:00"} {
		if at, err := time.Parse(layout, text); err == nil {
			*t = At(at)
			return nil
		}
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			*t = Time{at: at, kind: timeAt, naive: true}
			return nil
		}
	}
	return errTime
}

// ArgumentType implements argument.Unmarshaler.
func (*Time) ArgumentType() string { return "datetime | float | int | str | bool" }

// resolve returns the point in time. get reads it off the controller's file,
// which may be nil.
func (t Time) resolve(h *op.Host, local fs.FileInfo, get func(fs.FileInfo) (time.Time, bool)) (time.Time, error) {
	if t.kind == timeLocal {
		if local == nil {
			return time.Time{}, op.ValueErrorf("content from memory has no time of its own; give one")
		}
		at, ok := get(local)
		if !ok {
			return time.Time{}, op.ValueErrorf("%s: this system does not know when the file was last read; give a time", local.Name())
		}
		return at, nil
	}
	if !t.naive {
		return t.at, nil
	}
	now, err := fact.Get(h, server.Date{})
	if err != nil {
		return time.Time{}, fmt.Errorf("time zone of the host: %w", err)
	}
	y, m, d := t.at.Date()
	return time.Date(y, m, d, t.at.Hour(), t.at.Minute(), t.at.Second(), t.at.Nanosecond(), now.Location()), nil
}

// touchFormat writes a time as touch reads it everywhere: in UTC, with
// microseconds where there are any.
func touchFormat(t time.Time) string {
	t = t.UTC()
	if t.Nanosecond()/1000 == 0 {
		return t.Format("2006-01-02T15:04:05Z")
	}
	return t.Format("2006-01-02T15:04:05.000000Z")
}

func modified(i fs.FileInfo) (time.Time, bool) { return i.ModTime(), true }

// accessed returns when the controller's file was last read, where it is known.
func accessed(i fs.FileInfo) (time.Time, bool) {
	if a, ok := i.(interface{ AccessTime() time.Time }); ok {
		return a.AccessTime(), true
	}
	return systemAccessTime(i)
}
