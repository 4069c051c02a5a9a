package library

import (
	"strings"
	"time"

	"github.com/dlclark/regexp2"
	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

// Patterns are Python's. They are translated, see retranslate.go, and run on an
// engine that has look-around and back-references, and that counts code points,
// as Python does. It goes back to try again, as Python's does, so what one match
// may take is limited.
const matchLimit = 5 * time.Second

// Flags of patterns, with Python's values.
const (
	flagIgnoreCase = 2
	flagLocale     = 4
	flagMultiLine  = 8
	flagDotAll     = 16
	flagUnicode    = 32
	flagVerbose    = 64
	flagASCII      = 256
)

var (
	reError      = builtin.NewExceptionClass("re.error", builtin.ExceptionClass)
	patternClass = builtin.NewClass("Pattern", nil, builtin.Native{Module: "re"})
	matchClass   = builtin.NewClass("Match", nil, builtin.Native{Module: "re"})
)

func reModule() *definition {
	table := map[string]func(*call) (starlark.Value, error){
		"compile": reCompile, "escape": reEscape,
		"purge": func(c *call) (starlark.Value, error) { return starlark.None, c.unpack() },
	}
	for name, f := range patternMethods {
		table[name] = func(c *call) (starlark.Value, error) { return reFunction(c, name, f) }
	}
	d := &definition{name: "re", what: "name", values: functions(table), later: map[string]string{"LOCALE": "", "L": "", "DEBUG": "", "Scanner": ""}}
	for name, flag := range map[string]int{
		"IGNORECASE": flagIgnoreCase, "I": flagIgnoreCase, "MULTILINE": flagMultiLine, "M": flagMultiLine,
		"DOTALL": flagDotAll, "S": flagDotAll, "UNICODE": flagUnicode, "U": flagUnicode,
		"VERBOSE": flagVerbose, "X": flagVerbose, "ASCII": flagASCII, "A": flagASCII, "NOFLAG": 0,
	} {
		d.values[name] = constant(starlark.MakeInt(flag))
	}
	d.values["error"] = constant(reError)
	d.values["Pattern"] = constant(patternClass)
	d.values["Match"] = constant(matchClass)
	return d
}

// A pattern is a compiled regular expression. It is constant: the engine may run
// in several threads.
type pattern struct {
	fixed
	source starlark.Value // str or bytes
	flags  int
	groups int
	names  []string // by number; "" for a group without a name
	// Where a match may stand: anywhere, at the start, or over the whole.
	search, match, full *regexp2.Regexp
}

var (
	_ starlark.HasAttrs = (*pattern)(nil)
	_ builtin.Classed   = (*pattern)(nil)
	_ constantValue     = (*pattern)(nil)
)

func (p *pattern) String() string {
	text := "re.compile(" + builtin.Repr(p.source)
	var names []string
	for _, f := range []struct {
		flag int
		name string
	}{{flagIgnoreCase, "re.IGNORECASE"}, {flagMultiLine, "re.MULTILINE"}, {flagDotAll, "re.DOTALL"}, {flagVerbose, "re.VERBOSE"}, {flagASCII, "re.ASCII"}} {
		if p.flags&f.flag != 0 {
			names = append(names, f.name)
		}
	}
	if len(names) > 0 {
		text += ", " + strings.Join(names, "|")
	}
	return text + ")"
}
func (*pattern) Type() string            { return "re.Pattern" }
func (p *pattern) Hash() (uint32, error) { return p.source.Hash() }
func (*pattern) PyClass() *builtin.Class { return patternClass }
func (p *pattern) binary() bool          { _, ok := p.source.(starlark.Bytes); return ok }
func (p *pattern) groupIndex() *starlark.Dict {
	index := starlark.NewDict(len(p.names))
	for i, name := range p.names {
		if name != "" {
			if err := index.SetKey(starlark.String(name), starlark.MakeInt(i)); err != nil {
				return index
			}
		}
	}
	return index
}

var patternMethods = map[string]func(*pattern, *call) (starlark.Value, error){
	"search":    func(p *pattern, c *call) (starlark.Value, error) { return p.once(c, p.search) },
	"match":     func(p *pattern, c *call) (starlark.Value, error) { return p.once(c, p.match) },
	"fullmatch": func(p *pattern, c *call) (starlark.Value, error) { return p.once(c, p.full) },
	"findall":   (*pattern).findAll, "finditer": (*pattern).findIter, "split": (*pattern).split,
	"sub": func(p *pattern, c *call) (starlark.Value, error) { text, _, err := p.substitute(c); return text, err },
	"subn": func(p *pattern, c *call) (starlark.Value, error) {
		text, n, err := p.substitute(c)
		return starlark.Tuple{text, starlark.MakeInt(n)}, err
	},
}

// Attr implements starlark.HasAttrs.
func (p *pattern) Attr(name string) (starlark.Value, error) {
	if f := patternMethods[name]; f != nil {
		return function(name, func(c *call) (starlark.Value, error) { return f(p, c) }), nil
	}
	switch name {
	case "pattern":
		return p.source, nil
	case "flags":
		return starlark.MakeInt(p.flags), nil
	case "groups":
		return starlark.MakeInt(p.groups), nil
	case "groupindex":
		return p.groupIndex(), nil
	}
	return nil, missingAttribute("re.Pattern", name, p.AttrNames(), map[string]string{"scanner": ""})
}

// AttrNames implements starlark.HasAttrs.
func (*pattern) AttrNames() []string {
	return append([]string{"flags", "groupindex", "groups", "pattern"}, sortedKeys(patternMethods)...)
}

func reCompile(c *call) (starlark.Value, error) {
	var source starlark.Value
	var flags int
	if err := c.unpack("pattern", &source, "flags?", &flags); err != nil {
		return nil, err
	}
	return c.pattern(source, flags)
}

// maxPatterns is how many patterns a session keeps compiled.
const maxPatterns = 512

// pattern compiles a pattern, or takes the one that the session has made before.
func (c *call) pattern(source starlark.Value, flags int) (*pattern, error) {
	if p, ok := source.(*pattern); ok {
		if flags != 0 {
			return nil, builtin.Raise(builtin.ValueError, "cannot process flags argument with a compiled pattern")
		}
		return p, nil
	}
	text, isBytes, ok := bytesOf(source)
	if !ok {
		return nil, builtin.Raise(builtin.TypeError, "first argument must be string or compiled pattern")
	}
	s, err := c.session()
	if err != nil {
		return nil, err
	}
	key := patternKey{text, isBytes, flags}
	if p := s.patterns[key]; p != nil {
		return p, nil
	}
	p, err := compilePattern(source, text, isBytes, flags)
	if err != nil {
		return nil, err
	}
	if s.patterns == nil || len(s.patterns) >= maxPatterns {
		s.patterns = map[patternKey]*pattern{}
	}
	s.patterns[key] = p
	return p, nil
}

// A patternKey is what a pattern is made of.
type patternKey struct {
	text   string
	binary bool
	flags  int
}

func compilePattern(source starlark.Value, text string, isBytes bool, flags int) (*pattern, error) {
	t := &translator{source: source, in: runesOf(text, isBytes), flags: flags, binary: isBytes}
	out, err := t.translate()
	if err != nil {
		return nil, err
	}
	p := &pattern{source: source, flags: t.flags, groups: t.groups, names: t.names}
	if !isBytes && t.flags&flagASCII == 0 {
		p.flags |= flagUnicode
	}
	for _, form := range []struct {
		into *(*regexp2.Regexp)
		text string
	}{{&p.search, out}, {&p.match, `\G(?:` + out + `)`}, {&p.full, `\G(?:` + out + `)\z`}} {
		re, err := regexp2.Compile(form.text, t.options())
		if err != nil {
			return nil, builtin.Raise(reError, "%s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
		}
		re.MatchTimeout = matchLimit
		*form.into = re
	}
	return p, nil
}

// runesOf returns the characters of a text, or bytes in runes.
func runesOf(text string, isBytes bool) []rune {
	if isBytes {
		return byteRunes(text)
	}
	return []rune(text)
}

// reFunction is a function of the module that has a method of patterns: its
// first argument is the pattern, and it takes flags.
func reFunction(c *call, name string, method func(*pattern, *call) (starlark.Value, error)) (starlark.Value, error) {
	args, kwargs, flags := c.args, []starlark.Tuple(nil), 0
	var source starlark.Value
	place := map[string]int{"split": 3, "sub": 4, "subn": 4}[name]
	if place == 0 {
		place = 2
	}
	take := func(v starlark.Value) error {
		n, err := starlark.AsInt32(v)
		flags = n
		return err
	}
	for _, kv := range c.kwargs {
		switch kv[0].(starlark.String) {
		case "flags":
			if err := take(kv[1]); err != nil {
				return nil, builtin.Raise(builtin.TypeError, "%s() argument 'flags' must be int, not %s", name, builtin.TypeName(kv[1]))
			}
		case "pattern":
			source = kv[1]
		default:
			kwargs = append(kwargs, kv)
		}
	}
	if len(args) > place {
		if err := take(args[place]); err != nil {
			return nil, builtin.Raise(builtin.TypeError, "%s() argument 'flags' must be int, not %s", name, builtin.TypeName(args[place]))
		}
		args = args[:place]
	}
	if source == nil {
		if len(args) == 0 {
			return nil, builtin.Raise(builtin.TypeError, "%s() missing 1 required positional argument: 'pattern'", name)
		}
		source, args = args[0], args[1:]
	}
	p, err := c.pattern(source, flags)
	if err != nil {
		return nil, err
	}
	return method(p, &call{c.thread, c.b, args, kwargs})
}

// A subject is a text that is searched.
type subject struct {
	text  starlark.Value
	runes []rune
	pos   int
}

// subject reads the arguments string, pos and endpos.
func (p *pattern) subject(c *call) (*subject, error) {
	var text starlark.Value
	pos, end := 0, int(^uint32(0)>>1)
	if err := c.unpack("string", &text, "pos?", &pos, "endpos?", &end); err != nil {
		return nil, err
	}
	s, err := p.subjectOf(text)
	if err != nil {
		return nil, err
	}
	end = min(max(end, 0), len(s.runes))
	s.runes, s.pos = s.runes[:end], max(pos, 0)
	return s, nil
}

func (p *pattern) subjectOf(text starlark.Value) (*subject, error) {
	s, isBytes, ok := bytesOf(text)
	switch {
	case !ok:
		return nil, builtin.Raise(builtin.TypeError, "expected string or bytes-like object, got '%s'", builtin.TypeName(text))
	case isBytes && !p.binary():
		return nil, builtin.Raise(builtin.TypeError, "cannot use a string pattern on a bytes-like object")
	case !isBytes && p.binary():
		return nil, builtin.Raise(builtin.TypeError, "cannot use a bytes pattern on a string-like object")
	}
	return &subject{text: text, runes: runesOf(s, isBytes)}, nil
}

// slice is a part of the text.
func (s *subject) slice(from, to int) starlark.Value {
	if _, ok := s.text.(starlark.Bytes); !ok {
		return starlark.String(s.runes[from:to])
	}
	out := make([]byte, to-from)
	for i, r := range s.runes[from:to] {
		out[i] = byte(r)
	}
	return starlark.Bytes(out)
}

// find returns the first match from a position on, or nil.
func (p *pattern) find(re *regexp2.Regexp, s *subject, pos int) (*match, error) {
	if pos > len(s.runes) {
		return nil, nil
	}
	found, err := re.FindRunesMatchStartingAt(s.runes, pos)
	if err != nil {
		return nil, builtin.Raise(builtin.TimeoutError, "re: matching %s took longer than %s: make the pattern simpler", builtin.Repr(p.source), matchLimit)
	}
	if found == nil {
		return nil, nil
	}
	m := &match{pattern: p, subject: s, spans: make([][2]int, p.groups+1)}
	for i := range m.spans {
		m.spans[i] = [2]int{-1, -1}
		if g := found.GroupByNumber(i); g != nil && len(g.Captures) > 0 {
			m.spans[i] = [2]int{g.Index, g.Index + g.Length}
			if end := g.Index + g.Length; i > 0 && end >= m.lastEnd {
				m.last, m.lastEnd = i, end
			}
		}
	}
	return m, nil
}

func (p *pattern) once(c *call, re *regexp2.Regexp) (starlark.Value, error) {
	s, err := p.subject(c)
	if err != nil {
		return nil, err
	}
	m, err := p.find(re, s, s.pos)
	if m == nil || err != nil {
		return starlark.None, err
	}
	return m, nil
}

// each returns a function that gives one match after the other, and nil at the
// end. After an empty match the search goes on one character further.
func (p *pattern) each(c *call, s *subject) func() (*match, error) {
	pos := s.pos
	return func() (*match, error) {
		if _, err := c.context(); err != nil {
			return nil, err
		}
		m, err := p.find(p.search, s, pos)
		if m == nil || err != nil {
			return nil, err
		}
		pos = m.spans[0][1]
		if m.spans[0][0] == pos {
			pos++
		}
		return m, nil
	}
}

func (p *pattern) findAll(c *call) (starlark.Value, error) {
	s, err := p.subject(c)
	if err != nil {
		return nil, err
	}
	var all []starlark.Value
	for next := p.each(c, s); ; {
		m, err := next()
		if err != nil {
			return nil, err
		}
		if m == nil {
			return starlark.NewList(all), nil
		}
		empty := s.slice(0, 0)
		switch {
		case p.groups == 0:
			all = append(all, m.group(0, empty))
		case p.groups == 1:
			all = append(all, m.group(1, empty))
		default:
			all = append(all, m.groups(empty))
		}
	}
}

func (p *pattern) findIter(c *call) (starlark.Value, error) {
	s, err := p.subject(c)
	if err != nil {
		return nil, err
	}
	next := p.each(c, s)
	return builtin.NewIterator(c.thread, "callable_iterator", func() (starlark.Value, error) {
		m, err := next()
		if m == nil || err != nil {
			return nil, err
		}
		return m, nil
	}), nil
}

func (p *pattern) split(c *call) (starlark.Value, error) {
	var text starlark.Value
	var limit int
	if err := c.unpack("string", &text, "maxsplit?", &limit); err != nil {
		return nil, err
	}
	s, err := p.subjectOf(text)
	if err != nil {
		return nil, err
	}
	var parts []starlark.Value
	from := 0
	for n, next := 0, p.each(c, s); limit == 0 || n < limit; n++ {
		m, err := next()
		if err != nil {
			return nil, err
		}
		if m == nil {
			break
		}
		parts = append(parts, s.slice(from, m.spans[0][0]))
		parts = append(parts, m.groups(starlark.None)...)
		from = m.spans[0][1]
	}
	return starlark.NewList(append(parts, s.slice(from, len(s.runes)))), nil
}

func reEscape(c *call) (starlark.Value, error) {
	var v starlark.Value
	if err := c.unpack("pattern", &v); err != nil {
		return nil, err
	}
	text, isBytes, ok := bytesOf(v)
	if !ok {
		return nil, builtin.Raise(builtin.TypeError, "'%s' object cannot be escaped: a str is needed", builtin.TypeName(v))
	}
	var b strings.Builder
	for i := range len(text) {
		if strings.IndexByte("()[]{}?*+-|^$\\.&~# \t\n\r\v\f", text[i]) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteByte(text[i])
	}
	if isBytes {
		return starlark.Bytes(b.String()), nil
	}
	return starlark.String(b.String()), nil
}
