package syntax

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// evalCases reads testdata/eval.txt: programs that call show(), apart by "---".
func evalCases(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("testdata/eval.txt")
	if err != nil {
		t.Fatal(err)
	}
	return append(strings.Split(string(text), "\n---\n"), bigCases()...)
}

// bigCases are programs that have more of something than Starlark's calls take.
func bigCases() []string {
	var numbers, keywords, stars, fields []string
	for i := range 600 {
		numbers = append(numbers, strconv.Itoa(i))
		keywords = append(keywords, fmt.Sprintf("k%d=%d", i, i))
		stars = append(stars, fmt.Sprintf("*[%d], %d", i, -i))
		fields = append(fields, fmt.Sprintf("a{%d}", i))
	}
	comma := func(parts []string) string { return strings.Join(parts, ", ") }
	return []string{
		"show(kw(" + comma(numbers) + "))",
		"show(kw(" + comma(keywords) + "))",
		"show(kw(" + comma(append(numbers, keywords...)) + "))",
		"show(kw(" + comma(stars) + ", x=1))",
		"show([" + comma(stars) + "])",
		"show(f'" + strings.Join(fields, "") + "')",
		"show(" + strings.Repeat("1 + ", 500) + "1)",
	}
}

// outcome is what a program showed, and a last line "!" if it failed.
func outcome(source string) []string {
	shown, err := run(source)
	if shown == nil {
		shown = []string{}
	}
	if err != nil {
		var errs Errors
		if errors.As(err, &errs) {
			for _, e := range errs {
				if e.Feature != "" {
					return append(shown, "! not supported: "+e.Feature)
				}
			}
		}
		shown = append(shown, "!")
	}
	return shown
}

func TestEval(t *testing.T) {
	cases := evalCases(t)
	var b strings.Builder
	for i, source := range cases {
		first, _, _ := strings.Cut(source, "\n")
		fmt.Fprintf(&b, "## %d: %.60s\n", i, first)
		for _, line := range outcome(source) {
			fmt.Fprintln(&b, line)
		}
	}
	golden(t, "testdata/eval.golden", b.String())
}

// golden compares a text with a file, or writes it with -update.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// evalScript runs programs under CPython with the functions that runtime has.
const evalScript = `
import io, json, sys

def outcome(source):
    lines = []
    def show(*a):
        lines.append(" ".join(map(repr, a)))
    def log(*a):
        lines.append("log " + repr(a[0]))
        return a[-1]
    def kw(*a, **k):
        return ",".join([repr(x) for x in a] + ["%s=%r" % i for i in k.items()])
    class obj: pass
    try:
        exec(compile(source, "test.py", "exec"), {"show": show, "log": log, "kw": kw, "obj": obj})
    except Exception as e:
        lines.append("!")
    return lines

json.dump([outcome(s) for s in json.load(sys.stdin)], sys.stdout)
`

// python finds a CPython whose grammar is ours: the one that CYGNET_PYTHON
// names, or one on the PATH.
func python(t *testing.T) string {
	t.Helper()
	for _, name := range []string{os.Getenv("CYGNET_PYTHON"), "python3.14", "python3.13", "python3.12", "python3"} {
		if name == "" {
			continue
		}
		if err := exec.Command(name, "-c", "import sys; sys.exit(sys.version_info < (3, 12))").Run(); err == nil {
			return name
		}
	}
	t.Skip("no python3 of version 3.12 or later; CYGNET_PYTHON may name one")
	return ""
}

// ask gives a JSON value to a Python script and reads one back.
func ask(t *testing.T, script string, in, out any) {
	t.Helper()
	input, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(python(t), "-W", "ignore", "-c", script)
	c.Stdin = strings.NewReader(string(input))
	c.Stderr = os.Stderr
	output, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(output, out); err != nil {
		t.Fatal(err)
	}
}

func TestEvalConfirm(t *testing.T) {
	cases := evalCases(t)
	var want [][]string
	ask(t, evalScript, cases, &want)
	confirmed := 0
	for i, source := range cases {
		got := outcome(source)
		if n := len(got); n > 0 && strings.HasPrefix(got[n-1], "! not supported") {
			continue
		}
		if diff := cmp.Diff(want[i], got); diff != "" {
			t.Errorf("%s\n(-python +here):\n%s", source, diff)
			continue
		}
		confirmed++
	}
	t.Logf("%d of %d programs agree with CPython", confirmed, len(cases))
}
