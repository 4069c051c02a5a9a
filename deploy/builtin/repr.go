package builtin

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.starlark.net/starlark"
)

// A Texter is a value whose str() is something else than its repr(), which is
// its String.
type Texter interface{ Str() string }

// maxDepth is how deep containers are printed; deeper ones are "...".
const maxDepth = 200

// Str returns what str(v) returns.
func Str(v starlark.Value) string {
	switch v := v.(type) {
	case starlark.String:
		return string(v)
	case Texter:
		return v.Str()
	}
	return Repr(v)
}

// Repr returns what repr(v) returns. A text that grows beyond 16 MiB is cut.
func Repr(v starlark.Value) string {
	p := &printer{}
	p.value(v)
	return p.String()
}

// A printer writes values as repr does.
type printer struct {
	strings.Builder
	within []starlark.Value // the containers around what is written
}

func (p *printer) value(v starlark.Value) {
	if p.Len() > maxText {
		return
	}
	switch v := v.(type) {
	case nil:
		p.WriteString("<nil>")
	case starlark.String:
		p.WriteString(quote(string(v)))
	case starlark.Bytes:
		p.WriteString(quoteBytes(string(v)))
	case starlark.Float:
		p.WriteString(floatRepr(float64(v)))
	case *starlark.List:
		p.nested(v, "[", "]", "[...]", func() { p.list(v) })
	case starlark.Tuple:
		if len(v) == 0 {
			p.WriteString("()")
			return
		}
		p.nested(v, "(", ")", "(...)", func() { p.tuple(v) })
	case *starlark.Dict:
		p.nested(v, "{", "}", "{...}", func() { p.dict(v) })
	case *starlark.Set:
		p.set("", v)
	case *frozenSet:
		p.set("frozenset", v.set)
	case *view:
		p.WriteString(v.Type() + "(")
		p.value(starlark.NewList(v.items()))
		p.WriteString(")")
	case *starlark.Function:
		name := v.Name()
		if name == "lambda" {
			name = "<lambda>"
		}
		p.WriteString("<function " + name + ">")
	case *starlark.Builtin:
		p.builtin(v)
	default:
		p.other(v)
	}
}

func (p *printer) other(v starlark.Value) {
	text := v.String()
	if v.Type() == "range" && !strings.Contains(text, ",") {
		text = strings.Replace(text, "(", "(0, ", 1)
	}
	p.WriteString(text)
}

func (p *printer) builtin(v *starlark.Builtin) {
	if self := v.Receiver(); self != nil {
		fmt.Fprintf(p, "<built-in method %s of %s object>", v.Name(), TypeName(self))
		return
	}
	fmt.Fprintf(p, "<built-in function %s>", v.Name())
}

// nested writes a container, unless it is inside itself.
func (p *printer) nested(v starlark.Value, open, end, again string, items func()) {
	seen := slices.ContainsFunc(p.within, func(outer starlark.Value) bool { return identical(outer, v) })
	if seen || len(p.within) >= maxDepth {
		p.WriteString(again)
		return
	}
	p.within = append(p.within, v)
	p.WriteString(open)
	items()
	p.WriteString(end)
	p.within = p.within[:len(p.within)-1]
}

func (p *printer) comma(i int) {
	if i > 0 {
		p.WriteString(", ")
	}
}

func (p *printer) list(v *starlark.List) {
	for i := range v.Len() {
		p.comma(i)
		p.value(v.Index(i))
	}
}

func (p *printer) tuple(v starlark.Tuple) {
	for i, item := range v {
		p.comma(i)
		p.value(item)
	}
	if len(v) == 1 {
		p.WriteString(",")
	}
}

func (p *printer) dict(v *starlark.Dict) {
	for i, item := range v.Items() {
		p.comma(i)
		p.value(item[0])
		p.WriteString(": ")
		p.value(item[1])
	}
}

func (p *printer) set(class string, v *starlark.Set) {
	if v.Len() == 0 {
		p.WriteString(cmp.Or(class, "set") + "()")
		return
	}
	if class != "" {
		p.WriteString(class + "(")
		defer p.WriteString(")")
	}
	p.WriteString("{")
	i := 0
	for item := range v.Elements() {
		p.comma(i)
		p.value(item)
		i++
	}
	p.WriteString("}")
}

// quoteMark is the quote that a text needs: the double one if that saves
// escaping single ones.
func quoteMark(s string) rune {
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		return '"'
	}
	return '\''
}

// quote returns the repr of a str.
func quote(s string) string {
	var b strings.Builder
	mark := quoteMark(s)
	b.WriteRune(mark)
	for i, r := range s {
		switch {
		case escaped(&b, r, mark):
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"):
			fmt.Fprintf(&b, `\udc%02x`, s[i]) // a byte that is no UTF-8, as Python's surrogateescape has it
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, `\x%02x`, r)
		case unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			escapeRune(&b, r)
		}
	}
	b.WriteRune(mark)
	return b.String()
}

// escaped writes what has a short escape.
func escaped(b *strings.Builder, r, mark rune) bool {
	switch r {
	case mark, '\\':
		b.WriteByte('\\')
		b.WriteRune(r)
	case '\n':
		b.WriteString(`\n`)
	case '\r':
		b.WriteString(`\r`)
	case '\t':
		b.WriteString(`\t`)
	default:
		return false
	}
	return true
}

func escapeRune(b *strings.Builder, r rune) {
	switch {
	case r < 0x100:
		fmt.Fprintf(b, `\x%02x`, r)
	case r < 0x10000:
		fmt.Fprintf(b, `\u%04x`, r)
	default:
		fmt.Fprintf(b, `\U%08x`, r)
	}
}

// quoteBytes returns the repr of bytes.
func quoteBytes(s string) string {
	var b strings.Builder
	mark := quoteMark(s)
	b.WriteByte('b')
	b.WriteRune(mark)
	for i := range len(s) {
		switch c := s[i]; {
		case escaped(&b, rune(c), mark):
		case c < ' ' || c >= 0x7f:
			fmt.Fprintf(&b, `\x%02x`, c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteRune(mark)
	return b.String()
}

// ascii returns a text in which everything beyond ASCII is escaped.
func ascii(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r < 0x80 {
			b.WriteRune(r)
		} else {
			escapeRune(&b, r)
		}
	}
	return b.String()
}
