package deploy

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// expressions mean the same here and in Python; Python is asked where it is
// there.
var expressions = []string{
	`os.path.join("a", "b")`, `os.path.join("a/", "b")`, `os.path.join("a", "/b", "c")`, `os.path.join("", "a")`, `os.path.join("a", "")`,
	`os.path.dirname("/a/b/c.py")`, `os.path.dirname("c.py")`, `os.path.dirname("/a")`, `os.path.dirname("a//b")`, `os.path.dirname("//a")`,
	`os.path.basename("/a/b/")`, `os.path.basename("a/b.c")`,
	`os.path.split("/a/b")`, `os.path.split("///")`, `os.path.split("a")`,
	`os.path.splitext("a.tar.gz")`, `os.path.splitext(".bashrc")`, `os.path.splitext("..a")`, `os.path.splitext("a.b/c")`, `os.path.splitext("a.")`,
	`os.path.normpath("a/../b//c/.")`, `os.path.normpath("")`, `os.path.normpath("//a")`, `os.path.normpath("///a/..")`,
	`os.path.isabs("/a")`, `os.path.isabs("a")`, `os.path.exists("/")`, `os.path.isfile("/")`, `os.path.isdir("/")`, `os.path.islink("/")`,
	`os.path.abspath("a/../b") == os.path.join(os.getcwd(), "b")`, `os.path.realpath("/nowhere/at/all")`,
	`os.path.relpath("/a/b/c", "/a/d")`, `os.path.relpath("/a", "/a")`,
	`os.path.expanduser("~/x") == os.environ["HOME"] + "/x"`, `os.path.expanduser("a~")`,
	`os.path.expandvars("$HOME/a") == os.environ["HOME"] + "/a"`, `os.path.expandvars("${NOT_SET_X}$$a$")`,
	`os.getenv("NOT_SET_X")`, `os.getenv("NOT_SET_X", "d")`, `os.environ.get("NOT_SET_X", 3)`, `"HOME" in os.environ`, `os.sep`,
	`json.dumps({"a": [1, 2.5, None, True], "b": {}, "c": [], "é": "\u00e9\n\"\\\x7f😀"})`,
	`json.dumps({"b": 1, "a": [1, {"x": ()}]}, indent=2, sort_keys=True)`, `json.dumps([1, 2], indent=0)`, `json.dumps("é", ensure_ascii=False)`,
	`json.dumps({1: 2, None: 4, 1.5: 5})`, `json.dumps([1, {"a": 2}], separators=(",", ":"))`,
	`json.dumps([1e16, 1.5e-7, 0.1, 1e15, 100.0, -0.0, 12345678901234567890])`, `json.dumps({"a": 1}, indent="\t")`,
	`json.loads('{"b": [1, 2.0, -3e2, true, null, "\\u00e9"], "a": {}}')`, `json.loads("12345678901234567890")`, `json.loads(b"[1]")`, `json.loads(" 1 ")`,
	`json.load(io.StringIO('{"x": 1}'))`,
	`io.StringIO("abc").read()`, `io.StringIO("a\nb\nc").readlines()`, `io.BytesIO(b"abc").read(2)`, `list(io.StringIO("a\nb"))`,
	`io.StringIO("a\nb").readline()`, `io.StringIO().write("é")`, `io.BytesIO(b"\xff\x00").getvalue()`,
	`open("text").read()`, `open("text", encoding="utf-8").readlines()`, `[l for l in open("text")]`, `open("text", "rb").read()`, `open("text").name`,
	`[(f.readline(), f.read(3), f.tell() > 0, f.close(), f.closed) for f in [open("text")]]`, `[f.read() for f in [open("text"), open("/dev/null")]]`,
	`[f.write("xy") for f in [io.StringIO("abc")]]`,
	`[(f.write("xy"), f.getvalue(), f.read(), f.seek(1), f.read(), f.tell(), f.seek(0, 2), f.write("!"), f.getvalue()) for f in [io.StringIO("abc")]]`,
	`[(f.seek(5), f.write(b"a"), f.getvalue()) for f in [io.BytesIO(b"xy")]]`,
	`time.time() > 1700000000`, `typing.cast(str, 5)`, `typing.TYPE_CHECKING`,
}

const imports = "import io\nimport json\nimport os\nimport time\nimport typing\n"

func TestAgainstPython(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not here")
	}
	file := imports
	for _, x := range expressions {
		file += "print(repr(" + x + "))\n"
	}
	write(t, map[string]string{"deploy.py": file, "text": "é one\r\ntwo\n\nfour"})
	out, err := exec.CommandContext(t.Context(), python, "-c", "import json, sys, contextlib, io as _io\n"+
		"lines = []\ndef print(x): lines.append(x)\n"+file+"\nsys.stdout.write(json.dumps(lines))\n").Output()
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	if err := json.Unmarshal(out, &want); err != nil {
		t.Fatal(err)
	}
	program, err := Load("deploy.py", Options{Registry: registry()})
	if err != nil {
		t.Fatal(err)
	}
	inv, host := oneHost(t, nil)
	rec := &recorder{}
	if err := program.Run(t.Context(), Environment{Host: host, Inventory: inv, Recorder: rec}); err != nil {
		t.Fatal(err)
	}
	for i, x := range expressions {
		if diff := cmp.Diff(want[i], strings.TrimPrefix(rec.messages[i], "info: ")); diff != "" {
			t.Errorf("%s (-python +ours):\n%s", x, diff)
		}
	}
}
