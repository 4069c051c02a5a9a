package library

import (
	"fmt"
	"time"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"cygnet/deploy/builtin"
)

// A datetime is a point in time, such as when a file was changed, or, without a
// zone, what a clock somewhere shows.
type datetime struct {
	fixed
	t    time.Time // what the clock shows, in UTC's location
	zone *timezone // nil: no zone is known
}

var (
	_ starlark.HasAttrs   = datetime{}
	_ starlark.Comparable = datetime{}
	_ starlark.HasBinary  = datetime{}
	_ builtin.Texter      = datetime{}
	_ builtin.Formatter   = datetime{}
	_ builtin.Classed     = datetime{}
	_ constantValue       = datetime{}
)

// datetimeOf makes a datetime of what t's clock shows, to the microsecond.
func datetimeOf(t time.Time, zone *timezone) datetime {
	return datetime{t: time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond()/1000*1000, time.UTC), zone: zone}
}

// datetimeFromGo is the datetime of a fact: without a zone, as pyinfra's are,
// unless the host has said another one than UTC.
func datetimeFromGo(t time.Time) datetime {
	if t.Location() == time.UTC {
		return datetimeOf(t, nil)
	}
	return datetimeOf(t, zoneOf(t))
}

func zoneOf(t time.Time) *timezone {
	name, offset := t.Zone()
	if offset == 0 {
		return utc
	}
	if name == "" || name[0] == '+' || name[0] == '-' {
		name = ""
	}
	return &timezone{offset: time.Duration(offset) * time.Second, name: name}
}

// instant is the point in time; a clock without a zone is the controller's.
func (d datetime) instant() time.Time {
	if d.zone == nil {
		return time.Date(d.t.Year(), d.t.Month(), d.t.Day(), d.t.Hour(), d.t.Minute(), d.t.Second(), d.t.Nanosecond(), time.Local)
	}
	return d.t.Add(-d.zone.offset)
}

// goTime is the datetime as operations take it.
func (d datetime) goTime() time.Time {
	if d.zone == nil || d.zone.offset == 0 {
		return d.t
	}
	return d.instant().In(time.FixedZone(d.zone.name, int(d.zone.offset/time.Second)))
}

// String returns the repr.
func (d datetime) String() string {
	parts := []int{d.t.Year(), int(d.t.Month()), d.t.Day(), d.t.Hour(), d.t.Minute(), d.t.Second(), d.t.Nanosecond() / 1000}
	for n := len(parts); n > 5 && parts[n-1] == 0; n = len(parts) {
		parts = parts[:n-1]
	}
	text := "datetime.datetime(" + numbers(parts...)
	if d.zone != nil {
		text += ", tzinfo=" + d.zone.String()
	}
	return text + ")"
}

// Str implements builtin.Texter.
func (d datetime) Str() string { return d.iso(" ") }

func (d datetime) iso(sep string) string {
	text := d.t.Format("2006-01-02") + sep + d.t.Format("15:04:05")
	if us := d.t.Nanosecond() / 1000; us != 0 {
		text += fmt.Sprintf(".%06d", us)
	}
	if d.zone != nil {
		text += d.zone.text(":")
	}
	return text
}

// Format implements builtin.Formatter.
func (d datetime) Format(spec string) (string, error) {
	if spec == "" {
		return d.Str(), nil
	}
	return strftime(d.t, d.zone, spec), nil
}

func (datetime) Type() string            { return "datetime" }
func (datetime) PyClass() *builtin.Class { return datetimeClass }
func (d datetime) Hash() (uint32, error) { return uint32(d.t.UnixNano()), nil }

// CompareSameType implements starlark.Comparable.
func (d datetime) CompareSameType(op syntax.Token, y starlark.Value, _ int) (bool, error) {
	e := y.(datetime)
	if (d.zone == nil) == (e.zone == nil) {
		if d.zone == nil {
			return threeway(op, d.t.Compare(e.t)), nil
		}
		return threeway(op, d.instant().Compare(e.instant())), nil
	}
	if op == syntax.EQL || op == syntax.NEQ {
		return op == syntax.NEQ, nil
	}
	return false, builtin.Raise(builtin.TypeError, "can't compare offset-naive and offset-aware datetimes")
}

// Binary implements starlark.HasBinary.
func (d datetime) Binary(op syntax.Token, y starlark.Value, side starlark.Side) (starlark.Value, error) {
	switch y := y.(type) {
	case timedelta:
		us := y.us
		if op == syntax.MINUS && side == starlark.Left {
			us = -us
		} else if op != syntax.PLUS {
			return nil, nil
		}
		days, rest := timedelta{us: us}.split()
		t := d.t.AddDate(0, 0, days).Add(time.Duration(rest) * time.Microsecond)
		if t.Year() < 1 || t.Year() > 9999 {
			return nil, builtin.Raise(builtin.OverflowError, "date value out of range")
		}
		return datetime{t: t, zone: d.zone}, nil
	case datetime:
		if op != syntax.MINUS || side == starlark.Right {
			return nil, nil
		}
		if (d.zone == nil) != (y.zone == nil) {
			return nil, builtin.Raise(builtin.TypeError, "can't subtract offset-naive and offset-aware datetimes")
		}
		from, to := y.t, d.t
		if d.zone != nil {
			from, to = y.instant(), d.instant()
		}
		return timedelta{us: to.UnixMicro() - from.UnixMicro()}, nil
	}
	return nil, nil
}

// zoneArgument reads an argument that is a timezone or None.
func zoneArgument(v starlark.Value) (*timezone, error) {
	if v == nil || v == starlark.None {
		return nil, nil
	}
	z, ok := v.(*timezone)
	if !ok {
		return nil, builtin.Raise(builtin.TypeError, "tzinfo argument must be None or a timezone, not %s", builtin.TypeName(v))
	}
	return z, nil
}

// fields are what a datetime is made of.
type fields struct {
	year, month, day, hour, minute, second, us int
	zone                                       starlark.Value
}

func (f fields) make() (starlark.Value, error) {
	day, err := calendarDay(f.year, f.month, f.day)
	if err != nil {
		return nil, err
	}
	if err := f.checkClock(); err != nil {
		return nil, err
	}
	zone, err := zoneArgument(f.zone)
	if err != nil {
		return nil, err
	}
	return datetime{t: day.Add(f.clock()), zone: zone}, nil
}

func (f fields) checkClock() error {
	for _, part := range []struct {
		name      string
		n, before int
	}{{"hour", f.hour, 24}, {"minute", f.minute, 60}, {"second", f.second, 60}, {"microsecond", f.us, usSecond}} {
		if part.n < 0 || part.n >= part.before {
			return builtin.Raise(builtin.ValueError, "%s must be in 0..%d", part.name, part.before-1)
		}
	}
	return nil
}

func (f fields) clock() time.Duration {
	return time.Duration(f.hour)*time.Hour + time.Duration(f.minute)*time.Minute + time.Duration(f.second)*time.Second + time.Duration(f.us)*time.Microsecond
}

func newDatetime(thread *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var f fields
	var fold int
	c := &call{thread, function("datetime", nil), args, kwargs}
	if err := c.unpack("year", &f.year, "month", &f.month, "day", &f.day, "hour?", &f.hour, "minute?", &f.minute, "second?", &f.second,
		"microsecond?", &f.us, "tzinfo?", &f.zone, "fold?", &fold); err != nil {
		return nil, err
	}
	return f.make()
}

// inZone is a point in time as a zone's clock shows it, or the controller's.
func inZone(t time.Time, zone *timezone) datetime {
	if zone == nil {
		return datetimeOf(t.Local(), nil)
	}
	return datetimeOf(t.UTC().Add(zone.offset), zone)
}

func datetimeStatic() map[string]starlark.Value {
	stamp := func(local bool) func(*call) (starlark.Value, error) {
		return func(c *call) (starlark.Value, error) {
			var v, tz starlark.Value
			if err := c.unpack("timestamp", &v, "tz?", &tz); err != nil {
				return nil, err
			}
			zone, err := zoneArgument(tz)
			if err != nil {
				return nil, err
			}
			t, err := timeOfStamp(v)
			if err != nil {
				return nil, err
			}
			if !local {
				return datetimeOf(t.UTC(), nil), nil
			}
			return inZone(t, zone), nil
		}
	}
	return map[string]starlark.Value{
		"now": function("now", func(c *call) (starlark.Value, error) {
			var tz starlark.Value
			if err := c.unpack("tz?", &tz); err != nil {
				return nil, err
			}
			zone, err := zoneArgument(tz)
			return inZone(time.Now(), zone), err
		}),
		"today":            function("today", func(c *call) (starlark.Value, error) { return inZone(time.Now(), nil), c.unpack() }),
		"utcnow":           function("utcnow", func(c *call) (starlark.Value, error) { return datetimeOf(time.Now().UTC(), nil), c.unpack() }),
		"fromtimestamp":    function("fromtimestamp", stamp(true)),
		"utcfromtimestamp": function("utcfromtimestamp", stamp(false)),
		"fromisoformat":    function("fromisoformat", datetimeFromISO),
		"strptime":         function("strptime", datetimeStrptime),
		"combine":          function("combine", datetimeCombine),
		"min":              datetime{t: time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)},
		"max":              datetime{t: time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC)},
	}
}

func datetimeFromISO(c *call) (starlark.Value, error) {
	var text string
	if err := c.unpack("date_string", &text); err != nil {
		return nil, err
	}
	for _, day := range []string{"2006-01-02", "20060102"} {
		for _, clock := range []string{"", "?15:04:05", "?15:04", "?15", "?150405"} {
			for _, zone := range []string{"", "Z07:00", "Z0700", "Z07"} {
				layout := day + clock
				if clock != "" && len(text) > len(day) {
					layout = day + text[len(day):len(day)+1] + clock[1:] + zone
				}
				t, err := time.Parse(layout, text)
				if err != nil {
					continue
				}
				if zone == "" || clock == "" {
					return datetimeOf(t, nil), nil
				}
				return datetimeOf(t, zoneOf(t.In(time.FixedZone("", offsetOf(t))))), nil
			}
		}
	}
	return nil, builtin.Raise(builtin.ValueError, "Invalid isoformat string: %s", builtin.Repr(starlark.String(text)))
}

func offsetOf(t time.Time) int { _, offset := t.Zone(); return offset }

func datetimeCombine(c *call) (starlark.Value, error) {
	var day, clock, zone starlark.Value
	if err := c.unpack("date", &day, "time", &clock, "tzinfo?", &zone); err != nil {
		return nil, err
	}
	t, ok := clock.(clockTime)
	z := t.zone
	if zone != nil {
		var err error
		if z, err = zoneArgument(zone); err != nil {
			return nil, err
		}
	}
	switch day := day.(type) {
	case date:
		if ok {
			return datetime{t: day.t.Add(t.d), zone: z}, nil
		}
	case datetime:
		if ok {
			return datetime{t: dateOf(day.t).t.Add(t.d), zone: z}, nil
		}
	}
	return nil, builtin.Raise(builtin.TypeError, "combine() takes a date and a time")
}

// clockAttributes are those that datetimes and times of a day have in common.
func clockAttributes[T starlark.Value](of func(T) (time.Time, *timezone)) attributes[T] {
	number := func(f func(time.Time) int) func(T) (starlark.Value, error) {
		return func(v T) (starlark.Value, error) { t, _ := of(v); return starlark.MakeInt(f(t)), nil }
	}
	zone := func(f func(*timezone) starlark.Value) func(T) starlark.Value {
		return func(v T) starlark.Value {
			_, z := of(v)
			if z == nil {
				return starlark.None
			}
			return f(z)
		}
	}
	offset, name := zone(func(z *timezone) starlark.Value { return z.delta() }), zone(func(z *timezone) starlark.Value { return starlark.String(z.Str()) })
	return attributes[T]{
		"hour": number(time.Time.Hour), "minute": number(time.Time.Minute), "second": number(time.Time.Second),
		"microsecond": number(func(t time.Time) int { return t.Nanosecond() / 1000 }),
		"tzinfo":      attribute(zone(func(z *timezone) starlark.Value { return z })),
		"utcoffset":   bound("utcoffset", func(v T, c *call) (starlark.Value, error) { return offset(v), c.unpack() }),
		"tzname":      bound("tzname", func(v T, c *call) (starlark.Value, error) { return name(v), c.unpack() }),
		"strftime": bound("strftime", func(v T, c *call) (starlark.Value, error) {
			var format string
			if err := c.unpack("format", &format); err != nil {
				return nil, err
			}
			t, z := of(v)
			return starlark.String(strftime(t, z, format)), nil
		}),
	}
}

func datetimeAttributes() attributes[datetime] {
	table := clockAttributes(func(d datetime) (time.Time, *timezone) { return d.t, d.zone })
	for name, f := range calendarAttributes(func(d datetime) time.Time { return d.t }) {
		table[name] = f
	}
	table["timestamp"] = bound("timestamp", func(d datetime, c *call) (starlark.Value, error) {
		return starlark.Float(float64(d.instant().UnixMicro()) / 1e6), c.unpack()
	})
	table["isoformat"] = bound("isoformat", func(d datetime, c *call) (starlark.Value, error) {
		sep, spec := "T", "auto"
		if err := c.unpack("sep?", &sep, "timespec?", &spec); err != nil {
			return nil, err
		}
		return isoSpec(d, sep, spec)
	})
	table["date"] = bound("date", func(d datetime, c *call) (starlark.Value, error) { return dateOf(d.t), c.unpack() })
	table["time"] = bound("time", func(d datetime, c *call) (starlark.Value, error) {
		return clockTime{d: d.t.Sub(dateOf(d.t).t)}, c.unpack()
	})
	table["replace"] = bound("replace", func(d datetime, c *call) (starlark.Value, error) {
		f := fields{d.t.Year(), int(d.t.Month()), d.t.Day(), d.t.Hour(), d.t.Minute(), d.t.Second(), d.t.Nanosecond() / 1000, nil}
		if d.zone != nil {
			f.zone = d.zone
		}
		if err := c.unpack("year?", &f.year, "month?", &f.month, "day?", &f.day, "hour?", &f.hour, "minute?", &f.minute, "second?", &f.second,
			"microsecond?", &f.us, "tzinfo?", &f.zone); err != nil {
			return nil, err
		}
		return f.make()
	})
	table["astimezone"] = bound("astimezone", func(d datetime, c *call) (starlark.Value, error) {
		var tz starlark.Value
		if err := c.unpack("tz?", &tz); err != nil {
			return nil, err
		}
		zone, err := zoneArgument(tz)
		if err != nil {
			return nil, err
		}
		if zone == nil {
			local := d.instant().Local()
			return datetimeOf(local, zoneOf(local)), nil
		}
		return inZone(d.instant(), zone), nil
	})
	return table
}

// isoSpec writes a datetime to the unit that is asked for.
func isoSpec(d datetime, sep, spec string) (starlark.Value, error) {
	layout, ok := map[string]string{"hours": "15", "minutes": "15:04", "seconds": "15:04:05", "milliseconds": "15:04:05.000", "microseconds": "15:04:05.000000"}[spec]
	switch {
	case spec == "auto":
		return starlark.String(d.iso(sep)), nil
	case !ok:
		return nil, builtin.Raise(builtin.ValueError, "Unknown timespec value")
	}
	text := d.t.Format("2006-01-02") + sep + d.t.Format(layout)
	if d.zone != nil {
		text += d.zone.text(":")
	}
	return starlark.String(text), nil
}

// Attr implements starlark.HasAttrs.
func (d datetime) Attr(name string) (starlark.Value, error) {
	if v := datetimeStatic()[name]; v != nil {
		return v, nil
	}
	return datetimeAttributes().get(d, "datetime", name, map[string]string{"timetuple": "", "ctime": "", "dst": "", "timetz": "", "fold": ""})
}

// AttrNames implements starlark.HasAttrs.
func (d datetime) AttrNames() []string { return datetimeAttributes().names() }

// A clockTime is a time of a day: datetime.time.
type clockTime struct {
	fixed
	d    time.Duration
	zone *timezone
}

var (
	_ starlark.HasAttrs   = clockTime{}
	_ starlark.Comparable = clockTime{}
	_ builtin.Texter      = clockTime{}
	_ builtin.Classed     = clockTime{}
	_ constantValue       = clockTime{}
)

func newClock(thread *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var f fields
	c := &call{thread, function("time", nil), args, kwargs}
	if err := c.unpack("hour?", &f.hour, "minute?", &f.minute, "second?", &f.second, "microsecond?", &f.us, "tzinfo?", &f.zone); err != nil {
		return nil, err
	}
	if err := f.checkClock(); err != nil {
		return nil, err
	}
	zone, err := zoneArgument(f.zone)
	return clockTime{d: f.clock(), zone: zone}, err
}

func (t clockTime) time() time.Time { return time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC).Add(t.d) }

func (t clockTime) String() string {
	at := t.time()
	parts := []int{at.Hour(), at.Minute(), at.Second(), at.Nanosecond() / 1000}
	for n := len(parts); n > 2 && parts[n-1] == 0; n = len(parts) {
		parts = parts[:n-1]
	}
	text := "datetime.time(" + numbers(parts...)
	if t.zone != nil {
		text += ", tzinfo=" + t.zone.String()
	}
	return text + ")"
}
func (t clockTime) Str() string           { return datetime{t: t.time(), zone: t.zone}.iso("T")[11:] }
func (clockTime) Type() string            { return "time" }
func (clockTime) PyClass() *builtin.Class { return clockClass }
func (t clockTime) Hash() (uint32, error) { return uint32(t.d), nil }

// CompareSameType implements starlark.Comparable.
func (t clockTime) CompareSameType(op syntax.Token, y starlark.Value, depth int) (bool, error) {
	u := y.(clockTime)
	return datetime{t: t.time(), zone: t.zone}.CompareSameType(op, datetime{t: u.time(), zone: u.zone}, depth)
}

func clockTimeAttributes() attributes[clockTime] {
	table := clockAttributes(func(t clockTime) (time.Time, *timezone) { return t.time(), t.zone })
	table["isoformat"] = bound("isoformat", func(t clockTime, c *call) (starlark.Value, error) { return starlark.String(t.Str()), c.unpack() })
	return table
}

// Attr implements starlark.HasAttrs.
func (t clockTime) Attr(name string) (starlark.Value, error) {
	return clockTimeAttributes().get(t, "datetime.time", name, map[string]string{"replace": "", "dst": ""})
}

// AttrNames implements starlark.HasAttrs.
func (clockTime) AttrNames() []string { return clockTimeAttributes().names() }
