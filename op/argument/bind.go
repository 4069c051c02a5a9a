package argument

import (
	"errors"
	"fmt"
	"maps"
	"math/big"
	"reflect"
	"slices"
	"strings"
	"time"
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
// what is called, for errors, which are of type [*Error]; of several mistakes,
// the same call always reports the same one.
func New(t reflect.Type, call string, args []any, kwargs map[string]any) (any, error) {
	params := Of(t)
	if len(args) > len(params) {
		return nil, &Error{Call: call, Msg: tooMany(len(params), len(args))}
	}
	value := reflect.New(t).Elem()
	given := map[string]bool{}
	restField, takesRest := Rest(t)
	others := map[string]any{}
	for i, arg := range args {
		given[params[i].Name] = true
		if err := set(value, call, params[i], arg); err != nil {
			return nil, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(kwargs)) {
		i := slices.IndexFunc(params, func(p Parameter) bool { return p.Name == name })
		switch {
		case i < 0 && takesRest:
			others[name] = kwargs[name]
			continue
		case i < 0:
			return nil, unknown(call, name, params)
		case given[name]:
			return nil, &Error{Call: call, Msg: fmt.Sprintf("argument %q is given twice", name)}
		}
		given[name] = true
		if err := set(value, call, params[i], kwargs[name]); err != nil {
			return nil, err
		}
	}
	for _, p := range params {
		if p.Required && !given[p.Name] {
			return nil, &Error{Call: call, Msg: fmt.Sprintf("argument %q is missing", p.Name)}
		}
	}
	if takesRest && len(others) > 0 {
		value.Field(restField).Set(reflect.ValueOf(others))
	}
	return value.Interface(), nil
}

func tooMany(takes, given int) string {
	switch takes {
	case 0:
		return fmt.Sprintf("takes no arguments, not %d", given)
	case 1:
		return fmt.Sprintf("takes at most 1 argument, not %d", given)
	}
	return fmt.Sprintf("takes at most %d arguments, not %d", takes, given)
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
		// None is refused: is it the default, or as false as None is in Python?
		b, ok := arg.(bool)
		if !ok {
			return wrongType(call, p, arg)
		}
		field.SetBool(!b)
		return nil
	}
	if arg == nil {
		if p.Required && !nillable(field) {
			return wrongType(call, p, arg)
		}
		return nil // None is the default
	}
	if err := assign(field, arg); err != nil {
		if why, ok := errors.AsType[*refusal](err); ok {
			return &Error{Call: call, Msg: fmt.Sprintf("argument %q must be %s", p.Name, why.wanted), Type: true}
		}
		if errors.Is(err, errRange) {
			return &Error{Call: call, Msg: fmt.Sprintf("argument %q: the number is out of range", p.Name), Type: true}
		}
		return wrongType(call, p, arg)
	}
	return nil
}

func wrongType(call string, p Parameter, arg any) error {
	wants, got := p.TypeName(), PythonType(arg)
	if p.Inverted {
		wants = "bool"
	}
	// Of a list or dict with something wrong in it, the elements matter.
	if strings.HasPrefix(wants, "list[") || strings.HasPrefix(wants, "dict[") {
		got = pythonHint(arg)
	}
	return &Error{Call: call, Msg: fmt.Sprintf("argument %q must be %s, not %s", p.Name, wants, got), Type: true}
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
	case time.Time:
		return "datetime"
	}
	return fmt.Sprintf("%T", v)
}

// pythonHint names the type of a plain value with that of its elements:
// "list[int | str]".
func pythonHint(v any) string {
	var elements []any
	switch v := v.(type) {
	case []any:
		elements = v
	case map[string]any:
		elements = slices.Collect(maps.Values(v))
	}
	if len(elements) == 0 {
		return PythonType(v)
	}
	types := make([]string, len(elements))
	for i, e := range elements {
		types[i] = PythonType(e)
	}
	slices.Sort(types)
	union := strings.Join(slices.Compact(types), " | ")
	if _, ok := v.([]any); ok {
		return "list[" + union + "]"
	}
	return "dict[str, " + union + "]"
}
