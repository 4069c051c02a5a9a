package deploy

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cygnet/fleet"
	"cygnet/op"
	"cygnet/shell"
)

// runText runs a deploy for a host with data and returns what was taken down.
func runText(t *testing.T, text string, data fleet.Data, rec *recorder, config Config) error {
	t.Helper()
	write(t, map[string]string{"deploy.py": text})
	program, err := Load("deploy.py", Options{Registry: registry()})
	if err != nil {
		t.Fatal(err)
	}
	inv, host := oneHost(t, data)
	return program.Run(t.Context(), Environment{Host: host, Inventory: inv, Recorder: rec, Config: config})
}

// saysTests are deploys that print what they see.
var saysTests = map[string]struct {
	text   string
	data   fleet.Data
	facts  map[string]any
	change bool
	want   []string
}{
	"host": {
		text: "from pyinfra import host\nprint(host.name, host.groups, host)\nprint('web' in host.groups)\nhost.noop('there')\nhost.log('hm')",
		want: []string{"info: web1 ['web'] web1", "info: True", "debug: noop: there", "info: hm"},
	},
	"data": {
		text: `
from pyinfra import host
print(host.data.port, host.data["port"], host.data.get("x"), host.data.get("x", 5), "port" in host.data, "x" in host.data)
host.data.x = [1, {"a": 2}]
seen = host.data.x
seen.append(3)
print(host.data.x, seen, host.data.dict())
host.data["y"] = None
print([k for k in host.data], host.data.y)
print(host.data.list, host.data.map)
`,
		data: fleet.Data{"port": int64(22), "list": []any{"a", int64(1)}, "map": map[string]any{"k": true}},
		want: []string{
			"info: 22 22 None 5 True False",
			"info: [1, {'a': 2}] [1, {'a': 2}, 3] {'list': ['a', 1], 'map': {'k': True}, 'port': 22, 'x': [1, {'a': 2}]}",
			"info: ['list', 'map', 'port', 'x', 'y'] None",
			"info: ['a', 1] {'k': True}",
		},
	},
	"inventory": {
		text: `
from pyinfra import host, inventory
print(len(inventory), [h.name for h in inventory], host in inventory, "web2" in inventory, "web3" in inventory)
print(inventory.get_host("web2").name, inventory.get_host("web1") == host, inventory.get_host("x", None))
print([h.name for h in inventory.get_group("web")], inventory.get_group("db", []), inventory.groups, list(inventory.hosts))
`,
		want: []string{"info: 2 ['web1', 'web2'] True True False", "info: web2 True None", "info: ['web1', 'web2'] [] {'web': [web1, web2]} ['web1', 'web2']"},
	},
	"facts": {
		text: `
from pyinfra import host
from pyinfra.facts.server import LinuxName
from pyinfra.facts import files
print(host.get_fact(LinuxName), host.get_fact(LinuxName, _sudo=True) == "Debian")
f = host.get_fact(files.File, "/etc/passwd")
print(f)
print(f["mtime"] < host.get_fact(files.File, path="/x")["mtime"], f["mtime"].year, str(f["mtime"]), f["mtime"].isoformat(), f["mtime"].timestamp())
`,
		facts: map[string]any{
			"linuxName":                      "Debian",
			`fileInfo{"Path":"/etc/passwd"}`: &fileFacts{Mode: 644, Size: 5, User: "root", Mtime: time.Unix(1700000000, 5000).UTC(), Links: []string{"a"}},
			`fileInfo{"Path":"/x"}`:          &fileFacts{Mtime: time.Unix(1800000000, 0).UTC()},
		},
		want: []string{
			"info: Debian True",
			"info: {'mode': 644, 'size': 5, 'user': 'root', 'mtime': datetime.datetime(2023, 11, 14, 22, 13, 20, 5), 'links': ['a']}",
			"info: True 2023 2023-11-14 22:13:20.000005 2023-11-14T22:13:20.000005 1700000000.000005",
		},
	},
	"logger": {
		text: "from pyinfra import logger\nlogger.info('a %s %d', 'b', 2)\nlogger.warning('w')\nlogger.error('100%')\nlogger.debug([1])",
		want: []string{"info: a b 2", "warning: w", "error: 100%", "debug: [1]"},
	},
	"config": {
		text: "from pyinfra import config\nprint(config.SUDO, config.SHELL, config.RETRY_DELAY, config.ENV, config.SUDO_USER)\nconfig.SUDO = True\nconfig.ENV = {'A': 'b'}\nprint(config.SUDO, config.ENV)",
		want: []string{"info: False sh 5 {} None", "info: True {'A': 'b'}"},
	},
	"changed": {
		text:   "from pyinfra.operations import server\nr = server.shell(commands=['a'])\nprint(r.changed, r.will_change, r.is_complete())\nif r.changed:\n    server.shell(commands=['b'])\n",
		change: true,
		want:   []string{"info: True True False"},
	},
	"config of all kinds": {
		text: "from pyinfra import config\nconfig.PARALLEL = 4\nconfig.RETRY = 2\nconfig.RETRY_DELAY = 1.5\nconfig.SHELL = 'bash'\nconfig.IGNORE_ERRORS = True\nconfig.SUDO_USER = 'u'\nconfig.ENV = None\n" +
			"print(config.PARALLEL, config.RETRY, config.RETRY_DELAY, config.SHELL, config.IGNORE_ERRORS, config.SUDO_USER, config.ENV, config.CONNECT_TIMEOUT, config.TEMP_DIR)",
		want: []string{"info: 4 2 1.5 bash True u {} 10 None"},
	},
	"data is shared and stays": {
		text: `
from pyinfra import host
host.data.s = {1, 2}
host.data.t = (1, [2], {"a": b"x"})
s = host.data.s
s.add(3)
print(len(host.data.s), host.data.t, host.data.keys(), len(host.data.items()), host.data)
print(type(host.data.t), isinstance(host.data.s, set))
`,
		want: []string{"info: 2 (1, [2], {'a': b'x'}) ['s', 't'] 2 <data of host web1>", "info: <class 'tuple'> True"},
	},
	"modules": {
		text: "import pyinfra\nfrom pyinfra.facts import files\nimport os\nprint(pyinfra, files.File, files.File.__name__, os.path.__name__, hasattr(os, 'nothing'), getattr(os, 'nothing', 3))",
		want: []string{"info: <module 'pyinfra'> <class 'pyinfra.facts.files.File'> File os.path False 3"},
	},
	"exit": {text: "print(1)\nexit()\nprint(2)", want: []string{"info: 1"}},
	"files in memory": {
		text: "import io\nf = io.StringIO()\nf.writelines(['a', 'b'])\nf.flush()\nf.name = 'n'\nprint(f.name, f.getvalue(), f.closed)\nf.close()\nprint(f.closed, f)\nimport json\nprint(json.dumps({'a': f}, default=lambda x: 'file'))",
		want: []string{"info: n ab False", "info: True <_io.StringIO object>", "info: {\"a\": \"file\"}"},
	},
	"names": {
		text: "import cygnet.operations.server\nfrom cygnet import host as h\nimport pyinfra\nimport os.path as p\nfrom os import path, environ\nprint(h == pyinfra.host, p.join('a', 'b'), path.basename('x/y'), __name__, __file__)\ndef f():\n    from pyinfra.operations import server as s\n    return s\nprint(f() == cygnet.operations.server)",
		want: []string{"info: True a/b y __main__ deploy.py", "info: True"},
	},
	"typing": {
		text: "from __future__ import annotations\nfrom typing import Any, Optional, Dict\nfrom collections.abc import Iterable\nimport collections.abc\nAlias = Optional[Dict[str, Any]]\nOther = Iterable[str] | None\ndef f(x: Alias, y: collections.abc.Mapping[str, int] = {}) -> Other:\n    return x\nprint(f(1))",
		want: []string{"info: 1"},
	},
}

func TestSays(t *testing.T) {
	for name, test := range saysTests {
		t.Run(name, func(t *testing.T) {
			rec := &recorder{facts: test.facts, change: test.change}
			if err := runText(t, test.text, test.data, rec, Config{}); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, rec.messages); diff != "" {
				t.Errorf("messages (-want +got):\n%s", diff)
			}
		})
	}
}

// TestGlobalArguments runs one call with global arguments from all places.
func TestGlobalArguments(t *testing.T) {
	delay := 0.5
	tests := map[string]struct {
		call   string // what is given to server.shell
		data   fleet.Data
		config Config
		want   op.Arguments
	}{
		"none": {},
		"all": {
			call: `name="n", _sudo=True, _sudo_user="u", _shell_executable="bash", _chdir="/d", _env={"A": "b"}, _success_exit_codes=[0, 2], ` +
				`_timeout=1.5, _ignore_errors=True, _continue_on_error=True, _parallel=3, _run_once=True, _serial=True, _retries=2, _retry_delay=0`,
			want: op.Arguments{
				Name: "n", As: shell.Identity{Sudo: true, SudoUser: "u"}, Executable: "bash", Dir: "/d", Env: map[string]string{"A": "b"},
				SuccessExitCodes: []int{0, 2}, Timeout: 1500 * time.Millisecond, IgnoreErrors: true, ContinueOnError: true,
				Parallel: 3, RunOnce: true, Serial: true, Retries: 2, RetryDelay: 1,
			},
		},
		"None is not given": {call: "_sudo=None, _timeout=None, _su_user=None, _doas=False", config: Config{Sudo: true}, want: op.Arguments{As: shell.Identity{Sudo: true}}},
		"user without sudo": {call: `_sudo_user="u"`},
		"config": {
			config: Config{Sudo: true, SudoUser: "c", Shell: "zsh", Env: map[string]string{"A": "c", "B": "c"}, IgnoreErrors: true, Parallel: 7, Retry: 3, RetryDelay: &delay},
			call:   `_env={"A": "call"}`,
			want: op.Arguments{
				As: shell.Identity{Sudo: true, SudoUser: "c"}, Executable: "zsh", Env: map[string]string{"A": "call", "B": "c"},
				IgnoreErrors: true, Parallel: 7, Retries: 3, RetryDelay: 500 * time.Millisecond,
			},
		},
		"data beats config": {
			config: Config{Sudo: true, Parallel: 7}, data: fleet.Data{"_sudo": false, "_parallel": int64(2), "_env": map[string]any{"X": "y"}},
			want: op.Arguments{Parallel: 2, Env: map[string]string{"X": "y"}},
		},
		"call beats data": {call: "_sudo=True", data: fleet.Data{"_sudo": false, "_temp_dir": "/x"}, want: op.Arguments{As: shell.Identity{Sudo: true}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			rec := &recorder{}
			text := "from pyinfra.operations import server\nserver.shell(\"true\", " + test.call + ")\n"
			if err := runText(t, text, test.data, rec, test.config); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, rec.calls[0].Arguments); diff != "" {
				t.Errorf("arguments (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("data that comes later", func(t *testing.T) {
		err := runText(t, "from pyinfra.operations import server\nserver.shell('a')", fleet.Data{"_su_user": "joe"}, &recorder{}, Config{})
		want := `deploy.py:2:13: TypeError: server.shell: "_su_user" in the data of host web1 is not supported yet: use _sudo and _sudo_user`
		if err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	})
}

// TestConditions runs functions that a deploy gave with its calls, after it.
func TestConditions(t *testing.T) {
	rec := &recorder{facts: map[string]any{"linuxName": "Debian"}}
	err := runText(t, `
from pyinfra import host
from pyinfra.operations import server
from pyinfra.facts.server import LinuxName
seen = []
first = server.shell(commands=["a"])
server.shell(commands=["b"], _if=first.did_change)
server.shell(commands=["c"], _if=[first.did_succeed, lambda: host.get_fact(LinuxName) == "Debian"])
def broken():
    return missing
server.shell(commands=["d"], _if=broken)
def until(attempt):
    seen.append(attempt["stdout_lines"])
    print(attempt)
    return len(seen) < 2
server.shell(commands=["e"], _retry_until=until)
`, nil, rec, Config{})
	if err != nil {
		t.Fatal(err)
	}
	ask := func(i, j int) string {
		yes, err := rec.calls[i].Arguments.If[j](t.Context())
		return fmt.Sprint(yes, err)
	}
	if got := ask(1, 0); !strings.Contains(got, "RuntimeError: server.shell has not run yet") {
		t.Errorf("before the first ran: %s", got)
	}
	rec.results[0].outcome = &op.Outcome{Changed: true, Succeeded: true, Stdout: []string{"x"}}
	for _, at := range [][2]int{{1, 0}, {2, 0}, {2, 1}} {
		if got := ask(at[0], at[1]); got != "true <nil>" {
			t.Errorf("condition %v: %s", at, got)
		}
	}
	if got := ask(3, 0); got != "false _if: deploy.py:10:12: NameError: name 'missing' is not defined" {
		t.Errorf("broken condition: %s", got)
	}
	until := rec.calls[4].Arguments.RetryUntil
	for _, want := range []bool{true, false} {
		again, err := until(t.Context(), op.Attempt{Host: "web1", Operation: "o", Commands: []string{"e"}, Stdout: []string{"x"}})
		if again != want || err != nil {
			t.Errorf("_retry_until: %t %v, want %t", again, err, want)
		}
	}
	want := "info: {'stdout_lines': ['x'], 'stderr_lines': [], 'commands': ['e'], 'executed_commands': ['e'], 'host': 'web1', 'operation': 'o'}"
	if rec.messages[0] != want {
		t.Errorf("got %s\nwant %s", rec.messages[0], want)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := until(ended, op.Attempt{}); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end: %v", err)
	}
}

// TestOrder looks at the places of calls in files, functions and loops.
func TestOrder(t *testing.T) {
	write(t, map[string]string{
		"deploy.py": `from pyinfra.operations import server
from tasks import web, base
from tasks.base import twice

server.shell("1")
for x in ["a", "b"]:
    twice(x)
web.install(
    "w",
)
(lambda: server.shell("l"))()
`,
		"tasks/base.py":     "from pyinfra.operations import server\ndef twice(x):\n    server.shell(x)\n    server.shell(x)\n",
		"tasks/web.py":      "from .base import twice\nfrom . import base\nfrom .sub.deep import name\nbase.server.shell('while imported')\ndef install(x):\n    twice(x + name)\n",
		"tasks/sub/deep.py": "from ..base import twice as t\nname = __name__\n",
	})
	program, err := Load("deploy.py", Options{Registry: registry(), Number: 2})
	if err != nil {
		t.Fatal(err)
	}
	inv, host := oneHost(t, nil)
	rec := &recorder{}
	if err := program.Run(t.Context(), Environment{Host: host, Inventory: inv, Recorder: rec}); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range rec.calls {
		got = append(got, fmt.Sprint(c.Detail, " ", c.Position, " ", c.Order))
	}
	want := []string{
		"while imported tasks/web.py:4 [2 0 2 2 4]",
		"1 deploy.py:5 [2 0 5]",
		"a tasks/base.py:3 [2 0 7 3 3]", "a tasks/base.py:4 [2 0 7 3 4]",
		"b tasks/base.py:3 [2 0 7 3 3]", "b tasks/base.py:4 [2 0 7 3 4]",
		"wtasks.sub.deep tasks/base.py:3 [2 0 8 2 6 3 3]", "wtasks.sub.deep tasks/base.py:4 [2 0 8 2 6 3 4]",
		"l deploy.py:11 [2 0 11 0 11]",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

func TestDetail(t *testing.T) {
	rec := &recorder{}
	err := runText(t, `
from io import StringIO, BytesIO
from pyinfra.operations import apt, server, files
apt.packages(["git", "curl"], update=True)
apt.packages(packages="git", present=False)
apt.packages(update=True, packages=[])
server.user("joe", password="hunter2", home=None, pin="1234")
files.put(StringIO("secret text"), "/etc/x", vars={"b": 1, "db_token": "hunter2"})
files.put(src=BytesIO(b"x"), dest="/y", mode=644)
files.put("a/file", "/y")
files.put(open("deploy.py"), "/y")
server.shell(commands=["echo  a\n  long " + "x" * 100])
server.shell(commands=["a" * 30 for i in range(10)])
`, nil, rec, Config{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range rec.calls {
		got = append(got, c.Label())
	}
	want := []string{
		"apt.packages (git, curl | update=True)",
		"apt.packages (git | present=False)",
		"apt.packages (update=True | )",
		"server.user (joe | password=*** | home=None | pin=***)",
		"files.put (content from memory | /etc/x | vars={b: 1, db_token: ***})",
		"files.put (content from memory | dest=/y | mode=644)",
		"files.put (a/file | /y)",
		"files.put (deploy.py | /y)",
		"server.shell (echo a long xxxxxxxxxxxxxxxxxxxxxxxxxxx…)",
		"server.shell (aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, aaaaaaaaaaaaaaa…)",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("labels (-want +got):\n%s", diff)
	}
	if data, ok := rec.calls[4].Operation.(filesPut).Src.Data(); !ok || string(data) != "secret text" {
		t.Errorf("StringIO came as %q", data)
	}
}

// TestDecorator runs a function that @deploy decorates.
func TestDecorator(t *testing.T) {
	rec := &recorder{}
	err := runText(t, `
from pyinfra import host
from pyinfra.api import deploy
from pyinfra.operations import server

@deploy("Inner")
def inner():
    server.shell(name="i", commands=["i"])

@deploy("Outer", data_defaults={"port": 80, "here": 1})
def outer(x, _unused=None):
    print(host.data.port, host.data.here, "port" in host.data)
    server.shell(commands=[x], _sudo=False)
    server.shell(commands=["y"], _if=lambda: True)
    inner(_chdir="/c")

outer("x", _sudo=True, _env={"A": "b"}, _if=lambda: True)
server.shell("after")
print(host.data.get("port"))
`, fleet.Data{"here": int64(2)}, rec, Config{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range rec.calls {
		a := c.Arguments
		got = append(got, fmt.Sprint(c.Label(), " sudo=", a.As.Sudo, " env=", a.Env, " dir=", a.Dir, " if=", len(a.If)))
	}
	want := []string{
		"Outer | server.shell (x) sudo=false env=map[A:b] dir= if=1",
		"Outer | server.shell (y) sudo=true env=map[A:b] dir= if=2",
		"Outer | Inner | i sudo=true env=map[A:b] dir=/c if=1",
		"server.shell (after) sudo=false env=map[] dir= if=0",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"info: 80 2 True", "info: None"}, rec.messages); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}

func TestConfigFile(t *testing.T) {
	write(t, map[string]string{"config.py": "from pyinfra import config\nconfig.SUDO = True\nconfig.CONNECT_TIMEOUT = 30\nconfig.TEMP_DIR = '/var/tmp'\nconfig.RETRY_DELAY = 2\n"})
	got, err := LoadConfig(t.Context(), "config.py", Config{Parallel: 3}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	two := 2.0
	want := Config{Sudo: true, ConnectTimeout: 30 * time.Second, TempDir: "/var/tmp", RetryDelay: &two, Parallel: 3}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("config (-want +got):\n%s", diff)
	}
}
