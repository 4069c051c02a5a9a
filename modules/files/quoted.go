package files

import "strings"

// linkTarget takes the target off "name -> target". GNU's stat quotes both for a
// shell; others do not quote at all.
func linkTarget(text, path string) string {
	if _, rest, ok := quoted(text); ok {
		if rest, ok = strings.CutPrefix(rest, " -> "); ok {
			if target, rest, ok := quoted(rest); ok && rest == "" {
				return target
			}
			return rest
		}
	}
	if target, ok := strings.CutPrefix(text, path+" -> "); ok {
		return target
	}
	_, target, _ := strings.Cut(text, " -> ")
	return target
}

// quoted reads what stands in quotes at the start of a text: 'a', "a" or $'a',
// several of them in a row, and \' between them.
func quoted(text string) (value, rest string, ok bool) {
	var b strings.Builder
	for rest = text; rest != ""; {
		end := -1
		switch {
		case rest[0] == '\'':
			if end = strings.IndexByte(rest[1:], '\''); end >= 0 {
				b.WriteString(rest[1 : 1+end])
				end += 2
			}
		case rest[0] == '"':
			if end = strings.IndexByte(rest[1:], '"'); end >= 0 {
				b.WriteString(rest[1 : 1+end])
				end += 2
			}
		case strings.HasPrefix(rest, "$'"):
			end = escaped(&b, rest)
		case strings.HasPrefix(rest, `\'`):
			b.WriteByte('\'')
			end = 2
		default:
			return b.String(), rest, ok
		}
		if end < 0 {
			return "", text, false
		}
		rest, ok = rest[end:], true
	}
	return b.String(), rest, ok
}

// escaped reads $'...' and returns its length, or -1 if it does not end.
func escaped(b *strings.Builder, text string) int {
	letters := map[byte]byte{'n': '\n', 't': '\t', 'r': '\r', 'a': '\a', 'b': '\b', 'f': '\f', 'v': '\v'}
	for i := 2; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\'':
			return i + 1
		case c != '\\' || i+1 == len(text):
			b.WriteByte(c)
		case i+3 < len(text) && '0' <= text[i+1] && text[i+1] <= '3':
			b.WriteByte((text[i+1]-'0')<<6 | (text[i+2]-'0')&7<<3 | (text[i+3]-'0')&7)
			i += 3
		default:
			i++
			if c, ok := letters[text[i]]; ok {
				b.WriteByte(c)
			} else {
				b.WriteByte(text[i])
			}
		}
	}
	return -1
}
