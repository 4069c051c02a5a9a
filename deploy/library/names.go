package library

import (
	"slices"
	"strings"
)

// Modules returns the names of all modules that can be imported, in order.
func (l *Library) Modules() []string { return sortedKeys(l.modules) }

// Names returns what can be imported from a module, in order, its submodules
// too.
func (l *Library) Names(module string) []string {
	d := l.modules[canonical(module)]
	if d == nil {
		return nil
	}
	names := d.names()
	for other := range l.modules {
		if rest, ok := strings.CutPrefix(other, d.name+"."); ok && !strings.Contains(rest, ".") {
			names = append(names, rest)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// GlobalNames returns the names of the global arguments, in order.
func GlobalNames() []string { return slices.Clone(globalNames) }
