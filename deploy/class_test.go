package deploy

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"cygnet/fleet"
)

// roles is a deploy of roles as classes.
const roles = `
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from enum import StrEnum

from pyinfra import host
from pyinfra.operations import apt, server


class Shell(StrEnum):
    BASH = "/bin/bash"
    NONE = "/usr/sbin/nologin"


@dataclass
class User:
    name: str
    shell: Shell = Shell.BASH
    groups: list[str] = field(default_factory=list)


class Role(ABC):
    packages: list[str] = []
    count = 0

    def __init__(self, name):
        self.name = name
        Role.count += 1

    @abstractmethod
    def configure(self): ...

    def install(self):
        return apt.packages(name=f"Install {self.name}", packages=self.packages)

    def apply(self):
        self.install()
        self.configure()


class Web(Role):
    packages = ["nginx"]

    def __init__(self, users=()):
        super().__init__("web")
        self.users = list(users)

    def configure(self):
        for user in self.users:
            server.user(name=f"User {user.name}", user=user.name, shell=user.shell)


class Api(Web):
    packages = [*Web.packages, "python3"]

    def configure(self):
        super().configure()
        server.shell(name=f"{self.name} {Role.count}", commands=[f"echo {host.name}"])


for role in [Web([User("ann")]), Api([User("bob", Shell.NONE)])]:
    role.apply()
`

// TestRoles runs a deploy of classes for many hosts at once: each has classes of
// its own.
func TestRoles(t *testing.T) {
	t.Chdir(t.TempDir())
	write1(t, "roles.py", roles)
	program, err := Load("roles.py", Options{Registry: registry()})
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	got := make([]string, 50)
	for i := range got {
		inv, host := oneHost(t, fleet.Data{})
		wait.Go(func() {
			r := &recorder{}
			if err := program.Run(t.Context(), Environment{Host: host, Inventory: inv, Recorder: r}); err != nil {
				got[i] = err.Error()
				return
			}
			var lines []string
			for _, c := range r.calls {
				switch o := c.Operation.(type) {
				case aptPackages:
					lines = append(lines, fmt.Sprint(c.Arguments.Name, " ", o.Packages))
				case serverUser:
					lines = append(lines, c.Arguments.Name+" "+o.User+" "+o.Shell)
				case serverShell:
					lines = append(lines, fmt.Sprint(c.Arguments.Name, " ", o.Commands))
				default:
					lines = append(lines, fmt.Sprintf("%T", o))
				}
			}
			got[i] = strings.Join(lines, "\n")
		})
	}
	wait.Wait()
	want := `Install web [nginx]
User ann ann /bin/bash
Install web [nginx python3]
User bob bob /usr/sbin/nologin
web 2 [echo web1]`
	for i, text := range got {
		if text != want {
			t.Fatalf("host %d:\n%s\nwant\n%s", i, text, want)
		}
	}
}

// TestClassTraceback sees that an error in a method has the frames that people
// wrote.
func TestClassTraceback(t *testing.T) {
	t.Chdir(t.TempDir())
	write1(t, "bad.py", "class Role:\n    def apply(self):\n        self.nothing()\n\nRole().apply()\n")
	program, err := Load("bad.py", Options{Registry: registry()})
	if err != nil {
		t.Fatal(err)
	}
	inv, host := oneHost(t, fleet.Data{})
	err = program.Run(t.Context(), Environment{Host: host, Inventory: inv, Recorder: &recorder{}})
	e, ok := err.(*Error)
	if !ok {
		t.Fatalf("got %v", err)
	}
	for _, part := range []string{"line 5, in <module>", "line 3, in apply", "AttributeError: 'Role' object has no attribute 'nothing'"} {
		if !strings.Contains(e.Format(), part) {
			t.Errorf("%q is not in\n%s", part, e.Format())
		}
	}
}

// TestClassData sees that instances are refused as data, which all hosts share.
func TestClassData(t *testing.T) {
	t.Chdir(t.TempDir())
	write1(t, "data.py", "from pyinfra import host\nclass Role: pass\nhost.data.role = Role()\n")
	program, err := Load("data.py", Options{Registry: registry()})
	if err != nil {
		t.Fatal(err)
	}
	inv, host := oneHost(t, fleet.Data{})
	err = program.Run(t.Context(), Environment{Host: host, Inventory: inv, Recorder: &recorder{}})
	if err == nil || !strings.Contains(err.Error(), "a value of type Role cannot be kept as data") {
		t.Errorf("got %v", err)
	}
}
