package library

import (
	"strings"
	"time"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"cygnet/deploy/builtin"
)

// The classes of datetime.
var (
	dateClass     = builtin.NewClass("date", nil, builtin.Native{Module: "datetime", New: newDate, Static: dateStatic(), Names: dateAttributes().names()})
	datetimeClass = builtin.NewClass("datetime", dateClass, builtin.Native{Module: "datetime", New: newDatetime, Static: datetimeStatic(), Names: datetimeAttributes().names()})
	clockClass    = builtin.NewClass("time", nil, builtin.Native{Module: "datetime", New: newClock})
	deltaClass    = builtin.NewClass("timedelta", nil, builtin.Native{Module: "datetime", New: newDelta})
	tzinfoClass   = builtin.NewClass("tzinfo", nil, builtin.Native{Module: "datetime"})
	timezoneClass = builtin.NewClass("timezone", tzinfoClass, builtin.Native{Module: "datetime", New: newTimezone, Static: map[string]starlark.Value{"utc": utc}})
)

func datetimeModule() *definition {
	d := &definition{name: "datetime", what: "name", values: map[string]func(*Session) starlark.Value{}}
	for _, class := range []*builtin.Class{dateClass, datetimeClass, clockClass, deltaClass, tzinfoClass, timezoneClass} {
		d.values[class.Name()] = constant(class)
	}
	d.values["UTC"] = constant(utc)
	d.values["MINYEAR"] = constant(starlark.MakeInt(1))
	d.values["MAXYEAR"] = constant(starlark.MakeInt(9999))
	return d
}

// A date is a day.
type date struct {
	fixed
	t time.Time // midnight, UTC
}

var (
	_ starlark.HasAttrs   = date{}
	_ starlark.Comparable = date{}
	_ starlark.HasBinary  = date{}
	_ builtin.Texter      = date{}
	_ builtin.Formatter   = date{}
	_ builtin.Classed     = date{}
	_ constantValue       = date{}
)

func dateOf(t time.Time) date {
	return date{t: time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)}
}

func (d date) String() string {
	return "datetime.date(" + numbers(d.t.Year(), int(d.t.Month()), d.t.Day()) + ")"
}
func (d date) Str() string           { return d.t.Format(time.DateOnly) }
func (date) Type() string            { return "date" }
func (date) PyClass() *builtin.Class { return dateClass }
func (d date) Hash() (uint32, error) { return uint32(d.t.Unix()), nil }

// Format implements builtin.Formatter.
func (d date) Format(spec string) (string, error) {
	if spec == "" {
		return d.Str(), nil
	}
	return strftime(d.t, nil, spec), nil
}

// CompareSameType implements starlark.Comparable.
func (d date) CompareSameType(op syntax.Token, y starlark.Value, _ int) (bool, error) {
	return threeway(op, d.t.Compare(y.(date).t)), nil
}

// Binary implements starlark.HasBinary.
func (d date) Binary(op syntax.Token, y starlark.Value, side starlark.Side) (starlark.Value, error) {
	switch y := y.(type) {
	case timedelta:
		days, _ := y.split()
		if op == syntax.MINUS && side == starlark.Left {
			return inRange(dateOf(d.t.AddDate(0, 0, -days)))
		}
		if op == syntax.PLUS {
			return inRange(dateOf(d.t.AddDate(0, 0, days)))
		}
	case date:
		if op == syntax.MINUS && side == starlark.Left {
			return timedelta{us: d.t.Sub(y.t).Microseconds()}, nil
		}
	}
	return nil, nil
}

func inRange(d date) (starlark.Value, error) {
	if y := d.t.Year(); y < 1 || y > 9999 {
		return nil, builtin.Raise(builtin.OverflowError, "date value out of range")
	}
	return d, nil
}

// calendarDay checks a day of the calendar.
func calendarDay(year, month, day int) (time.Time, error) {
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	switch {
	case year < 1 || year > 9999:
		return t, builtin.Raise(builtin.ValueError, "year %d is out of range", year)
	case month < 1 || month > 12:
		return t, builtin.Raise(builtin.ValueError, "month must be in 1..12")
	case t.Day() != day:
		return t, builtin.Raise(builtin.ValueError, "day is out of range for month")
	}
	return t, nil
}

func newDate(thread *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var year, month, day int
	c := &call{thread, function("date", nil), args, kwargs}
	if err := c.unpack("year", &year, "month", &month, "day", &day); err != nil {
		return nil, err
	}
	t, err := calendarDay(year, month, day)
	if err != nil {
		return nil, err
	}
	return date{t: t}, nil
}

func dateStatic() map[string]starlark.Value {
	return map[string]starlark.Value{
		"today": function("today", func(c *call) (starlark.Value, error) { return dateOf(time.Now()), c.unpack() }),
		"fromisoformat": function("fromisoformat", func(c *call) (starlark.Value, error) {
			var text string
			if err := c.unpack("date_string", &text); err != nil {
				return nil, err
			}
			for _, layout := range []string{time.DateOnly, "20060102"} {
				if t, err := time.Parse(layout, text); err == nil {
					return dateOf(t), nil
				}
			}
			return nil, builtin.Raise(builtin.ValueError, "Invalid isoformat string: %s", builtin.Repr(starlark.String(text)))
		}),
		"fromtimestamp": function("fromtimestamp", func(c *call) (starlark.Value, error) {
			t, err := c.timestamp()
			return dateOf(t), err
		}),
		"min": date{t: time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)},
		"max": date{t: time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)},
	}
}

// calendarAttributes are those that days and datetimes have in common.
func calendarAttributes[T starlark.Value](of func(T) time.Time) attributes[T] {
	number := func(f func(time.Time) int) func(T) (starlark.Value, error) {
		return func(v T) (starlark.Value, error) { return starlark.MakeInt(f(of(v))), nil }
	}
	method := func(name string, f func(time.Time) int) func(T) (starlark.Value, error) {
		return bound(name, func(v T, c *call) (starlark.Value, error) { return starlark.MakeInt(f(of(v))), c.unpack() })
	}
	return attributes[T]{
		"year": number(time.Time.Year), "month": number(func(t time.Time) int { return int(t.Month()) }), "day": number(time.Time.Day),
		"weekday":    method("weekday", func(t time.Time) int { return (int(t.Weekday()) + 6) % 7 }),
		"isoweekday": method("isoweekday", func(t time.Time) int { return (int(t.Weekday())+6)%7 + 1 }),
		"toordinal":  method("toordinal", func(t time.Time) int { return int(dateOf(t).t.Unix()/86400) + 719163 }),
		"isocalendar": bound("isocalendar", func(v T, c *call) (starlark.Value, error) {
			year, week := of(v).ISOWeek()
			return record{what: "datetime.IsoCalendarDate", names: []string{"year", "week", "weekday"}, Tuple: starlark.Tuple{
				starlark.MakeInt(year), starlark.MakeInt(week), starlark.MakeInt((int(of(v).Weekday())+6)%7 + 1),
			}}, c.unpack()
		}),
	}
}

func dateAttributes() attributes[date] {
	table := calendarAttributes(func(d date) time.Time { return d.t })
	table["isoformat"] = bound("isoformat", func(d date, c *call) (starlark.Value, error) { return starlark.String(d.Str()), c.unpack() })
	table["strftime"] = bound("strftime", func(d date, c *call) (starlark.Value, error) {
		var format string
		if err := c.unpack("format", &format); err != nil {
			return nil, err
		}
		return starlark.String(strftime(d.t, nil, format)), nil
	})
	table["replace"] = bound("replace", func(d date, c *call) (starlark.Value, error) {
		year, month, day := d.t.Year(), int(d.t.Month()), d.t.Day()
		if err := c.unpack("year?", &year, "month?", &month, "day?", &day); err != nil {
			return nil, err
		}
		t, err := calendarDay(year, month, day)
		return date{t: t}, err
	})
	return table
}

// Attr implements starlark.HasAttrs.
func (d date) Attr(name string) (starlark.Value, error) {
	if name == "today" || name == "fromisoformat" {
		return dateStatic()[name], nil
	}
	return dateAttributes().get(d, "datetime.date", name, map[string]string{"timetuple": "", "ctime": ""})
}

// AttrNames implements starlark.HasAttrs.
func (date) AttrNames() []string { return dateAttributes().names() }

// numbers writes ints as the repr of a date has them.
func numbers(list ...int) string {
	text := make([]string, len(list))
	for i, n := range list {
		text[i] = starlark.MakeInt(n).String()
	}
	return strings.Join(text, ", ")
}

// timestamp reads an argument that is seconds since 1970.
func (c *call) timestamp() (time.Time, error) {
	var v starlark.Value
	if err := c.unpack("timestamp", &v); err != nil {
		return time.Time{}, err
	}
	return timeOfStamp(v)
}

func timeOfStamp(v starlark.Value) (time.Time, error) {
	f, err := seconds(v, 0)
	if err != nil {
		return time.Time{}, err
	}
	if f < -62135596800 || f > 253402300799 {
		return time.Time{}, builtin.Raise(builtin.ValueError, "year is out of range")
	}
	return time.UnixMicro(int64(f * 1e6)), nil
}
