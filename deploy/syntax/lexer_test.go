package syntax

import (
	"fmt"
	"strings"
	"testing"
)

// TestLex compares tokens, written as "line:column kind text".
func TestLex(t *testing.T) {
	kinds := map[kind]string{
		tokEOF: "EOF", tokNewline: "NL", tokIndent: "IN", tokDedent: "DE", tokName: "name", tokKeyword: "word",
		tokOp: "op", tokNumber: "num", tokString: "str", tokFStringStart: "f", tokFStringMiddle: "mid",
		tokFStringEnd: "end", tokError: "error",
	}
	for _, test := range []struct{ source, want string }{
		{"", "1:1 EOF"},
		{"\n\n# c\n  \n", "5:1 EOF"},
		{"x", "1:1 name x, 1:2 NL, 1:2 EOF"},
		{"x # c\n", "1:1 name x, 1:6 NL, 2:1 EOF"},
		{"if x:\n  y\n\nz\n", "1:1 word if, 1:4 name x, 1:5 op :, 1:6 NL, 2:3 IN, 2:3 name y, 2:4 NL, 4:1 DE, 4:1 name z, 4:2 NL, 5:1 EOF"},
		{"a:\n\tb\n        c\n", "1:1 name a, 1:2 op :, 1:3 NL, 2:2 IN, 2:2 name b, 2:3 NL, 3:9 error inconsistent use of tabs and spaces in indentation"},
		{"a:\n  b:\n    c\nd", "1:1 name a, 1:2 op :, 1:3 NL, 2:3 IN, 2:3 name b, 2:4 op :, 2:5 NL, 3:5 IN, 3:5 name c, 3:6 NL, 4:1 DE, 4:1 DE, 4:1 name d, 4:2 NL, 4:2 EOF"},
		{"(a\n  + b)\nc", "1:1 op (, 1:2 name a, 2:3 op +, 2:5 name b, 2:6 op ), 2:7 NL, 3:1 name c, 3:2 NL, 3:2 EOF"},
		{"a \\\n b", "1:1 name a, 2:2 name b, 2:3 NL, 2:3 EOF"},
		{"\f a", "1:3 IN, 1:3 name a, 1:4 NL, 1:4 DE, 1:4 EOF"},
		{"\ufeffa\r\nb\rc", "1:1 name a, 1:2 NL, 2:1 name b, 2:2 NL, 3:1 name c, 3:2 NL, 3:2 EOF"},
		{"a**=b//c>>=d->e:=f...g!=h", "1:1 name a, 1:2 op **=, 1:5 name b, 1:6 op //, 1:8 name c, 1:9 op >>=, 1:12 name d, 1:13 op ->, 1:15 name e, 1:16 op :=, 1:18 name f, 1:19 op ..., 1:22 name g, 1:23 op !=, 1:25 name h, 1:26 NL, 1:26 EOF"},
		{"1.5e-3.real", "1:1 num 1.5e-3, 1:7 op ., 1:8 name real, 1:12 NL, 1:12 EOF"},
		{"0x_fF 0b1_0 1_0.0_1 5..x", "1:1 num 0x_fF, 1:7 num 0b1_0, 1:13 num 1_0.0_1, 1:21 num 5., 1:23 op ., 1:24 name x, 1:25 NL, 1:25 EOF"},
		{"1if 0else 2", "1:1 num 1, 1:2 word if, 1:5 num 0, 1:6 word else, 1:11 num 2, 1:12 NL, 1:12 EOF"},
		{`'a' Rb"b\n" """c` + "\n" + `"d""" e`, `1:1 str "a", 1:5 str "b\\n", 1:13 str "c\n\"d", 2:7 name e, 2:8 NL, 2:8 EOF`},
		{`'\x41\101\u00e9\U0001f600\q\` + "\n" + `'`, `1:1 str "AAé😀\\q", 2:2 NL, 2:2 EOF`},
		{`é='ü'+名`, `1:1 name é, 1:2 op =, 1:3 str "ü", 1:6 op +, 1:7 name 名, 1:8 NL, 1:8 EOF`},
		{`f"a{b}c"`, `1:1 f, 1:3 mid "a", 1:4 op {, 1:5 name b, 1:6 op }, 1:7 mid "c", 1:8 end, 1:9 NL, 1:9 EOF`},
		{`f"{{{b!r:>{w}x}}}"`, `1:1 f, 1:3 mid "{", 1:5 op {, 1:6 name b, 1:7 op !, 1:8 name r, 1:9 op :, 1:10 mid ">", 1:11 op {, 1:12 name w, 1:13 op }, 1:14 mid "x", 1:15 op }, 1:16 mid "}", 1:18 end, 1:19 NL, 1:19 EOF`},
		{`f"{a["b"]:{c}}"`, `1:1 f, 1:3 op {, 1:4 name a, 1:5 op [, 1:6 str "b", 1:9 op ], 1:10 op :, 1:11 op {, 1:12 name c, 1:13 op }, 1:14 op }, 1:15 end, 1:16 NL, 1:16 EOF`},
		{`f"{x!=y}{z:=5}"`, `1:1 f, 1:3 op {, 1:4 name x, 1:5 op !=, 1:7 name y, 1:8 op }, 1:9 op {, 1:10 name z, 1:11 op :, 1:12 mid "=5", 1:14 op }, 1:15 end, 1:16 NL, 1:16 EOF`},
		{`f'{f'{x}'}'`, `1:1 f, 1:3 op {, 1:4 f, 1:6 op {, 1:7 name x, 1:8 op }, 1:9 end, 1:10 op }, 1:11 end, 1:12 NL, 1:12 EOF`},
		{"f'''a\n{x # c\n}'''", `1:1 f, 1:5 mid "a\n", 2:1 op {, 2:2 name x, 3:1 op }, 3:2 end, 3:5 NL, 3:5 EOF`},
		{`rf"\{x}\d"`, `1:1 f, 1:4 mid "\\", 1:5 op {, 1:6 name x, 1:7 op }, 1:8 mid "\\d", 1:10 end, 1:11 NL, 1:11 EOF`},
		{"x = 'a\ny", "1:1 name x, 1:3 op =, 1:5 error unterminated string literal (detected at line 1)"},
	} {
		var got []string
		for _, tok := range lex(newSource("test.py", test.source)) {
			s := fmt.Sprintf("%v %s", tok.at, kinds[tok.kind])
			switch tok.kind {
			case tokName, tokKeyword, tokOp, tokNumber:
				s += " " + tok.text
			case tokString, tokFStringMiddle:
				s += fmt.Sprintf(" %q", tok.value)
			case tokError:
				s += " " + tok.err.Msg
			}
			got = append(got, s)
		}
		if g := strings.Join(got, ", "); g != test.want {
			t.Errorf("%q:\n got %s\nwant %s", test.source, g, test.want)
		}
	}
}
