package syntax

import (
	"os"
	"strings"
	"testing"
)

func seeds(f *testing.F) {
	f.Helper()
	for file, sep := range map[string]string{"testdata/grammar.txt": "\n", "testdata/eval.txt": "\n---\n"} {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for s := range strings.SplitSeq(string(text), sep) {
			s = strings.TrimPrefix(strings.TrimPrefix(s, "+ "), "- ")
			f.Add([]byte(strings.NewReplacer("⏎", "\n", "→", "\t").Replace(s)))
		}
	}
}

// FuzzLex checks that tokens cover the text in order, and that their positions
// agree with their offsets.
func FuzzLex(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		src := newSource("fuzz.py", string(text))
		tokens := lex(src)
		end := 0
		for i, tok := range tokens {
			if last := i == len(tokens)-1; last != (tok.kind == tokEOF || tok.kind == tokError) {
				t.Fatalf("token %d of %d is of kind %d", i, len(tokens), tok.kind)
			}
			if tok.kind == tokError {
				break
			}
			if tok.start < end || tok.end < tok.start || tok.end > len(src.text) {
				t.Fatalf("token %d is at %d to %d, after %d", i, tok.start, tok.end, end)
			}
			end = tok.end
			line := src.line(int(tok.at.Line))
			if n := len([]rune(line)); int(tok.at.Column) > n+1 {
				t.Fatalf("token %d is at %v, in a line of %d characters", i, tok.at, n)
			}
			if tok.kind == tokName && !strings.HasPrefix(string([]rune(line)[tok.at.Column-1:]), tok.text) {
				t.Fatalf("%q is not at %v", tok.text, tok.at)
			}
		}
	})
}

// FuzzParse checks that a file is refused with a place, or else is lowered to
// a valid tree that Starlark compiles.
func FuzzParse(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := Parse("fuzz.py", text)
		if err != nil {
			e := err.(Errors)[0]
			if e.Line < 1 || e.Column < 1 || e.Msg == "" || e.Line > len(newSource("", string(text)).lines) {
				t.Fatalf("%v", err)
			}
			return
		}
		if len(check(m)) > 0 {
			return
		}
		builtins := func(name string) bool { return len(name)%2 == 0 }
		l := newLowerer(m, builtins)
		tree := l.module(m)
		for _, e := range l.errs {
			if e.Hint != "" { // asks to report it
				t.Fatal(e)
			}
		}
		if len(l.errs) > 0 {
			return
		}
		if err := validate(tree); err != nil {
			t.Fatal(err)
		}
		if _, err := build(m, tree, builtins); err != nil {
			t.Fatal(err)
		}
	})
}
