package ansible

import (
	"fmt"
	"net/netip"
	"regexp"
	"strconv"
	"strings"

	"cygnet/fleet"
)

var (
	// aRange is a range of Ansible: [01:50], [a:f], and with a step [1:9:2].
	aRange = regexp.MustCompile(`\[([0-9]+|[a-zA-Z])?:([0-9]+|[a-zA-Z])(?::([0-9]+))?\]`)
	// aPort is a port behind a name or an address in brackets.
	aPort = regexp.MustCompile(`^((?:[^:\[\]]|` + aRange.String() + `)+|\[[^\[\]]+\]):([0-9]+)$`)
)

// expand returns the hosts that a pattern stands for, and the port that it says,
// which is 0 if it says none.
func expand(pattern string) (hosts []string, port int64, err error) {
	if m := aPort.FindStringSubmatch(pattern); m != nil {
		port, err = strconv.ParseInt(m[len(m)-1], 10, 32)
		if err != nil || port < 1 || port > 65535 {
			return nil, 0, fmt.Errorf("host %q: a port is from 1 to 65535", pattern)
		}
		pattern = m[1]
	}
	hosts = []string{""}
	rest := pattern
	for {
		at := aRange.FindStringSubmatchIndex(rest)
		if at == nil || isAddress(rest) {
			break
		}
		part := func(i int) string {
			if at[2*i] < 0 {
				return ""
			}
			return rest[at[2*i]:at[2*i+1]]
		}
		values, err := between(pattern, part(1), part(2), part(3))
		if err != nil {
			return nil, 0, err
		}
		if hosts, err = product(pattern, hosts, rest[:at[0]], values); err != nil {
			return nil, 0, err
		}
		rest = rest[at[1]:]
	}
	if strings.ContainsAny(rest, "[]") && !isAddress(rest) {
		return nil, 0, fmt.Errorf("host %q: a range is written [01:50] or [a:f]", pattern)
	}
	if hosts, err = product(pattern, hosts, "", []string{rest}); err != nil {
		return nil, 0, err
	}
	return hosts, port, nil
}

// isAddress reports whether text is an address of IPv6, in brackets or not.
func isAddress(text string) bool {
	text = strings.TrimSuffix(strings.TrimPrefix(text, "["), "]")
	a, err := netip.ParseAddr(text)
	return err == nil && a.Is6()
}

// between returns the values of a range, with its zeros at the front.
func between(pattern, from, to, step string) ([]string, error) {
	if from == "" {
		from = "0"
	}
	by := uint64(1)
	if step != "" {
		by, _ = strconv.ParseUint(step, 10, 31)
	}
	first, err1 := number(from)
	last, err2 := number(to)
	digits := isDigit(from[0])
	switch {
	case err1 != nil || err2 != nil || digits != isDigit(to[0]):
		return nil, fmt.Errorf("host %q: [%s:%s] is neither two numbers nor two letters", pattern, from, to)
	case by == 0:
		return nil, fmt.Errorf("host %q: the step of a range is a number from 1 on", pattern)
	case first > last:
		return nil, fmt.Errorf("host %q: [%s:%s] runs backwards", pattern, from, to)
	case (last-first)/by >= fleet.MaxRange:
		return nil, tooMany(pattern)
	case from[0] == '0' && len(from) > 1 && len(from) != len(to):
		return nil, fmt.Errorf("host %q: [%s:%s] has zeros at the front of numbers of different length", pattern, from, to)
	}
	width := 0
	if from[0] == '0' {
		width = len(from)
	}
	var values []string
	for n := first; n <= last; n += by {
		if digits {
			values = append(values, fmt.Sprintf("%0*d", width, n))
		} else {
			values = append(values, string(letters[n]))
		}
	}
	return values, nil
}

// letters are in the order in which ranges go through them.
const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func number(text string) (uint64, error) {
	if isDigit(text[0]) {
		return strconv.ParseUint(text, 10, 62)
	}
	return uint64(strings.Index(letters, text)), nil
}

func product(pattern string, heads []string, middle string, tails []string) ([]string, error) {
	if len(heads)*len(tails) > fleet.MaxRange {
		return nil, tooMany(pattern)
	}
	list := make([]string, 0, len(heads)*len(tails))
	for _, head := range heads {
		for _, tail := range tails {
			list = append(list, head+middle+tail)
		}
	}
	return list, nil
}

func tooMany(pattern string) error {
	return fmt.Errorf("host %q: it stands for more than %d hosts: write a smaller range", pattern, fleet.MaxRange)
}
