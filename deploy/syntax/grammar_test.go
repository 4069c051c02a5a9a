package syntax

import (
	"os"
	"strings"
	"testing"
)

// grammarCases reads testdata/grammar.txt: one file on each line, with ⏎ and →
// for the ends of lines and tabs, after "+" if it is Python and "-" if not.
func grammarCases(t *testing.T) (sources []string, valid []bool) {
	t.Helper()
	text, err := os.ReadFile("testdata/grammar.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		sources = append(sources, strings.NewReplacer("⏎", "\n", "→", "\t").Replace(line[2:]))
		valid = append(valid, line[0] == '+')
	}
	return sources, valid
}

// isPython reports whether a file is Python, be it supported or not.
func isPython(source string) error {
	_, err := Compile("test.py", []byte(source), func(string) bool { return false })
	if errs, ok := err.(Errors); ok {
		for _, e := range errs {
			if e.Feature == "" {
				return e
			}
		}
		return nil
	}
	return err
}

// grammarDiffers are the files that are judged otherwise here, each with why.
var grammarDiffers = map[string]string{
	"def f(): nonlocal x": "nonlocal is refused anyway, whether there is a binding for it or not",
	"nonlocal x":          "the same",
}

func TestGrammar(t *testing.T) {
	sources, valid := grammarCases(t)
	for i, source := range sources {
		if grammarDiffers[source] != "" {
			continue
		}
		switch err := isPython(source); {
		case err != nil && valid[i]:
			t.Errorf("%q: %v", source, err)
		case err == nil && !valid[i]:
			t.Errorf("%q: no error", source)
		}
	}
}

func TestGrammarConfirm(t *testing.T) {
	sources, valid := grammarCases(t)
	var want []bool
	ask(t, `
import json, sys

def valid(source):
    try:
        compile(source, "test.py", "exec")
    except SyntaxError:
        return False
    return True

json.dump([valid(s) for s in json.load(sys.stdin)], sys.stdout)
`, sources, &want)
	for i, source := range sources {
		if want[i] != valid[i] {
			t.Errorf("%q: the table says %v, CPython %v", source, valid[i], want[i])
		}
	}
}
