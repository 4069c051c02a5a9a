package builtin

import (
	"slices"
	"strings"

	"go.starlark.net/starlark"
)

// A userClass is what a class has that a file has made with a class statement,
// or a function such as namedtuple.
type userClass struct {
	world    *World
	qualname string
	bases    []*Class
	mro      []*Class       // in which attributes are looked for; the class itself is first
	members  *starlark.Dict // attributes
	notes    []note         // annotations of attributes
	payload  *Class         // str, dict, ...: instances hold such a value; nil if none
	abstract []string       // methods that are still to be defined
	enum     *enumeration   // nil if it is none
	data     *dataclass     // nil if it is none
	tuple    *tupleFields   // nil if it is no named tuple
	instead  starlark.Value // called instead of making an instance; may be nil
	frozen   bool
}

// A note is an annotated name in the body of a class.
type note struct{ name, text string }

// A namespace is what the body of a class binds its names in. When the class has
// been made it goes on to say which it is, for super() and __class__.
type namespace struct {
	world   *World
	name    string
	members *starlark.Dict
	notes   []note
	enum    *enumeration              // of an enum that is being made
	texts   bool                      // the enum's values are names
	outer   map[string]starlark.Value // what names mean before they are bound
	class   *Class
}

var (
	_ starlark.HasSetField = (*namespace)(nil)
	_ deleter              = (*namespace)(nil)
)

func (n *namespace) String() string      { return "<namespace of " + n.name + ">" }
func (*namespace) Type() string          { return "namespace" }
func (n *namespace) Freeze()             { n.members.Freeze() }
func (*namespace) Truth() starlark.Bool  { return true }
func (*namespace) Hash() (uint32, error) { return 0, Raise(TypeError, "unhashable type: 'namespace'") }
func (n *namespace) AttrNames() []string { return keyTexts(n.members) }

// Attr implements starlark.HasAttrs.
func (n *namespace) Attr(name string) (starlark.Value, error) {
	if name == classOfNamespace {
		if n.class == nil {
			return nil, Raise(RuntimeError, "super(): class %s is still being made", n.name)
		}
		return n.class, nil
	}
	if v := member(n.members, name); v != nil {
		return v, nil
	}
	if read := n.outer[name]; read != nil {
		return starlark.Call(n.world.thread, read, nil, nil)
	}
	return nil, undefined(name)
}

// classOfNamespace is the attribute that is the class.
const classOfNamespace = "$class"

// SetField implements starlark.HasSetField.
func (n *namespace) SetField(name string, v starlark.Value) error {
	if v == Unbound { // del
		return n.DelField(name)
	}
	if n.enum != nil {
		if err := n.enum.bind(n, name, &v); err != nil {
			return err
		}
	}
	return setKey(n.members, starlark.String(name), v)
}

// DelField implements deleter.
func (n *namespace) DelField(name string) error {
	_, found, err := n.members.Delete(starlark.String(name))
	if err == nil && !found {
		err = undefined(name)
	}
	return err
}

// member returns a value of a dict of attributes, or nil.
func member(d *starlark.Dict, name string) starlark.Value {
	if d == nil {
		return nil
	}
	v, found, err := d.Get(starlark.String(name))
	if !found || err != nil {
		return nil
	}
	return v
}

func keyTexts(d *starlark.Dict) []string {
	if d == nil {
		return nil
	}
	names := make([]string, 0, d.Len())
	for _, k := range d.Keys() {
		if s, ok := starlark.AsString(k); ok {
			names = append(names, s)
		}
	}
	return names
}

// A Base is a value of another package that can stand among the bases of a
// class: Generic[T], for instance, which adds nothing.
type Base interface {
	starlark.Value
	// BaseClass returns the class that it stands for.
	BaseClass() *Class
}

// makeClass is the helper syntax.MakeClass.
func makeClass(c *call) starlark.Value {
	name := c.text(0)
	bases, err := basesOf(c.items(1))
	if err != nil {
		return c.fail(err)
	}
	keywords, ok := c.args[2].(*starlark.Dict)
	if !ok || c.err != nil {
		return c.raise(TypeError, "keywords of a class must be a dict")
	}
	n := &namespace{world: worldOf(c.thread), name: name, members: starlark.NewDict(8)}
	if err := n.forEnum(bases); err != nil {
		return c.fail(err)
	}
	leave := n.world.Enter(c.thread)
	defer leave()
	if _, err := starlark.Call(c.thread, c.args[3], starlark.Tuple{n}, nil); err != nil {
		return c.fail(err)
	}
	class, err := n.build(bases, keywords)
	if err != nil {
		return c.fail(err)
	}
	n.class = class
	if err := class.finish(c.thread, bases, keywords); err != nil {
		return c.fail(err)
	}
	return class
}

// basesOf returns the classes that a class derives from.
func basesOf(values []starlark.Value) ([]*Class, error) {
	var bases []*Class
	for _, v := range values {
		class, ok := v.(*Class)
		if b, isBase := v.(Base); isBase {
			class, ok = b.BaseClass(), true
		}
		if !ok {
			return nil, Raise(TypeError, "bases must be classes, not %s", TypeName(v))
		}
		if slices.Contains(bases, class) {
			if class.plain() {
				continue
			}
			return nil, Raise(TypeError, "duplicate base class %s", class.name)
		}
		if err := class.canBeBase(); err != nil {
			return nil, err
		}
		bases = append(bases, class)
	}
	if len(bases) > 1 {
		bases = slices.DeleteFunc(bases, func(c *Class) bool { return c == ObjectClass })
	}
	if len(bases) == 0 {
		bases = []*Class{ObjectClass}
	}
	return bases, nil
}

// plain reports whether a class adds nothing to what derives from it.
func (c *Class) plain() bool {
	return c == ObjectClass || c.open || c == abcClass || c == protocolClass
}

// canBeBase refuses classes that nothing can derive from.
func (c *Class) canBeBase() error {
	switch {
	case c.user != nil, c.exception, c.plain(), c.derived != nil:
		return nil
	case c == TypeClass:
		return Raise(NotImplementedError, "metaclasses are not supported: %s cannot be a base", c.name)
	case c == BoolClass, c == RangeClass:
		return Raise(TypeError, "type '%s' is not an acceptable base type", c.name)
	case c.native != nil || c.unknown:
		return Raise(NotImplementedError, "a class cannot derive from %s here: keep a %s in an attribute", c.name, c.name)
	}
	for _, payload := range payloadClasses {
		if c == payload {
			return nil
		}
	}
	return Raise(TypeError, "type '%s' is not an acceptable base type", c.name)
}

// payloadClasses are classes of values that an instance can hold.
var payloadClasses = []*Class{IntClass, FloatClass, StrClass, BytesClass, ListClass, TupleClass, DictClass, SetClass, FrozenSetClass}

// build makes a class of what the body has bound.
func (n *namespace) build(bases []*Class, keywords *starlark.Dict) (*Class, error) {
	u := &userClass{world: n.world, qualname: n.name, bases: bases, members: n.members, notes: n.notes, enum: n.enum}
	class := &Class{name: n.name, base: bases[0], user: u}
	mro, err := linearize(class, bases)
	if err != nil {
		return nil, err
	}
	u.mro = mro
	if q, ok := starlark.AsString(or(member(u.members, "__qualname__"), starlark.None)); ok {
		u.qualname = q
		if _, _, err := u.members.Delete(starlark.String("__qualname__")); err != nil {
			return nil, err
		}
	}
	abc := false
	for _, base := range mro[1:] {
		class.exception = class.exception || base.exception
		abc = abc || base == abcClass || base == protocolClass
		if base.user == nil {
			if slices.Contains(payloadClasses, base) {
				if u.payload != nil && u.payload != base {
					return nil, Raise(TypeError, "multiple bases have instance lay-out conflict")
				}
				u.payload = base
			}
			continue
		}
		if base.user.payload != nil {
			u.payload = base.user.payload
		}
		if u.instead == nil {
			u.instead = base.user.instead
		}
		if u.tuple == nil {
			u.tuple = base.user.tuple
		}
	}
	if u.payload != nil && class.exception {
		return nil, Raise(TypeError, "multiple bases have instance lay-out conflict")
	}
	if abc, err = class.metaclass(keywords, abc); err != nil {
		return nil, err
	}
	if abc {
		u.abstract = class.abstractNames()
	}
	return class, n.checkMembers()
}

// metaclass takes the keyword metaclass, of which only one means something here.
func (c *Class) metaclass(keywords *starlark.Dict, abc bool) (bool, error) {
	meta, found, err := keywords.Delete(starlark.String("metaclass"))
	if err != nil || !found || meta == TypeClass {
		return abc, err
	}
	if meta != abcMeta {
		return false, Raise(NotImplementedError, "metaclass %s of class %s: metaclasses are not supported, but for ABCMeta; a class decorator can do most of what they do", nameOf(meta), c.name)
	}
	c.user.mro = slices.Insert(c.user.mro, len(c.user.mro)-1, abcClass)
	return true, nil
}

func nameOf(v starlark.Value) string {
	if c, ok := v.(starlark.Callable); ok {
		return c.Name()
	}
	return Repr(v)
}

// checkMembers refuses what attributes of a class cannot be here.
func (n *namespace) checkMembers() error {
	for _, item := range n.members.Items() {
		h, ok := item[1].(*Instance)
		if !ok {
			continue
		}
		for _, name := range []string{"__get__", "__set__"} {
			if v, _ := h.class.find(name); v != nil {
				return Raise(NotImplementedError, "%s.%s is a descriptor (its class %s has %s): descriptors are not supported, use a property", n.name, Str(item[0]), h.class.name, name)
			}
		}
	}
	return nil
}

// finish does what happens when a class has been made.
func (c *Class) finish(thread *starlark.Thread, bases []*Class, keywords *starlark.Dict) error {
	for _, base := range bases {
		if base.derived != nil {
			if err := base.derived(c, keywords); err != nil {
				return err
			}
		}
	}
	if c.user.enum != nil {
		return c.makeMembers(thread)
	}
	hook, owner := c.findAfter(c, "__init_subclass__")
	if owner == nil || owner.user == nil {
		if keywords.Len() > 0 {
			return Raise(TypeError, "%s.__init_subclass__() takes no keyword arguments", c.name)
		}
		return nil
	}
	if m, ok := hook.(*classMethod); ok {
		hook = m.function
	}
	_, err := starlark.Call(thread, hook, starlark.Tuple{c}, pairsOf(keywords))
	return err
}

// pairsOf returns a dict as the keyword arguments of a call.
func pairsOf(d *starlark.Dict) []starlark.Tuple {
	items := d.Items()
	out := make([]starlark.Tuple, len(items))
	copy(out, items)
	return out
}

func or(v, absent starlark.Value) starlark.Value {
	if v == nil {
		return absent
	}
	return v
}

// linearize returns the order in which a class and its bases are looked at, by
// the rule C3: a class comes before its bases, and bases keep their order.
func linearize(class *Class, bases []*Class) ([]*Class, error) {
	var lists [][]*Class
	for _, base := range bases {
		lists = append(lists, base.order())
	}
	lists = append(lists, slices.Clone(bases))
	out := []*Class{class}
	for {
		lists = slices.DeleteFunc(lists, func(l []*Class) bool { return len(l) == 0 })
		if len(lists) == 0 {
			return out, nil
		}
		next := candidate(lists)
		if next == nil {
			var names []string
			for _, l := range lists {
				if !slices.Contains(names, l[0].name) {
					names = append(names, l[0].name)
				}
			}
			return nil, Raise(TypeError, "Cannot create a consistent method resolution\norder (MRO) for bases %s", strings.Join(names, ", "))
		}
		out = append(out, next)
		for i, l := range lists {
			if l[0] == next {
				lists[i] = l[1:]
			}
		}
	}
}

// candidate returns the first class that no list wants later.
func candidate(lists [][]*Class) *Class {
	for _, l := range lists {
		if !slices.ContainsFunc(lists, func(other []*Class) bool { return slices.Contains(other[1:], l[0]) }) {
			return l[0]
		}
	}
	return nil
}

// order returns a class and all that it derives from, in the order in which
// attributes are looked for.
func (c *Class) order() []*Class {
	if c.user != nil {
		return slices.Clone(c.user.mro)
	}
	if c.mixed != nil {
		return slices.Clone(c.mixed)
	}
	var out []*Class
	for ; c != nil; c = c.base {
		out = append(out, c)
	}
	return out
}

// Freeze implements starlark.Value: the class is going to be shared.
func (c *Class) Freeze() {
	u := c.user
	if u == nil || u.frozen {
		return
	}
	u.frozen = true
	u.members.Freeze()
	for _, class := range u.mro[1:] {
		class.Freeze()
	}
	if u.enum != nil {
		for _, m := range u.enum.members {
			m.Freeze()
		}
	}
}

// MadeByFile reports whether a file has made the class.
func (c *Class) MadeByFile() bool { return c.user != nil }

// subscript is Class[key], which means something in annotations only.
func (c *Class) subscript(key starlark.Value) (starlark.Value, error) {
	if c.user == nil {
		return c, nil
	}
	if f, owner := c.find("__class_getitem__"); owner != nil && owner.user != nil {
		return callMethod(c, functionOf(f), c, key)
	}
	return c, nil
}

// annotate is the helper syntax.Annotate.
func annotate(c *call) starlark.Value {
	n, ok := c.args[0].(*namespace)
	if !ok {
		return c.raise(TypeError, "annotations need a class")
	}
	name := c.text(1)
	for i := range n.notes {
		if n.notes[i].name == name {
			n.notes[i].text = c.text(2)
			return nil
		}
	}
	n.notes = append(n.notes, note{name, c.text(2)})
	return nil
}

// classOuter is the helper syntax.ClassOuter.
func classOuter(c *call) starlark.Value {
	n, ok := c.args[0].(*namespace)
	if !ok {
		return c.raise(TypeError, "names of a class need a class")
	}
	if n.outer == nil {
		n.outer = map[string]starlark.Value{}
	}
	n.outer[c.text(1)] = c.args[2]
	return nil
}
