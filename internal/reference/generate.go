package main

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"cygnet/fact"
	"cygnet/modules"
	"cygnet/op"
	"cygnet/op/argument"
)

const start = `# Operations and facts

What a deploy file can use, module by module. This page is written by
` + "`go run ./internal/reference`" + ` from the program itself; do not edit it.

An operation is imported from its module and called: ` + "`from pyinfra.operations import apt`" + `, then
` + "`apt.packages(packages=[\"git\"])`" + `. A fact is asked for by
` + "`host.get_fact(Users)`" + ` after ` + "`from pyinfra.facts.server import Users`" + `. None stands for the
default of every argument that has one, and a single value for a list of one.

## Arguments of every operation

`

// generator writes the page.
type generator struct {
	strings.Builder
	source  source
	names   map[string]string // of the module's Go types, as deploys write them
	missing []string          // what has no comment
}

// generate returns the page about the modules, whose source is below root, and
// the names of what has no comment.
func generate(root string, registry *modules.Registry) (text string, missing []string, err error) {
	g := &generator{source: source{root: root}}
	g.WriteString(start)
	rows := [][]string{}
	for _, a := range globals {
		rows = append(rows, []string{code(a.name), code(a.hint), code(a.standard), a.text})
	}
	g.table([]string{"argument", "type", "default", "meaning"}, rows)
	for _, m := range registry.Modules() {
		if err := g.module(m); err != nil {
			return "", nil, fmt.Errorf("module %s: %w", m.Name, err)
		}
	}
	slices.Sort(g.missing)
	return g.String(), slices.Compact(g.missing), nil
}

func (g *generator) module(m op.Module) error {
	p, err := g.source.folder("modules/" + m.Name)
	if err != nil {
		return err
	}
	about, _, _ := strings.Cut(strings.TrimPrefix(p.text, "Package "+m.Name+" "), "\n\n")
	if about == "" {
		g.missing = append(g.missing, "package "+m.Name)
	}
	fmt.Fprintf(g, "\n## %s\n\n%s\n", m.Name, sentence(paragraphs(about)))
	g.names = map[string]string{}
	for _, f := range m.Facts {
		g.names[f.Type.Name()] = code(f.Name)
	}
	for _, o := range m.Operations {
		g.names[o.Type.Name()] = code(o.Name)
	}
	for _, o := range m.Operations {
		if err := g.entry(o.Name, o.Type); err != nil {
			return err
		}
	}
	if len(m.Facts) == 0 {
		return nil
	}
	fmt.Fprintf(g, "\n### Facts of %s\n", m.Name)
	for _, f := range m.Facts {
		if err := g.fact(f); err != nil {
			return err
		}
	}
	return nil
}

// entry writes the name, the comment and the arguments of an operation or fact.
func (g *generator) entry(name string, t reflect.Type) error {
	comments, err := g.source.of(t)
	if err != nil {
		return err
	}
	if comments.text == "" {
		g.missing = append(g.missing, t.String())
	}
	params := argument.Of(t)
	w := words{names: maps.Clone(g.names)}
	for _, p := range params {
		w.names[t.Field(p.Field).Name] = label(p)
	}
	fmt.Fprintf(g, "\n### %s\n\n%s\n", name, paragraphs(w.text(comments.text, t.Name(), code(name))))
	var rows [][]string
	for _, p := range params {
		rows = append(rows, []string{code(p.Name), code(hint(p)), standard(p), g.meaning(t, p, comments, w)})
	}
	if field, ok := argument.Rest(t); ok {
		name := t.Field(field).Name
		w.names[name] = code("**" + argument.Snake(name))
		rows = append(rows, []string{w.names[name], code("Any"), "", sentence(w.text(comments.fields[name].text, name, w.names[name]))})
	}
	if len(rows) > 0 {
		g.WriteByte('\n')
		g.table([]string{"argument", "type", "default", "meaning"}, rows)
	}
	return nil
}

// meaning returns what is said of an argument. A comment may speak of several
// fields: then it stands at the first of them.
func (g *generator) meaning(t reflect.Type, p argument.Parameter, comments typeComments, w words) string {
	field := t.Field(p.Field).Name
	c := comments.fields[field]
	if c.text == "" {
		for _, other := range argument.Of(t) {
			name := t.Field(other.Field).Name
			if mentions(comments.fields[name].text, field) {
				return "See " + code(other.Name) + "."
			}
		}
		if p.Inverted && p.Name == "present" {
			return "False: it must not be there."
		}
		g.missing = append(g.missing, t.String()+"."+field)
		return ""
	}
	text := w.text(c.text, field, label(p))
	if c.trailing && p.Inverted {
		return sentence(label(p) + ": " + text)
	}
	return sentence(text)
}

// label is how a text speaks of an argument: of one whose field holds its
// opposite, it says what happens when it is False.
func label(p argument.Parameter) string {
	if p.Inverted {
		return code(p.Name + "=False")
	}
	return code(p.Name)
}

func hint(p argument.Parameter) string {
	if p.Inverted {
		return "bool"
	}
	return p.TypeName()
}

// standard returns an argument's default as Python writes it: the zero value of
// its field.
func standard(p argument.Parameter) string {
	name := hint(p)
	switch {
	case p.Required:
		return "required"
	case p.Inverted:
		return code("True")
	case name == "bool":
		return code("False")
	case name == "int", name == "float":
		return code("0")
	}
	return code("None")
}

func (g *generator) fact(f fact.Declaration) error {
	if err := g.entry(f.Name, f.Type); err != nil {
		return err
	}
	parse, ok := f.Type.MethodByName("Parse")
	if !ok {
		return fmt.Errorf("fact %s has no method Parse", f.Name)
	}
	answer := &answers{}
	fmt.Fprintf(g, "\nReturns %s.\n", code(answer.hint(parse.Type.Out(0))))
	for i := 0; i < len(answer.structs); i++ { // more are found on the way
		if err := g.parts(answer, answer.structs[i]); err != nil {
			return err
		}
	}
	return nil
}

// parts writes the keys of a dict that a fact returns.
func (g *generator) parts(a *answers, t reflect.Type) error {
	comments, err := g.source.of(t)
	if err != nil {
		return err
	}
	w := words{names: map[string]string{}}
	if isPlainer(t) {
		// Its comment must say what a deploy sees of it.
		if comments.text == "" {
			g.missing = append(g.missing, t.String())
		}
		fmt.Fprintf(g, "\n%s\n", paragraphs(w.text(comments.text, "", "")))
	}
	keys := keysOf(t)
	for i, key := range keys {
		w.names[t.Field(i).Name] = code(key)
	}
	if len(keys) == 0 {
		return nil
	}
	var rows [][]string
	for i := range t.NumField() {
		f := t.Field(i)
		if keys[i] != "" {
			if comments.fields[f.Name].text == "" {
				g.missing = append(g.missing, t.String()+"."+f.Name)
			}
			text := w.text(comments.fields[f.Name].text, f.Name, code(keys[i]))
			rows = append(rows, []string{code(keys[i]), code(a.hint(f.Type)), sentence(text)})
		}
	}
	what := "is a dict"
	if isPlainer(t) {
		what = "is a dict that has at least"
	}
	fmt.Fprintf(g, "\n%s %s:\n\n", code(t.Name()), what)
	g.table([]string{"key", "type", "meaning"}, rows)
	return nil
}

func (g *generator) table(head []string, rows [][]string) {
	row := func(cells []string) {
		for i := range cells {
			g.WriteString("| " + cell(cells[i]) + " ")
		}
		g.WriteString("|\n")
	}
	row(head)
	g.WriteString(strings.Repeat("|---", len(head)) + "|\n")
	for _, r := range rows {
		row(r)
	}
}

func code(s string) string { return "`" + s + "`" }
