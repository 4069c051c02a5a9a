package main

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"cygnet/fact"
	"cygnet/modules"
)

// TestEveryFactCanBeRead makes an answer of each fact's type and wants it back
// from JSON: else a file of facts could not hold it.
func TestEveryFactCanBeRead(t *testing.T) {
	for _, m := range modules.All().Modules() {
		for _, d := range m.Facts {
			parse, _ := d.Type.MethodByName("Parse")
			v := reflect.New(parse.Type.Out(0)).Elem()
			for _, filled := range []bool{false, true} {
				if filled {
					fill(v, 0)
				}
				text, err := json.Marshal(fact.Plain(v.Interface()))
				if err != nil {
					t.Fatal(err)
				}
				var plain any
				decoder := json.NewDecoder(bytes.NewReader(text))
				decoder.UseNumber()
				if err := decoder.Decode(&plain); err != nil {
					t.Fatal(err)
				}
				got, err := d.FromPlain(plain)
				if err != nil {
					t.Errorf("%s: %v", d.Name, err)
					continue
				}
				again, err := json.Marshal(fact.Plain(got))
				if err != nil || !bytes.Equal(again, text) {
					t.Errorf("%s: got %s, %v; want %s", d.Name, again, err, text)
				}
			}
		}
	}
}

// fill gives every part of a value something that is not nothing.
func fill(v reflect.Value, depth int) {
	if at, ok := v.Addr().Interface().(*time.Time); ok {
		*at = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.String:
		v.SetString("x")
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(7)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(7)
	case reflect.Float32, reflect.Float64:
		v.SetFloat(0.5)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), depth)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), depth)
	case reflect.Map:
		if depth > 2 {
			return
		}
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key, depth+1)
		fill(value, depth+1)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); f.CanSet() && v.Type().Field(i).Name != "Other" {
				fill(f, depth)
			}
		}
	}
}
