package fact_test

import (
	"reflect"
	"testing"

	"cygnet/fact"
	"cygnet/shell"
)

// LineFact is a fact whose Go name says that it is one.
type LineFact struct{ Path string }

func (f LineFact) Command() shell.Text                { return shell.Words("cat", f.Path) }
func (LineFact) Parse(lines []string) (string, error) { return lines[0], nil }

func TestDeclare(t *testing.T) {
	d := fact.Declare(LineFact{"default"})
	if d.Name != "fact_test.Line" || d.Type != reflect.TypeFor[LineFact]() {
		t.Errorf("got %+v", d)
	}
	req := d.Ask(LineFact{"/etc/motd"})
	if req.Name != d.Name || req.Key != `fact_test.Line{"Path":"/etc/motd"}` || req.Command.String() != "cat /etc/motd" {
		t.Errorf("got %+v", req)
	}
	wrong := d.Ask("no fact")
	if _, err := wrong.Parse(nil); err == nil || wrong.Command.String() != ":" || wrong.Key == d.Ask(LineFact{}).Key {
		t.Errorf("a value of another type is asked as %+v", wrong)
	}
}
