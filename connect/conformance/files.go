package conformance

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"cygnet/connect"
	"cygnet/shell"
)

func upload(t *testing.T, conn connect.Conn, content, to string, how connect.Transfer) {
	t.Helper()
	if err := conn.Upload(t.Context(), strings.NewReader(content), to, how); err != nil {
		t.Fatal(err)
	}
}

func download(t *testing.T, conn connect.Conn, from string, how connect.Transfer) string {
	t.Helper()
	var b strings.Builder
	if err := conn.Download(t.Context(), from, &b, how); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func (s *suite) uploads(t *testing.T) {
	conn := s.connect(t)
	for _, name := range []string{
		"plain", "with space", "it's", `"quoted"`, "line\nbreak\n", "-rf", "--", "*", "$HOME", "`id`", `back\slash`, "ünï €", "~", "#x", "!", ".hidden",
	} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t, conn)
			content := "content of " + name + "\x00\xff\r\n"
			path := dir + "/" + name
			upload(t, conn, content, path, connect.Transfer{})
			if got := download(t, conn, path, connect.Transfer{}); got != content {
				t.Errorf("got %q, want %q", got, content)
			}
			if name != "~" {
				upload(t, conn, content, name, connect.Transfer{Dir: dir})
				if got := download(t, conn, name, connect.Transfer{Dir: dir}); got != content {
					t.Errorf("relative: got %q, want %q", got, content)
				}
			}
			if got := run(t, conn, "ls -A "+shell.Quote(dir)); got != name && got+"\n" != name && !strings.Contains(name, "\n") {
				t.Errorf("the folder holds %q", got)
			}
		})
	}
	for _, size := range []int{0, 1, 25, 26, 27, 4096, 32768, 20 << 20} {
		dir := folder(t, conn)
		data := make([]byte, size)
		seed := [32]byte{1}
		if _, err := rand.NewChaCha8(seed).Read(data); err != nil {
			t.Fatal(err)
		}
		if err := conn.Upload(t.Context(), bytes.NewReader(data), dir+"/file", connect.Transfer{}); err != nil {
			t.Fatal(err)
		}
		sum := sha256.New()
		if err := conn.Download(t.Context(), dir+"/file", sum, connect.Transfer{}); err != nil {
			t.Fatal(err)
		}
		if got, want := sum.Sum(nil), sha256.Sum256(data); !bytes.Equal(got, want[:]) {
			t.Errorf("a file of %d bytes came back as another", size)
		}
	}
}

func mode(t *testing.T, conn connect.Conn, path string) string {
	t.Helper()
	return strings.Fields(run(t, conn, "ls -ld "+shell.Quote(path)))[0][:10]
}

func (s *suite) modes(t *testing.T) {
	conn := s.connect(t)
	dir := folder(t, conn)
	run(t, conn, "cd "+shell.Quote(dir)+"; : >new-by-shell; for m in 640 600 755 444 4711; do echo old >$m; chmod $m $m; done")
	want := mode(t, conn, dir+"/new-by-shell")
	for _, tt := range []struct {
		name string
		mode uint32
		want string
	}{
		{"new", 0, want},
		{"new600", 0o600, "-rw-------"},
		{"new444", 0o444, "-r--r--r--"},
		{"new777", 0o777, "-rwxrwxrwx"},
		{"new2755", 0o2755, "-rwxr-sr-x"},
		{"640", 0, "-rw-r-----"},
		{"600", 0, "-rw-------"},
		{"755", 0, "-rwxr-xr-x"},
		{"444", 0, "-r--r--r--"},
		{"640", 0o604, "-rw----r--"},
		{"444", 0o400, "-r--------"},
	} {
		upload(t, conn, "new content", dir+"/"+tt.name, connect.Transfer{Mode: tt.mode})
		if got := mode(t, conn, dir+"/"+tt.name); got != tt.want {
			t.Errorf("%s with mode %o: got %s, want %s", tt.name, tt.mode, got, tt.want)
		}
		if got := download(t, conn, dir+"/"+tt.name, connect.Transfer{}); got != "new content" {
			t.Errorf("%s holds %q", tt.name, got)
		}
	}
}

func (s *suite) links(t *testing.T) {
	conn := s.connect(t)
	dir := folder(t, conn)
	run(t, conn, "cd "+shell.Quote(dir)+" && mkdir sub && echo old >sub/file && ln -s sub/file one && ln -s one two && ln -s sub/new dangling && ln -s loop loop && ln -s sub to-sub")
	upload(t, conn, "by link", dir+"/two", connect.Transfer{})
	upload(t, conn, "by dangling link", dir+"/dangling", connect.Transfer{})
	if got := run(t, conn, "cd "+shell.Quote(dir)+" && cat sub/file && echo && cat sub/new && echo && readlink two && readlink one && readlink dangling"); got != "by link\nby dangling link\none\nsub/file\nsub/new" {
		t.Errorf("got %q", got)
	}
	if got := download(t, conn, dir+"/two", connect.Transfer{}); got != "by link" {
		t.Errorf("download by a link: %q", got)
	}
	for _, name := range []string{"loop", "to-sub"} {
		if err := conn.Upload(t.Context(), strings.NewReader("x"), dir+"/"+name, connect.Transfer{}); err == nil {
			t.Errorf("an upload to %s succeeded", name)
		}
	}
}

// whole looks at the target while an upload is under way, and breaks uploads
// off.
func (s *suite) whole(t *testing.T) {
	conn := s.connect(t)
	dir := folder(t, conn)
	path := dir + "/file"
	upload(t, conn, "old", path, connect.Transfer{})
	r, w := io.Pipe()
	done := make(chan error)
	go func() { done <- conn.Upload(t.Context(), r, path, connect.Transfer{}) }()
	if _, err := io.WriteString(w, strings.Repeat("half\n", 50_000)); err != nil {
		t.Fatal(err)
	}
	waitFor(t, conn, "[ $(ls -A "+dir+" | wc -l) -gt 1 ]")
	if got := download(t, conn, path, connect.Transfer{}); got != "old" {
		t.Errorf("while the new content is under way, the file holds %.20q", got)
	}
	if got := run(t, conn, "ls -lA "+dir+" | grep cygnet | cut -c1-10"); got != "-rw-------" && got != mode(t, conn, path) {
		t.Errorf("what is under way has mode %s", got)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if got := download(t, conn, path, connect.Transfer{}); len(got) != 250_000 {
		t.Errorf("the file has %d bytes", len(got))
	}

	broken := errors.New("the source broke")
	err := conn.Upload(t.Context(), io.MultiReader(strings.NewReader("half"), failing{broken}), path, connect.Transfer{})
	if !errors.Is(err, broken) {
		t.Errorf("a source that breaks: %v", err)
	}
	over := errors.New("its time is over")
	ctx, cancel := context.WithCancelCause(t.Context())
	r, w = io.Pipe()
	go func() { done <- conn.Upload(ctx, r, path, connect.Transfer{}) }()
	if _, err := io.WriteString(w, "half"); err != nil {
		t.Fatal(err)
	}
	waitFor(t, conn, "[ $(ls -A "+dir+" | wc -l) -gt 1 ]")
	cancel(over)
	if err := <-done; !errors.Is(err, over) {
		t.Errorf("an upload that is broken off: %v", err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if got := run(t, conn, "ls -A "+dir+"; wc -c <"+path+" | tr -d ' '"); got != "file\n250000" {
		t.Errorf("after that there is %q", got)
	}
}

// waitFor waits until a command succeeds, as long as the test may last.
func waitFor(t *testing.T, conn connect.Conn, text string) {
	t.Helper()
	for {
		result, err := conn.Run(t.Context(), &connect.Request{Command: shell.Command{Text: shell.Raw(text)}})
		if err != nil {
			t.Fatal(err)
		}
		if result.Exit == 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// refused are uploads that cannot be: each is one clear line, and leaves
// nothing behind.
func (s *suite) refused(t *testing.T) {
	conn := s.connect(t)
	dir := folder(t, conn)
	run(t, conn, "cd "+shell.Quote(dir)+" && mkdir folder closed && mkfifo pipe && echo old >closed/file && chmod 500 closed")
	t.Cleanup(func() {
		if _, err := conn.Run(noDeadline(t), &connect.Request{Command: shell.Command{Text: shell.Words("chmod", "700", dir+"/closed")}}); err != nil {
			t.Error(err)
		}
	})
	before := run(t, conn, "cd "+shell.Quote(dir)+" && find . | sort")
	root := run(t, conn, "id -u") == "0"
	for _, tt := range []struct{ path, want string }{
		{"folder", "is a directory"},
		{"folder/", "is a directory"},
		{"none/", "is a directory that does not exist"},
		{"none/file", "the directory does not exist"},
		{"pipe", "is not a regular file"},
		{"closed/new", "permission denied"},
		{strings.Repeat("n", 300), "file name too long"},
	} {
		if root && tt.want == "permission denied" {
			continue // nobody denies root anything
		}
		err := conn.Upload(t.Context(), strings.NewReader("new"), dir+"/"+tt.path, connect.Transfer{})
		if err == nil {
			t.Errorf("an upload to %s succeeded", tt.path)
			continue
		}
		if want := fmt.Sprintf("upload to %s/%s: %s", dir, tt.path, tt.want); err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
	if after := run(t, conn, "cd "+shell.Quote(dir)+" && find . | sort"); after != before {
		t.Errorf("before there was %q, afterwards %q", before, after)
	}
}

func (s *suite) downloads(t *testing.T) {
	conn := s.connect(t)
	dir := folder(t, conn)
	for _, tt := range []struct{ path, want string }{
		{"none", "no such file or directory"},
		{".", "is a directory"},
	} {
		err := conn.Download(t.Context(), tt.path, io.Discard, connect.Transfer{Dir: dir})
		if err == nil {
			t.Errorf("a download of %s succeeded", tt.path)
			continue
		}
		if want := "download " + tt.path + ": " + tt.want; err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
	upload(t, conn, strings.Repeat("x", 1<<20), dir+"/file", connect.Transfer{})
	full := errors.New("the disk here is full")
	if err := conn.Download(t.Context(), dir+"/file", fullDisk{full}, connect.Transfer{}); !errors.Is(err, full) {
		t.Errorf("a target that takes nothing: %v", err)
	}
}

type fullDisk struct{ err error }

func (f fullDisk) Write([]byte) (int, error) { return 0, f.err }
