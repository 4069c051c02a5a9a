package fact

import (
	"errors"
	"strings"
	"testing"

	"cygnet/shell"
)

type greeting struct{ Name string }

func (g greeting) Command() shell.Text                  { return shell.Words("echo", "hello", g.Name) }
func (greeting) Parse(lines []string) ([]string, error) { return strings.Fields(lines[0]), nil }

type sourceFunc func(Request) (any, error)

func (f sourceFunc) Fact(r Request) (any, error) { return f(r) }

func TestGetAsksByKeyAndType(t *testing.T) {
	var asked Request
	h := sourceFunc(func(r Request) (any, error) {
		asked = r
		return r.Parse([]string{"hello swan"})
	})
	words, err := Get(h, greeting{"swan"})
	if err != nil || len(words) != 2 || words[1] != "swan" {
		t.Fatalf("got %q, %v", words, err)
	}
	if asked.Key != `fact.greeting{"Name":"swan"}` || asked.Command.String() != "echo hello swan" {
		t.Errorf("asked %q by %q", asked.Key, asked.Command)
	}
}

func TestGetPassesPendingOn(t *testing.T) {
	h := sourceFunc(func(Request) (any, error) { return nil, ErrPending })
	if _, err := Get(h, greeting{"x"}); !errors.Is(err, ErrPending) {
		t.Errorf("got %v", err)
	}
}
