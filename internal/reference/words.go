package main

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// words turns the words of Go comments into those of deploy files.
type words struct {
	// names are the Go names of a struct's fields, and of operations and facts
	// beside it, and what stands for them, such as `cache_time`.
	names map[string]string
}

var (
	identifier = regexp.MustCompile(`[\p{L}_][\p{L}\p{N}_]*`)
	docLink    = regexp.MustCompile(`\[([A-Za-z][\w.]*)\]`)
)

// markdown escapes what has a meaning in Markdown and none in comments.
var markdown = strings.NewReplacer("*", `\*`, "<", `\<`)

// plainWords are Go's words for Python's.
var plainWords = map[string]string{"nil": "None", "true": "True", "false": "False"}

// text rewrites a comment. Its first word, if it is subject, becomes label. A
// field's name at the start of a later sentence may be a word of English, and
// is rewritten only if it cannot be one.
func (w words) text(comment, subject, label string) string {
	comment = markdown.Replace(docLink.ReplaceAllString(strings.TrimSpace(comment), "$1"))
	var b strings.Builder
	end := 0
	for _, at := range identifier.FindAllStringIndex(comment, -1) {
		word, before := comment[at[0]:at[1]], comment[:at[0]]
		b.WriteString(comment[end:at[0]])
		end = at[1]
		name, known := w.names[word]
		switch {
		case before == "" && word == subject:
			b.WriteString(label)
		case known && (inSentence(before) || camel(word)):
			b.WriteString(name)
		case plainWords[word] != "":
			b.WriteString(plainWords[word])
		default:
			b.WriteString(word)
		}
	}
	b.WriteString(comment[end:])
	return b.String()
}

// inSentence tells whether what follows goes on in a sentence.
func inSentence(before string) bool {
	before = strings.TrimRight(before, " \n\t")
	return before != "" && !strings.HasSuffix(before, ".") && !strings.HasSuffix(before, ":")
}

// camel tells whether a word has capitals inside, as no English word has.
func camel(word string) bool {
	_, first := utf8.DecodeRuneInString(word)
	return strings.IndexFunc(word[first:], unicode.IsUpper) >= 0
}

// mentions tells whether a comment speaks of a field.
func mentions(comment, field string) bool {
	return slices.Contains(identifier.FindAllString(comment, -1), field)
}

// sentence returns s with a capital first letter and a full stop.
func sentence(s string) string {
	if s == "" {
		return ""
	}
	r, n := utf8.DecodeRuneInString(s)
	s = string(unicode.ToUpper(r)) + s[n:]
	if last, _ := utf8.DecodeLastRuneInString(s); !strings.ContainsRune(".:!?", last) {
		s += "."
	}
	return s
}

// paragraphs returns a comment's text with each paragraph on a line; indented
// text stays as it is.
func paragraphs(text string) string {
	var out []string
	for p := range strings.SplitSeq(text, "\n\n") {
		if !strings.HasPrefix(p, "\t") {
			p = strings.Join(strings.Fields(p), " ")
		}
		out = append(out, p)
	}
	return strings.Join(out, "\n\n")
}

// cell returns text for a table.
func cell(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	return strings.ReplaceAll(text, "|", `\|`)
}
