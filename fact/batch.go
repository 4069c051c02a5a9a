package fact

import (
	"fmt"
	"strconv"
	"strings"

	"cygnet/connect"
	"cygnet/shell"
)

// MaxAnswer is the most output, in bytes, that one fact may have.
const MaxAnswer = 16 << 20

// maxReason is how many lines of standard error a failed fact keeps.
const maxReason = 5

// ask runs one question in a subshell, so that it can neither end nor change
// the shell that asks, and frames its output on both streams: a line break, the
// marker, the question's number and its exit status. A question whose program
// is missing has the status "none".
const ask = `cygnet_ask() {
	if [ -n "$2" ] && ! command -v "$2" >/dev/null 2>&1; then set -- "$1" "" "" none
	else (eval "$3") </dev/null; set -- "$1" "" "" "$?"; fi
	printf '\n%s %s %s\n' "$cygnet_marker" "$1" "$4"
	printf '\n%s %s %s\n' "$cygnet_marker" "$1" "$4" >&2
}
`

func script(marker string, batch []waiting) shell.Text {
	texts := []shell.Text{shell.Raw(ask + "cygnet_marker=" + marker)}
	for i, w := range batch {
		// The question is an argument of a shell function, not of a process.
		question := shell.SecretWord(shell.NewSecret(w.request.Command.Reveal()))
		if !w.request.Command.HasSecret() {
			question = shell.Word(w.request.Command.Reveal())
		}
		call := shell.Words("cygnet_ask", strconv.Itoa(i), w.request.Requires)
		texts = append(texts, shell.Join(" ", call, question))
	}
	return shell.Join("\n", append(texts, shell.Raw("exit 0"))...)
}

// replies sorts the lines of a batch's output by question, as they come.
type replies struct {
	marker string
	out    [2][]string // lines since the last frame, by stream
	size   int
	status []string
	lines  [][]string
	errors [][]string
}

func newReplies(marker string, n int) *replies {
	return &replies{marker: marker, status: make([]string, n), lines: make([][]string, n), errors: make([][]string, n)}
}

// line takes the next line of a stream.
func (r *replies) line(stream connect.Stream, line string) {
	number, status, ok := r.frame(line)
	if !ok {
		if r.size += len(line) + 1; r.size > MaxAnswer {
			r.out[stream] = nil
			return
		}
		r.out[stream] = append(r.out[stream], line)
		return
	}
	lines := r.out[stream]
	r.out[stream] = nil
	// The frame starts with a line break of its own: after output that ends
	// with one, this leaves an empty line too many.
	if n := len(lines); n > 0 && lines[n-1] == "" {
		lines = lines[:n-1]
	}
	if stream == connect.Stderr {
		r.errors[number] = lines
		return
	}
	if r.size > MaxAnswer {
		status, lines = "long", nil
	}
	r.size = 0
	r.status[number], r.lines[number] = status, lines
}

func (r *replies) frame(line string) (number int, status string, ok bool) {
	rest, ok := strings.CutPrefix(line, r.marker+" ")
	if !ok {
		return 0, "", false
	}
	first, status, ok := strings.Cut(rest, " ")
	number, err := strconv.Atoi(first)
	return number, status, ok && err == nil && number >= 0 && number < len(r.status)
}

// answered returns how many questions have an answer.
func (r *replies) answered() int {
	n := 0
	for _, s := range r.status {
		if s != "" {
			n++
		}
	}
	return n
}

// stderr returns the last lines on standard error that belong to no question.
func (r *replies) stderr() []string { return tail(r.out[connect.Stderr]) }

func tail(lines []string) []string {
	return lines[max(0, len(lines)-maxReason):]
}

// answer returns what question i was answered, or nil if it was not.
func (r *replies) answer(i int, req Request) *answer {
	switch status := r.status[i]; status {
	case "":
		return nil
	case "none":
		return &answer{value: req.Zero}
	case "long":
		return &answer{err: fmt.Errorf("fact %s: the answer is longer than %d MiB", req.Name, MaxAnswer>>20)}
	case "0":
		value, err := req.Parse(r.lines[i])
		if err != nil {
			return &answer{err: fmt.Errorf("fact %s: read the answer: %w", req.Name, err)}
		}
		return &answer{value: value}
	default:
		return &answer{err: &FailedError{Fact: req.Name, Status: status, Stderr: tail(r.errors[i])}}
	}
}

// A FailedError is a fact whose command failed on the host.
type FailedError struct {
	Fact   string
	Status string   // exit status
	Stderr []string // its last lines
}

func (e *FailedError) Error() string {
	if len(e.Stderr) == 0 {
		return fmt.Sprintf("fact %s: its command ended with status %s", e.Fact, e.Status)
	}
	return fmt.Sprintf("fact %s: its command ended with status %s: %s", e.Fact, e.Status, strings.Join(e.Stderr, "; "))
}
