package output

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"cygnet/connect"
)

// split cuts text that arrives in pieces of n bytes.
func split(text []byte, n int) []string {
	var lines []string
	s := splitter{line: func(l string) { lines = append(lines, l) }}
	for len(text) > 0 {
		n := min(n, len(text))
		s.write(text[:n])
		text = text[n:]
	}
	s.end()
	return lines
}

func TestSplit(t *testing.T) {
	long := strings.Repeat("é", connect.MaxLine) // two bytes each
	for _, tt := range []struct {
		in   string
		want []string
	}{
		{"", nil},
		{"a", []string{"a"}},
		{"a\nb\n", []string{"a", "b"}},
		{"\n\n", []string{"", ""}},
		{"a\r\nb\r\n\r\nc\r\n", []string{"a", "b", "", "c"}},
		{"1%\r2%\r3%\n", []string{"1%", "2%", "3%"}},
		{"\r1%\r2%", []string{"1%", "2%"}},
		{"a\r\r\nb", []string{"a", "b"}},
		{"a\r\n\nb", []string{"a", "", "b"}},
		{"a\r", []string{"a"}},
		{"\xff\xfea\xc3\n\xa9", []string{"\uFFFDa\uFFFD", "\uFFFD"}},
		{long, []string{long[:connect.MaxLine], long[connect.MaxLine:]}},
		{"x" + long, []string{"x" + long[:connect.MaxLine-2], long[connect.MaxLine-2 : 2*connect.MaxLine-2], "é"}},
	} {
		for _, n := range []int{1, 2, 3, 1 << 20} {
			if diff := cmp.Diff(tt.want, split([]byte(tt.in), n)); diff != "" {
				t.Errorf("%.20q in pieces of %d (-want +got):\n%.500s", tt.in, n, diff)
			}
		}
	}
}

func FuzzSplit(f *testing.F) {
	f.Add([]byte("a\r\nb\xff\rc\n\n"), 2)
	f.Add(bytes.Repeat([]byte("\xe2\x82"), 70_000), 1000)
	f.Fuzz(func(t *testing.T, text []byte, n int) {
		if n <= 0 {
			n = 1
		}
		lines := split(text, n)
		if diff := cmp.Diff(split(text, len(text)+1), lines); diff != "" {
			t.Errorf("it depends on the pieces:\n%s", diff)
		}
		for _, l := range lines {
			if !utf8.ValidString(l) || strings.ContainsAny(l, "\r\n") {
				t.Errorf("not a line: %q", l)
			}
		}
		if utf8.Valid(text) && len(text) < connect.MaxLine && !bytes.ContainsRune(text, '\r') {
			if got, want := strings.Join(lines, "\n"), strings.TrimSuffix(string(text), "\n"); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
	})
}

func TestKeep(t *testing.T) {
	line := func(i int) string { return fmt.Sprintf("line%04d", i) }
	for _, tt := range []struct {
		name  string
		limit int
		lines int
		cut   bool
		kept  int
	}{
		{"all of it", 10_000, 400, false, 400},
		{"both ends", 2400, 1000, true, 100},
		{"one byte", 1, 3, true, 0},
		{"nothing came", 100, 0, false, 0},
	} {
		k := keeper{limit: tt.limit}
		for i := range tt.lines {
			k.add(line(i))
		}
		got := k.lines()
		if len(got) != tt.kept || k.cut != tt.cut {
			t.Errorf("%s: kept %d lines, cut %v", tt.name, len(got), k.cut)
		}
		if tt.kept > 0 && (got[0] != line(0) || got[len(got)-1] != line(tt.lines-1)) {
			t.Errorf("%s: from %q to %q", tt.name, got[0], got[len(got)-1])
		}
		if cap(k.tail) > 4*len(got)+1000 {
			t.Errorf("%s: room for %d lines", tt.name, cap(k.tail))
		}
	}
	k := keeper{limit: 100}
	k.add("short")
	k.add(strings.Repeat("é", 500))
	if diff := cmp.Diff([]string{"short", strings.Repeat("é", 17)}, k.lines()); diff != "" || !k.cut {
		t.Errorf("a long line: cut %v (-want +got):\n%s", k.cut, diff)
	}
	k.add("last")
	if diff := cmp.Diff([]string{"short", "last"}, k.lines()); diff != "" {
		t.Errorf("after it (-want +got):\n%s", diff)
	}
}

func TestCollector(t *testing.T) {
	var seen []string
	var raw bytes.Buffer
	c := New(&connect.Request{
		Stdout: &raw,
		Output: func(s connect.Stream, line string) { seen = append(seen, s.String()+" "+line) },
	})
	for which, text := range map[connect.Stream]string{connect.Stdout: "raw\xff\n", connect.Stderr: "a\nb"} {
		if _, err := io.WriteString(c.Writer(which), text); err != nil {
			t.Fatal(err)
		}
	}
	var result connect.Result
	if err := c.Finish(&result); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(connect.Result{Stderr: []string{"a", "b"}}, result); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"stderr a", "stderr b"}, seen); diff != "" || raw.String() != "raw\xff\n" {
		t.Errorf("raw %q: %s", raw.String(), diff)
	}
	if _, err := c.Writer(connect.Stderr).Write([]byte("late\n")); !errors.Is(err, io.ErrClosedPipe) || len(seen) != 2 {
		t.Errorf("after the end: %v, %q", err, seen)
	}
}

func TestSettle(t *testing.T) {
	for _, tt := range []struct {
		name   string
		raw    bool
		writes time.Duration // pause between writes after the end
		size   int
		ends   time.Duration // when the streams end; 0: never
		stops  time.Duration // when the context ends; 0: never
		want   bool
		least  time.Duration
		most   time.Duration
	}{
		{name: "ends", ends: time.Millisecond, want: true, most: time.Second},
		{name: "left open", least: pause, most: 2 * pause},
		{name: "slow but coming", writes: time.Second, size: 10, ends: 20 * time.Second, want: true, least: 20 * time.Second, most: 21 * time.Second},
		{name: "endless", writes: time.Millisecond, size: 64 << 10, most: 2 * time.Second},
		{name: "raw waits", raw: true, ends: time.Hour, want: true, least: time.Hour, most: 2 * time.Hour},
		{name: "raw stops", raw: true, stops: time.Minute, least: time.Minute, most: 2 * time.Minute},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				req := &connect.Request{}
				if tt.raw {
					req.Stdout = io.Discard
				}
				c := New(req)
				done, stop, over := make(chan struct{}), make(chan struct{}), make(chan struct{})
				if tt.ends > 0 {
					defer time.AfterFunc(tt.ends, func() { close(done) }).Stop()
				}
				if tt.stops > 0 {
					time.AfterFunc(tt.stops, func() { close(stop) })
				}
				if tt.writes > 0 {
					go func() {
						for {
							select {
							case <-over:
								return
							case <-time.After(tt.writes):
								if _, err := c.Writer(connect.Stderr).Write(make([]byte, tt.size)); err != nil {
									t.Error(err)
								}
							}
						}
					}()
				}
				begun := time.Now()
				got := c.Settle(done, stop)
				took := time.Since(begun)
				close(over)
				if got != tt.want || took < tt.least || took > tt.most {
					t.Errorf("got %v after %v", got, took)
				}
			})
		})
	}
}
