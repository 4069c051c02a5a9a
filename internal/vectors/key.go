package main

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"cygnet/op/argument"
)

// matches reports whether a key of a case, such as "begin=None, path=/x", names
// the arguments of a fact. Arguments that the case does not know must have their
// defaults.
func matches(key string, value reflect.Value) bool {
	params := argument.Of(value.Type())
	slices.SortFunc(params, func(a, b argument.Parameter) int { return strings.Compare(a.Name, b.Name) })
	return matchRest(key, true, params, value)
}

func matchRest(key string, first bool, params []argument.Parameter, value reflect.Value) bool {
	if len(params) == 0 {
		return key == ""
	}
	p, field := params[0], value.Field(params[0].Field)
	if field.IsZero() && !p.Required && matchRest(key, first, params[1:], value) {
		return true
	}
	if !first {
		var ok bool
		if key, ok = strings.CutPrefix(key, ", "); !ok {
			return false
		}
	}
	rest, ok := strings.CutPrefix(key, p.Name+"=")
	if !ok {
		return false
	}
	for _, form := range forms(p, field) {
		if after, ok := strings.CutPrefix(rest, form); ok && matchRest(after, false, params[1:], value) {
			return true
		}
	}
	return false
}

// forms returns the ways in which Python may print an argument: a default may be
// None or the type's own nothing, one element may stand for a list of one.
func forms(p argument.Parameter, field reflect.Value) []string {
	if p.Inverted {
		return []string{python(!field.Bool())}
	}
	for field.Kind() == reflect.Pointer {
		if field.IsNil() {
			return []string{"None"}
		}
		field = field.Elem()
	}
	found := []string{pythonString(field)}
	if field.IsZero() && field.Kind() != reflect.Bool {
		found = append(found, "None", "False")
	}
	if field.Kind() == reflect.Slice && field.Len() == 1 {
		found = append(found, pythonString(field.Index(0)))
	}
	return found
}

// pythonString is Python's str.
func pythonString(v reflect.Value) string {
	if v.Kind() == reflect.String {
		return v.String()
	}
	return python(v.Interface())
}

// python is Python's repr.
func python(value any) string {
	v := reflect.ValueOf(value)
	switch v.Kind() {
	case reflect.Invalid:
		return "None"
	case reflect.Bool:
		if v.Bool() {
			return "True"
		}
		return "False"
	case reflect.String:
		return pythonQuote(v.String())
	case reflect.Float64:
		text := strconv.FormatFloat(v.Float(), 'g', -1, 64)
		if !strings.ContainsAny(text, ".e") {
			text += ".0"
		}
		return text
	case reflect.Slice:
		items := make([]string, v.Len())
		for i := range items {
			items[i] = python(v.Index(i).Interface())
		}
		return "[" + strings.Join(items, ", ") + "]"
	case reflect.Map:
		items := map[string]string{}
		for k, item := range v.Seq2() {
			items[python(k.Interface())] = python(item.Interface())
		}
		var list []string
		for _, k := range slices.Sorted(maps.Keys(items)) {
			list = append(list, k+": "+items[k])
		}
		return "{" + strings.Join(list, ", ") + "}"
	}
	return fmt.Sprint(value)
}

func pythonQuote(s string) string {
	quote := "'"
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		quote = `"`
	}
	s = strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\t", `\t`, "\r", `\r`).Replace(s)
	if quote == "'" {
		s = strings.ReplaceAll(s, "'", `\'`)
	}
	return quote + s + quote
}
