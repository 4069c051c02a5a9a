package argument

import (
	"errors"
	"math"
	"math/big"
	"reflect"
)

// Why a value does not go into a field.
var (
	errType  = errors.New("not of the field's type")
	errRange = errors.New("not a number that the field can hold")
)

// A refusal is what an Unmarshaler wants instead.
type refusal struct{ wanted error }

func (r *refusal) Error() string { return r.wanted.Error() }

// nillable tells whether a field can hold None beside its other values.
func nillable(field reflect.Value) bool {
	return field.Kind() == reflect.Pointer || field.Kind() == reflect.Interface
}

// assign stores a plain value, which is not nil, in a field.
func assign(field reflect.Value, arg any) error {
	if u, ok := field.Addr().Interface().(Unmarshaler); ok {
		if err := u.UnmarshalArgument(arg); err != nil {
			return &refusal{err}
		}
		return nil
	}
	v := reflect.ValueOf(arg)
	switch kind := field.Kind(); {
	case kind == reflect.Pointer:
		target := reflect.New(field.Type().Elem())
		if err := assign(target.Elem(), arg); err != nil {
			return err
		}
		field.Set(target)
	case kind == reflect.Slice:
		return assignSlice(field, arg)
	case kind == reflect.Map:
		return assignMap(field, arg)
	case field.CanInt() || field.CanUint():
		return assignInteger(field, arg)
	case field.CanFloat():
		return assignFloat(field, arg)
	case kind == reflect.String && v.Kind() == reflect.String,
		kind == reflect.Bool && v.Kind() == reflect.Bool:
		field.Set(v.Convert(field.Type()))
	case v.Type().AssignableTo(field.Type()):
		field.Set(v)
	default:
		return errType
	}
	return nil
}

func integer(arg any) (int64, error) {
	switch n := arg.(type) {
	case int64:
		return n, nil
	case int:
		return int64(n), nil
	case float64: // 60 * 0.5 is a float in Python, and a fine number of seconds
		const limit = 1 << 63 // of int64, exact as a float
		switch {
		case n != math.Trunc(n): // NaN too
			return 0, errType
		case n < -limit || n >= limit:
			return 0, errRange
		}
		return int64(n), nil
	case *big.Int:
		if !n.IsInt64() {
			return 0, errRange
		}
		return n.Int64(), nil
	}
	return 0, errType
}

func assignInteger(field reflect.Value, arg any) error {
	n, err := integer(arg)
	switch {
	case err != nil:
		return err
	case field.CanInt() && !field.OverflowInt(n):
		field.SetInt(n)
	case field.CanUint() && n >= 0 && !field.OverflowUint(uint64(n)):
		field.SetUint(uint64(n))
	default:
		return errRange
	}
	return nil
}

func assignFloat(field reflect.Value, arg any) error {
	f, ok := arg.(float64)
	if !ok {
		n, err := integer(arg)
		if err != nil {
			return err
		}
		f = float64(n)
	}
	field.SetFloat(f)
	return nil
}

// assignElement stores an element of a list or a dict, where None has no default
// to stand for.
func assignElement(field reflect.Value, arg any) error {
	if arg != nil {
		return assign(field, arg)
	}
	if !nillable(field) {
		return errType
	}
	return nil
}

// assignSlice takes a list, or one element as a list of one. Bytes are not a
// list of numbers.
func assignSlice(field reflect.Value, arg any) error {
	if field.Type().Elem().Kind() == reflect.Uint8 {
		b, ok := arg.([]byte)
		if !ok {
			return errType
		}
		field.SetBytes(b)
		return nil
	}
	items, ok := arg.([]any)
	if !ok {
		items = []any{arg}
	}
	list := reflect.MakeSlice(field.Type(), len(items), len(items))
	for i, item := range items {
		if err := assignElement(list.Index(i), item); err != nil {
			return err
		}
	}
	field.Set(list)
	return nil
}

func assignMap(field reflect.Value, arg any) error {
	items, ok := arg.(map[string]any)
	if !ok {
		return errType
	}
	t := field.Type()
	dict := reflect.MakeMapWithSize(t, len(items))
	for k, item := range items {
		key, v := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem()
		if err := assign(key, k); err != nil {
			return err
		}
		if err := assignElement(v, item); err != nil {
			return err
		}
		dict.SetMapIndex(key, v)
	}
	field.Set(dict)
	return nil
}
