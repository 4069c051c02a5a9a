package deploy

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cygnet/fact"
	"cygnet/fleet"
	"cygnet/op"
)

// acting is an op.Actor over a recorder: what it does succeeds, and is taken
// down.
type acting struct {
	*recorder
	did  []string
	fail string // a command that fails
}

func (a *acting) Call(ctx context.Context, c op.Call) (op.Result, error) {
	for _, condition := range c.Arguments.If {
		if yes, err := condition(ctx); err != nil || !yes {
			a.did = append(a.did, "skip "+c.Label())
			return &result{outcome: &op.Outcome{Succeeded: true}}, err
		}
	}
	a.did = append(a.did, "call "+c.Label())
	return &result{outcome: &op.Outcome{Changed: true, Succeeded: true, Stdout: []string{"said"}}}, nil
}

func (a *acting) Do(_ context.Context, c op.Command, args op.Arguments) (op.Outcome, error) {
	a.did = append(a.did, fmt.Sprintf("%s sudo=%t", c, args.As.Sudo))
	return op.Outcome{Succeeded: c.String() != a.fail, Stdout: []string{"a", "b"}, Stderr: []string{"e"}}, nil
}

// source has facts for plans.
type source map[string]any

func (s source) Fact(req fact.Request) (any, error) {
	v, ok := s[req.Name]
	if !ok {
		return nil, fmt.Errorf("%s: %w", req.Name, fact.ErrPending)
	}
	return v, nil
}

// planned renders what a call plans.
func planned(t *testing.T, c op.Call, facts source) string {
	t.Helper()
	plan, err := c.Operation.Plan(&op.Host{Source: facts, Name: "web1", TempFile: func(seed string) string { return "/tmp/" + seed }})
	if err != nil {
		return "error: " + err.Error()
	}
	var lines []string
	for _, command := range plan.Commands {
		lines = append(lines, command.String())
	}
	return c.Label() + ": " + strings.Join(append(lines, plan.Noop), "; ")
}

// runFiles runs the file deploy.py of some for a host.
func runFiles(t *testing.T, files map[string]string, rec op.Recorder) error {
	t.Helper()
	write(t, files)
	program, err := Load("deploy.py", Options{Registry: registry()})
	if err != nil {
		return err
	}
	inv, host := oneHost(t, fleet.Data{"port": int64(1)})
	return program.Run(t.Context(), Environment{Host: host, Inventory: inv, Recorder: rec})
}

func labels(rec *recorder) []string {
	var list []string
	for _, c := range rec.calls {
		list = append(list, fmt.Sprintf("%s sudo=%t", c.Label(), c.Arguments.As.Sudo))
	}
	return list
}

func TestInclude(t *testing.T) {
	rec := &recorder{}
	err := runFiles(t, map[string]string{
		"deploy.py": `
from pyinfra import config, host, local
from pyinfra.operations import server
for name in ["a", "b"]:
    local.include("tasks/web.py", data={"port": 2, "name": name})
print(config.SUDO, host.data.get("name"))
server.shell(commands=["after"])
`,
		"tasks/web.py":  "from pyinfra import config, host, local\nfrom pyinfra.operations import server\nconfig.SUDO = True\nserver.shell(name=host.data.name, commands=[str(host.data.port)])\nlocal.include('./more.py')\n",
		"tasks/more.py": "from pyinfra.operations import server\nserver.shell(commands=['more'])\n",
	}, rec)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"tasks/web.py | a sudo=true", "tasks/web.py | tasks/more.py | server.shell (more) sudo=true",
		"tasks/web.py | b sudo=true", "tasks/web.py | tasks/more.py | server.shell (more) sudo=true",
		"server.shell (after) sudo=false",
	}
	if d := cmp.Diff(want, labels(rec)); d != "" {
		t.Errorf("calls (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]string{"info: False None"}, rec.messages); d != "" {
		t.Errorf("messages (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]string{"1"}, rec.calls[0].Operation.(serverShell).Commands); d != "" {
		t.Errorf("data of the host win (-want +got):\n%s", d)
	}
}

func TestIncludeOfBadFiles(t *testing.T) {
	for name, tc := range map[string]struct {
		files map[string]string
		want  string
	}{
		"syntax, found when it is read": {map[string]string{
			"deploy.py": "from pyinfra import local\nif False:\n    local.include('x.py')\n", "x.py": "a = (\n",
		}, "x.py:1"},
		"absent": {map[string]string{"deploy.py": "from pyinfra import local\nlocal.include('x.py')\n"}, "x.py: no such file"},
		"itself": {map[string]string{"deploy.py": "from pyinfra import local\nlocal.include('x.py')\n", "x.py": "from pyinfra import local\nlocal.include('x.py')\n"}, "nested more than"},
		"by a computed name": {map[string]string{
			"deploy.py": "from pyinfra import local\nlocal.include('x' + '.py')\n", "x.py": "from pyinfra.operations import nothing\n",
		}, "x.py:1"},
	} {
		t.Run(name, func(t *testing.T) {
			err := runFiles(t, tc.files, &recorder{})
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %s", err, tc.want)
			}
		})
	}
}

// owncode are deploys that print what they see.
var owncode = map[string]struct {
	text string
	want []string
}{
	"local.shell": {`
from pyinfra import local
from pyinfra.api.exceptions import PyinfraError
print(local.shell("echo a; echo b"), local.shell(["echo a", "echo b"], splitlines=True), [local.shell("false", ignore_errors=True)])
try:
    local.shell("echo no >&2; exit 3")
except PyinfraError as e:
    print(e)
`, []string{"info: a\nb ['a', 'b'] ['']", "info: local command failed (exit status 3): echo no >&2; exit 3: no"}},
	"blocks of operations": {`
from pyinfra import host
from pyinfra.operations import server
with host.arguments(_sudo=True):
    with host.when(lambda: False):
        server.shell(name="in", commands=["a"])
server.shell(name="out", commands=["a"])
for x in host.loop([1, 2]):
    print(x)
`, []string{"info: 1", "info: 2"}},
	"commands": {`
from pyinfra.api import StringCommand, QuoteString, MaskString
from pyinfra.api.command import make_formatted_string_command
print(StringCommand("a", QuoteString("b c"), 3), StringCommand("x", MaskString("secret"), _separator=""))
print(make_formatted_string_command("cp {} {dest}", "a b", dest=QuoteString("c'd")))
print(StringCommand("x", MaskString("secret")).get_raw_value(), isinstance(StringCommand("a"), StringCommand))
print(StringCommand("echo", QuoteString(StringCommand("a", MaskString("s 1")))))
`, []string{"info: a 'b c' 3 x***", `info: cp 'a b' 'c'"'"'d'`, "info: x secret True", "info: echo ***"}},
	"state and util": {`
from pyinfra import state, host
from pyinfra.api.util import make_hash
from pyinfra.api import Host, State
print(make_hash("a"), make_hash({"a": [1, None, True]}) == make_hash({"a": (1, None, True)}), make_hash("a") == make_hash(["a"]))
print(len(state.inventory), state.config.SUDO)
`, []string{"info: 86f7e437faa5a7fce15d1ddcb9eaeaea377667b8 True False", "info: 2 False"}},
	"facts": {`
from pyinfra import host
from pyinfra.api import FactBase, ShortFactBase
class Lines(FactBase):
    requires_command = "seq"
    def command(self, n, start=1):
        return f"seq {start} {n}"
    def process(self, output):
        return [int(x) for x in output]
class Last(ShortFactBase):
    fact = Lines
    def process_data(self, data):
        return data[-1]
class Raw(FactBase[str]):
    command = "uname"
class Absent(FactBase):
    command = "nothing"
    default = dict
class Nothing(FactBase):
    def command(self):
        return None
print(host.get_fact(Lines, 3), host.get_fact(Lines, 3, start=2, _sudo=True), host.get_fact(Last, 3))
print(repr(host.get_fact(Raw)), host.get_fact(Absent), host.get_fact(Nothing))
`, []string{"info: [1, 2] [1, 2] 2", "info: '1\\n2' {} None"}},
	"refused": {`
from pyinfra import host, state
for f in [lambda: host.run_shell_command("a"), lambda: state.limit, lambda: host.reload_fact, lambda: host.get_temp_filename("x")]:
    try:
        f()
    except Exception as e:
        print(type(e).__name__, str(e)[:30])
`, []string{
		"info: RuntimeError host.run_shell_command() acts ", "info: AttributeError state.limit is not supported y",
		"info: AttributeError host.reload_fact is not suppor", "info: RuntimeError get_temp_filename(): there are",
	}},
}

func TestOwnCode(t *testing.T) {
	for name, tc := range owncode {
		t.Run(name, func(t *testing.T) {
			rec := &userFacts{recorder: &recorder{}}
			if err := runFiles(t, map[string]string{"deploy.py": tc.text}, rec); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tc.want, rec.messages); d != "" {
				t.Errorf("messages (-want +got):\n%s", d)
			}
			for _, c := range rec.calls {
				if inside := c.Label() == "in"; inside != c.Arguments.As.Sudo || inside != (len(c.Arguments.If) == 1) {
					t.Errorf("%s has %+v", c.Label(), c.Arguments)
				}
			}
		})
	}
}

// userFacts answers the facts of the deploy's own.
type userFacts struct{ *recorder }

func (userFacts) Fact(_ context.Context, req fact.Request, _ op.Arguments) (any, error) {
	if req.Name == "Absent" {
		return req.Zero, nil
	}
	return req.Parse([]string{"1", "2"})
}

const customDeploy = `
from pyinfra import host
from pyinfra.api import operation, OperationError, OperationValueError, StringCommand, QuoteString, FileUploadCommand, FileDownloadCommand, FunctionCommand
from pyinfra.facts.server import LinuxName
from pyinfra.operations import server, files
from io import StringIO

@operation()
def install(packages, keep=None):
    if host.get_fact(LinuxName) != "Debian":
        raise OperationError("not on " + host.get_fact(LinuxName))
    packages.append("x")
    for p in packages:
        yield StringCommand("apt-get", "install", QuoteString(p))
    try:
        host.get_fact(LinuxName)
    except Exception:
        yield "never"

@operation
def nothing():
    host.noop("all is well")
    return
    yield

@operation(is_idempotent=False)
def others():
    yield from install._inner(["y"])
    yield FileUploadCommand(StringIO("a"), "/b")
    yield FileDownloadCommand("/c", "d")
    yield FunctionCommand(print, ["x"], {})

@operation()
def wrong():
    server.shell(commands=["a"])
    yield "a"

@operation()
def value():
    raise OperationValueError("bad")
    yield

@operation()
def mistake():
    yield 1 + ""

@operation()
def kind():
    yield 5

r = install(["a b", "c"], keep={"k": 1}, _sudo=True)
print(r.changed)
install(["z"], name="my name")
nothing()
others()
wrong()
value()
mistake()
kind()
`

func TestCustomOperations(t *testing.T) {
	rec := &recorder{change: true}
	if err := runFiles(t, map[string]string{"deploy.py": customDeploy}, rec); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"info: True"}, rec.messages); d != "" {
		t.Errorf("messages (-want +got):\n%s", d)
	}
	if !rec.calls[0].Arguments.As.Sudo {
		t.Error("_sudo is lost")
	}
	if plan, err := rec.calls[0].Operation.Plan(&op.Host{Source: source{}}); !errors.Is(err, fact.ErrPending) {
		t.Errorf("without facts the plan is %v, %v", plan, err)
	}
	want := []string{
		"deploy.install (a b, c | keep={k: 1}): apt-get install 'a b'; apt-get install c; apt-get install x; ",
		"my name: apt-get install z; apt-get install x; ",
		"deploy.nothing: all is well",
		"deploy.others: apt-get install y; apt-get install x; upload content from memory to /b; download /c to d; call print; ",
		"error: server.shell: an operation cannot call another one: write `yield from server.shell._inner(...)`",
		"error: bad",
		"error: deploy.py:45:13: TypeError: unsupported operand type(s) for +: 'int' and 'str'",
		"error: an operation yields commands: str, StringCommand, FileUploadCommand and the like, not int",
	}
	for range 2 { // plans can be made again
		var got []string
		for _, c := range rec.calls {
			got = append(got, planned(t, c, source{"deploy.linuxName": "Debian"}))
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("plans (-want +got):\n%s", d)
		}
	}
	if got := planned(t, rec.calls[0], source{"deploy.linuxName": "Alpine"}); got != "error: not on Alpine" {
		t.Error(got)
	}
}

const callingDeploy = `
from pyinfra import host
from pyinfra.operations import python, server
from pyinfra.operations.util import any_changed, all_changed

def check(word, more=None):
    print(word, more)
    first = server.shell(commands=["first"])
    print(first.changed, first.stdout)
    server.shell(commands=["second"], _if=first.did_not_change)
    server.shell(commands=["third"], _if=[any_changed(first), all_changed(first)])
    ok, output = host.run_shell_command("hostname", _sudo=True)
    print(ok, output.stdout, output.stderr_lines)
    print(host.put_file("a", "/b"), host.get_file("/c", "d"))
    if not host.run_shell_command("bad")[0]:
        raise ValueError("it is bad")

r = python.call(name="Check", function=check, word="w", more=[1])
python.call(check, "v")
python.raise_exception(RuntimeError, "stop here")
server.shell(commands=["x"], _if=any_changed(r))
`

func TestPythonCall(t *testing.T) {
	rec := &recorder{}
	if err := runFiles(t, map[string]string{"deploy.py": callingDeploy}, rec); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"Check sudo=false", "python.call (check | v) sudo=false", "python.raise_exception (RuntimeError | stop here) sudo=false", "server.shell (x) sudo=false"}, labels(rec)); d != "" {
		t.Errorf("calls (-want +got):\n%s", d)
	}
	run := func(i int, a op.Actor) error {
		plan, err := rec.calls[i].Operation.Plan(&op.Host{})
		if err != nil || len(plan.Commands) != 1 {
			t.Fatal(plan, err)
		}
		return plan.Commands[0].(op.Function).Call(t.Context(), a)
	}
	a := &acting{recorder: rec}
	if err := run(0, a); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{
		"call server.shell (first)", "skip server.shell (second)", "call server.shell (third)",
		"hostname sudo=true", "upload a to /b sudo=false", "download /c to d sudo=false", "bad sudo=false",
	}, a.did); d != "" {
		t.Errorf("done (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]string{"info: w [1]", "info: True said", "info: True a\nb ['e']", "info: True True"}, rec.messages); d != "" {
		t.Errorf("messages (-want +got):\n%s", d)
	}
	if err := run(1, &acting{recorder: rec, fail: "bad"}); err == nil || !strings.Contains(err.Error(), "ValueError: it is bad") {
		t.Errorf("got %v", err)
	}
	if err := run(2, a); err == nil || !strings.Contains(err.Error(), "RuntimeError: stop here") {
		t.Errorf("got %v", err)
	}
	rec.results[0].outcome = &op.Outcome{Changed: true}
	if yes, err := rec.calls[3].Arguments.If[0](t.Context()); !yes || err != nil {
		t.Errorf("any_changed: %t, %v", yes, err)
	}
}
