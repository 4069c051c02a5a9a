package library

import (
	"slices"
	"strings"
	"unicode"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

func textwrapModule() *definition {
	return &definition{name: "textwrap", what: "function", values: functions(map[string]func(*call) (starlark.Value, error){
		"dedent": textwrapDedent, "indent": textwrapIndent,
		"wrap": func(c *call) (starlark.Value, error) {
			lines, err := wrappedLines(c)
			return stringList(lines), err
		},
		"fill": func(c *call) (starlark.Value, error) {
			lines, err := wrappedLines(c)
			return starlark.String(strings.Join(lines, "\n")), err
		},
		"shorten": textwrapShorten,
	}), later: map[string]string{"TextWrapper": "use textwrap.wrap or textwrap.fill"}}
}

func textwrapDedent(c *call) (starlark.Value, error) {
	var text string
	if err := c.unpack("text", &text); err != nil {
		return nil, err
	}
	lines := strings.Split(text, "\n")
	margin, found := "", false
	for i, line := range lines {
		rest := strings.TrimLeft(line, " \t")
		if rest == "" {
			lines[i] = ""
			continue
		}
		space := line[:len(line)-len(rest)]
		if !found {
			margin, found = space, true
		}
		n := 0
		for n < min(len(margin), len(space)) && margin[n] == space[n] {
			n++
		}
		margin = margin[:n]
	}
	for i, line := range lines {
		lines[i] = strings.TrimPrefix(line, margin)
	}
	return starlark.String(strings.Join(lines, "\n")), nil
}

func textwrapIndent(c *call) (starlark.Value, error) {
	var text, prefix string
	var predicate starlark.Value = starlark.None
	if err := c.unpack("text", &text, "prefix", &prefix, "predicate?", &predicate); err != nil {
		return nil, err
	}
	var b strings.Builder
	for _, line := range keptLines(text) {
		chosen := strings.TrimFunc(line, unicode.IsSpace) != ""
		if predicate != starlark.None {
			v, err := c.call(predicate, starlark.String(line))
			if err != nil {
				return nil, err
			}
			chosen = bool(v.Truth())
		}
		if chosen {
			b.WriteString(prefix)
		}
		b.WriteString(line)
	}
	return starlark.String(b.String()), nil
}

// keptLines cuts a text as splitlines(True) does.
func keptLines(text string) []string {
	var lines []string
	for text != "" {
		end := strings.IndexAny(text, "\n\r\v\f\x1c\x1d\x1e\u0085\u2028\u2029")
		if end < 0 {
			return append(lines, text)
		}
		size := 1
		switch {
		case strings.HasPrefix(text[end:], "\r\n"), text[end] == 0xc2:
			size = 2
		case text[end] == 0xe2:
			size = 3
		}
		lines, text = append(lines, text[:end+size]), text[end+size:]
	}
	return lines
}

func wrappedLines(c *call) ([]string, error) {
	w := lineWrapper{maxLines: -1}
	text, err := w.read(c)
	if err != nil {
		return nil, err
	}
	return w.lines(text)
}

func textwrapShorten(c *call) (starlark.Value, error) {
	w := lineWrapper{maxLines: 1, short: true}
	text, err := w.read(c)
	if err != nil {
		return nil, err
	}
	lines, err := w.lines(strings.Join(strings.Fields(text), " "))
	if err != nil {
		return nil, err
	}
	return starlark.String(strings.Join(lines, "\n")), nil
}

// A lineWrapper breaks a text into lines, as Python's TextWrapper does. Widths
// count characters.
type lineWrapper struct {
	width, tab            int
	initial, rest         string // what lines begin with
	placeholder           string // for what maxLines cuts off
	maxLines              int    // -1 for any number
	expand, replace, drop bool
	long, hyphens         bool // break long words; break after hyphens
	short                 bool // of shorten, whose width must be given
}

// read reads the arguments, and returns the text.
func (w *lineWrapper) read(c *call) (string, error) {
	var text string
	var most starlark.Value = starlark.None
	var sentences bool
	w.width, w.tab, w.placeholder = 70, 8, " [...]"
	w.expand, w.replace, w.drop, w.long, w.hyphens = true, true, true, true, true
	width, maximum := "width?", []any{"max_lines?", &most}
	if w.short {
		width, maximum = "width", nil
	}
	if len(c.args) > 2 {
		return "", builtin.Raise(builtin.TypeError, "%s() takes from 1 to 2 positional arguments but %d were given", c.b.Name(), len(c.args))
	}
	if err := c.unpack(append([]any{
		"text", &text, width, &w.width, "initial_indent?", &w.initial, "subsequent_indent?", &w.rest,
		"expand_tabs?", &w.expand, "replace_whitespace?", &w.replace, "fix_sentence_endings?", &sentences,
		"break_long_words?", &w.long, "drop_whitespace?", &w.drop, "break_on_hyphens?", &w.hyphens, "tabsize?", &w.tab,
		"placeholder?", &w.placeholder,
	}, maximum...)...); err != nil {
		return "", err
	}
	if sentences {
		return "", builtin.Raise(builtin.NotImplementedError, "textwrap with fix_sentence_endings=True is not supported")
	}
	if most != starlark.None {
		n, err := starlark.AsInt32(most)
		if err != nil || n < 0 {
			return "", builtin.Raise(builtin.ValueError, "max_lines must be a number of lines or None, not %s", builtin.Repr(most))
		}
		w.maxLines = n
	}
	return text, nil
}

// munge makes one kind of space of all.
func (w *lineWrapper) munge(text string) string {
	var b strings.Builder
	column := 0
	for _, r := range text {
		switch {
		case r == '\t' && w.expand:
			n := 0
			if w.tab > 0 {
				n = w.tab - column%w.tab
			}
			b.WriteString(strings.Repeat(" ", min(n, maxTab)))
			column += n
			continue
		case r == '\n' || r == '\r':
			column = -1
		}
		if w.replace && wrapSpace(r) {
			r = ' '
		}
		b.WriteRune(r)
		column++
	}
	return b.String()
}

// maxTab bounds what one tab becomes.
const maxTab = 1000

func wrapSpace(r rune) bool { return strings.ContainsRune("\t\n\v\f\r ", r) }

func (w *lineWrapper) lines(text string) ([]string, error) {
	if w.width <= 0 {
		return nil, builtin.Raise(builtin.ValueError, "invalid width %d (must be > 0)", w.width)
	}
	mark := strings.TrimLeftFunc(w.placeholder, unicode.IsSpace)
	if w.maxLines >= 0 {
		first := w.initial
		if w.maxLines > 1 {
			first = w.rest
		}
		if runeCount(first)+runeCount(mark) > w.width {
			return nil, builtin.Raise(builtin.ValueError, "placeholder too large for max width")
		}
	}
	var lines []string
	chunks := w.chunks([]rune(w.munge(text)))
	for len(chunks) > 0 {
		indent := w.initial
		if len(lines) > 0 {
			indent = w.rest
			if w.drop && blankChunk(chunks[0]) {
				chunks = chunks[1:]
			}
		}
		width := w.width - runeCount(indent)
		var line []string
		if line, chunks = w.take(chunks, width); len(line) == 0 {
			continue
		}
		done := len(chunks) == 0 || w.drop && len(chunks) == 1 && blankChunk(chunks[0])
		if w.maxLines < 0 || len(lines)+1 < w.maxLines || done && chunkLength(line) <= width {
			lines = append(lines, indent+strings.Join(line, ""))
			continue
		}
		return w.cut(lines, line, indent, width), nil
	}
	return lines, nil
}

// take takes what goes into one line from the chunks, and returns the others.
func (w *lineWrapper) take(chunks []string, width int) (line, rest []string) {
	length := 0
	for len(chunks) > 0 && length+runeCount(chunks[0]) <= width {
		length += runeCount(chunks[0])
		line, chunks = append(line, chunks[0]), chunks[1:]
	}
	if len(chunks) > 0 && runeCount(chunks[0]) > width {
		word := []rune(chunks[0])
		switch {
		case w.long:
			end := 1
			if width >= 1 {
				end = width - length
			}
			if w.hyphens {
				part := string(word[:end])
				if i := strings.LastIndexByte(part, '-'); i > 0 && strings.Trim(part[:i], "-") != "" {
					end = runeCount(part[:i]) + 1
				}
			}
			line = append(line, string(word[:end]))
			chunks = append([]string{string(word[end:])}, chunks[1:]...)
		case len(line) == 0:
			line, chunks = append(line, chunks[0]), chunks[1:]
		}
	}
	if n := len(line); n > 0 && w.drop && blankChunk(line[n-1]) {
		line = line[:n-1]
	}
	return line, chunks
}

// cut ends the lines with the placeholder.
func (w *lineWrapper) cut(lines, line []string, indent string, width int) []string {
	size := runeCount(w.placeholder)
	for ; len(line) > 0; line = line[:len(line)-1] {
		if !blankChunk(line[len(line)-1]) && chunkLength(line)+size <= width {
			return append(lines, indent+strings.Join(line, "")+w.placeholder)
		}
	}
	if n := len(lines); n > 0 {
		before := strings.TrimRightFunc(lines[n-1], unicode.IsSpace)
		if runeCount(before)+size <= w.width {
			lines[n-1] = before + w.placeholder
			return lines
		}
	}
	return append(lines, indent+strings.TrimLeftFunc(w.placeholder, unicode.IsSpace))
}

// chunks cuts a text into parts that stay whole: words, parts of words with
// hyphens, dashes between words, and space.
func (w *lineWrapper) chunks(text []rune) []string {
	var chunks []string
	for i := 0; i < len(text); {
		j := i + 1
		switch {
		case wrapSpace(text[i]):
			for j < len(text) && wrapSpace(text[j]) {
				j++
			}
		case w.hyphens && dash(text, i) > 0:
			j = dash(text, i)
		default:
			for j < len(text) && !wrapSpace(text[j]) && (!w.hyphens || dash(text, j) == 0) {
				if j++; w.hyphens && hyphenated(text, j-1) {
					break
				}
			}
		}
		chunks = append(chunks, string(text[i:j]))
		i = j
	}
	return slices.Clip(chunks)
}

// dash returns the end of the dash that begins at place i, between two words, or 0.
func dash(text []rune, i int) int {
	end := i
	for end < len(text) && text[end] == '-' {
		end++
	}
	if end-i < 2 || i == 0 || !inWrapped(text, i-1) || end == len(text) || !wrapWord(text, end) {
		return 0
	}
	return end
}

// hyphenated reports whether a word may be broken behind the hyphen at place i.
func hyphenated(text []rune, i int) bool {
	before := wrapLetter(text, i-1) && wrapLetter(text, i-2) ||
		inWrapped(text, i-1) && i >= 2 && text[i-2] == '-' && wrapLetter(text, i-3)
	next := i + 2
	if next < len(text) && text[next] == '-' {
		next++
	}
	return text[i] == '-' && before && wrapLetter(text, i+1) && wrapLetter(text, next)
}

func wrapWord(text []rune, i int) bool {
	return i >= 0 && i < len(text) && (text[i] == '_' || unicode.IsLetter(text[i]) || unicode.IsNumber(text[i]))
}

func wrapLetter(text []rune, i int) bool { return wrapWord(text, i) && !unicode.IsDigit(text[i]) }

// inWrapped reports whether a character may stand before a dash.
func inWrapped(text []rune, i int) bool {
	return wrapWord(text, i) || i >= 0 && i < len(text) && strings.ContainsRune(`!"'&.,?`, text[i])
}

func blankChunk(s string) bool { return strings.TrimFunc(s, unicode.IsSpace) == "" }

func runeCount(s string) int { return len([]rune(s)) }

func chunkLength(chunks []string) int {
	n := 0
	for _, chunk := range chunks {
		n += runeCount(chunk)
	}
	return n
}
