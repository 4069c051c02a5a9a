package library

import (
	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

func dataclassesModule() *definition {
	return &definition{name: "dataclasses", what: "name", values: map[string]func(*Session) starlark.Value{
		"dataclass": constant(starlark.NewBuiltin("dataclass", makeDataclass)),
		"field":     constant(starlark.NewBuiltin("field", makeField)),
		"fields":    constant(starlark.NewBuiltin("fields", dataFields)),
		"asdict":    constant(starlark.NewBuiltin("asdict", dataAsDict)),
		"astuple":   constant(starlark.NewBuiltin("astuple", dataAsTuple)),
		"replace":   constant(starlark.NewBuiltin("replace", dataReplace)),
		"is_dataclass": constant(starlark.NewBuiltin("is_dataclass", func(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
			var obj starlark.Value
			if err := unpack(b, args, kwargs, "obj", &obj); err != nil {
				return nil, err
			}
			_, ok := builtin.DataFields(obj)
			return starlark.Bool(ok), nil
		})),
		"FrozenInstanceError": constant(builtin.FrozenInstanceError),
		"MISSING":             constant(builtin.Missing),
		"KW_ONLY":             constant(hint("dataclasses.KW_ONLY")),
		"InitVar":             constant(hint("dataclasses.InitVar")),
	}, later: map[string]string{"make_dataclass": "write a class statement", "Field": ""}}
}

// makeDataclass is @dataclass and @dataclass(...).
func makeDataclass(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	o := builtin.DataclassOptions{Init: true, Repr: true, Eq: true}
	var class starlark.Value = starlark.None
	matchArgs, slots, weak := true, false, false
	if err := unpack(b, args, kwargs, "cls?", &class, "init?", &o.Init, "repr?", &o.Repr, "eq?", &o.Eq, "order?", &o.Order,
		"unsafe_hash?", &o.UnsafeHash, "frozen?", &o.Frozen, "match_args?", &matchArgs, "kw_only?", &o.KeywordOnly,
		"slots?", &slots, "weakref_slot?", &weak); err != nil {
		return nil, err
	}
	if o.Order && !o.Eq {
		return nil, builtin.Raise(builtin.ValueError, "eq must be true if order is true")
	}
	decorate := func(v starlark.Value) (starlark.Value, error) {
		c, ok := v.(*builtin.Class)
		if !ok {
			return nil, builtin.Raise(builtin.TypeError, "dataclass() decorates a class, not %s", builtin.TypeName(v))
		}
		return c, builtin.MakeDataclass(c, o)
	}
	if class != starlark.None {
		return decorate(class)
	}
	return starlark.NewBuiltin("dataclass", func(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
		var class starlark.Value
		if err := unpack(b, args, kwargs, "cls", &class); err != nil {
			return nil, err
		}
		return decorate(class)
	}), nil
}

func makeField(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if len(args) > 0 {
		return nil, builtin.Raise(builtin.TypeError, "field() takes 0 positional arguments but %d was given", len(args))
	}
	f := &builtin.DataField{Init: true, Repr: true, Compare: true}
	if err := unpack(b, nil, kwargs, "default?", &f.Default, "default_factory?", &f.Factory, "init?", &f.Init, "repr?", &f.Repr,
		"hash?", &f.Hashed, "compare?", &f.Compare, "metadata?", &f.Metadata, "kw_only?", &f.KeywordOnly); err != nil {
		return nil, err
	}
	if f.Default != nil && f.Factory != nil {
		return nil, builtin.Raise(builtin.ValueError, "cannot specify both default and default_factory")
	}
	return f, nil
}

// fieldsOf returns the fields of a dataclass or, unless types is false, of an
// instance of one.
func fieldsOf(name string, v starlark.Value, types bool) ([]*builtin.DataField, error) {
	fields, ok := builtin.DataFields(v)
	_, isClass := v.(*builtin.Class)
	if !ok || isClass && !types {
		what := "dataclass instances"
		if types {
			return nil, builtin.Raise(builtin.TypeError, "must be called with a dataclass type or instance")
		}
		return nil, builtin.Raise(builtin.TypeError, "%s() should be called on %s", name, what)
	}
	return fields, nil
}

func dataFields(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var v starlark.Value
	if err := unpack(b, args, kwargs, "class_or_instance", &v); err != nil {
		return nil, err
	}
	fields, err := fieldsOf(b.Name(), v, true)
	out := make(starlark.Tuple, len(fields))
	for i, f := range fields {
		out[i] = f
	}
	return out, err
}

func dataAsDict(thread *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var v starlark.Value
	factory := starlark.Value(builtin.DictClass)
	if err := unpack(b, args, kwargs, "obj", &v, "dict_factory?", &factory); err != nil {
		return nil, err
	}
	if _, err := fieldsOf(b.Name(), v, false); err != nil {
		return nil, err
	}
	return (&dataCopy{thread, func(items []starlark.Tuple) (starlark.Value, error) {
		list := make([]starlark.Value, len(items))
		for i, item := range items {
			list[i] = item
		}
		return starlark.Call(thread, factory, starlark.Tuple{starlark.NewList(list)}, nil)
	}}).value(v, 0)
}

func dataAsTuple(thread *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var v starlark.Value
	if err := unpack(b, args, kwargs, "obj", &v); err != nil {
		return nil, err
	}
	if _, err := fieldsOf(b.Name(), v, false); err != nil {
		return nil, err
	}
	return (&dataCopy{thread, func(items []starlark.Tuple) (starlark.Value, error) {
		out := make(starlark.Tuple, len(items))
		for i, item := range items {
			out[i] = item[1]
		}
		return out, nil
	}}).value(v, 0)
}

// A dataCopy copies dataclasses, and the containers in them, into other forms.
type dataCopy struct {
	thread *starlark.Thread
	make   func(items []starlark.Tuple) (starlark.Value, error)
}

func (d *dataCopy) value(v starlark.Value, depth int) (starlark.Value, error) {
	if depth > maxDepth {
		return nil, builtin.Raise(builtin.RecursionError, "maximum recursion depth exceeded")
	}
	if fields, ok := builtin.DataFields(v); ok {
		if i, ok := v.(starlark.HasAttrs); ok && builtin.TypeName(v) != "type" {
			return d.fields(i, fields, depth)
		}
	}
	switch v := v.(type) {
	case *starlark.List:
		items, err := d.items(v, depth)
		return starlark.NewList(items), err
	case starlark.Tuple:
		items, err := d.items(v, depth)
		return starlark.Tuple(items), err
	case *starlark.Dict:
		out := starlark.NewDict(v.Len())
		for _, item := range v.Items() {
			value, err := d.value(item[1], depth+1)
			if err != nil {
				return nil, err
			}
			if err := out.SetKey(item[0], value); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return v, nil
}

func (d *dataCopy) fields(v starlark.HasAttrs, fields []*builtin.DataField, depth int) (starlark.Value, error) {
	items := make([]starlark.Tuple, len(fields))
	for i, f := range fields {
		value, err := v.Attr(f.Name())
		if err == nil {
			value, err = d.value(value, depth+1)
		}
		if err != nil {
			return nil, err
		}
		items[i] = starlark.Tuple{starlark.String(f.Name()), value}
	}
	return d.make(items)
}

func (d *dataCopy) items(v starlark.Iterable, depth int) ([]starlark.Value, error) {
	var out []starlark.Value
	for item := range starlark.Elements(v) {
		value, err := d.value(item, depth+1)
		if err != nil {
			return nil, err
		}
		out = append(out, value)
	}
	return out, nil
}

// dataReplace is replace(obj, **changes).
func dataReplace(thread *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if len(args) != 1 {
		return nil, builtin.Raise(builtin.TypeError, "replace() takes 1 positional argument but %d were given", len(args))
	}
	fields, err := fieldsOf(b.Name(), args[0], false)
	if err != nil {
		return nil, err
	}
	given := map[string]bool{}
	for _, kw := range kwargs {
		given[textOf(kw[0])] = true
	}
	for _, f := range fields {
		switch {
		case !f.Init && given[f.Name()]:
			return nil, builtin.Raise(builtin.ValueError, "field %s is declared with init=False, it cannot be specified with replace()", f.Name())
		case !f.Init || given[f.Name()]:
			continue
		}
		v, err := args[0].(starlark.HasAttrs).Attr(f.Name())
		if err != nil {
			return nil, err
		}
		kwargs = append(kwargs, starlark.Tuple{starlark.String(f.Name()), v})
	}
	return starlark.Call(thread, builtin.ClassOf(args[0]), nil, kwargs)
}
