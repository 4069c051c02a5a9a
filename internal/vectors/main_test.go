package main

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"cygnet/modules"
	"cygnet/modules/files"
)

// TestVectors runs the cases in the folder that CYGNET_VECTORS names.
func TestVectors(t *testing.T) {
	dir := os.Getenv("CYGNET_VECTORS")
	if dir == "" {
		t.Skip("CYGNET_VECTORS does not name the folder of the cases")
	}
	cases, err := load(dir)
	if err != nil {
		t.Fatal(err)
	}
	s := suite{registry: modules.All(), differences: Differences, additions: Additions}
	for _, c := range cases {
		if r := s.run(c); r.verdict == failed {
			t.Errorf("%s:\n%s", c.Path, r.detail)
		}
	}
}

func write(t *testing.T, dir, path, text string) {
	t.Helper()
	file := filepath.Join(dir, path+".json")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestRun gives the runner cases that it must tell apart.
func TestRun(t *testing.T) {
	dir := t.TempDir()
	for path, text := range map[string]string{
		"operations/files.file/right":    `{"args": ["f"], "facts": {"files.File": {"path=f": null}}, "commands": ["touch f"]}`,
		"operations/files.file/nothing":  `{"args": ["f"], "facts": {"files.File": {"path=f": {"mode": 644}}}, "kwargs": {"mode": "0644"}, "commands": [], "noop_description": "x"}`,
		"operations/files.file/error":    `{"args": ["f"], "facts": {"files.File": {"path=f": false}}, "exception": {"name": "OperationError"}}`,
		"operations/files.file/platform": `{"args": ["f"], "require_platform": ["Windows"], "commands": []}`,
		"operations/files.put/upload":    `{"args": ["io:text", "f"], "facts": {"files.File": {"path=f": null}}, "commands": [["upload", "text", "f"]]}`,
		"operations/moon.land/missing":   `{"args": [], "commands": []}`,
		"facts/files.Sha1File/nothing":   `{"arg": "f", "output": [], "fact": null}`,
	} {
		write(t, dir, path, text)
	}
	var out strings.Builder
	if err := run(&out, []string{dir}); err != nil {
		t.Errorf("%v\n%s", err, out.String())
	}
	if want := "5 passed, 0 failed, 0 differences, 1 missing\n"; !strings.HasSuffix(out.String(), want) {
		t.Errorf("got\n%s\nwhich does not end with %s", out.String(), want)
	}
	if !strings.Contains(out.String(), "skipped: operations/files.file/platform") {
		t.Errorf("the skipped case is not named in\n%s", out.String())
	}
}

func TestRunFindsWhatIsWrong(t *testing.T) {
	for name, test := range map[string]struct{ path, text, want string }{
		"command":   {"operations/files.file/x", `{"args": ["f"], "facts": {"files.File": {"path=f": null}}, "commands": ["touch  f"]}`, "commands"},
		"no error":  {"operations/files.file/x", `{"args": ["f"], "facts": {"files.File": {"path=f": null}}, "exception": {"name": "OperationError"}}`, "no error"},
		"its kind":  {"operations/files.file/x", `{"args": [["f"]], "exception": {"name": "OperationError"}}`, "another kind"},
		"error":     {"operations/files.file/x", `{"args": ["f"], "facts": {"files.File": {"path=g": null}}, "commands": []}`, "has no fact"},
		"masked":    {"operations/files.file/x", `{"args": ["f"], "facts": {"files.File": {"path=f": null}}, "commands": [{"raw": "touch f", "masked": "***"}]}`, "with secrets"},
		"value":     {"facts/files.Sha1File/x", `{"arg": "f", "output": [], "fact": "f"}`, "value"},
		"question":  {"facts/files.Sha1File/x", `{"arg": "f", "command": "sha1sum", "output": [], "fact": null}`, "command"},
		"program":   {"facts/files.Flags/x", `{"arg": "f", "requires_command": "lsattr", "output": [], "fact": []}`, "required program"},
		"arguments": {"facts/files.Flags/x", `{"arg": {"file": "f"}, "output": [], "fact": []}`, "no argument"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, test.path, test.text)
			var out strings.Builder
			if err := run(&out, []string{dir}); err == nil {
				t.Error("no error")
			}
			if !strings.Contains(out.String(), test.want) || !strings.Contains(out.String(), "0 passed, 1 failed,") {
				t.Errorf("got\n%s\nwhich does not say %q", out.String(), test.want)
			}
		})
	}
}

func TestMatches(t *testing.T) {
	for _, test := range []struct {
		key  string
		fact any
		want bool
	}{
		{"path=/x", files.FileFact{Path: "/x"}, true},
		{"path=/x", files.FileFact{Path: "/xy"}, false},
		{"path=/xy", files.FileFact{Path: "/x"}, false},
		{"begin=None, end=None, marker=None, path=/x", files.BlockFact{Path: "/x"}, true},
		{"begin=None, end=None, marker=None, path=/x", files.BlockFact{Path: "/x", Begin: "B"}, false},
		{"begin=B, end=None, marker=None, path=a, b=c", files.BlockFact{Path: "a, b=c", Begin: "B"}, true},
		{"interpolate_variables=True, path=x, pattern=a", files.FindInFile{Path: "x", Pattern: "a", InterpolateVariables: true}, true},
		{"interpolate_variables=False, path=x, pattern=a", files.FindInFile{Path: "x", Pattern: "a", ExtendedRegex: true}, false},
		{"args=['a', \"it's\"], path=x, quote_path=False", files.FindFiles{Path: "x", Args: []string{"a", "it's"}, NoQuotePath: true}, true},
		{"args=None, path=x, quote_path=False", files.FindFiles{Path: "x"}, false},
	} {
		if got := matches(test.key, reflect.ValueOf(test.fact)); got != test.want {
			t.Errorf("matches(%q, %+v) = %t", test.key, test.fact, got)
		}
	}
}
