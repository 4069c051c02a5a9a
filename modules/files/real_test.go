package files

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cygnet/op"
)

func TestDirectory(t *testing.T) {
	m := newMachine(t)
	for _, name := range names {
		m.apply(Directory{Path: name, Mode: "750"})
		m.mode(name, os.ModeDir|0o750)
		m.apply(Directory{Path: name, Absent: true})
		m.gone(name)
	}
	m.apply(Directory{Path: "~/a/b/c"})
	m.mode("home/a/b/c", os.ModeDir|0o755)
	m.write("home/a/b/c/file", "")
	m.apply(Directory{Path: "~/a", Mode: "700", Recursive: true})
	m.mode("home/a/b/c/file", 0o700)
	m.nothing(Directory{Path: "nowhere", Absent: true})
}

func TestDirectoryInPlaceOfAnother(t *testing.T) {
	m := newMachine(t)
	m.write("a file", "text")
	m.refuse(Directory{Path: "a file"}, op.StateError, "not a directory")
	m.apply(Directory{Path: "a file", Force: true})
	m.reads("a file.then", "text")
	m.write("b", "text")
	m.apply(Directory{Path: "b", Force: true, NoForceBackup: true})
	m.gone("b.then")
	m.write("c", "text")
	m.apply(Directory{Path: "c", Force: true, ForceBackupDir: m.path("b")})
	m.reads("b/c.then", "text")
	m.link("b", "link")
	m.refuse(Directory{Path: "link"}, op.StateError, "not a directory")
	m.nothing(Directory{Path: "link", NoFailOnLink: true})
	m.refuse(Directory{Path: "d", Mode: LocalMode}, op.TypeError, "files.put")
}

func TestFile(t *testing.T) {
	m := newMachine(t)
	for _, name := range names {
		m.apply(File{Path: name, Mode: "640"})
		m.mode(name, 0o640)
		m.apply(File{Path: name, Absent: true})
		m.gone(name)
	}
	m.apply(File{Path: "~/missing/parents/x"})
	m.reads("home/missing/parents/x", "")
	m.write("text", "kept")
	m.apply(File{Path: "text", Mode: "u+x,g-r"})
	m.mode("text", 0o704)
	m.apply(File{Path: "text", Mode: "+r"})
	m.change(File{Path: "text", Touch: true})
	m.reads("text", "kept")
	if err := os.Mkdir(m.path("dir"), 0o755); err != nil {
		t.Fatal(err)
	}
	m.refuse(File{Path: "dir"}, op.StateError, "not a file")
	m.apply(File{Path: "dir", Force: true})
	m.mode("dir.then", os.ModeDir|0o755)
	m.nothing(File{Path: "nowhere", Absent: true})
}

func TestFileOwner(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can give files away")
	}
	m := newMachine(t)
	m.apply(File{Path: "f", User: "daemon", Group: "daemon"})
	m.apply(File{Path: "f", Group: "root"})
	m.apply(File{Path: "f", User: "root"})
	m.apply(Link{Path: "l", Target: "f", User: "daemon"})
	m.apply(Directory{Path: "d", User: "daemon", Mode: "2755"})
}

func TestLink(t *testing.T) {
	m := newMachine(t)
	for _, name := range names {
		m.apply(Link{Path: name, Target: "to " + name})
		m.apply(Link{Path: name, Target: "-" + name})
		m.apply(Link{Path: name, Absent: true})
		m.gone(name)
	}
	m.apply(Link{Path: "missing/parents/l", Target: "../../nowhere -> there"})
	m.refuse(Link{Path: "l"}, op.StateError, "target")
	m.apply(Link{Path: m.path("here"), Target: "dir/there"})
	m.nothing(Link{Path: m.path("here"), Target: m.path("dir/there")})
	m.apply(Link{Path: m.path("here"), Target: "there"})
	m.apply(Link{Path: "homely", Target: "~/it's here"})
	if target, err := os.Readlink(m.path("homely")); err != nil || target != m.path("home/it's here") {
		t.Errorf("~/it's here is %q, %v", target, err)
	}
	m.write("file", "text")
	m.refuse(Link{Path: "file", Target: "x"}, op.StateError, "not a link")
	m.apply(Link{Path: "file", Target: "x", Force: true})
	m.reads("file.then", "text")
	m.nothing(Link{Path: "nowhere", Absent: true})
}

func TestHardLink(t *testing.T) {
	m := newMachine(t)
	m.write("a file", "text")
	m.apply(Link{Path: "name", Target: "a file", Hard: true})
	m.reads("name", "text")
	m.mode("name", 0o644)
	m.write("other", "text")
	m.refuse(Link{Path: "other", Target: "a file", Hard: true}, op.StateError, "not a link")
	m.apply(Link{Path: "other", Target: "a file", Hard: true, Force: true, NoForceBackup: true})
	m.apply(Link{Path: "symbolic", Target: "a file"})
	m.apply(Link{Path: "symbolic", Target: "a file", Hard: true})
	m.mode("symbolic", 0o644)
	m.change(Link{Path: "other", Target: "a file", Hard: true, Absent: true})
	m.gone("other")
}

func TestPut(t *testing.T) {
	m := newMachine(t)
	for _, name := range names {
		m.apply(Put{Src: op.Bytes([]byte("new\n")), Dest: name, Mode: "600"})
		m.reads(name, "new\n")
		m.mode(name, 0o600)
		m.apply(Put{Src: op.Bytes([]byte("old\n")), Dest: name})
		m.apply(Put{Src: op.Bytes([]byte("older")), Dest: name})
		m.reads(name, "older")
	}
	m.apply(Put{Src: op.Bytes(nil), Dest: "~/missing/parents/empty"})
	m.reads("home/missing/parents/empty", "")
	big := strings.Repeat("0123456789abcdef\x00", 1<<16)
	m.apply(Put{Src: op.Bytes([]byte(big)), Dest: "big"})
	m.reads("big", big)
	m.change(Put{Src: op.Bytes([]byte(big)), Dest: "big", Force: true})
}

func TestPutOfFile(t *testing.T) {
	m := newMachine(t)
	src := filepath.Join(t.TempDir(), "a local file")
	if err := os.WriteFile(src, []byte("text"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(src, 0o751); err != nil {
		t.Fatal(err)
	}
	times := time.Date(2020, 2, 29, 23, 59, 58, 123456789, time.UTC)
	if err := os.Chtimes(src, times.Add(time.Hour), times); err != nil {
		t.Fatal(err)
	}
	m.apply(Put{Src: op.File(src), Dest: "dir/"})
	m.reads("dir/a local file", "text")
	m.apply(Put{Src: op.File(src), Dest: "dir", Mode: LocalMode, Mtime: LocalTime(), Atime: At(times)})
	m.mode("dir/a local file", 0o751)
	info, err := os.Stat(m.path("dir/a local file"))
	if err != nil {
		t.Fatal(err)
	}
	if !info.ModTime().Equal(times.Truncate(time.Microsecond)) {
		t.Errorf("mtime is %v, want %v", info.ModTime(), times)
	}
	_, err = m.plan(Put{Src: op.File("no such file"), Dest: "x"})
	if err == nil || !strings.Contains(err.Error(), m.local.Resolve("no such file")) {
		t.Errorf("got %v, want an error that names the file", err)
	}
	m.refuse(Put{Src: op.File(filepath.Dir(src)), Dest: "x"}, op.ValueError, "folder")
	m.refuse(Put{Src: op.Bytes(nil), Dest: "dir"}, op.ValueError, "folder")
	m.refuse(Put{Src: op.Bytes(nil), Dest: "x", Mode: LocalMode}, op.ValueError, "mode")
	m.refuse(Put{Src: op.Bytes(nil), Dest: "x", Mtime: LocalTime()}, op.ValueError, "memory")
	m.refuse(Put{Dest: "x"}, op.ValueError, "empty")
	p, err := m.plan(Put{Src: op.File("not made yet"), Dest: "dir/x", AssumeExists: true})
	if err != nil || len(p.Commands) != 1 {
		t.Errorf("got %v, %v, want an upload", p, err)
	}
}

func TestPutThroughLink(t *testing.T) {
	m := newMachine(t)
	m.write("real/file", "text")
	m.link("real/file", "second")
	m.link("second", "first")
	put := Put{Src: op.Bytes([]byte("text")), Dest: "first"}
	m.nothing(put)
	put.Mode = "600"
	m.apply(put)
	m.mode("real/file", 0o600)
	put.Src = op.Bytes([]byte("another text"))
	m.apply(put)
	m.reads("first", "another text")
}

func TestPutDiff(t *testing.T) {
	m := newMachine(t)
	m.write("f", "old\n")
	m.write("binary", "\x00\xff")
	for _, test := range []struct {
		put  Put
		want op.Change
	}{
		{Put{Src: op.Bytes([]byte("new\n")), Dest: "f"}, op.Change{Path: "f", Old: "old\n", New: "new\n"}},
		{Put{Src: op.Bytes([]byte("new\n")), Dest: "g"}, op.Change{Path: "g", New: "new\n"}},
		{Put{Src: op.Bytes([]byte("old\n")), Dest: "f"}, op.Change{}},
		{Put{Src: op.Bytes([]byte("new\n")), Dest: "binary"}, op.Change{}},
		{Put{Src: op.Bytes([]byte("\x00")), Dest: "f"}, op.Change{}},
		{Put{Src: op.Bytes(make([]byte, op.MaxDiff+1)), Dest: "f"}, op.Change{}},
	} {
		if got := m.diff(test.put); got != test.want {
			t.Errorf("diff of %s to %s: got %+v, want %+v", test.put.Src, test.put.Dest, got, test.want)
		}
	}
}

// No operation fails on an empty path before the host does.
func TestEmptyPath(t *testing.T) {
	m := newMachine(t)
	for _, o := range []op.Operation{
		Put{Src: op.Bytes(nil)}, File{}, Directory{}, Link{Target: "x"}, Line{Line: "x"}, Block{Content: []string{"x"}}, Download{},
	} {
		if p, err := m.plan(o); err == nil && len(p.Commands) == 0 {
			t.Errorf("%T: nothing to do: %s", o, p.Noop)
		}
	}
}

// One round trip tells that there is nothing to do.
func TestNothingToDoTakesOneRound(t *testing.T) {
	m := newMachine(t)
	m.write("dir/f", "text\n")
	m.write("dir/b", begin+"x\n"+end)
	m.link("f", "dir/l")
	for _, o := range []op.Operation{
		Put{Src: op.Bytes([]byte("text\n")), Dest: "dir/f", Mode: "644"},
		File{Path: "dir/f", Mode: "644"},
		Directory{Path: "dir", Mode: "755"},
		Link{Path: "dir/l", Target: "f"},
		Block{Path: "dir/b", Content: []string{"x"}},
		Line{Path: "dir/f", Line: "text"},
		Line{Path: "dir/f", Line: "nope", Replace: "text"},
		Line{Path: "dir/f", Line: "nope", Absent: true},
		Download{Src: "http://127.0.0.1/", Dest: "dir/f", CacheTime: 3600, MD5: "e1cbb0c3879af8347246f12c559a86b5"},
	} {
		if m.nothing(o); m.rounds != 1 {
			t.Errorf("%T: facts were fetched %d times", o, m.rounds)
		}
	}
}
