package server

import (
	"fmt"
	"strings"
	"testing"

	"cygnet/internal/facttest"
	facts "cygnet/modules/facts/server"
	"cygnet/modules/files"
	"cygnet/op"
	"cygnet/shell"
)

var leda = facts.User{
	Home: "/srv/leda", Comment: "Leda", Shell: "/bin/sh", Group: "birds", Groups: []string{"sudo", "swans"}, UID: 1001, GID: 900, Password: "$6$old",
}

// userFacts are the facts of a Linux host with the user leda.
func userFacts(more ...facttest.Answer) []facttest.Answer {
	return append([]facttest.Answer{
		runsOn("Linux"),
		facttest.Is(Users{}, map[string]facts.User{"leda": leda}),
		facttest.Is(Groups{}, []string{"birds", "sudo", "swans", "dionysus"}),
		facttest.Is(files.DirectoryFact{Path: "/srv/leda"}, files.Info{Exists: true, User: "leda", Group: "birds", Mode: 0o755}),
		facttest.Is(files.DirectoryFact{Path: "/home/zeus"}, files.Info{}),
		facttest.Is(files.DirectoryFact{Path: "/home/dionysus"}, files.Info{}),
	}, more...)
}

func TestUserIsAdded(t *testing.T) {
	zero := 0
	home := []string{"mkdir -p /home/zeus", "chown zeus:zeus /home/zeus"}
	for name, test := range map[string]planTest{
		"plain":      {User{User: "zeus"}, nil, append([]string{"useradd -d /home/zeus -M zeus"}, home...), ""},
		"root again": {User{User: "zeus", UID: &zero, NotUnique: true, NoEnsureHome: true}, nil, []string{"useradd -d /home/zeus --uid 0 -o -M zeus"}, ""},
		"password is masked": {
			User{User: "zeus", Password: shell.NewSecret("$6$new"), Comment: "King of gods", NoEnsureHome: true}, nil,
			[]string{"useradd -d /home/zeus -c 'King of gods' -M -p *** zeus"}, "",
		},
		"group of that name": {
			User{User: "dionysus", Shell: "/bin/bash", CreateHome: true}, nil,
			[]string{
				"useradd -d /home/dionysus -s /bin/bash -g dionysus -m dionysus",
				"mkdir -p /home/dionysus", "chown dionysus:dionysus /home/dionysus",
			}, "",
		},
		"absent": {User{User: "zeus", Absent: true}, nil, nil, "there is no user zeus"},
	} {
		test.facts = userFacts()
		t.Run(name, test.run)
	}
}

func TestUserIsChanged(t *testing.T) {
	for name, test := range map[string]planTest{
		"as wanted":             {User{User: "leda"}, nil, nil, "user leda is as wanted"},
		"all as wanted":         {User{User: "leda", Home: "/srv/leda", Shell: "/bin/sh", Group: "birds", Groups: []string{"swans", "sudo"}, Comment: "Leda", Password: shell.NewSecret("$6$old")}, nil, nil, "user leda is as wanted"},
		"shell and comment":     {User{User: "leda", Shell: "/bin/bash", Comment: "Queen"}, nil, []string{"usermod -s /bin/bash -c Queen leda"}, ""},
		"fewer groups":          {User{User: "leda", Groups: []string{"sudo"}}, nil, []string{"usermod -G sudo leda"}, ""},
		"groups are kept":       {User{User: "leda", Groups: []string{"sudo"}, Append: true}, nil, nil, "user leda is as wanted"},
		"one group more":        {User{User: "leda", Groups: []string{"sudo", "dionysus"}, Append: true}, nil, []string{"usermod -a -G sudo,dionysus leda"}, ""},
		"password only":         {User{User: "leda", Password: shell.NewSecret("$6$new")}, nil, []string{"usermod -p *** leda"}, ""},
		"removed":               {User{User: "leda", Absent: true}, nil, []string{"userdel leda"}, ""},
		"primary group is hers": {User{User: "leda", Group: "birds"}, nil, nil, "user leda is as wanted"},
	} {
		test.facts = userFacts()
		t.Run(name, test.run)
	}
}

func TestUserPasswordIsRevealedToTheShellOnly(t *testing.T) {
	for system, want := range map[string]string{
		"Linux":   "usermod -p '$6$new' leda",
		"FreeBSD": "echo '$6$new' | pw usermod -n leda -H 0",
	} {
		u := User{User: "leda", Password: shell.NewSecret("$6$new"), NoEnsureHome: true}
		p, err := u.Plan(facttest.Host(t, append(userFacts(), runsOn(system))...))
		if err != nil {
			t.Fatal(err)
		}
		command, ok := p.Commands[0].(op.Shell)
		if !ok || strings.TrimSpace(command.Text.Reveal()) != want || strings.Contains(fmt.Sprint(p, u), "new") {
			t.Errorf("%s: got %q, shown as %v", system, command.Text.Reveal(), p)
		}
	}
}

// keyFacts say that leda's keys may be kept, and which are.
func keyFacts(file files.Info) []facttest.Answer {
	const path = "/srv/leda/.ssh/authorized_keys"
	return userFacts(
		facttest.Is(files.DirectoryFact{Path: "/srv/leda/.ssh"}, files.Info{Exists: true, User: "leda", Group: "birds", Mode: 0o700}),
		facttest.Is(files.FileFact{Path: path}, file),
		facttest.Is(files.FindInFile{Path: path, Pattern: "^.*ssh-rsa CCCC.*$"}, []string{"ssh-rsa CCCC leda@nest"}),
		facttest.Is(files.FindInFile{Path: path, Pattern: "ssh-rsa CCCC"}, []string{"ssh-rsa CCCC leda@nest"}),
	)
}

func TestNothingToDoIsOneRoundTrip(t *testing.T) {
	kept := files.Info{Exists: true, User: "leda", Group: "birds", Mode: 0o600}
	u := User{User: "leda", Home: "/srv/leda", Shell: "/bin/sh", Groups: []string{"sudo", "swans"}, PublicKeys: []string{"ssh-rsa CCCC"}}
	p, rounds := facttest.Rounds(t, u, keyFacts(kept)...)
	if rounds != 1 || len(p.Commands) > 0 {
		t.Errorf("it took %d round trips to do %q", rounds, facttest.Commands(p))
	}
	if _, rounds := facttest.Rounds(t, User{User: "zeus", Absent: true}, userFacts()...); rounds != 1 {
		t.Errorf("a user who is not there costs %d round trips", rounds)
	}
}
