package fact

import "reflect"

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
				// Only a caller's mistake leads here; the request says so
				// instead of asking a host.
				f = fact
			}
			return Ask[T](f)
		},
	}
}
