package stubs

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"cygnet/deploy/library"
	"cygnet/modules"
)

// Everything of pyinfra that can be imported has a stub.
func TestEverythingHasAStub(t *testing.T) {
	registry := modules.All()
	lib, files := library.New(registry), Files(registry)
	for _, module := range lib.Modules() {
		if module != "pyinfra" && !strings.HasPrefix(module, "pyinfra.") {
			continue
		}
		text := files[pathOf(lib, module)]
		for _, name := range lib.Names(module) {
			bound := regexp.MustCompile(`(?m)^((class|def) ` + name + `\b|` + name + `: |from .* as ` + name + `$)`)
			if !bound.MatchString(text) {
				t.Errorf("%s.%s has no stub", module, name)
			}
		}
	}
	for _, name := range library.GlobalNames() {
		if globals[name] == "" {
			t.Errorf("the type of global argument %s is not known", name)
		}
	}
}

func TestOperation(t *testing.T) {
	text := Files(modules.All())["pyinfra/operations/apt.pyi"]
	for _, want := range []string{"def packages(\n", "    packages: list[str] | str | None = ...,\n", "    *,\n", "    _sudo: bool | None = ...,\n", ") -> OperationMeta: ...\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text[:min(len(text), 3000)])
		}
	}
}

// Python parses the stubs, and a type checker has nothing to say, where there is
// one.
func TestStubsArePython(t *testing.T) {
	dir := t.TempDir()
	if _, err := Write(dir, modules.All()); err != nil {
		t.Fatal(err)
	}
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no python3 to read the stubs")
	}
	const parse = `import ast, pathlib, sys
files = list(pathlib.Path(sys.argv[1]).rglob("*.pyi"))
for f in files:
    ast.parse(f.read_text(), str(f))
print(len(files))`
	if out, err := exec.Command(python, "-c", parse, dir).CombinedOutput(); err != nil || strings.TrimSpace(string(out)) == "0" {
		t.Errorf("%v: %s", err, out)
	}
	for _, checker := range [][]string{{"mypy", "--no-error-summary", "--cache-dir=/dev/null"}, {"pyright"}} {
		path, err := exec.LookPath(checker[0])
		if err != nil {
			t.Logf("there is no %s to check the stubs", checker[0])
			continue
		}
		cmd := exec.Command(path, append(checker[1:], "pyinfra")...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", checker[0], err, out)
		}
	}
}
