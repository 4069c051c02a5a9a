package builtin

import (
	"encoding/hex"
	"strings"

	"go.starlark.net/starlark"
)

type bytes = starlark.Bytes

// bytesMethods are the methods of bytes.
func bytesMethods() table {
	each := func(f func(string) string) *function {
		return method("", func(_ *call, s bytes) starlark.Value { return bytes(f(string(s))) })
	}
	every := func(f func(byte) bool) *function {
		return method("", func(_ *call, s bytes) starlark.Value {
			for i := range len(s) {
				if !f(s[i]) {
					return starlark.False
				}
			}
			return starlark.Bool(s != "")
		})
	}
	return table{
		"decode": method("encoding? errors?", func(c *call, s bytes) starlark.Value {
			set, handler := c.codec(0, 1)
			if c.err != nil {
				return nil
			}
			return c.done(decode(string(s), set, handler))
		}),
		"hex":     method("sep?", bytesHex),
		"fromhex": fn("string /", bytesFromHex),
		"join":    method("iterable /", bytesJoin),
		"split":   method("sep? maxsplit?", func(c *call, s bytes) starlark.Value { return bytesSplit(c, s, false) }),
		"rsplit":  method("sep? maxsplit?", func(c *call, s bytes) starlark.Value { return bytesSplit(c, s, true) }),
		"splitlines": method("keepends?", func(c *call, s bytes) starlark.Value {
			return texts[bytes](lines(string(s), c.whole(0, 0) != 0, isByteLineEnd))
		}),
		"strip":        method("chars? /", func(c *call, s bytes) starlark.Value { return c.stripBytes(s, true, true) }),
		"lstrip":       method("chars? /", func(c *call, s bytes) starlark.Value { return c.stripBytes(s, true, false) }),
		"rstrip":       method("chars? /", func(c *call, s bytes) starlark.Value { return c.stripBytes(s, false, true) }),
		"startswith":   method("prefix /", func(c *call, s bytes) starlark.Value { return c.affixBytes(s, strings.HasPrefix) }),
		"endswith":     method("suffix /", func(c *call, s bytes) starlark.Value { return c.affixBytes(s, strings.HasSuffix) }),
		"removeprefix": method("prefix /", func(c *call, s bytes) starlark.Value { return bytes(strings.TrimPrefix(string(s), c.bytes(0))) }),
		"removesuffix": method("suffix /", func(c *call, s bytes) starlark.Value { return bytes(strings.TrimSuffix(string(s), c.bytes(0))) }),
		"replace":      method("old new count? /", bytesReplace),
		"find":         method("sub /", func(c *call, s bytes) starlark.Value { return starlark.MakeInt(strings.Index(string(s), c.bytes(0))) }),
		"rfind": method("sub /", func(c *call, s bytes) starlark.Value {
			return starlark.MakeInt(strings.LastIndex(string(s), c.bytes(0)))
		}),
		"index":     method("sub /", func(c *call, s bytes) starlark.Value { return c.mustFind(strings.Index(string(s), c.bytes(0))) }),
		"rindex":    method("sub /", func(c *call, s bytes) starlark.Value { return c.mustFind(strings.LastIndex(string(s), c.bytes(0))) }),
		"count":     method("sub /", bytesCount),
		"partition": method("sep /", bytesPartition),
		"upper":     each(func(s string) string { return mapBytes(s, 'a', 'z', 'A'-'a') }),
		"lower":     each(func(s string) string { return mapBytes(s, 'A', 'Z', 'a'-'A') }),
		"isdigit":   every(isDigit),
		"isalpha":   every(func(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }),
		"isalnum":   every(func(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'z' }),
		"isspace":   every(func(c byte) bool { return isByteSpace(rune(c)) }),
	}
}

func isByteSpace(r rune) bool   { return r == ' ' || r >= '\t' && r <= '\r' }
func isByteLineEnd(r rune) bool { return r == '\n' || r == '\r' }

// mapBytes moves the bytes from first to last.
func mapBytes(s string, first, last byte, by int) string {
	out := []byte(s)
	for i, c := range out {
		if c >= first && c <= last {
			out[i] = byte(int(c) + by)
		}
	}
	return string(out)
}

// bytes returns an argument that must be bytes, or an int for one byte.
func (c *call) bytes(i int) string {
	switch v := c.args[i].(type) {
	case bytes:
		return string(v)
	case starlark.Int:
		if n, err := starlark.AsInt32(v); err == nil && n >= 0 && n < 256 {
			return string([]byte{byte(n)})
		}
		c.raise(ValueError, "byte must be in range(0, 256)")
		return ""
	}
	c.raise(TypeError, "a bytes-like object is required, not '%s'", TypeName(c.args[i]))
	return ""
}

func (c *call) mustFind(i int) starlark.Value {
	if i < 0 {
		return c.raise(ValueError, "subsection not found")
	}
	return starlark.MakeInt(i)
}

func bytesHex(c *call, s bytes) starlark.Value {
	if err := roomForText(len(s), 3); err != nil {
		return c.fail(err)
	}
	text := hex.EncodeToString([]byte(s))
	if c.has(0) {
		text = separate(text, c.text(0), 2)
	}
	return str(text)
}

func bytesFromHex(c *call) starlark.Value {
	text := c.text(0)
	b, err := hex.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil && c.err == nil {
		at := strings.IndexFunc(text, func(r rune) bool { return !isSpace(r) && !strings.ContainsRune("0123456789abcdefABCDEF", r) })
		if at < 0 {
			at = len(text)
		}
		return c.raise(ValueError, "non-hexadecimal number found in fromhex() arg at position %d", at)
	}
	return bytes(b)
}

func bytesJoin(c *call, s bytes) starlark.Value {
	items := c.items(0)
	parts := make([]string, len(items))
	size := len(s) * max(len(items)-1, 0)
	for i, item := range items {
		part, ok := item.(bytes)
		if !ok {
			return c.raise(TypeError, "sequence item %d: expected a bytes-like object, %s found", i, TypeName(item))
		}
		parts[i] = string(part)
		size += len(part)
		if size > maxText {
			break
		}
	}
	if err := roomForText(1, size); err != nil {
		return c.fail(err)
	}
	return bytes(strings.Join(parts, string(s)))
}

func bytesSplit(c *call, s bytes, right bool) starlark.Value {
	n := c.whole(1, -1)
	if !c.given(0) {
		return texts[bytes](byteFields(string(s), n, right))
	}
	sep := c.bytes(0)
	if sep == "" && c.err == nil {
		return c.raise(ValueError, "empty separator")
	}
	return texts[bytes](split(string(s), sep, n, right))
}

// byteFields is fields for bytes, which need not be UTF-8: no byte of a longer
// character is space, so that they are cut at the same places.
func byteFields(s string, n int, right bool) []string { return fields(s, n, right, isByteSpace) }

func (c *call) stripBytes(s bytes, left, right bool) starlark.Value {
	chars := " \t\n\r\v\f"
	if c.given(0) {
		chars = c.bytes(0)
	}
	begin, end := 0, len(s)
	for left && begin < end && strings.IndexByte(chars, s[begin]) >= 0 {
		begin++
	}
	for right && end > begin && strings.IndexByte(chars, s[end-1]) >= 0 {
		end--
	}
	return s[begin:end]
}

func (c *call) affixBytes(s bytes, has func(s, affix string) bool) starlark.Value {
	affixes, ok := c.args[0].(starlark.Tuple)
	if !ok {
		affixes = starlark.Tuple{c.args[0]}
	}
	for _, affix := range affixes {
		b, ok := affix.(bytes)
		if !ok {
			return c.raise(TypeError, "%s first arg must be bytes or a tuple of bytes, not %s", c.f.name, TypeName(affix))
		}
		if has(string(s), string(b)) {
			return starlark.True
		}
	}
	return starlark.False
}

func bytesReplace(c *call, s bytes) starlark.Value {
	old, with, n := c.bytes(0), c.bytes(1), c.whole(2, -1)
	found := strings.Count(string(s), old)
	if n >= 0 {
		found = min(found, n)
	}
	if err := roomForText(found, len(with)-len(old)); err != nil {
		return c.fail(err)
	}
	return bytes(strings.Replace(string(s), old, with, n))
}

func bytesCount(c *call, s bytes) starlark.Value {
	sub := c.bytes(0)
	if sub == "" {
		return starlark.MakeInt(len(s) + 1)
	}
	return starlark.MakeInt(strings.Count(string(s), sub))
}

func bytesPartition(c *call, s bytes) starlark.Value {
	sep := c.bytes(0)
	if sep == "" && c.err == nil {
		return c.raise(ValueError, "empty separator")
	}
	before, after, found := strings.Cut(string(s), sep)
	if !found {
		sep = ""
	}
	return starlark.Tuple{bytes(before), bytes(sep), bytes(after)}
}
