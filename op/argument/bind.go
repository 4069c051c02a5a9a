package argument

import (
	"fmt"
	"math"
	"math/big"
	"reflect"
	"slices"
	"strings"
)

// An Error is a call with arguments that do not fit. Its text starts with what
// was called.
type Error struct {
	Call string // what was called, such as "apt.packages"
	Msg  string
	// Type is true for a value of the wrong type, false for a wrong name or
	// number of arguments.
	Type bool
}

func (e *Error) Error() string { return e.Call + ": " + e.Msg }

// New makes a struct of type t from positional and keyword arguments. call names
// what is called, for errors, which are of type [*Error].
func New(t reflect.Type, call string, args []any, kwargs map[string]any) (any, error) {
	params := Of(t)
	if len(args) > len(params) {
		return nil, &Error{Call: call, Msg: fmt.Sprintf("takes at most %d arguments, not %d", len(params), len(args))}
	}
	value := reflect.New(t).Elem()
	given := map[string]bool{}
	for i, arg := range args {
		given[params[i].Name] = true
		if err := set(value, call, params[i], arg); err != nil {
			return nil, err
		}
	}
	for name, arg := range kwargs {
		i := slices.IndexFunc(params, func(p Parameter) bool { return p.Name == name })
		switch {
		case i < 0:
			return nil, unknown(call, name, params)
		case given[name]:
			return nil, &Error{Call: call, Msg: fmt.Sprintf("argument %q is given twice", name)}
		}
		given[name] = true
		if err := set(value, call, params[i], arg); err != nil {
			return nil, err
		}
	}
	for _, p := range params {
		if p.Required && !given[p.Name] {
			return nil, &Error{Call: call, Msg: fmt.Sprintf("argument %q is missing", p.Name)}
		}
	}
	return value.Interface(), nil
}

func unknown(call, name string, params []Parameter) error {
	names := make([]string, len(params))
	for i, p := range params {
		names[i] = p.Name
	}
	msg := fmt.Sprintf("has no argument %q", name)
	if near := Nearest(name, names); near != "" {
		msg += fmt.Sprintf(", did you mean %q?", near)
	} else if len(names) > 0 {
		msg += "; it takes " + strings.Join(names, ", ")
	}
	return &Error{Call: call, Msg: msg}
}

func set(value reflect.Value, call string, p Parameter, arg any) error {
	field := value.Field(p.Field)
	if p.Inverted {
		b, ok := arg.(bool)
		if !ok {
			return wrongType(call, p, arg)
		}
		field.SetBool(!b)
		return nil
	}
	if u, ok := field.Addr().Interface().(Unmarshaler); ok {
		if arg == nil {
			return nil // None is the default
		}
		if err := u.UnmarshalArgument(arg); err != nil {
			return &Error{Call: call, Msg: fmt.Sprintf("argument %q must be %s", p.Name, err), Type: true}
		}
		return nil
	}
	if !assign(field, arg) {
		return wrongType(call, p, arg)
	}
	return nil
}

func wrongType(call string, p Parameter, arg any) error {
	return &Error{Call: call, Msg: fmt.Sprintf("argument %q must be %s, not %s", p.Name, p.TypeName(), PythonType(arg)), Type: true}
}

// assign stores a plain value in a field and reports whether it fits. None fits
// everything: it is the default.
func assign(field reflect.Value, arg any) bool {
	if arg == nil {
		return true
	}
	switch field.Kind() {
	case reflect.Pointer:
		target := reflect.New(field.Type().Elem())
		if !assign(target.Elem(), arg) {
			return false
		}
		field.Set(target)
		return true
	case reflect.Slice:
		return assignSlice(field, arg)
	case reflect.Map:
		return assignMap(field, arg)
	case reflect.Int, reflect.Int64:
		n, ok := integer(arg)
		if ok {
			field.SetInt(n)
		}
		return ok
	case reflect.Float64:
		return assignFloat(field, arg)
	}
	v := reflect.ValueOf(arg)
	if !v.Type().AssignableTo(field.Type()) {
		return false
	}
	field.Set(v)
	return true
}

func integer(arg any) (int64, bool) {
	switch n := arg.(type) {
	case int64:
		return n, true
	case int:
		return int64(n), true
	case float64: // 60 * 0.5 is a float in Python, and a fine number of seconds
		return int64(n), n == math.Trunc(n)
	case *big.Int:
		return n.Int64(), n.IsInt64()
	}
	return 0, false
}

func assignFloat(field reflect.Value, arg any) bool {
	if f, ok := arg.(float64); ok {
		field.SetFloat(f)
		return true
	}
	n, ok := integer(arg)
	field.SetFloat(float64(n))
	return ok
}

// assignSlice takes a list, or one element as a list of one.
func assignSlice(field reflect.Value, arg any) bool {
	if b, ok := arg.([]byte); ok && field.Type().Elem().Kind() == reflect.Uint8 {
		field.SetBytes(b)
		return true
	}
	items, ok := arg.([]any)
	if !ok {
		items = []any{arg}
	}
	list := reflect.MakeSlice(field.Type(), len(items), len(items))
	for i, item := range items {
		if item == nil || !assign(list.Index(i), item) {
			return false
		}
	}
	field.Set(list)
	return true
}

func assignMap(field reflect.Value, arg any) bool {
	items, ok := arg.(map[string]any)
	if !ok {
		return false
	}
	t := field.Type()
	dict := reflect.MakeMapWithSize(t, len(items))
	for k, item := range items {
		v := reflect.New(t.Elem()).Elem()
		if !assign(v, item) {
			return false
		}
		dict.SetMapIndex(reflect.ValueOf(k).Convert(t.Key()), v)
	}
	field.Set(dict)
	return true
}

// PythonType names the type of a plain value as a deploy's author knows it.
func PythonType(v any) string {
	switch v.(type) {
	case nil:
		return "None"
	case bool:
		return "bool"
	case int, int64, *big.Int:
		return "int"
	case float64:
		return "float"
	case string:
		return "str"
	case []byte:
		return "bytes"
	case []any:
		return "list"
	case map[string]any:
		return "dict"
	}
	return fmt.Sprintf("%T", v)
}
