package syntax

import (
	"errors"
	"fmt"
	"io"
	"log"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.starlark.net/starlark"
	ast "go.starlark.net/syntax"
)

func TestImports(t *testing.T) {
	const source = `import os
import a.b.c, d.e as f
from pyinfra.operations import apt, server as s
from . import tasks
if x:
    from ..lib.util import *
def f():
    from .a import _private
from __future__ import annotations
`
	p, err := Compile("deploy.py", []byte(strings.Replace(source, "*", "g", 1)), nobody)
	if err != nil {
		t.Fatal(err)
	}
	want := []Dependency{
		{Module: "os", Pos: Position{1, 1}},
		{Module: "a.b.c", Pos: Position{2, 1}},
		{Module: "d.e", Pos: Position{2, 1}},
		{Module: "pyinfra.operations", Names: []string{"apt", "server"}, Pos: Position{3, 1}},
		{Level: 1, Names: []string{"tasks"}, Pos: Position{4, 1}},
		{Module: "lib.util", Level: 2, Names: []string{"g"}, Pos: Position{6, 5}},
		{Module: "a", Level: 1, Names: []string{"_private"}, Pos: Position{8, 5}},
	}
	if diff := cmp.Diff(want, p.Imports); diff != "" {
		t.Errorf("imports (-want +got):\n%s", diff)
	}
}

// TestImportCalls checks what the run time is asked for, and what is bound.
func TestImportCalls(t *testing.T) {
	shown, err := run(`
import os, a.b.c
import d.e as f
from g import h, i as _j
from .. import k
from .l.m import n
show(os, a)
show(f)
show(h, _j, k, n)
`)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`"import 'os'" "import 'a.b.c'"`,
		`"importas 'd.e'"`,
		`"from 'g' 0 'h'" "from 'g' 0 'i'" "from '' 2 'k'" "from 'l.m' 1 'n'"`,
	}
	if diff := cmp.Diff(want, shown); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestGlobals checks which names a program leaves.
func TestGlobals(t *testing.T) {
	p, err := Compile("a.py", []byte("a = b = 1\n_c, (d, *e) = 1, 'ab'\ndef f(): g = 1\n[h for h in []]\nfor i in []: j = 1\n"), nobody)
	if err != nil {
		t.Fatal(err)
	}
	globals, err := p.Starlark.Init(&starlark.Thread{}, runtime(func(string) {}))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, name := range globals.Keys() {
		if name[0] != '$' {
			got = append(got, name)
		}
	}
	if diff := cmp.Diff([]string{"_c", "a", "b", "d", "e", "f"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestCallPositions checks that a builtin sees where it was called: the
// parenthesis of its call, in the file's own lines and columns.
func TestCallPositions(t *testing.T) {
	const source = `from m import op
where()
x = [
    where(  # a comment
        1
    ),
    é.where() if 0 else where(),
]
if x: y = "é" + where()
def f(a=where()):
    return where(*[1], k=2)
f()
s = f"é{where()}"
@where
def g(): pass
for i in [where() for j in [1]]: where()
where()[len(where()):len(where())]
`
	var got []string
	names := runtime(func(string) {})
	names["where"] = builtin("where", func(t *starlark.Thread, _ args) (starlark.Value, error) {
		pos := t.CallFrame(1).Pos
		got = append(got, fmt.Sprintf("%s:%d:%d", pos.Filename(), pos.Line, pos.Col))
		return starlark.String("w"), nil
	})
	p, err := Compile("d.py", []byte(source), names.Has)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Starlark.Init(&starlark.Thread{}, names); err != nil {
		t.Fatal(err)
	}
	want := "d.py:2:6 d.py:4:10 d.py:7:30 d.py:9:22 d.py:10:14 d.py:11:17 d.py:13:14 d.py:14:2 d.py:16:16 d.py:16:39 d.py:17:6 d.py:17:18 d.py:17:31"
	if g := strings.Join(got, " "); g != want {
		t.Errorf("got  %s\nwant %s", g, want)
	}
}

// TestBacktrace checks where a failure is said to be.
func TestBacktrace(t *testing.T) {
	for _, test := range []struct{ source, want string }{
		{"def f(x):\n    return x +  1\ny = f(\n  'a')\n", "<toplevel>:3:6 f:2:14"},
		{"x = [1]\ny = x[2]\n", "<toplevel>:2:6"},
		{"x = 1\nx.é.missing\n", "<toplevel>:2:3"},
		{"x = {}\nx['a']  [0]\n", "<toplevel>:2:2"},
		{"x = [y for y in [0]\n  if undefined]\n", "<toplevel>:2:6"},
		{"def f():\n  raise 'x'\nf()", "<toplevel>:3:2 f:2:3"},
		{"assert 1 == 1\nif 1:\n    assert 1 == 2, 'm'", "<toplevel>:3:5"},
		{"a, b = 'é', 1\nc, d = b\n", "<toplevel>:2:1"},
		{"for x in 5: pass", "<toplevel>:1:10"},
		{"x = lambda: 1 / 0\nx()", "<toplevel>:2:2 lambda:1:15"},
		{"x = 1\ndel x\nprint_ = x", "<toplevel>:3:10"},
		{"x = [1]\nx[0] += 'a'\n", "<toplevel>:2:6"},
		{"f = 1 < 2 < 'a'", "<toplevel>:1:11"},
	} {
		p, err := Compile("a.py", []byte(test.source), nobody)
		if err != nil {
			t.Errorf("%q: %v", test.source, err)
			continue
		}
		_, err = p.Starlark.Init(&starlark.Thread{}, runtime(func(string) {}))
		e, ok := errors.AsType[*starlark.EvalError](err)
		if !ok {
			t.Errorf("%q: no error", test.source)
			continue
		}
		var got []string
		for _, f := range e.CallStack {
			if !strings.HasPrefix(f.Name, "$") && f.Pos.Line > 0 {
				got = append(got, fmt.Sprintf("%s:%d:%d", f.Name, f.Pos.Line, f.Pos.Col))
			}
		}
		if g := strings.Join(got, " "); g != test.want {
			t.Errorf("%q: got %s, want %s", test.source, g, test.want)
		}
	}
}

// TestSharedProgram checks that one program serves many threads at once.
func TestSharedProgram(t *testing.T) {
	names := runtime(func(string) {})
	p, err := Compile("a.py", []byte("x = [1, 2]\ndef f(n): return [n + i for i in x]\ny = f(3)\nx += y\n"), names.Has)
	if err != nil {
		t.Fatal(err)
	}
	results := make(chan string)
	for range 20 {
		go func() {
			globals, err := p.Starlark.Init(&starlark.Thread{}, runtime(func(string) {}))
			results <- fmt.Sprint(globals["x"], err)
		}()
	}
	for range 20 {
		if got := <-results; got != "[1, 2, 4, 5] <nil>" {
			t.Errorf("got %s", got)
		}
	}
}

// TestBuildFault checks that a tree that Starlark's compiler panics on, which
// the lowering never makes, ends in an error that names the file.
func TestBuildFault(t *testing.T) {
	defer log.SetOutput(log.Writer())
	log.SetOutput(io.Discard) // the compiler logs before it panics
	m, err := Parse("a.py", []byte("x = 1"))
	if err != nil {
		t.Fatal(err)
	}
	l := newLowerer(m, nobody)
	tree := l.module(m)
	at := Position{1, 1}
	tree.Stmts = append(tree.Stmts, l.do(l.unary(at, ast.STAR, l.int(at, 1))))
	if validate(tree) == nil {
		t.Error("the tree is valid")
	}
	_, err = build(m, tree, nobody)
	if err == nil || !strings.HasPrefix(err.Error(), "a.py:1:1: cannot be compiled: ") {
		t.Errorf("got %v", err)
	}
}

// allStatements has what the other programs do without.
const allStatements = `
try:
    with a: x @= 1 <= 2
except b: raise
def f(x, /):
    y = yield x
    yield from x
match a:
    case 1: pass
class A(a):
    x: int = x
`

// TestHelpers checks that the lowering uses every name of the contract, and
// none besides.
func TestHelpers(t *testing.T) {
	used := map[string]bool{}
	for _, source := range append(evalCases(t), "import a, b.c as d\nfrom e import f\nx @ y\nf(**g)", allStatements) {
		m, err := Parse("a.py", []byte(source))
		if err != nil || len(check(m)) > 0 {
			continue
		}
		l := newLowerer(m, nobody)
		ast.Walk(l.module(m), func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				used[id.Name] = true
			}
			return true
		})
	}
	for _, name := range Helpers() {
		if !used[name] {
			t.Errorf("%s is never used", name)
		}
	}
}

func BenchmarkCompile(b *testing.B) {
	var s strings.Builder
	s.WriteString("from pyinfra.operations import apt, files, server\nfrom pyinfra import host\n\nPACKAGES = [\"git\", \"make\"]\n\n")
	lines := 5
	for i := 0; lines < 1200; i++ {
		block := fmt.Sprintf(`def task_%d(name, *packages, update=True):
    """Install what task %[1]d needs."""
    if host.data.get("skip_%[1]d") is not None and len(packages) > %[1]d:
        return [p.strip() for p in packages if p not in PACKAGES]
    apt.packages(
        name=f"Install {name!r} of {len(packages):>3}",
        packages=[*packages, "extra-%[1]d"],
        update=update,
        cache_time=60 * 60 * %[1]d,
        _env={"A": "1", "B": name},
    )

task_%[1]d("x", "y", update=0 < %[1]d < 9)
`, i)
		s.WriteString(block)
		lines += strings.Count(block, "\n")
	}
	text := []byte(s.String())
	predeclared := func(name string) bool { return name == "len" }
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Compile("deploy.py", text, predeclared); err != nil {
			b.Fatal(err)
		}
	}
}
