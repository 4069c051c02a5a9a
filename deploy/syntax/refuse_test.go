package syntax

import (
	"strconv"
	"strings"
	"testing"
)

// TestRefusals checks that everything that is not supported is named, all at
// once and where it stands.
func TestRefusals(t *testing.T) {
	for _, test := range []struct {
		source string
		want   []string // "line:column feature"
	}{
		{"class A:⏎  async def f(self): pass", []string{"2:3 async def"}},
		{"async def f():⏎  await a", []string{"1:1 async def", "2:3 await"}},
		{"async def f():⏎  async for a in b: c⏎  async with d: e", []string{"1:1 async def", "2:3 async for", "3:3 async with"}},
		{"async def f(): return [a async for a in b]", []string{"1:1 async def", "1:26 async for"}},
		{"try:⏎  a⏎except* B: c", []string{"1:1 except*"}},
		{"x = lambda: (yield)", []string{"1:14 yield in a lambda"}},
		{"type A = int", []string{"1:1 type alias"}},
		{"from a import *", []string{"1:1 from ... import *"}},
		{"x = 1 + 2j", []string{"1:9 complex number"}},
		{"x[1:2, 3]", []string{"1:3 slice in a tuple"}},
		{"x = 'a\\N{BULLET}b'", []string{`1:7 named character \N{...}`}},
		{"x = f'{a}\\N{BULLET}{b}'", []string{`1:10 named character \N{...}`}},
		{"x = '\\ud800'", []string{"1:6 half of a surrogate pair in a string"}},
		{
			"import a⏎try:⏎  with b:⏎    type C = a⏎finally:⏎  def f():⏎    yield (x := lambda: (yield))⏎print('\\N{DASH}')",
			[]string{"4:5 type alias", "7:26 yield in a lambda", `8:8 named character \N{...}`},
		},
	} {
		_, err := Compile("a.py", []byte(strings.ReplaceAll(test.source, "⏎", "\n")), nobody)
		errs, ok := err.(Errors)
		if !ok {
			t.Errorf("%q: %v", test.source, err)
			continue
		}
		var got []string
		for _, e := range errs {
			got = append(got, Position{int32(e.Line), int32(e.Column)}.String()+" "+e.Feature)
			if want := e.Feature + ": not supported in deploy files"; e.Msg != want {
				t.Errorf("%q: message %q, want %q", test.source, e.Msg, want)
			}
		}
		if g, w := strings.Join(got, "\n"), strings.Join(test.want, "\n"); g != w {
			t.Errorf("%q:\n got %s\nwant %s", test.source, g, w)
		}
	}
}

// TestLimits checks that files that are too big in one way or another are
// refused with a place, and others are not.
func TestLimits(t *testing.T) {
	n := strings.Repeat
	for _, test := range []struct{ name, source, want string }{
		{"parentheses", n("(", 201), "1:201: too many nested parentheses"},
		{"brackets", "x = " + n("[", 150) + n("]", 150), ""},
		{"lists", "x = " + n("[", 199) + n("]", 199), ""},
		{"minus", "x = " + n("-", 1000) + "1", "1:503: nested too deeply"},
		{"not", "x = " + n("not ", 1000) + "1", "1:1997: nested too deeply"},
		{"power", "x = " + n("2 ** ", 1000) + "1", ""},
		{"lambda", n("lambda: ", 1000) + "1", "1:3993: nested too deeply"},
		{"ternary", n("a if b else ", 1000) + "1", ""},
		{"plus", "x = 1" + n(" + 1", 999), ""},
		{"plus too long", "x = 1" + n(" + 1", 5000), "1:4011: too many operators in one expression: 1000 are the limit"},
		{"nested chains", "x = " + n("(", 150) + "1" + n(n(" - 1", 900)+")", 150), "1:155: too complicated"},
		{"and", "x = 1" + n(" and 1", 999), ""},
		{"calls", "x" + n("()", 5000), ""},
		{"attributes", "x" + n(".y", 5000), ""},
		{"comparisons", "x = 1" + n(" < f()", 100), ""},
		{"many comparisons", "x = 1" + n(" < f()", 1000), ""},
		{"clauses", "[x " + n("for x in y ", 300) + "]", ""},
		{"targets", n("x = ", 900) + "1", ""},
		{"elif", "if a: b\n" + n("elif a: b\n", 900), ""},
		{"many elif", "if a: b\n" + n("elif a: b\n", 5000), ""},
		{"decorators", n("@a\n", 900) + "def f(): pass", ""},
		{"arguments", "f(" + n("1, ", 1000) + ")", ""},
		{"keywords", "f(" + keywordArgs(1000) + ")", ""},
		{"starred arguments", "f(" + n("*a, ", 1000) + ")", ""},
		{"items", "x = [" + n("1, ", 100_000) + "]", ""},
		{"starred items", "x = [" + n("*a, 1, ", 1000) + "]", ""},
		{"f-string", "x = f'" + n("{a}b", 1000) + "'", ""},
		{"strings", "x = " + n("'a' ", 10_000), ""},
		{"digits", "x = " + n("1", 4301), "1:5: an int literal may have 4300 digits at most"},
		{"hexadecimal digits", "x = 0x" + n("1", 10_000), ""},
		{"statements", n("x; ", 50_000), ""},
		{"long line", "x = '" + n("é", 500_000) + "'; y = ?", "1:500013: invalid syntax"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Compile("a.py", []byte(test.source), nobody)
			got, _, _ := strings.Cut(describeErrors(err), " | ")
			switch {
			case test.want == "" && err == nil:
			case test.want == "" && !strings.Contains(got, "nested too deeply") && !strings.Contains(got, "too many"):
				t.Errorf("got %s", got)
			case test.want != "" && got != test.want:
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
	nest := ""
	for i := range 120 {
		nest += n(" ", i) + "if x:\n"
	}
	_, err := Compile("a.py", []byte(nest), nobody)
	if got, want := describeErrors(err), "101:101: too many levels of indentation"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func keywordArgs(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("a" + strconv.Itoa(i) + "=1, ")
	}
	return b.String()
}
