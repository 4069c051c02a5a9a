package shell

import (
	"os/exec"
	"strings"
	"testing"
)

var words = []string{
	"", "plain", "a b", "it's", `"double"`, "$HOME", "${x}", "`id`", "$(id)", `\`, `\\`, `\n`, "line\nbreak", "\n", "\r\n", "\t",
	"*", "?", "[a-z]", "{a,b}", "~", "~root", "-n", "--", "#comment", "a#b", "!", "!!", "&", "&&", ";", "|", "<", ">", "(", ")",
	"a=b", "=", "%", "@", "^", "é", "日本語", "\x01\x1b[0m", "\xff\xfe", "'", "''", `'"'"'`, "a'", "'a", strings.Repeat("'", 50),
}

func FuzzQuote(f *testing.F) {
	for _, w := range words {
		f.Add(w)
	}
	shells := shells()
	f.Fuzz(func(t *testing.T, word string) {
		if strings.ContainsRune(word, 0) {
			if _, err := (Command{Text: Word(word)}).Launch(false); err == nil {
				t.Fatalf("a word with a zero byte was not refused: %q", word)
			}
			return
		}
		for _, shell := range shells {
			cmd := exec.Command(shell[0], append(shell[1:], "-c", "printf %s "+Quote(word))...)
			out, err := cmd.Output()
			if err != nil || string(out) != word {
				t.Errorf("%v: %q came out as %q, %v", shell, word, out, err)
			}
		}
	})
}

// shells are the shells of this machine that must read what Quote writes.
func shells() [][]string {
	found := [][]string{{"sh"}}
	for _, name := range []string{"dash", "bash", "zsh", "ksh", "mksh"} {
		if _, err := exec.LookPath(name); err == nil {
			found = append(found, []string{name})
		}
	}
	if _, err := exec.LookPath("busybox"); err == nil {
		found = append(found, []string{"busybox", "sh"})
	}
	return found
}

func TestQuoteStaysReadable(t *testing.T) {
	for in, want := range map[string]string{
		"/etc/hosts": "/etc/hosts", "a-b_c.d:e,f@g%h+i=j": "a-b_c.d:e,f@g%h+i=j", "": "''", "a b": "'a b'", "é": "'é'",
	} {
		if got := Quote(in); got != want {
			t.Errorf("Quote(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestQuotePath(t *testing.T) {
	for _, tt := range []struct{ in, quoted, is string }{
		{"/a b", "'/a b'", "/a b"},
		{"~", "~", "/home of"},
		{"~/", "~/", "/home of/"},
		{"~/a b", "~/'a b'", "/home of/a b"},
		{"~/$x", "~/'$x'", "/home of/$x"},
		{"~no one", "'~no one'", "~no one"},
		{"~;id", "'~;id'", "~;id"},
		{"~+", "'~+'", "~+"},
		{"a~b", "'a~b'", "a~b"},
		{"-x", "-x", "-x"},
	} {
		got := QuotePath(tt.in)
		if got != tt.quoted {
			t.Errorf("QuotePath(%q) = %s, want %s", tt.in, got, tt.quoted)
		}
		cmd := exec.Command("sh", "-c", "printf %s "+got)
		cmd.Env = []string{"HOME=/home of"}
		out, err := cmd.Output()
		if err != nil || string(out) != tt.is {
			t.Errorf("%q is %q to the shell, %v; want %q", tt.in, out, err, tt.is)
		}
	}
	if got := QuotePath("~root/x"); got != "~root/x" {
		t.Errorf("QuotePath(~root/x) = %s", got)
	}
}
