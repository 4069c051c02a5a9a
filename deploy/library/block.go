package library

import (
	"slices"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

// A block is `with host.when(condition):` or `with host.arguments(_sudo=True):`:
// global arguments for the operations that are called in it.
type block struct {
	object
	session *Session
	globals map[string]starlark.Value
	before  [][]scope // of the blocks of it that are open
}

var _ builtin.Manager = (*block)(nil)

func (*block) String() string { return "<block of operations>" }
func (*block) Type() string   { return "block" }

// Enter implements builtin.Manager.
func (b *block) Enter(*starlark.Thread) (starlark.Value, error) {
	s := b.session
	b.before = append(b.before, s.scopes)
	s.scopes = append(slices.Clip(s.scopes), scope{globals: b.globals})
	return starlark.None, nil
}

// Exit implements builtin.Manager.
func (b *block) Exit(*starlark.Thread, error) (bool, error) {
	last := len(b.before) - 1
	b.session.scopes, b.before = b.before[last], b.before[:last]
	return false, nil
}

// when makes a block whose operations run only if a condition holds.
func (h *hostObject) when(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var condition starlark.Value
	if err := unpack(b, args, kwargs, "condition", &condition); err != nil {
		return nil, err
	}
	switch condition.(type) {
	case starlark.Callable, *starlark.List, starlark.Tuple:
	default:
		return nil, builtin.Raise(builtin.TypeError, "when() takes a function, such as operation.did_change, not %s; for a value that is known now write a plain if",
			builtin.TypeName(condition))
	}
	return &block{session: h.session, globals: map[string]starlark.Value{"_if": condition}}, nil
}

// arguments makes a block whose operations have global arguments.
func (h *hostObject) arguments(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	if len(args) > 0 {
		return nil, builtin.Raise(builtin.TypeError, "arguments() takes keyword arguments only, such as _sudo=True")
	}
	globals := map[string]starlark.Value{}
	for _, kw := range kwargs {
		name := string(kw[0].(starlark.String))
		if err := knownGlobal("host.arguments", name, kw[1] == starlark.None || kw[1] == starlark.False); err != nil || name == "name" {
			if err == nil {
				return nil, builtin.Raise(builtin.TypeError, "arguments() takes no name: it is for one operation")
			}
			return nil, badArguments(err)
		}
		globals[name] = kw[1]
	}
	return &block{session: h.session, globals: globals}, nil
}

// loop returns its items: operations that are called in a loop are told apart
// here by how often they are called.
func (h *hostObject) loop(thread *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var items starlark.Value
	if err := unpack(b, args, kwargs, "items", &items); err != nil {
		return nil, err
	}
	list, err := builtin.Collect(items)
	if err != nil {
		return nil, err
	}
	return starlark.NewList(list), nil
}
