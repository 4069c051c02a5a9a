package server

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"cygnet/fact"
	facts "cygnet/modules/facts/server"
	"cygnet/modules/files"
	"cygnet/op"
	"cygnet/shell"
)

// User adds, changes or removes a user.
type User struct {
	// User is the name.
	User string `arg:",required"`
	// Absent removes the user, but not the home folder.
	Absent bool `arg:"!present"`
	// Home is the home folder; empty is the one that the user has, or
	// /home/USER for a new one.
	Home string
	// Shell is the login shell, a path such as "/bin/bash"; empty is the one
	// that the user has, or the host's usual one.
	Shell string
	// Group is the primary group, by name; empty is the one that the user has.
	// A new user then gets the group of their own name.
	Group string
	// Groups are the names of the other groups. The user leaves groups that are
	// not in the list; an empty list changes nothing.
	Groups []string
	// Append lets the user stay in groups that are not in Groups.
	Append bool
	// PublicKeys may log in as the user: keys, or names of the controller's
	// files that hold keys.
	PublicKeys []string
	// DeleteKeys removes all other keys.
	DeleteKeys bool
	// NoEnsureHome leaves the home folder as it is, there or not.
	NoEnsureHome bool `arg:"!ensure_home"`
	CreateHome   bool // fill a new user's home from /etc/skel
	System       bool // take a number of those for services
	// UID is the number of a new user; nil lets the host choose. A user who is
	// there keeps the one they have.
	UID *int `arg:"uid"`
	// Comment is the user's full name or purpose; empty is the one that is
	// there.
	Comment string
	// NotUnique allows a UID that another user has.
	NotUnique bool `arg:"!unique"`
	// Password is the hash of a password, as in /etc/shadow.
	Password shell.Secret
}

// Plan implements op.Operation.
func (u User) Plan(h *op.Host) (op.Plan, error) {
	fact.Want(h, fact.Ask(Users{}), fact.Ask(Os{}), fact.Ask(Groups{}))
	users, err := fact.Get(h, Users{})
	if err != nil {
		// The rest is announced for the home that is most likely.
		u.announce(h)
		return op.Plan{}, err
	}
	os, err := fact.Get(h, Os{})
	if err != nil {
		return op.Plan{}, err
	}
	current, exists := users[u.User]
	if u.Absent {
		return u.remove(os, exists), nil
	}
	var p op.Plan
	if exists {
		u.Home = cmp.Or(u.Home, string(current.Home), "/home/"+u.User)
		p, err = u.modify(os, current), nil
	} else {
		u.Home = cmp.Or(u.Home, "/home/"+u.User)
		p, err = u.add(h, os)
	}
	if err != nil {
		return op.Plan{}, err
	}
	if err := u.belongings(h, &p, string(current.Group)); err != nil {
		return op.Plan{}, err
	}
	return p, nil
}

// announce asks for what the plan will need once the user is known.
func (u User) announce(h *op.Host) {
	if u.Absent {
		return
	}
	u.Home = cmp.Or(u.Home, "/home/"+u.User)
	var none op.Plan
	// Whatever is wrong here will be so when it is planned.
	if err := u.belongings(h, &none, ""); err != nil {
		return
	}
}

// belongings plans the home folder and the keys. Both are planned before the
// first error is returned, so that facts that are pending come together.
func (u User) belongings(h *op.Host, p *op.Plan, group string) error {
	group = cmp.Or(u.Group, group, u.User)
	var homeErr, keysErr error
	if !u.NoEnsureHome {
		homeErr = p.Include(h, files.Directory{Path: u.Home, User: u.User, Group: group, NoFailOnLink: true})
	}
	if u.PublicKeys != nil {
		keysErr = p.Include(h, UserAuthorizedKeys{
			User: u.User, PublicKeys: u.PublicKeys, Group: group, DeleteKeys: u.DeleteKeys,
			AuthorizedKeyDirectory: strings.TrimSuffix(u.Home, "/") + "/.ssh",
		})
	}
	if homeErr != nil {
		return homeErr
	}
	if keysErr != nil {
		return keysErr
	}
	if len(p.Commands) == 0 {
		p.Noop = "user " + u.User + " is as wanted"
	}
	return nil
}

func (u User) remove(os string, exists bool) op.Plan {
	if !exists {
		return op.Nothing("there is no user %s", u.User)
	}
	var p op.Plan
	if os == freeBSD {
		p.Run(shell.Words("pw", "userdel", "-n", u.User))
		return p
	}
	p.Run(shell.Words("userdel", u.User))
	return p
}

// add plans a user who is not there.
func (u User) add(h *op.Host, os string) (op.Plan, error) {
	groups, err := fact.Get(h, Groups{})
	if err != nil {
		return op.Plan{}, err
	}
	group := u.Group
	if group == "" && slices.Contains(groups, u.User) {
		group = u.User // useradd would fail to create a group of that name
	}
	words := options{}.option("-d", u.Home).option("-s", u.Shell).option("-g", group).option("-G", strings.Join(u.Groups, ","))
	if u.System && os != freeBSD {
		words = append(words, "-r")
	}
	if u.UID != nil {
		name := "--uid"
		if os == freeBSD {
			name = "-u"
		}
		words = words.option(name, strconv.Itoa(*u.UID))
	}
	words = words.option("-c", u.Comment)
	if u.NotUnique {
		words = append(words, "-o")
	}
	switch {
	case u.CreateHome:
		words = append(words, "-m")
	case os != freeBSD:
		words = append(words, "-M")
	}
	var p op.Plan
	p.Run(u.command(os, "useradd", words, u.Password.Reveal() != ""))
	return p, nil
}

// modify plans what differs of a user who is there.
func (u User) modify(os string, current facts.User) op.Plan {
	var words options
	if u.Home != string(current.Home) && u.Home != "" {
		words = words.option("-d", u.Home)
	}
	if u.Shell != string(current.Shell) {
		words = words.option("-s", u.Shell)
	}
	if u.Group != string(current.Group) {
		words = words.option("-g", u.Group)
	}
	words = append(words, u.groupOptions(current.Groups)...)
	if u.Comment != string(current.Comment) {
		words = words.option("-c", u.Comment)
	}
	password := u.Password.Reveal() != "" && u.Password.Reveal() != current.Password
	var p op.Plan
	if len(words) > 0 || password {
		p.Run(u.command(os, "usermod", words, password))
	}
	return p
}

func (u User) groupOptions(current []string) options {
	missing := func(g string) bool { return !slices.Contains(current, g) }
	extra := func(g string) bool { return !slices.Contains(u.Groups, g) }
	list := strings.Join(u.Groups, ",")
	switch {
	case len(u.Groups) == 0:
		return nil
	case u.Append && slices.ContainsFunc(u.Groups, missing):
		return options{"-a", "-G", list}
	case !u.Append && (slices.ContainsFunc(u.Groups, missing) || slices.ContainsFunc(current, extra)):
		return options{"-G", list}
	}
	return nil
}

// command puts a useradd or usermod together. FreeBSD's pw reads the password
// from standard input; the others take it as an argument.
func (u User) command(os, verb string, words options, password bool) shell.Text {
	if os == freeBSD {
		start := shell.Words("pw", verb, "-n", u.User)
		if password {
			start = shell.Join(" ", shell.Raw("echo"), shell.SecretWord(u.Password), shell.Raw("|"), start, shell.Raw("-H 0"))
		}
		return shell.Join(" ", start, shell.Words(words...))
	}
	text := shell.Join(" ", shell.Raw(verb), shell.Words(words...))
	if password {
		text = shell.Join(" ", text, shell.Raw("-p"), shell.SecretWord(u.Password))
	}
	return shell.Join(" ", text, shell.Word(u.User))
}

// options are the words of a command.
type options []string

// option appends an option and its value unless that is empty.
func (o options) option(name, value string) options {
	if value == "" {
		return o
	}
	return append(o, name, value)
}
