package library

import (
	"fmt"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

// ToData returns a value as package fleet keeps it: nil, bool, int64, *big.Int,
// float64, string and []byte as such, everything else as a frozen copy in the
// deploy language, which is opaque there and comes back with [FromGo].
//
// Data are shared by all hosts. What belongs to one run of a deploy, such as a
// host or the result of an operation, is refused. Functions are taken only from
// files whose globals are frozen too.
func ToData(v starlark.Value, functions bool) (any, error) {
	if plain, ok := scalar(v); ok {
		return plain, nil
	}
	kept, err := keep(v, functions, 0)
	if err != nil {
		return nil, err
	}
	kept.Freeze()
	return kept, nil
}

// keep copies containers, so that freezing them does not freeze what the file
// goes on to change.
func keep(v starlark.Value, functions bool, depth int) (starlark.Value, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("data are nested more than %d deep", maxDepth)
	}
	switch v := v.(type) {
	case *starlark.List:
		items, err := keepItems(v, v.Len(), functions, depth)
		return starlark.NewList(items), err
	case starlark.Tuple:
		items, err := keepItems(v, v.Len(), functions, depth)
		return starlark.Tuple(items), err
	case *starlark.Dict:
		return keepDict(v, functions, depth)
	case *starlark.Set:
		return copySet(v)
	case starlark.NoneType, starlark.Bool, starlark.Int, starlark.Float, starlark.String, starlark.Bytes,
		constantValue, hint, *operation, *factClass:
		return v, nil
	case *builtin.Class:
		if !v.MadeByFile() {
			return v, nil
		}
	case *memoryFile:
		if v.opened == nil {
			return v, nil
		}
	case *starlark.Function:
		if functions {
			return v, nil
		}
	case *starlark.Builtin:
		if v.Receiver() == nil && functions {
			return v, nil
		}
	}
	if class := builtin.TypeName(v); class == "frozenset" || class == "range" {
		return v, nil // constant
	}
	return nil, fmt.Errorf("a value of type %s cannot be kept as data, which all hosts share", builtin.TypeName(v))
}

func keepItems(from starlark.Iterable, n int, functions bool, depth int) ([]starlark.Value, error) {
	items := make([]starlark.Value, 0, n)
	for item := range starlark.Elements(from) {
		kept, err := keep(item, functions, depth+1)
		if err != nil {
			return nil, err
		}
		items = append(items, kept)
	}
	return items, nil
}

func keepDict(from *starlark.Dict, functions bool, depth int) (starlark.Value, error) {
	dict := starlark.NewDict(from.Len())
	for _, item := range from.Items() {
		kept, err := keep(item[1], functions, depth+1)
		if err != nil {
			return nil, err
		}
		if err := dict.SetKey(item[0], kept); err != nil {
			return nil, err
		}
	}
	return dict, nil
}
