package main

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"cygnet/fact"
)

// answers names the types of what facts return as deploy files see them, and
// gathers the structs among them, which are dicts there.
type answers struct{ structs []reflect.Type }

func (a *answers) hint(t reflect.Type) string {
	if isPlainer(t) {
		return a.plainer(t)
	}
	return a.kind(t)
}

func isPlainer(t reflect.Type) bool {
	return t.Kind() != reflect.Pointer && t.Implements(reflect.TypeFor[fact.Plainer]())
}

func (a *answers) kind(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "bool"
	case reflect.String:
		return "str"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return "int"
	case reflect.Float32, reflect.Float64:
		return "float"
	case reflect.Pointer:
		return a.hint(t.Elem()) + " | None"
	case reflect.Slice, reflect.Array:
		return "list[" + a.hint(t.Elem()) + "]"
	case reflect.Map:
		return fmt.Sprintf("dict[%s, %s]", a.hint(t.Key()), a.hint(t.Elem()))
	case reflect.Struct:
		return a.structure(t)
	}
	return "Any"
}

func (a *answers) structure(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[time.Time]():
		return "datetime"
	case !slices.Contains(a.structs, t):
		a.structs = append(a.structs, t)
	}
	return t.Name()
}

// plainer asks the zero value what it is instead: None or False for nothing, a
// list for a struct that is one, else what its kind says.
func (a *answers) plainer(t reflect.Type) string {
	zero := fact.Plain(reflect.Zero(t).Interface())
	if _, ok := zero.([]any); ok && t.Kind() == reflect.Struct {
		return "list[Any]"
	}
	name := a.kind(t)
	switch {
	case zero == nil:
		name += " | None"
	case zero == false && name != "bool":
		name += " | False"
	}
	return name
}

// keysOf returns the keys under which the fields of a struct are seen, by the
// fields' numbers. Those of a Plainer are seen only as far as its zero value
// shows them.
func keysOf(t reflect.Type) map[int]string {
	keys := map[int]string{}
	for i := range t.NumField() {
		if key := keyOf(t.Field(i)); key != "" {
			keys[i] = key
		}
	}
	if isPlainer(t) {
		dict, _ := fact.Plain(reflect.Zero(t).Interface()).(fact.Dict)
		maps.DeleteFunc(keys, func(_ int, key string) bool {
			return !slices.ContainsFunc(dict, func(item fact.Item) bool { return item.Key == key })
		})
	}
	return keys
}

// keyOf returns the key under which a field of a struct is seen, or "" if it is
// not; see fact.Plain.
func keyOf(f reflect.StructField) string {
	key, _, _ := strings.Cut(f.Tag.Get("plain"), ",")
	switch {
	case !f.IsExported() || key == "-":
		return ""
	case key == "":
		return strings.ToLower(f.Name)
	}
	return key
}
