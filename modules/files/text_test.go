package files

import (
	"os"
	"strings"
	"testing"

	"cygnet/op"
)

func TestLine(t *testing.T) {
	m := newMachine(t)
	for _, line := range []string{
		"plain", "two words", "it's", `say "hi"`, "-n", "-e x", `C:\temp\new`, "a/b/c", "$HOME `id`", "[section]", "x*y+z?", "a.b|c", "^start", "end$",
		"(parens) {braces}", "größe",
	} {
		m.apply(Line{Path: "exact", Line: line, EscapeRegexCharacters: true})
		m.apply(Line{Path: "regex of " + line[:1], Line: line})
	}
	want := "plain\ntwo words\nit's\nsay \"hi\"\n-n\n-e x\nC:\\temp\\new\na/b/c\n$HOME `id`\n[section]\nx*y+z?\na.b|c\n^start\nend$\n" +
		"(parens) {braces}\ngröße\n"
	m.reads("exact", want)
	m.apply(Line{Path: "exact", Line: "(parens) {braces}", EscapeRegexCharacters: true, Absent: true})
	m.apply(Line{Path: "exact", Line: "/b/", EscapeRegexCharacters: true, Absent: true})
	m.apply(Line{Path: "exact", Line: `C:\temp`, EscapeRegexCharacters: true, Absent: true})
	m.reads("exact", "plain\ntwo words\nit's\nsay \"hi\"\n-n\n-e x\n$HOME `id`\n[section]\nx*y+z?\na.b|c\n^start\nend$\ngröße\n")
	m.nothing(Line{Path: "nowhere", Line: "x", Absent: true})
	m.nothing(Line{Path: "exact", Line: "nope", Absent: true})
	m.gone("exact.then")
}

func TestLineNames(t *testing.T) {
	m := newMachine(t)
	for _, name := range names {
		m.apply(Line{Path: name, Line: "x"})
		m.apply(Line{Path: name, Line: "x", Replace: "y"})
		m.reads(name, "y\n")
		m.apply(Line{Path: name, Line: "y", Absent: true})
		m.reads(name, "")
		m.gone(name + ".then")
	}
}

func TestLineReplace(t *testing.T) {
	m := newMachine(t)
	m.write("sshd", "#Port 22\nUsePAM yes\n")
	m.apply(Line{Path: "sshd", Line: "^#?Port ", Replace: "Port 2222", ExtendedRegex: true, Backup: true})
	m.reads("sshd", "Port 2222\nUsePAM yes\n")
	m.reads("sshd.then", "#Port 22\nUsePAM yes\n")
	for _, text := range []string{"a/b & c", "[x] (y) *", "it's"} {
		m.apply(Line{Path: "sshd", Line: "^UsePAM .*", Replace: text})
		m.reads("sshd", "Port 2222\n"+text+"\n")
		m.apply(Line{Path: "sshd", Line: text, Replace: "UsePAM yes", EscapeRegexCharacters: true})
	}
	m.apply(Line{Path: "sshd", Line: "^Nothing", Replace: "X11 [yes]"})
	m.reads("sshd", "Port 2222\nUsePAM yes\nX11 [yes]\n")
	m.apply(Line{Path: "paths", Line: "old", Replace: "new"})
	m.write("paths", "/usr/bin:/bin\n")
	m.apply(Line{Path: "paths", Line: `/usr\/bin`, Replace: "/opt/bin"})
	m.reads("paths", "/opt/bin\n")
}

func TestLineWithoutNewline(t *testing.T) {
	m := newMachine(t)
	for _, ensure := range []bool{false, true} {
		m.write("f", "first")
		m.apply(Line{Path: "f", Line: "second", EnsureNewline: ensure, Backup: true})
		m.reads("f", "first\nsecond\n")
		m.reads("f.then", "first")
		m.write("f", "first\n")
		m.apply(Line{Path: "f", Line: "second", EnsureNewline: ensure})
		m.reads("f", "first\nsecond\n")
		m.write("f", "")
		m.apply(Line{Path: "f", Line: "second", EnsureNewline: ensure})
		m.reads("f", "second\n")
		m.apply(Line{Path: "f", Line: "second", Absent: true})
		m.write("f", "first")
		m.apply(Line{Path: "f", Line: "first", Replace: "second"})
		m.reads("f", "second")
		if err := os.Remove(m.path("f")); err != nil {
			t.Fatal(err)
		}
		m.apply(Line{Path: "f", Line: "second", EnsureNewline: ensure, Backup: true})
		m.reads("f", "second\n")
	}
}

func TestLineVariables(t *testing.T) {
	m := newMachine(t)
	home := m.path("home")
	m.apply(Line{Path: "f", Line: `dir="$HOME"`, InterpolateVariables: true})
	m.reads("f", `dir="`+home+"\"\n")
	m.apply(Line{Path: "f", Line: "dir", Replace: "~ is $HOME", InterpolateVariables: false})
	m.reads("f", "~ is $HOME\n")
}

func TestTextThroughLink(t *testing.T) {
	m := newMachine(t)
	m.write("real/f", "one\n")
	m.link("real/f", "l")
	m.apply(Line{Path: "l", Line: "one", Replace: "two"})
	m.apply(Line{Path: "l", Line: "three"})
	m.apply(Block{Path: "l", Content: []string{"four"}})
	m.reads("real/f", "two\nthree\n# BEGIN PYINFRA BLOCK\nfour\n# END PYINFRA BLOCK\n")
	m.mode("l", os.ModeSymlink|0o777)
	m.mode("real/f", 0o644)
}

const begin, end = "# BEGIN PYINFRA BLOCK\n", "# END PYINFRA BLOCK\n"

func TestBlock(t *testing.T) {
	m := newMachine(t)
	for _, name := range names {
		m.apply(Block{Path: name, Content: []string{"one"}})
		m.apply(Block{Path: name, Content: []string{"one", "two"}})
		m.apply(Block{Path: name, Content: []string{"two\nthree"}})
		m.reads(name, begin+"two\nthree\n"+end)
		m.apply(Block{Path: name, Absent: true})
		m.reads(name, "")
	}
	m.nothing(Block{Path: "nowhere", Absent: true})
}

func TestBlockPlace(t *testing.T) {
	const block = begin + "x\n" + end
	for name, test := range map[string]struct {
		block Block
		want  string
	}{
		"end":          {Block{}, "a/b\nc*\n" + block},
		"start":        {Block{Before: true, After: true}, block + "a/b\nc*\n"},
		"before":       {Block{Before: true, Line: "^c"}, "a/b\n" + block + "c*\n"},
		"after":        {Block{After: true, Line: "a/b"}, "a/b\n" + block + "c*\n"},
		"literal":      {Block{Before: true, Line: "c*", EscapeRegexCharacters: true}, "a/b\n" + block + "c*\n"},
		"no such line": {Block{After: true, Line: "nope"}, "a/b\nc*\n" + block},
		"backup":       {Block{Backup: true}, "a/b\nc*\n" + block},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t)
			m.write("f", "a/b\nc*\n")
			if err := os.Chmod(m.path("f"), 0o640); err != nil {
				t.Fatal(err)
			}
			test.block.Path, test.block.Content = "f", []string{"x"}
			m.apply(test.block)
			m.reads("f", test.want)
			m.mode("f", 0o640)
			if test.block.Backup {
				m.reads("f.then", "a/b\nc*\n")
			}
			test.block.Content = []string{"y", "z"}
			test.block.Backup = false
			m.apply(test.block)
			test.block.Absent = true
			m.apply(test.block)
			m.reads("f", "a/b\nc*\n")
		})
	}
}

// What a shell would replace stays as it is.
func TestBlockContent(t *testing.T) {
	for _, shell := range []string{"sh", "bash", "ksh", "zsh"} {
		t.Run(shell, func(t *testing.T) {
			needs(t, shell)
			testBlockContent(t, shell)
		})
	}
}

func testBlockContent(t *testing.T, shell string) {
	m := newMachine(t)
	m.shell = shell
	all := []string{`$HOME`, "`id`", `say "hi"`, `C:\new\`, "it's", "PYINFRAHERE", "!!", "  indented", "&", "%s", "größe"}
	contents := [][]string{all}
	if shell == "sh" {
		for _, line := range all {
			contents = append(contents, []string{line})
		}
	}
	for _, content := range contents {
		text := begin + strings.Join(content, "\n") + "\n" + end
		m.write("f", "")
		m.apply(Block{Path: "f", Content: content})
		m.reads("f", text)
		m.write("f", begin+"x\n"+end)
		m.change(Block{Path: "f", Content: content})
		m.reads("f", text)
		m.write("f", "y\n")
		m.change(Block{Path: "f", Content: content, Line: "y", Before: true})
		m.reads("f", text+"y\n")
	}
}

func TestBlockMarkers(t *testing.T) {
	m := newMachine(t)
	m.write("f", "int x;\n")
	for _, marker := range []string{"// {mark} of (a+b)*", "<!-- {mark} -->", "[{mark}]"} {
		b := Block{Path: "f", Content: []string{"y"}, Marker: marker, Begin: "start", End: "stop"}
		m.apply(b)
		b.Content = []string{"z"}
		m.apply(b)
		b.Absent = true
		m.apply(b)
		m.reads("f", "int x;\n")
	}
	m.write("f", begin+end)
	m.apply(Block{Path: "f", Content: []string{"x"}})
	m.reads("f", begin+"x\n"+end)
	m.write("f", begin+end)
	m.apply(Block{Path: "f", Absent: true})
	m.reads("f", "")
}

func TestBlockRefuses(t *testing.T) {
	m := newMachine(t)
	m.refuse(Block{Path: "f"}, op.ValueError, "content")
	m.refuse(Block{Path: "f", Content: []string{"x"}, Line: "y"}, op.ValueError, "before=True or after=True")
	m.refuse(Block{Path: "f", Content: []string{"x"}, After: true}, op.ValueError, "needs a line")
}
