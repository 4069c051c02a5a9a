package builtin

import (
	"fmt"
	"slices"

	"go.starlark.net/starlark"
)

// An Instance is an instance of a class that a file has made, but for exceptions.
// It belongs to one session until it is frozen.
type Instance struct {
	class   *Class
	fields  *starlark.Dict // in the order in which they were set
	payload starlark.Value // of a class that derives from str, dict, ...
	member  *enumMember    // of an enum
	frozen  bool
}

var (
	_ starlark.Callable    = (*Instance)(nil)
	_ starlark.HasSetField = (*Instance)(nil)
	_ Classed              = (*Instance)(nil)
	_ deleter              = (*Instance)(nil)
	_ Texter               = (*Instance)(nil)
	_ Formatter            = (*Instance)(nil)
)

// A holder is an instance of a class that a file may have made: an Instance or an
// Exception.
type holder interface {
	Classed
	field(name string) starlark.Value // nil if absent
	setField(name string, v starlark.Value) error
	delField(name string) bool
	fieldDict() (*starlark.Dict, error)
}

func newInstance(class *Class) *Instance {
	return &Instance{class: class, fields: starlark.NewDict(4)}
}

// Plain returns the str, int, dict and so on that an instance of a class which
// derives from such a class holds; other values are returned as they are.
func Plain(v starlark.Value) starlark.Value {
	if i, ok := v.(*Instance); ok && i.payload != nil {
		return i.payload
	}
	return v
}

func (i *Instance) PyClass() *Class { return i.class }

// Type returns the name of the class. One that could be taken for a type of the
// interpreter's is changed, as that compares values of the same type only.
func (i *Instance) Type() string { return i.class.typeName() }

func (c *Class) typeName() string {
	switch c.name {
	case "string", "int", "float", "bool", "list", "dict", "set", "tuple", "bytes", "function", "range", "NoneType", "type", "frozenset":
		return "class:" + c.name
	}
	return c.name
}

// Freeze implements starlark.Value.
func (i *Instance) Freeze() {
	if i.frozen {
		return
	}
	i.frozen = true
	i.fields.Freeze()
	if i.payload != nil {
		i.payload.Freeze()
	}
	i.class.Freeze()
}

func (i *Instance) field(name string) starlark.Value { return member(i.fields, name) }

func (i *Instance) setField(name string, v starlark.Value) error {
	if i.frozen {
		return Raise(AttributeError, "this %s is shared and cannot be changed", i.class.name)
	}
	return setKey(i.fields, starlark.String(name), v)
}

func (i *Instance) delField(name string) bool {
	_, found, err := i.fields.Delete(starlark.String(name))
	return found && err == nil
}

func (i *Instance) fieldDict() (*starlark.Dict, error) { return i.fields, nil }

// ---- Attributes

// Attr implements starlark.HasAttrs.
func (i *Instance) Attr(name string) (starlark.Value, error) { return attrOf(i, name) }

// AttrNames implements starlark.HasAttrs.
func (i *Instance) AttrNames() []string { return namesOf(i, keyTexts(i.fields)) }

func namesOf(h holder, own []string) []string {
	names := append(own, h.PyClass().names()...)
	slices.Sort(names)
	return slices.Compact(names)
}

// SetField implements starlark.HasSetField.
func (i *Instance) SetField(name string, v starlark.Value) error { return setAttrOf(i, name, v) }

// DelField implements deleter.
func (i *Instance) DelField(name string) error { return delAttrOf(i, name) }

// attrOf is x.name for an instance of a class that a file has made.
func attrOf(h holder, name string) (starlark.Value, error) {
	v, err := ownAttr(h, name)
	if v != nil || err != nil && !isAttributeError(err) {
		return v, err
	}
	class := h.PyClass()
	if getter, _ := class.find("__getattr__"); getter != nil {
		return callMethod(class, functionOf(getter), h, starlark.String(name))
	}
	if err == nil {
		err = Raise(AttributeError, "'%s' object has no attribute '%s'%s", class.name, name, hint(name, namesOfHolder(h)))
	}
	return nil, err
}

func namesOfHolder(h holder) []string {
	if a, ok := h.(starlark.HasAttrs); ok {
		return a.AttrNames()
	}
	return nil
}

// ownAttr returns an attribute without asking __getattr__; nil if there is none.
func ownAttr(h holder, name string) (starlark.Value, error) {
	class := h.PyClass()
	if t := class.user.tuple; t != nil {
		if i, ok := h.(*Instance); ok {
			if v := t.get(i, name); v != nil {
				return v, nil
			}
		}
	}
	v, _ := class.find(name)
	if p, ok := v.(*Property); ok && (p.cached == "" || h.field(p.cached) == nil) {
		return p.get(h, class)
	}
	if own := h.field(name); own != nil {
		return own, nil
	}
	if v != nil {
		return bind(v, h, class)
	}
	switch name {
	case "__class__":
		return class, nil
	case "__dict__":
		return h.fieldDict()
	case "__doc__":
		return starlark.None, nil
	case "__annotations__":
		return class.user.annotations()
	}
	switch h := h.(type) {
	case *Exception:
		return h.builtinAttr(name)
	case *Instance:
		return h.memberAttr(name), nil
	}
	return nil, nil
}

// setAttrOf is x.name = value for such an instance.
func setAttrOf(h holder, name string, v starlark.Value) error {
	class := h.PyClass()
	if setter, owner := class.find("__setattr__"); owner != nil && owner.user != nil {
		_, err := callMethod(class, functionOf(setter), h, starlark.String(name), v)
		return err
	}
	return plainSetAttr(h, name, v)
}

// plainSetAttr is object.__setattr__.
func plainSetAttr(h holder, name string, v starlark.Value) error {
	class := h.PyClass()
	found, _ := class.find(name)
	if p, ok := found.(*Property); ok && p.cached == "" {
		if p.fset == nil {
			return Raise(AttributeError, "property '%s' of '%s' object has no setter", name, class.name)
		}
		_, err := callMethod(class, p.fset, h, v)
		return err
	}
	if d := dataOf(class); d != nil && d.Frozen {
		return raiseFrozen("cannot assign to field '%s'", name)
	}
	switch {
	case class.user.tuple != nil && slices.Contains(class.user.tuple.names, name):
		return Raise(AttributeError, "can't set attribute")
	case name == "__class__":
		return Raise(NotImplementedError, "__class__ cannot be assigned here: make a new object")
	case name == "__dict__":
		return Raise(NotImplementedError, "__dict__ cannot be assigned here: set the attributes one by one")
	}
	if i, ok := h.(*Instance); ok && i.member != nil && (name == "name" || name == "value") {
		return Raise(AttributeError, "<enum '%s'> cannot set attribute '%s'", class.name, name)
	}
	return h.setField(name, v)
}

// delAttrOf is del x.name for such an instance.
func delAttrOf(h holder, name string) error {
	class := h.PyClass()
	if deleter, owner := class.find("__delattr__"); owner != nil && owner.user != nil {
		_, err := callMethod(class, functionOf(deleter), h, starlark.String(name))
		return err
	}
	return plainDelAttr(h, name)
}

// plainDelAttr is object.__delattr__.
func plainDelAttr(h holder, name string) error {
	class := h.PyClass()
	found, _ := class.find(name)
	if p, ok := found.(*Property); ok && p.cached == "" {
		if p.fdel == nil {
			return Raise(AttributeError, "property '%s' of '%s' object has no deleter", name, class.name)
		}
		_, err := callMethod(class, p.fdel, h)
		return err
	}
	if d := dataOf(class); d != nil && d.Frozen {
		return raiseFrozen("cannot delete field '%s'", name)
	}
	if !h.delField(name) {
		return Raise(AttributeError, "'%s' object has no attribute '%s'", class.name, name)
	}
	return nil
}

// ---- Special methods

// method returns a special method that a file has defined for the instance's
// class, bound; nil if there is none. __hash__ = None counts as one.
func (i *Instance) method(name string) starlark.Value {
	v, owner := i.class.find(name)
	if owner == nil || owner.user == nil {
		return nil
	}
	bound, err := bind(v, i, i.class)
	if err != nil {
		return nil
	}
	return bound
}

// ask calls a special method without arguments where no error can be returned;
// ok is false if there is none, or if it failed.
func (i *Instance) ask(name string) (v starlark.Value, ok bool) {
	m := i.method(name)
	if m == nil {
		return nil, false
	}
	v, err := i.class.user.callFrom(m)
	if err != nil {
		i.class.user.lost(err)
		return nil, false
	}
	return v, true
}

// Name implements starlark.Callable.
func (i *Instance) Name() string { return i.class.name }

// CallInternal implements starlark.Callable.
func (i *Instance) CallInternal(thread *starlark.Thread, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	m := i.method("__call__")
	if m == nil {
		return nil, Raise(TypeError, "'%s' object is not callable", i.class.name)
	}
	return starlark.Call(thread, m, args, kwargs)
}

// String implements starlark.Value: the repr.
func (i *Instance) String() string {
	if i.method("__repr__") != nil {
		return i.text("__repr__")
	}
	switch {
	case i.member != nil:
		return i.memberRepr()
	case i.class.user.tuple != nil:
		return i.class.user.tuple.repr(i)
	case i.payload != nil:
		return Repr(i.payload)
	}
	return fmt.Sprintf("<%s.%s object at %p>", i.class.module(), i.class.user.qualname, i)
}

// module is the module of the class.
func (c *Class) module() string {
	v, _ := c.find("__module__")
	if s, ok := v.(starlark.String); ok {
		return string(s)
	}
	return "__main__"
}

// text calls a method that must return a str.
func (i *Instance) text(name string) string {
	v, ok := i.ask(name)
	if !ok {
		return "<" + i.class.name + " object>"
	}
	s, isText := Plain(v).(starlark.String)
	if !isText {
		i.class.user.lost(Raise(TypeError, "%s returned non-string (type %s)", name, TypeName(v)))
		return "<" + i.class.name + " object>"
	}
	return string(s)
}

// Str implements [Texter].
func (i *Instance) Str() string {
	v, owner := i.class.find("__str__")
	switch {
	case v != nil && owner.user != nil:
		return i.text("__str__")
	case i.member != nil:
		return i.memberStr()
	case i.payload != nil && i.method("__repr__") == nil && i.class.user.tuple == nil:
		return Str(i.payload)
	}
	return i.String()
}

// Format implements [Formatter].
func (i *Instance) Format(spec string) (string, error) {
	if m := i.method("__format__"); m != nil {
		v, err := i.class.user.callFrom(m, starlark.String(spec))
		if err != nil {
			return "", err
		}
		s, ok := v.(starlark.String)
		if !ok {
			return "", Raise(TypeError, "__format__ must return a str, not %s", TypeName(v))
		}
		return string(s), nil
	}
	if i.member != nil && i.payload != nil && !i.class.user.enum.plainText {
		return Format(starlark.String(i.Str()), spec)
	}
	if i.member != nil && i.payload == nil {
		return Format(starlark.String(i.Str()), spec)
	}
	if spec == "" {
		return i.Str(), nil
	}
	if i.payload != nil {
		return Format(i.payload, spec)
	}
	return "", Raise(TypeError, "unsupported format string passed to %s.__format__", i.class.name)
}

// Truth implements starlark.Value.
func (i *Instance) Truth() starlark.Bool {
	if i.method("__bool__") != nil {
		v, ok := i.ask("__bool__")
		b, isBool := v.(starlark.Bool)
		if ok && !isBool {
			i.class.user.lost(Raise(TypeError, "__bool__ should return bool, returned %s", TypeName(v)))
		}
		return b
	}
	if i.method("__len__") != nil {
		n, err := i.length()
		i.class.user.lost(err)
		return n > 0
	}
	if i.member != nil && i.payload == nil {
		return starlark.Bool(!i.class.user.enum.flag) || i.member.value.Truth()
	}
	if i.payload != nil {
		return i.payload.Truth()
	}
	return true
}

// length is len(x).
func (i *Instance) length() (int, error) {
	m := i.method("__len__")
	if m == nil {
		if i.payload != nil {
			return length(i.payload)
		}
		return 0, Raise(TypeError, "object of type '%s' has no len()", i.class.name)
	}
	v, err := i.class.user.callFrom(m)
	if err != nil {
		return 0, err
	}
	n, err := index(v)
	if err == nil && n < 0 {
		err = Raise(ValueError, "__len__() should return >= 0")
	}
	return n, err
}

// Hash implements starlark.Value.
func (i *Instance) Hash() (uint32, error) {
	m, owner := i.class.find("__hash__")
	_, eqOwner := i.class.find("__eq__")
	user := func(c *Class) bool { return c != nil && c.user != nil }
	switch {
	case user(owner) && (!user(eqOwner) || slices.Index(i.class.order(), owner) <= slices.Index(i.class.order(), eqOwner)):
		if m == starlark.None {
			return 0, i.unhashable()
		}
		v, err := callMethod(i.class, functionOf(m), i)
		if err != nil {
			return 0, err
		}
		if _, ok := asInt(v); !ok {
			return 0, Raise(TypeError, "__hash__ method should return an integer")
		}
		return v.Hash()
	case user(eqOwner):
		return 0, i.unhashable()
	case i.payload != nil:
		h, err := i.payload.Hash()
		return h, Translate(err)
	}
	return uint32(identity(i) >> 4), nil
}

func (i *Instance) unhashable() error { return Raise(TypeError, "unhashable type: '%s'", i.class.name) }

// iterate returns how to walk over an instance.
func (i *Instance) iterate() (func() (starlark.Value, error), error) {
	if m := i.method("__iter__"); m != nil {
		v, err := i.class.user.callFrom(m)
		if err != nil {
			return nil, err
		}
		if it, ok := v.(*Instance); ok {
			return it.nexts()
		}
		if _, isList := v.(*starlark.List); isList {
			return nil, Raise(TypeError, "iter() returned non-iterator of type 'list'")
		}
		return iterate(v)
	}
	if i.member != nil && i.class.user.enum.flag {
		return byIndex2(i.flags()), nil
	}
	if i.payload != nil {
		return iterate(i.payload)
	}
	getter := i.method("__getitem__")
	if getter == nil {
		return nil, Raise(TypeError, "'%s' object is not iterable", i.class.name)
	}
	n := -1
	return func() (starlark.Value, error) {
		n++
		v, err := i.class.user.callFrom(getter, starlark.MakeInt(n))
		if isRaised(err, IndexError) || isRaised(err, StopIteration) {
			return nil, nil
		}
		return v, err
	}, nil
}

// byIndex2 gives the items of a slice.
func byIndex2(items []starlark.Value) func() (starlark.Value, error) {
	return byIndex(func() int { return len(items) }, func(i int) starlark.Value { return items[i] })
}

// nexts returns a function that calls __next__ until it raises StopIteration.
func (i *Instance) nexts() (func() (starlark.Value, error), error) {
	m := i.method("__next__")
	if m == nil {
		return nil, Raise(TypeError, "iter() returned non-iterator of type '%s'", i.class.name)
	}
	return func() (starlark.Value, error) {
		v, err := i.class.user.callFrom(m)
		if isRaised(err, StopIteration) {
			return nil, nil
		}
		return v, err
	}, nil
}

// isRaised reports whether an error is an exception of a class.
func isRaised(err error, class *Class) bool {
	if err == nil {
		return false
	}
	e, ok := Translate(err).(*Exception)
	return ok && e.IsA(class)
}

// item is x[key].
func (i *Instance) item(key starlark.Value) (starlark.Value, error) {
	if m := i.method("__getitem__"); m != nil {
		return i.class.user.callFrom(m, key)
	}
	if i.payload == nil {
		return nil, Raise(TypeError, "'%s' object is not subscriptable", i.class.name)
	}
	v, err := getItem(i.payload, key)
	if m := i.method("__missing__"); m != nil && isRaised(err, KeyError) {
		return i.class.user.callFrom(m, key)
	}
	return v, err
}

// setItem is x[key] = v.
func (i *Instance) setItem(key, v starlark.Value) error {
	if m := i.method("__setitem__"); m != nil {
		_, err := i.class.user.callFrom(m, key, v)
		return err
	}
	if i.payload == nil {
		return Raise(TypeError, "'%s' object does not support item assignment", i.class.name)
	}
	return setItem(i.payload, key, v)
}

// delItem is del x[key]; ok is false if the payload is to be asked.
func (i *Instance) delItem(key starlark.Value) (ok bool, err error) {
	if m := i.method("__delitem__"); m != nil {
		_, err := i.class.user.callFrom(m, key)
		return true, err
	}
	if i.payload == nil {
		return true, Raise(TypeError, "'%s' object does not support item deletion", i.class.name)
	}
	return false, nil
}

// keyIn returns the key of a dict that a key is equal to, where the interpreter
// does not see it: a member of a StrEnum and its text are the same key, and so
// are True and 1.
func keyIn(d *starlark.Dict, key starlark.Value) starlark.Value {
	if _, found, err := d.Get(key); found || err != nil {
		return key
	}
	switch k := key.(type) {
	case starlark.Bool:
		return boolAsInt(k)
	case *Instance:
		if k.payload != nil && k.method("__eq__") == nil {
			return k.payload
		}
	case starlark.String, starlark.Int:
		for other := range d.Entries() {
			if i, ok := other.(*Instance); ok && i.payload != nil && i.method("__eq__") == nil {
				if same, err := equal(i.payload, key); same && err == nil {
					return other
				}
			}
		}
	}
	return key
}
