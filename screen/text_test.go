package screen

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

func TestClean(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain", "Setting up git (1:2.47)", "Setting up git (1:2.47)"},
		{"empty", "", ""},
		{"letters of the world", "größe 寬度 עברית ไทย", "größe 寬度 עברית ไทย"},
		{"colours are dropped", "\x1b[1;32mOK\x1b[0m \x1b[38;2;1;2;3mrgb\x1b[m", "OK rgb"},
		{"cursor movement", "\x1b[2J\x1b[Hgone", "␛[2J␛[Hgone"},
		{"window title", "\x1b]0;root@prod\x07", "␛]0;root@prod␇"},
		{"clipboard", "\x1b]52;c;ZXZpbA==\x1b\\", `␛]52;c;ZXZpbA==␛\`},
		{"unfinished escape", "\x1b[31", "␛[31"},
		{"device attributes", "\x1b[c\x1b[6n", "␛[c␛[6n"},
		{"C1 control sequence introducer", "\u009b31mred", `\u009b31mred`},
		{"C1 as a raw byte", "\x9b31m", `\x9b31m`},
		{"not UTF-8", "caf\xe9 \xff\xfe", `caf\xe9 \xff\xfe`},
		{"overlong slash", "\xc0\xaf", `\xc0\xaf`},
		{"replacement character itself", "\ufffd", "\ufffd"},
		{"line break, bell, backspace, null", "a\nb\ac\bd\x00", "a␊b␇c␈d␀"},
		{"delete", "a\x7f", "a␡"},
		{"carriage return hides", "evil\rgood", "evil␍good"},
		{"right to left override", "file\u202egpj.exe", `file\u202egpj.exe`},
		{"bidi isolates and marks", "\u2066a\u2069\u200f\u061c", `\u2066a\u2069\u200f\u061c`},
		{"nothing seen", "a\u200bb\u2060c\ufeffd\u00ade", `a\u200bb\u2060c\ufeffd\u00ade`},
		{"line and paragraph separators", "a\u2028b\u2029c", `a\u2028b\u2029c`},
		{"tag characters", "a\U000e0041", `a\U000e0041`},
		{"private use", "\ue0b0 \U000f0000", `\ue0b0 \U000f0000`},
		{"tabs", "a\tb\t\tc", "a       b               c"},
		{"tab behind a wide rune", "寬\tx", "寬      x"},
		{"other spaces", "a\u00a0b\u3000c\u2003d", "a b  c d"},
		{"combining marks", "e\u0301", "e\u0301"},
		{"a mark without a letter", "\u0301a", "◌\u0301a"},
		{"a tower of marks", "a" + strings.Repeat("\u0301", 50) + "b", "a" + strings.Repeat("\u0301", maxMarks) + "b"},
		{"a tower without ground", strings.Repeat("\u0301", 50), "◌" + strings.Repeat("\u0301", maxMarks)},
		{"variation selectors", "☺\ufe0f", "☺"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := clean(c.in); got != c.want {
				t.Errorf("clean(%q)\n got %q\nwant %q", c.in, got, c.want)
			}
		})
	}
	if got := clean(strings.Repeat("寬\x1b", 1<<20)); len(got) > maxText+20 {
		t.Errorf("a long line is still %d bytes long", len(got))
	}
}

func FuzzClean(f *testing.F) {
	for _, seed := range []string{"\x1b[31mred\x1b[0m", "\xff\x9b", "e\u0301\u202e", "\t寬\t", "\x1b]0;x\a"} {
		f.Add(seed, 10)
	}
	f.Fuzz(func(t *testing.T, s string, width int) {
		got := clean(s)
		if !utf8.ValidString(got) {
			t.Errorf("clean(%q) is not UTF-8: %q", s, got)
		}
		for _, r := range got {
			if r < ' ' || r == 0x7f || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
				t.Errorf("clean(%q) holds %U", s, r)
			}
		}
		width = max(0, width%200)
		if short := cut(got, width); textWidth(short) > width {
			t.Errorf("cut(%q, %d) is %d columns wide", got, width, textWidth(short))
		}
		l := text(got, badInk).add(got, plainInk)
		if short := l.cut(width); short.width() > width {
			t.Errorf("a line of %q cut to %d is %d columns wide", got, width, short.width())
		}
		var joined strings.Builder
		for _, part := range l.wrap(width) {
			joined.WriteString(part.render(false))
		}
		bare := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		if bare(joined.String()) != bare(got+got) {
			t.Errorf("wrapping changed %q into %q", got+got, joined.String())
		}
	})
}

func TestTextWidth(t *testing.T) {
	for s, want := range map[string]int{
		"": 0, "abc": 3, "寬度": 4, "e\u0301": 1, "ｆｕｌｌ": 8, "한글": 4, "🦢": 2, "✓": 1, "━": 1, "…": 1, "ไทย": 3, "ก็": 1,
	} {
		if got := textWidth(s); got != want {
			t.Errorf("textWidth(%q) = %d, want %d", s, got, want)
		}
	}
}

func TestWideIsSorted(t *testing.T) {
	for i, r := range wide {
		if r.first > r.last || i > 0 && wide[i-1].last >= r.first {
			t.Errorf("range %U-%U is out of order", r.first, r.last)
		}
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		in    string
		width int
		want  string
	}{
		{"abc", 3, "abc"}, {"abcd", 3, "ab…"}, {"abcd", 1, "…"}, {"abcd", 0, ""}, {"abcd", -1, ""},
		{"寬度", 4, "寬度"}, {"寬度", 3, "寬…"}, {"寬度", 2, "…"}, {"e\u0301e\u0301e\u0301", 2, "e\u0301…"},
	} {
		if got := cut(c.in, c.width); got != c.want {
			t.Errorf("cut(%q, %d) = %q, want %q", c.in, c.width, got, c.want)
		}
	}
}

func TestLineCut(t *testing.T) {
	l := text("abc", boldInk).add("def", badInk)
	for width, want := range []string{"", "…", "a…", "ab…", "abc…", "abcd…", "abcdef", "abcdef"} {
		if got := l.cut(width).render(false); got != want {
			t.Errorf("cut to %d: %q, want %q", width, got, want)
		}
	}
}

func TestDurations(t *testing.T) {
	for _, c := range []struct {
		d                        time.Duration
		duration, clock, elapsed string
	}{
		{0, "0.0s", "0s", "0:00"}, {-time.Second, "0.0s", "0s", "0:00"}, {340 * time.Millisecond, "0.3s", "0s", "0:00"},
		{34 * time.Second, "34s", "34s", "0:34"}, {125 * time.Second, "2:05", "2:05", "2:05"},
		{3725 * time.Second, "1:02:05", "1:02:05", "1:02:05"}, {26 * time.Hour, "26:00:00", "26:00:00", "26:00:00"},
	} {
		if a, b, e := duration(c.d), clock(c.d), elapsed(c.d); a != c.duration || b != c.clock || e != c.elapsed {
			t.Errorf("%v: %s %s %s, want %s %s %s", c.d, a, b, e, c.duration, c.clock, c.elapsed)
		}
	}
}

func TestList(t *testing.T) {
	for _, c := range []struct {
		names []string
		width int
		want  string
	}{
		{nil, 10, ""}, {[]string{"a"}, 0, "a"}, {[]string{"a", "b"}, 10, "a, b"},
		{fleetOf(170), 20, "vm001, vm002, vm003 and 167 more"}, {[]string{"evil\x1b[2J", "b", "c"}, 3, "evil␛[2J and 2 more"},
		{[]string{"a", "b"}, 1, "a, b"}, // "1 more" is no shorter
	} {
		if got := list(c.names, c.width); got != c.want {
			t.Errorf("list(%d names, %d) = %q, want %q", len(c.names), c.width, got, c.want)
		}
	}
}
