package main

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/google/go-cmp/cmp"

	"cygnet/fact"
	"cygnet/op/argument"
)

// fact runs a case and returns what is wrong. known says whether there is such a
// fact.
func (s suite) fact(name string, c testCase) (detail string, known bool) {
	d, ok := s.registry.Fact(name)
	if !ok {
		return "", false
	}
	request, err := ask(d, c.Arg)
	if err != nil {
		return "unexpected error: " + err.Error(), true
	}
	var wrong strings.Builder
	if want, secret, ok := wantedCommand(c.Command); ok {
		if diff := cmp.Diff(want, request.Command.Reveal()); diff != "" {
			wrong.WriteString("command (-want +got):\n" + diff)
		} else if secret && !request.Command.HasSecret() {
			wrong.WriteString("command: nothing in it is a secret\n")
		}
	}
	if c.Requires != nil {
		if diff := cmp.Diff(*c.Requires, request.Requires); diff != "" {
			wrong.WriteString("required program (-want +got):\n" + diff)
		}
	}
	answer, err := request.Parse(output(c.Output))
	if err != nil {
		wrong.WriteString("unexpected error: " + err.Error() + "\n")
		return wrong.String(), true
	}
	if diff := cmp.Diff(sameForm(c.Fact), sameForm(toJSON(fact.Plain(answer)))); diff != "" {
		wrong.WriteString("value (-want +got):\n" + diff)
	}
	return wrong.String(), true
}

// ask makes the request of a fact with the arguments of a case: one, a list, or a
// dict of them.
func ask(d fact.Declaration, arg any) (fact.Request, error) {
	var args []any
	var kwargs map[string]any
	decoded, err := decode(arg)
	if err != nil {
		return fact.Request{}, err
	}
	switch arg := decoded.(type) {
	case nil:
	case []any:
		args = arg
	case map[string]any:
		kwargs = arg
	default:
		args = []any{arg}
	}
	value, err := argument.New(d.Type, d.Name, args, kwargs)
	if err != nil {
		return fact.Request{}, err
	}
	// Facts that must know the present take it in a field.
	v := reflect.New(d.Type).Elem()
	v.Set(reflect.ValueOf(value))
	if clock := v.FieldByName("Now"); clock.IsValid() {
		clock.Set(reflect.ValueOf(now))
	}
	return d.Ask(v.Interface()), nil
}

// wantedCommand returns the text of a case's command, and whether there is a
// secret in it. ok is false for a case that does not say.
func wantedCommand(command any) (text string, secret, ok bool) {
	switch c := command.(type) {
	case nil:
		return "", false, false
	case map[string]any:
		return fmt.Sprint(c["raw"]), true, true
	}
	return fmt.Sprint(command), false, true
}

// output returns lines of standard output: a list of them, or a text.
func output(v any) []string {
	switch v := v.(type) {
	case string:
		return strings.Split(strings.TrimRight(v, "\n"), "\n")
	case []any:
		lines := make([]string, len(v))
		for i, l := range v {
			lines[i] = fmt.Sprint(l)
		}
		return lines
	}
	return nil
}
