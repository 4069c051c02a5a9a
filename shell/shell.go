// Package shell makes text for a POSIX shell.
//
// Nothing else in Cygnet builds a command line: every word that comes from a
// user, a file or a host goes through [Quote], [Word] or [Words]. A piece of
// text that must not be seen is a [Secret]; it stays one inside a [Text], whose
// String masks it.
//
// A [Command] says in which identity, folder, environment and shell a text
// runs; [Command.Launch] turns that into what a connector sends to a host.
package shell

import "strings"

// Quote returns s as one word of a POSIX shell. Words made only of letters,
// digits and the characters @%+=:,./-_ are returned as they are, so that
// commands stay readable in plans and logs. No shell can hold a zero byte: a
// word with one stays as it is here, and [Command.Launch] refuses it.
func Quote(s string) string {
	if s == "" {
		return "''"
	}
	if strings.IndexFunc(s, needsQuote) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'"'"'`) + "'"
}

func needsQuote(r rune) bool {
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9':
		return false
	}
	return !strings.ContainsRune("@%+=:,./-_", r)
}
