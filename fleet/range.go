package fleet

import (
	"fmt"
	"strconv"
	"strings"
)

// MaxRange is how many hosts one name may stand for.
const MaxRange = 100_000

// Expand returns the names that a name with ranges stands for, in their order;
// a name without is itself alone. A range is in brackets: numbers as in
// vm[001-170].lab, whose zeros at the front are kept, letters as in web[a-c], or
// a list of those and of words, as in db[1-3,7] and [lon,ams]-gw. Of several
// ranges the last one runs fastest. Brackets that hold a colon, as those of an
// address such as [::1], are none.
func Expand(name string) ([]string, error) {
	names := []string{""}
	for rest := name; rest != ""; {
		before, after, ok := strings.Cut(rest, "[")
		if !ok {
			return product(name, names, []string{rest})
		}
		inside, after, ok := strings.Cut(after, "]")
		if !ok {
			return nil, rangeError(name, "a bracket is not closed")
		}
		values := []string{"[" + inside + "]"}
		if !strings.ContainsRune(inside, ':') {
			var err error
			if values, err = elements(name, inside); err != nil {
				return nil, err
			}
		}
		for i, v := range values {
			values[i] = before + v
		}
		var err error
		if names, err = product(name, names, values); err != nil {
			return nil, err
		}
		rest = after
	}
	return names, nil
}

// product puts each of the tails behind each of the heads.
func product(name string, heads, tails []string) ([]string, error) {
	if len(heads)*len(tails) > MaxRange {
		return nil, tooMany(name)
	}
	names := make([]string, 0, len(heads)*len(tails))
	for _, head := range heads {
		for _, tail := range tails {
			names = append(names, head+tail)
		}
	}
	return names, nil
}

// elements returns what stands in one pair of brackets.
func elements(name, inside string) ([]string, error) {
	if !strings.ContainsAny(inside, "-,") {
		return nil, rangeError(name, fmt.Sprintf("[%s] is no range", inside))
	}
	var values []string
	for part := range strings.SplitSeq(inside, ",") {
		from, to, isRange := strings.Cut(strings.TrimSpace(part), "-")
		switch {
		case !isWord(from) || isRange && !isWord(to):
			return nil, rangeError(name, fmt.Sprintf("%q is no range", part))
		case !isRange:
			values = append(values, from)
		default:
			run, err := between(name, from, to)
			if err != nil {
				return nil, err
			}
			values = append(values, run...)
		}
		if len(values) > MaxRange {
			return nil, tooMany(name)
		}
	}
	return values, nil
}

// between returns the numbers or letters from one to another.
func between(name, from, to string) ([]string, error) {
	span := from + "-" + to
	if len(from) == 1 && len(to) == 1 && isLetter(from[0]) && isLetter(to[0]) && from[0]&0x20 == to[0]&0x20 {
		if from[0] > to[0] {
			return nil, rangeError(name, span+" runs backwards")
		}
		var values []string
		for c := from[0]; c <= to[0]; c++ {
			values = append(values, string(c))
		}
		return values, nil
	}
	first, err1 := strconv.ParseUint(from, 10, 62)
	last, err2 := strconv.ParseUint(to, 10, 62)
	switch {
	case err1 != nil || err2 != nil:
		return nil, rangeError(name, span+" is neither two numbers nor two letters of one case")
	case first > last:
		return nil, rangeError(name, span+" runs backwards")
	case last-first >= MaxRange:
		return nil, tooMany(name)
	case len(from) != len(to) && (from[0] == '0' && len(from) > 1 || to[0] == '0'):
		return nil, rangeError(name, span+" has zeros at the front of numbers of different length")
	}
	width := 0
	if from[0] == '0' {
		width = len(from)
	}
	values := make([]string, 0, last-first+1)
	for n := first; n <= last; n++ {
		values = append(values, fmt.Sprintf("%0*d", width, n))
	}
	return values, nil
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func isWord(s string) bool {
	for i := range len(s) {
		if c := s[i]; !isLetter(c) && (c < '0' || '9' < c) {
			return false
		}
	}
	return s != ""
}

func rangeError(name, why string) error {
	return fmt.Errorf("host %s: %s: write a range as in web[1-9], vm[001-170] or db[a-c,x]", shown(name), why)
}

func tooMany(name string) error {
	return fmt.Errorf("host %s: it stands for more than %d hosts: write a smaller range", shown(name), MaxRange)
}

// shown is a name in quotes that is short enough for a message.
func shown(name string) string {
	const most = 80
	if len(name) > most {
		name = name[:most] + "..."
	}
	return strconv.Quote(name)
}
