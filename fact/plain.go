package fact

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"
)

// A Plainer is an answer whose form in deploy files is not that of its Go type,
// such as one that is False where a path is something else.
type Plainer interface{ Plain() any }

// A Dict is an answer with named parts, in order: a dict in deploy files, an
// object in JSON.
type Dict []Item

// An Item is one part of a Dict.
type Item struct {
	Key   any // string, int64 or bool
	Value any
}

// Get returns the value of a key, or nil.
func (d Dict) Get(key any) any {
	for _, item := range d {
		if item.Key == key {
			return item.Value
		}
	}
	return nil
}

// MarshalJSON writes an object whose members are in the order of d.
func (d Dict) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, item := range d {
		if i > 0 {
			b.WriteByte(',')
		}
		key, err := json.Marshal(fmt.Sprint(item.Key))
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(item.Value)
		if err != nil {
			return nil, err
		}
		b.Write(key)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// Plain returns an answer as deploy files, templates and JSON see it: nil, bool,
// int64, float64, string, time.Time, []any or [Dict]. A struct is a Dict of its
// exported fields; the tag `plain:"name"` names one, `plain:"-"` leaves it out
// and `plain:"name,omitempty"` leaves it out when it is zero. Bytes are a
// string; a nil slice is an empty list, a nil map or pointer is nil.
func Plain(v any) any {
	if value := reflect.ValueOf(v); value.Kind() == reflect.Pointer && value.IsNil() {
		return nil
	}
	if p, ok := v.(Plainer); ok {
		return Plain(p.Plain())
	}
	switch v := v.(type) {
	case nil, bool, int64, float64, string, time.Time:
		return v
	case Dict:
		plain := make(Dict, len(v))
		for i, item := range v {
			plain[i] = Item{item.Key, Plain(item.Value)}
		}
		return plain
	}
	return plainKind(reflect.ValueOf(v))
}

func plainKind(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return nil
		}
		return Plain(v.Elem().Interface())
	case reflect.Bool:
		return v.Bool()
	case reflect.String:
		return v.String()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int()
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		if n := v.Uint(); n > math.MaxInt64 {
			return float64(n)
		}
		return int64(v.Uint())
	case reflect.Float32, reflect.Float64:
		return v.Float()
	case reflect.Slice, reflect.Array:
		if b, ok := v.Interface().([]byte); ok {
			return string(b)
		}
		list := make([]any, v.Len())
		for i := range list {
			list[i] = Plain(v.Index(i).Interface())
		}
		return list
	case reflect.Map:
		return plainMap(v)
	case reflect.Struct:
		return plainStruct(v)
	}
	return fmt.Sprint(v.Interface())
}

// plainMap sorts by key: a Go map has no order of its own.
func plainMap(v reflect.Value) any {
	if v.IsNil() {
		return nil
	}
	dict := make(Dict, 0, v.Len())
	for k, value := range v.Seq2() {
		dict = append(dict, Item{Plain(k.Interface()), Plain(value.Interface())})
	}
	slices.SortFunc(dict, compareKeys)
	return dict
}

func compareKeys(a, b Item) int {
	if m, ok := a.Key.(int64); ok {
		if n, ok := b.Key.(int64); ok {
			return cmp.Compare(m, n)
		}
	}
	return strings.Compare(fmt.Sprint(a.Key), fmt.Sprint(b.Key))
}

func plainStruct(v reflect.Value) any {
	dict := Dict{}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("plain"), ",")
		if !f.IsExported() || name == "-" || options == "omitempty" && v.Field(i).IsZero() {
			continue
		}
		if name == "" {
			name = strings.ToLower(f.Name)
		}
		dict = append(dict, Item{name, Plain(v.Field(i).Interface())})
	}
	return dict
}
