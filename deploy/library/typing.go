package library

import (
	"maps"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	"cygnet/deploy/builtin"
)

// Annotations are dropped when a file is read. What is left of typing are names
// in imports and in aliases such as `Packages = list[str] | None`.

var (
	typingNames = []string{
		"AbstractSet", "Annotated", "Any", "AnyStr", "AsyncGenerator", "AsyncIterable", "AsyncIterator", "Awaitable",
		"BinaryIO", "ByteString", "Callable", "ClassVar", "Collection", "Concatenate", "Container", "Coroutine",
		"DefaultDict", "Deque", "Dict", "Final", "FrozenSet", "Generator", "Hashable", "IO", "ItemsView", "Iterable",
		"Iterator", "KeysView", "List", "Literal", "LiteralString", "Mapping", "MappingView", "MutableMapping",
		"MutableSequence", "MutableSet", "Never", "NoReturn", "NotRequired", "Optional", "OrderedDict", "Pattern",
		"Required", "Reversible", "Self", "Sequence", "Set", "Sized", "SupportsFloat", "SupportsInt", "Text", "TextIO",
		"Tuple", "Type", "TypeAlias", "TypeGuard", "Union", "Unpack", "ValuesView",
	}
	abcNames = []string{
		"AsyncGenerator", "AsyncIterable", "AsyncIterator", "Awaitable", "Callable", "Collection", "Container",
		"Coroutine", "Generator", "Hashable", "ItemsView", "Iterable", "Iterator", "KeysView", "Mapping",
		"MappingView", "MutableMapping", "MutableSequence", "MutableSet", "Reversible", "Sequence", "Set", "Sized",
		"ValuesView",
	}
)

func hints(module string, names []string) map[string]func(*Session) starlark.Value {
	values := map[string]func(*Session) starlark.Value{}
	for _, name := range names {
		values[name] = constant(hint(module + "." + name))
	}
	return values
}

func typingModule() *definition {
	values := hints("typing", typingNames)
	values["TYPE_CHECKING"] = constant(starlark.False)
	values["cast"] = constant(starlark.NewBuiltin("cast", typingCast))
	values["TypeVar"] = constant(starlark.NewBuiltin("TypeVar", typingVar))
	maps.Copy(values, typingClasses())
	return &definition{name: "typing", values: values, what: "name", later: map[string]string{
		"get_type_hints": "annotations are not kept", "get_args": "annotations are not kept", "get_origin": "annotations are not kept",
		"overload": "leave the overloads out",
	}}
}

func collectionsModule() *definition {
	return &definition{name: "collections", what: "name",
		values: map[string]func(*Session) starlark.Value{
			"abc":        submodule("collections.abc"),
			"namedtuple": constant(starlark.NewBuiltin("namedtuple", namedTuple)),
		},
		later: map[string]string{
			"OrderedDict": "a dict keeps its order", "defaultdict": "use dict.setdefault",
			"Counter": "", "deque": "use a list", "ChainMap": "",
		}}
}

func collectionsABCModule() *definition {
	return &definition{name: "collections.abc", values: hints("collections.abc", abcNames), what: "name"}
}

// futureModule is here for `import __future__`; imports from it mean nothing.
func futureModule() *definition {
	return &definition{name: "__future__", what: "name", values: map[string]func(*Session) starlark.Value{
		"annotations": constant(hint("__future__.annotations")),
	}}
}

func typingCast(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var typ, val starlark.Value
	if err := unpack(b, args, kwargs, "typ", &typ, "val", &val); err != nil {
		return nil, err
	}
	return val, nil
}

func typingVar(_ *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
	if len(args) == 0 {
		return nil, builtin.Raise(builtin.TypeError, "TypeVar() missing required argument 'name'")
	}
	name, ok := starlark.AsString(args[0])
	if !ok {
		return nil, builtin.Raise(builtin.TypeError, "TypeVar() argument 'name' must be str, not %s", builtin.TypeName(args[0]))
	}
	return hint(name), nil
}

// A hint is a name of a type hint. It can be subscripted and joined with `|`,
// which makes other hints, and has no further meaning.
type hint string

var (
	_ starlark.Mapping   = hint("")
	_ starlark.HasBinary = hint("")
)

func (h hint) String() string        { return string(h) }
func (hint) Type() string            { return "type" }
func (hint) Freeze()                 {}
func (hint) Truth() starlark.Bool    { return true }
func (h hint) Hash() (uint32, error) { return starlark.String(h).Hash() }

// Get implements subscription.
func (h hint) Get(starlark.Value) (starlark.Value, bool, error) { return h, true, nil }

// Binary implements `|`.
func (h hint) Binary(op syntax.Token, _ starlark.Value, _ starlark.Side) (starlark.Value, error) {
	if op == syntax.PIPE {
		return h, nil
	}
	return nil, nil
}
