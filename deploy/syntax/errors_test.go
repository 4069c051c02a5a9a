package syntax

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// TestErrors compares what is said about files that are no Python. Each case
// is the file (⏎ ends a line), and "line:column: message | hint".
func TestErrors(t *testing.T) {
	for _, test := range []struct{ source, want string }{
		{"x = (1,⏎y = 2⏎", "1:5: '(' was never closed"},
		{"f(⏎  a,⏎  [b,⏎", "3:3: '[' was never closed"},
		{"apt.packages(⏎  packages=[\"a\",⏎  update=True,⏎)⏎", "4:1: closing parenthesis ')' does not match opening parenthesis '[' on line 2"},
		{"f(a]", "1:4: closing parenthesis ']' does not match opening parenthesis '('"},
		{"f(a))", "1:5: unmatched ')'"},
		{"f(a b)", "1:5: invalid syntax. Perhaps you forgot a comma?"},
		{"x = [⏎  \"a\"⏎  b⏎]", "3:3: invalid syntax. Perhaps you forgot a comma?"},
		{"d = {⏎  'a': 1⏎  'b': 2⏎}", "3:3: invalid syntax. Perhaps you forgot a comma?"},
		{"x = 'abc", "1:5: unterminated string literal (detected at line 1)"},
		{"x = '''abc⏎d", "1:5: unterminated triple-quoted string literal (detected at line 2)"},
		{"x = f'abc", "1:5: unterminated f-string literal (detected at line 1)"},
		{"x = f'''a{b}⏎", "1:5: unterminated triple-quoted f-string literal (detected at line 2)"},
		{"x = f'a{c'", "1:10: unterminated string literal (detected at line 1)"},
		{"x = f'{}'", "1:8: f-string: valid expression required before '}'"},
		{"x = f'}'", "1:7: f-string: single '}' is not allowed | write }} for a brace"},
		{"x = f'{a b}'", "1:10: f-string: expecting '}'"},
		{"x = f'{a!q}'", "1:10: f-string: invalid conversion character 'q': expected 's', 'r', or 'a'"},
		{"  x = 1", "1:3: unexpected indent"},
		{"x = 1⏎  y = 2", "2:3: unexpected indent"},
		{"if x:⏎    y⏎  z", "3:3: unindent does not match any outer indentation level"},
		{"if x:⏎\ty⏎        z", "3:9: inconsistent use of tabs and spaces in indentation | indent with spaces only"},
		{"if x:⏎y", "2:1: expected an indented block after 'if' statement on line 1"},
		{"def f():⏎⏎x", "3:1: expected an indented block after function definition on line 1"},
		{"for x in y:⏎", "2:1: expected an indented block after 'for' statement on line 1"},
		{"if x⏎  y", "1:5: expected ':'"},
		{"if x = 1: y", "1:6: invalid syntax. Maybe you meant '==' or ':=' instead of '='?"},
		{"if x:⏎  y⏎else if z:⏎  y", "3:6: expected ':' | write 'elif'"},
		{"def f(⏎  x", "1:6: '(' was never closed"},
		{"def f⏎", "1:6: expected '('"},
		{"while True⏎  x", "1:11: expected ':'"},
		{"print \"x\"", "1:1: Missing parentheses in call to 'print'. Did you mean print(...)? | write print(...)"},
		{"if x:⏎  print x", "2:3: Missing parentheses in call to 'print'. Did you mean print(...)? | write print(...)"},
		{"exec x", "1:1: Missing parentheses in call to 'exec'. Did you mean exec(...)? | write exec(...)"},
		{"x++", "1:4: invalid syntax | write += 1"},
		{"a && b", "1:4: invalid syntax | write 'and'"},
		{"a || b", "1:4: invalid syntax | write 'or'"},
		{"a <> b", "1:4: invalid syntax | write '!='"},
		{"a => b", "1:4: invalid syntax | write '>='"},
		{"a === b", "1:5: invalid syntax | write '=='"},
		{"x = `y`", "1:5: invalid syntax | write repr(x)"},
		{"// note", "1:1: invalid syntax | a comment begins with #"},
		{"raise E, 'x'", "1:8: invalid syntax | write raise Error(message)"},
		{"if a: b⏎elsif c:⏎  d", "2:1: invalid syntax | write 'elif'"},
		{"def f() {", "1:9: expected ':' | write ':' and indent what follows"},
		{"if (a) { b }", "1:8: expected ':' | write ':' and indent what follows"},
		{"if !a: b", "1:4: invalid syntax | write 'not'"},
		{"x = $HOME", "1:5: invalid syntax | write names without \"$\""},
		{"x = “a”", "1:5: invalid character '“' (U+201C) | write quotes as \" or '"},
		{"x\u00a0= 1", "1:2: invalid non-printable character U+00A0 | this is an invisible character: write a space"},
		{"class = 1", "1:7: invalid syntax"},
		{"import = 1", "1:8: invalid syntax"},
		{"lambda = 1", "1:8: invalid syntax"},
		{"x = import", "1:5: invalid syntax"},
		{"x.class", "1:3: invalid syntax | 'class' is a word of the language: choose another name"},
		{"f(class=1)", "1:3: invalid syntax | 'class' is a word of the language: choose another name"},
		{"def f(from): pass", "1:7: invalid syntax | 'from' is a word of the language: choose another name"},
		{"1 = x", "1:1: cannot assign to literal here. Maybe you meant '==' instead of '='?"},
		{"f() = x", "1:1: cannot assign to function call here. Maybe you meant '==' instead of '='?"},
		{"x, f() = y", "1:4: cannot assign to function call"},
		{"None = 1", "1:1: cannot assign to None"},
		{"x + 1 += 2", "1:1: 'expression' is an illegal expression for augmented assignment"},
		{"del f()", "1:5: cannot delete function call"},
		{"f(a.b=1)", "1:3: expression cannot contain assignment, perhaps you meant \"==\"?"},
		{"f(a=1, b)", "1:8: positional argument follows keyword argument | write name=value, or put it first"},
		{"f(**a, b)", "1:8: positional argument follows keyword argument unpacking"},
		{"f(a=1, b=2, a=3)", "1:13: keyword argument repeated: a"},
		{"def f(a, a): pass", "1:10: duplicate argument 'a' in function definition"},
		{"def f(a=1, b): pass", "1:12: parameter without a default follows parameter with a default"},
		{"x = *a", "1:5: can't use starred expression here | write (*x,) for a tuple"},
		{"*a, *b = c", "1:5: multiple starred expressions in assignment"},
		{"return 1", "1:1: 'return' outside function"},
		{"x⏎  ⏎break", "3:1: 'break' outside loop"},
		{"if x: continue", "1:7: 'continue' not properly in loop"},
		{"010", "1:1: leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers | an octal number begins with 0o"},
		{"1_", "1:1: invalid decimal literal"},
		{"x = 5gb", "1:5: invalid decimal literal"},
		{"0b12", "1:4: invalid digit '2' in binary literal"},
		{"'C:\\users\\x'", "1:4: truncated \\u escape: it needs 4 hexadecimal digits | write \"\\\\\" for a backslash, or put r before the string"},
		{"'''a⏎\\xZ'''", "2:1: truncated \\x escape: it needs 2 hexadecimal digits | write \"\\\\\" for a backslash, or put r before the string"},
		{"b'é'", "1:3: bytes can only contain ASCII literal characters | write \"text\".encode()"},
		{"'a' b'b'", "1:5: cannot mix bytes and nonbytes literals"},
		{"from a import b,", "1:17: trailing comma not allowed without surrounding parentheses"},
		{"from a import", "1:14: Expected one or more names after 'import'"},
		{"from __future__ import braces", "1:24: future feature braces is not defined"},
		{"try: x⏎except A, B: y", "2:8: multiple exception types must be parenthesized | write except (A, B):"},
		{"try: x⏎y", "2:1: expected 'except' or 'finally' block"},
		{"else: x", "1:1: 'else' without a statement that it belongs to | check the indentation"},
		{"a if b", "1:7: expected 'else' after 'if' expression"},
		{"x \\ y", "1:4: unexpected character after line continuation character"},
		{"x = 1 \\", "1:7: unexpected EOF while parsing"},
		{"x\x00", "1:2: source code cannot contain null bytes"},
		{"é\xff", "1:2: the file is not UTF-8 (byte 0xff) | save the file as UTF-8"},
		{"# coding: latin-1⏎x = 'é'", "1:1: unsupported encoding: latin-1 | save the file as UTF-8"},
		{"\ufeffx = ?", "1:5: invalid syntax"},
		{"x = 1\r\ny = ?\r\n", "2:5: invalid syntax"},
		{"x = (yield)", "1:6: 'yield' outside function"},
		{"x = [a for a in b if c else d]", "1:24: invalid syntax | put the conditional expression in parentheses"},
	} {
		_, err := Compile("a.py", []byte(strings.ReplaceAll(test.source, "⏎", "\n")), nobody)
		if got := describeErrors(err); got != test.want {
			t.Errorf("%q:\n got %s\nwant %s", test.source, got, test.want)
		}
	}
}

func nobody(string) bool { return false }

// describeErrors writes each error as "line:column: message | hint".
func describeErrors(err error) string {
	if err == nil {
		return "no error"
	}
	errs, ok := errors.AsType[Errors](err)
	if !ok {
		return err.Error()
	}
	var out []string
	for _, e := range errs {
		s := fmt.Sprintf("%d:%d: %s", e.Line, e.Column, e.Msg)
		if e.Hint != "" {
			s += " | " + e.Hint
		}
		out = append(out, s)
	}
	return strings.Join(out, "\n")
}

func TestErrorText(t *testing.T) {
	_, err := Compile("dir/deploy.py", []byte("x = 1\nimport a\ny = f(\"é\", 2 3)\n"), nobody)
	if got, want := err.Error(), "dir/deploy.py:3:14: invalid syntax. Perhaps you forgot a comma?"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	e, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatalf("%T holds no *Error", err)
	}
	if got, want := e.Source, "y = f(\"é\", 2 3)"; got != want {
		t.Errorf("source %q, want %q", got, want)
	}
}
