package jinja

import (
	"html"
	"regexp"
	"strings"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

func htmlFilters() map[string]*filter {
	return map[string]*filter{
		"escape": newFilter("", func(c *call) starlark.Value {
			if m, ok := c.value.(markup); ok {
				return m
			}
			return markup(escapes.Replace(c.str()))
		}),
		"forceescape": newFilter("", func(c *call) starlark.Value { return markup(escapes.Replace(c.str())) }),
		"safe":        newFilter("", func(c *call) starlark.Value { return markup(c.str()) }),
		"striptags":   newFilter("", func(c *call) starlark.Value { return str(stripTags(c.str())) }),
		"urlencode":   newFilter("", urlencode),
		"urlize":      newFilter("trim_url_limit? nofollow? target? rel? extra_schemes?", urlize),
		"xmlattr":     newFilter("autospace?", xmlattr),
	}
}

var (
	comments = regexp.MustCompile(`(?s)<!--.*?-->`)
	tags     = regexp.MustCompile(`(?s)<.*?>`)
)

func stripTags(s string) string {
	s = tags.ReplaceAllString(comments.ReplaceAllString(s, ""), "")
	return html.UnescapeString(strings.Join(strings.Fields(s), " "))
}

// quoteURL encodes all bytes but letters, digits, _ . - ~ and those.
func quoteURL(s, safe string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("_.-~"+safe, c) >= 0:
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		}
	}
	return b.String()
}

func urlencode(c *call) starlark.Value {
	var pairs []starlark.Value
	switch v := plain(c.value).(type) {
	case starlark.String:
		return str(quoteURL(string(v), "/"))
	case starlark.IterableMapping:
		for _, item := range v.Items() {
			pairs = append(pairs, item)
		}
	case starlark.Iterable:
		pairs = c.list()
	default:
		return str(quoteURL(c.str(), "/"))
	}
	query := func(v starlark.Value) string {
		return strings.ReplaceAll(quoteURL(builtin.Str(c.defined(v)), ""), "%20", "+")
	}
	parts := make([]string, len(pairs))
	for i, p := range pairs {
		both := c.items(p)
		if len(both) != 2 {
			c.raise(builtin.ValueError, "urlencode() needs pairs, not %s", builtin.Repr(p))
		}
		parts[i] = query(both[0]) + "=" + query(both[1])
	}
	return str(strings.Join(parts, "&"))
}

func xmlattr(c *call) starlark.Value {
	m, ok := c.value.(starlark.IterableMapping)
	if !ok {
		c.raise(builtin.TypeError, "xmlattr() needs a dict, not %s", builtin.TypeName(c.value))
	}
	var parts []string
	for _, item := range m.Items() {
		if item[1] == starlark.None || isUndefined(item[1]) {
			continue
		}
		key := builtin.Str(item[0])
		if strings.ContainsAny(key, " \t\n\r\f\v/>=") {
			c.raise(builtin.ValueError, "invalid character in attribute name: %s", builtin.Repr(item[0]))
		}
		parts = append(parts, escapes.Replace(key)+`="`+escapes.Replace(builtin.Str(item[1]))+`"`)
	}
	text := strings.Join(parts, " ")
	if text != "" && (c.args[0] == nil || c.flag(0)) {
		text = " " + text
	}
	return markup(text)
}

var (
	spaces  = regexp.MustCompile(`\s+`)
	httpURL = regexp.MustCompile(`(?i)^(https?://|www\.)(([\w%-]+\.)+)?([a-z]{2,63}|xn--[\w%]{2,59})(:\d+)?([/?#]\S*)?$` +
		`|^(https?://)(localhost|((\d{1,3})(\.\d{1,3}){3})|(\[([\da-f]{0,4}:){2}([\da-f]{0,4}:?){1,6}\]))(:\d+)?([/?#]\S*)?$`)
	bareURL = regexp.MustCompile(`(?i)^([\w%-]+\.)+(com|net|int|edu|gov|org|info|mil)(:\d{1,5})?([/?#]\S*)?$`)
	email   = regexp.MustCompile(`^\S+@\w[\w.-]*\.\w+$`)
	opening = regexp.MustCompile(`^([(<]|&lt;)+`)
	closing = regexp.MustCompile(`([)>.,\n]|&gt;)+$`)
)

func urlize(c *call) starlark.Value {
	limit := c.whole(0, -1)
	var rels []string
	if c.flag(1) {
		rels = append(rels, "nofollow")
	}
	rels = append(rels, strings.Fields(c.string(3, ""))...)
	rels = append(rels, "noopener")
	attributes := ` rel="` + escapes.Replace(strings.Join(sortedUnique(rels), " ")) + `"`
	if target := c.string(2, ""); target != "" {
		attributes += ` target="` + escapes.Replace(target) + `"`
	}
	var schemes []string
	if c.given(4) {
		for _, s := range c.items(c.args[4]) {
			schemes = append(schemes, builtin.Str(s))
		}
	}
	text := c.str()
	if _, ok := c.value.(markup); !ok {
		text = escapes.Replace(text)
	}
	var b strings.Builder
	from := 0
	for _, gap := range append(spaces.FindAllStringIndex(text, -1), []int{len(text), len(text)}) {
		b.WriteString(link(text[from:gap[0]], attributes, limit, schemes))
		b.WriteString(text[gap[0]:gap[1]])
		from = gap[1]
	}
	return markup(b.String())
}

// link makes a link of a word, if it is the address of a page or of a person.
func link(word, attributes string, limit int, schemes []string) string {
	head := opening.FindString(word)
	middle := word[len(head):]
	tail := ""
	if i := closing.FindStringIndex(middle); i != nil {
		middle, tail = middle[:i[0]], middle[i[0]:]
	}
	for open, close := range map[string]string{"(": ")", "<": ">", "&lt;": "&gt;"} {
		for strings.Count(middle, open) > strings.Count(middle, close) && strings.Contains(tail, close) {
			end := strings.Index(tail, close) + len(close)
			middle, tail = middle+tail[:end], tail[end:]
		}
	}
	shown := middle
	if runes := []rune(middle); limit >= 0 && len(runes) > limit {
		shown = string(runes[:limit]) + "..."
	}
	anchor := func(href, attributes, text string) string {
		return head + `<a href="` + href + `"` + attributes + ">" + text + "</a>" + tail
	}
	switch {
	case httpURL.MatchString(middle):
		if strings.HasPrefix(middle, "https://") || strings.HasPrefix(middle, "http://") {
			return anchor(middle, attributes, shown)
		}
		return anchor("https://"+middle, attributes, shown)
	case bareURL.MatchString(middle):
		return anchor("https://"+middle, attributes, shown)
	case strings.HasPrefix(middle, "mailto:") && email.MatchString(middle[7:]):
		return anchor(middle, "", middle[7:])
	case strings.Contains(middle, "@") && !strings.HasPrefix(middle, "www.") && !strings.HasPrefix(middle, "@") &&
		!strings.Contains(middle, ":") && email.MatchString(middle):
		return anchor("mailto:"+middle, "", middle)
	}
	for _, scheme := range schemes {
		if middle != scheme && strings.HasPrefix(middle, scheme) {
			return anchor(middle, attributes, middle)
		}
	}
	return word
}
