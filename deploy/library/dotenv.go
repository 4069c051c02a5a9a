package library

import (
	"os"
	"path/filepath"
	"strings"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

// dotenvModule is python-dotenv: files of variables. What load_dotenv sets is
// the session's environment.
func dotenvModule() *definition {
	return &definition{name: "dotenv", what: "function", values: functions(map[string]func(*call) (starlark.Value, error){
		"load_dotenv": dotenvLoad, "dotenv_values": dotenvValues, "find_dotenv": dotenvFind,
	}), later: map[string]string{"set_key": "", "get_key": "use dotenv_values", "unset_key": ""}}
}

// dotenvArguments reads a call's arguments: the variables of its file, and
// whether they take the place of others.
func dotenvArguments(c *call) (pairs [][2]string, override bool, err error) {
	var file, stream, encoding starlark.Value
	var verbose bool
	interpolate := true
	if err := c.unpack("dotenv_path?", &file, "stream?", &stream, "verbose?", &verbose, "override?", &override, "interpolate?", &interpolate, "encoding?", &encoding); err != nil {
		return nil, false, err
	}
	if stream != nil && stream != starlark.None {
		return nil, false, builtin.Raise(builtin.NotImplementedError, "%s(stream=...) is not supported: give dotenv_path", c.b.Name())
	}
	name := findDotenv()
	if file != nil && file != starlark.None {
		if name, err = c.path(file); err != nil {
			return nil, false, err
		}
	}
	if info, err := os.Stat(name); err != nil || info.IsDir() {
		return nil, override, nil // python-dotenv passes over it too
	}
	text, err := readBounded(name)
	if err != nil {
		return nil, false, err
	}
	s, err := c.session()
	if err != nil {
		return nil, false, err
	}
	return parseDotenv(universalNewlines(text), interpolate, override, s.lookupEnv), override, nil
}

// findDotenv looks for .env in the working folder and those above it.
func findDotenv() string {
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	for {
		name := filepath.Join(dir, ".env")
		if info, err := os.Stat(name); err == nil && !info.IsDir() {
			return name
		}
		if dir == filepath.Dir(dir) {
			return ""
		}
		dir = filepath.Dir(dir)
	}
}

func dotenvFind(c *call) (starlark.Value, error) {
	return starlark.String(findDotenv()), nil
}

// parseDotenv reads lines such as `export NAME="value" # comment`. A name without
// "=" is passed over.
func parseDotenv(text string, interpolate, override bool, lookup func(string) (string, bool)) [][2]string {
	var pairs [][2]string
	known := map[string]string{}
	expand := func(value string) string { return expandBraces(value, known, override, lookup) }
	for text != "" {
		line := strings.TrimLeft(text, " \t\n")
		if line == "" {
			break
		}
		end := strings.IndexByte(line+"\n", '\n')
		name, _, found := strings.Cut(line[:end], "=")
		if line[0] == '#' || !found {
			text = line[end:]
			continue
		}
		value, rest := dotenvValue(line[len(name)+1:])
		text = rest
		name = strings.Trim(strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(name), "export ")), "'")
		if interpolate {
			value = expand(value)
		}
		known[name] = value
		pairs = append(pairs, [2]string{name, value})
	}
	return pairs
}

// dotenvValue reads a value, which may be quoted.
func dotenvValue(text string) (value, rest string) {
	text = strings.TrimLeft(text, " \t")
	if text != "" && (text[0] == '"' || text[0] == '\'') {
		quote := text[0]
		var b strings.Builder
		for i := 1; i < len(text); i++ {
			switch {
			case text[i] == quote:
				_, rest, _ = strings.Cut(text[i+1:], "\n")
				return b.String(), rest
			case text[i] == '\\' && i+1 < len(text):
				i++
				escapes := map[byte]string{'\\': "\\", quote: string(quote)}
				if quote == '"' {
					for c, s := range templateEscapes {
						escapes[c] = s
					}
				}
				if s, ok := escapes[text[i]]; ok {
					b.WriteString(s)
				} else {
					b.WriteString(text[i-1 : i+1])
				}
			default:
				b.WriteByte(text[i])
			}
		}
	}
	value, rest, _ = strings.Cut(text, "\n")
	for i := range len(value) {
		if value[i] == '#' && (i == 0 || value[i-1] == ' ' || value[i-1] == '\t') {
			value = value[:i]
			break
		}
	}
	return strings.TrimRight(value, " \t"), rest
}

// expandBraces puts variables for ${NAME} and ${NAME:-default}.
func expandBraces(value string, known map[string]string, override bool, lookup func(string) (string, bool)) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(value, "${")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		inside, rest, closed := strings.Cut(after, "}")
		if !closed {
			b.WriteString("${" + after)
			return b.String()
		}
		name, missing, _ := strings.Cut(inside, ":-")
		own, isOwn := known[name]
		env, isEnv := lookup(name)
		switch {
		case isOwn && (override || !isEnv):
			b.WriteString(own)
		case isEnv:
			b.WriteString(env)
		default:
			b.WriteString(missing)
		}
		value = rest
	}
}

func dotenvValues(c *call) (starlark.Value, error) {
	pairs, _, err := dotenvArguments(c)
	if err != nil {
		return nil, err
	}
	dict := starlark.NewDict(len(pairs))
	for _, pair := range pairs {
		if err := dict.SetKey(starlark.String(pair[0]), starlark.String(pair[1])); err != nil {
			return nil, err
		}
	}
	return dict, nil
}

func dotenvLoad(c *call) (starlark.Value, error) {
	pairs, override, err := dotenvArguments(c)
	if err != nil {
		return nil, err
	}
	s, err := c.session()
	if err != nil {
		return nil, err
	}
	for _, pair := range pairs {
		if _, known := s.lookupEnv(pair[0]); known && !override {
			continue
		}
		if err := s.environment().SetKey(starlark.String(pair[0]), starlark.String(pair[1])); err != nil {
			return nil, err
		}
	}
	return starlark.Bool(len(pairs) > 0), nil
}
