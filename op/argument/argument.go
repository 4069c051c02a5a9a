// Package argument reads what an operation or a fact takes off its Go struct,
// and fills such a struct from the values of a deploy file or a command line.
//
// A struct's exported fields are its arguments, in order. Field CacheTime is the
// argument cache_time. A tag changes that:
//
//	Absent bool   `arg:"!present"` // present=True by default, stored as its opposite
//	Src  string   `arg:",required"`
//	UID  *int     `arg:"uid"`      // None by default, which is not 0
//	Note string   `arg:"-"`        // no argument
//	Data map[string]any `arg:"**"` // all other keyword arguments, as they are
//
// The zero value of every field is the argument's default, so that a struct
// written in Go and a call written in a deploy file mean the same.
//
// Values arrive in plain form: nil, bool, int64, *big.Int, float64, string,
// []byte, time.Time, []any, map[string]any, or any other Go value that a field's
// type takes by itself with [Unmarshaler]. None is the default of every argument
// that is not required; a single element counts as a list of one.
package argument

import (
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode"
)

// An Unmarshaler is a field type that reads its value itself, such as a file
// mode that is written 644, "u+x" or True.
type Unmarshaler interface {
	// UnmarshalArgument stores value or says what is wanted instead, such as
	// "a mode like 644". The caller adds the argument's name.
	UnmarshalArgument(value any) error
	// ArgumentType names the type as Python's type hints do: "int | str".
	ArgumentType() string
}

// A Parameter is one argument that a struct takes.
type Parameter struct {
	Name     string
	Required bool
	Inverted bool // the field holds the opposite of the argument
	Field    int  // index in the struct
	Type     reflect.Type
}

// rest is the tag of the field that takes all other keyword arguments.
const rest = "**"

// Rest returns the index of the field that takes the keyword arguments that are no
// parameters, a map[string]any; ok is false if there is none, and they are
// refused. Their values are kept as they are.
func Rest(t reflect.Type) (field int, ok bool) {
	for i := range t.NumField() {
		if t.Field(i).Tag.Get("arg") == rest {
			return i, true
		}
	}
	return 0, false
}

// Of returns the parameters of a struct type in order, without that of [Rest].
func Of(t reflect.Type) []Parameter {
	var params []Parameter
	for i := range t.NumField() {
		f := t.Field(i)
		tag, options, _ := strings.Cut(f.Tag.Get("arg"), ",")
		if !f.IsExported() || tag == "-" || tag == rest {
			continue
		}
		p := Parameter{Name: tag, Required: options == "required", Field: i, Type: f.Type}
		if rest, ok := strings.CutPrefix(tag, "!"); ok {
			p.Name, p.Inverted = rest, true
		}
		if p.Name == "" {
			p.Name = Snake(f.Name)
		}
		params = append(params, p)
	}
	return params
}

// Snake returns a Go name as Python writes it: CacheTime is cache_time, UID is
// uid, HTTPProxy is http_proxy.
func Snake(name string) string {
	var b strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		if unicode.IsUpper(r) && i > 0 {
			afterLower := !unicode.IsUpper(runes[i-1])
			beforeLower := i+1 < len(runes) && unicode.IsLower(runes[i+1])
			if afterLower || beforeLower {
				b.WriteByte('_')
			}
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

var timeType = reflect.TypeFor[time.Time]()

// TypeName names a parameter's type as Python's type hints do.
func (p Parameter) TypeName() string { return typeName(p.Type) }

func typeName(t reflect.Type) string {
	if u, ok := reflect.New(t).Interface().(Unmarshaler); ok {
		return u.ArgumentType()
	}
	switch t.Kind() {
	case reflect.Bool:
		return "bool"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return "int"
	case reflect.Float32, reflect.Float64:
		return "float"
	case reflect.String:
		return "str"
	case reflect.Pointer:
		return typeName(t.Elem()) + " | None"
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return "bytes"
		}
		return "list[" + typeName(t.Elem()) + "]"
	case reflect.Map:
		return fmt.Sprintf("dict[%s, %s]", typeName(t.Key()), typeName(t.Elem()))
	case reflect.Struct:
		if t == timeType {
			return "datetime"
		}
	}
	return "Any"
}
