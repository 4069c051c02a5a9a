package library

import (
	"fmt"
	"math/big"
	"time"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
	"cygnet/fact"
	"cygnet/op"
)

// maxDepth is how deep containers may be nested in what is converted; more of
// them is a list that holds itself.
const maxDepth = 100

// FromGo returns a plain Go value as a deploy sees it: what [fact.Plain] returns,
// []byte, *big.Int, and values that came from a deploy. Containers are new.
func FromGo(v any) (starlark.Value, error) {
	switch v := v.(type) {
	case nil:
		return starlark.None, nil
	case starlark.Value:
		return shallow(v)
	case bool:
		return starlark.Bool(v), nil
	case int:
		return starlark.MakeInt(v), nil
	case int64:
		return starlark.MakeInt64(v), nil
	case *big.Int:
		return starlark.MakeBigInt(v), nil
	case float64:
		return starlark.Float(v), nil
	case string:
		return starlark.String(v), nil
	case []byte:
		return starlark.Bytes(v), nil
	case time.Time:
		return datetimeFromGo(v), nil
	case []any:
		return listFromGo(v)
	case fact.Dict:
		return dictFromGo(v)
	}
	return FromGo(fact.Plain(v))
}

func listFromGo(items []any) (starlark.Value, error) {
	list := make([]starlark.Value, len(items))
	for i, item := range items {
		v, err := FromGo(item)
		if err != nil {
			return nil, err
		}
		list[i] = v
	}
	return starlark.NewList(list), nil
}

func dictFromGo(items fact.Dict) (starlark.Value, error) {
	dict := starlark.NewDict(len(items))
	for _, item := range items {
		k, err := FromGo(item.Key)
		if err != nil {
			return nil, err
		}
		v, err := FromGo(item.Value)
		if err != nil {
			return nil, err
		}
		if err := dict.SetKey(k, v); err != nil {
			return nil, err
		}
	}
	return dict, nil
}

// shallow copies a container, which may be frozen, so that the deploy may change
// it.
func shallow(v starlark.Value) (starlark.Value, error) {
	switch v := v.(type) {
	case *starlark.List:
		items := make([]starlark.Value, v.Len())
		for i := range items {
			items[i] = v.Index(i)
		}
		return starlark.NewList(items), nil
	case *starlark.Dict:
		dict := starlark.NewDict(v.Len())
		for _, item := range v.Items() {
			if err := dict.SetKey(item[0], item[1]); err != nil {
				return nil, err
			}
		}
		return dict, nil
	case *starlark.Set:
		return copySet(v)
	}
	return v, nil
}

func copySet(v *starlark.Set) (*starlark.Set, error) {
	set := starlark.NewSet(v.Len())
	for item := range v.Elements() {
		if err := set.Insert(item); err != nil {
			return nil, err
		}
	}
	return set, nil
}

// scalar converts what is no container.
func scalar(v starlark.Value) (any, bool) {
	switch v := builtin.Plain(v).(type) {
	case starlark.NoneType:
		return nil, true
	case starlark.Bool:
		return bool(v), true
	case starlark.Int:
		if n, ok := v.Int64(); ok {
			return n, true
		}
		return v.BigInt(), true
	case starlark.Float:
		return float64(v), true
	case starlark.String:
		return string(v), true
	case starlark.Bytes:
		return []byte(v), true
	}
	return nil, false
}

// A filer is a file-like object.
type filer interface{ content() op.Content }

// ToGo returns a value as operations and facts take it: nil, bool, int64,
// *big.Int, float64, string, []byte, time.Time, []any, map[string]any or
// [op.Content].
func ToGo(thread *starlark.Thread, v starlark.Value) (any, error) { return toGo(thread, v, 0) }

func toGo(thread *starlark.Thread, v starlark.Value, depth int) (any, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("it is nested more than %d deep", maxDepth)
	}
	if plain, ok := scalar(v); ok {
		return plain, nil
	}
	v = builtin.Plain(v)
	if i, ok := v.(*builtin.Instance); ok {
		return pathToGo(thread, i)
	}
	switch v := v.(type) {
	case datetime:
		return v.goTime(), nil
	case filer:
		return v.content(), nil
	case starlark.IterableMapping:
		return mapToGo(thread, v, depth)
	case starlark.Callable:
		return nil, fmt.Errorf("a function cannot be given here")
	case starlark.Iterable:
		return iterableToGo(thread, v, depth)
	case starlark.HasAttrs:
		return pathToGo(thread, v)
	}
	return nil, fmt.Errorf("a value of type %s cannot be given here", builtin.TypeName(v))
}

func iterableToGo(thread *starlark.Thread, v starlark.Iterable, depth int) (any, error) {
	items := []any{}
	for item := range starlark.Elements(v) {
		plain, err := toGo(thread, item, depth+1)
		if err != nil {
			return nil, err
		}
		items = append(items, plain)
	}
	return items, nil
}

func mapToGo(thread *starlark.Thread, v starlark.IterableMapping, depth int) (any, error) {
	dict := map[string]any{}
	for _, item := range v.Items() {
		key, ok := starlark.AsString(item[0])
		if !ok {
			return nil, fmt.Errorf("a key of its dict is of type %s, not str", builtin.TypeName(item[0]))
		}
		plain, err := toGo(thread, item[1], depth+1)
		if err != nil {
			return nil, err
		}
		dict[key] = plain
	}
	return dict, nil
}

// pathToGo takes a path-like object: one that says what its path is.
func pathToGo(thread *starlark.Thread, v starlark.HasAttrs) (any, error) {
	path, err := v.Attr("__fspath__")
	if f, ok := path.(starlark.Callable); ok && err == nil {
		text, err := starlark.Call(thread, f, nil, nil)
		if err != nil {
			return nil, err
		}
		if s, ok := starlark.AsString(text); ok {
			return s, nil
		}
	}
	return nil, fmt.Errorf("a value of type %s cannot be given here", builtin.TypeName(v))
}

// PlainData returns a value of host data in plain form, for JSON and for people:
// what [fact.Plain] returns.
func PlainData(v any) any {
	switch v := v.(type) {
	case []byte:
		return string(v)
	case *big.Int:
		return v.String() // too large for JSON's readers
	}
	value, ok := v.(starlark.Value)
	if !ok {
		return fact.Plain(v)
	}
	return plainValue(value, 0)
}

func plainValue(v starlark.Value, depth int) any {
	if plain, ok := scalar(v); ok {
		return PlainData(plain)
	}
	if depth > maxDepth {
		return "..."
	}
	switch v := v.(type) {
	case datetime:
		return v.goTime()
	case starlark.IterableMapping:
		dict := fact.Dict{}
		for _, item := range v.Items() {
			dict = append(dict, fact.Item{Key: plainKey(item[0]), Value: plainValue(item[1], depth+1)})
		}
		return dict
	case starlark.Iterable:
		list := []any{}
		for item := range starlark.Elements(v) {
			list = append(list, plainValue(item, depth+1))
		}
		return list
	}
	return v.String()
}

func plainKey(v starlark.Value) any {
	switch key, _ := scalar(v); key.(type) {
	case string, int64, bool:
		return key
	}
	return v.String()
}
