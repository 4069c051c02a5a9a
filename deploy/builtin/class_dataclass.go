package builtin

import (
	"slices"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// FrozenInstanceError is raised where a frozen dataclass is changed.
var FrozenInstanceError = NewExceptionClass("FrozenInstanceError", AttributeError)

func raiseFrozen(format, name string) error { return Raise(FrozenInstanceError, format, name) }

// A DataclassOptions is what @dataclass(...) was given.
type DataclassOptions struct {
	Init, Repr, Eq, Order, UnsafeHash, Frozen, KeywordOnly bool
}

// A dataclass is what @dataclass adds to a class.
type dataclass struct {
	DataclassOptions
	fields []*DataField
	within []starlark.Value // whose repr is being written
}

// A DataField is a field of a dataclass, and what dataclasses.field() returns.
type DataField struct {
	object
	name, text          string
	Default, Factory    starlark.Value // nil if absent
	Init, Repr, Compare bool
	Hashed              starlark.Value // None means as Compare says
	KeywordOnly         starlark.Value // nil means as the class says
	Metadata            starlark.Value
	variable            bool // InitVar: goes to __post_init__
}

var _ starlark.HasAttrs = (*DataField)(nil)

func (f *DataField) String() string {
	return "Field(name=" + quote(f.name) + ",type=" + quote(f.text) + ")"
}
func (*DataField) Type() string { return "Field" }

// PyClass implements [Classed].
func (*DataField) PyClass() *Class { return fieldClass }

var fieldClass = NewClass("Field", nil, Native{Module: "dataclasses"})

// AttrNames implements starlark.HasAttrs.
func (*DataField) AttrNames() []string {
	return []string{"compare", "default", "default_factory", "hash", "init", "kw_only", "metadata", "name", "repr", "type"}
}

// Missing is dataclasses.MISSING.
const Missing = sentinel("<dataclasses._MISSING_TYPE object>")

// Attr implements starlark.HasAttrs.
func (f *DataField) Attr(name string) (starlark.Value, error) {
	switch name {
	case "name":
		return starlark.String(f.name), nil
	case "type":
		return starlark.String(f.text), nil
	case "default":
		return or(f.Default, Missing), nil
	case "default_factory":
		return or(f.Factory, Missing), nil
	case "init":
		return starlark.Bool(f.Init), nil
	case "repr":
		return starlark.Bool(f.Repr), nil
	case "compare":
		return starlark.Bool(f.Compare), nil
	case "hash":
		return or(f.Hashed, starlark.None), nil
	case "kw_only":
		return starlark.Bool(f.byName()), nil
	case "metadata":
		return or(f.Metadata, starlark.NewDict(0)), nil
	}
	return nil, nil
}

func (f *DataField) byName() bool { return f.KeywordOnly != nil && bool(f.KeywordOnly.Truth()) }

// MakeDataclass gives a class that a file has made what @dataclass does: it makes
// fields of the annotations in the class's body.
func MakeDataclass(class *Class, o DataclassOptions) error {
	if class.user == nil {
		return Raise(TypeError, "%s is no class that can be a dataclass", class.name)
	}
	d := &dataclass{DataclassOptions: o}
	for _, base := range slices.Backward(class.user.mro[1:]) {
		if base.user == nil || base.user.data == nil {
			continue
		}
		if o.Frozen != base.user.data.Frozen {
			if o.Frozen {
				return Raise(TypeError, "cannot inherit frozen dataclass from a non-frozen one")
			}
			return Raise(TypeError, "cannot inherit non-frozen dataclass from a frozen one")
		}
		for _, f := range base.user.data.fields {
			d.add(f)
		}
	}
	if err := d.own(class); err != nil {
		return err
	}
	class.user.data = d
	return d.install(class)
}

// add appends a field, or takes the place of one that has its name.
func (d *dataclass) add(f *DataField) {
	for i, old := range d.fields {
		if old.name == f.name {
			d.fields[i] = f
			return
		}
	}
	d.fields = append(d.fields, f)
}

// hintIs reports whether an annotation is a name of module typing or
// dataclasses, alone or with brackets.
func hintIs(text, name string) bool {
	head, _, _ := strings.Cut(strings.Trim(text, `'"`), "[")
	return head == name || strings.HasSuffix(head, "."+name)
}

// own makes fields of the annotations in the class's own body.
func (d *dataclass) own(class *Class) error {
	u := class.user
	keywordOnly := d.KeywordOnly
	for _, n := range u.notes {
		if hintIs(n.text, "ClassVar") {
			continue
		}
		if hintIs(n.text, "KW_ONLY") {
			keywordOnly = true
			continue
		}
		f := &DataField{Init: true, Repr: true, Compare: true}
		switch v := member(u.members, n.name).(type) {
		case nil:
		case *DataField:
			copied := *v
			f = &copied
		default:
			f.Default = v
		}
		f.name, f.text, f.variable = n.name, n.text, hintIs(n.text, "InitVar")
		if f.KeywordOnly == nil {
			f.KeywordOnly = starlark.Bool(keywordOnly)
		}
		if err := f.settle(u); err != nil {
			return err
		}
		d.add(f)
	}
	for _, item := range u.members.Items() {
		if f, ok := item[1].(*DataField); ok && !slices.ContainsFunc(u.notes, func(n note) bool { return n.name == Str(item[0]) }) {
			return Raise(TypeError, "%s is a field but has no type annotation", quote(Str(or(starlark.Value(item[0]), f))))
		}
	}
	var last string
	for _, f := range d.fields {
		switch {
		case f.byName() || !f.Init:
		case f.Default != nil || f.Factory != nil:
			last = f.name
		case last != "":
			return Raise(TypeError, "non-default argument '%s' follows default argument", f.name)
		}
	}
	return nil
}

// settle leaves in the class's attributes the default of a field only.
func (f *DataField) settle(u *userClass) error {
	switch f.Default.(type) {
	case *starlark.List, *starlark.Dict, *starlark.Set:
		return Raise(ValueError, "mutable default %s for field %s is not allowed: use default_factory", ClassOf(f.Default), f.name)
	}
	if i, ok := f.Default.(*Instance); ok {
		if _, err := i.Hash(); err != nil {
			return Raise(ValueError, "mutable default %s for field %s is not allowed: use default_factory", i.class, f.name)
		}
	}
	if f.Default != nil {
		return setKey(u.members, starlark.String(f.name), f.Default)
	}
	_, _, err := u.members.Delete(starlark.String(f.name))
	return Translate(err)
}

// install gives the class the methods of a dataclass.
func (d *dataclass) install(c *Class) error {
	var names starlark.Tuple
	for _, f := range d.fields {
		if f.Init && !f.byName() {
			names = append(names, starlark.String(f.name))
		}
	}
	if member(c.user.members, "__match_args__") == nil {
		if err := setKey(c.user.members, starlark.String("__match_args__"), names); err != nil {
			return err
		}
	}
	methods := []struct {
		want bool
		name string
		run  func(*starlark.Thread, starlark.Value, starlark.Tuple, []starlark.Tuple) (starlark.Value, error)
	}{
		{d.Init, "__init__", d.initialise},
		{d.Repr, "__repr__", d.repr},
		{d.Eq, "__eq__", d.comparing(syntax.EQL)},
		{d.Order, "__lt__", d.comparing(syntax.LT)},
		{d.Order, "__le__", d.comparing(syntax.LE)},
		{d.Order, "__gt__", d.comparing(syntax.GT)},
		{d.Order, "__ge__", d.comparing(syntax.GE)},
		{d.Eq && d.Frozen || d.UnsafeHash, "__hash__", d.hash},
	}
	ownHash := member(c.user.members, "__hash__") != nil
	ownEq := member(c.user.members, "__eq__") != nil
	for _, m := range methods {
		if !m.want {
			continue
		}
		if d.Order && m.name[2:4] != "eq" && strings.HasPrefix(m.name, "__l") && member(c.user.members, m.name) != nil {
			return Raise(TypeError, "Cannot overwrite attribute %s in class %s. Consider using functools.total_ordering", m.name, c.name)
		}
		if err := c.setNative(m.name, m.run); err != nil {
			return err
		}
	}
	if d.Eq && !ownEq && !d.Frozen && !d.UnsafeHash && !ownHash {
		return setKey(c.user.members, starlark.String("__hash__"), starlark.None)
	}
	return nil
}

// initialise is __init__.
func (d *dataclass) initialise(thread *starlark.Thread, self starlark.Value, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	h, ok := self.(holder)
	if !ok {
		return nil, Raise(TypeError, "__init__() needs an instance, not %s", TypeName(self))
	}
	class := h.PyClass()
	var params []parameter
	for _, byName := range []bool{false, true} {
		for _, f := range d.fields {
			if f.Init && f.byName() == byName {
				params = append(params, parameter{f.name, f.Default != nil || f.Factory != nil, byName})
			}
		}
	}
	values, err := matchArguments(class.user.qualname+".__init__", params, args, kwargs)
	if err != nil {
		return nil, err
	}
	var variables starlark.Tuple
	for _, f := range d.fields {
		v := values[f.name]
		if v == nil && f.Factory != nil {
			if v, err = starlark.Call(thread, f.Factory, nil, nil); err != nil {
				return nil, err
			}
		}
		if v == nil {
			v = f.Default
		}
		switch {
		case f.variable:
			variables = append(variables, or(v, starlark.None))
		case v == nil:
		case d.Frozen:
			err = h.setField(f.name, v)
		default:
			err = setAttrOf(h, f.name, v)
		}
		if err != nil {
			return nil, err
		}
	}
	after, owner := class.find("__post_init__")
	if owner == nil || owner.user == nil {
		return starlark.None, nil
	}
	bound, err := bind(after, h, class)
	if err != nil {
		return nil, err
	}
	_, err = starlark.Call(thread, bound, variables, nil)
	return starlark.None, err
}

// repr is __repr__.
func (d *dataclass) repr(_ *starlark.Thread, self starlark.Value, _ starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
	h := self.(holder)
	u := h.PyClass().user
	if !u.frozen {
		if slices.Contains(d.within, self) {
			return starlark.String("..."), nil
		}
		d.within = append(d.within, self)
		defer func() { d.within = d.within[:len(d.within)-1] }()
	}
	var parts []string
	for _, f := range d.fields {
		if !f.Repr || f.variable {
			continue
		}
		v, err := attrOf(h, f.name)
		if err != nil {
			return nil, err
		}
		parts = append(parts, f.name+"="+Repr(v))
	}
	return starlark.String(u.qualname + "(" + strings.Join(parts, ", ") + ")"), nil
}

// values are those of the fields that are picked.
func (d *dataclass) values(h holder, pick func(*DataField) bool) (starlark.Tuple, error) {
	out := starlark.Tuple{}
	for _, f := range d.fields {
		if f.variable || !pick(f) {
			continue
		}
		v, err := attrOf(h, f.name)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// comparing is __eq__, __lt__ and so on.
func (d *dataclass) comparing(op starlarkToken) func(*starlark.Thread, starlark.Value, starlark.Tuple, []starlark.Tuple) (starlark.Value, error) {
	return func(_ *starlark.Thread, self starlark.Value, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
		a := self.(holder)
		if len(args) != 1 || ClassOf(args[0]) != a.PyClass() {
			return notImplemented, nil
		}
		picked := func(f *DataField) bool { return f.Compare }
		x, err := d.values(a, picked)
		if err != nil {
			return nil, err
		}
		y, err := d.values(args[0].(holder), picked)
		if err != nil {
			return nil, err
		}
		ok, err := compare(op, x, y)
		return starlark.Bool(ok), err
	}
}

// hash is __hash__.
func (d *dataclass) hash(_ *starlark.Thread, self starlark.Value, _ starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
	values, err := d.values(self.(holder), func(f *DataField) bool {
		if f.Hashed == nil || f.Hashed == starlark.None {
			return f.Compare
		}
		return bool(f.Hashed.Truth())
	})
	if err != nil {
		return nil, err
	}
	h, err := values.Hash()
	return starlark.MakeInt(int(h)), Translate(err)
}

// DataFields returns the fields of a dataclass, or of an instance of one.
func DataFields(v starlark.Value) ([]*DataField, bool) {
	class, ok := v.(*Class)
	if !ok {
		class = ClassOf(v)
	}
	for _, c := range class.order() {
		if c.user != nil && c.user.data != nil {
			return slices.DeleteFunc(slices.Clone(c.user.data.fields), func(f *DataField) bool { return f.variable }), true
		}
	}
	return nil, false
}

// Name returns the field's name.
func (f *DataField) Name() string { return f.name }

// dataOf returns what makes a class a dataclass, itself or by a base; nil if it is
// none.
func dataOf(class *Class) *dataclass {
	for _, c := range class.order() {
		if c.user != nil && c.user.data != nil {
			return c.user.data
		}
	}
	return nil
}
