package deploy

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// runWhole runs a deploy for one host and returns its messages and its error.
func runWhole(t *testing.T, text string) ([]string, *Error) {
	t.Helper()
	write(t, map[string]string{"deploy.py": text})
	program, err := Load("deploy.py", Options{Registry: registry()})
	if err != nil {
		t.Fatalf("%s\n%v", text, err)
	}
	inv, host := oneHost(t, nil)
	rec := &recorder{}
	err = program.Run(t.Context(), Environment{Host: host, Inventory: inv, Recorder: rec})
	if err == nil {
		return rec.messages, nil
	}
	failed, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatalf("%s\n%v", text, err)
	}
	return rec.messages, failed
}

// TestOptionalImports checks that a file can do without a module if it says so.
func TestOptionalImports(t *testing.T) {
	got, failed := runWhole(t, `
try:
    import numpy
    from numpy import array
except ModuleNotFoundError:
    numpy = None
try:
    from numpy import array as a
except (ImportError, ValueError):
    a = "none"
try:
    from os import nothing
except:
    nothing = 1
print(numpy, a, nothing)
`)
	if failed != nil {
		t.Fatal(failed.Format())
	}
	if diff := cmp.Diff([]string{"info: None none 1"}, got); diff != "" {
		t.Error(diff)
	}
	write(t, map[string]string{"deploy.py": "try:\n    import numpy\nexcept ValueError:\n    pass\n"})
	if _, err := Load("deploy.py", Options{Registry: registry()}); err == nil || !strings.Contains(err.Error(), "numpy") {
		t.Errorf("got %v", err)
	}
}

// TestGlobalsOfModules checks what a file sees of another one whose names are
// bound in parts of it, and later.
func TestGlobalsOfModules(t *testing.T) {
	write(t, map[string]string{
		"other.py": "try:\n    value = int('x')\nexcept ValueError as e:\n    value = 'bound'\ncount = 0\ndef bump():\n    global count\n    count += 1\n" +
			"with open('other.py') as f:\n    first = f.readline().strip()\ngone = 1\ntry:\n    del gone\nfinally:\n    pass\n",
		"deploy.py": "import other\nother.bump()\nother.bump()\nfrom other import value, first\n" +
			"print(value, other.count, first, hasattr(other, 'gone'), hasattr(other, 'e'))\n",
	})
	program, err := Load("deploy.py", Options{Registry: registry()})
	if err != nil {
		t.Fatal(err)
	}
	inv, host := oneHost(t, nil)
	rec := &recorder{}
	if err := program.Run(t.Context(), Environment{Host: host, Inventory: inv, Recorder: rec}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"info: bound 2 try: False False"}, rec.messages); diff != "" {
		t.Error(diff)
	}
}

// TestStopped checks that deploys without end are stopped, whatever they catch.
func TestStopped(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"def g():\n    yield from g()\nlist(g())\n", "RecursionError: maximum recursion depth exceeded"},
		{"def f():\n    try:\n        f()\n    except BaseException:\n        f()\n    finally:\n        f()\nf()\n", "RecursionError: calls are nested"},
		{"def g():\n    while True:\n        try:\n            yield 1\n        except:\n            pass\nfor x in g():\n    pass\n", "the file has run for more than"},
		{"def g():\n    yield\n    try:\n        while True:\n            pass\n    finally:\n        print('x')\nlist(g())\n", "the file has run for more than"},
		{"x = [0] * 10**9\n", "MemoryError"},
		{"x = 'a' * 10**10\n", "MemoryError"},
		{"x = 'a'\nwhile True:\n    x += x\n", "MemoryError"},
		{"x = 3\nwhile True:\n    x *= x\n", "MemoryError"},
		{"x = 1 << 10**9\n", "MemoryError"},
		{"x = [1]\nwhile True:\n    x += x\n", "MemoryError"},
	} {
		messages, failed := runWhole(t, test.text)
		if failed == nil || !strings.HasPrefix(failed.Message, test.want) || len(messages) > 0 {
			t.Errorf("%s\ngot %v and %q", test.text, failed, messages)
		}
	}
}
