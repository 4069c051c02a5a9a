package builtin

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"go.starlark.net/starlark"
)

// A charset is an encoding by the largest code point that is one byte. UTF-8 has
// none.
type charset struct {
	name  string // as in messages
	limit rune   // 0 for UTF-8
	mark  bool   // begins with a byte order mark
}

func findCharset(name string) (charset, error) {
	switch strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(name)) {
	case "utf8", "u8":
		return charset{name: "utf-8"}, nil
	case "utf8sig":
		return charset{name: "utf-8", mark: true}, nil
	case "ascii", "usascii", "646":
		return charset{name: "ascii", limit: 0x7f}, nil
	case "latin1", "iso88591", "l1", "8859":
		return charset{name: "latin-1", limit: 0xff}, nil
	}
	return charset{}, Raise(LookupError, "unknown encoding: %s (known here: utf-8, ascii, latin-1)", name)
}

// codec reads the arguments encoding and errors.
func (c *call) codec(encoding, errors int) (charset, string) {
	name, handler := "utf-8", "strict"
	if c.has(encoding) {
		name = c.text(encoding)
	}
	if c.has(errors) {
		handler = c.text(errors)
	}
	set, err := findCharset(name)
	if err != nil {
		c.fail(err)
	}
	return set, handler
}

// strEncode is str.encode(encoding="utf-8", errors="strict").
func strEncode(c *call, s str) starlark.Value {
	set, handler := c.codec(0, 1)
	if c.err != nil {
		return nil
	}
	return c.done(encode(string(s), set, handler))
}

func encode(s string, set charset, handler string) (starlark.Value, error) {
	if set.limit == 0 {
		if set.mark {
			s = "\uFEFF" + s
		}
		return starlark.Bytes(s), nil
	}
	var b strings.Builder
	position := 0
	for _, r := range s {
		switch {
		case r <= set.limit:
			b.WriteByte(byte(r))
		case handler == "ignore":
		case handler == "replace":
			b.WriteByte('?')
		case handler == "backslashreplace":
			escapeRune(&b, r)
		case handler == "xmlcharrefreplace":
			fmt.Fprintf(&b, "&#%d;", r)
		case handler == "strict":
			var escape strings.Builder
			escapeRune(&escape, r)
			return nil, Raise(UnicodeEncodeError, "'%s' codec can't encode character '%s' in position %d: ordinal not in range(%d)", set.name, escape.String(), position, set.limit+1)
		default:
			return nil, Raise(LookupError, "unknown error handler name '%s'", handler)
		}
		position++
	}
	return starlark.Bytes(b.String()), nil
}

// decode makes a text of bytes.
func decode(s string, set charset, handler string) (starlark.Value, error) {
	if set.mark {
		s = strings.TrimPrefix(s, "\uFEFF")
	}
	if set.limit == 0 && utf8.ValidString(s) || isASCII(s) {
		return str(s), nil
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := rune(s[i]), 1
		bad := r > set.limit
		if set.limit == 0 {
			r, n = utf8.DecodeRuneInString(s[i:])
			bad = r == utf8.RuneError && n == 1
		}
		switch {
		case !bad:
			b.WriteRune(r)
		case handler == "ignore":
		case handler == "replace":
			b.WriteRune(utf8.RuneError)
		case handler == "backslashreplace":
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case handler == "strict" && set.limit == 0:
			return nil, Raise(UnicodeDecodeError, "'utf-8' codec can't decode byte 0x%02x in position %d: %s", s[i], i, whyNotUTF8(s[i:]))
		case handler == "strict":
			return nil, Raise(UnicodeDecodeError, "'%s' codec can't decode byte 0x%02x in position %d: ordinal not in range(%d)", set.name, s[i], i, set.limit+1)
		default:
			return nil, Raise(LookupError, "unknown error handler name '%s' (known here: strict, ignore, replace, backslashreplace)", handler)
		}
		i += n
	}
	return str(b.String()), nil
}

// whyNotUTF8 says what is wrong with the first byte of s.
func whyNotUTF8(s string) string {
	switch {
	case s[0] < 0xc2 || s[0] > 0xf4:
		return "invalid start byte"
	case !utf8.FullRuneInString(s):
		return "unexpected end of data"
	}
	return "invalid continuation byte"
}
