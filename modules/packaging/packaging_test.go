package packaging

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cygnet/fact"
	"cygnet/op"
	"cygnet/shell"
)

func texts(p op.Plan) []string {
	var texts []string
	for _, c := range p.Commands {
		texts = append(texts, c.String())
	}
	return texts
}

func TestPlan(t *testing.T) {
	installed := Installed{"swan": {"2.0"}, "duck": {"1.0", "1.1"}}
	for name, test := range map[string]struct {
		wanted Wanted
		want   []string
		noop   string
	}{
		"missing":           {Wanted{Packages: []string{"goose", "swan"}}, []string{"add goose"}, ""},
		"all there":         {Wanted{Packages: []string{"duck", "swan"}}, nil, "packages duck, swan are installed"},
		"pinned, there":     {Wanted{Packages: []string{"duck=1.1"}}, nil, "package duck=1.1 is installed"},
		"pinned, other":     {Wanted{Packages: []string{"duck=1.2"}}, []string{"add duck=1.2"}, ""},
		"quoted":            {Wanted{Packages: []string{"a b", "c;d"}}, []string{"add 'a b' 'c;d'"}, ""},
		"latest":            {Wanted{Packages: []string{"swan", "goose", "duck=1.0"}, Latest: true}, []string{"add goose", "up swan"}, ""},
		"absent":            {Wanted{Packages: []string{"swan", "goose"}, Absent: true}, []string{"del swan"}, ""},
		"absent already":    {Wanted{Packages: []string{"goose"}, Absent: true}, nil, "package goose is not installed"},
		"absent and latest": {Wanted{Packages: []string{"goose"}, Absent: true, Latest: true}, nil, "package goose is not installed"},
		"none":              {Wanted{}, nil, "no packages are asked for"},
	} {
		t.Run(name, func(t *testing.T) {
			m := Manager{Install: shell.Raw("add"), Remove: shell.Raw("del"), Upgrade: shell.Raw("up"), Pin: "=", Has: installed.Find}
			p, err := m.Plan(test.wanted)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, texts(p)); diff != "" || p.Noop != test.noop {
				t.Errorf("noop %q\n-want +got\n%s", p.Noop, diff)
			}
		})
	}
}

func TestPlanPutsFirstCommandsFirst(t *testing.T) {
	m := Manager{Install: shell.Raw("add"), Has: Installed{}.Find}
	p, err := m.Plan(Wanted{Packages: []string{"swan"}}, When(true, "update"), When(false, "upgrade"))
	if diff := cmp.Diff([]string{"update", "add swan"}, texts(p)); err != nil || diff != "" {
		t.Error(err, diff)
	}
	p, err = m.Plan(Wanted{}, When(true, "update"))
	if diff := cmp.Diff([]string{"update"}, texts(p)); err != nil || diff != "" || p.Noop != "" {
		t.Error(err, diff, p.Noop)
	}
}

func TestPlanWithoutPinsOrUpgrades(t *testing.T) {
	m := Manager{Install: shell.Raw("add"), Has: Installed{"a=b": {"1"}}.Find}
	p, err := m.Plan(Wanted{Packages: []string{"a=b"}, Latest: true})
	if err != nil || len(p.Commands) > 0 {
		t.Errorf("got %q, %v", texts(p), err)
	}
}

func TestPlanAsksForAllBeforeItWaits(t *testing.T) {
	var asked []string
	m := Manager{Install: shell.Raw("add"), Has: func(p Package) (bool, error) {
		asked = append(asked, p.Name)
		return false, fact.ErrPending
	}}
	if _, err := m.Plan(Wanted{Packages: []string{"a", "b", "c"}}); !errors.Is(err, fact.ErrPending) {
		t.Errorf("got %v", err)
	}
	if strings.Join(asked, " ") != "a b c" {
		t.Errorf("asked for %q", asked)
	}
}

func TestPlanRefusesEmptyNames(t *testing.T) {
	m := Manager{Install: shell.Raw("add"), Has: Installed{}.Find}
	_, err := m.Plan(Wanted{Packages: []string{"swan", " "}})
	if e, ok := errors.AsType[*op.Error](err); !ok || e.Kind != op.ValueError {
		t.Errorf("got %v", err)
	}
}

func TestFlag(t *testing.T) {
	for value, want := range map[any]Flag{true: true, false: false, "true": true, "": false, int64(1): true, int64(0): false} {
		var f Flag
		if err := f.UnmarshalArgument(value); err != nil || f != want {
			t.Errorf("%v: got %v, %v", value, f, err)
		}
	}
	var f Flag
	if err := f.UnmarshalArgument([]any{}); err == nil {
		t.Error("a list is a flag")
	}
}
