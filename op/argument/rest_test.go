package argument

import (
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type open struct {
	Src  string `arg:",required"`
	Mode int
	Data map[string]any `arg:"**"`
}

func TestRest(t *testing.T) {
	value := struct{ any }{"kept as it is"}
	got, err := New(reflect.TypeFor[open](), "files.template", []any{"a"}, map[string]any{"mode": int64(1), "x": value, "y": nil})
	if err != nil {
		t.Fatal(err)
	}
	want := open{Src: "a", Mode: 1, Data: map[string]any{"x": value, "y": nil}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	var names []string
	for _, p := range Of(reflect.TypeFor[open]()) {
		names = append(names, p.Name)
	}
	if diff := cmp.Diff([]string{"src", "mode"}, names); diff != "" {
		t.Error(diff)
	}
	for _, kwargs := range []map[string]any{{"x": 1}, {"src": "a", "mode": "b", "x": 1}} {
		if _, err := New(reflect.TypeFor[open](), "files.template", nil, kwargs); err == nil || strings.Contains(err.Error(), `"x"`) {
			t.Errorf("%v: got %v", kwargs, err)
		}
	}
	if _, err := New(reflect.TypeFor[open](), "files.template", []any{"a", int64(1), "b"}, nil); err == nil {
		t.Error("a third positional argument was taken")
	}
}
