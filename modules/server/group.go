package server

import (
	"errors"
	"slices"
	"strconv"

	"cygnet/fact"
	"cygnet/op"
	"cygnet/shell"
)

const freeBSD = "FreeBSD"

// Group adds or removes a group.
type Group struct {
	// Group is its name.
	Group  string `arg:",required"`
	Absent bool   `arg:"!present"`
	System bool   // take a number of those for services
	// GID is the number of a new group; empty lets the host choose. A group
	// that is there keeps the one it has.
	GID ID `arg:"gid"`
}

// An ID is the number of a group, as text.
type ID string

// UnmarshalArgument implements argument.Unmarshaler.
func (id *ID) UnmarshalArgument(value any) error {
	switch v := value.(type) {
	case int64:
		*id = ID(strconv.FormatInt(v, 10))
	case string:
		*id = ID(v)
	default:
		return errID
	}
	return nil
}

// ArgumentType implements argument.Unmarshaler.
func (*ID) ArgumentType() string { return "int | str" }

var errID = errors.New("a number")

// Plan implements op.Operation.
func (g Group) Plan(h *op.Host) (op.Plan, error) {
	fact.Want(h, fact.Ask(Groups{}), fact.Ask(Os{}))
	groups, err := fact.Get(h, Groups{})
	if err != nil {
		return op.Plan{}, err
	}
	os, err := fact.Get(h, Os{})
	if err != nil {
		return op.Plan{}, err
	}
	exists := slices.Contains(groups, g.Group)
	switch {
	case exists && !g.Absent:
		return op.Nothing("group %s is there", g.Group), nil
	case !exists && g.Absent:
		return op.Nothing("there is no group %s", g.Group), nil
	}
	var p op.Plan
	p.Run(shell.Words(g.words(os)...))
	return p, nil
}

func (g Group) words(os string) []string {
	var words []string
	switch {
	case os == freeBSD && g.Absent:
		return []string{"pw", "groupdel", "-n", g.Group}
	case g.Absent:
		return []string{"groupdel", g.Group}
	case os == freeBSD:
		words = []string{"pw", "groupadd", "-n", g.Group}
		if g.GID != "" {
			words = append(words, "-g", string(g.GID))
		}
		return words
	}
	words = []string{"groupadd"}
	if g.System {
		words = append(words, "-r")
	}
	words = append(words, g.Group)
	if g.GID != "" {
		words = append(words, "--gid", string(g.GID))
	}
	return words
}
