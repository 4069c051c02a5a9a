package fact_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cygnet/fact"
)

type size int

// path is False where there is none.
type path struct{ name string }

func (p path) Plain() any {
	if p.name == "" {
		return false
	}
	return p.name
}

type machine struct {
	Name   string
	Size   size   `plain:"bytes"`
	Note   string `plain:",omitempty"`
	Link   string `plain:"link_target,omitempty"`
	Secret string `plain:"-"`
	Home   path
	Mail   *path
	Major  *int
	Tags   []string
	Mounts map[string]size

	hidden int
}

func TestPlain(t *testing.T) {
	seven := 7
	when := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, test := range []struct {
		name string
		v    any
		want any
	}{
		{"nil", nil, nil},
		{"bool", true, true},
		{"int", 7, int64(7)},
		{"int of its own type", size(7), int64(7)},
		{"uint8", uint8(7), int64(7)},
		{"uint64", uint64(math.MaxUint64), float64(math.MaxUint64)},
		{"float32", float32(0.5), 0.5},
		{"string", "s", "s"},
		{"bytes", []byte("b"), "b"},
		{"time", when, when},
		{"pointer", &seven, int64(7)},
		{"nil pointer", (*int)(nil), nil},
		{"nil slice", []string(nil), []any{}},
		{"nil map", map[string]int(nil), nil},
		{"slice", []any{nil, 1, []string{"x"}}, []any{nil, int64(1), []any{"x"}}},
		{"array", [2]int{1, 2}, []any{int64(1), int64(2)}},
		{"map", map[string]int{"b": 2, "a": 1}, fact.Dict{{Key: "a", Value: int64(1)}, {Key: "b", Value: int64(2)}}},
		{"map of numbers", map[int]bool{10: true, 9: false, -1: true},
			fact.Dict{{Key: int64(-1), Value: true}, {Key: int64(9), Value: false}, {Key: int64(10), Value: true}}},
		{"Dict", fact.Dict{{Key: "b", Value: 2}, {Key: "a", Value: []int{1}}},
			fact.Dict{{Key: "b", Value: int64(2)}, {Key: "a", Value: []any{int64(1)}}}},
		{"Plainer", path{}, false},
		{"pointer to Plainer", &path{"p"}, "p"},
		{"nil pointer to Plainer", (*path)(nil), nil},
		{"struct", machine{Name: "web1", Size: 7, Link: "to", Secret: "s", Home: path{"/root"}, Major: &seven, hidden: 1}, fact.Dict{
			{Key: "name", Value: "web1"}, {Key: "bytes", Value: int64(7)}, {Key: "link_target", Value: "to"},
			{Key: "home", Value: "/root"}, {Key: "mail", Value: nil}, {Key: "major", Value: int64(7)},
			{Key: "tags", Value: []any{}}, {Key: "mounts", Value: nil},
		}},
		{"complex", complex(1, 2), "(1+2i)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, fact.Plain(test.v)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestDict(t *testing.T) {
	d := fact.Dict{{Key: "z", Value: 1}, {Key: int64(2), Value: "two"}, {Key: true, Value: nil}, {Key: `"`, Value: fact.Dict{}}}
	if d.Get("z") != 1 || d.Get(int64(2)) != "two" || d.Get("none") != nil {
		t.Errorf("got %v, %v", d.Get("z"), d.Get(int64(2)))
	}
	text, err := json.Marshal(d)
	if want := `{"z":1,"2":"two","true":null,"\"":{}}`; err != nil || string(text) != want {
		t.Errorf("got %s, %v, not %s", text, err, want)
	}
	if _, err := json.Marshal(fact.Dict{{Key: "f", Value: func() {}}}); err == nil {
		t.Error("a function is no JSON")
	}
}
