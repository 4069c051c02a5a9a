package builtin

import (
	"maps"
	"strings"
	"sync"

	"go.starlark.net/starlark"

	"cygnet/deploy/syntax"
)

// A table holds functions by their name.
type table map[string]*function

// tables is everything that this package offers by name. It is made once and
// never changed.
type tables struct {
	functions    table            // print, len, ...
	helpers      table            // $attr, $index, ...
	constructors table            // int, str, ...: by the class
	methods      map[string]table // by the class, then by the method
	static       map[string]table // dict.fromkeys and the like: need no instance
	slots        slotSet          // special methods of classes that others derive from
	names        starlark.StringDict
}

// shared is filled by the first use. It has no initial value because its
// functions look things up in it, which Go takes for a cycle.
var shared struct {
	once   sync.Once
	tables *tables
}

func all() *tables {
	shared.once.Do(func() { shared.tables = newTables() })
	return shared.tables
}

func newTables() *tables {
	t := &tables{
		functions:    table{},
		slots:        newSlots(),
		helpers:      helperFunctions(),
		constructors: constructors(),
		methods: map[string]table{
			"str": strMethods(), "bytes": bytesMethods(), "list": listMethods(), "tuple": tupleMethods(),
			"dict": dictMethods(), "set": setMethods(), "frozenset": frozenSetMethods(),
			"int": intMethods(), "bool": intMethods(), "float": floatMethods(), "range": tupleMethods(),
			"dict_keys": viewMethods(),
		},
		static: map[string]table{
			"dict":  {"fromkeys": newFunction("fromkeys", "iterable value? /", dictFromKeys)},
			"str":   {"maketrans": newFunction("maketrans", "x y? z? /", strMakeTrans)},
			"bytes": {"fromhex": newFunction("fromhex", "string /", bytesFromHex)},
		},
		names: starlark.StringDict{
			"NotImplemented": notImplemented, "Ellipsis": ellipsis, "__debug__": starlark.True,
			syntax.Unbound: Unbound, syntax.Ellipsis: ellipsis,
		},
	}
	for _, part := range []table{numberFunctions(), iterationFunctions(), objectFunctions(), textFunctions(), refusedFunctions()} {
		maps.Copy(t.functions, part)
	}
	for class, methods := range t.methods {
		for name, f := range methods {
			f.bind(name, class+"."+name)
		}
	}
	for _, part := range []table{t.functions, t.helpers} {
		for name, f := range part {
			f.bind(name, name)
			t.names[name] = f.value
		}
	}
	maps.Copy(t.names, operatorValues())
	maps.Copy(t.names, controlValues())
	for name, f := range t.constructors {
		f.bind(name, name)
	}
	for _, class := range Classes() {
		t.names[class.name] = class
	}
	t.names["IOError"], t.names["EnvironmentError"] = OSError, OSError
	return t
}

// Predeclared returns the predeclared values of a lowered program: every builtin
// name and every helper but those that import. The map is the caller's own; the
// values are shared and never change.
func Predeclared() starlark.StringDict { return maps.Clone(all().names) }

// Names reports whether a name that a file may spell is a builtin. It serves as
// the argument predeclared of syntax.Compile.
func Names(name string) bool {
	return !strings.HasPrefix(name, "$") && all().names.Has(name)
}
