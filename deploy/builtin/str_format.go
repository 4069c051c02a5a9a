package builtin

import (
	"strconv"
	"strings"

	"go.starlark.net/starlark"
)

// A template is a str.format under way.
type template struct {
	call   *call
	args   starlark.Tuple
	lookup func(name string) (starlark.Value, error) // a field that is named
	auto   int                                       // the next field without a name
	manual bool                                      // a field had a number
}

// strFormat is str.format(*args, **kwargs).
func strFormat(c *call, s starlark.String) starlark.Value {
	t := &template{call: c, args: c.rest}
	t.lookup = func(name string) (starlark.Value, error) {
		for _, kw := range c.named {
			if kw[0] == starlark.String(name) {
				return kw[1], nil
			}
		}
		return nil, newException(KeyError, starlark.String(name))
	}
	text, err := t.expand(string(s), 2)
	if err != nil {
		return c.fail(err)
	}
	return c.newText(text)
}

// strFormatMap is str.format_map(mapping).
func strFormatMap(c *call, s starlark.String) starlark.Value {
	t := &template{call: c}
	t.lookup = func(name string) (starlark.Value, error) { return getItem(c.args[0], starlark.String(name)) }
	text, err := t.expand(string(s), 2)
	if err != nil {
		return c.fail(err)
	}
	return c.newText(text)
}

// expand replaces the fields of a text. Fields may be nested depth deep: a
// field's spec may have fields, whose specs may have none.
func (t *template) expand(s string, depth int) (string, error) {
	if depth == 0 {
		return "", Raise(ValueError, "Max string recursion exceeded")
	}
	var b strings.Builder
	for s != "" {
		i := strings.IndexAny(s, "{}")
		if i < 0 {
			b.WriteString(s)
			break
		}
		b.WriteString(s[:i])
		mark := s[i]
		s = s[i+1:]
		if s != "" && s[0] == mark {
			b.WriteByte(mark)
			s = s[1:]
			continue
		}
		if mark == '}' {
			return "", Raise(ValueError, "Single '}' encountered in format string")
		}
		if s == "" {
			return "", Raise(ValueError, "Single '{' encountered in format string")
		}
		end := closing(s)
		if end < 0 {
			return "", Raise(ValueError, "expected '}' before end of string")
		}
		text, err := t.field(s[:end], depth)
		if err != nil {
			return "", err
		}
		b.WriteString(text)
		if err := roomForText(1, b.Len()); err != nil {
			return "", err
		}
		s = s[end+1:]
	}
	return b.String(), nil
}

// closing finds the brace that ends a field; one in an index does not count.
func closing(s string) int {
	depth, bracket := 1, false
	for i := range len(s) {
		switch c := s[i]; {
		case bracket:
			bracket = c != ']'
		case c == '[' && depth == 1 && !strings.ContainsAny(s[:i], ":!"):
			bracket = true
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// field formats one field: name[!conversion][:spec].
func (t *template) field(s string, depth int) (string, error) {
	name, conversion, spec, err := splitField(s)
	if err != nil {
		return "", err
	}
	v, err := t.value(name)
	if err != nil {
		return "", err
	}
	if v, err = convert(v, conversion); err != nil {
		return "", err
	}
	if spec, err = t.expand(spec, depth-1+btoi(spec == "")); err != nil {
		return "", err
	}
	return Format(v, spec)
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func splitField(s string) (name, conversion, spec string, err error) {
	bracket := false
	for i := range len(s) {
		switch c := s[i]; {
		case bracket:
			bracket = c != ']'
		case c == '[':
			bracket = true
		case c == '{':
			return "", "", "", Raise(ValueError, "unexpected '{' in field name")
		case c == ':':
			return s[:i], "", s[i+1:], nil
		case c == '!':
			rest := s[i+1:]
			switch {
			case rest == "":
				return "", "", "", Raise(ValueError, "unmatched '{' in format spec")
			case len(rest) > 1 && rest[1] != ':':
				return "", "", "", Raise(ValueError, "expected ':' after conversion specifier")
			case len(rest) > 1:
				return s[:i], rest[:1], rest[2:], nil
			}
			return s[:i], rest, "", nil
		}
	}
	return s, "", "", nil
}

// value finds what a field is about: a number or name, then attributes and
// indexes.
func (t *template) value(field string) (starlark.Value, error) {
	end := strings.IndexAny(field, ".[")
	if end < 0 {
		end = len(field)
	}
	v, err := t.first(field[:end])
	if err != nil {
		return nil, err
	}
	rest := field[end:]
	for rest != "" {
		mark := rest[0]
		rest = rest[1:]
		if mark == '.' {
			end := strings.IndexAny(rest, ".[")
			if end < 0 {
				end = len(rest)
			}
			if end == 0 {
				return nil, Raise(ValueError, "Empty attribute in format string")
			}
			if v, err = getAttr(v, rest[:end]); err != nil {
				return nil, err
			}
			rest = rest[end:]
			continue
		}
		if mark != '[' {
			return nil, Raise(ValueError, "Only '.' or '[' may follow ']' in format field specifier")
		}
		key, after, ok := strings.Cut(rest, "]")
		switch {
		case !ok:
			return nil, Raise(ValueError, "Missing ']' in format string")
		case key == "":
			return nil, Raise(ValueError, "Empty attribute in format string")
		}
		rest = after
		if v, err = getItem(v, indexKey(key)); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// indexKey is a number if it looks like one, else a text without quotes.
func indexKey(key string) starlark.Value {
	if n, err := strconv.Atoi(key); err == nil && isDigit(key[0]) {
		return starlark.MakeInt(n)
	}
	return starlark.String(key)
}

func (t *template) first(name string) (starlark.Value, error) {
	number := t.auto
	switch n, err := strconv.Atoi(name); {
	case name == "":
		if t.manual {
			return nil, Raise(ValueError, "cannot switch from manual field specification to automatic field numbering")
		}
		t.auto++
	case err == nil && isDigit(name[0]):
		if t.auto > 0 {
			return nil, Raise(ValueError, "cannot switch from automatic field numbering to manual field specification")
		}
		t.manual, number = true, n
	default:
		return t.lookup(name)
	}
	if number >= len(t.args) {
		if t.call.f.name == "format_map" {
			return nil, Raise(ValueError, "Format string contains positional fields")
		}
		return nil, Raise(IndexError, "Replacement index %d out of range for positional args tuple", number)
	}
	return t.args[number], nil
}

// convert does the conversion of a field: !r, !s, !a.
func convert(v starlark.Value, conversion string) (starlark.Value, error) {
	switch conversion {
	case "":
		return v, nil
	case "r":
		return starlark.String(Repr(v)), nil
	case "s":
		return starlark.String(Str(v)), nil
	case "a":
		return starlark.String(ascii(Repr(v))), nil
	}
	return nil, Raise(ValueError, "Unknown conversion specifier %s", conversion)
}
