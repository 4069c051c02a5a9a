package library

import (
	"fmt"
	"reflect"
	"strings"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
	"cygnet/op"
	"cygnet/shell"
)

// Lengths of what is shown of a call's arguments, in characters.
const (
	maxDetail = 120
	maxValue  = 40
)

// detail shows a call's own arguments: the first parameter and positional ones
// without their names.
func (o *operation) detail(g *given) string {
	var parts []string
	show := func(name string, value any, bare bool) {
		text := brief(value, 0)
		if shell.SecretName(name) || o.isSecret(name) {
			text = shell.Mask
		}
		if !bare {
			text = name + "=" + text
		}
		parts = append(parts, text)
	}
	for i, v := range g.args {
		show(o.params[i].Name, v, true)
	}
	for _, name := range g.names {
		show(name, g.kwargs[name], len(g.args) == 0 && name == o.params[0].Name)
	}
	return shorten(strings.Join(parts, " | "), maxDetail)
}

// isSecret reports whether a parameter's type is a secret.
func (o *operation) isSecret(name string) bool {
	for _, p := range o.params {
		if p.Name == name {
			return p.Type == secretType || p.Type == reflect.PointerTo(secretType)
		}
	}
	return false
}

var secretType = reflect.TypeFor[shell.Secret]()

// brief shows a value as Python would, but for strings, which have no quotes.
func brief(v any, depth int) string {
	switch v := v.(type) {
	case nil:
		return "None"
	case bool:
		if v {
			return "True"
		}
		return "False"
	case string:
		return shorten(strings.Join(strings.Fields(v), " "), maxValue)
	case []byte:
		return fmt.Sprintf("%d bytes", len(v))
	case []any:
		items := make([]string, len(v))
		for i, item := range v {
			items[i] = brief(item, depth+1)
		}
		text := shorten(strings.Join(items, ", "), 2*maxValue)
		if depth > 0 {
			return "[" + text + "]"
		}
		return text
	case map[string]any:
		var items []string
		for _, k := range sortedKeys(v) {
			text := brief(v[k], depth+1)
			if shell.SecretName(k) {
				text = shell.Mask
			}
			items = append(items, k+": "+text)
		}
		return shorten("{"+strings.Join(items, ", ")+"}", 2*maxValue)
	case op.Content:
		return v.String()
	case starlark.Value:
		if plain, ok := scalar(v); ok {
			return brief(plain, depth)
		}
		return shorten(strings.Join(strings.Fields(builtin.Repr(v)), " "), 2*maxValue)
	}
	return shorten(fmt.Sprint(v), maxValue)
}

// briefValue shows an argument of an operation of the deploy's own.
func briefValue(name string, v starlark.Value) string {
	if shell.SecretName(name) {
		return shell.Mask
	}
	if plain, err := toGo(nil, v, 0); err == nil {
		return brief(plain, 0)
	}
	return brief(v, 0)
}

func shorten(s string, limit int) string {
	runes := []rune(s)
	if len(runes) <= limit {
		return s
	}
	return string(runes[:limit-1]) + "…"
}
