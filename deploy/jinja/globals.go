package jinja

import (
	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
)

// globals are the functions that every template has.
func (r *run) globals() starlark.StringDict {
	return starlark.StringDict{
		"range": predeclared()["range"],
		"dict":  predeclared()["dict"],
		"lipsum": function("lipsum", func(starlark.Tuple, []starlark.Tuple) starlark.Value {
			r.failf(RuntimeError, "lipsum() is not supported: a host has no use for random text")
			return nil
		}),
		"cycler":    function("cycler", r.cycler),
		"joiner":    function("joiner", r.joiner),
		"namespace": function("namespace", r.namespace),
	}
}

func (r *run) cycler(args starlark.Tuple, kwargs []starlark.Tuple) starlark.Value {
	if len(args) == 0 || len(kwargs) > 0 {
		r.raise(builtin.TypeError, "cycler() needs at least one item, and takes no keywords")
	}
	i := 0
	return &object{kind: "Cycler", attrs: func(name string) starlark.Value {
		switch name {
		case "current":
			return args[i]
		case "items":
			return args
		case "next":
			return function("next", func(starlark.Tuple, []starlark.Tuple) starlark.Value {
				item := args[i]
				i = (i + 1) % len(args)
				return item
			})
		case "reset":
			return function("reset", func(starlark.Tuple, []starlark.Tuple) starlark.Value {
				i = 0
				return starlark.None
			})
		}
		return nil
	}}
}

func (r *run) joiner(args starlark.Tuple, kwargs []starlark.Tuple) starlark.Value {
	for _, kw := range kwargs {
		if kw[0] != str("sep") {
			r.raise(builtin.TypeError, "joiner() got an unexpected keyword argument '%s'", builtin.Str(kw[0]))
		}
		args = append(args, kw[1])
	}
	if len(args) > 1 {
		r.raise(builtin.TypeError, "joiner() takes one argument, not %d", len(args))
	}
	separator := str(", ")
	if len(args) == 1 {
		separator = args[0]
	}
	used := false
	return function("Joiner", func(starlark.Tuple, []starlark.Tuple) starlark.Value {
		if used {
			return separator
		}
		used = true
		return str("")
	})
}

func (r *run) namespace(args starlark.Tuple, kwargs []starlark.Tuple) starlark.Value {
	v, err := starlark.Call(r.thread, predeclared()["dict"], args, kwargs)
	dict, ok := must(r, v, err).(*starlark.Dict)
	if !ok {
		r.raise(builtin.TypeError, "namespace() needs a dict, or keywords")
	}
	return &namespace{dict}
}
