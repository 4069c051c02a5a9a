// Package jinja renders templates in the language of Jinja 3.1, over the values
// that deploy files have: methods, formatting and exceptions are those of package
// builtin, so that a value looks the same in a template and in a deploy.
//
//	t, err := jinja.Parse("motd.j2", source, jinja.Options{KeepTrailingNewline: true})
//	text, err := t.Render(ctx, thread, starlark.StringDict{"name": starlark.String("web1")})
//
// A [Template] is read only; any number of goroutines may render it. A [Cache]
// parses each text once and finds what templates include, import and extend.
//
// Templates are walked over as a tree. They hold few computations and much text,
// and undefined values, blocks and scopes of their own would each have to be
// lowered to calls if templates were made programs of the interpreter.
//
// # What is Jinja here
//
// All statements, filters, tests and functions of Jinja 3.1, with StrictUndefined
// and without autoescape. Refused by name: the extensions (do, break, continue,
// trans, debug), line statements, lipsum, and autoescape.
//
// # What differs from Jinja
//
//   - What filters such as map and select give is computed at once.
//   - An undefined value can be given to macros and to the filter default, and
//     to no other function.
//   - pprint does not cut long strings into pieces.
package jinja
