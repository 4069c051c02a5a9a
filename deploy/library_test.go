package deploy

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// snippets are the parts of a file of testdata/library: the first paragraph is
// what the others begin with, each other one is a program whose last line is an
// expression to show.
func snippets(t *testing.T, file string) []string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(strings.TrimSpace(string(text)), "\n\n")
	var programs []string
	for _, part := range parts[1:] {
		lines := strings.Split(part, "\n")
		last := len(lines) - 1
		lines[last] = "print(repr((" + lines[last] + "\n)))"
		programs = append(programs, parts[0]+"\n"+strings.Join(lines, "\n")+"\n")
	}
	return programs
}

// inPython runs programs, and returns what each prints or raises.
const inPython = `
import io, json, os, sys
programs = json.load(sys.stdin)
results = []
for program in programs:
    lines = []
    try:
        exec(program, {"print": lines.append, "__name__": "__main__"})
    except BaseException as e:
        lines.append("%s: %s" % (type(e).__name__, e))
    results.append("\n".join(lines))
json.dump(results, sys.stdout)
`

// TestLibraryAgainstPython runs the snippets in both. Where messages of
// exceptions differ from Python's, the snippet says so: a comment "# raises" at
// its end means that only the class is compared.
func TestLibraryAgainstPython(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not here")
	}
	files, err := filepath.Glob("testdata/library/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		t.Run(name, func(t *testing.T) {
			programs := snippets(t, filepath.Join(dir, file))
			write(t, map[string]string{"text": "é one\r\ntwo\n\nfour", "d/a.txt": "a", "d/b.py": "b", "d/e/c.txt": "c", "d/.hidden": ""})
			imports, _, _ := strings.Cut(programs[0], "\n")
			if out, err := exec.CommandContext(t.Context(), python, "-c", imports).CombinedOutput(); err != nil {
				t.Skipf("%q does not work in python3 here: %s", imports, out)
			}
			input, err := json.Marshal(programs)
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.CommandContext(t.Context(), python, "-W", "ignore", "-c", inPython)
			cmd.Stdin = strings.NewReader(string(input))
			out, err := cmd.Output()
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			if err := json.Unmarshal(out, &want); err != nil {
				t.Fatal(err)
			}
			for i, program := range programs {
				got := inCygnet(t, program)
				if strings.Contains(program, "# raises") {
					got, _, _ = strings.Cut(got, ":")
					want[i], _, _ = strings.Cut(want[i], ":")
				}
				if diff := cmp.Diff(want[i], got); diff != "" {
					t.Errorf("%s(-python +ours):\n%s", program, diff)
				}
			}
		})
	}
}

// inCygnet runs a program as a deploy, and returns what it says or raises.
func inCygnet(t *testing.T, program string) string {
	t.Helper()
	write1(t, "snippet.py", program)
	loaded, err := Load("snippet.py", Options{Registry: registry()})
	if err != nil {
		return "refused: " + err.Error()
	}
	inv, host := oneHost(t, nil)
	rec := &recorder{}
	var lines []string
	err = loaded.Run(t.Context(), Environment{Host: host, Inventory: inv, Recorder: rec})
	for _, m := range rec.messages {
		_, text, _ := strings.Cut(m, ": ")
		lines = append(lines, text)
	}
	if err != nil {
		text := err.Error()
		if e, ok := errors.AsType[*Error](err); ok {
			text = e.Message
		}
		lines = append(lines, strings.TrimPrefix(strings.TrimPrefix(text, "re."), "binascii."))
	}
	return strings.Join(lines, "\n")
}

func write1(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
