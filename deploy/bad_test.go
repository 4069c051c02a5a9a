package deploy

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cygnet/fleet"
	"cygnet/op"
)

var update = flag.Bool("update", false, "write golden files")

// badDeploys are deploy files that are wrong, by what is wrong with them.
var badDeploys = []struct{ name, text string }{
	{"syntax error", "from pyinfra.operations import apt\napt.packages(\n    name=\"x\"\n    update=True,\n)\n"},
	{"unsupported construct", "async def f():\n    pass\n"},
	{"unknown module of operations", "from pyinfra.operations import atp\n"},
	{"unknown module below pyinfra", "import pyinfra.oprations\n"},
	{"module of operations that comes later", "from pyinfra.operations import apt, systemd\n"},
	{"module of facts that comes later", "from pyinfra.facts.hardware import Cpus\n"},
	{"name of long ago", "from pyinfra.modules import apt\n"},
	{"module from PyPI", "import os\nimport numpy\n"},
	{"module that comes later", "import threading\n"},
	{"name that comes later", "from pyinfra.api import deploy, RsyncCommand\n"},
	{"unknown fact", "from pyinfra.facts.server import LinuxNam\n"},
	{"module without a file", "from tasks import web\n"},
	{"unknown operation", "from pyinfra.operations import apt\n\nif False:\n    apt.pakages(packages=[\"git\"])\n"},
	{"unknown operation under another name", "import pyinfra.operations.apt as a\na.install()\n"},
	{"unknown argument", "from pyinfra.operations import apt\napt.packages(\n    pakages=[\"git\"],\n)\n"},
	{"unknown argument in a dict", "from pyinfra.operations import apt\napt.packages(**{\"nope\": 1})\n"},
	{"unknown global argument", "from pyinfra.operations import apt\napt.packages(packages=\"git\", _sduo=True)\n"},
	{"global argument that comes later", "from pyinfra.operations import apt\napt.packages(packages=\"git\", _su_user=\"joe\", _use_su_login=False)\n"},
	{"several mistakes", "from pyinfra.operations import apt, nginx\napt.nope()\nimport numpy\n"},
	{"argument of the wrong type", "from pyinfra.operations import apt\napt.packages(packages=[\"git\", 5])\n"},
	{"missing argument", "from pyinfra.operations import server\nserver.user(home=\"/x\")\n"},
	{"too many arguments", "from pyinfra.operations import server\nserver.shell([\"a\"], [\"b\"])\n"},
	{"function as an argument", "from pyinfra.operations import server\nserver.shell(commands=[len])\n"},
	{"dict key that is no string", "from pyinfra.operations import files\nfiles.put(src=\"a\", dest=\"b\", vars={1: 2})\n"},
	{"_sudo of the wrong type", "from pyinfra.operations import server\nserver.shell(commands=[\"a\"], _sudo=\"yes\")\n"},
	{"_parallel of the wrong type", "from pyinfra.operations import server\nserver.shell(commands=[\"a\"], _parallel=\"4\")\n"},
	{"_timeout below zero", "from pyinfra.operations import server\nserver.shell(commands=[\"a\"], _timeout=-1)\n"},
	{"_env of the wrong type", "from pyinfra.operations import server\nserver.shell(commands=[\"a\"], _env={\"A\": 1})\n"},
	{"_if of the wrong type", "from pyinfra.operations import server\nserver.shell(commands=[\"a\"], _if=True)\n"},
	{"_success_exit_codes empty", "from pyinfra.operations import server\nserver.shell(commands=[\"a\"], _success_exit_codes=[])\n"},
	{"undefined name", "def setup():\n    x = [1,\n         pakages]\n\nsetup()\n"},
	{"wrong type in Python", "x = \"a\" + 1\n"},
	{"fact by its name", "from pyinfra import host\nhost.get_fact(\"server.LinuxName\")\n"},
	{"fact with a wrong argument", "from pyinfra import host\nfrom pyinfra.facts.files import File\nhost.get_fact(File, pth=\"/x\")\n"},
	{"attribute of host", "from pyinfra import host\nprint(host.groupes)\n"},
	{"attribute of host that comes later", "from pyinfra import host\nhost.fact.linux_name\n"},
	{"data that is not there", "from pyinfra import host\nprint(host.data.ssh_prt)\n"},
	{"fact of another host", "from pyinfra import inventory\nfrom pyinfra.facts.server import LinuxName\ninventory.get_host(\"web2\").get_fact(LinuxName)\n"},
	{"host that is not there", "from pyinfra import inventory\ninventory.get_host(\"web9\")\n"},
	{"group that is not there", "from pyinfra import inventory\ninventory.get_group(\"database\")\n"},
	{"unknown setting", "from pyinfra import config\nconfig.SUDDO = True\n"},
	{"setting that comes later", "from pyinfra import config\nconfig.SU_USER = \"joe\"\n"},
	{"setting of config.py", "from pyinfra import config\nconfig.CONNECT_TIMEOUT = 30\n"},
	{"setting of the wrong type", "from pyinfra import config\nconfig.SUDO = \"yes\"\n"},
	{"output before it ran", "from pyinfra.operations import server\nr = server.shell(commands=[\"a\"])\nprint(r.stdout)\n"},
	{"raised by the deploy", "from pyinfra import host\nfrom pyinfra.api import DeployError\nif True:\n    raise DeployError(f\"{host.name} has no disk\")\n"},
	{"mistake in a module", "import lib.broken\n"},
	{"mistake when a module runs", "from lib import late\n\ndef go():\n    late.run()\n\ngo()\n"},
	{"name that a module does not have", "from lib.late import runn\n"},
	{"files that import each other", "from lib import one\n"},
	{"relative import outside of a package", "from . import late\n"},
	{"decorator without parentheses", "from pyinfra.api import deploy\n\n@deploy\ndef f():\n    pass\n"},
	{"os.environ is given a number", "import os\nos.environ[\"A\"] = 5\n"},
	{"host as data", "from pyinfra import host\nhost.data.me = [host]\n"},
	{"function as data", "from pyinfra import host\nhost.data.f = lambda: 1\n"},
	{"list that holds itself", "from pyinfra.operations import server\nx = []\nx.append(x)\nserver.shell(commands=x)\n"},
	{"closed file", "import io\nf = io.StringIO()\nf.close()\nf.read()\n"},
	{"file to read and write", "open(\"x\", \"r+\")\n"},
	{"file that is not there", "open(\"nowhere/x\")\n"},
	{"folder is opened", "open(\"lib\")\n"},
	{"exit with a status", "exit(3)\n"},
	{"not JSON", "import json\njson.loads('{\"a\": 1,\\n \"b\" 2}')\n"},
}

var badModules = map[string]string{
	"lib/broken.py": "def f(:\n    pass\n",
	"lib/late.py":   "from pyinfra.operations import server\n\ndef run():\n    server.shell(commands=[None])\n",
	"lib/one.py":    "from lib.two import b\na = 1\n",
	"lib/two.py":    "from lib.one import a\nb = 1\n",
}

func TestBadDeploys(t *testing.T) {
	golden := goldenFile(t, "bad_deploys.golden")
	files := map[string]string{}
	for i, test := range badDeploys {
		files[fmt.Sprintf("%02d.py", i)] = test.text
	}
	for name, text := range badModules {
		files[name] = text
	}
	write(t, files)
	var b strings.Builder
	for i, test := range badDeploys {
		file := fmt.Sprintf("%02d.py", i)
		when, err := "read", error(nil)
		program, err := Load(file, Options{Registry: registry(), Limits: Limits{Steps: 100_000}})
		if err == nil {
			when = "run"
			inv, host := oneHost(t, nil)
			err = program.Run(t.Context(), Environment{Host: host, Inventory: inv, Recorder: &recorder{}})
		}
		if err == nil {
			t.Errorf("%s: no error", test.name)
			continue
		}
		fmt.Fprintf(&b, "=== %s (%s)\n", test.name, when)
		describeError(t, &b, strings.TrimSuffix(file, ".py"), err)
	}
	golden(b.String())
}

// describeError writes an error in both its forms; the file's number, which
// changes when tests are added, is left out.
func describeError(t *testing.T, b *strings.Builder, number string, err error) {
	t.Helper()
	text := err.Error() + "\n"
	list, ok := errors.AsType[Errors](err)
	if !ok {
		e, ok := errors.AsType[*Error](err)
		if !ok {
			t.Errorf("%v is a %T", err, err)
			return
		}
		list = Errors{e}
	}
	for _, e := range list {
		text += "    " + strings.ReplaceAll(e.Format(), "\n", "\n    ") + "\n"
	}
	if number != "" {
		text = strings.ReplaceAll(text, number+".py", "deploy.py")
	}
	b.WriteString(text)
}

// goldenFile returns a function that compares a text with a golden file, or
// writes it. It is to be called before the working folder changes.
func goldenFile(t *testing.T, name string) func(string) {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return func(got string) {
		t.Helper()
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
			return
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestBadFiles(t *testing.T) {
	golden := goldenFile(t, "bad_files.golden")
	write(t, map[string]string{
		"folder.py/x":            "",
		"binary.py":              "a = 1\n\x00\x01",
		"latin1.py":              "a = 1\nb = \"caf\xe9\"\n",
		"empty.py":               "web = []\nport = 22\n",
		"pair.py":                "web = [\"w1\", (\"w2\", 22)]\n",
		"triple.py":              "web = [(\"w2\", {}, 1)]\n",
		"key.py":                 "web = ([\"w1\"], {1: 2})\n",
		"nameless.py":            "a = [\"w1\"]\nb = [\"@/x\"]\n",
		"operation.py":           "from pyinfra.operations import server\nserver.shell(commands=[\"x\"])\nweb = [\"w1\"]\n",
		"host.py":                "from pyinfra import host\nweb = [host.name]\n",
		"crash.py":               "web = [\"w\" + 1]\n",
		"data/inv.py":            "web = [\"w1\"]\n",
		"data/group_data/web.py": "a = 1\nb = undefined_thing\n",
		"all/inv.py":             "web = [\"w1\"]\n",
		"all/group_data/web.py":  "__all__ = [\"a\", \"b\"]\na = 1\n",
	})
	var b strings.Builder
	for _, spec := range []string{
		"missing.py", "folder.py", "binary.py", "latin1.py", "empty.py", "pair.py", "triple.py", "key.py", "nameless.py",
		"operation.py", "host.py", "crash.py", "data/inv.py", "all/inv.py", "", ",", "web1,@/x",
	} {
		_, err := LoadInventory(t.Context(), spec, Options{Registry: registry(), Limits: Limits{Steps: 100_000}})
		if err == nil {
			t.Errorf("%s: no error", spec)
			continue
		}
		fmt.Fprintf(&b, "=== %q\n", spec)
		if _, ok := errors.AsType[*Error](err); !ok {
			fmt.Fprintln(&b, err)
			continue
		}
		describeError(t, &b, "", err)
	}
	golden(b.String())
	if _, err := Load("missing.py", Options{}); err == nil || err.Error() != "missing.py: no such file" {
		t.Errorf("a deploy file that does not exist: %v", err)
	}
}

// TestLimits runs code without an end. How far it gets before it is stopped is
// not said, so that the lowering may change.
func TestLimits(t *testing.T) {
	tests := []struct{ text, want, traceback string }{
		{
			"while True:\n    web = [\"w1\"]\n",
			"the file has run for more than 100000 steps: is there a loop without end?", "in <module>\n    while True:",
		},
		{
			"def f(n):\n    return f(n + 1)\n\nweb = f(0)\n",
			"RecursionError: calls are nested more than 1000 deep: does a function call itself without end?", "  [Previous line repeated ",
		},
	}
	for _, test := range tests {
		write(t, map[string]string{"endless.py": test.text})
		o := Options{Registry: registry(), Limits: Limits{Steps: 100_000}}
		program, err := Load("endless.py", o)
		if err != nil {
			t.Fatal(err)
		}
		inv, host := oneHost(t, nil)
		_, dataErr := LoadInventory(t.Context(), "endless.py", o)
		for _, err := range []error{program.Run(t.Context(), Environment{Host: host, Inventory: inv, Recorder: &recorder{}}), dataErr} {
			e, ok := errors.AsType[*Error](err)
			if !ok || e.Message != test.want || !strings.Contains(e.Format(), test.traceback) || e.Line == 0 {
				t.Errorf("got %v\nwant %s", err, test.want)
			}
		}
	}
}

func TestMistakes(t *testing.T) {
	write(t, map[string]string{
		"fact.py":  "from pyinfra import host\nfrom pyinfra.facts.server import LinuxName\nhost.get_fact(LinuxName)\n",
		"op.py":    "from pyinfra.operations import server\nserver.shell(commands=[\"a\"])\n",
		"raise.py": "from pyinfra.api import DeployError\nraise DeployError(\"no\")\n",
		"value.py": "raise ValueError(\"no\")\n",
	})
	lost := errors.New("connection lost")
	tests := []struct {
		file    string
		rec     *recorder
		want    string
		mistake bool
	}{
		{"fact.py", &recorder{facts: map[string]any{"linuxName": lost}}, "fact.py:3:14: connection lost", false},
		{"op.py", &recorder{err: lost}, "op.py:2:13: connection lost", false},
		{"op.py", &recorder{err: op.ValueErrorf("bad")}, "op.py:2:13: OperationValueError: bad", true},
		{"op.py", &recorder{err: op.Errorf("no disk")}, "op.py:2:13: OperationError: no disk", false},
		{"raise.py", &recorder{}, "raise.py:2:1: DeployError: no", false},
		{"value.py", &recorder{}, "value.py:1:1: ValueError: no", true},
	}
	for _, test := range tests {
		program, err := Load(test.file, Options{Registry: registry()})
		if err != nil {
			t.Fatal(err)
		}
		inv, host := oneHost(t, fleet.Data{})
		err = program.Run(t.Context(), Environment{Host: host, Inventory: inv, Recorder: test.rec})
		e, ok := errors.AsType[*Error](err)
		if !ok || e.Error() != test.want || e.Mistake() != test.mistake {
			t.Errorf("%s: got %v (mistake %t), want %s", test.file, err, ok && e.Mistake(), test.want)
		}
		if strings.HasSuffix(test.want, lost.Error()) && !errors.Is(err, lost) {
			t.Errorf("%s: %v does not wrap what led to it", test.file, err)
		}
	}
}
