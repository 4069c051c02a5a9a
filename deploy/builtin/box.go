package builtin

import (
	"slices"
	"strings"

	"go.starlark.net/starlark"

	"cygnet/deploy/syntax"
)

// A box holds variables that code in several functions binds; see syntax.Vars.
type box struct {
	module bool
	vars   starlark.StringDict
	order  []string
	frozen bool
}

var _ starlark.HasSetField = (*box)(nil)

func (*box) String() string        { return "<variables>" }
func (*box) Type() string          { return "variables" }
func (*box) Truth() starlark.Bool  { return true }
func (*box) Hash() (uint32, error) { return 0, Raise(TypeError, "unhashable type: 'variables'") }
func (b *box) AttrNames() []string { return slices.Clone(b.order) }

// Freeze implements starlark.Value.
func (b *box) Freeze() {
	if !b.frozen {
		b.frozen = true
		b.vars.Freeze()
	}
}

// Attr implements starlark.HasAttrs: it reads a variable.
func (b *box) Attr(name string) (starlark.Value, error) {
	v := b.vars[name]
	switch {
	case v != nil && v != Unbound:
		return v, nil
	case b.module && Names(name):
		return all().names[name], nil
	case b.module:
		return nil, undefined(name)
	}
	return nil, Raise(UnboundLocalError, "cannot access local variable '%s' where it is not associated with a value", name)
}

// SetField implements starlark.HasSetField: it binds a variable.
func (b *box) SetField(name string, v starlark.Value) error {
	if b.frozen {
		return Raise(TypeError, "the variable %s is shared and cannot be bound anew", name)
	}
	if _, ok := b.vars[name]; !ok {
		b.order = append(b.order, name)
	}
	b.vars[name] = v
	return nil
}

// newBox is the helper syntax.Vars.
func newBox(_ *starlark.Thread, args starlark.Tuple) (starlark.Value, error) {
	b := &box{module: args[0] == starlark.String("module"), vars: starlark.StringDict{}}
	for i := 1; i+1 < len(args); i += 2 {
		if err := b.SetField(text(args[i]), args[i+1]); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// setVariable is the helper syntax.SetVar.
func setVariable(_ *starlark.Thread, args starlark.Tuple) (starlark.Value, error) {
	return args[2], args[0].(starlark.HasSetField).SetField(text(args[1]), args[2])
}

// Global returns a global of a module, as a program sees it, or nil. of are the
// globals of its program.
func Global(of starlark.StringDict, name string) starlark.Value {
	v := of[name]
	if b, ok := of[syntax.Globals].(*box); ok && b.vars[name] != nil {
		v = b.vars[name]
	}
	if v == Unbound || strings.HasPrefix(name, "$") {
		return nil
	}
	return v
}

// Globals returns the globals of a module that has run as a program sees them:
// without those that the lowering has made, and with those that live in a box.
func Globals(of starlark.StringDict) starlark.StringDict {
	out := make(starlark.StringDict, len(of))
	for name, v := range of {
		if !strings.HasPrefix(name, "$") && v != Unbound {
			out[name] = v
		}
	}
	if b, ok := of[syntax.Globals].(*box); ok {
		for name, v := range b.vars {
			if delete(out, name); v != Unbound {
				out[name] = v
			}
		}
	}
	return out
}
