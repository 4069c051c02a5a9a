package syntax

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"go.starlark.net/starlark"
)

// A small run time, enough to see that lowered programs do what Python does.

// run compiles and runs a program. It returns what the program gave to show(),
// one line for each call.
func run(source string) ([]string, error) {
	var shown []string
	names := runtime(func(line string) { shown = append(shown, line) })
	p, err := Compile("test.py", []byte(source), names.Has)
	if err != nil {
		return nil, err
	}
	thread := &starlark.Thread{Name: "test"}
	thread.SetMaxExecutionSteps(1_000_000)
	_, err = p.Starlark.Init(thread, names)
	return shown, err
}

type args = starlark.Tuple

// builtin makes a function of positional arguments.
func builtin(name string, fn func(t *starlark.Thread, a args) (starlark.Value, error)) starlark.Value {
	return starlark.NewBuiltin(name, func(t *starlark.Thread, _ *starlark.Builtin, a args, kw []starlark.Tuple) (starlark.Value, error) {
		return fn(t, a)
	})
}

func runtime(show func(string)) starlark.StringDict {
	names := starlark.StringDict{
		Unbound:  starlark.String("<unbound>"),
		Ellipsis: starlark.String("<ellipsis>"),
	}
	for name, fn := range helperFuncs {
		names[name] = builtin(name, func(_ *starlark.Thread, a args) (starlark.Value, error) { return fn(a) })
	}
	for _, name := range []string{"len", "range", "tuple", "dict", "any", "all", "sorted", "enumerate", "zip", "str", "int", "abs", "bool"} {
		names[name] = starlark.Universe[name]
	}
	names["list"] = builtin("list", func(_ *starlark.Thread, a args) (starlark.Value, error) {
		return helperFuncs[Concat](a)
	})
	names["set"] = builtin("set", func(_ *starlark.Thread, a args) (starlark.Value, error) { return helperFuncs[Set](a) })
	names["next"] = builtin("next", func(_ *starlark.Thread, a args) (starlark.Value, error) {
		l := a[0].(*starlark.List)
		return l.Index(0), nil
	})
	names["show"] = builtin("show", func(_ *starlark.Thread, a args) (starlark.Value, error) {
		show(strings.Join(reprs(a), " "))
		return starlark.None, nil
	})
	names["log"] = builtin("log", func(_ *starlark.Thread, a args) (starlark.Value, error) {
		show("log " + repr(a[0]))
		return a[len(a)-1], nil
	})
	names["kw"] = starlark.NewBuiltin("kw", func(_ *starlark.Thread, _ *starlark.Builtin, a args, kw []starlark.Tuple) (starlark.Value, error) {
		parts := reprs(a)
		for _, k := range kw {
			parts = append(parts, string(k[0].(starlark.String))+"="+repr(k[1]))
		}
		return starlark.String(strings.Join(parts, ",")), nil
	})
	names["obj"] = builtin("obj", func(_ *starlark.Thread, a args) (starlark.Value, error) {
		return &object{fields: starlark.StringDict{}}, nil
	})
	lazily(names)
	return names
}

// An object has attributes that can be set.
type object struct{ fields starlark.StringDict }

func (o *object) String() string                           { return "<object>" }
func (o *object) Type() string                             { return "object" }
func (o *object) Freeze()                                  {}
func (o *object) Truth() starlark.Bool                     { return true }
func (o *object) Hash() (uint32, error)                    { return 0, nil }
func (o *object) AttrNames() []string                      { return slices.Sorted(maps.Keys(o.fields)) }
func (o *object) Attr(name string) (starlark.Value, error) { return o.fields[name], nil }
func (o *object) SetField(name string, v starlark.Value) error {
	o.fields[name] = v
	return nil
}

func text(v starlark.Value) string { s, _ := starlark.AsString(v); return s }

func items(v starlark.Value) ([]starlark.Value, error) {
	switch v := v.(type) {
	case starlark.String:
		var out []starlark.Value
		for _, r := range string(v) {
			out = append(out, starlark.String(string(r)))
		}
		return out, nil
	case starlark.Iterable:
		return slices.Collect(starlark.Elements(v)), nil
	}
	return nil, fmt.Errorf("TypeError: '%s' object is not iterable", v.Type())
}

var helperFuncs = map[string]func(a args) (starlark.Value, error){
	Import:   func(a args) (starlark.Value, error) { return imported("import", a) },
	ImportAs: func(a args) (starlark.Value, error) { return imported("importas", a) },
	ImportFrom: func(a args) (starlark.Value, error) {
		return imported("from", a)
	},
	FString: func(a args) (starlark.Value, error) {
		var b strings.Builder
		for _, x := range a {
			b.WriteString(string(x.(starlark.String)))
		}
		return starlark.String(b.String()), nil
	},
	Format:   format,
	Is:       func(a args) (starlark.Value, error) { return starlark.Bool(a[0] == a[1]), nil },
	Index:    index,
	Slice:    slice,
	Attr:     attr,
	SetAttr:  func(a args) (starlark.Value, error) { return starlark.None, setAttr(a) },
	SetIndex: func(a args) (starlark.Value, error) { return starlark.None, setIndex(a) },
	SetSlice: setSlice,
	DelAttr: func(a args) (starlark.Value, error) {
		delete(a[0].(*object).fields, text(a[1]))
		return starlark.None, nil
	},
	DelIndex:   delIndex,
	DelSlice:   func(a args) (starlark.Value, error) { return setSlice(append(a, starlark.NewList(nil))) },
	Iterate:    func(a args) (starlark.Value, error) { return list(a[:1]) },
	Concat:     list,
	Merge:      func(a args) (starlark.Value, error) { return merge(a, false) },
	Keywords:   func(a args) (starlark.Value, error) { return merge(a, true) },
	Unpack:     unpack,
	Pow:        func(a args) (starlark.Value, error) { return pow(a) },
	Mod:        mod,
	MatMul:     func(a args) (starlark.Value, error) { return nil, errors.New("TypeError: @") },
	Tuple:      func(a args) (starlark.Value, error) { x, err := items(a[0]); return starlark.Tuple(x), err },
	Set:        set,
	Dict:       pairs,
	Raise:      func(a args) (starlark.Value, error) { return nil, fmt.Errorf("raised %s", strings.Join(reprs(a), " ")) },
	AssertFail: func(a args) (starlark.Value, error) { return nil, fmt.Errorf("AssertionError %s", reprs(a)) },
	NameError: func(a args) (starlark.Value, error) {
		return nil, fmt.Errorf("NameError: name '%s' is not defined", text(a[0]))
	},
	Read: func(a args) (starlark.Value, error) {
		if a[0] == starlark.String("<unbound>") {
			return nil, fmt.Errorf("NameError: name '%s' is not defined", text(a[1]))
		}
		return a[0], nil
	},
}

func imported(how string, a args) (starlark.Value, error) {
	return starlark.String(how + " " + strings.Join(reprs(a), " ")), nil
}

func format(a args) (starlark.Value, error) {
	v, conversion, spec := a[0], text(a[1]), text(a[2])
	s := repr(v)
	if t, ok := v.(starlark.String); ok && conversion != "r" {
		s = string(t)
	}
	if n, err := strconv.Atoi(strings.TrimPrefix(spec, ">")); err == nil {
		s = strings.Repeat(" ", max(0, n-len([]rune(s)))) + s
	}
	return starlark.String(s), nil
}

func index(a args) (starlark.Value, error) {
	if d, ok := a[0].(*starlark.Dict); ok {
		v, found, err := d.Get(a[1])
		if !found && err == nil {
			err = fmt.Errorf("KeyError: %s", repr(a[1]))
		}
		return v, err
	}
	all, err := items(a[0])
	if err != nil {
		return nil, err
	}
	i, err := starlark.AsInt32(a[1])
	if i < 0 {
		i += len(all)
	}
	if err != nil || i < 0 || i >= len(all) {
		return nil, fmt.Errorf("IndexError: %s", repr(a[1]))
	}
	return all[i], nil
}

// bounds returns the indexes that a slice selects.
func bounds(n int, a args) []int {
	num := func(v starlark.Value, def int) int {
		if v == starlark.None {
			return def
		}
		i, _ := starlark.AsInt32(v)
		return i
	}
	step := num(a[2], 1)
	clip := func(i, lo, hi int) int {
		if i < 0 {
			i += n
		}
		return min(max(i, lo), hi)
	}
	var out []int
	if step > 0 {
		for i := clip(num(a[0], 0), 0, n); i < clip(num(a[1], n), 0, n); i += step {
			out = append(out, i)
		}
		return out
	}
	hi := -1
	if a[1] != starlark.None {
		hi = clip(num(a[1], 0), -1, n-1)
	}
	for i := clip(num(a[0], n-1), -1, n-1); i > hi; i += step {
		out = append(out, i)
	}
	return out
}

func slice(a args) (starlark.Value, error) {
	all, err := items(a[0])
	if err != nil {
		return nil, err
	}
	var out []starlark.Value
	for _, i := range bounds(len(all), a[1:]) {
		out = append(out, all[i])
	}
	switch a[0].(type) {
	case starlark.Tuple:
		return starlark.Tuple(out), nil
	case starlark.String:
		s := ""
		for _, c := range out {
			s += text(c)
		}
		return starlark.String(s), nil
	}
	return starlark.NewList(out), nil
}

func setSlice(a args) (starlark.Value, error) {
	l := a[0].(*starlark.List)
	all := slices.Collect(starlark.Elements(l))
	with, err := items(a[4])
	if err != nil {
		return nil, err
	}
	picked := bounds(len(all), a[1:4])
	lo := 0
	if len(picked) > 0 {
		lo = picked[0]
	} else if a[1] != starlark.None {
		lo, _ = starlark.AsInt32(a[1])
	}
	all = slices.Replace(all, lo, lo+len(picked), with...)
	return starlark.None, errors.Join(l.Clear(), extend(l, all))
}

func extend(l *starlark.List, with []starlark.Value) error {
	for _, x := range with {
		if err := l.Append(x); err != nil {
			return err
		}
	}
	return nil
}

func attr(a args) (starlark.Value, error) {
	x, ok := a[0].(starlark.HasAttrs)
	if !ok {
		return nil, fmt.Errorf("AttributeError: %s", text(a[1]))
	}
	v, err := x.Attr(text(a[1]))
	if v == nil && err == nil {
		err = fmt.Errorf("AttributeError: %s", text(a[1]))
	}
	return v, err
}

func setAttr(a args) error { return a[0].(*object).SetField(text(a[1]), a[2]) }

func setIndex(a args) error {
	if d, ok := a[0].(*starlark.Dict); ok {
		return d.SetKey(a[1], a[2])
	}
	i, err := starlark.AsInt32(a[1])
	if err != nil {
		return err
	}
	l := a[0].(*starlark.List)
	if i < 0 {
		i += l.Len()
	}
	return l.SetIndex(i, a[2])
}

func delIndex(a args) (starlark.Value, error) {
	if d, ok := a[0].(*starlark.Dict); ok {
		_, found, err := d.Delete(a[1])
		if !found && err == nil {
			err = errors.New("KeyError")
		}
		return starlark.None, err
	}
	i, err := starlark.AsInt32(a[1])
	if err != nil {
		return nil, err
	}
	if i < 0 {
		i += a[0].(*starlark.List).Len()
	}
	return setSlice(args{a[0], starlark.MakeInt(i), starlark.MakeInt(i + 1), starlark.None, starlark.NewList(nil)})
}

func list(a args) (starlark.Value, error) {
	var out []starlark.Value
	for _, x := range a {
		part, err := items(x)
		if err != nil {
			return nil, err
		}
		out = append(out, part...)
	}
	return starlark.NewList(out), nil
}

func merge(a args, once bool) (starlark.Value, error) {
	out := starlark.NewDict(0)
	for _, x := range a {
		d, ok := x.(*starlark.Dict)
		if !ok {
			return nil, fmt.Errorf("TypeError: '%s' object is not a mapping", x.Type())
		}
		for _, e := range d.Items() {
			if _, found, _ := out.Get(e[0]); found && once {
				return nil, fmt.Errorf("TypeError: got multiple values for keyword argument %s", repr(e[0]))
			}
			if err := out.SetKey(e[0], e[1]); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

func unpack(a args) (starlark.Value, error) {
	all, err := items(a[0])
	if err != nil {
		return nil, err
	}
	n, _ := starlark.AsInt32(a[1])
	if len(a) == 2 {
		if len(all) != n {
			return nil, fmt.Errorf("ValueError: expected %d values, got %d", n, len(all))
		}
		return starlark.Tuple(all), nil
	}
	after, _ := starlark.AsInt32(a[2])
	if len(all) < n+after {
		return nil, fmt.Errorf("ValueError: expected at least %d values, got %d", n+after, len(all))
	}
	end := len(all) - after
	middle := starlark.NewList(slices.Clone(all[n:end]))
	return starlark.Tuple(slices.Concat(all[:n], []starlark.Value{middle}, all[end:])), nil
}

func pow(a args) (starlark.Value, error) {
	x, _ := starlark.AsFloat(a[0])
	y, _ := starlark.AsFloat(a[1])
	v := math.Pow(x, y)
	if _, ok := a[0].(starlark.Int); ok && y >= 0 {
		return starlark.MakeInt64(int64(v)), nil
	}
	return starlark.Float(v), nil
}

func mod(a args) (starlark.Value, error) {
	x, ok := a[0].(starlark.Int)
	y, ok2 := a[1].(starlark.Int)
	if !ok || !ok2 {
		return nil, errors.New("TypeError: %")
	}
	return x.Mod(y), nil
}

func set(a args) (starlark.Value, error) {
	s := starlark.NewSet(0)
	if len(a) == 0 {
		return s, nil
	}
	all, err := items(a[0])
	for _, x := range all {
		err = errors.Join(err, s.Insert(x))
	}
	return s, err
}

func pairs(a args) (starlark.Value, error) {
	d := starlark.NewDict(0)
	for x := range starlark.Elements(a[0].(*starlark.List)) {
		if err := d.SetKey(x.(starlark.Tuple)[0], x.(starlark.Tuple)[1]); err != nil {
			return nil, err
		}
	}
	return d, nil
}

func reprs(a args) []string {
	out := make([]string, len(a))
	for i, x := range a {
		out[i] = repr(x)
	}
	return out
}

// repr is Python's, for what the tests show.
func repr(v starlark.Value) string {
	join := func(vs []starlark.Value) string { return strings.Join(reprs(vs), ", ") }
	switch v := v.(type) {
	case starlark.String:
		if strings.Contains(string(v), "'") && !strings.Contains(string(v), `"`) {
			return `"` + string(v) + `"`
		}
		quoted := strconv.Quote(string(v))
		quoted = strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`)
		return "'" + strings.ReplaceAll(quoted, "'", `\'`) + "'"
	case starlark.Bytes:
		return "b" + repr(starlark.String(v))
	case *starlark.List:
		return "[" + join(slices.Collect(starlark.Elements(v))) + "]"
	case starlark.Tuple:
		if len(v) == 1 {
			return "(" + repr(v[0]) + ",)"
		}
		return "(" + join(v) + ")"
	case *starlark.Set:
		return "{" + join(slices.Collect(starlark.Elements(v))) + "}"
	case *starlark.Dict:
		var parts []string
		for _, e := range v.Items() {
			parts = append(parts, repr(e[0])+": "+repr(e[1]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case starlark.Float:
		return strings.Replace(v.String(), "+inf", "inf", 1)
	}
	return v.String()
}
