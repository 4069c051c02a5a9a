package library

import (
	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

func abcModule() *definition {
	return &definition{name: "abc", what: "name", values: map[string]func(*Session) starlark.Value{
		"ABC":            constant(builtin.ABCClass()),
		"ABCMeta":        constant(builtin.ABCMetaClass()),
		"abstractmethod": constant(starlark.NewBuiltin("abstractmethod", abstractMethod)),
	}, later: map[string]string{
		"abstractproperty": "use @property over @abstractmethod", "abstractclassmethod": "use @classmethod over @abstractmethod",
		"abstractstaticmethod": "use @staticmethod over @abstractmethod",
	}}
}

func abstractMethod(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var f starlark.Value
	if err := unpack(b, args, kwargs, "funcobj", &f); err != nil {
		return nil, err
	}
	return builtin.NewAbstractMethod(f), nil
}
