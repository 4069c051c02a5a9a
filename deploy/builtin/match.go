package builtin

import (
	"slices"

	"go.starlark.net/starlark"
)

// A matching is one try of a pattern; see syntax.MatchCase.
type matching struct {
	thread *starlark.Thread
	bound  map[string]starlark.Value
}

// matchCase is the helper syntax.MatchCase.
func matchCase(thread *starlark.Thread, args starlark.Tuple) (starlark.Value, error) {
	m := &matching{thread: thread, bound: map[string]starlark.Value{}}
	ok, err := m.match(args[0], args[1].(starlark.Tuple))
	if !ok || err != nil {
		return starlark.None, err
	}
	names := args[2].(starlark.Tuple)
	values := make(starlark.Tuple, len(names))
	for i, name := range names {
		values[i] = m.bound[text(name)]
	}
	return values, nil
}

func text(v starlark.Value) string { return string(v.(starlark.String)) }

// bind binds a name unless it is "".
func (m *matching) bind(name, v starlark.Value) {
	if name := text(name); name != "" {
		m.bound[name] = v
	}
}

func (m *matching) match(v starlark.Value, pattern starlark.Tuple) (bool, error) {
	switch args := pattern[1:]; text(pattern[0]) {
	case "value":
		return equals(m.thread, v, args[0])
	case "is":
		return identical(v, args[0]), nil
	case "capture":
		m.bind(args[0], v)
		return true, nil
	case "or":
		for _, choice := range args[0].(starlark.Tuple) {
			if ok, err := m.match(v, choice.(starlark.Tuple)); ok || err != nil {
				return ok, err
			}
		}
		return false, nil
	case "as":
		ok, err := m.match(v, args[0].(starlark.Tuple))
		if ok && err == nil {
			m.bind(args[1], v)
		}
		return ok, err
	case "sequence":
		return m.sequence(v, args[0].(starlark.Tuple))
	case "mapping":
		return m.mapping(v, args)
	case "class":
		return m.class(v, args)
	}
	return false, Raise(SystemError, "unknown pattern %s", pattern[0])
}

func (m *matching) all(values []starlark.Value, patterns starlark.Tuple) (bool, error) {
	for i, p := range patterns {
		if ok, err := m.match(values[i], p.(starlark.Tuple)); !ok || err != nil {
			return false, err
		}
	}
	return true, nil
}

func isStar(p starlark.Value) bool { return p.(starlark.Tuple)[0] == starlark.String("star") }

func (m *matching) sequence(v starlark.Value, patterns starlark.Tuple) (bool, error) {
	switch Plain(v).(type) {
	case *starlark.List, starlark.Tuple:
	default:
		if v.Type() != "range" {
			return false, nil
		}
	}
	items, err := Collect(v)
	if err != nil {
		return false, err
	}
	star := slices.IndexFunc(patterns, isStar)
	if star < 0 {
		if len(items) != len(patterns) {
			return false, nil
		}
		return m.all(items, patterns)
	}
	after := len(patterns) - star - 1
	if len(items) < star+after {
		return false, nil
	}
	end := len(items) - after
	if ok, err := m.all(items, patterns[:star]); !ok || err != nil {
		return false, err
	}
	m.bind(patterns[star].(starlark.Tuple)[1], starlark.NewList(slices.Clone(items[star:end])))
	return m.all(items[end:], patterns[star+1:])
}

func (m *matching) mapping(v starlark.Value, args starlark.Tuple) (bool, error) {
	d, ok := v.(starlark.IterableMapping)
	if !ok {
		return false, nil
	}
	keys, patterns := args[0].(starlark.Tuple), args[1].(starlark.Tuple)
	for i, key := range keys {
		item, found, err := d.Get(key)
		if err != nil || !found {
			return false, Translate(err)
		}
		if ok, err := m.match(item, patterns[i].(starlark.Tuple)); !ok || err != nil {
			return false, err
		}
	}
	if args[2] == starlark.String("") {
		return true, nil
	}
	rest := starlark.NewDict(0)
	if err := mergeMapping(rest, d); err != nil {
		return false, err
	}
	for _, key := range keys {
		if _, _, err := rest.Delete(key); err != nil {
			return false, Translate(err)
		}
	}
	m.bind(args[2], rest)
	return true, nil
}

// selfMatching are the classes whose only positional pattern is for the value
// itself.
var selfMatching = []*Class{
	BoolClass, BytesClass, DictClass, FloatClass, FrozenSetClass, IntClass, ListClass, SetClass, StrClass, TupleClass,
}

func (m *matching) class(v starlark.Value, args starlark.Tuple) (bool, error) {
	class, ok := args[0].(*Class)
	if !ok {
		return false, Raise(TypeError, "called match pattern must be a type")
	}
	if ok, err := isInstance(v, class); !ok || err != nil {
		return false, err
	}
	patterns, keywords := args[1].(starlark.Tuple), args[2].(starlark.Tuple)
	n := len(patterns) - len(keywords)
	if n == 1 && slices.ContainsFunc(selfMatching, class.derives) {
		if ok, err := m.match(v, patterns[0].(starlark.Tuple)); !ok || err != nil {
			return false, err
		}
		return m.attributes(v, keywords, patterns[1:])
	}
	names := starlark.Tuple{}
	if n > 0 {
		given, err := getAttr(class, "__match_args__")
		if err != nil && !isAttributeError(err) {
			return false, err
		}
		if given != nil {
			names, ok = given.(starlark.Tuple)
			if !ok {
				return false, Raise(TypeError, "%s.__match_args__ must be a tuple (got %s)", class.name, TypeName(given))
			}
		}
	}
	most, plural := len(names), "s"
	if slices.ContainsFunc(selfMatching, class.derives) {
		most = 1
	}
	if most == 1 {
		plural = ""
	}
	if n > len(names) {
		return false, Raise(TypeError, "%s() accepts %d positional sub-pattern%s (%d given)", class.name, most, plural, n)
	}
	return m.attributes(v, slices.Concat(names[:n], keywords), patterns)
}

// attributes matches attributes of a value.
func (m *matching) attributes(v starlark.Value, names, patterns starlark.Tuple) (bool, error) {
	for i, name := range names {
		attr, err := getAttr(v, text(name))
		if isAttributeError(err) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		if ok, err := m.match(attr, patterns[i].(starlark.Tuple)); !ok || err != nil {
			return false, err
		}
	}
	return true, nil
}
