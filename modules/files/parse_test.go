package files

import (
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"cygnet/fact"
	"cygnet/modules/facts/server"
	"cygnet/op"
)

func TestModeArgument(t *testing.T) {
	for _, test := range []struct {
		value any
		want  Mode
	}{
		{int64(644), "644"}, {644, "644"}, {"0644", "644"}, {"1777", "1777"}, {int64(0), "0"}, {"000", "0"},
		{"u+x", "u+x"}, {"a=r,ug+w-x", "a=r,ug+w-x"}, {"+x", "+x"}, {"g=u", "g=u"}, {true, LocalMode}, {false, ""},
	} {
		var m Mode
		if err := m.UnmarshalArgument(test.value); err != nil || m != test.want {
			t.Errorf("%v: got %q, %v, want %q", test.value, m, err, test.want)
		}
	}
	for _, value := range []any{int64(888), int64(-1), "77777", "rw-r--r--", "u", "", "x+u+", "u+x;id", 6.44, []any{}} {
		var m Mode
		if err := m.UnmarshalArgument(value); err == nil {
			t.Errorf("%v: got %q and no error", value, m)
		}
	}
}

// TestModeMet compares with what chmod does.
func TestModeMet(t *testing.T) {
	dir := t.TempDir()
	type change struct {
		name string
		mode Mode
	}
	var changes []change
	script := "touch file; mkdir dir\n"
	for _, name := range []string{"file", "dir"} {
		for _, before := range []string{"0", "644", "755", "4711", "2770", "1777"} {
			for _, mode := range []Mode{"u+x", "g-w", "a=rX", "o=g", "u=rwx,go=rx", "ug+s", "a-s", "+t", "o-t", "u-s+w", "g=s", "640", "u=g,g=u", "a+rwX-w"} {
				stat := statCommand(name).Reveal() + "\n"
				// chmod spares setuid and setgid of a folder, unless it is told.
				script += "chmod a-s " + name + " && chmod " + before + " " + name + "\n" + stat + "chmod " + string(mode) + " " + name + "\n" + stat
				changes = append(changes, change{name, mode})
			}
		}
	}
	c := exec.Command("sh")
	c.Dir = dir
	c.Stdin = strings.NewReader("umask 0\n" + script)
	out, err := c.CombinedOutput()
	lines := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if err != nil || len(lines) != 2*len(changes) {
		t.Fatalf("%v: %d lines:\n%s", err, len(lines), out)
	}
	for i, c := range changes {
		kind := map[string]byte{"file": '-', "dir": 'd'}[c.name]
		was := readInfo(lines[2*i:2*i+1], c.name, kind, time.Time{})
		is := readInfo(lines[2*i+1:2*i+2], c.name, kind, time.Time{})
		if got, want := c.mode.met(was, c.name == "dir"), was.Mode == is.Mode; got != want {
			t.Errorf("%s of mode %o: chmod %s makes it %o, but met is %t", c.name, was.Mode, c.mode, is.Mode, got)
		}
	}
}

func TestTimeArgument(t *testing.T) {
	berlin := time.FixedZone("", 3600)
	h := &op.Host{Source: sourceFunc(func(name, _ string) any { return time.Date(2026, 1, 1, 0, 0, 0, 0, berlin) })}
	for _, test := range []struct {
		value any
		want  string
	}{
		{"2026-02-03T04:05:06", "2026-02-03T03:05:06Z"},
		{"2026-02-03 04:05", "2026-02-03T03:05:00Z"},
		{"2026-02-03", "2026-02-02T23:00:00Z"},
		{"2026-02-03T04:05:06.5Z", "2026-02-03T04:05:06.500000Z"},
		{"2026-02-03T04:05:06-06:00", "2026-02-03T10:05:06Z"},
		{int64(86400), "1970-01-02T00:00:00Z"},
		{1.25, "1970-01-01T00:00:01.250000Z"},
		{time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC), "2026-02-03T03:05:06Z"},
		{time.Date(2026, 2, 3, 4, 5, 6, 0, time.FixedZone("", 0)), "2026-02-03T04:05:06Z"},
	} {
		var at Time
		if err := at.UnmarshalArgument(test.value); err != nil {
			t.Errorf("%v: %v", test.value, err)
			continue
		}
		got, err := at.resolve(h, nil, modified)
		if err != nil || touchFormat(got) != test.want {
			t.Errorf("%v: got %s, %v, want %s", test.value, touchFormat(got), err, test.want)
		}
	}
	var at Time
	if err := at.UnmarshalArgument(false); err != nil || !at.IsZero() {
		t.Errorf("False: got %v, %v", at, err)
	}
	for _, value := range []any{"yesterday", "", []any{}, "2026-13-01"} {
		if err := at.UnmarshalArgument(value); err == nil {
			t.Errorf("%v: no error", value)
		}
	}
}

func TestSizeArgument(t *testing.T) {
	for _, test := range []struct {
		value any
		want  Size
	}{{int64(7), 7}, {"7", 7}, {"10K", 10240}, {"1.5M", 3 << 19}, {"2 GB", 2 << 30}, {"3kib", 3072}} {
		var s Size
		if err := s.UnmarshalArgument(test.value); err != nil || s != test.want {
			t.Errorf("%v: got %d, %v, want %d", test.value, s, err, test.want)
		}
	}
	for _, value := range []any{"", "K", "-1", "big", "1e30", "NaN", 1.5} {
		var s Size
		if err := s.UnmarshalArgument(value); err == nil {
			t.Errorf("%v: no error", value)
		}
	}
}

func TestFind(t *testing.T) {
	m := newMachine(t)
	m.write("a dir/small file", "x")
	m.write("a dir/deeper/large file", strings.Repeat("x", 2000))
	m.link("nowhere", "a dir/link")
	one := 1
	for _, test := range []struct {
		fact fact.Fact[[]string]
		want []string
	}{
		{FindFiles{Path: "a dir", MinSize: 1000}, []string{"a dir/deeper/large file"}},
		{FindFiles{Path: "a dir", MaxSize: 1000}, []string{"a dir/small file"}},
		{FindFiles{Path: "a dir", Size: 1, MaxDepth: &one}, []string{"a dir/small file"}},
		{FindFiles{Path: "a dir", NameIgnoreCase: "SMALL*"}, []string{"a dir/small file"}},
		{FindFiles{Path: "a dir", Regex: ".*/large.*"}, []string{"a dir/deeper/large file"}},
		{FindDirectories{Path: "a dir", Name: "deeper"}, []string{"a dir/deeper"}},
		{FindLinks{Path: "a dir"}, []string{"a dir/link"}},
		{FindFiles{Path: "a*", NoQuotePath: true, Args: []string{"-name", "'small file'"}}, []string{"a dir/small file"}},
		{FindFiles{Path: "nowhere"}, nil},
	} {
		reader := fact.NewReader(m.conn)
		source := reader.As(m.command())
		fact.Want(source, fact.Ask(test.fact))
		if err := reader.Fetch(t.Context()); err != nil {
			t.Fatal(err)
		}
		got, err := fact.Get(source, test.fact)
		if err != nil {
			t.Errorf("%+v: %v", test.fact, err)
		}
		if diff := cmp.Diff(test.want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.fact.Command(), diff)
		}
	}
}

func TestLsYear(t *testing.T) {
	now := time.Date(2026, 2, 1, 12, 0, 0, 0, time.UTC)
	for line, want := range map[string]string{
		"-rw-r--r-- 1 a b 5 Jan 30 10:00 /f":  "2026-01-30 10:00",
		"-rw-r--r-- 1 a b 5 Dec 30 10:00 /f":  "2025-12-30 10:00",
		"-rw-r--r-- 1 a b 5 Feb  2 10:00 /f":  "2026-02-02 10:00",
		"-rw-r--r--. 1 a b 5 30 Dec  1999 /f": "1999-12-30 00:00",
	} {
		got := readInfo([]string{line}, "/f", '-', now)
		if text := got.Mtime.Format("2006-01-02 15:04"); text != want {
			t.Errorf("%s: got %s, want %s", line, text, want)
		}
	}
}

func TestLinkTarget(t *testing.T) {
	for text, want := range map[string]string{
		`'a' -> 'b'`:                      "b",
		`'a b -> c' -> 'd -> e'`:          "d -> e",
		`"it's" -> "it's"`:                "it's",
		`'it'\''s "x"' -> 'y'\''z'`:       "y'z",
		`'a'$'\n''b' -> 'c'$'\t\303\244'`: "c\tä",
		`/p -> q -> r`:                    "r",
		`a -> b`:                          "b",
		`'a'`:                             "",
		`'open`:                           "",
		"":                                "",
	} {
		if got := linkTarget(text, "/p -> q"); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

// What a host prints can be anything.
func FuzzReadInfo(f *testing.F) {
	f.Add(`user=a group=b mode=lrwxrwxrwx atime=1 mtime=2 ctime=3 size=4 'a'$'\n' -> "b"`)
	f.Add("-rw-r--r--@ 1 a b 5 22 Jun 19:00 /f")
	f.Add("lrwxrwxrwx 1 a b 5 Feb 30 24:61 $'\\3")
	f.Fuzz(func(t *testing.T, line string) {
		for _, kind := range []byte("-dls") {
			i := readInfo([]string{line}, "/f", kind, time.Time{})
			if i.Exists && i.Other || i.Mode > 0o7777 {
				t.Errorf("%q: %+v", line, i)
			}
			fact.Plain(i)
		}
	})
}

// A literal pattern matches its own text, and grep knows.
func FuzzLiteral(f *testing.F) {
	for _, text := range []string{`a.b*c[d]^e$f\g`, `\(x\)`, "+?{}|", "[[:alpha:]]", "*", `\`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if text == "" || strings.ContainsAny(text, "\n\r\x00") || !isText(text) {
			t.Skip("not a line")
		}
		for option, special := range map[string]string{"-G": basicRegex, "-E": extendedRegex} {
			c := exec.Command("grep", option, "-e", "^"+literal(text, special)+"$")
			c.Env = []string{"LC_ALL=C"}
			c.Stdin = strings.NewReader(text + "\n")
			if out, err := c.CombinedOutput(); err != nil || string(out) != text+"\n" {
				t.Errorf("grep %s of %q: %q, %v", option, text, out, err)
			}
		}
		c := exec.Command("awk", "/^"+awkRegex(text)+"$/")
		c.Env = []string{"LC_ALL=C"}
		c.Stdin = strings.NewReader(text + "\n")
		if out, err := c.CombinedOutput(); err != nil || string(out) != text+"\n" {
			t.Errorf("awk of %q: %q, %v", text, out, err)
		}
	})
}

func TestDownloadOptions(t *testing.T) {
	h := &op.Host{
		Source: sourceFunc(func(name, key string) any {
			if name == "files.File" {
				return Info{}
			}
			return server.Text("")
		}),
		TempFile: func(string) string { return "/tmp/t" },
	}
	d := Download{Src: "https://x/y z", Dest: "/d", Proxy: "http://p:1", LimitRate: "1m", TempDir: "/var/t", User: "u",
		Headers: map[string]string{"B": "2", "A": "1"}, ExtraCurlArgs: map[string]string{"--compressed": "", "--retry": "3"}}
	p, err := d.Plan(h)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"( curl -sSLf --proxy http://p:1 --limit-rate 1m --header 'A: 1' --header 'B: 2' --compressed --retry 3 'https://x/y z' -o /var/t/t )" +
			" || ( wget -q -e use_proxy=yes -e http_proxy=http://p:1 -e https_proxy=http://p:1 --limit-rate 1m --header 'A: 1' --header 'B: 2'" +
			" 'https://x/y z' -O /var/t/t || ( rm -f /var/t/t ; exit 1 ) )",
		"mv /var/t/t /d",
		"chown u /d",
	}
	var got []string
	for _, c := range p.Commands {
		got = append(got, c.String())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
