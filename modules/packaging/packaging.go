// Package packaging plans what package managers have in common: which packages
// are missing, in the version that is wanted, and which are too many.
//
// Each module of a package manager says in a [Manager] how it differs and calls
// [Manager.Plan]; nothing here knows one by name.
package packaging

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"cygnet/op"
	"cygnet/shell"
)

// A Package is a package that is wanted, or not.
type Package struct {
	Name string
	// Version is the version that is pinned, or empty.
	Version string
	// Text is how the deploy wrote it, and how the package manager gets it.
	Text string
}

// Wanted is what a deploy says of packages. The zero value wants none.
type Wanted struct {
	Packages []string
	// Absent packages are to be removed.
	Absent bool
	// Latest packages are to be upgraded if they are installed without a
	// pinned version.
	Latest bool
}

// A Manager is a package manager as far as it differs from others.
type Manager struct {
	// Install, Remove and Upgrade are the commands to which packages are
	// appended. Without Upgrade, Latest changes nothing.
	Install, Remove, Upgrade shell.Text
	// Pin stands between a name and a pinned version; empty means that
	// versions cannot be pinned.
	Pin string
	// Has tells whether a package is installed.
	Has func(Package) (bool, error)
}

// Plan returns what is missing, behind the commands that go first whatever is
// missing, such as an update. All packages are looked up before the first error
// is returned, so that facts that are pending come together.
func (m Manager) Plan(w Wanted, first ...shell.Text) (op.Plan, error) {
	var change, upgrade, fine []string
	var pending error
	for _, text := range w.Packages {
		if strings.TrimSpace(text) == "" {
			return op.Plan{}, op.ValueErrorf("the name of a package is empty")
		}
		p := m.parse(text)
		has, err := m.Has(p)
		switch {
		case err != nil && pending == nil:
			pending = err
		case has == w.Absent:
			change = append(change, text)
		case w.Latest && !w.Absent && p.Version == "" && !m.Upgrade.IsZero():
			upgrade = append(upgrade, text)
		default:
			fine = append(fine, text)
		}
	}
	if pending != nil {
		return op.Plan{}, pending
	}
	var p op.Plan
	for _, text := range first {
		if !text.IsZero() {
			p.Run(text)
		}
	}
	command := m.Install
	if w.Absent {
		command = m.Remove
	}
	if len(change) > 0 {
		p.Run(shell.Join(" ", command, shell.Words(change...)))
	}
	if len(upgrade) > 0 {
		p.Run(shell.Join(" ", m.Upgrade, shell.Words(upgrade...)))
	}
	if len(p.Commands) == 0 {
		p.Noop = reason(fine, w.Absent)
	}
	return p, nil
}

// reason says why nothing is to be done.
func reason(packages []string, absent bool) string {
	state := "installed"
	if absent {
		state = "not installed"
	}
	switch len(packages) {
	case 0:
		return "no packages are asked for"
	case 1:
		return fmt.Sprintf("package %s is %s", packages[0], state)
	}
	return fmt.Sprintf("packages %s are %s", strings.Join(packages, ", "), state)
}

// When returns a text if it is wanted: an optional first command of a plan.
func When(wanted bool, text string) shell.Text {
	if !wanted {
		return shell.Text{}
	}
	return shell.Raw(text)
}

// parse takes a version off the text of a package.
func (m Manager) parse(text string) Package {
	if m.Pin != "" {
		if i := strings.LastIndex(text, m.Pin); i > 0 {
			return Package{Name: text[:i], Version: text[i+len(m.Pin):], Text: text}
		}
	}
	return Package{Name: text, Text: text}
}

// Installed are the packages of a host: the versions by name.
type Installed map[string][]string

// Has reports whether a package is there, in its version if one is pinned.
func (i Installed) Has(p Package) bool {
	versions, ok := i[p.Name]
	return ok && (p.Version == "" || slices.Contains(versions, p.Version))
}

// Find makes a function for [Manager.Has] out of what is installed.
func (i Installed) Find(p Package) (bool, error) { return i.Has(p), nil }

// A Flag is a bool that deploys may write in another way: what Python takes for
// true is true.
type Flag bool

// UnmarshalArgument implements argument.Unmarshaler.
func (f *Flag) UnmarshalArgument(value any) error {
	switch v := value.(type) {
	case bool:
		*f = Flag(v)
	case string:
		*f = v != ""
	case int64:
		*f = v != 0
	default:
		return errFlag
	}
	return nil
}

// ArgumentType implements argument.Unmarshaler.
func (*Flag) ArgumentType() string { return "bool" }

var errFlag = errors.New("a bool, True or False")
