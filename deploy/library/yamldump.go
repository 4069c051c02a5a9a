package library

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"cygnet/deploy/builtin"
)

// A yamlWriter writes values as PyYAML does, in block style, but breaks no lines:
// a long text stays in one, and a text of several lines is written with escapes.
type yamlWriter struct {
	strings.Builder
	sort, unicode bool
}

// yamlDump is dump and safe_dump, with the arguments that change nothing but the
// order of keys and what is escaped.
func yamlDump(c *call) (starlark.Value, error) {
	var data starlark.Value
	var stream starlark.Value = starlark.None
	w := &yamlWriter{sort: true}
	var flow, explicit bool
	if err := c.unpack("data", &data, "stream?", &stream, "default_flow_style?", &flow, "sort_keys?", &w.sort, "allow_unicode?", &w.unicode, "explicit_start?", &explicit); err != nil {
		return nil, err
	}
	if flow {
		return nil, builtin.Raise(builtin.NotImplementedError, "yaml.dump(default_flow_style=True) is not supported: use json.dumps, which is YAML too")
	}
	if explicit {
		w.WriteString("---\n")
	}
	if err := w.node(data, 0, false, 0); err != nil {
		return nil, err
	}
	text := w.String()
	if _, isText := data.(starlark.String); isText && !strings.HasPrefix(text, "'") && !strings.HasPrefix(text, "\"") || plainRoot(data) {
		text += "...\n"
	}
	if stream == starlark.None {
		return starlark.String(text), nil
	}
	file, ok := stream.(starlark.HasAttrs)
	if !ok {
		return nil, builtin.Raise(builtin.AttributeError, "'%s' object has no attribute 'write'", builtin.TypeName(stream))
	}
	write, err := file.Attr("write")
	if err != nil {
		return nil, err
	}
	_, err = c.call(write, starlark.String(text))
	return starlark.None, err
}

// plainRoot reports whether a document is one scalar without quotes.
func plainRoot(v starlark.Value) bool {
	switch v.(type) {
	case starlark.NoneType, starlark.Bool, starlark.Int, starlark.Float, date, datetime:
		return true
	}
	return false
}

// node writes a value; inline says that something stands before it in its line.
func (w *yamlWriter) node(v starlark.Value, indent int, inline bool, depth int) error {
	if depth > maxDepth || w.Len() > maxOpened {
		return builtin.Raise(builtin.ValueError, "yaml.dump(): the data are too large, or hold themselves")
	}
	switch v := v.(type) {
	case starlark.IterableMapping:
		return w.mapping(v, indent, inline, depth)
	case *starlark.List, starlark.Tuple:
		return w.sequence(v.(starlark.Indexable), indent, inline, depth)
	}
	text, err := w.scalar(v)
	if err != nil {
		return err
	}
	if inline {
		w.WriteByte(' ')
	}
	w.WriteString(text + "\n")
	return nil
}

func (w *yamlWriter) mapping(v starlark.IterableMapping, indent int, inline bool, depth int) error {
	items := v.Items()
	if len(items) == 0 {
		w.empty("{}", inline)
		return nil
	}
	if w.sort {
		var failed error
		slices.SortStableFunc(items, func(a, b starlark.Tuple) int {
			less, err := starlark.Compare(syntax.LT, a[0], b[0])
			if err != nil {
				failed = err
			}
			if less {
				return -1
			}
			return 1
		})
		if failed != nil {
			items = v.Items() // PyYAML leaves them as they are too
		}
	}
	if inline {
		w.WriteByte('\n')
	}
	for i, item := range items {
		if i > 0 || inline || depth == 0 {
			w.WriteString(strings.Repeat(" ", indent))
		}
		key, err := w.scalar(item[0])
		if err != nil {
			return err
		}
		w.WriteString(key + ":")
		next := indent + 2
		if _, isMapping := item[1].(starlark.IterableMapping); !isMapping {
			if _, isList := item[1].(starlark.Indexable); isList {
				if _, isText := item[1].(starlark.String); !isText {
					next = indent // a list stands as far left as its key
				}
			}
		}
		if err := w.node(item[1], next, true, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (w *yamlWriter) empty(text string, inline bool) {
	if inline {
		w.WriteByte(' ')
	}
	w.WriteString(text + "\n")
}

func (w *yamlWriter) sequence(v starlark.Indexable, indent int, inline bool, depth int) error {
	if v.Len() == 0 {
		w.empty("[]", inline)
		return nil
	}
	if inline {
		w.WriteByte('\n')
	}
	for i := range v.Len() {
		if i > 0 || inline || depth == 0 {
			w.WriteString(strings.Repeat(" ", indent))
		}
		w.WriteString("- ")
		if err := w.node(v.Index(i), indent+2, false, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// scalar writes one value.
func (w *yamlWriter) scalar(v starlark.Value) (string, error) {
	switch v := v.(type) {
	case starlark.NoneType:
		return "null", nil
	case starlark.Bool:
		return strings.ToLower(builtin.Str(v)), nil
	case starlark.Int, date:
		return builtin.Str(v), nil
	case datetime:
		return v.iso(" "), nil
	case starlark.Float:
		switch f := float64(v); {
		case math.IsNaN(f):
			return ".nan", nil
		case math.IsInf(f, 0):
			return strings.Replace(fmt.Sprintf("%+f", f), "+Inf", ".inf", 1), nil
		}
		text := builtin.Repr(v)
		if !strings.Contains(text, ".") && strings.Contains(text, "e") {
			text = strings.Replace(text, "e", ".0e", 1)
		}
		return strings.Replace(text, "-Inf", "-.inf", 1), nil
	case starlark.String:
		return w.text(string(v)), nil
	}
	return "", builtin.Raise(yamlError, "cannot represent an object: %s", builtin.Repr(v))
}

// text writes a text, in the first style that can hold it: plain, single
// quotes, double quotes.
func (w *yamlWriter) text(s string) string {
	for _, r := range s {
		if r != '\n' && r < ' ' || r == 0x7f || r > 0x7f && !w.unicode || r >= 0x80 && r < 0xa0 || r == 0xfeff || r == 0x2028 || r == 0x2029 {
			return w.doubleQuoted(s)
		}
	}
	if strings.Contains(s, "\n") {
		// PyYAML breaks lines within quotes; escapes say the same.
		return w.doubleQuoted(s)
	}
	_, isText := yamlScalar(s).(starlark.String)
	plain := isText && s != "" && strings.TrimSpace(s) == s && !strings.Contains(s, ": ") && !strings.Contains(s, " #") && !strings.HasSuffix(s, ":") &&
		!strings.ContainsRune("#,[]{}&*!|>'\"%@`", rune(s[0])) && s != "=" && s != "<<" && !strings.HasPrefix(s, "---") && !strings.HasPrefix(s, "...") &&
		!(strings.ContainsRune("?:-", rune(s[0])) && (len(s) == 1 || s[1] == ' '))
	if plain {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

func (w *yamlWriter) doubleQuoted(s string) string {
	escapes := map[rune]string{'\n': `\n`, '\t': `\t`, '\r': `\r`, '"': `\"`, '\\': `\\`, 0: `\0`, '\a': `\a`, '\b': `\b`, '\v': `\v`, '\f': `\f`, 0x1b: `\e`, 0x85: `\N`, 0xa0: `\_`, 0x2028: `\L`, 0x2029: `\P`}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		text, known := escapes[r]
		switch {
		case known && (r != 0xa0 || !w.unicode):
			b.WriteString(text)
		case r >= ' ' && r < 0x7f, w.unicode && r >= 0xa0 && r != 0xfeff:
			b.WriteRune(r)
		case r <= 0xff:
			fmt.Fprintf(&b, `\x%02X`, r)
		case r <= 0xffff:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			fmt.Fprintf(&b, `\U%08X`, r)
		}
	}
	return b.String() + `"`
}
