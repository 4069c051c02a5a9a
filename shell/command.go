package shell

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
)

// TagVariable is the environment variable that marks everything a command
// started, so that [KillText] finds it again: also what left its process group.
const TagVariable = "CYGNET_TAG"

// An Identity is the user that a command runs as. The zero value is the user
// who logged in. It is comparable.
type Identity struct {
	Sudo     bool
	SudoUser string // empty: root
}

// A Command is a text and the circumstances it runs in.
type Command struct {
	Text Text
	As   Identity
	// Env is exported before the text runs. Values may hold secrets.
	Env map[string]string
	// Dir is the folder the text runs in; empty is the user's home.
	Dir string
	// Executable is the shell that runs the text; empty is sh. One that is not
	// a POSIX shell (python3, fish) gets the text as its -c argument.
	Executable string
	// Tag, when set, marks the command's processes (see [TagVariable]).
	Tag string
}

// A Launch is what a connector does to start a command: run Exec by the login
// shell and write Input to its standard input, then whatever the command is
// to read itself.
type Launch struct {
	Exec  string
	Input string
}

// Launch returns how to start c. The text never becomes an argument, where ps
// would show it: it travels by standard input. If the command is to read a
// stream (stdin), exactly Input is read before it and the rest is the
// command's; otherwise its standard input is empty. Of an Input that is cut off,
// as the connection broke, nothing runs: half a command is another one. A zero byte anywhere in the
// command is an error: no shell can hold one.
func (c Command) Launch(stdin bool) (Launch, error) {
	script, err := c.script()
	if err != nil {
		return Launch{}, err
	}
	shell := "sh"
	if posixShell(c.Executable) {
		shell = Quote(c.Executable)
	}
	if !stdin {
		// The shell runs nothing before it has seen the closing brace.
		return Launch{Exec: c.start(shell), Input: "{ eval " + Quote(script) + " </dev/null\n}\n"}, nil
	}
	// dd with a block size of one is the only portable reader that takes exactly
	// so many bytes from a pipe and leaves the rest.
	read := fmt.Sprintf(`cygnet=$(dd bs=1 count=%d 2>/dev/null); case $cygnet in *%[2]s) eval "${cygnet%%%[2]s}" ;; *) exit 255 ;; esac`,
		len(script)+len(endMark), endMark)
	return Launch{Exec: c.start(shell + " -c " + Quote(read)), Input: script + endMark}, nil
}

// endMark ends a script that precedes a command's input.
const endMark = ".cygnet-end"

// start puts identity and tag around what starts the shell. The tag is set for
// the shell itself, so that ending what has it ends the script too and not only
// the program that it is at. What sudo runs is sh, whatever the command is, as
// that is what sudoers files allow; and env, not a shell's assignment, sets the
// tag, as the login shell may be any.
func (c Command) start(shell string) string {
	if c.Tag != "" {
		shell = "exec env " + TagVariable + "=" + Quote(c.Tag) + " " + shell
		if c.As.Sudo {
			shell = "sh -c " + Quote(shell)
		}
	}
	return c.As.prefix() + shell
}

func (id Identity) prefix() string {
	if !id.Sudo {
		return ""
	}
	if id.SudoUser == "" {
		return "sudo -H -n "
	}
	return "sudo -H -n -u " + Quote(id.SudoUser) + " "
}

// String names the identity for people: "login user", "root" or the user.
func (id Identity) String() string {
	switch {
	case !id.Sudo:
		return "login user"
	case id.SudoUser == "":
		return "root"
	}
	return id.SudoUser
}

func (c Command) script() (string, error) {
	script, err := c.compose()
	if err == nil && strings.ContainsRune(script+c.Tag+c.As.SudoUser, 0) {
		err = errors.New("a shell command cannot hold a zero byte")
	}
	return script, err
}

func (c Command) compose() (string, error) {
	var b strings.Builder
	for _, k := range slices.Sorted(maps.Keys(c.Env)) {
		if !validName(k) {
			return "", fmt.Errorf("environment variable %q: not a name that a shell can export", k)
		}
		b.WriteString("export " + k + "=" + Quote(c.Env[k]) + "\n")
	}
	if c.Dir != "" {
		b.WriteString("cd " + QuotePath(c.Dir) + " || exit 1\n")
	}
	if c.Executable == "" || posixShell(c.Executable) {
		b.WriteString(c.Text.Reveal())
		return b.String(), nil
	}
	if c.Text.HasSecret() {
		return "", fmt.Errorf("shell executable %q: a command with a secret in it runs only in a POSIX shell", c.Executable)
	}
	b.WriteString("exec " + c.Executable + " -c " + Quote(c.Text.Reveal()))
	return b.String(), nil
}

// posixShell tells by its name whether a shell reads POSIX shell from stdin.
func posixShell(executable string) bool {
	if strings.ContainsAny(executable, " \t") {
		return false
	}
	return slices.Contains([]string{"sh", "bash", "dash", "ash", "ksh", "mksh", "zsh"}, path.Base(executable))
}

func validName(name string) bool {
	for i, r := range name {
		letter := r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return name != ""
}

// QuotePath quotes a path but leaves a leading ~ or ~user to the shell.
func QuotePath(p string) string {
	if !strings.HasPrefix(p, "~") {
		return Quote(p)
	}
	home, rest, found := strings.Cut(p, "/")
	if home != "~" && !validName(home[1:]) {
		return Quote(p)
	}
	if !found {
		return home
	}
	if rest == "" {
		return home + "/"
	}
	return home + "/" + Quote(rest)
}
