package builtin

import (
	"reflect"
	"slices"

	"go.starlark.net/starlark"
)

// constructors are what the classes do when they are called.
func constructors() table {
	list := func(make func([]starlark.Value) (starlark.Value, error)) *function {
		return fn("iterable? /", func(c *call) starlark.Value {
			if !c.has(0) {
				return c.done(make(nil))
			}
			items := c.items(0)
			if c.err != nil {
				return nil
			}
			return c.done(make(items))
		})
	}
	return table{
		"object": fn("", func(*call) starlark.Value { return &object{} }),
		"type":   fn("object /", func(c *call) starlark.Value { return ClassOf(c.args[0]) }),
		"int":    fn("x? / base?", newInt),
		"bool":   fn("x? /", func(c *call) starlark.Value { return starlark.Bool(c.truth(0)) }),
		"float":  fn("x? /", newFloat),
		"str":    fn("object? encoding? errors?", newStr),
		"bytes":  fn("source? encoding? errors?", newBytes),
		"list":   list(func(items []starlark.Value) (starlark.Value, error) { return starlark.NewList(items), nil }),
		"tuple":  list(func(items []starlark.Value) (starlark.Value, error) { return starlark.Tuple(items), nil }),
		"dict":   fn("iterable? / **", newDict),
		"set":    list(func(items []starlark.Value) (starlark.Value, error) { return newSet(items) }),
		"frozenset": list(func(items []starlark.Value) (starlark.Value, error) {
			set, err := newSet(items)
			if err != nil {
				return nil, err
			}
			return freeze(set), nil
		}),
		"range":     fn("start stop? step? /", newRange),
		"enumerate": fn("iterable start?", newEnumerate),
		"zip":       fn("*args * strict?", newZip),
		"map":       fn("function *args", newMap),
		"filter":    fn("function iterable /", newFilter),
		"reversed":  fn("sequence /", newReversed),

		"property":     fn("fget? fset? fdel? doc?", newProperty),
		"classmethod":  fn("function /", func(c *call) starlark.Value { return &classMethod{wrapped{"classmethod", c.args[0]}} }),
		"staticmethod": fn("function /", func(c *call) starlark.Value { return &staticMethod{wrapped{"staticmethod", c.args[0]}} }),
		"super":        fn("type? object? /", newSuper),
	}
}

// newStr is str(object="") and str(bytes, encoding, errors).
func newStr(c *call) starlark.Value {
	switch {
	case c.has(1) || c.has(2):
		b, ok := c.args[0].(starlark.Bytes)
		if !ok && c.has(0) {
			if _, isText := c.args[0].(starlark.String); isText {
				return c.raise(TypeError, "decoding str is not supported")
			}
			return c.raise(TypeError, "decoding to str: need a bytes-like object, %s found", TypeName(c.args[0]))
		}
		set, handler := c.codec(1, 2)
		if c.err != nil {
			return nil
		}
		return c.done(decode(string(b), set, handler))
	case !c.has(0):
		return starlark.String("")
	}
	if err := printable(c.args[0]); err != nil {
		return c.fail(err)
	}
	return c.newText(Str(c.args[0]))
}

// printable raises ValueError for an int that is too long to be written.
func printable(v starlark.Value) error {
	if n, ok := v.(starlark.Int); ok {
		return roomForDigits(n.BigInt())
	}
	return nil
}

// newBytes is bytes(source, encoding, errors).
func newBytes(c *call) starlark.Value {
	switch v := c.or(0, starlark.Bytes("")).(type) {
	case starlark.String:
		if !c.has(1) {
			return c.raise(TypeError, "string argument without an encoding")
		}
		set, handler := c.codec(1, 2)
		if c.err != nil {
			return nil
		}
		return c.done(encode(string(v), set, handler))
	case starlark.Bytes:
		return v
	case starlark.Int:
		n := c.whole(0, 0)
		if n < 0 {
			return c.raise(ValueError, "negative count")
		}
		return starlark.Bytes(c.fill(n, "\x00"))
	default:
		if _, err := iterate(v); err != nil {
			return c.raise(TypeError, "cannot convert '%s' object to bytes", TypeName(v))
		}
	}
	items := c.items(0)
	out := make([]byte, len(items))
	for i, item := range items {
		n, err := index(item)
		if err != nil {
			return c.fail(err)
		}
		if n < 0 || n > 255 {
			return c.raise(ValueError, "bytes must be in range(0, 256)")
		}
		out[i] = byte(n)
	}
	return starlark.Bytes(out)
}

// objectFunctions are the functions about values of any kind.
func objectFunctions() table {
	return table{
		"callable": fn("obj /", func(c *call) starlark.Value {
			if i, ok := c.args[0].(*Instance); ok {
				return starlark.Bool(i.method("__call__") != nil)
			}
			_, ok := c.args[0].(starlark.Callable)
			return starlark.Bool(ok)
		}),
		"isinstance": fn("obj class_or_tuple /", func(c *call) starlark.Value {
			ok, err := isInstance(c.args[0], c.args[1])
			return c.done(starlark.Bool(ok), err)
		}),
		"issubclass": fn("cls class_or_tuple /", func(c *call) starlark.Value {
			class, ok := c.args[0].(*Class)
			if !ok {
				return c.raise(TypeError, "issubclass() arg 1 must be a class")
			}
			ok, err := matchClass(class, c.args[1], "issubclass() arg 2 must be a class, a tuple of classes, or a union")
			return c.done(starlark.Bool(ok), err)
		}),
		"getattr": fn("object name default? /", getAttrFunction),
		"hasattr": fn("object name /", func(c *call) starlark.Value {
			_, err := getAttr(c.args[0], c.attrName())
			if isAttributeError(err) {
				return starlark.False
			}
			return c.done(starlark.True, err)
		}),
		"setattr": fn("object name value /", func(c *call) starlark.Value {
			name := c.attrName()
			if c.err != nil {
				return nil
			}
			return c.done(nil, setAttr(c.args[0], name, c.args[2]))
		}),
		"delattr": fn("object name /", func(c *call) starlark.Value {
			name := c.attrName()
			if c.err != nil {
				return nil
			}
			return c.done(nil, delAttr(c.args[0], name))
		}),
		"dir": fn("object /", func(c *call) starlark.Value {
			return texts[starlark.String](attrNames(c.args[0]))
		}),
		"hash": fn("obj /", hash),
		"id":   fn("obj /", func(c *call) starlark.Value { return starlark.MakeUint64(uint64(identity(c.args[0]))) }),
	}
}

// attrName is the second argument, which names an attribute.
func (c *call) attrName() string {
	name, ok := c.args[1].(starlark.String)
	if !ok {
		c.raise(TypeError, "attribute name must be string, not '%s'", TypeName(c.args[1]))
	}
	return string(name)
}

func getAttrFunction(c *call) starlark.Value {
	v, err := getAttr(c.args[0], c.attrName())
	if c.has(2) && isAttributeError(err) {
		return c.args[2]
	}
	return c.done(v, err)
}

// hash is hash(obj). As in Python, that of an int is the int.
func hash(c *call) starlark.Value {
	if i, ok := c.args[0].(*Instance); ok {
		if m, owner := i.class.find("__hash__"); owner != nil && owner.user != nil && m != starlark.None {
			return c.done(callMethod(i.class, functionOf(m), i))
		}
	}
	if n, ok := asInt(c.args[0]); ok {
		if small, ok := n.Int64(); ok && small != -1 {
			return starlark.MakeInt64(small)
		}
	}
	h, err := c.args[0].Hash()
	return c.done(starlark.MakeInt(int(h)), Translate(err))
}

// identity returns a number that no other value has as long as this one is
// there. Equal numbers and texts share one.
func identity(v starlark.Value) uintptr {
	if r := reflect.ValueOf(v); slices.Contains([]reflect.Kind{reflect.Pointer, reflect.Slice}, r.Kind()) {
		return r.Pointer()
	}
	h, err := v.Hash()
	if err != nil {
		return 0
	}
	return uintptr(h)<<3 | 1 // pointers are even
}
