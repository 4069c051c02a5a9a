package builtin

import (
	"errors"
	"regexp"
	"strings"
	"sync"

	"go.starlark.net/starlark"
)

// Translate returns an error as Python's exception. Errors that are one already
// or hold one become that; what the interpreter itself says about operators,
// calls and names is put into Python's words. Everything else, and nil, is
// returned as it is.
func Translate(err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Exception](err); ok {
		return e
	}
	text := err.Error()
	for _, t := range translations() {
		if parts := t.pattern.FindStringSubmatch(text); parts != nil {
			return t.exception(parts, err)
		}
	}
	return err
}

// A translation is a message of the interpreter and what Python says instead.
// Groups of the pattern replace $1 and so on; names of types become
// Python's.
type translation struct {
	pattern *regexp.Regexp
	class   *Class
	text    string
	raise   func(parts []string) *Exception // instead of class and text
}

func (t translation) exception(parts []string, cause error) *Exception {
	if t.raise != nil {
		e := t.raise(parts)
		e.Err = cause
		return e
	}
	text := t.text
	for i, part := range parts[1:] {
		text = strings.ReplaceAll(text, "$"+string(rune('1'+i)), pythonType(part))
	}
	e := newException(t.class, starlark.String(text))
	e.Err = cause
	return e
}

// pythonType is Python's name of a type, or of a function without a name; other
// words stay.
func pythonType(name string) string {
	switch name {
	case "string":
		return "str"
	case "lambda":
		return "<lambda>"
	}
	return name
}

// translations are tried in this order. They are compiled by the first use. The
// patterns follow the messages in go.starlark.net's eval.go, interp.go, value.go
// and int.go.
var translations = sync.OnceValue(func() []translation {
	simple := func(pattern string, class *Class, text string) translation {
		return translation{pattern: regexp.MustCompile(pattern), class: class, text: text}
	}
	special := func(pattern string, raise func([]string) *Exception) translation {
		return translation{pattern: regexp.MustCompile(pattern), raise: raise}
	}
	return []translation{
		special(`^unknown binary op: (\S+) (.+) (\S+)$`, binaryMistake),
		simple(`^unknown unary op: (\S+) (\S+)$`, TypeError, "bad operand type for unary $1: '$2'"),
		simple(`^(\S+) (<|<=|>|>=) (\S+) not implemented$`, TypeError, "'$2' not supported between instances of '$1' and '$3'"),
		simple(`^floating-point division by zero$`, ZeroDivisionError, "division by zero"),
		simple(`^floored division by zero$`, ZeroDivisionError, "integer division or modulo by zero"),
		simple(`^integer modulo by zero$`, ZeroDivisionError, "integer modulo by zero"),
		simple(`^floating-point modulo by zero$`, ZeroDivisionError, "float modulo"),
		simple(`^'in <string>' requires string as left operand, not (\S+)$`, TypeError, "'in <string>' requires string as left operand, not $1"),
		simple(`^(?:int in bytes|'in bytes' requires).*$`, TypeError, "a bytes-like object is required, or an int in range(0, 256)"),
		simple(`^(?:excessive repeat|repeat count .* too large).*$`, MemoryError, "the result is too large"),
		simple(`^got (\S+), want int$`, TypeError, "'$1' object cannot be interpreted as an integer"),
		simple(`^negative shift count.*$`, ValueError, "negative shift count"),
		simple(`^shift count too large.*$`, OverflowError, "numbers can be shifted by 511 bits at most"),
		simple(`^(\S+) out of range$`, OverflowError, "$1 is too large here"),
		simple(`^int too large to convert to float$`, OverflowError, "int too large to convert to float"),
		simple(`^unhashable type: (\S+)$`, TypeError, "unhashable type: '$1'"),
		simple(`^unhashable: (\S+)$`, TypeError, "unhashable type: '$1'"),
		simple(`^invalid call of non-function \((\S+)\)$`, TypeError, "'$1' object is not callable"),
		simple(`^(\S+) value is not iterable$`, TypeError, "'$1' object is not iterable"),
		simple(`^got (\S+) in sequence assignment$`, TypeError, "cannot unpack non-iterable $1 object"),
		simple(`^too many values to unpack \(got .*, want (\d+)\)$`, ValueError, "too many values to unpack (expected $1)"),
		simple(`^too few values to unpack \(got (\d+), want (\d+)\)$`, ValueError, "not enough values to unpack (expected $2, got $1)"),
		simple(`^argument after \* must be iterable, not (\S+)$`, TypeError, "argument after * must be an iterable, not $1"),
		simple(`^argument after \*\* must be a mapping, not (\S+)$`, TypeError, "argument after ** must be a mapping, not $1"),
		simple(`^keywords must be strings, not (\S+)$`, TypeError, "keywords must be strings"),
		simple(`^cannot .* frozen (?:list|hash table)$`, TypeError, "this value is shared and cannot be changed: make a copy of it first"),
		simple(`^cannot .* (?:list|hash table) during iteration$`, RuntimeError, "changed during iteration"),
		simple(`^comparison exceeded maximum recursion depth$`, RecursionError, "maximum recursion depth exceeded in comparison"),
		simple(`^Starlark stack overflow$`, RecursionError, "maximum recursion depth exceeded"),
		simple(`^local variable (\S+) referenced before assignment$`, UnboundLocalError, "cannot access local variable '$1' where it is not associated with a value"),
		simple(`^global variable (\S+) referenced before assignment$`, NameError, "name '$1' is not defined"),
		special(`^function (.+) accepts (?:no arguments|(?:at most )?(\d+) positional arguments?) \((\d+) given\)$`, tooMany),
		special(`^function (.+) missing (\d+) arguments? \((.*)\)$`, missing),
		simple(`^function (.+) got multiple values for parameter "?([^"]*)"?$`, TypeError, "$1() got multiple values for argument '$2'"),
		simple(`^function (.+) got an unexpected keyword argument "?([^"]*)"?$`, TypeError, "$1() got an unexpected keyword argument '$2'"),
	}
})

// binaryMistake is an operator between types that do not have it.
func binaryMistake(parts []string) *Exception {
	x, op, y := pythonType(parts[1]), parts[2], pythonType(parts[3])
	text := "unsupported operand type(s) for " + op + ": '" + x + "' and '" + y + "'"
	sequence := func(t string) bool { return t == "str" || t == "list" || t == "tuple" || t == "bytes" }
	switch {
	case op == "in" || op == "not in":
		text = "argument of type '" + y + "' is not iterable"
	case op == "+" && x == "bytes":
		text = "can't concat " + y + " to bytes"
	case op == "+" && sequence(x):
		text = `can only concatenate ` + x + ` (not "` + y + `") to ` + x
	case op == "*" && sequence(x) && y != "bool":
		text = "can't multiply sequence by non-int of type '" + y + "'"
	case op == "*" && sequence(y) && x != "bool":
		text = "can't multiply sequence by non-int of type '" + x + "'"
	}
	return newException(TypeError, starlark.String(text))
}

func tooMany(parts []string) *Exception {
	takes, were := parts[2], "were"
	if takes == "" {
		takes = "0"
	}
	plural := "s"
	if takes == "1" {
		plural = ""
	}
	if parts[3] == "1" {
		were = "was"
	}
	return newException(TypeError, starlark.String(pythonType(parts[1])+"() takes "+takes+" positional argument"+plural+" but "+parts[3]+" "+were+" given"))
}

func missing(parts []string) *Exception {
	names := strings.Split(parts[3], ", ")
	for i, name := range names {
		names[i] = "'" + strings.TrimPrefix(name, "$") + "'" // positional only
	}
	list, plural := strings.Join(names, ", "), ""
	if len(names) > 1 {
		plural = "s"
		last := len(names) - 1
		comma := ""
		if last > 1 {
			comma = ","
		}
		list = strings.Join(names[:last], ", ") + comma + " and " + names[last]
	}
	return newException(TypeError, starlark.String(pythonType(parts[1])+"() missing "+parts[2]+" required positional argument"+plural+": "+list))
}
