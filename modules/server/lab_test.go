package server

import (
	"strings"
	"testing"

	"cygnet/internal/facttest"
	"cygnet/internal/lab"
	"cygnet/op"
	"cygnet/shell"
)

func TestOnARealMachine(t *testing.T) {
	m := facttest.Clone(t)
	t.Run("group", func(t *testing.T) { realGroup(t, m) })
	t.Run("user", func(t *testing.T) { realUser(t, m) })
	t.Run("users", func(t *testing.T) { realUsers(t, m) })
	t.Run("keys", func(t *testing.T) { realKeys(t, m) })
	t.Run("hostname", func(t *testing.T) { realHostname(t, m) })
	t.Run("packages", func(t *testing.T) { realPackages(t, m) })
	t.Run("script", func(t *testing.T) { realScript(t, m) })
}

// expect wants a command to print something.
func expect(t *testing.T, m *facttest.Machine, command, want string) {
	t.Helper()
	if got := m.Output(t, command); got != want {
		t.Errorf("%s: got %q, want %q", command, got, want)
	}
}

func realGroup(t *testing.T, m *facttest.Machine) {
	m.Apply(t, Group{Group: "swans", GID: "4711"})
	expect(t, m, "getent group swans", "swans:x:4711:")
	m.Apply(t, Group{Group: "swans", Absent: true})
	expect(t, m, "getent group swans", "")
	m.Apply(t, Group{Group: "swans", System: true})
}

func realUser(t *testing.T, m *facttest.Machine) {
	uid := 4712
	hash := "$6$salt$" + strings.Repeat("x", 86)
	m.Apply(t, User{
		User: "leda", Shell: "/bin/bash", Home: "/srv/birds/leda", Groups: []string{"swans", "users"}, UID: &uid,
		Comment: "Leda O'Sparta | queen", Password: shell.NewSecret(hash),
	})
	expect(t, m, "getent passwd leda", "leda:x:4712:4712:Leda O'Sparta | queen:/srv/birds/leda:/bin/bash")
	expect(t, m, "id -Gn leda", "leda users swans")
	expect(t, m, "stat -c %U:%G /srv/birds/leda", "leda:leda")
	expect(t, m, "getent shadow leda | cut -d: -f2", hash)

	m.Apply(t, User{User: "leda", Groups: []string{"swans"}, Shell: "/bin/sh", Comment: "Leda"})
	expect(t, m, "id -Gn leda", "leda swans")
	m.Apply(t, User{User: "leda", Groups: []string{"users"}, Append: true, Password: shell.NewSecret("!")})
	expect(t, m, "id -Gn leda", "leda users swans")
	m.Apply(t, User{User: "leda", Absent: true})
	expect(t, m, "id -u leda 2>/dev/null", "")

	m.Apply(t, User{User: "student1", Shell: "/bin/bash", Home: "/home/student1", CreateHome: true})
	expect(t, m, "test -e /home/student1/.bashrc && echo filled", "filled")
	m.Apply(t, User{User: "swans"}) // there is a group of that name
	expect(t, m, "id -gn swans", "swans")
}

// realUsers compares the fact, which reads the host's files, with what id says.
func realUsers(t *testing.T, m *facttest.Machine) {
	m.Output(t, "groupadd -g 4999998 late; useradd -g late -G users,swans late; usermod -L late")
	f := Users{}
	users, err := f.Parse(strings.Split(m.Output(t, f.Command().Reveal()), "\n"))
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.Count(m.Output(t, "cat /etc/passwd"), "\n") + 1; len(users) != want {
		t.Errorf("got %d users, want %d", len(users), want)
	}
	for name, user := range users {
		got := strings.Join(append([]string{string(user.Group)}, user.Groups...), " ")
		expect(t, m, "id -Gn "+name, got)
		expect(t, m, "getent shadow "+name+" | cut -d: -f2", user.Password)
	}
	if users["late"].Password == "" || len(users["late"].Groups) != 2 {
		t.Errorf("got %+v", users["late"])
	}
}

func realKeys(t *testing.T, m *facttest.Machine) {
	const file = "/home/hera/.ssh/authorized_keys"
	first := User{User: "hera", PublicKeys: []string{"ssh-ed25519 AAAA+b/c== hera@[nest] *", "ssh-rsa BBBB hera"}}
	m.Apply(t, first)
	expect(t, m, "cat "+file, "ssh-ed25519 AAAA+b/c== hera@[nest] *\nssh-rsa BBBB hera")
	expect(t, m, "stat -c '%U:%G %a' /home/hera/.ssh "+file, "hera:hera 700\nhera:hera 600")
	m.Output(t, "printf 'by hand' >> "+file)
	m.Apply(t, User{User: "hera", PublicKeys: []string{"ssh-rsa CCCC hera"}})
	expect(t, m, "tail -n 2 "+file, "by hand\nssh-rsa CCCC hera")
	m.Apply(t, User{User: "hera", PublicKeys: []string{"ssh-rsa DDDD hera"}, DeleteKeys: true})
	expect(t, m, "cat "+file, "ssh-rsa DDDD hera")
}

func realHostname(t *testing.T, m *facttest.Machine) {
	// Without a systemd that runs, hostnamectl has nobody to talk to.
	m.Output(t, "rm -f /usr/bin/hostnamectl /bin/hostnamectl")
	m.Apply(t, Hostname{Hostname: "swan-lake"})
	expect(t, m, "uname -n; cat /etc/hostname", "swan-lake\nswan-lake")
	m.Output(t, "echo other > /etc/hostname")
	m.Apply(t, Hostname{Hostname: "swan-lake"})
	m.Apply(t, Hostname{Hostname: "duck-pond", HostnameFile: "/etc/myname"})
	expect(t, m, "uname -n; cat /etc/myname", "duck-pond\nduck-pond")
}

func realPackages(t *testing.T, m *facttest.Machine) {
	if err := m.SetPackages(lab.Toys()...); err != nil {
		t.Fatal(err)
	}
	m.Output(t, "apt-get update")
	m.Apply(t, Packages{Packages: []string{"toy-hello", "toy-app"}})
	expect(t, m, "toy-hello", "hello")
	m.Apply(t, Packages{Packages: []string{"toy-hello"}, Absent: true})
}

func realScript(t *testing.T, m *facttest.Machine) {
	text := "#!/bin/sh\nfor word in \"$@\"; do echo \"<$word>\"; done\n"
	printed, err := m.Execute(t, m.Plan(t, Script{Src: op.Bytes([]byte(text)), Args: []string{"one", "two  words", "$HOME"}}))
	if want := "<one>\n<two  words>\n<$HOME>"; err != nil || printed != want {
		t.Errorf("the script says %q, %v; want %q", printed, err, want)
	}
	printed, err = m.Execute(t, m.Plan(t, Shell{Commands: []string{"echo $((6 * 7))", "exit 3", "echo not me"}}))
	if err == nil || !strings.Contains(err.Error(), "status 3") || printed != "42" {
		t.Errorf("the shell says %q, %v", printed, err)
	}
}
