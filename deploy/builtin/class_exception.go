package builtin

import (
	"go.starlark.net/starlark"
)

// Exceptions are holders, so that files can derive classes from those of
// exceptions.

func (e *Exception) field(name string) starlark.Value { return e.fields[name] }

func (e *Exception) delField(name string) bool {
	_, found := e.fields[name]
	if !e.frozen {
		delete(e.fields, name)
	}
	return found && !e.frozen
}

// fieldDict returns a copy of the attributes that were set.
func (e *Exception) fieldDict() (*starlark.Dict, error) {
	d := starlark.NewDict(len(e.fields))
	for _, name := range e.fields.Keys() {
		if err := d.SetKey(starlark.String(name), e.fields[name]); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// DelField implements deleter.
func (e *Exception) DelField(name string) error {
	if e.Class.user != nil {
		return delAttrOf(e, name)
	}
	if !e.delField(name) {
		return Raise(AttributeError, "'%s' object has no attribute '%s'", e.Class.name, name)
	}
	return nil
}

// userText returns what a method of a class that a file has made says; ok is
// false if there is none.
func (e *Exception) userText(name string) (text string, ok bool) {
	if e.Class.user == nil {
		return "", false
	}
	m, owner := e.Class.find(name)
	if owner == nil || owner.user == nil {
		return "", false
	}
	v, err := callMethod(e.Class, functionOf(m), e)
	if err != nil {
		e.Class.user.lost(err)
		return "<exception str() failed>", true
	}
	s, isText := v.(starlark.String)
	if !isText {
		e.Class.user.lost(Raise(TypeError, "%s returned non-string (type %s)", name, TypeName(v)))
		return "<exception str() failed>", true
	}
	return string(s), true
}
