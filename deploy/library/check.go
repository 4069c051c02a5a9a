package library

import (
	"strings"

	"cygnet/op/argument"
)

// CheckArgument says what is wrong with the name of a keyword argument of a call
// of an operation. It returns "" if nothing is, or if the function is no
// operation. isDefault says that the value is None or False.
func (l *Library) CheckArgument(module, function, name string, isDefault bool) string {
	m, ok := strings.CutPrefix(canonical(module), "pyinfra.operations.")
	if !ok {
		return ""
	}
	d, ok := l.registry.Operation(m + "." + function)
	if !ok {
		return ""
	}
	o := newOperation(d)
	if o.takes(name) {
		return ""
	}
	if isGlobal(name) {
		if err := knownGlobal(d.Name, name, isDefault); err != nil {
			return err.Error()
		}
		return ""
	}
	if _, ok := argument.Rest(d.Type); ok {
		return "" // it takes any
	}
	if _, err := d.New(nil, map[string]any{name: nil}); err != nil {
		return err.Error()
	}
	return ""
}
