package files

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	// Names of users and groups may have blanks in them, so that the fields
	// are found by their labels.
	statLine = regexp.MustCompile(`^user=(.*) group=(.*) mode=(\S{10}\S?) atime=(-?\d*)\S* mtime=(-?\d*)\S* ctime=(-?\d*)\S* size=(\d*) (.*)$`)
	// The mode may be followed by a sign of access lists or attributes; the
	// date is "Jan  1  1970", "Mar 28 16:00" or, on macOS, "22 Jun 19:00".
	lsLine = regexp.MustCompile(`^([-a-zA-Z]{10})[.+@]?\s+\d+\s+(\S+)\s+(\S+)\s+(\d+)\s+([A-Za-z]{3}|\d{1,2})\s+([A-Za-z]{3}|\d{1,2})\s+(\d{4}|\d{1,2}:\d\d)\s+(.*)$`)
)

// readInfo reads the line of stat or ls about a path. kind is the first letter
// of the mode that is asked for. A line that is neither is no answer.
func readInfo(lines []string, path string, kind byte, now time.Time) Info {
	if len(lines) == 0 {
		return Info{}
	}
	// A name may have line breaks in it.
	line := strings.Join(lines, "\n")
	i, mode, name, ok := readStat(line)
	if !ok {
		i, mode, name, ok = readLs(line, now)
	}
	switch {
	case !ok:
		return Info{}
	case mode[0] != kind:
		return Info{Other: true}
	}
	i.Exists = true
	i.Mode = permissions(mode)
	if kind == 'l' {
		i.link = true
		i.Target = linkTarget(name, path)
	}
	return i
}

func readStat(line string) (i Info, mode, name string, ok bool) {
	first, rest, broken := strings.Cut(line, "\n")
	m := statLine.FindStringSubmatch(first)
	if m == nil {
		return Info{}, "", "", false
	}
	i = Info{User: m[1], Group: m[2], Atime: epoch(m[4]), Mtime: epoch(m[5]), Ctime: epoch(m[6]), Size: number(m[7])}
	if name = m[8]; broken {
		name += "\n" + rest
	}
	return i, m[3], name, true
}

func readLs(line string, now time.Time) (i Info, mode, name string, ok bool) {
	first, _, _ := strings.Cut(line, "\n")
	m := lsLine.FindStringSubmatch(first)
	if m == nil {
		return Info{}, "", "", false
	}
	i = Info{User: m[2], Group: m[3], Size: number(m[4]), Mtime: lsTime(m[5], m[6], m[7], now)}
	return i, m[1], m[8], true
}

// number reads digits; what is out of range is of no use and becomes 0.
func number(digits string) int64 {
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func epoch(seconds string) time.Time {
	if seconds == "" {
		return time.Time{}
	}
	return time.Unix(number(seconds), 0).UTC()
}

// lsTime reads the date of a line of ls, which leaves the year out if the time
// is less than half a year ago. now is the zero time for the present.
func lsTime(first, second, last string, now time.Time) time.Time {
	month, day := first, second
	if first[0] <= '9' {
		month, day = second, first
	}
	if !strings.Contains(last, ":") {
		return parsed("Jan 2 2006", month+" "+day+" "+last)
	}
	if now.IsZero() {
		now = time.Now()
	}
	text := month + " " + day + " " + last + " "
	t := parsed("Jan 2 15:04 2006", text+strconv.Itoa(now.Year()))
	// The host's clock or its zone may be ahead by some hours.
	if t.After(now.Add(48 * time.Hour)) {
		t = parsed("Jan 2 15:04 2006", text+strconv.Itoa(now.Year()-1))
	}
	return t
}

// parsed returns a time, or the zero time for what is none.
func parsed(layout, text string) time.Time {
	t, err := time.Parse(layout, text)
	if err != nil {
		return time.Time{}
	}
	return t
}

// permissions reads the nine letters after the first, such as rwsr-x--T.
func permissions(mode string) uint32 {
	var bits uint32
	for i, c := range mode[1:10] {
		class := uint(2 - i/3) // 2 is the user, 0 others
		switch c {
		case 'r', 'w', 'x':
			bits |= 1 << (8 - i)
		case 's', 't':
			bits |= 1<<(8-i) | 1<<(9+class)
		case 'S', 'T':
			bits |= 1 << (9 + class)
		}
	}
	return bits
}
