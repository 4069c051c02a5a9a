package ansible

import (
	"math/big"
	"strings"

	"cygnet/deploy/syntax"
	"cygnet/fact"
)

// literal reads the value of a variable of an INI file: a literal of Python, or
// else a string as it stands.
func literal(text string) any {
	if text == "" || strings.ContainsRune(text, '\n') {
		return text
	}
	tree, err := syntax.Parse("value", []byte(text))
	if err != nil || len(tree.Body) != 1 {
		return text
	}
	statement, ok := tree.Body[0].(*syntax.ExprStmt)
	if !ok {
		return text
	}
	v, ok := value(statement.X)
	if !ok {
		return text
	}
	return v
}

// value returns what an expression of literals means, and whether it is one.
func value(x syntax.Expr) (any, bool) {
	switch x := x.(type) {
	case *syntax.Number:
		return x.Value, !x.Imaginary
	case *syntax.String:
		return x.Value, !x.Bytes
	case *syntax.Constant:
		switch x.Text {
		case "True":
			return true, true
		case "False":
			return false, true
		}
		return nil, x.Text == "None"
	case *syntax.Unary:
		if x.Op != "-" {
			return nil, false
		}
		v, ok := value(x.X)
		return negative(v, ok)
	case *syntax.ListDisplay:
		return values(x.Items)
	case *syntax.TupleDisplay:
		return values(x.Items)
	case *syntax.DictDisplay:
		return dict(x)
	}
	return nil, false
}

func negative(v any, ok bool) (any, bool) {
	switch n := v.(type) {
	case int64:
		return -n, ok
	case float64:
		return -n, ok
	case *big.Int:
		return new(big.Int).Neg(n), ok
	}
	return nil, false
}

func values(items []syntax.Expr) (any, bool) {
	list := make([]any, 0, len(items))
	for _, item := range items {
		v, ok := value(item)
		if !ok {
			return nil, false
		}
		list = append(list, v)
	}
	return list, true
}

func dict(x *syntax.DictDisplay) (any, bool) {
	d := fact.Dict{}
	for _, item := range x.Entries {
		if item.Key == nil {
			return nil, false
		}
		k, ok1 := value(item.Key)
		v, ok2 := value(item.Value)
		if !ok1 || !ok2 || !isKey(k) {
			return nil, false
		}
		d = put(d, k, v)
	}
	return d, true
}

// isKey reports whether a value can be a key of a [fact.Dict].
func isKey(v any) bool {
	switch v.(type) {
	case string, int64, bool:
		return true
	}
	return false
}

// put sets a key of a dict; the last word wins and keeps the first one's place.
func put(d fact.Dict, key, value any) fact.Dict {
	for i := range d {
		if d[i].Key == key {
			d[i].Value = value
			return d
		}
	}
	return append(d, fact.Item{Key: key, Value: value})
}
