package conformance

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cygnet/connect"
	"cygnet/shell"
)

func (s *suite) output(t *testing.T) {
	conn := s.connect(t)
	t.Run("Lines", func(t *testing.T) { lines(t, conn) })
	t.Run("Bounded", func(t *testing.T) { bounded(t, conn) })
	t.Run("Endless", func(t *testing.T) { endless(t, conn) })
	t.Run("LongLine", func(t *testing.T) { longLine(t, conn) })
	t.Run("Order", func(t *testing.T) { order(t, conn) })
}

func lines(t *testing.T, conn connect.Conn) {
	for _, tt := range []struct {
		text string
		want []string
	}{
		{`printf 'a\nb'`, []string{"a", "b"}},
		{`printf '\n\na\n\n'`, []string{"", "", "a", ""}},
		{`printf '10%%\r20%%\r30%%\n'`, []string{"10%", "20%", "30%"}},
		{`printf 'a\r\nb\r\n\r\n'`, []string{"a", "b", ""}},
		{`printf 'caf\303\251 \377 \303('`, []string{"café \uFFFD \uFFFD("}},
		{`printf '\033[31mred\033[0m\007\n'`, []string{"\x1b[31mred\x1b[0m\a"}},
		{`printf 'a\0b\n'`, []string{"a\x00b"}},
	} {
		var seen []string
		got, err := conn.Run(t.Context(), &connect.Request{
			Command: shell.Command{Text: shell.Raw(tt.text)},
			Output:  func(_ connect.Stream, line string) { seen = append(seen, line) },
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, got.Stdout); diff != "" {
			t.Errorf("%s: result (-want +got):\n%s", tt.text, diff)
		}
		if diff := cmp.Diff(tt.want, seen); diff != "" {
			t.Errorf("%s: Output (-want +got):\n%s", tt.text, diff)
		}
	}
}

func bounded(t *testing.T, conn connect.Conn) {
	lines, size := 0, 0
	got, err := conn.Run(t.Context(), &connect.Request{
		// 5 MB
		Command: shell.Command{Text: shell.Raw("i=0; while [ $i -lt 100 ]; do i=$((i+1)); printf '%051199d\n' $i; done")},
		Output:  func(_ connect.Stream, line string) { lines++; size += len(line) + 1 },
		Keep:    500_000,
	})
	if err != nil || got.Exit != 0 {
		t.Fatal(got, err)
	}
	if lines != 100 || size != 5_120_000 {
		t.Errorf("Output saw %d lines, %d bytes", lines, size)
	}
	if !got.Truncated {
		t.Error("the result does not say that it is cut")
	}
	kept := 0
	for _, l := range got.Stdout {
		kept += len(l)
	}
	if kept > 500_000 || kept < 300_000 {
		t.Errorf("%d bytes were kept", kept)
	}
	first, last := got.Stdout[0], got.Stdout[len(got.Stdout)-1]
	if !strings.HasSuffix(first, "01") || !strings.HasSuffix(last, "0100") {
		t.Errorf("kept from %q to %q", first[len(first)-4:], last[len(last)-4:])
	}
}

func endless(t *testing.T, conn connect.Conn) {
	enough := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	lines := 0
	got, err := conn.Run(ctx, &connect.Request{
		Command: shell.Command{Text: shell.Raw("yes; echo next")},
		Output: func(connect.Stream, string) {
			if lines++; lines == 10_000 {
				cancel(enough)
			}
		},
	})
	if !errors.Is(err, enough) {
		t.Errorf("got error %v, want the cause", err)
	}
	if len(got.Stdout) == 0 || got.Stdout[0] != "y" {
		t.Error("the output so far is not there")
	}
}

func longLine(t *testing.T, conn connect.Conn) {
	longest, size := 0, 0
	got, err := conn.Run(t.Context(), &connect.Request{
		Command: shell.Command{Text: shell.Raw("printf '%0200000d' 1")},
		Output:  func(_ connect.Stream, line string) { longest = max(longest, len(line)); size += len(line) },
	})
	if err != nil || got.Exit != 0 {
		t.Fatal(got, err)
	}
	if longest != connect.MaxLine || size != 200_000 {
		t.Errorf("pieces of at most %d, %d in all", longest, size)
	}
}

func order(t *testing.T, conn connect.Conn) {
	want := make([]string, 5000)
	for i := range want {
		want[i] = fmt.Sprint(i)
	}
	got, err := conn.Run(t.Context(), &connect.Request{
		Command: shell.Command{Text: shell.Raw("i=0; while [ $i -lt 5000 ]; do echo $i; echo $i >&2; i=$((i+1)); done")},
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got.Stdout) + cmp.Diff(want, got.Stderr); diff != "" {
		t.Errorf("lines are missing or out of order:\n%.2000s", diff)
	}
}
