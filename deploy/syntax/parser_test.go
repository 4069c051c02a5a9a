package syntax

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestParse compares the trees of testdata/parse.txt, which has one file on
// each line (⏎ ends a line), with testdata/parse.golden.
func TestParse(t *testing.T) {
	text, err := os.ReadFile("testdata/parse.txt")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		m, err := Parse("test.py", []byte(strings.ReplaceAll(line, "⏎", "\n")))
		if err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		fmt.Fprintf(&b, "## %s\n", line)
		for _, s := range m.Body {
			fmt.Fprintln(&b, dump(s, false))
		}
	}
	golden(t, "testdata/parse.golden", b.String())
}

// TestTreePositions compares where the nodes of one file begin.
func TestTreePositions(t *testing.T) {
	text, err := os.ReadFile("testdata/positions.py")
	if err != nil {
		t.Fatal(err)
	}
	m, err := Parse("positions.py", text)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, s := range m.Body {
		fmt.Fprintln(&b, dump(s, true))
	}
	golden(t, "testdata/positions.golden", b.String())
}

// TestWalk checks that Walk finds every node that reflection finds.
func TestWalk(t *testing.T) {
	sources, _ := grammarCases(t)
	for _, source := range sources {
		m, err := Parse("test.py", []byte(source))
		if err != nil {
			continue
		}
		var want []string
		nodesOf(reflect.ValueOf(m), func(n Node) { want = append(want, fmt.Sprintf("%T %v", n, n.Pos())) })
		var got []string
		Walk(m, func(n Node) bool {
			got = append(got, fmt.Sprintf("%T %v", n, n.Pos()))
			return true
		})
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", source, diff)
		}
	}
}

// nodesOf finds nodes by reflection, without those that Walk leaves out.
func nodesOf(v reflect.Value, found func(Node)) {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if !v.IsNil() {
			nodesOf(v.Elem(), found)
		}
	case reflect.Slice:
		for i := range v.Len() {
			nodesOf(v.Index(i), found)
		}
	case reflect.Struct:
		n, ok := v.Addr().Interface().(Node)
		if !ok {
			return
		}
		if _, comparison := n.(*Comparison); !comparison {
			found(n)
		}
		for i := range v.NumField() {
			switch f := v.Type().Field(i); f.Name {
			case "Annotation", "Returns", "TypeParams":
			default:
				if !f.Anonymous && f.IsExported() && f.Type != reflect.TypeFor[Position]() {
					nodesOf(v.Field(i), found)
				}
			}
		}
	}
}
