package files

import (
	"path"
	"strings"

	"cygnet/fact"
	"cygnet/op"
	"cygnet/shell"
)

// word quotes a path of the host as one word that no program takes for an
// option; a leading ~ is left to the shell.
func word(p string) shell.Text { return shell.Raw(shell.QuotePath(plainPath(p))) }

// plainPath puts ./ before a path that starts with a dash.
func plainPath(p string) string {
	if strings.HasPrefix(p, "-") {
		return "./" + p
	}
	return p
}

// command joins words and texts that are quoted already.
func command(texts ...shell.Text) shell.Text { return shell.Join(" ", texts...) }

// backupOf names the copy that is made of a path before it is changed.
func backupOf(h *op.Host, p string) string { return p + "." + h.Timestamp }

// parent returns the folder that p is in, or "" if the path does not say.
func parent(p string) string {
	if !strings.Contains(p, "/") {
		return ""
	}
	if dir := path.Dir(p); dir != "." && dir != "~" {
		return dir
	}
	return ""
}

// createParent plans the folder that p is in. Its owner and mode are set only
// if it is new.
func createParent(h *op.Host, p, user, group string) ([]op.Command, error) {
	dir := parent(p)
	if dir == "" {
		return nil, nil
	}
	plan, err := Directory{Path: dir, User: user, Group: group, NoCheckOwnerMode: true, NoFailOnLink: true}.Plan(h)
	return plan.Commands, err
}

// aside says what becomes of something else that stands at a wanted path.
type aside struct {
	force, noBackup bool
	backupDir       string
}

// plan moves what is at p out of the way, or removes it, or refuses to.
func (a aside) plan(h *op.Host, p, kind string) (shell.Text, error) {
	switch {
	case !a.force:
		return shell.Text{}, op.Errorf("%s is there but is not a %s; force=True would replace it", p, kind)
	case a.noBackup:
		return command(shell.Raw("rm -rf"), word(p)), nil
	}
	to := backupOf(h, p)
	if a.backupDir != "" {
		to = a.backupDir + "/" + path.Base(to)
	}
	return command(shell.Raw("mv"), word(p), word(to)), nil
}

// chown plans the owner of a path. Options are those of chown and chgrp.
func chown(p, user, group string, options ...string) shell.Text {
	program, owner := "chown", user
	switch {
	case user == "":
		program, owner = "chgrp", group
	case group != "":
		owner += ":" + group
	}
	words := append([]string{program}, options...)
	return command(shell.Words(append(words, owner)...), word(p))
}

func chmod(p string, mode Mode, options ...string) shell.Text {
	words := append([]string{"chmod"}, options...)
	return command(shell.Words(append(words, string(mode))...), word(p))
}

// owned reports whether what is there has the wanted owner; empty wants none.
func owned(i Info, user, group string) bool {
	return (user == "" || i.User == user) && (group == "" || i.Group == group)
}

// maxLinks is how many links may lead to a file, as in Linux.
const maxLinks = 40

// follow returns the path that links at p lead to, in the end. Whoever puts a
// new file in the place of an old one must do it there: it would replace the
// link, and give the file the link's mode.
func follow(h *op.Host, p string) (string, error) {
	for range maxLinks {
		link, err := fact.Get(h, LinkFact{Path: p})
		if err != nil || !link.Exists {
			return p, err
		}
		p = absolute(path.Dir(p), link.Target)
	}
	return "", op.Errorf("%s: too many links lead to each other", p)
}

// absolute returns where p leads, seen from a folder.
func absolute(dir, p string) string {
	if path.IsAbs(p) {
		return path.Clean(p)
	}
	return path.Join(dir, p)
}
