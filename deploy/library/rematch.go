package library

import (
	"fmt"
	"strconv"
	"strings"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

// A match is where a pattern matched. Positions count code points. It is
// constant.
type match struct {
	fixed
	pattern *pattern
	subject *subject
	spans   [][2]int // by group; -1 where a group took no part
	last    int      // the group that matched last, 0 for none
	lastEnd int
}

var (
	_ starlark.HasAttrs = (*match)(nil)
	_ starlark.Mapping  = (*match)(nil)
	_ builtin.Classed   = (*match)(nil)
	_ constantValue     = (*match)(nil)
)

func (m *match) String() string {
	return fmt.Sprintf("<re.Match object; span=(%d, %d), match=%s>", m.spans[0][0], m.spans[0][1], builtin.Repr(m.group(0, starlark.None)))
}
func (*match) Type() string { return "re.Match" }
func (*match) Hash() (uint32, error) {
	return 0, builtin.Raise(builtin.TypeError, "unhashable type: 're.Match'")
}
func (*match) PyClass() *builtin.Class { return matchClass }

// group returns what a group matched.
func (m *match) group(i int, missing starlark.Value) starlark.Value {
	if span := m.spans[i]; span[0] >= 0 {
		return m.subject.slice(span[0], span[1])
	}
	return missing
}

func (m *match) groups(missing starlark.Value) starlark.Tuple {
	all := make(starlark.Tuple, m.pattern.groups)
	for i := range all {
		all[i] = m.group(i+1, missing)
	}
	return all
}

// index returns the number of a group that is given by number or name.
func (m *match) index(v starlark.Value) (int, error) {
	if name, ok := starlark.AsString(v); ok {
		for i, known := range m.pattern.names {
			if known == name && name != "" {
				return i, nil
			}
		}
	} else if n, err := starlark.AsInt32(v); err == nil && n >= 0 && n < len(m.spans) {
		return n, nil
	}
	return 0, builtin.Raise(builtin.IndexError, "no such group")
}

// Get implements starlark.Mapping: match[1], match["name"].
func (m *match) Get(k starlark.Value) (starlark.Value, bool, error) {
	i, err := m.index(k)
	if err != nil {
		return nil, false, err
	}
	return m.group(i, starlark.None), true, nil
}

// position makes a method that says where a group is.
func (m *match) position(f func([2]int) starlark.Value) func(*call) (starlark.Value, error) {
	return func(c *call) (starlark.Value, error) {
		var group starlark.Value = starlark.MakeInt(0)
		if err := c.unpack("group?", &group); err != nil {
			return nil, err
		}
		i, err := m.index(group)
		if err != nil {
			return nil, err
		}
		return f(m.spans[i]), nil
	}
}

var matchNames = []string{"end", "endpos", "expand", "group", "groupdict", "groups", "lastgroup", "lastindex", "pos", "re", "span", "start", "string"}

// AttrNames implements starlark.HasAttrs.
func (*match) AttrNames() []string { return matchNames }

// Attr implements starlark.HasAttrs.
func (m *match) Attr(name string) (starlark.Value, error) {
	switch name {
	case "string":
		return m.subject.text, nil
	case "re":
		return m.pattern, nil
	case "pos":
		return starlark.MakeInt(m.subject.pos), nil
	case "endpos":
		return starlark.MakeInt(len(m.subject.runes)), nil
	case "lastindex", "lastgroup":
		switch {
		case m.last == 0, name == "lastgroup" && m.pattern.names[m.last] == "":
			return starlark.None, nil
		case name == "lastgroup":
			return starlark.String(m.pattern.names[m.last]), nil
		}
		return starlark.MakeInt(m.last), nil
	}
	if f := m.method(name); f != nil {
		return function(name, f), nil
	}
	return nil, missingAttribute("re.Match", name, matchNames, map[string]string{"regs": ""})
}

func (m *match) method(name string) func(*call) (starlark.Value, error) {
	switch name {
	case "group":
		return m.groupMethod
	case "groups":
		return func(c *call) (starlark.Value, error) {
			var missing starlark.Value = starlark.None
			if err := c.unpack("default?", &missing); err != nil {
				return nil, err
			}
			return m.groups(missing), nil
		}
	case "groupdict":
		return m.groupDict
	case "expand":
		return func(c *call) (starlark.Value, error) {
			var template starlark.Value
			if err := c.unpack("template", &template); err != nil {
				return nil, err
			}
			parts, err := m.pattern.template(template)
			if err != nil {
				return nil, err
			}
			return joinText(template, m.fill(parts)), nil
		}
	case "start":
		return m.position(func(s [2]int) starlark.Value { return starlark.MakeInt(s[0]) })
	case "end":
		return m.position(func(s [2]int) starlark.Value { return starlark.MakeInt(s[1]) })
	case "span":
		return m.position(func(s [2]int) starlark.Value {
			return starlark.Tuple{starlark.MakeInt(s[0]), starlark.MakeInt(s[1])}
		})
	}
	return nil
}

func (m *match) groupMethod(c *call) (starlark.Value, error) {
	if len(c.args) == 0 {
		return m.group(0, starlark.None), nil
	}
	all := make(starlark.Tuple, len(c.args))
	for n, arg := range c.args {
		i, err := m.index(arg)
		if err != nil {
			return nil, err
		}
		all[n] = m.group(i, starlark.None)
	}
	if len(all) == 1 {
		return all[0], nil
	}
	return all, nil
}

func (m *match) groupDict(c *call) (starlark.Value, error) {
	var missing starlark.Value = starlark.None
	if err := c.unpack("default?", &missing); err != nil {
		return nil, err
	}
	dict := starlark.NewDict(len(m.spans))
	for i, name := range m.pattern.names {
		if name != "" {
			if err := dict.SetKey(starlark.String(name), m.group(i, missing)); err != nil {
				return nil, err
			}
		}
	}
	return dict, nil
}

// A templatePart is a text, or a group if it is not negative.
type templatePart struct {
	text  string
	group int
}

// fill puts a match's groups into a template.
func (m *match) fill(parts []templatePart) string {
	var b strings.Builder
	for _, part := range parts {
		if part.group < 0 {
			b.WriteString(part.text)
			continue
		}
		text, _, _ := bytesOf(m.group(part.group, starlark.String("")))
		b.WriteString(text)
	}
	return b.String()
}

// joinText gives a text the type of another one.
func joinText(like starlark.Value, text string) starlark.Value {
	if _, ok := like.(starlark.Bytes); ok {
		return starlark.Bytes(text)
	}
	return starlark.String(text)
}

// template reads a replacement, with \1, \g<name>, \g<1> and \n.
func (p *pattern) template(v starlark.Value) ([]templatePart, error) {
	text, _, ok := bytesOf(v)
	if !ok {
		return nil, builtin.Raise(builtin.TypeError, "expected str instance, %s found", builtin.TypeName(v))
	}
	var parts []templatePart
	add := func(s string) { parts = append(parts, templatePart{s, -1}) }
	for text != "" {
		i := strings.IndexByte(text, '\\')
		if i < 0 {
			add(text)
			break
		}
		add(text[:i])
		text = text[i+1:]
		if text == "" {
			return nil, patternError("bad escape (end of pattern)", v, i)
		}
		switch c := text[0]; {
		case c == 'g':
			name, rest, ok := strings.Cut(strings.TrimPrefix(text[1:], "<"), ">")
			if !ok || !strings.HasPrefix(text[1:], "<") {
				return nil, patternError("missing <", v, i+2)
			}
			group, err := p.groupNamed(name)
			if err != nil {
				return nil, err
			}
			parts, text = append(parts, templatePart{group: group}), rest
		case c == '0':
			n := 1
			for n < 3 && n < len(text) && text[n] >= '0' && text[n] <= '7' {
				n++
			}
			code, err := strconv.ParseUint(text[:n], 8, 8)
			if err != nil {
				return nil, patternError("bad octal escape", v, i)
			}
			add(string(rune(code)))
			text = text[n:]
		case c >= '1' && c <= '9':
			n := 1
			if len(text) > 1 && text[1] >= '0' && text[1] <= '9' {
				n = 2
			}
			group, err := strconv.Atoi(text[:n])
			if err != nil || group > p.groups {
				return nil, patternError(fmt.Sprintf("invalid group reference %s", text[:n]), v, i+1)
			}
			parts, text = append(parts, templatePart{group: group}), text[n:]
		default:
			escaped, known := templateEscapes[c]
			switch {
			case known:
				add(escaped)
			case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
				return nil, patternError("bad escape \\"+string(c), v, i)
			default:
				add("\\" + string(c))
			}
			text = text[1:]
		}
	}
	return parts, nil
}

var templateEscapes = map[byte]string{'a': "\a", 'b': "\b", 'f': "\f", 'n': "\n", 'r': "\r", 't': "\t", 'v': "\v", '\\': "\\"}

// groupNamed returns the number of a group that a template names.
func (p *pattern) groupNamed(name string) (int, error) {
	if n, err := strconv.Atoi(name); err == nil {
		if n < 0 || n > p.groups {
			return 0, patternError(fmt.Sprintf("invalid group reference %d", n), nil, 3)
		}
		return n, nil
	}
	for i, known := range p.names {
		if known == name && name != "" {
			return i, nil
		}
	}
	return 0, builtin.Raise(builtin.IndexError, "unknown group name %s", builtin.Repr(starlark.String(name)))
}

// substitute is sub and subn: the new text, and how often it was put in.
func (p *pattern) substitute(c *call) (starlark.Value, int, error) {
	var repl, text starlark.Value
	var limit int
	if err := c.unpack("repl", &repl, "string", &text, "count?", &limit); err != nil {
		return nil, 0, err
	}
	s, err := p.subjectOf(text)
	if err != nil {
		return nil, 0, err
	}
	fill, err := p.replacer(c, repl)
	if err != nil {
		return nil, 0, err
	}
	var b strings.Builder
	raw := func(from, to int) {
		part, _, _ := bytesOf(s.slice(from, to))
		b.WriteString(part)
	}
	from, n := 0, 0
	for next := p.each(c, s); limit == 0 || n < limit; n++ {
		m, err := next()
		if err != nil {
			return nil, 0, err
		}
		if m == nil {
			break
		}
		raw(from, m.spans[0][0])
		from = m.spans[0][1]
		filled, err := fill(m)
		if err != nil {
			return nil, 0, err
		}
		if b.WriteString(filled); b.Len() > maxOpened {
			return nil, 0, builtin.Raise(builtin.MemoryError, "a text may have %d MiB at most", maxOpened>>20)
		}
	}
	raw(from, len(s.runes))
	return joinText(text, b.String()), n, nil
}

// replacer returns what makes the text that replaces a match.
func (p *pattern) replacer(c *call, repl starlark.Value) (func(*match) (string, error), error) {
	if f, ok := repl.(starlark.Callable); ok {
		return func(m *match) (string, error) {
			v, err := c.call(f, m)
			if err != nil {
				return "", err
			}
			text, _, ok := bytesOf(v)
			if !ok {
				return "", builtin.Raise(builtin.TypeError, "expected str instance, %s found", builtin.TypeName(v))
			}
			return text, nil
		}, nil
	}
	parts, err := p.template(repl)
	if err != nil {
		return nil, err
	}
	return func(m *match) (string, error) { return m.fill(parts), nil }, nil
}
