package builtin

import (
	"slices"
	"strings"

	"go.starlark.net/starlark"
)

// NamedTupleClass is typing.NamedTuple, for class statements to derive from.
var NamedTupleClass = &Class{name: "NamedTuple", base: TupleClass, derived: deriveTuple}

// tupleFields are the names of a named tuple's items.
type tupleFields struct {
	names    []string
	defaults []starlark.Value // of the last names
}

// deriveTuple makes a named tuple of the annotations in a class's body.
func deriveTuple(c *Class, _ *starlark.Dict) error {
	t := &tupleFields{}
	for _, n := range c.user.notes {
		v := member(c.user.members, n.name)
		if v == nil && len(t.defaults) > 0 {
			return Raise(TypeError, "Non-default namedtuple field %s cannot follow default field %s", n.name, t.names[len(t.names)-1])
		}
		t.names = append(t.names, n.name)
		if v != nil {
			t.defaults = append(t.defaults, v)
		}
	}
	return t.install(c)
}

// NewNamedTuple makes a class of tuples whose items have names: what
// collections.namedtuple does. The last of the names have the defaults. It
// belongs to the thread.
func NewNamedTuple(thread *starlark.Thread, name string, names []string, defaults []starlark.Value) (*Class, error) {
	for i, n := range names {
		switch {
		case !isName(n):
			return nil, Raise(ValueError, "Type names and field names must be valid identifiers: %s", quote(n))
		case strings.HasPrefix(n, "_"):
			return nil, Raise(ValueError, "Field names cannot start with an underscore: %s", quote(n))
		case slices.Contains(names[:i], n):
			return nil, Raise(ValueError, "Encountered duplicate field name: %s", quote(n))
		}
	}
	if len(defaults) > len(names) {
		return nil, Raise(TypeError, "Got more default values than field names")
	}
	n := &namespace{world: worldOf(thread), name: name, members: starlark.NewDict(4)}
	c, err := n.build([]*Class{TupleClass}, starlark.NewDict(0))
	if err != nil {
		return nil, err
	}
	return c, (&tupleFields{names, defaults}).install(c)
}

func isName(s string) bool {
	for i, r := range s {
		letter := r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r > 127
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}

// install gives a class its fields and methods.
func (t *tupleFields) install(c *Class) error {
	c.user.tuple = t
	names := make(starlark.Tuple, len(t.names))
	defaults := starlark.NewDict(len(t.defaults))
	for i, name := range t.names {
		names[i] = starlark.String(name)
		if v := t.absent(i); v != nil {
			if err := setKey(defaults, names[i], v); err != nil {
				return err
			}
		}
		if _, _, err := c.user.members.Delete(names[i]); err != nil {
			return Translate(err)
		}
	}
	for name, v := range map[string]starlark.Value{"_fields": names, "__match_args__": names, "_field_defaults": defaults} {
		if err := setKey(c.user.members, starlark.String(name), v); err != nil {
			return err
		}
	}
	if err := c.setNative("_asdict", func(_ *starlark.Thread, self starlark.Value, _ starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
		return t.dict(self)
	}); err != nil {
		return err
	}
	if err := c.setNative("_replace", t.replace); err != nil {
		return err
	}
	maker := &classMethod{wrapped{"classmethod", &nativeMethod{name: "_make", run: func(thread *starlark.Thread, class starlark.Value, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
		if len(args) != 1 {
			return nil, Raise(TypeError, "_make() takes 2 positional arguments but %d were given", len(args)+1)
		}
		items, err := Collect(args[0])
		if err != nil {
			return nil, err
		}
		if len(items) != len(t.names) {
			return nil, Raise(TypeError, "Expected %d arguments, got %d", len(t.names), len(items))
		}
		return starlark.Call(thread, class, items, nil)
	}}}}
	return setKey(c.user.members, starlark.String("_make"), maker)
}

// absent returns what an item is if it is not given; nil if it must be.
func (t *tupleFields) absent(i int) starlark.Value {
	if j := i - (len(t.names) - len(t.defaults)); j >= 0 {
		return t.defaults[j]
	}
	return nil
}

// make makes the tuple of an instance.
func (t *tupleFields) make(c *Class, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	params := make([]parameter, len(t.names))
	for i, name := range t.names {
		params[i] = parameter{name: name, optional: t.absent(i) != nil}
	}
	values, err := matchArguments(c.name+".__new__", params, args, kwargs)
	if err != nil {
		return nil, err
	}
	out := make(starlark.Tuple, len(t.names))
	for i, name := range t.names {
		if out[i] = values[name]; out[i] == nil {
			out[i] = t.absent(i)
		}
	}
	return out, nil
}

// get returns an item by its name; nil if there is none.
func (t *tupleFields) get(i *Instance, name string) starlark.Value {
	items, ok := i.payload.(starlark.Tuple)
	if n := slices.Index(t.names, name); ok && n >= 0 && n < len(items) {
		return items[n]
	}
	return nil
}

func (t *tupleFields) repr(i *Instance) string {
	items, _ := i.payload.(starlark.Tuple)
	parts := make([]string, len(t.names))
	for n, name := range t.names {
		parts[n] = name + "=" + Repr(items[n])
	}
	return i.class.name + "(" + strings.Join(parts, ", ") + ")"
}

func (t *tupleFields) dict(self starlark.Value) (*starlark.Dict, error) {
	d := starlark.NewDict(len(t.names))
	for _, name := range t.names {
		if err := setKey(d, starlark.String(name), t.get(self.(*Instance), name)); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// replace is the method _replace.
func (t *tupleFields) replace(thread *starlark.Thread, self starlark.Value, _ starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	d, err := t.dict(self)
	if err != nil {
		return nil, err
	}
	var unknown []starlark.Value
	for _, kw := range kwargs {
		if _, found, err := d.Get(kw[0]); err != nil || !found {
			unknown = append(unknown, kw[0])
		} else if err := d.SetKey(kw[0], kw[1]); err != nil {
			return nil, err
		}
	}
	if unknown != nil {
		return nil, Raise(ValueError, "Got unexpected field names: %s", Repr(starlark.NewList(unknown)))
	}
	return starlark.Call(thread, self.(*Instance).class, nil, pairsOf(d))
}

// TypedDictClass is typing.TypedDict: its classes make dicts.
var TypedDictClass = &Class{name: "TypedDict", base: ObjectClass, derived: func(c *Class, keywords *starlark.Dict) error {
	c.user.instead = DictClass
	_, _, err := keywords.Delete(starlark.String("total"))
	return err
}}

// The classes of modules abc and typing that add nothing but a meaning.
var (
	abcClass      = &Class{name: "ABC", base: ObjectClass}
	abcMeta       = &Class{name: "ABCMeta", base: TypeClass}
	protocolClass = &Class{name: "Protocol", base: ObjectClass}
)

// ABCClass returns abc.ABC, whose derived classes need every abstract method.
func ABCClass() *Class { return abcClass }

// ABCMetaClass returns abc.ABCMeta, the only metaclass that can be named.
func ABCMetaClass() *Class { return abcMeta }

// ProtocolClass returns typing.Protocol.
func ProtocolClass() *Class { return protocolClass }
