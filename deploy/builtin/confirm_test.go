package builtin_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"go.starlark.net/starlark"

	"cygnet/deploy/builtin"
	"cygnet/deploy/syntax"
)

// run compiles and runs a program. It returns what it printed, and what it
// raised as "ValueError: text".
func run(source string) (printed, raised string, err error) {
	p, err := syntax.Compile("test.py", []byte(source), known)
	if err != nil {
		return "", "", err
	}
	return initialise(p)
}

// known reports whether a name is predeclared in the cases.
func known(name string) bool {
	return builtin.Names(name) || name == "__name__" || name == "contextmanager"
}

func initialise(p *syntax.Program) (printed, raised string, err error) {
	names := builtin.Predeclared()
	for _, name := range syntax.Helpers() {
		if names[name] == nil { // the imports
			names[name] = starlark.None
		}
	}
	names["__name__"] = starlark.String("test")
	names["contextmanager"] = builtin.ContextManager()
	var out strings.Builder
	thread := &starlark.Thread{Name: "test"}
	thread.SetMaxExecutionSteps(5_000_000)
	defer builtin.EndGenerators(thread)
	builtin.SetPrint(thread, func(text string) { out.WriteString(text) })
	if _, err := p.Starlark.Init(thread, names); err != nil {
		raised = builtin.Cause(thread, err).Error()
	}
	return out.String(), raised, nil
}

// A snippet is one case of testdata/python.txt: a program and what it does.
type snippet struct {
	line   int
	source string
	// want is what it prints, or the exception after "! ".
	want string
	// differs is the reason why CPython does something else.
	differs string
}

// snippets reads a file of cases. A case is some lines of Python, a line "=>"
// followed by what is printed (the lines up to the next empty one) or by "! "
// and the beginning of the exception. A case of one line that is an expression
// is printed. A line "# differs: reason" before a case says that CPython is not
// asked.
func snippets(t *testing.T, file string) []snippet {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var list []snippet
	var source, want []string
	var differs string
	start, inWant := 0, false
	flush := func() {
		if inWant {
			list = append(list, snippet{start, program(source), strings.Join(want, "\n"), differs})
		}
		source, want, differs, inWant = nil, nil, "", false
	}
	in := bufio.NewScanner(bytes.NewReader(data))
	for n := 1; in.Scan(); n++ {
		line := in.Text()
		if reason, ok := strings.CutPrefix(line, "# differs: "); ok && !inWant {
			differs = reason
			continue
		}
		switch {
		case line == "":
			flush()
		case strings.HasPrefix(line, "#") && !inWant && len(source) == 0:
		case strings.HasPrefix(line, "=>"):
			inWant = true
			if rest := strings.TrimPrefix(line, "=>"); rest != "" {
				want = append(want, strings.TrimPrefix(rest, " "))
			}
		case inWant:
			want = append(want, line)
		default:
			if len(source) == 0 {
				start = n
			}
			source = append(source, line)
		}
	}
	flush()
	return list
}

// allSnippets are the cases of all files.
func allSnippets(t *testing.T) []snippet {
	t.Helper()
	return slices.Concat(snippets(t, "testdata/python.txt"), snippets(t, "testdata/statements.txt"))
}

// program prints the value of a case that is one expression.
func program(source []string) string {
	text := strings.Join(source, "\n") + "\n"
	if len(source) != 1 {
		return text
	}
	if _, err := syntax.Compile("test.py", []byte("print(("+source[0]+"))\n"), known); err == nil {
		return "print((" + source[0] + "))\n"
	}
	return text
}

// check compares what a program did with what a case wants.
func (s snippet) check(t *testing.T, who, printed, raised string) {
	t.Helper()
	if want, ok := strings.CutPrefix(s.want, "! "); ok {
		if !strings.HasPrefix(raised, want) {
			t.Errorf("line %d: %s\n%s raised %q and printed %q\nwant an exception that begins with %q", s.line, s.source, who, raised, printed, want)
		}
		return
	}
	if got := strings.TrimSuffix(printed, "\n"); got != s.want || raised != "" {
		t.Errorf("line %d: %s\n%s printed %q and raised %q\nwant %q", s.line, s.source, who, got, raised, s.want)
	}
}

func TestSnippets(t *testing.T) {
	list := allSnippets(t)
	if len(list) < 600 {
		t.Fatalf("%d cases, want at least 600", len(list))
	}
	for _, s := range list {
		printed, raised, err := run(s.source)
		if err != nil {
			t.Errorf("line %d: %s\ncannot be compiled: %v", s.line, s.source, err)
			continue
		}
		s.check(t, "a deploy", printed, raised)
	}
}

// confirm is the Python side: it reads programs as JSON, one a line, and answers
// what each printed and raised.
const confirm = `
import contextlib, io, json, sys
for line in sys.stdin:
    out, raised = io.StringIO(), ""
    try:
        with contextlib.redirect_stdout(out):
            exec(compile(json.loads(line), "test.py", "exec"), {"__name__": "test", "contextmanager": contextlib.contextmanager})
    except BaseException as e:
        raised = type(e).__name__ + (": " + str(e) if str(e) else "")
    sys.__stdout__.write(json.dumps([out.getvalue(), raised]) + "\n")
`

// TestConfirm asks CPython whether the cases are right.
func TestConfirm(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not installed")
	}
	version, err := exec.Command(python, "-c", "import sys; print(*sys.version_info[:2])").Output()
	if err != nil {
		t.Fatal(err)
	}
	// Each version has messages of its own; those of the cases are 3.11's. The
	// classes of exceptions are the same.
	messages := string(bytes.TrimSpace(version)) == "3 11"
	list := slices.DeleteFunc(allSnippets(t), func(s snippet) bool { return s.differs != "" })
	var in bytes.Buffer
	for _, s := range list {
		text, err := json.Marshal(s.source)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&in, "%s\n", text)
	}
	cmd := exec.Command(python, "-X", "utf8", "-W", "ignore", "-c", confirm)
	cmd.Stdin, cmd.Stderr = &in, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	answers := bytes.Split(bytes.TrimSpace(out), []byte("\n"))
	if len(answers) != len(list) {
		t.Fatalf("python3 answered %d of %d", len(answers), len(list))
	}
	for i, s := range list {
		var got [2]string
		if err := json.Unmarshal(answers[i], &got); err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(s.want, "! ") && !messages {
			s.want, _, _ = strings.Cut(s.want, ":")
		}
		s.check(t, "CPython", got[0], got[1])
	}
}
