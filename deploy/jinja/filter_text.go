package jinja

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
	lowered "cygnet/deploy/syntax"
)

// method makes a filter of a method of str.
func method(name string) *filter {
	return newFilter("", func(c *call) starlark.Value { return c.method(name) })
}

// method calls a method of the value as text.
func (c *call) method(name string, args ...starlark.Value) starlark.Value {
	f := c.python(lowered.Attr, str(c.str()), str(name))
	v, err := starlark.Call(c.thread, f, args, nil)
	return must(c.run, v, err)
}

func textFilters() map[string]*filter {
	return map[string]*filter{
		"capitalize": method("capitalize"),
		"lower":      method("lower"),
		"upper":      method("upper"),
		"center": newFilter("width?", func(c *call) starlark.Value {
			return c.method("center", starlark.MakeInt(c.whole(0, 80)))
		}),
		"trim": newFilter("chars?", func(c *call) starlark.Value {
			return c.method("strip", c.or(0, starlark.None))
		}),
		"replace": newFilter("old new count?", func(c *call) starlark.Value {
			args := []starlark.Value{str(builtin.Str(c.args[0])), str(builtin.Str(c.args[1]))}
			if c.given(2) {
				args = append(args, c.args[2])
			}
			return c.method("replace", args...)
		}),
		"string": newFilter("", func(c *call) starlark.Value {
			if m, ok := c.value.(markup); ok {
				return m
			}
			return str(c.str())
		}),
		"format":    newFilter("*args **", format),
		"indent":    newFilter("width? first? blank?", indent),
		"title":     newFilter("", func(c *call) starlark.Value { return str(title(c.str())) }),
		"truncate":  newFilter("length? killwords? end? leeway?", truncate),
		"wordcount": newFilter("", func(c *call) starlark.Value { return starlark.MakeInt(len(words(c.str()))) }),
		"wordwrap":  newFilter("width? break_long_words? wrapstring? break_on_hyphens?", wordwrap),
	}
}

func format(c *call) starlark.Value {
	var with starlark.Value = c.rest
	if len(c.kwargs) > 0 {
		if len(c.rest) > 0 {
			c.failf("FilterArgumentError", "format() takes positional or keyword arguments, not both")
		}
		dict := starlark.NewDict(len(c.kwargs))
		for _, kw := range c.kwargs {
			c.put(dict, kw[0], kw[1])
		}
		with = dict
	}
	return c.run.python(lowered.Mod, str(c.str()), with)
}

// lines splits a text as str.splitlines does.
func (c *call) lines(s string) []string {
	f := c.run.python(lowered.Attr, str(s), str("splitlines"))
	v, err := starlark.Call(c.thread, f, nil, nil)
	list := c.items(must(c.run, v, err))
	out := make([]string, len(list))
	for i, line := range list {
		out[i] = builtin.Str(line)
	}
	return out
}

func indent(c *call) starlark.Value {
	indentation := ""
	if s, ok := plain(c.or(0, starlark.None)).(starlark.String); ok {
		indentation = string(s)
	} else {
		indentation = strings.Repeat(" ", max(c.whole(0, 4), 0))
	}
	// The line feed makes that of the text's end count as a line.
	lines := c.lines(c.str() + "\n")
	if (len(indentation)+1)*len(lines) > maxOutput {
		c.raise(builtin.MemoryError, "the text becomes larger than %d MiB", maxOutput>>20)
	}
	for i, line := range lines {
		if i > 0 && (line != "" || c.flag(2)) || i == 0 && c.flag(1) {
			lines[i] = indentation + line
		}
	}
	return str(strings.Join(lines, "\n"))
}

// title begins words with capitals. Words are divided by space and by what opens
// brackets, not by every mark, as in str.title.
func title(s string) string {
	var b strings.Builder
	start := true
	for _, r := range s {
		divides := unicode.IsSpace(r) || strings.ContainsRune("-({[<", r)
		switch {
		case divides:
			b.WriteRune(r)
		case start:
			b.WriteString(strings.ToUpper(string(r)))
		default:
			b.WriteString(strings.ToLower(string(r)))
		}
		start = divides
	}
	return b.String()
}

func truncate(c *call) starlark.Value {
	length, leeway := c.whole(0, 255), c.whole(3, 5)
	ending := []rune(c.string(2, "..."))
	runes := []rune(c.str())
	switch {
	case length < len(ending):
		c.raise(builtin.AssertionError, "expected length >= %d, got %d", len(ending), length)
	case leeway < 0:
		c.raise(builtin.AssertionError, "expected leeway >= 0, got %d", leeway)
	case len(runes) <= length+leeway:
		return str(string(runes))
	}
	kept := string(runes[:length-len(ending)])
	if i := strings.LastIndexByte(kept, ' '); !c.flag(1) && i >= 0 {
		kept = kept[:i]
	}
	return str(kept + string(ending))
}

// words are the rows of letters, digits and underscores.
func words(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool {
		return r != '_' && !unicode.IsLetter(r) && !unicode.IsNumber(r)
	})
}

func wordwrap(c *call) starlark.Value {
	w := wrapper{width: c.whole(0, 79), long: true, hyphens: true}
	if w.width <= 0 {
		c.raise(builtin.ValueError, "invalid width %d (must be > 0)", w.width)
	}
	if c.args[1] != nil {
		w.long = c.flag(1)
	}
	if c.args[3] != nil {
		w.hyphens = c.flag(3)
	}
	var out []string
	for _, line := range c.lines(c.str()) {
		out = append(out, strings.Join(w.wrap(line), c.string(2, "\n")))
	}
	return str(strings.Join(out, c.string(2, "\n")))
}

// A wrapper breaks a line as Python's textwrap does.
type wrapper struct {
	width   int
	long    bool // break words that are too long
	hyphens bool // break words after hyphens
}

const asciiSpace = "\t\n\v\f\r "

// chunks cuts a line into words, or parts of words, and the space between them.
func (w wrapper) chunks(line string) [][]rune {
	var out [][]rune
	runes := []rune(line)
	space := func(r rune) bool { return strings.ContainsRune(asciiSpace, r) }
	for i := 0; i < len(runes); {
		j := i
		for j < len(runes) && space(runes[j]) == space(runes[i]) {
			j++
		}
		start := i
		for k := i + 1; w.hyphens && k < j; k++ {
			if hyphen(runes[:j], start, k-1) {
				out = append(out, runes[start:k])
				start = k
			}
		}
		out = append(out, runes[start:j])
		i = j
	}
	return out
}

// hyphen reports whether a word that begins at start may be broken after place i:
// two letters before it, a letter, or a letter after a hyphen, behind it.
func hyphen(word []rune, start, i int) bool {
	at := func(j int) rune {
		if j < start || j >= len(word) {
			return ' '
		}
		return word[j]
	}
	letter := func(j int) bool { return unicode.IsLetter(at(j)) || at(j) == '_' }
	inWord := func(j int) bool {
		return letter(j) || unicode.IsNumber(at(j)) || strings.ContainsRune(`!"'&.,?`, at(j))
	}
	if at(i) != '-' {
		return false
	}
	before := letter(i-1) && letter(i-2) || letter(i-3) && at(i-2) == '-' && inWord(i-1)
	behind := letter(i+1) && (letter(i+2) || at(i+2) == '-' && letter(i+3))
	return before && behind
}

func (w wrapper) wrap(line string) []string {
	var out []string
	chunks := w.chunks(line)
	for len(chunks) > 0 {
		if len(out) > 0 && blankRunes(chunks[0]) {
			chunks = chunks[1:]
			continue
		}
		var current []rune
		var last []rune
		for len(chunks) > 0 && len(current)+len(chunks[0]) <= w.width {
			last, current, chunks = chunks[0], append(current, chunks[0]...), chunks[1:]
		}
		if len(chunks) > 0 && len(chunks[0]) > w.width {
			n := len(chunks[0])
			if w.long {
				n = max(w.width-len(current), 1)
			} else if len(current) > 0 {
				n = 0
			}
			if n > 0 {
				last = chunks[0][:n]
				current = append(current, last...)
				if chunks[0] = chunks[0][n:]; len(chunks[0]) == 0 {
					chunks = chunks[1:]
				}
			}
		}
		if blankRunes(last) {
			current = current[:len(current)-len(last)]
		}
		if len(current) > 0 {
			out = append(out, string(current))
		}
	}
	return out
}

func blankRunes(r []rune) bool { return strings.Trim(string(r), asciiSpace) == "" }

func runeCount(s string) int { return utf8.RuneCountInString(s) }
