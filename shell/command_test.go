package shell

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
)

// launch runs a command as a connector does and returns what it printed.
func launch(t *testing.T, c Command, stdin string, hasStdin bool) (stdout string, exit int) {
	t.Helper()
	l, err := c.Launch(hasStdin)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("/bin/sh", "-c", l.Exec)
	cmd.Stdin = strings.NewReader(l.Input + stdin)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err = cmd.Run()
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		return out.String(), failed.ExitCode()
	}
	if err != nil {
		t.Fatalf("%v: %s", err, errs.String())
	}
	return out.String(), 0
}

func TestLaunch(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(dir+"/a 'b'", 0o700); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name    string
		command Command
		out     string
		exit    int
	}{
		{"empty", Command{}, "", 0},
		{"status", Command{Text: Raw("exit 42")}, "", 42},
		{"quotes", Command{Text: Raw(`echo "it's" '"' \\ $((1+1))`)}, "it's \" \\ 2\n", 0},
		{"lines", Command{Text: Raw("cat <<E\n  a\nE\necho b\n")}, "  a\nb\n", 0},
		{"environment", Command{Text: Raw(`echo "$A-$B"`), Env: map[string]string{"A": "it's\n$HOME", "B": "\\ \""}}, "it's\n$HOME-\\ \"\n", 0},
		{"folder", Command{Text: Raw(`basename "$PWD"`), Dir: dir + "/a 'b'"}, "a 'b'\n", 0},
		{"home", Command{Text: Raw("[ \"$PWD\" = \"$HOME\" ] || echo \"$PWD\""), Dir: "~"}, "", 0},
		{"no such folder", Command{Text: Raw("echo ran"), Dir: dir + "/none"}, "", 1},
		{"tag", Command{Text: Raw("echo $CYGNET_TAG; tr '\\0' '\\n' </proc/$$/environ 2>/dev/null | grep -c '^CYGNET_TAG=the tag$' || true"), Tag: "the tag"}, tagged(), 0},
		{"bash", Command{Text: Raw("a=(x y); echo ${#a[@]}"), Executable: "bash"}, "2\n", 0},
		{"path of a shell", Command{Text: Raw("echo $0 | grep -c sh"), Executable: "/bin/sh"}, "1\n", 0},
		{"python3", Command{Text: Raw("import os, sys\nprint(os.environ['A'])\nsys.exit(3)"), Executable: "python3", Env: map[string]string{"A": "b c"}}, "b c\n", 3},
		{"with arguments", Command{Text: Raw("echo $-; exit 4"), Executable: "sh -f"}, "", 4},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if name, _, _ := strings.Cut(tt.command.Executable, " "); name != "" {
				if _, err := exec.LookPath(name); err != nil {
					t.Skip("no " + name + " here")
				}
			}
			for _, stdin := range []bool{false, true} {
				unread := ""
				if stdin {
					unread = "unread"
				}
				out, exit := launch(t, tt.command, unread, stdin)
				if exit != tt.exit || out != tt.out && tt.name != "with arguments" {
					t.Errorf("stdin %v: got %q and status %d, want %q and %d", stdin, out, exit, tt.out, tt.exit)
				}
			}
		})
	}
}

// tagged is what a shell with a tag finds in its own environment.
func tagged() string {
	if runtime.GOOS != "linux" {
		return "the tag\n0\n"
	}
	return "the tag\n1\n"
}

func TestLaunchStdin(t *testing.T) {
	data := strings.Repeat("\x00\xff line\n", 10_000)
	cat := Command{Text: Raw("cat; echo end >&2")}
	if out, _ := launch(t, cat, data, true); out != data {
		t.Errorf("%d bytes went in, %d came out", len(data), len(out))
	}
	if out, _ := launch(t, cat, "", false); out != "" {
		t.Errorf("a command without input read %q", out)
	}
}

func TestLaunchKeepsTextFromArguments(t *testing.T) {
	c := Command{
		Text: Join(" ", Raw("mysql -p"), SecretWord(NewSecret("hunter2"))),
		Env:  map[string]string{"TOKEN": "tok"},
		As:   Identity{Sudo: true, SudoUser: "it's"},
		Tag:  "tag",
	}
	for _, stdin := range []bool{false, true} {
		l, err := c.Launch(stdin)
		if err != nil {
			t.Fatal(err)
		}
		for _, hidden := range []string{"hunter2", "tok", "mysql"} {
			if strings.Contains(l.Exec, hidden) {
				t.Errorf("%q is an argument: %s", hidden, l.Exec)
			}
		}
	}
	c.Executable = "python3"
	if _, err := c.Launch(false); err == nil {
		t.Error("a secret was put in the arguments of python3")
	}
}

func TestLaunchRefuses(t *testing.T) {
	for name, c := range map[string]Command{
		"zero byte in the text":        {Text: Raw("a\x00b")},
		"zero byte in a value":         {Env: map[string]string{"A": "\x00"}},
		"zero byte in the folder":      {Dir: "a\x00"},
		"zero byte in the user":        {As: Identity{Sudo: true, SudoUser: "a\x00"}},
		"name with a space":            {Env: map[string]string{"A B": ""}},
		"name with a command":          {Env: map[string]string{"A=1;id;B": ""}},
		"name that starts with digits": {Env: map[string]string{"1A": ""}},
		"empty name":                   {Env: map[string]string{"": ""}},
	} {
		if _, err := c.Launch(false); err == nil {
			t.Errorf("%s was not refused", name)
		}
	}
}

// A sudo that only notes its arguments stands in for the real one.
func TestLaunchSudo(t *testing.T) {
	dir := t.TempDir()
	fake := "#!/bin/sh\nfor a; do printf '<%s>' \"$a\"; done\nwhile :; do case $1 in -u) shift 2 ;; -*) shift ;; *) break ;; esac; done\necho\nexec \"$@\"\n"
	if err := os.WriteFile(dir+"/sudo", []byte(fake), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	for _, tt := range []struct {
		command Command
		want    string
	}{
		{Command{As: Identity{Sudo: true}}, "<-H><-n><sh>"},
		{Command{As: Identity{Sudo: true, SudoUser: "o'brien"}}, "<-H><-n><-u><o'brien><sh>"},
		{Command{As: Identity{Sudo: true}, Executable: "bash"}, "<-H><-n><bash>"},
		{Command{As: Identity{Sudo: true}, Tag: "x y"}, "<-H><-n><sh><-c><exec env CYGNET_TAG='x y' sh>"},
	} {
		tt.command.Text = Raw("echo \"ran $CYGNET_TAG\"")
		out, exit := launch(t, tt.command, "", false)
		if want := tt.want + "\nran " + tt.command.Tag + "\n"; out != want || exit != 0 {
			t.Errorf("got %q and status %d, want %q", out, exit, want)
		}
		out, exit = launch(t, tt.command, "", true)
		if !strings.HasSuffix(out, "\nran "+tt.command.Tag+"\n") || exit != 0 {
			t.Errorf("with stdin: got %q and status %d", out, exit)
		}
	}
	if _, err := exec.LookPath("/usr/bin/sudo"); err != nil {
		t.Skip("the prefix is tested; no real sudo here")
	}
}

// TestLaunchCutOff runs every beginning of an input, as a connection that breaks
// would leave it.
func TestLaunchCutOff(t *testing.T) {
	c := Command{Text: Raw("echo rm 'a b' 'c'; echo d"), Env: map[string]string{"A": "it's"}}
	for _, stdin := range []bool{false, true} {
		l, err := c.Launch(stdin)
		if err != nil {
			t.Fatal(err)
		}
		for n := range len(l.Input) - 1 { // the last line break may be missing
			cmd := exec.Command("/bin/sh", "-c", l.Exec)
			cmd.Stdin = strings.NewReader(l.Input[:n])
			out, err := cmd.Output()
			if len(out) > 0 || stdin && err == nil {
				t.Errorf("stdin %v: %q ran: %q, %v", stdin, l.Input[:n], out, err)
			}
		}
	}
}
