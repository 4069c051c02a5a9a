package jinja

import (
	"fmt"
	"strconv"
	"strings"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

// An undefined is what a name, attribute or item is that is not there. It can be
// tested and given a default; every other use is an error.
type undefined struct {
	msg string
	// silent is what `a if b` is without else: it is printed as nothing.
	silent bool
}

func (*undefined) String() string       { return "Undefined" }
func (*undefined) Type() string         { return "StrictUndefined" }
func (*undefined) Freeze()              {}
func (*undefined) Truth() starlark.Bool { return false }
func (u *undefined) Hash() (uint32, error) {
	return 0, &Error{Class: UndefinedError, Msg: u.msg}
}

func isUndefined(v starlark.Value) bool {
	_, ok := v.(*undefined)
	return ok
}

// describe names the type of a value in messages about what it does not have.
func describe(v starlark.Value) string {
	if v == starlark.None {
		return "None"
	}
	return builtin.TypeName(v) + " object"
}

func noAttribute(x starlark.Value, name string) *undefined {
	return &undefined{msg: fmt.Sprintf("'%s' has no attribute '%s'", describe(x), name)}
}

// A markup is a text that is safe in HTML: it is not escaped again.
type markup string

func (m markup) String() string        { return "Markup(" + builtin.Repr(starlark.String(m)) + ")" }
func (markup) Type() string            { return "Markup" }
func (markup) Freeze()                 {}
func (m markup) Truth() starlark.Bool  { return m != "" }
func (m markup) Hash() (uint32, error) { return starlark.String(m).Hash() }

// Str implements builtin.Texter.
func (m markup) Str() string { return string(m) }

// plain takes a markup as the text that it is.
func plain(v starlark.Value) starlark.Value {
	if m, ok := v.(markup); ok {
		return starlark.String(m)
	}
	return v
}

var escapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "'", "&#39;", `"`, "&#34;")

// A namespace is an object whose attributes templates can set.
type namespace struct{ values *starlark.Dict }

var _ starlark.HasAttrs = (*namespace)(nil)

func (n *namespace) String() string     { return "<Namespace " + builtin.Repr(n.values) + ">" }
func (*namespace) Type() string         { return "Namespace" }
func (n *namespace) Freeze()            { n.values.Freeze() }
func (*namespace) Truth() starlark.Bool { return true }
func (*namespace) Hash() (uint32, error) {
	return 0, builtin.Raise(builtin.TypeError, "unhashable type: 'Namespace'")
}
func (n *namespace) AttrNames() []string { return nil }
func (n *namespace) Attr(name string) (starlark.Value, error) {
	v, _, err := n.values.Get(starlark.String(name))
	return v, err
}

// An object has the attributes that it is made with, and can be called if it has
// a function for that.
type object struct {
	kind  string
	attrs func(name string) starlark.Value // nil if there is none
	call  func(args starlark.Tuple, kwargs []starlark.Tuple) starlark.Value
	text  func() string // nil means the kind
}

var (
	_ starlark.HasAttrs = (*object)(nil)
	_ starlark.Callable = (*callable)(nil)
)

func (o *object) String() string {
	if o.text != nil {
		return o.text()
	}
	return "<" + o.kind + ">"
}
func (o *object) Type() string          { return o.kind }
func (*object) Freeze()                 {} // belongs to one rendering
func (*object) Truth() starlark.Bool    { return true }
func (o *object) Hash() (uint32, error) { return starlark.String(o.kind).Hash() }
func (*object) AttrNames() []string     { return nil }

// Attr implements starlark.HasAttrs.
func (o *object) Attr(name string) (starlark.Value, error) {
	if o.attrs == nil {
		return nil, nil
	}
	return o.attrs(name), nil
}

// A callable is an object that can be called.
type callable struct{ *object }

// Name implements starlark.Callable.
func (c *callable) Name() string { return c.kind }

// CallInternal implements starlark.Callable.
func (c *callable) CallInternal(_ *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (v starlark.Value, err error) {
	defer caught(&err)
	return c.call(args, kwargs), nil
}

// function makes a value that can be called.
func function(name string, call func(args starlark.Tuple, kwargs []starlark.Tuple) starlark.Value) *callable {
	return &callable{&object{kind: name, call: call}}
}

// A pair is one group of the filter groupby: a tuple with names.
type pair struct{ starlark.Tuple }

// Attr implements starlark.HasAttrs.
func (p pair) Attr(name string) (starlark.Value, error) {
	switch name {
	case "grouper":
		return p.Tuple[0], nil
	case "list":
		return p.Tuple[1], nil
	}
	return nil, nil
}

// AttrNames implements starlark.HasAttrs.
func (pair) AttrNames() []string { return []string{"grouper", "list"} }

// String implements starlark.Value.
func (p pair) String() string { return builtin.Repr(p.Tuple) }

// quoted returns a name as messages have it.
func quoted(s string) string { return strconv.Quote(s) }

// notText says what is wrong with bytes that are no text.
func notText(source []byte) string {
	if i := strings.IndexByte(string(source), 0); i >= 0 {
		return "the template is not text: it has a zero byte"
	}
	if strings.ToValidUTF8(string(source), "") != string(source) {
		return "the template is not UTF-8: save the file as UTF-8"
	}
	return ""
}
