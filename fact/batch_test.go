package fact

import (
	"strings"
	"testing"

	"cygnet/connect"
)

// FuzzReplies feeds the reader of a batch's output anything that a host may
// send; a line that starts with M has the marker there.
func FuzzReplies(f *testing.F) {
	f.Add("M ready\na\n\nM 0 0\n", "\nM 0 0\n")
	f.Add("M ready\n\nM 0 none\nx\nM 1 3\nM 2 0\nM 3 0", "why\nM 0 0\nM 1 3\nM 7 7")
	f.Add("M 0 0\nM ready\nM ready\nM 0 \nM 0 0 0\nM -1 0\nM 00 0\nM 99999999999999999999 0", "M ready\n\n\n\n\n\n\n\n")
	const n = 3
	f.Fuzz(func(t *testing.T, stdout, stderr string) {
		r := newReplies("cygnet-MARKER", n)
		for which, text := range []string{stdout, stderr} {
			for line := range strings.SplitSeq(text, "\n") {
				if rest, ok := strings.CutPrefix(line, "M"); ok {
					line = r.marker + rest
				}
				r.line(connect.Stream(which), line)
			}
		}
		answered := r.answered()
		if answered < 0 || answered > n {
			t.Fatalf("%d answers to %d questions", answered, n)
		}
		for i := range n {
			if (r.status[i] != "") != (i < answered) {
				t.Errorf("question %d of %d answered has status %q", i, answered, r.status[i])
			}
			size := 0
			for _, l := range r.lines[i] {
				size += len(l)
			}
			if size > len(stdout)+strings.Count(stdout, "M")*len(r.marker) {
				t.Errorf("question %d: %d bytes out of %d", i, size, len(stdout))
			}
			if len(r.errors[i]) > maxReason {
				t.Errorf("question %d: %d lines of stderr", i, len(r.errors[i]))
			}
			for _, l := range r.errors[i] {
				if len(l) > maxReasonLine+len("...") {
					t.Errorf("question %d: %d bytes of stderr", i, len(l))
				}
			}
		}
		if len(r.stderr()) > maxReason {
			t.Errorf("%d lines of stderr", len(r.stderr()))
		}
		req := Request{Name: "x", Parse: func(lines []string) (any, error) { return lines, nil }}
		for i := range answered {
			if a := r.answer(i, req); a.err == nil && r.status[i] != "0" && r.status[i] != "none" {
				t.Errorf("question %d: status %q is an answer", i, r.status[i])
			}
		}
	})
}
