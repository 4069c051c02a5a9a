package main

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"cygnet/fact"
	"cygnet/modules/files"
)

// answerOf turns the plain form of an answer back into that of its Go type,
// which is that of zero.
func answerOf(plain, zero any) (any, error) {
	if zero == nil {
		return plain, nil
	}
	v := reflect.New(reflect.TypeOf(zero)).Elem()
	if err := fill(v, plain); err != nil {
		return nil, err
	}
	return v.Interface(), nil
}

// special returns how to fill a type whose plain form does not tell its fields.
func special(t reflect.Type) (func(v reflect.Value, plain any) error, bool) {
	if t == reflect.TypeFor[files.Info]() {
		return fillInfo, true
	}
	return nil, false
}

func fillInfo(v reflect.Value, plain any) error {
	if plain == false {
		v.Set(reflect.ValueOf(files.Info{Other: true}))
		return nil
	}
	info := files.Info{Exists: true}
	if dict, ok := plain.(map[string]any); ok {
		if mode, ok := dict["mode"]; ok {
			bits, err := strconv.ParseUint(fmt.Sprint(mode), 8, 12)
			if err != nil {
				return fmt.Errorf("mode: %w", err)
			}
			info.Mode = uint32(bits)
		}
		if target, ok := dict["link_target"].(string); ok {
			info.Target = target
		}
		rest := maps.Clone(dict)
		delete(rest, "mode")
		if err := fillStruct(reflect.ValueOf(&info).Elem(), rest); err != nil {
			return err
		}
	}
	v.Set(reflect.ValueOf(info))
	return nil
}

func fill(v reflect.Value, plain any) error {
	if plain == nil {
		return nil
	}
	if f, ok := special(v.Type()); ok {
		return f(v, plain)
	}
	if p := reflect.ValueOf(plain); p.Type().AssignableTo(v.Type()) {
		v.Set(p)
		return nil
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return fill(v.Elem(), plain)
	case reflect.Slice:
		return fillSlice(v, plain)
	case reflect.Map:
		return fillMap(v, plain)
	case reflect.Struct:
		if dict, ok := plain.(map[string]any); ok && v.Type() != reflect.TypeFor[time.Time]() {
			return fillStruct(v, dict)
		}
		if plain == true { // it is there; that is all that counts
			return nil
		}
	default:
		return fillScalar(v, plain)
	}
	return wrong(v, plain)
}

func wrong(v reflect.Value, plain any) error {
	return fmt.Errorf("a %s cannot be %s", v.Type(), python(plain))
}

func fillSlice(v reflect.Value, plain any) error {
	if v.Type() == reflect.TypeFor[fact.Dict]() {
		dict, ok := plain.(map[string]any)
		if !ok {
			return wrong(v, plain)
		}
		answer := fact.Dict{}
		for _, k := range slices.Sorted(maps.Keys(dict)) {
			answer = append(answer, fact.Item{Key: k, Value: dict[k]})
		}
		v.Set(reflect.ValueOf(answer))
		return nil
	}
	var items []any
	switch plain := plain.(type) {
	case []any:
		items = plain
	case map[string]any: // of a dict, what is asked for by list are its keys
		for _, k := range slices.Sorted(maps.Keys(plain)) {
			items = append(items, k)
		}
	default:
		items = []any{plain}
	}
	v.Set(reflect.MakeSlice(v.Type(), len(items), len(items)))
	for i, item := range items {
		if err := fill(v.Index(i), item); err != nil {
			return err
		}
	}
	return nil
}

func fillMap(v reflect.Value, plain any) error {
	dict := map[string]any{}
	switch plain := plain.(type) {
	case map[string]any:
		dict = plain
	case []any: // a set
		for _, item := range plain {
			dict[fmt.Sprint(item)] = true
		}
	default:
		return wrong(v, plain)
	}
	v.Set(reflect.MakeMap(v.Type()))
	for k, item := range dict {
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		if err := fill(key, k); err != nil {
			return err
		}
		if err := fill(value, item); err != nil {
			return fmt.Errorf("%s: %w", k, err)
		}
		v.SetMapIndex(key, value)
	}
	return nil
}

// fillStruct reads the names that fact.Plain gives to fields.
func fillStruct(v reflect.Value, dict map[string]any) error {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("plain"), ",")
		if name == "" {
			name = strings.ToLower(f.Name)
		}
		item, ok := dict[name]
		if !ok || !f.IsExported() {
			continue
		}
		if err := fill(v.Field(i), item); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func fillScalar(v reflect.Value, plain any) error {
	text := fmt.Sprint(plain)
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Bool: // as Python would take it
		v.SetBool(plain != false && text != "" && text != "0")
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return wrong(v, plain)
		}
		v.SetInt(n)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return wrong(v, plain)
		}
		v.SetUint(n)
	case reflect.Float32, reflect.Float64:
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return wrong(v, plain)
		}
		v.SetFloat(n)
	default:
		return wrong(v, plain)
	}
	return nil
}
