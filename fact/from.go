package fact

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// A PlainReader is a [Plainer] that can be made from its plain form, which may be
// None or False, or a dict that lacks keys. A dict is a map[string]any, a number a
// json.Number or of Go.
type PlainReader interface{ FromPlain(plain any) error }

// FromPlain is the way back from [Plain]: it makes an answer of the fact's type
// from its plain form, as encoding/json reads it with UseNumber (or from Plain
// itself). Dicts may lack keys. It fails if the plain form of what it made is
// another one, as with answers that have more to them than that form shows.
func (d Declaration) FromPlain(plain any) (any, error) {
	parse, ok := d.Type.MethodByName("Parse")
	if !ok {
		return nil, fmt.Errorf("fact %s has no answer", d.Name)
	}
	v := reflect.New(parse.Type.Out(0)).Elem()
	if err := fromPlain(v, plain); err != nil {
		return nil, fmt.Errorf("fact %s: %w", d.Name, err)
	}
	made, err := json.Marshal(Plain(v.Interface()))
	if err != nil {
		return nil, fmt.Errorf("fact %s: %w", d.Name, err)
	}
	if !sameJSON(made, plain) {
		return nil, fmt.Errorf("fact %s: this cannot be its answer: it would read %s", d.Name, made)
	}
	return v.Interface(), nil
}

// sameJSON reports whether text means v. Members of objects have no order.
func sameJSON(text []byte, v any) bool {
	given, err := json.Marshal(v)
	if err != nil {
		return false
	}
	var a, b any
	if json.Unmarshal(text, &a) != nil || json.Unmarshal(given, &b) != nil {
		return false
	}
	return covers(a, b)
}

// covers reports whether a is b, or b with more keys.
func covers(a, b any) bool {
	switch b := b.(type) {
	case map[string]any:
		whole, ok := a.(map[string]any)
		for key, value := range b {
			if item, has := whole[key]; !ok || !has || !covers(item, value) {
				return false
			}
		}
		return ok
	case []any:
		list, ok := a.([]any)
		return ok && slices.EqualFunc(list, b, covers)
	}
	return reflect.DeepEqual(a, b)
}

// ReadPlain fills the value that to points to from its plain form.
func ReadPlain(to, plain any) error { return fromPlain(reflect.ValueOf(to).Elem(), plain) }

// fromPlain fills v. None and False stand for nothing: the zero value.
func fromPlain(v reflect.Value, plain any) error {
	if r, ok := v.Addr().Interface().(PlainReader); ok {
		return r.FromPlain(plain)
	}
	if plain == nil || plain == false {
		v.SetZero()
		return nil
	}
	if t, ok := v.Addr().Interface().(*time.Time); ok {
		return timeFromPlain(t, plain)
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return fromPlain(v.Elem(), plain)
	case reflect.Interface:
		if v.NumMethod() > 0 {
			return mismatch(v, plain)
		}
		v.Set(reflect.ValueOf(plainNumber(plain)))
		return nil
	case reflect.Slice:
		return sliceFromPlain(v, plain)
	case reflect.Map:
		return mapFromPlain(v, plain)
	case reflect.Struct:
		return structFromPlain(v, plain)
	}
	return scalarFromPlain(v, plain)
}

func mismatch(v reflect.Value, plain any) error {
	return fmt.Errorf("%v is not of type %s", plain, v.Type())
}

func timeFromPlain(t *time.Time, plain any) error {
	switch plain := plain.(type) {
	case time.Time:
		*t = plain
		return nil
	case string:
		return t.UnmarshalText([]byte(plain))
	}
	return fmt.Errorf("%v is not a time such as 2026-01-31T12:00:00Z", plain)
}

// scalarFromPlain has JSON sort out numbers and their bounds.
func scalarFromPlain(v reflect.Value, plain any) error {
	text, err := json.Marshal(plain)
	if err != nil {
		return err
	}
	made := reflect.New(basic(v.Type()))
	if err := json.Unmarshal(text, made.Interface()); err != nil {
		return mismatch(v, plain)
	}
	v.Set(made.Elem().Convert(v.Type()))
	return nil
}

// basic returns the type that a type is made of, without its methods.
func basic(t reflect.Type) reflect.Type {
	for _, b := range []reflect.Type{
		reflect.TypeFor[bool](), reflect.TypeFor[string](), reflect.TypeFor[float32](), reflect.TypeFor[float64](),
		reflect.TypeFor[int](), reflect.TypeFor[int8](), reflect.TypeFor[int16](), reflect.TypeFor[int32](), reflect.TypeFor[int64](),
		reflect.TypeFor[uint](), reflect.TypeFor[uint8](), reflect.TypeFor[uint16](), reflect.TypeFor[uint32](), reflect.TypeFor[uint64](),
	} {
		if b.Kind() == t.Kind() {
			return b
		}
	}
	return t
}

func sliceFromPlain(v reflect.Value, plain any) error {
	if text, ok := plain.(string); ok && v.Type().Elem().Kind() == reflect.Uint8 {
		v.SetBytes([]byte(text))
		return nil
	}
	list, ok := plain.([]any)
	if !ok {
		return mismatch(v, plain)
	}
	v.Set(reflect.MakeSlice(v.Type(), len(list), len(list)))
	for i, item := range list {
		if err := fromPlain(v.Index(i), item); err != nil {
			return err
		}
	}
	return nil
}

// Members returns the parts of a dict in plain form, by their keys, and whether it is one.
func Members(plain any) (map[string]any, bool) {
	switch plain := plain.(type) {
	case map[string]any:
		return plain, true
	case Dict:
		all := map[string]any{}
		for _, item := range plain {
			all[fmt.Sprint(item.Key)] = item.Value
		}
		return all, true
	}
	return nil, false
}

func mapFromPlain(v reflect.Value, plain any) error {
	all, ok := Members(plain)
	if !ok {
		return mismatch(v, plain)
	}
	v.Set(reflect.MakeMapWithSize(v.Type(), len(all)))
	for name, item := range all {
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		var plainKey any = name
		if key.Kind() != reflect.String {
			plainKey = json.Number(name)
		}
		if err := fromPlain(key, plainKey); err != nil {
			return err
		}
		if err := fromPlain(value, item); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		v.SetMapIndex(key, value)
	}
	return nil
}

func structFromPlain(v reflect.Value, plain any) error {
	all, ok := Members(plain)
	if !ok {
		return mismatch(v, plain)
	}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("plain"), ",")
		if name == "" {
			name = strings.ToLower(f.Name)
		}
		item, given := all[name]
		if !f.IsExported() || name == "-" || !given {
			continue
		}
		if err := fromPlain(v.Field(i), item); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// plainNumber turns a number of JSON into one that Plain would give.
func plainNumber(v any) any {
	n, ok := v.(json.Number)
	if !ok {
		return v
	}
	if i, err := n.Int64(); err == nil {
		return i
	}
	if f, err := n.Float64(); err == nil {
		return f
	}
	return n.String()
}
