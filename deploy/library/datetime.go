package library

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

// A datetime is a point in time, such as when a file was changed. It prints as
// Python's datetime does and can be compared with others.
type datetime time.Time

var (
	_ starlark.TotallyOrdered = datetime{}
	_ starlark.HasAttrs       = datetime{}
	_ builtin.Texter          = datetime{}
)

// String returns the repr.
func (d datetime) String() string {
	t := time.Time(d)
	parts := []int{t.Year(), int(t.Month()), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond() / 1000}
	for n := len(parts); n > 5 && parts[n-1] == 0; n = len(parts) {
		parts = parts[:n-1]
	}
	text := make([]string, len(parts))
	for i, n := range parts {
		text[i] = strconv.Itoa(n)
	}
	return "datetime.datetime(" + strings.Join(text, ", ") + ")"
}

// Str implements builtin.Texter.
func (d datetime) Str() string {
	t := time.Time(d)
	text := t.Format("2006-01-02 15:04:05")
	if us := t.Nanosecond() / 1000; us != 0 {
		text += fmt.Sprintf(".%06d", us)
	}
	return text
}

func (datetime) Type() string            { return "datetime" }
func (datetime) Freeze()                 {}
func (datetime) Truth() starlark.Bool    { return true }
func (d datetime) Hash() (uint32, error) { return uint32(time.Time(d).UnixNano()), nil }

// Cmp implements starlark.TotallyOrdered.
func (d datetime) Cmp(y starlark.Value, _ int) (int, error) {
	return time.Time(d).Compare(time.Time(y.(datetime))), nil
}

var datetimeAttributes = attributes[datetime]{
	"year":   func(d datetime) (starlark.Value, error) { return starlark.MakeInt(time.Time(d).Year()), nil },
	"month":  func(d datetime) (starlark.Value, error) { return starlark.MakeInt(int(time.Time(d).Month())), nil },
	"day":    func(d datetime) (starlark.Value, error) { return starlark.MakeInt(time.Time(d).Day()), nil },
	"hour":   func(d datetime) (starlark.Value, error) { return starlark.MakeInt(time.Time(d).Hour()), nil },
	"minute": func(d datetime) (starlark.Value, error) { return starlark.MakeInt(time.Time(d).Minute()), nil },
	"second": func(d datetime) (starlark.Value, error) { return starlark.MakeInt(time.Time(d).Second()), nil },
	"microsecond": func(d datetime) (starlark.Value, error) {
		return starlark.MakeInt(time.Time(d).Nanosecond() / 1000), nil
	},
	"timestamp": method("timestamp", func(d datetime, _ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		if err := unpack(b, args, kwargs); err != nil {
			return nil, err
		}
		return starlark.Float(float64(time.Time(d).UnixNano()) / 1e9), nil
	}),
	"isoformat": method("isoformat", func(d datetime, _ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		sep := "T"
		if err := unpack(b, args, kwargs, "sep?", &sep); err != nil {
			return nil, err
		}
		text := d.Str()
		return starlark.String(text[:10] + sep + text[11:]), nil
	}),
}

// Attr implements starlark.HasAttrs.
func (d datetime) Attr(name string) (starlark.Value, error) {
	return datetimeAttributes.get(d, "datetime", name, map[string]string{"strftime": ""})
}

// AttrNames implements starlark.HasAttrs.
func (d datetime) AttrNames() []string { return datetimeAttributes.names() }
