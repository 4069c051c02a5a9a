package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"cygnet/internal/lab"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"cygnet": main,
	})
}

// TestScripts runs the program as a user does. A script with the line
//
//	# lab N
//
// has N machines of kind home: machines.py names them, $VM001 and so on are
// their folders. The command fault NAME KEY sets a fault of one; status N
// COMMAND... runs a command that must exit with N; json reads what it printed
// on standard output, and fails unless it is one JSON document.
func TestScripts(t *testing.T) {
	scripts, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, script := range scripts {
		name := strings.TrimSuffix(filepath.Base(script), ".txtar")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			machines := startLab(t, script)
			testscript.Run(t, testscript.Params{
				Files: []string{script},
				Setup: func(env *testscript.Env) error { return setup(env, machines) },
				Cmds: map[string]func(*testscript.TestScript, bool, []string){
					"fault":  func(ts *testscript.TestScript, _ bool, args []string) { setFault(ts, machines, args) },
					"status": func(ts *testscript.TestScript, _ bool, args []string) { checkStatus(ts, args) },
					"json":   func(ts *testscript.TestScript, _ bool, _ []string) { checkJSON(ts) },
				},
				UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "",
			})
		})
	}
}

func startLab(t *testing.T, script string) *lab.Lab {
	text, err := os.ReadFile(script)
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	n := 0
	if _, err := fmt.Sscanf(first, "# lab %d", &n); err != nil {
		return nil
	}
	return lab.ForTest(t, lab.Options{Machines: n, Kind: lab.Home})
}

func setup(env *testscript.Env, machines *lab.Lab) error {
	env.Setenv("HOME", env.WorkDir)
	env.Setenv("XDG_STATE_HOME", filepath.Join(env.WorkDir, "state"))
	env.Setenv("SSH_AUTH_SOCK", "")
	if machines == nil {
		return nil
	}
	for _, m := range machines.Machines {
		env.Setenv(strings.ToUpper(m.Name), m.Root)
	}
	return os.WriteFile(filepath.Join(env.WorkDir, "machines.py"), []byte(machines.Inventory()), 0o600)
}

// checkStatus runs a command and wants an exit status.
func checkStatus(ts *testscript.TestScript, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: status N COMMAND...")
	}
	got, err := 0, ts.Exec(args[1], args[2:]...)
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		got = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit status %d, want %s", got, args[0])
	}
}

func checkJSON(ts *testscript.TestScript) {
	if text := ts.ReadFile("stdout"); !json.Valid([]byte(text)) {
		ts.Fatalf("standard output is not JSON: %q", text)
	}
}

// setFault makes a machine unwell: fault vm002 refuse-key.
func setFault(ts *testscript.TestScript, machines *lab.Lab, args []string) {
	if len(args) != 2 || machines.Machine(args[0]) == nil {
		ts.Fatalf("usage: fault MACHINE refuse|closed|refuse-key|hang|host-key|none")
	}
	m := machines.Machine(args[0])
	faults := map[string]lab.Faults{
		"refuse":     {RefuseConnections: 100},
		"refuse-key": {RefuseKey: true},
		"closed":     {RefuseFor: time.Hour},
		"hang":       {HangHandshake: true},
		"none":       {},
	}
	if args[1] == "host-key" {
		ts.Check(m.ChangeHostKey())
		return
	}
	f, ok := faults[args[1]]
	if !ok {
		ts.Fatalf("no fault is called %s", args[1])
	}
	ts.Check(m.Set(f))
}

func TestMaskArgs(t *testing.T) {
	got := maskArgs([]string{"m.py", "d.py", "--ssh-password", "x", "--ssh-key-password=y", "--data", "db_password=z", "--data", "a=b"})
	want := "m.py d.py --ssh-password *** --ssh-key-password=*** --data db_password=*** --data a=b"
	if strings.Join(got, " ") != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestExitStatus runs the command line in this process.
func TestExitStatus(t *testing.T) {
	var out, errs strings.Builder
	con := console{in: strings.NewReader(""), out: &out, err: &errs}
	if got := cygnet(context.Background(), []string{"--help"}, con); got != exitConverged {
		t.Errorf("--help: status %d", got)
	}
	if !strings.Contains(out.String(), "cygnet INVENTORY DEPLOY...") {
		t.Errorf("--help printed %q", out.String())
	}
	if got := cygnet(context.Background(), []string{"--no-such-option"}, con); got != exitNotStarted {
		t.Errorf("unknown option: status %d", got)
	}
}
