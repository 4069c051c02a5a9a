package builtin

import (
	"slices"
	"strings"

	"go.starlark.net/starlark"
)

func splitMethods() table {
	return table{
		"split":      method("sep? maxsplit?", func(c *call, s str) starlark.Value { return strSplit(c, s, false) }),
		"rsplit":     method("sep? maxsplit?", func(c *call, s str) starlark.Value { return strSplit(c, s, true) }),
		"splitlines": method("keepends?", strSplitLines),
		"partition":  method("sep /", strPartition),
		"rpartition": method("sep /", strRPartition),
	}
}

func strSplit(c *call, s str, right bool) starlark.Value {
	n := c.whole(1, -1)
	if !c.given(0) {
		return texts[str](fields(string(s), n, right, isSpace))
	}
	sep, ok := c.args[0].(str)
	switch {
	case !ok:
		return c.raise(TypeError, "must be str or None, not %s", TypeName(c.args[0]))
	case sep == "":
		return c.raise(ValueError, "empty separator")
	}
	return texts[str](split(string(s), string(sep), n, right))
}

// texts makes a list of texts or bytes.
func texts[T interface {
	~string
	starlark.Value
}](parts []string) starlark.Value {
	out := make([]starlark.Value, len(parts))
	for i, part := range parts {
		out[i] = T(part)
	}
	return starlark.NewList(out)
}

// split cuts a text at most n times, or without limit if n is negative, from the
// left or the right.
func split(s, sep string, n int, right bool) []string {
	if n < 0 {
		return strings.Split(s, sep)
	}
	if !right {
		return strings.SplitN(s, sep, max(n+1, 1))
	}
	var parts []string
	for ; n > 0; n-- {
		i := strings.LastIndex(s, sep)
		if i < 0 {
			break
		}
		parts = append(parts, s[i+len(sep):])
		s = s[:i]
	}
	parts = append(parts, s)
	slices.Reverse(parts)
	return parts
}

// fields cuts a text at runs of space; none of the parts is empty. What is left
// after n cuts keeps the space in it.
func fields(s string, n int, right bool, space func(rune) bool) []string {
	if n < 0 {
		return strings.FieldsFunc(s, space)
	}
	notSpace := func(r rune) bool { return !space(r) }
	var parts []string
	if !right {
		for s = strings.TrimLeftFunc(s, space); s != ""; s = strings.TrimLeftFunc(s, space) {
			end := strings.IndexFunc(s, space)
			if n == 0 {
				return append(parts, s)
			}
			if end < 0 {
				end = len(s)
			}
			parts, s = append(parts, s[:end]), s[end:]
			n--
		}
		return parts
	}
	for s = strings.TrimRightFunc(s, space); s != ""; s = strings.TrimRightFunc(s, space) {
		if n == 0 {
			parts = append(parts, s)
			break
		}
		begin := 0
		if i := strings.LastIndexFunc(s, space); i >= 0 {
			begin = i + strings.IndexFunc(s[i:], notSpace)
		}
		parts, s = append(parts, s[begin:]), s[:begin]
		n--
	}
	slices.Reverse(parts)
	return parts
}

// lines cuts a text after each end of line.
func lines(s string, keep bool, isEnd func(rune) bool) []string {
	var parts []string
	for s != "" {
		i := strings.IndexFunc(s, isEnd)
		if i < 0 {
			parts = append(parts, s)
			break
		}
		next := i + runeLen(s[i:])
		if strings.HasPrefix(s[i:], "\r\n") {
			next = i + 2
		}
		if keep {
			i = next
		}
		parts, s = append(parts, s[:i]), s[next:]
	}
	return parts
}

func isLineEnd(r rune) bool {
	switch r {
	case '\n', '\r', '\v', '\f', 0x1c, 0x1d, 0x1e, 0x85, 0x2028, 0x2029:
		return true
	}
	return false
}

func strSplitLines(c *call, s str) starlark.Value {
	return texts[str](lines(string(s), c.whole(0, 0) != 0, isLineEnd))
}

func strPartition(c *call, s str) starlark.Value {
	sep := c.text(0)
	if sep == "" && c.err == nil {
		return c.raise(ValueError, "empty separator")
	}
	before, after, found := strings.Cut(string(s), sep)
	if !found {
		sep = ""
	}
	return starlark.Tuple{str(before), str(sep), str(after)}
}

func strRPartition(c *call, s str) starlark.Value {
	sep := c.text(0)
	if sep == "" && c.err == nil {
		return c.raise(ValueError, "empty separator")
	}
	i := strings.LastIndex(string(s), sep)
	if i < 0 {
		return starlark.Tuple{str(""), str(""), s}
	}
	return starlark.Tuple{s[:i], str(sep), s[i+len(sep):]}
}
