package main

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cygnet/modules"
	"cygnet/op"
)

var update = flag.Bool("update", false, "write docs/operations.md")

const root = "../.."

func TestPage(t *testing.T) {
	text, _, err := generate(root, modules.All())
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(root, page)
	if *update {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	old, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(old), "\n"), strings.Split(text, "\n")); diff != "" {
		t.Errorf("%s is not up to date; run go run ./internal/reference\n(-is +should be)\n%s", page, diff)
	}
}

func TestEverythingHasAComment(t *testing.T) {
	_, missing, err := generate(root, modules.All())
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range missing {
		t.Errorf("%s has no comment", m)
	}
}

// The table of global arguments has those that op.Arguments has and those that
// deploy files can give.
func TestGlobals(t *testing.T) {
	var names, fields []string
	for _, g := range globals {
		names = append(names, g.name)
		fields = append(fields, g.field)
	}
	for f := range reflect.TypeFor[op.Arguments]().Fields() {
		if !slices.Contains(fields, f.Name) {
			t.Errorf("op.Arguments.%s is not in the table", f.Name)
		}
	}
	slices.Sort(names)
	if diff := cmp.Diff(mapKeys(t, "globals", filepath.Join(root, "deploy", "library", "globals.go")), names); diff != "" {
		t.Errorf("(-deploy files +table)\n%s", diff)
	}
}

// mapKeys returns the keys of a map that a Go file declares, sorted.
func mapKeys(t *testing.T, variable, file string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	ast.Inspect(parsed, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || spec.Names[0].Name != variable {
			return true
		}
		for _, e := range spec.Values[0].(*ast.CompositeLit).Elts {
			key, err := strconv.Unquote(e.(*ast.KeyValueExpr).Key.(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			keys = append(keys, key)
		}
		return false
	})
	slices.Sort(keys)
	return keys
}

func TestWords(t *testing.T) {
	w := words{names: map[string]string{
		"CacheTime": "`cache_time`", "Update": "`update`", "Absent": "`present=False`", "UID": "`uid`",
	}}
	for _, test := range []struct{ comment, want string }{
		{"", ""},
		{"Packages installs packages.", "`apt.packages` installs packages."},
		{"Other things are left.", "Other things are left."},
		{"Packages installs. Update first. CacheTime is long.", "`apt.packages` installs. Update first. `cache_time` is long."},
		{"Packages with Update, or (Update), or\nAbsent.", "`apt.packages` with `update`, or (`update`), or\n`present=False`."},
		{"nil is true of [Update] and false.", "None is True of `update` and False."},
		{"names in /etc/*-release, <more> UIDs", `names in /etc/\*-release, \<more> UIDs`},
	} {
		if got := w.text(test.comment, "Packages", "`apt.packages`"); got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
	for s, want := range map[string]string{"": "", "upgrade first": "Upgrade first.", "`x` is.": "`x` is.", "é": "É."} {
		if got := sentence(s); got != want {
			t.Errorf("sentence(%q) is %q, not %q", s, got, want)
		}
	}
	if got := cell("a |\n b"); got != `a \| b` {
		t.Errorf("cell is %q", got)
	}
	if got := paragraphs("a\nb\n\n\tcode  x\n\nc"); got != "a b\n\n\tcode  x\n\nc" {
		t.Errorf("paragraphs are %q", got)
	}
}
