package files

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cygnet/internal/facttest"
	"cygnet/op"
)

// nowhere answers every fact with its zero answer.
func nowhere(t *testing.T) *op.Host {
	t.Helper()
	return facttest.Host(t,
		facttest.Is(FileFact{Path: "/a"}, Info{}), facttest.Is(Sha1File{"/a"}, ""),
	)
}

func TestTemplateMode(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.j2"), []byte("text"), 0o640); err != nil {
		t.Fatal(err)
	}
	h := nowhere(t)
	h.Local = op.LocalFiles{Dir: dir}
	h.Render = func(t op.Template) (string, error) { return strings.ToUpper(t.Name + " " + string(t.Source)), nil }
	plan, err := Template{Src: op.File("a.j2"), Dest: "/a", Mode: LocalMode, NoCreateRemoteDir: true}.Plan(h)
	if err != nil {
		t.Fatal(err)
	}
	upload, ok := plan.Commands[0].(op.Upload)
	if !ok {
		t.Fatalf("got %v", plan.Commands)
	}
	if data, _ := upload.From.Data(); string(data) != "A.J2 TEXT" || upload.Mode != 0o640 || upload.To != "/a" {
		t.Errorf("got %q, mode %o, to %s", data, upload.Mode, upload.To)
	}
	if _, err := (Template{Src: op.Bytes(nil), Dest: "/a", Mode: LocalMode}).Plan(h); err == nil {
		t.Error("content from memory has a mode")
	}
	if _, err := (Template{Dest: "/a"}).Plan(h); err == nil {
		t.Error("a template without src was planned")
	}
}
