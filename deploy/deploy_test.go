package deploy

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"cygnet/op"
	"cygnet/shell"
)

func TestSystemSetup(t *testing.T) {
	program, err := Load("testdata/setup/system-setup.py", Options{Registry: registry()})
	if err != nil {
		t.Fatal(err)
	}
	inv, host := oneHost(t, nil)
	rec := &recorder{}
	if err := program.Run(t.Context(), Environment{Host: host, Inventory: inv, Recorder: rec}); err != nil {
		t.Fatal(err)
	}
	day := 86400
	want := []op.Call{
		{
			Operation: aptPackages{Packages: []string{"make", "git", "cmake", "curl"}, Update: true, CacheTime: &day},
			Name:      "apt.packages",
			Arguments: op.Arguments{Name: "Ensure essential system packages are installed", Parallel: 4},
			Order:     op.Order{0, 0, 7}, Position: "testdata/setup/system-setup.py:7",
			Detail: "make, git, cmake, curl | update=True | cache_time=86400",
		},
		{
			Operation: serverUser{User: "student1", Shell: "/bin/bash", Home: "/home/student1", CreateHome: true},
			Name:      "server.user",
			Arguments: op.Arguments{Name: "Student's account"},
			Order:     op.Order{0, 0, 15}, Position: "testdata/setup/system-setup.py:15",
			Detail: "student1 | shell=/bin/bash | home=/home/student1 | create_home=True",
		},
		{
			Operation: serverShell{Commands: []string{"opam install -y utop dune llvm --switch 5.2.0"}},
			Name:      "server.shell",
			Arguments: op.Arguments{
				Name: "install ocaml packages", Timeout: time.Hour,
				Env: map[string]string{"OPAMYES": "1", "OPAMSWITCH": "5.2.0"},
			},
			Order: op.Order{0, 0, 17}, Position: "testdata/setup/system-setup.py:17",
			Detail: "opam install -y utop dune llvm --switch…",
		},
	}
	if diff := cmp.Diff(want, rec.calls, cmpopts.EquateComparable(shell.Secret{})); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}
