package library

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

// strftime formats a point in time as C's strftime does in the C locale.
func strftime(t time.Time, zone *timezone, format string) string {
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			b.WriteByte(format[i])
			continue
		}
		i++
		b.WriteString(directive(t, zone, format[i]))
	}
	return b.String()
}

// goLayouts are the directives that Go has a layout for.
var goLayouts = map[byte]string{
	'd': "02", 'm': "01", 'H': "15", 'M': "04", 'S': "05", 'I': "03", 'p': "PM", 'y': "06", 'a': "Mon", 'A': "Monday", 'b': "Jan", 'B': "January",
	'h': "Jan", 'e': "_2", 'c': "Mon Jan _2 15:04:05 2006", 'x': "01/02/06", 'X': "15:04:05", 'D': "01/02/06", 'F': "2006-01-02", 'T': "15:04:05",
	'R': "15:04", 'r': "03:04:05 PM", 'j': "002",
}

func directive(t time.Time, zone *timezone, c byte) string {
	if layout, ok := goLayouts[c]; ok {
		return t.Format(layout)
	}
	year, week := t.ISOWeek()
	switch c {
	case '%':
		return "%"
	case 'Y':
		return strconv.Itoa(t.Year())
	case 'f':
		return fmt.Sprintf("%06d", t.Nanosecond()/1000)
	case 'G':
		return strconv.Itoa(year)
	case 'V':
		return fmt.Sprintf("%02d", week)
	case 'U':
		return fmt.Sprintf("%02d", (t.YearDay()+6-int(t.Weekday()))/7)
	case 'W':
		return fmt.Sprintf("%02d", (t.YearDay()+6-(int(t.Weekday())+6)%7)/7)
	case 'u':
		return strconv.Itoa((int(t.Weekday())+6)%7 + 1)
	case 'w':
		return strconv.Itoa(int(t.Weekday()))
	case 'C':
		return fmt.Sprintf("%02d", t.Year()/100)
	case 's':
		return strconv.FormatInt(datetime{t: t, zone: zone}.instant().Unix(), 10)
	case 'n':
		return "\n"
	case 't':
		return "\t"
	case 'z', 'Z':
		switch {
		case zone == nil:
			return ""
		case c == 'Z':
			return zone.Str()
		}
		return zone.text("")
	}
	return "%" + string(c)
}

// parsers are the directives of strptime, as patterns.
var parsers = map[byte]string{
	'Y': `(?P<Y>\d{4})`, 'm': `(?P<m>1[0-2]|0[1-9]|[1-9])`, 'd': `(?P<d>3[01]|[12]\d|0[1-9]|[1-9]| [1-9])`, 'H': `(?P<H>2[0-3]|[01]\d|\d)`,
	'I': `(?P<I>1[0-2]|0[1-9]|[1-9])`, 'M': `(?P<M>[0-5]\d|\d)`, 'S': `(?P<S>[0-5]\d|\d)`, 'f': `(?P<f>\d{1,6})`, 'y': `(?P<y>\d\d)`,
	'j': `(?P<j>\d{1,3})`, 'p': `(?P<p>(?i:am|pm))`, 'z': `(?P<z>[+-]\d\d:?[0-5]\d(?::?[0-5]\d)?|Z)`, 'Z': `(?P<Z>(?i:utc|gmt))`,
	'b': `(?P<b>(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))`, 'a': `(?P<a>(?i:mon|tue|wed|thu|fri|sat|sun))`,
	'B': `(?P<B>(?i:january|february|march|april|may|june|july|august|september|october|november|december))`,
	'A': `(?P<A>(?i:monday|tuesday|wednesday|thursday|friday|saturday|sunday))`, '%': "%",
}

func datetimeStrptime(c *call) (starlark.Value, error) {
	var text, format string
	if err := c.unpack("date_string", &text, "format", &format); err != nil {
		return nil, err
	}
	expanded := strings.NewReplacer("%%", "%%", "%T", "%H:%M:%S", "%D", "%m/%d/%y", "%F", "%Y-%m-%d", "%R", "%H:%M").Replace(format)
	var b strings.Builder
	b.WriteString(`\A`)
	for i := 0; i < len(expanded); i++ {
		switch {
		case expanded[i] == '%' && i+1 < len(expanded):
			i++
			p, ok := parsers[expanded[i]]
			if !ok {
				return nil, builtin.Raise(builtin.ValueError, "'%c' is a bad directive in format '%s'", expanded[i], format)
			}
			b.WriteString(p)
		case expanded[i] == ' ':
			b.WriteString(`\s+`)
		default:
			b.WriteString(regexp.QuoteMeta(expanded[i : i+1]))
		}
	}
	re, err := regexp.Compile(b.String())
	if err != nil {
		return nil, builtin.Raise(builtin.ValueError, "format '%s' is not supported", format)
	}
	found := re.FindStringSubmatch(text)
	switch {
	case found == nil:
		return nil, builtin.Raise(builtin.ValueError, "time data %s does not match format %s", builtin.Repr(starlark.String(text)), builtin.Repr(starlark.String(format)))
	case len(found[0]) < len(text):
		return nil, builtin.Raise(builtin.ValueError, "unconverted data remains: %s", text[len(found[0]):])
	}
	parts := map[string]string{}
	for i, name := range re.SubexpNames() {
		if name != "" {
			parts[name] = strings.ToLower(strings.TrimSpace(found[i]))
		}
	}
	return parsedFields(parts)
}

// parsedFields makes the datetime of what strptime has found.
func parsedFields(parts map[string]string) (starlark.Value, error) {
	number := func(name string, missing int) int {
		if parts[name] == "" {
			return missing
		}
		return atoi(parts[name])
	}
	f := fields{year: number("Y", 1900), month: number("m", 1), day: number("d", 1), hour: number("H", 0), minute: number("M", 0), second: number("S", 0)}
	if _, ok := parts["y"]; ok {
		if f.year = 2000 + number("y", 0); f.year >= 2069 {
			f.year -= 100
		}
	}
	if name := parts["b"] + parts["B"]; name != "" {
		f.month = strings.Index("janfebmaraprmayjunjulaugsepoctnovdec", name[:3])/3 + 1
	}
	if _, ok := parts["I"]; ok {
		f.hour = number("I", 0) % 12
		if parts["p"] == "pm" {
			f.hour += 12
		}
	}
	if text := parts["f"]; text != "" {
		f.us = atoi(text + "000000"[len(text):])
	}
	if text := parts["z"]; text != "" {
		zone := utc
		if digits := strings.ReplaceAll(text, ":", ""); digits != "z" {
			offset := time.Duration(atoi(digits[1:3]))*time.Hour + time.Duration(atoi(digits[3:5]))*time.Minute
			if digits[0] == '-' {
				offset = -offset
			}
			if offset != 0 {
				zone = &timezone{offset: offset}
			}
		}
		f.zone = zone
	}
	v, err := f.make()
	if _, ok := parts["j"]; ok && err == nil {
		d := v.(datetime)
		return datetime{t: d.t.AddDate(0, 0, number("j", 1)-d.t.YearDay()), zone: d.zone}, nil
	}
	return v, err
}
