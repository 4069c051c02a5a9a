package screen

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWrap(t *testing.T) {
	host := text("✗ ", badInk).add("vm001  ", boldInk).add("the repository does not answer", badInk).add(": vm001, vm002", plainInk)
	for _, c := range []struct {
		name  string
		line  line
		width int
		want  []string
	}{
		{"fits", host, 60, []string{"✗ vm001  the repository does not answer: vm001, vm002"}},
		{"between words", host, 46, []string{"✗ vm001  the repository does not answer:", "    vm001, vm002"}},
		{"a word of two inks stays whole", host, 41, []string{"✗ vm001  the repository does not answer:", "    vm001, vm002"}},
		{"too narrow to be worth it", host, 20, []string{"✗ vm001  the repository does not answer: vm001, vm002"}},
		{"no spaces", text("0123456789012345678901234567890123456789012345", plainInk), 40, []string{"0123456789012345678901234567890123456789012345"}},
		{"spaces at the break", text("012345678901234567890123456789012345678       9", plainInk), 40, []string{"012345678901234567890123456789012345678", "    9"}},
		{"nothing", nil, 40, []string{""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, part := range c.line.wrap(c.width) {
				got = append(got, part.render(false))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRender(t *testing.T) {
	l := text("✗ ", badInk).add("vm001", boldInk).add(" said", plainInk).add("", badInk)
	if got, want := l.render(true), "\x1b[31m✗ \x1b[0m\x1b[1mvm001\x1b[0m said"; got != want {
		t.Errorf("with colours: %q, want %q", got, want)
	}
	if got, want := l.render(false), "✗ vm001 said"; got != want {
		t.Errorf("without: %q, want %q", got, want)
	}
}
