package syntax

import (
	"fmt"
	"math/big"
	"reflect"
	"strings"
)

// dump writes a tree as an S-expression: the node's type, then its fields that
// are not zero, without names where they are nodes. Positions are left out,
// unless positions is set.
func dump(v any, positions bool) string {
	var b strings.Builder
	dumpValue(&b, reflect.ValueOf(v), positions)
	return b.String()
}

func dumpValue(b *strings.Builder, v reflect.Value, positions bool) {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if n, ok := v.Interface().(*big.Int); ok {
			fmt.Fprint(b, n)
			return
		}
		dumpValue(b, v.Elem(), positions)
	case reflect.Slice:
		b.WriteString("[")
		for i := range v.Len() {
			if i > 0 {
				b.WriteString(" ")
			}
			dumpValue(b, v.Index(i), positions)
		}
		b.WriteString("]")
	case reflect.Struct:
		dumpStruct(b, v, positions)
	case reflect.String:
		fmt.Fprintf(b, "%q", v.String())
	default:
		fmt.Fprint(b, v.Interface())
	}
}

func dumpStruct(b *strings.Builder, v reflect.Value, positions bool) {
	b.WriteString("(" + v.Type().Name())
	if n, ok := v.Addr().Interface().(Node); ok && positions {
		fmt.Fprintf(b, "@%v", n.Pos())
	}
	for i := range v.NumField() {
		f, t := v.Field(i), v.Type().Field(i)
		if t.Anonymous || !t.IsExported() || f.IsZero() || t.Type == reflect.TypeFor[Position]() {
			continue
		}
		b.WriteString(" ")
		switch f.Kind() {
		case reflect.Bool, reflect.Uint8, reflect.Int:
			b.WriteString(t.Name)
			if f.Kind() != reflect.Bool {
				fmt.Fprintf(b, "=%v", f.Interface())
			}
		case reflect.String:
			fmt.Fprintf(b, "%q", f.String())
		default:
			switch t.Name { // what may be absent
			case "Else", "Default", "Spec", "Lo", "Hi", "Step", "Finally", "Guard", "Cause":
				b.WriteString(strings.ToLower(t.Name) + ":")
			}
			dumpValue(b, f, positions)
		}
	}
	b.WriteString(")")
}
