package library

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"github.com/dlclark/regexp2"
	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

// A translator turns a pattern of Python's into one of the engine's. Names of
// groups stay here: the engine numbers named groups after the others, so all of
// them are numbered there.
type translator struct {
	source starlark.Value
	in     []rune
	pos    int
	flags  int
	binary bool
	out    strings.Builder
	groups int
	names  []string
	open   []openGroup
}

// An openGroup is a "(" without its ")" yet.
type openGroup struct {
	at      int // in the pattern
	out     int // in the translation
	number  int // of the group, 0 if it captures nothing
	verbose int // the flag outside of it
}

func patternError(message string, source starlark.Value, pos int) error {
	text := fmt.Sprintf("%s at position %d", message, pos)
	err := builtin.Raise(reError, "%s", text)
	e, ok := errors.AsType[*builtin.Exception](err)
	if !ok {
		return err
	}
	if source == nil {
		source = starlark.None
	}
	for name, v := range map[string]starlark.Value{"msg": starlark.String(message), "pos": starlark.MakeInt(pos), "pattern": source} {
		if setErr := e.SetField(name, v); setErr != nil {
			return setErr
		}
	}
	return err
}

func (t *translator) fail(pos int, format string, args ...any) error {
	return patternError(fmt.Sprintf(format, args...), t.source, pos)
}

func (t *translator) options() regexp2.RegexOptions {
	options := regexp2.RegexOptions(regexp2.None)
	if t.flags&flagIgnoreCase != 0 {
		options |= regexp2.IgnoreCase
	}
	if t.flags&flagMultiLine != 0 {
		options |= regexp2.Multiline
	}
	if t.flags&flagDotAll != 0 {
		options |= regexp2.Singleline
	}
	return options
}

func (t *translator) ascii() bool { return t.binary || t.flags&flagASCII != 0 }
func (t *translator) more() bool  { return t.pos < len(t.in) }

// peek reports whether a text comes next.
func (t *translator) peek(text string) bool {
	return strings.HasPrefix(string(t.in[t.pos:min(t.pos+len(text), len(t.in))]), text)
}

func (t *translator) translate() (string, error) {
	t.names = []string{""}
	if t.flags&flagLocale != 0 {
		return "", builtin.Raise(builtin.ValueError, "cannot use LOCALE flag with a str pattern")
	}
	atom := -1 // where the last atom begins in the translation; -1 if there is none
	repeated := false
	for t.more() {
		at, c := t.pos, t.in[t.pos]
		t.pos++
		verbose := t.flags&flagVerbose != 0
		switch {
		case verbose && strings.ContainsRune(" \t\n\r\f\v", c):
			continue
		case verbose && c == '#':
			for t.more() && t.in[t.pos] != '\n' {
				t.pos++
			}
			continue
		case c == '*', c == '+', c == '?', c == '{':
			text := t.quantifier(c)
			if text == "" {
				atom, repeated = t.literal(c), false
				continue
			}
			if atom < 0 {
				return "", t.fail(at, "nothing to repeat")
			}
			if repeated {
				return "", t.fail(at, "multiple repeat")
			}
			if low, high, ok := strings.Cut(strings.Trim(text, "{}"), ","); ok && c == '{' && high != "" && len(low) >= len(high) && atoi(low) > atoi(high) {
				return "", t.fail(at+1, "min repeat greater than max repeat")
			}
			t.repeat(text, atom)
			repeated = true
			continue
		}
		repeated = false
		var err error
		if atom, err = t.one(at, c); err != nil {
			return "", err
		}
	}
	if n := len(t.open); n > 0 {
		return "", t.fail(t.open[n-1].at, "missing ), unterminated subpattern")
	}
	return t.out.String(), nil
}

func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}

// one translates what is no quantifier; it returns where it begins in the
// translation, or -1 if it cannot be repeated.
func (t *translator) one(at int, c rune) (int, error) {
	start := t.out.Len()
	switch c {
	case '\\':
		return start, t.escape(at)
	case '[':
		return start, t.class(at)
	case '(':
		return -1, t.group(at)
	case ')':
		n := len(t.open)
		if n == 0 {
			return 0, t.fail(at, "unbalanced parenthesis")
		}
		group := t.open[n-1]
		t.open = t.open[:n-1]
		t.flags = t.flags&^flagVerbose | group.verbose
		t.out.WriteByte(')')
		return group.out, nil
	case '|':
		t.out.WriteByte('|')
		return -1, nil
	case '^':
		t.out.WriteByte('^')
		return -1, nil
	case '$', '.':
		t.out.WriteRune(c)
		return start, nil
	}
	return t.literal(c), nil
}

// literal writes a character that means itself, and returns where it stands.
func (t *translator) literal(c rune) int {
	start := t.out.Len()
	if strings.ContainsRune(`\*+?|{}[]()^$.# `, c) {
		t.out.WriteByte('\\')
	}
	t.out.WriteRune(c)
	return start
}

// quantifier reads a quantifier that begins with c, without what may follow it;
// "" if a brace begins none.
func (t *translator) quantifier(c rune) string {
	if c != '{' {
		return string(c)
	}
	end := slices.Index(t.in[t.pos:], '}')
	if end < 0 {
		return ""
	}
	low, high, comma := strings.Cut(string(t.in[t.pos:t.pos+end]), ",")
	digits := func(s string) bool { return strings.Trim(s, "0123456789") == "" }
	if !digits(low) || !digits(high) || low == "" && !comma {
		return ""
	}
	t.pos += end + 1
	if low == "" {
		low = "0"
	}
	if comma {
		return "{" + low + "," + high + "}"
	}
	return "{" + low + "}"
}

// repeat writes a quantifier for the atom that begins there. A possessive one
// is an atomic group.
func (t *translator) repeat(text string, atom int) {
	switch {
	case t.more() && t.in[t.pos] == '?':
		t.pos++
		t.out.WriteString(text + "?")
	case t.more() && t.in[t.pos] == '+':
		t.pos++
		before := t.out.String()
		t.out.Reset()
		t.out.WriteString(before[:atom] + "(?>" + before[atom:] + text + ")")
	default:
		t.out.WriteString(text)
	}
}

func (t *translator) begin(at int, text string, number int) {
	t.open = append(t.open, openGroup{at, t.out.Len(), number, t.flags & flagVerbose})
	t.out.WriteString(text)
}

// group translates what follows "(".
func (t *translator) group(at int) error {
	if !t.peek("?") {
		t.groups++
		t.names = append(t.names, "")
		t.begin(at, "(", t.groups)
		return nil
	}
	t.pos++
	for _, plain := range []string{":", "=", "!", "<=", "<!", ">"} {
		if t.peek(plain) {
			t.pos += len(plain)
			t.begin(at, "(?"+plain, 0)
			return nil
		}
	}
	switch {
	case t.peek("P<"):
		t.pos += 2
		return t.named(at)
	case t.peek("P="):
		t.pos += 2
		start := t.pos
		name, err := t.until(')', at)
		if err != nil {
			return err
		}
		number := slices.Index(t.names, name)
		if number < 1 {
			return t.fail(start, "unknown group name '%s'", name)
		}
		fmt.Fprintf(&t.out, `(?:\%d)`, number)
		return nil
	case t.peek("#"):
		if _, err := t.until(')', at); err != nil {
			return t.fail(at, "missing ), unterminated comment")
		}
		return nil
	case t.peek("("):
		return t.conditional(at)
	}
	return t.inlineFlags(at)
}

// until reads up to a character and steps over it.
func (t *translator) until(end rune, at int) (string, error) {
	i := slices.Index(t.in[t.pos:], end)
	if i < 0 {
		return "", t.fail(at, "missing %c, unterminated name", end)
	}
	text := string(t.in[t.pos : t.pos+i])
	t.pos += i + 1
	return text, nil
}

func (t *translator) named(at int) error {
	start := t.pos
	name, err := t.until('>', start)
	switch {
	case err != nil:
		return err
	case name == "":
		return t.fail(start, "missing group name")
	case !isIdentifier(name):
		return t.fail(start, "bad character in group name '%s'", name)
	}
	t.groups++
	if old := slices.Index(t.names, name); old > 0 {
		return t.fail(start, "redefinition of group name '%s' as group %d; was group %d", name, t.groups, old)
	}
	t.names = append(t.names, name)
	t.begin(at, "(", t.groups)
	return nil
}

func isIdentifier(name string) bool {
	for i, r := range name {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			return false
		}
	}
	return name != ""
}

// conditional is (?(1)yes|no) and (?(name)yes|no).
func (t *translator) conditional(at int) error {
	t.pos++
	start := t.pos
	name, err := t.until(')', at)
	if err != nil {
		return err
	}
	number, err := strconv.Atoi(name)
	if err != nil {
		if number = slices.Index(t.names, name); number < 1 {
			return t.fail(start, "unknown group name '%s'", name)
		}
	}
	if number < 1 || number > t.groups {
		return t.fail(start, "invalid group reference %d", number)
	}
	t.begin(at, fmt.Sprintf("(?(%d)", number), 0)
	return nil
}

// inlineFlags is (?i) at the start of a pattern, and (?i:...) anywhere.
func (t *translator) inlineFlags(at int) error {
	values := map[rune]int{'i': flagIgnoreCase, 'm': flagMultiLine, 's': flagDotAll, 'x': flagVerbose, 'a': flagASCII, 'u': flagUnicode, 'L': flagLocale}
	start, on, off, minus := t.pos, 0, 0, false
	for ; t.more(); t.pos++ {
		c := t.in[t.pos]
		flag := values[c]
		switch {
		case c == '-' && !minus:
			minus = true
		case c == ')' && !minus && t.pos > start:
			t.pos++
			if at > 0 {
				return t.fail(at, "global flags not at the start of the expression")
			}
			t.flags |= on
			return nil
		case c == ':' && t.pos > start:
			t.pos++
			return t.scoped(at, on, off)
		case flag == 0 && t.pos == start:
			return t.fail(start, "unknown extension ?%c", c)
		case flag == 0:
			return t.fail(t.pos, "unknown flag")
		case minus:
			off |= flag
		default:
			on |= flag
		}
	}
	return t.fail(t.pos, "missing -, : or )")
}

func (t *translator) scoped(at, on, off int) error {
	if (on|off)&(flagASCII|flagUnicode|flagLocale) != 0 {
		return builtin.Raise(builtin.NotImplementedError, "re: the flags a, u and L are supported for a whole pattern only")
	}
	letters := func(flags int) (text string) {
		for _, f := range []struct {
			flag   int
			letter string
		}{{flagIgnoreCase, "i"}, {flagMultiLine, "m"}, {flagDotAll, "s"}} {
			if flags&f.flag != 0 {
				text += f.letter
			}
		}
		return text
	}
	text := "(?" + letters(on)
	if minus := letters(off); minus != "" {
		text += "-" + minus
	}
	t.begin(at, text+":", 0)
	t.flags = t.flags&^(off&flagVerbose) | on&flagVerbose
	return nil
}

// escape translates an escape outside of brackets.
func (t *translator) escape(at int) error {
	if !t.more() {
		return t.fail(at, "bad escape (end of pattern)")
	}
	c := t.in[t.pos]
	switch {
	case c >= '1' && c <= '9':
		return t.backReference(at)
	case c == 'A':
		t.out.WriteString(`\A`)
	case c == 'Z':
		t.out.WriteString(`\z`)
	case c == 'b' || c == 'B':
		t.boundary(c)
	case strings.ContainsRune("dDwWsS", c):
		t.out.WriteString("[" + t.set(unicode.ToLower(c), unicode.IsUpper(c)) + "]")
	default:
		r, err := t.character(at)
		if err != nil {
			return err
		}
		t.literal(r)
		return nil
	}
	t.pos++
	return nil
}

// boundary writes \b or \B in terms of what Python takes for a word.
func (t *translator) boundary(c rune) {
	w := "[" + t.set('w', false) + "]"
	if c == 'b' {
		t.out.WriteString("(?:(?<=" + w + ")(?!" + w + ")|(?<!" + w + ")(?=" + w + "))")
	} else {
		t.out.WriteString("(?:(?<=" + w + ")(?=" + w + ")|(?<!" + w + ")(?!" + w + "))")
	}
}

// backReference is \1 to \99, or three octal digits.
func (t *translator) backReference(at int) error {
	end := t.pos + 1
	for end < len(t.in) && end < t.pos+3 && t.in[end] >= '0' && t.in[end] <= '9' {
		end++
	}
	text := string(t.in[t.pos:end])
	if code, err := strconv.ParseUint(text, 8, 16); len(text) == 3 && err == nil && code <= 255 {
		t.pos = end
		t.literal(rune(code))
		return nil
	}
	text = text[:min(len(text), 2)]
	number := atoi(text)
	if number > t.groups {
		return t.fail(at+1, "invalid group reference %d", number)
	}
	for _, group := range t.open {
		if group.number == number {
			return t.fail(at, "cannot refer to an open group")
		}
	}
	t.pos += len(text)
	fmt.Fprintf(&t.out, `(?:\%d)`, number)
	return nil
}

// character reads an escape that means one character.
func (t *translator) character(at int) (rune, error) {
	c := t.in[t.pos]
	t.pos++
	if r, ok := map[rune]rune{'a': '\a', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v', '\\': '\\'}[c]; ok {
		return r, nil
	}
	if c == '0' {
		end := t.pos
		for end < len(t.in) && end < t.pos+2 && t.in[end] >= '0' && t.in[end] <= '7' {
			end++
		}
		code, err := strconv.ParseUint("0"+string(t.in[t.pos:end]), 8, 16)
		t.pos = end
		return rune(code), err
	}
	if n := map[rune]int{'x': 2, 'u': 4, 'U': 8}[c]; n > 0 && (c == 'x' || !t.binary) {
		end := min(t.pos+n, len(t.in))
		code, err := strconv.ParseUint(string(t.in[t.pos:end]), 16, 32)
		if err != nil || end-t.pos < n || code > unicode.MaxRune {
			return 0, t.fail(at, "incomplete escape %s", string(t.in[at:end]))
		}
		t.pos = end
		return rune(code), nil
	}
	if c < 128 && unicode.IsLetter(c) {
		return 0, t.fail(at, "bad escape \\%c", c)
	}
	return c, nil
}

// class translates what follows "[".
func (t *translator) class(at int) error {
	t.out.WriteByte('[')
	if t.peek("^") {
		t.pos++
		t.out.WriteByte('^')
	}
	for first := true; ; first = false {
		if !t.more() {
			return t.fail(at, "unterminated character set")
		}
		if t.in[t.pos] == ']' && !first {
			t.pos++
			t.out.WriteByte(']')
			return nil
		}
		from := t.pos
		low, set, err := t.classItem()
		if err != nil {
			return err
		}
		if !t.peek("-") || t.pos+1 >= len(t.in) || t.in[t.pos+1] == ']' {
			if !set {
				t.classRune(low)
			}
			continue
		}
		t.pos++
		high, highSet, err := t.classItem()
		if err != nil {
			return err
		}
		if set || highSet || high < low {
			return t.fail(from, "bad character range %s", string(t.in[from:t.pos]))
		}
		t.classRune(low)
		t.out.WriteByte('-')
		t.classRune(high)
	}
}

// classItem reads one item of a class: a character, or a set such as \d, which
// it writes.
func (t *translator) classItem() (low rune, set bool, err error) {
	at, c := t.pos, t.in[t.pos]
	t.pos++
	if c != '\\' {
		return c, false, nil
	}
	if !t.more() {
		return 0, false, t.fail(at, "bad escape (end of pattern)")
	}
	switch c = t.in[t.pos]; {
	case strings.ContainsRune("dDwWsS", c):
		t.pos++
		t.out.WriteString(t.set(unicode.ToLower(c), unicode.IsUpper(c)))
		return 0, true, nil
	case c == 'b':
		t.pos++
		return '\b', false, nil
	}
	low, err = t.character(at)
	return low, false, err
}

func (t *translator) classRune(r rune) {
	if strings.ContainsRune(`\[]^-`, r) {
		t.out.WriteByte('\\')
	}
	t.out.WriteRune(r)
}

// set is the inside of brackets for \d, \w, \s or their opposites.
func (t *translator) set(kind rune, negated bool) string {
	if t.ascii() {
		switch {
		case kind == 'd' && negated:
			return "\x00-/:-\U0010FFFF"
		case kind == 'd':
			return "0-9"
		case kind == 'w' && negated:
			return "\x00-/:-@\\[-\\^`{-\U0010FFFF"
		case kind == 'w':
			return "a-zA-Z0-9_"
		case negated:
			return "\x00-\x08\x0e-\x1f!-\U0010FFFF"
		}
		return " \t-\r"
	}
	switch {
	case kind == 'd' && negated:
		return `\P{Nd}`
	case kind == 'd':
		return `\p{Nd}`
	case kind == 'w' && negated:
		return noWord()
	case kind == 'w':
		return `\p{L}\p{N}_`
	case negated:
		return "\x00-\x08\x0e-\x1b!-\u0084\u0086-\u009f\u00a1-\u167f\u1681-\u1fff\u200b-\u2027\u202a-\u202e\u2030-\u205e\u2060-\u2fff\u3001-\U0010FFFF"
	}
	return "\t-\r\x1c- \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
}

// noWord are the ranges of all characters that are no letters, no numbers and no
// underscore: the engine has no opposite of a union inside of brackets.
var noWord = sync.OnceValue(func() string {
	var b strings.Builder
	from := rune(-1)
	end := func(to rune) {
		if from < 0 {
			return
		}
		for i, r := range []rune{from, to} {
			if i == 1 {
				b.WriteByte('-')
			}
			if strings.ContainsRune(`\[]^-`, r) {
				b.WriteByte('\\')
			}
			b.WriteRune(r)
		}
		from = -1
	}
	for r := rune(0); r <= unicode.MaxRune; r++ {
		surrogate := r >= 0xD800 && r < 0xE000
		switch word := r == '_' || unicode.In(r, unicode.L, unicode.N) || surrogate; {
		case word:
			end(r - 1)
		case from < 0:
			from = r
		}
	}
	end(unicode.MaxRune)
	return b.String()
})
