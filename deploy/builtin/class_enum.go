package builtin

import (
	"math/bits"
	"slices"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// The classes of module enum.
var (
	EnumClass    = &Class{name: "Enum", base: ObjectClass, derived: anyBase}
	FlagClass    = &Class{name: "Flag", base: EnumClass, derived: anyBase}
	IntEnumClass = mixedClass("IntEnum", IntClass, EnumClass)
	StrEnumClass = mixedClass("StrEnum", StrClass, EnumClass)
	IntFlagClass = mixedClass("IntFlag", IntClass, FlagClass, EnumClass)
	// AutoClass makes values that an enum chooses.
	AutoClass = NewClass("auto", nil, Native{Module: "enum", New: func(*starlark.Thread, starlark.Tuple, []starlark.Tuple) (starlark.Value, error) {
		return &autoValue{}, nil
	}})
)

// anyBase is for classes that others may derive from and that ask for nothing.
func anyBase(*Class, *starlark.Dict) error { return nil }

// mixedClass makes a class with several bases.
func mixedClass(name string, bases ...*Class) *Class {
	c := &Class{name: name, base: bases[0], derived: anyBase}
	c.mixed = append(append([]*Class{c}, bases...), ObjectClass)
	return c
}

// An autoValue stands for a value that the enum chooses.
type autoValue struct{ object }

// An enumeration is what an enum has besides other classes.
type enumeration struct {
	flag      bool
	plainText bool // str() of a member is that of its value
	pending   []enumItem
	members   []*Instance // in order, without aliases
	byName    *starlark.Dict
}

type enumItem struct {
	name  string
	value starlark.Value
}

// An enumMember is what a member of an enum has besides other instances.
type enumMember struct {
	name  string // of a combination of flags, "A|B"; "" for no flag
	value starlark.Value
}

// forEnum prepares the namespace of an enum.
func (n *namespace) forEnum(bases []*Class) error {
	for _, base := range bases {
		if !base.derives(EnumClass) {
			continue
		}
		if n.enum == nil {
			n.enum = &enumeration{byName: starlark.NewDict(8)}
		}
		n.enum.flag = n.enum.flag || base.derives(FlagClass)
		n.enum.plainText = n.enum.plainText || base.derives(IntEnumClass) || base.derives(StrEnumClass) || base.derives(IntFlagClass)
		n.texts = n.texts || base.derives(StrEnumClass)
		if base.user != nil && len(base.user.enum.members) > 0 {
			return Raise(TypeError, "<enum '%s'> cannot extend <enum '%s'>", n.name, base.name)
		}
	}
	return nil
}

// bind notes a name that the body of an enum binds, and chooses its value if it
// is to.
func (e *enumeration) bind(n *namespace, name string, v *starlark.Value) error {
	if strings.HasPrefix(name, "_") && strings.HasSuffix(name, "_") {
		if name == "__new__" {
			return Raise(NotImplementedError, "enum %s has a __new__, which is not supported: give its members an __init__", n.name)
		}
		if !strings.HasPrefix(name, "__") && !slices.Contains([]string{"_order_", "_generate_next_value_", "_missing_", "_ignore_"}, name) {
			return Raise(ValueError, "_sunder_ names, such as '%s', are reserved for future Enum use", name)
		}
		return nil
	}
	switch (*v).(type) {
	case *starlark.Function, *classMethod, *staticMethod, *abstractMethod, *Property, *Class, Binder:
		return nil
	case *autoValue:
		next, err := e.next(n, name)
		if err != nil {
			return err
		}
		*v = next
	}
	for _, item := range e.pending {
		if item.name == name {
			return Raise(TypeError, "'%s' already defined as %s", name, Repr(item.value))
		}
	}
	e.pending = append(e.pending, enumItem{name, *v})
	return nil
}

// next chooses a value.
func (e *enumeration) next(n *namespace, name string) (starlark.Value, error) {
	if f := functionOf(or(member(n.members, "_generate_next_value_"), starlark.None)); f != nil {
		var last []starlark.Value
		for _, item := range e.pending {
			last = append(last, item.value)
		}
		return starlark.Call(n.world.thread, f, starlark.Tuple{starlark.String(name), starlark.MakeInt(1), starlark.MakeInt(len(last)), starlark.NewList(last)}, nil)
	}
	if n.texts {
		return starlark.String(strings.ToLower(name)), nil
	}
	highest, last := uint64(0), starlark.MakeInt(0)
	for _, item := range e.pending {
		if i, ok := asInt(item.value); ok {
			last = i
			if u, ok := i.Uint64(); ok {
				highest = max(highest, u)
			}
		}
	}
	if e.flag {
		return starlark.MakeUint64(1 << bits.Len64(highest)), nil
	}
	return last.Add(starlark.MakeInt(1)), nil
}

// makeMembers makes the members of an enum when its class has been made.
func (c *Class) makeMembers(thread *starlark.Thread) error {
	u := c.user
	for _, item := range u.enum.pending {
		m, err := c.newMember(thread, item)
		if err != nil {
			return err
		}
		if same := u.enum.withValue(m.member.value); same != nil {
			m = same // an alias
		} else {
			u.enum.members = append(u.enum.members, m)
		}
		if err := setKey(u.enum.byName, starlark.String(item.name), m); err != nil {
			return err
		}
		if err := setKey(u.members, starlark.String(item.name), m); err != nil {
			return err
		}
	}
	u.enum.pending = nil
	return nil
}

func (c *Class) newMember(thread *starlark.Thread, item enumItem) (*Instance, error) {
	m := newInstance(c)
	m.member = &enumMember{name: item.name, value: item.value}
	args, ok := item.value.(starlark.Tuple)
	if !ok {
		args = starlark.Tuple{item.value}
	}
	if payload := c.user.payload; payload != nil {
		if _, isText := item.value.(starlark.String); !isText && c.derives(StrEnumClass) {
			return nil, Raise(TypeError, "%s is not a string", Repr(item.value))
		}
		v, err := payload.CallInternal(thread, args, nil)
		if err != nil {
			return nil, err
		}
		m.payload, m.member.value = v, v
	}
	init, owner := c.find("__init__")
	if owner == nil || owner.user == nil {
		return m, nil
	}
	_, err := starlark.Call(thread, functionOf(init), append(starlark.Tuple{m}, args...), nil)
	if v := m.field("_value_"); v != nil {
		m.member.value = v
	}
	return m, err
}

// withValue returns the member that has a value, or nil.
func (e *enumeration) withValue(v starlark.Value) *Instance {
	for _, m := range e.members {
		if same, err := equal(Plain(m.member.value), Plain(v)); same && err == nil {
			return m
		}
	}
	return nil
}

func (e *enumeration) named(name string) *Instance {
	m, _ := member(e.byName, name).(*Instance)
	return m
}

// lookup is the call of an enum: Color(1).
func (e *enumeration) lookup(c *Class, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if len(args) != 1 || len(kwargs) > 0 || len(e.members) == 0 {
		return nil, Raise(NotImplementedError, "%s() takes the value of a member here: make an enum with a class statement", c.name)
	}
	if m, ok := args[0].(*Instance); ok && m.class == c {
		return m, nil
	}
	if m := e.withValue(args[0]); m != nil {
		return m, nil
	}
	if n, ok := asInt(args[0]); ok && e.flag {
		return e.combination(c, n)
	}
	if missing, owner := c.find("_missing_"); owner != nil && owner.user != nil {
		v, err := callMethod(c, functionOf(missing), c, args[0])
		if err != nil || v != starlark.None {
			return v, err
		}
	}
	return nil, Raise(ValueError, "%s is not a valid %s", Repr(args[0]), c.user.qualname)
}

// attr returns an attribute that only enums have; nil if there is none.
func (e *enumeration) attr(c *Class, name string) starlark.Value {
	if name != "__members__" {
		return nil
	}
	d, err := copyDict(e.byName)
	if err != nil {
		return nil
	}
	return d
}

// all are the members that iteration gives: of flags, those of one bit.
func (e *enumeration) all() []starlark.Value {
	out := []starlark.Value{}
	for _, m := range e.members {
		n, ok := m.bits()
		if !e.flag || ok && bits.OnesCount64(n) == 1 {
			out = append(out, m)
		}
	}
	return out
}

// enumOf returns a value as an enum; nil if it is none.
func enumOf(v starlark.Value) *enumeration {
	if c, ok := v.(*Class); ok && c.user != nil {
		return c.user.enum
	}
	return nil
}

// item is Color["RED"].
func (e *enumeration) item(key starlark.Value) (starlark.Value, error) {
	if s, ok := Plain(key).(starlark.String); ok {
		if m := e.named(string(s)); m != nil {
			return m, nil
		}
	}
	return nil, newException(KeyError, key)
}

// enumHas is x in Color.
func enumHas(c *Class, x starlark.Value) (bool, error) {
	if m, ok := x.(*Instance); ok {
		return m.class == c, nil
	}
	if c.user.payload == nil && !c.user.enum.flag {
		return false, Raise(TypeError, "unsupported operand type(s) for 'in': '%s' and 'EnumType'", TypeName(x))
	}
	return c.user.enum.withValue(x) != nil, nil
}

func (i *Instance) memberRepr() string {
	name := i.class.name
	if i.member.name != "" {
		name += "." + i.member.name
	}
	return "<" + name + ": " + Repr(Plain(i.member.value)) + ">"
}

func (i *Instance) memberStr() string {
	switch {
	case i.class.user.enum.plainText:
		return Str(i.payload)
	case i.member.name == "":
		return i.class.name + "(" + Repr(i.member.value) + ")"
	}
	return i.class.name + "." + i.member.name
}

// ---- Flags

// bits returns the value of a flag.
func (i *Instance) bits() (uint64, bool) {
	n, ok := asInt(Plain(i.member.value))
	if !ok {
		return 0, false
	}
	return n.Uint64()
}

// mask are all bits that an enum has flags for.
func (e *enumeration) mask() uint64 {
	var all uint64
	for _, m := range e.members {
		n, _ := m.bits()
		all |= n
	}
	return all
}

// combination returns the flags of a value.
func (e *enumeration) combination(c *Class, v starlark.Int) (starlark.Value, error) {
	n, ok := v.Uint64()
	if !ok || n&^e.mask() != 0 {
		return nil, Raise(ValueError, "%s is not a valid %s", v, c.user.qualname)
	}
	if m := e.withValue(v); m != nil {
		return m, nil
	}
	var names []string
	for _, m := range e.all() {
		if bit, _ := m.(*Instance).bits(); n&bit != 0 {
			names = append(names, m.(*Instance).member.name)
		}
	}
	m := newInstance(c)
	m.member = &enumMember{name: strings.Join(names, "|"), value: v}
	if c.user.payload != nil {
		m.payload = v
	}
	e.members = append(e.members, m) // so that it is always the same one
	return m, nil
}

// combine is an operator of two flags.
func (i *Instance) combine(op starlarkToken, y starlark.Value) (starlark.Value, error) {
	a, _ := i.bits()
	other, ok := y.(*Instance)
	var b uint64
	switch {
	case ok && other.class == i.class:
		b, _ = other.bits()
	case i.payload != nil:
		n, isInt := asInt(y)
		if !isInt {
			return nil, nil
		}
		b, _ = n.Uint64()
	default:
		return nil, nil
	}
	switch op {
	case syntax.PIPE:
		a |= b
	case syntax.AMP:
		a &= b
	case syntax.CIRCUMFLEX:
		a ^= b
	default:
		return nil, nil
	}
	return i.class.user.enum.combination(i.class, starlark.MakeUint64(a))
}

// invert is ~flag.
func (i *Instance) invert() (starlark.Value, error) {
	n, _ := i.bits()
	return i.class.user.enum.combination(i.class, starlark.MakeUint64(i.class.user.enum.mask()&^n))
}

// hasFlag is x in flag.
func (i *Instance) hasFlag(x starlark.Value) (bool, error) {
	other, ok := x.(*Instance)
	if !ok || other.class != i.class {
		return false, Raise(TypeError, "unsupported operand type(s) for 'in': '%s' and '%s'", TypeName(x), i.class.name)
	}
	a, _ := i.bits()
	b, _ := other.bits()
	return a&b == b, nil
}

// flags are the flags of which a value is made.
func (i *Instance) flags() []starlark.Value {
	n, _ := i.bits()
	var out []starlark.Value
	for _, m := range i.class.user.enum.all() {
		if bit, _ := m.(*Instance).bits(); n&bit != 0 {
			out = append(out, m)
		}
	}
	return out
}

// memberAttr returns an attribute that only members of an enum have; nil if there
// is none.
func (i *Instance) memberAttr(name string) starlark.Value {
	if i.member == nil {
		return nil
	}
	switch name {
	case "name", "_name_":
		if i.member.name == "" {
			return starlark.None
		}
		return starlark.String(i.member.name)
	case "value", "_value_":
		return i.member.value
	}
	return nil
}

// Aliases returns the names of an enum that stand for members with another name,
// as "ALIAS -> NAME".
func (c *Class) Aliases() []string {
	e := enumOf(c)
	if e == nil {
		return nil
	}
	var out []string
	for _, name := range keyTexts(e.byName) {
		if m := e.named(name); m != nil && m.member.name != name {
			out = append(out, name+" -> "+m.member.name)
		}
	}
	return out
}
