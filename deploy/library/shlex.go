package library

import (
	"strings"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

func shlexModule() *definition {
	return &definition{name: "shlex", what: "function", values: functions(map[string]func(*call) (starlark.Value, error){
		"quote": shlexQuote, "join": shlexJoin, "split": shlexSplit,
	}), later: map[string]string{"shlex": "use shlex.split"}}
}

// quoteWord quotes as Python's shlex does, which leaves more words bare than
// package shell.
func quoteWord(s string) string {
	bare := s != ""
	for i := range len(s) {
		if !wordByte(s[i]) && strings.IndexByte("@%+=:,./-", s[i]) < 0 {
			bare = false
		}
	}
	if bare {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'"'"'`) + "'"
}

func shlexQuote(c *call) (starlark.Value, error) {
	var s starlark.Value
	if err := c.unpack("s", &s); err != nil {
		return nil, err
	}
	text, ok := starlark.AsString(s)
	if !ok {
		return nil, builtin.Raise(builtin.TypeError, "expected string or bytes-like object, got '%s'", builtin.TypeName(s))
	}
	return starlark.String(quoteWord(text)), nil
}

func shlexJoin(c *call) (starlark.Value, error) {
	var list starlark.Value
	if err := c.unpack("split_command", &list); err != nil {
		return nil, err
	}
	items, err := builtin.Collect(list)
	if err != nil {
		return nil, err
	}
	words := make([]string, len(items))
	for i, item := range items {
		text, ok := starlark.AsString(item)
		if !ok {
			return nil, builtin.Raise(builtin.TypeError, "expected string or bytes-like object, got '%s'", builtin.TypeName(item))
		}
		words[i] = quoteWord(text)
	}
	return starlark.String(strings.Join(words, " ")), nil
}

func shlexSplit(c *call) (starlark.Value, error) {
	var s string
	var comments bool
	posix := true
	if err := c.unpack("s", &s, "comments?", &comments, "posix?", &posix); err != nil {
		return nil, err
	}
	if !posix {
		return nil, builtin.Raise(builtin.NotImplementedError, "shlex.split(posix=False) is not supported")
	}
	words, err := splitWords(s, comments)
	if err != nil {
		return nil, err
	}
	return stringList(words), nil
}

// splitWords splits a line into words as a shell does.
func splitWords(s string, comments bool) ([]string, error) {
	var words []string
	var word strings.Builder
	within := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case strings.IndexByte(" \t\r\n", c) >= 0:
			if within {
				words = append(words, word.String())
				word.Reset()
			}
			within = false
		case c == '#' && comments:
			if end := strings.IndexByte(s[i:], '\n'); end >= 0 {
				i += end - 1
			} else {
				i = len(s)
			}
		case c == '\\':
			if i++; i >= len(s) {
				return nil, builtin.Raise(builtin.ValueError, "No escaped character")
			}
			within = true
			word.WriteByte(s[i])
		case c == '\'' || c == '"':
			end, err := quoted(s, i+1, c, &word)
			if err != nil {
				return nil, err
			}
			i, within = end, true
		default:
			within = true
			word.WriteByte(c)
		}
	}
	if within {
		words = append(words, word.String())
	}
	return words, nil
}

// quoted reads up to the closing quote and returns where it is.
func quoted(s string, i int, quote byte, word *strings.Builder) (int, error) {
	for ; i < len(s); i++ {
		switch {
		case s[i] == quote:
			return i, nil
		case s[i] == '\\' && quote == '"':
			if i+1 >= len(s) {
				return 0, builtin.Raise(builtin.ValueError, "No escaped character")
			}
			if s[i+1] != '"' && s[i+1] != '\\' {
				word.WriteByte('\\')
			}
			i++
		}
		word.WriteByte(s[i])
	}
	return 0, builtin.Raise(builtin.ValueError, "No closing quotation")
}
