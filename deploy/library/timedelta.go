package library

import (
	"fmt"
	"math"
	"strings"
	"time"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"cygnet/deploy/builtin"
)

const (
	usSecond = 1_000_000
	usDay    = 86400 * usSecond
)

// A timedelta is a length of time, in microseconds.
type timedelta struct {
	fixed
	us int64
}

var (
	_ starlark.HasAttrs   = timedelta{}
	_ starlark.Comparable = timedelta{}
	_ starlark.HasBinary  = timedelta{}
	_ starlark.HasUnary   = timedelta{}
	_ builtin.Texter      = timedelta{}
	_ builtin.Classed     = timedelta{}
	_ constantValue       = timedelta{}
)

func newDelta(thread *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var given [7]starlark.Value
	c := &call{thread, function("timedelta", nil), args, kwargs}
	if err := c.unpack("days?", &given[0], "seconds?", &given[1], "microseconds?", &given[2], "milliseconds?", &given[3],
		"minutes?", &given[4], "hours?", &given[5], "weeks?", &given[6]); err != nil {
		return nil, err
	}
	total := 0.0
	whole := int64(0)
	for i, unit := range []int64{usDay, usSecond, 1, 1000, 60 * usSecond, 3600 * usSecond, 7 * usDay} {
		switch v := given[i].(type) {
		case nil:
		case starlark.Int:
			n, ok := v.Int64()
			if !ok || n > math.MaxInt64/4/unit || n < math.MinInt64/4/unit {
				return nil, builtin.Raise(builtin.OverflowError, "days=%s; must have magnitude <= 999999999", v)
			}
			whole += n * unit
		case starlark.Float:
			total += float64(v) * float64(unit)
		default:
			return nil, builtin.Raise(builtin.TypeError, "unsupported type for timedelta component: %s", builtin.TypeName(v))
		}
	}
	return deltaOf(whole, total)
}

// deltaOf adds whole and broken microseconds.
func deltaOf(whole int64, broken float64) (starlark.Value, error) {
	sum := float64(whole) + broken
	if math.IsNaN(sum) || math.Abs(sum) > math.MaxInt64/4 {
		return nil, builtin.Raise(builtin.OverflowError, "date value out of range")
	}
	return timedelta{us: whole + int64(math.RoundToEven(broken))}, nil
}

// split returns whole days, rounded down, and what is left.
func (d timedelta) split() (days int, rest int64) {
	n := d.us / usDay
	if rest = d.us % usDay; rest < 0 {
		n, rest = n-1, rest+usDay
	}
	return int(n), rest
}

func (d timedelta) String() string {
	days, rest := d.split()
	var parts []string
	for _, p := range []struct {
		name string
		n    int
	}{{"days", days}, {"seconds", int(rest / usSecond)}, {"microseconds", int(rest % usSecond)}} {
		if p.n != 0 {
			parts = append(parts, fmt.Sprintf("%s=%d", p.name, p.n))
		}
	}
	if len(parts) == 0 {
		return "datetime.timedelta(0)"
	}
	return "datetime.timedelta(" + strings.Join(parts, ", ") + ")"
}

func (d timedelta) Str() string {
	days, rest := d.split()
	text := ""
	if days != 0 {
		text = fmt.Sprintf("%d day", days)
		if days != 1 && days != -1 {
			text += "s"
		}
		text += ", "
	}
	s := rest / usSecond
	text += fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	if us := rest % usSecond; us != 0 {
		text += fmt.Sprintf(".%06d", us)
	}
	return text
}
func (timedelta) Type() string            { return "timedelta" }
func (timedelta) PyClass() *builtin.Class { return deltaClass }
func (d timedelta) Truth() starlark.Bool  { return d.us != 0 }
func (d timedelta) Hash() (uint32, error) { return uint32(d.us), nil }

// CompareSameType implements starlark.Comparable.
func (d timedelta) CompareSameType(op syntax.Token, y starlark.Value, _ int) (bool, error) {
	return threeway(op, int(min(max(d.us-y.(timedelta).us, -1), 1))), nil
}

// Unary implements starlark.HasUnary.
func (d timedelta) Unary(op syntax.Token) (starlark.Value, error) {
	switch op {
	case syntax.MINUS:
		return timedelta{us: -d.us}, nil
	case syntax.PLUS:
		return d, nil
	}
	return nil, nil
}

// Binary implements starlark.HasBinary.
func (d timedelta) Binary(op syntax.Token, y starlark.Value, side starlark.Side) (starlark.Value, error) {
	if other, ok := y.(timedelta); ok {
		return d.withDelta(op, other, side)
	}
	f, ok := starlark.AsFloat(y)
	_, isBool := y.(starlark.Bool)
	if !ok || isBool {
		return nil, nil
	}
	switch {
	case op == syntax.STAR:
		if n, isInt := y.(starlark.Int); isInt {
			if k, small := n.Int64(); small && math.Abs(float64(d.us)*float64(k)) < math.MaxInt64/4 {
				return timedelta{us: d.us * k}, nil
			}
		}
		return deltaOf(0, float64(d.us)*f)
	case side == starlark.Right || op != syntax.SLASH && op != syntax.SLASHSLASH:
		return nil, nil
	case f == 0:
		return nil, builtin.Raise(builtin.ZeroDivisionError, "integer division or modulo by zero")
	case op == syntax.SLASH:
		return deltaOf(0, float64(d.us)/f)
	}
	return deltaOf(0, math.Floor(float64(d.us)/f))
}

func (d timedelta) withDelta(op syntax.Token, other timedelta, side starlark.Side) (starlark.Value, error) {
	if side == starlark.Right {
		d, other = other, d
	}
	switch op {
	case syntax.PLUS:
		return timedelta{us: d.us + other.us}, nil
	case syntax.MINUS:
		return timedelta{us: d.us - other.us}, nil
	case syntax.SLASH, syntax.SLASHSLASH, syntax.PERCENT:
		if other.us == 0 {
			return nil, builtin.Raise(builtin.ZeroDivisionError, "integer division or modulo by zero")
		}
		if op == syntax.SLASH {
			return starlark.Float(float64(d.us) / float64(other.us)), nil
		}
		quotient := d.us / other.us
		if d.us%other.us != 0 && (d.us < 0) != (other.us < 0) {
			quotient--
		}
		if op == syntax.SLASHSLASH {
			return starlark.MakeInt64(quotient), nil
		}
		return timedelta{us: d.us - quotient*other.us}, nil
	}
	return nil, nil
}

func timedeltaAttributes() attributes[timedelta] {
	return attributes[timedelta]{
		"days":         attribute(func(d timedelta) starlark.Int { days, _ := d.split(); return starlark.MakeInt(days) }),
		"seconds":      attribute(func(d timedelta) starlark.Int { _, rest := d.split(); return starlark.MakeInt64(rest / usSecond) }),
		"microseconds": attribute(func(d timedelta) starlark.Int { _, rest := d.split(); return starlark.MakeInt64(rest % usSecond) }),
		"total_seconds": bound("total_seconds", func(d timedelta, c *call) (starlark.Value, error) {
			return starlark.Float(float64(d.us) / usSecond), c.unpack()
		}),
	}
}

// Attr implements starlark.HasAttrs.
func (d timedelta) Attr(name string) (starlark.Value, error) {
	return timedeltaAttributes().get(d, "datetime.timedelta", name, nil)
}

// AttrNames implements starlark.HasAttrs.
func (timedelta) AttrNames() []string { return timedeltaAttributes().names() }

// A timezone is an offset from UTC.
type timezone struct {
	fixed
	offset time.Duration
	name   string // "" if it was given none
}

var utc = &timezone{}

var (
	_ starlark.HasAttrs = (*timezone)(nil)
	_ builtin.Texter    = (*timezone)(nil)
	_ builtin.Classed   = (*timezone)(nil)
	_ constantValue     = (*timezone)(nil)
)

func newTimezone(thread *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var offset starlark.Value
	var name string
	c := &call{thread, function("timezone", nil), args, kwargs}
	if err := c.unpack("offset", &offset, "name?", &name); err != nil {
		return nil, err
	}
	d, ok := offset.(timedelta)
	if !ok {
		return nil, builtin.Raise(builtin.TypeError, "timezone() argument 1 must be datetime.timedelta, not %s", builtin.TypeName(offset))
	}
	if d.us <= -usDay || d.us >= usDay {
		return nil, builtin.Raise(builtin.ValueError, "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24), not %s.", d)
	}
	return &timezone{offset: time.Duration(d.us) * time.Microsecond, name: name}, nil
}

func (z *timezone) String() string {
	switch {
	case z == utc:
		return "datetime.timezone.utc"
	case z.name != "":
		return "datetime.timezone(" + z.delta().String() + ", " + builtin.Repr(starlark.String(z.name)) + ")"
	}
	return "datetime.timezone(" + z.delta().String() + ")"
}

// Str implements builtin.Texter: the zone's name.
func (z *timezone) Str() string {
	switch {
	case z.name != "":
		return z.name
	case z.offset == 0:
		return "UTC"
	}
	return "UTC" + z.text(":")
}

// text is the offset as +HH:MM.
func (z *timezone) text(colon string) string {
	sign, s := "+", int64(z.offset/time.Second)
	if s < 0 {
		sign, s = "-", -s
	}
	text := fmt.Sprintf("%s%02d%s%02d", sign, s/3600, colon, s/60%60)
	if s%60 != 0 {
		text += fmt.Sprintf("%s%02d", colon, s%60)
	}
	return text
}

func (z *timezone) delta() timedelta      { return timedelta{us: z.offset.Microseconds()} }
func (*timezone) Type() string            { return "timezone" }
func (*timezone) PyClass() *builtin.Class { return timezoneClass }
func (z *timezone) Hash() (uint32, error) { return uint32(z.offset), nil }
func (*timezone) AttrNames() []string     { return []string{"tzname", "utcoffset"} }

// CompareSameType implements starlark.Comparable.
func (z *timezone) CompareSameType(op syntax.Token, y starlark.Value, _ int) (bool, error) {
	switch same := z.offset == y.(*timezone).offset; op {
	case syntax.EQL:
		return same, nil
	case syntax.NEQ:
		return !same, nil
	}
	return false, builtin.Raise(builtin.TypeError, "'%s' not supported between instances of 'datetime.timezone' and 'datetime.timezone'", op)
}

// Attr implements starlark.HasAttrs.
func (z *timezone) Attr(name string) (starlark.Value, error) {
	switch name {
	case "utc":
		return utc, nil
	case "utcoffset":
		return function(name, func(*call) (starlark.Value, error) { return z.delta(), nil }), nil
	case "tzname":
		return function(name, func(*call) (starlark.Value, error) { return starlark.String(z.Str()), nil }), nil
	}
	return nil, missingAttribute("datetime.timezone", name, z.AttrNames(), nil)
}
