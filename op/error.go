package op

import "fmt"

// An ErrorKind says what is wrong with an operation that cannot be planned.
type ErrorKind uint8

// The kinds, with the names that deploy files know them by.
const (
	StateError ErrorKind = iota // OperationError: the host's state forbids it
	TypeError                   // OperationTypeError: an argument's type
	ValueError                  // OperationValueError: an argument's value
)

// String returns the name of the exception in deploy files.
func (k ErrorKind) String() string {
	switch k {
	case TypeError:
		return "OperationTypeError"
	case ValueError:
		return "OperationValueError"
	}
	return "OperationError"
}

// An Error says why an operation cannot be planned.
type Error struct {
	Kind ErrorKind
	Msg  string
}

func (e *Error) Error() string { return e.Msg }

// Errorf returns an Error about the host's state.
func Errorf(format string, args ...any) error {
	return &Error{Kind: StateError, Msg: fmt.Sprintf(format, args...)}
}

// TypeErrorf returns an Error about an argument's type.
func TypeErrorf(format string, args ...any) error {
	return &Error{Kind: TypeError, Msg: fmt.Sprintf(format, args...)}
}

// ValueErrorf returns an Error about an argument's value.
func ValueErrorf(format string, args ...any) error {
	return &Error{Kind: ValueError, Msg: fmt.Sprintf(format, args...)}
}
