package files

import (
	"crypto/md5"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"cygnet/modules/facts/server"
	"cygnet/op"
)

// A web is a server of one text, which only those get who may.
type web struct {
	*httptest.Server
	text   atomic.Value
	visits atomic.Int32
}

func newWeb(t *testing.T) *web {
	w := &web{}
	w.text.Store("text\n")
	w.Server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.visits.Add(1)
		if r.URL.Path == "/secret" && r.Header.Get("Authorization") != "Bearer it's me" {
			http.Error(rw, "who are you?", http.StatusUnauthorized)
			return
		}
		if r.URL.Path == "/missing" {
			http.NotFound(rw, r)
			return
		}
		fmt.Fprint(rw, w.text.Load())
	}))
	t.Cleanup(w.Close)
	return w
}

func needs(t *testing.T, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Skip(program, " is missing")
	}
}

func TestDownload(t *testing.T) {
	needs(t, "curl")
	m, w := newMachine(t), newWeb(t)
	for _, name := range names {
		m.apply(Download{Src: w.URL + "/f?a=1&b='2'", Dest: name, Mode: "640"})
		m.reads(name, "text\n")
		m.mode(name, 0o640)
	}
	m.gone("temporary")
	secret := Download{Src: w.URL + "/secret", Dest: "secret", Headers: map[string]string{"Authorization": "Bearer it's me"}}
	p, err := m.plan(secret)
	if err != nil {
		t.Fatal(err)
	}
	if text := p.Commands[0].String(); strings.Contains(text, "me") {
		t.Errorf("the header is shown in %s", text)
	}
	m.apply(secret)
	if err := os.Mkdir(m.path("dir"), 0o755); err != nil {
		t.Fatal(err)
	}
	m.refuse(Download{Src: w.URL, Dest: "dir"}, op.StateError, "not a file")
}

func TestDownloadSums(t *testing.T) {
	needs(t, "curl")
	for _, shell := range []string{"sh", "bash", "ksh", "zsh"} {
		t.Run(shell, func(t *testing.T) {
			needs(t, shell)
			testDownloadSums(t, shell)
		})
	}
}

func testDownloadSums(t *testing.T, shell string) {
	m, w := newMachine(t), newWeb(t)
	m.shell = shell
	d := Download{
		Src: w.URL, Dest: "a file",
		SHA256: strings.ToUpper(fmt.Sprintf("%x", sha256.Sum256([]byte("text\n")))),
		MD5:    fmt.Sprintf("%x", md5.Sum([]byte("text\n"))),
	}
	m.apply(d)
	m.write("a file", "changed")
	m.apply(d)
	w.text.Store("forged\n")
	m.write("a file", "changed")
	p, err := m.plan(d)
	if err != nil {
		t.Fatal(err)
	}
	var exits []int
	for _, c := range p.Commands {
		result, err := m.execute(c)
		if err != nil {
			t.Fatal(err)
		}
		exits = append(exits, result.Exit)
	}
	if want := []int{0, 0, 1, 1}; fmt.Sprint(exits) != fmt.Sprint(want) {
		t.Errorf("a file with a wrong sum: exit statuses %v of %v, want %v", exits, p.Commands, want)
	}
}

func TestDownloadCacheTime(t *testing.T) {
	needs(t, "curl")
	m, w := newMachine(t), newWeb(t)
	d := Download{Src: w.URL, Dest: "f", CacheTime: 3600}
	m.apply(d)
	w.text.Store("newer\n")
	m.nothing(d)
	old := time.Now().Add(-2 * time.Hour)
	if err := os.Chtimes(m.path("f"), old, old); err != nil {
		t.Fatal(err)
	}
	m.apply(d)
	m.reads("f", "newer\n")
	d.Force = true
	m.change(d)
}

func TestDownloadFails(t *testing.T) {
	m, w := newMachine(t), newWeb(t)
	for _, program := range []string{"curl", "wget"} {
		t.Run(program, func(t *testing.T) {
			needs(t, program)
			h := hostWith(m, program)
			p, err := Download{Src: w.URL + "/missing", Dest: "f"}.Plan(h)
			if err != nil {
				t.Fatal(err)
			}
			result, err := m.execute(p.Commands[0])
			if err != nil || result.Exit == 0 {
				t.Errorf("%s: %+v, %v; want an exit status", p.Commands[0], result, err)
			}
			m.gone("temporary")
			p, err = Download{Src: w.URL + "/there", Dest: "f"}.Plan(h)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range p.Commands {
				if result, err := m.execute(c); err != nil || result.Exit != 0 {
					t.Errorf("%s: %+v, %v", c, result, err)
				}
			}
			m.reads("f", "text\n")
		})
	}
}

// hostWith is a host that has only one of the programs, and no file.
func hostWith(m *machine, program string) *op.Host {
	return m.host(sourceFunc(func(name, key string) any {
		switch {
		case name == "files.File":
			return Info{}
		case strings.Contains(key, program):
			return server.Text("/usr/bin/" + program)
		}
		return server.Text("")
	}))
}
