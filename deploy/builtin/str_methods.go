package builtin

import (
	"strings"
	"unicode/utf8"

	"go.starlark.net/starlark"
)

type str = starlark.String

// strMethods are the methods of str. Positions and widths count code points.
func strMethods() table {
	t := table{
		"join":         method("iterable /", strJoin),
		"format":       method("*args **", strFormat),
		"format_map":   method("mapping /", strFormatMap),
		"replace":      method("old new count? /", strReplace),
		"find":         method("sub start? end? /", func(c *call, s str) starlark.Value { return c.find(s, strings.Index, false) }),
		"rfind":        method("sub start? end? /", func(c *call, s str) starlark.Value { return c.find(s, strings.LastIndex, false) }),
		"index":        method("sub start? end? /", func(c *call, s str) starlark.Value { return c.find(s, strings.Index, true) }),
		"rindex":       method("sub start? end? /", func(c *call, s str) starlark.Value { return c.find(s, strings.LastIndex, true) }),
		"count":        method("sub start? end? /", strCount),
		"startswith":   method("prefix start? end? /", func(c *call, s str) starlark.Value { return c.affix(s, strings.HasPrefix) }),
		"endswith":     method("suffix start? end? /", func(c *call, s str) starlark.Value { return c.affix(s, strings.HasSuffix) }),
		"removeprefix": method("prefix /", func(c *call, s str) starlark.Value { return str(strings.TrimPrefix(string(s), c.text(0))) }),
		"removesuffix": method("suffix /", func(c *call, s str) starlark.Value { return str(strings.TrimSuffix(string(s), c.text(0))) }),
		"strip":        method("chars? /", func(c *call, s str) starlark.Value { return c.strip(s, strings.TrimFunc) }),
		"lstrip":       method("chars? /", func(c *call, s str) starlark.Value { return c.strip(s, strings.TrimLeftFunc) }),
		"rstrip":       method("chars? /", func(c *call, s str) starlark.Value { return c.strip(s, strings.TrimRightFunc) }),
		"ljust":        method("width fill? /", func(c *call, s str) starlark.Value { return c.justify(s, 0, 1) }),
		"rjust":        method("width fill? /", func(c *call, s str) starlark.Value { return c.justify(s, 1, 1) }),
		"center":       method("width fill? /", func(c *call, s str) starlark.Value { return c.justify(s, 1, 2) }),
		"zfill":        method("width /", strZfill),
		"expandtabs":   method("tabsize?", strExpandTabs),
		"encode":       method("encoding? errors?", strEncode),
		"translate":    method("table /", strTranslate),
		"maketrans":    fn("x y? z? /", strMakeTrans),
	}
	for _, part := range []table{caseMethods(), splitMethods()} {
		for name, f := range part {
			t[name] = f
		}
	}
	return t
}

// runeLen is how many bytes the first character of a text takes.
func runeLen(s string) int {
	_, n := utf8.DecodeRuneInString(s)
	return n
}

// firstRunes returns the first n characters.
func firstRunes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return s[:offset(s, n)]
}

// offset is where the n-th character begins, in bytes.
func offset(s string, n int) int {
	at := 0
	for n > 0 && at < len(s) {
		at += runeLen(s[at:])
		n--
	}
	return at
}

// isASCII reports whether bytes are characters.
func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func strJoin(c *call, s str) starlark.Value {
	items := c.items(0)
	if c.err != nil {
		if _, ok := c.args[0].(starlark.Iterable); !ok {
			c.err = Raise(TypeError, "can only join an iterable")
		}
		return nil
	}
	parts := make([]string, len(items))
	size := len(s) * max(len(items)-1, 0)
	for i, item := range items {
		part, ok := Plain(item).(str)
		if !ok {
			return c.raise(TypeError, "sequence item %d: expected str instance, %s found", i, TypeName(item))
		}
		parts[i] = string(part)
		if size += len(part); size > maxText {
			break
		}
	}
	if err := roomForText(1, size); err != nil {
		return c.fail(err)
	}
	return str(strings.Join(parts, string(s)))
}

func strReplace(c *call, s str) starlark.Value {
	old, with, n := c.text(0), c.text(1), c.whole(2, -1)
	found := strings.Count(string(s), old)
	if n >= 0 {
		found = min(found, n)
	}
	if grow := len(with) - len(old); grow > 0 {
		if err := roomForText(found, grow); err != nil {
			return c.fail(err)
		}
	}
	return str(strings.Replace(string(s), old, with, n))
}

// window cuts out what the arguments start and end, which follow the first one,
// select. It returns where it begins, in characters, and whether start is within
// the text.
func (c *call) window(s str) (part string, start int, ok bool) {
	n := utf8.RuneCountInString(string(s))
	at := func(i, absent int) int {
		if !c.given(i) {
			return absent
		}
		k := c.whole(i, absent)
		if k < 0 {
			k = max(k+n, 0)
		}
		return k
	}
	start, end := at(1, 0), min(at(2, n), n)
	if start > n || start > end {
		return "", start, false
	}
	from := offset(string(s), start)
	return string(s[from : from+offset(string(s[from:]), end-start)]), start, true
}

func (c *call) find(s str, search func(s, sub string) int, must bool) starlark.Value {
	sub := c.text(0)
	part, start, ok := c.window(s)
	if i := search(part, sub); ok && i >= 0 {
		return starlark.MakeInt(start + utf8.RuneCountInString(part[:i]))
	}
	if must {
		return c.raise(ValueError, "substring not found")
	}
	return starlark.MakeInt(-1)
}

func strCount(c *call, s str) starlark.Value {
	sub := c.text(0)
	part, _, ok := c.window(s)
	if !ok {
		return starlark.MakeInt(0)
	}
	return starlark.MakeInt(strings.Count(part, sub))
}

// affix is startswith and endswith, with one text or a tuple of them.
func (c *call) affix(s str, has func(s, affix string) bool) starlark.Value {
	part, _, ok := c.window(s)
	affixes, isTuple := c.args[0].(starlark.Tuple)
	if !isTuple {
		affixes = starlark.Tuple{c.args[0]}
	}
	for _, affix := range affixes {
		a, isText := affix.(str)
		switch {
		case !isText && isTuple:
			return c.raise(TypeError, "tuple for %s must only contain str, not %s", c.f.name, TypeName(affix))
		case !isText:
			return c.raise(TypeError, "%s first arg must be str or a tuple of str, not %s", c.f.name, TypeName(affix))
		case ok && has(part, string(a)):
			return starlark.True
		}
	}
	return starlark.False
}

func (c *call) strip(s str, trim func(string, func(rune) bool) string) starlark.Value {
	if !c.given(0) {
		return str(trim(string(s), isSpace))
	}
	chars, ok := c.args[0].(str)
	if !ok {
		return c.raise(TypeError, "%s arg must be None or str", c.f.name)
	}
	return str(trim(string(s), func(r rune) bool { return strings.ContainsRune(string(chars), r) }))
}

// fill returns n fill characters.
func (c *call) fill(n int, with string) string {
	if err := roomForText(n, len(with)); err != nil {
		c.fail(err)
		return ""
	}
	return strings.Repeat(with, max(n, 0))
}

// justify puts the share left/of of the missing width to the left.
func (c *call) justify(s str, left, of int) starlark.Value {
	with := " "
	if c.has(1) {
		with, _ = starlark.AsString(c.args[1])
		if utf8.RuneCountInString(with) != 1 {
			return c.raise(TypeError, "The fill character must be exactly one character long")
		}
	}
	width := c.whole(0, 0)
	n := width - utf8.RuneCountInString(string(s))
	if n <= 0 || c.err != nil {
		return s
	}
	before := n * left / of
	if of == 2 {
		// What cannot be halved goes to the left if the width is odd.
		before = n/2 + n&width&1
	}
	if all := c.fill(n, with); c.err == nil {
		return str(all[:before*len(with)]) + s + str(all[before*len(with):])
	}
	return nil
}

func strZfill(c *call, s str) starlark.Value {
	zeros := c.fill(c.whole(0, 0)-utf8.RuneCountInString(string(s)), "0")
	if s != "" && (s[0] == '-' || s[0] == '+') {
		return s[:1] + str(zeros) + s[1:]
	}
	return str(zeros) + s
}

func strExpandTabs(c *call, s str) starlark.Value {
	size := c.whole(0, 8)
	var b strings.Builder
	column := 0
	for _, r := range string(s) {
		switch r {
		case '\t':
			if size > 0 {
				n := size - column%size
				b.WriteString(c.fill(n, " "))
				column += n
			}
		case '\n', '\r':
			b.WriteRune(r)
			column = 0
		default:
			b.WriteRune(r)
			column++
		}
		if err := roomForText(1, b.Len()); err != nil || c.err != nil {
			return c.fail(err)
		}
	}
	return str(b.String())
}

// strTranslate replaces characters by a dict of their numbers.
func strTranslate(c *call, s str) starlark.Value {
	var b strings.Builder
	for _, r := range string(s) {
		v, err := getItem(c.args[0], starlark.MakeInt(int(r)))
		if err != nil {
			if e, ok := err.(*Exception); !ok || !e.IsA(LookupError) {
				return c.fail(err)
			}
			b.WriteRune(r)
			continue
		}
		switch v := v.(type) {
		case starlark.NoneType:
		case str:
			b.WriteString(string(v))
		case starlark.Int:
			n, err := starlark.AsInt32(v)
			if err != nil || n < 0 || n > utf8.MaxRune {
				return c.raise(ValueError, "character mapping must be in range(0x110000)")
			}
			b.WriteRune(rune(n))
		default:
			return c.raise(TypeError, "character mapping must return integer, None or str")
		}
		if err := roomForText(1, b.Len()); err != nil {
			return c.fail(err)
		}
	}
	return str(b.String())
}

// strMakeTrans is str.maketrans: of a dict, or of two texts of the same length
// and a third one of what is to be removed.
func strMakeTrans(c *call) starlark.Value {
	out := starlark.NewDict(0)
	put := func(k, v starlark.Value) { c.done(nil, out.SetKey(k, v)) }
	if !c.has(1) {
		d, ok := c.args[0].(*starlark.Dict)
		if !ok {
			return c.raise(TypeError, "if you give only one argument to maketrans it must be a dict")
		}
		for k, v := range d.Entries() {
			if s, ok := k.(str); ok {
				if utf8.RuneCountInString(string(s)) != 1 {
					return c.raise(ValueError, "string keys in translate table must be of length 1")
				}
				k = starlark.MakeInt(int([]rune(string(s))[0]))
			}
			put(k, v)
		}
		return out
	}
	from, to := []rune(c.text(0)), []rune(c.text(1))
	if len(from) != len(to) {
		return c.raise(ValueError, "the first two maketrans arguments must have equal length")
	}
	for i, r := range from {
		put(starlark.MakeInt(int(r)), starlark.MakeInt(int(to[i])))
	}
	if c.has(2) {
		for _, r := range c.text(2) {
			put(starlark.MakeInt(int(r)), starlark.None)
		}
	}
	return out
}
