package fact

import (
	"fmt"
	"reflect"

	"cygnet/shell"
)

// A Declaration is a fact as it is offered to deploy files and the command
// line: its type, of which values can be made, and how a value becomes a Request.
type Declaration struct {
	// Name is package and type, such as "server.Users".
	Name string
	// Type is the fact's struct type; its exported fields are the arguments.
	Type reflect.Type
	// Ask returns the request of a value of Type.
	Ask func(value any) Request
}

// Declare makes a Declaration of a fact from any value of it, such as the zero
// value.
func Declare[F Fact[T], T any](fact F) Declaration {
	t := reflect.TypeOf(fact)
	return Declaration{
		Name: nameOf(t),
		Type: t,
		Ask: func(value any) Request {
			f, ok := value.(F)
			if !ok {
				return mistaken(nameOf(t), value)
			}
			return Ask[T](f)
		},
	}
}

// mistaken returns a request that asks a host nothing and fails with the
// caller's mistake.
func mistaken(name string, value any) Request {
	return Request{
		Key:     fmt.Sprintf("%s of %T", name, value),
		Name:    name,
		Command: shell.Raw(":"),
		Parse: func([]string) (any, error) {
			return nil, fmt.Errorf("it cannot be asked with a %T", value)
		},
	}
}
