package fact

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"cygnet/connect"
	"cygnet/shell"
)

// MaxAnswer is the most output, in bytes, that one fact may have; each line
// counts for 16 more.
const MaxAnswer = 16 << 20

// Of a failed fact's standard error, the last lines are kept, each cut to a
// length.
const (
	maxReason     = 5
	maxReasonLine = 1 << 10
)

// perLine is what a line of an answer costs beside its bytes, so that a flood
// of empty ones is bounded too.
const perLine = 16

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

// ready is what follows the marker in the first line of a batch's output, which
// tells that the shell is there, as the right user, in the right folder. What
// comes before it is the talk of a login shell.
const ready = "ready"

func script(marker string, batch []waiting) shell.Text {
	texts := []shell.Text{
		shell.Raw(ask + "cygnet_marker=" + marker),
		shell.Raw(`printf '\n%s ` + ready + `\n' "$cygnet_marker"`),
	}
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
	marker  string
	started bool
	streams [2]stream
	status  []string
	lines   [][]string
	errors  [][]string
}

// stream is one stream of a batch.
type stream struct {
	next  int      // the question that is being answered
	lines []string // since the last frame
	open  bool     // the last of them goes on in the next one that comes
	size  int      // of the lines since the last frame, also of those dropped
}

func newReplies(marker string, n int) *replies {
	return &replies{marker: marker, status: make([]string, n), lines: make([][]string, n), errors: make([][]string, n)}
}

// line takes the next line of a stream.
func (r *replies) line(which connect.Stream, line string) {
	s := &r.streams[which]
	if which == connect.Stdout && !r.started {
		r.started = line == r.marker+" "+ready
		return
	}
	status, ok := r.frame(s.next, line)
	switch {
	case ok:
		r.end(which, status)
	case which == connect.Stderr:
		s.addReason(line)
	default:
		s.add(line)
	}
}

// frame reads a line that ends the answer to a question. Answers come in order.
func (r *replies) frame(question int, line string) (status string, ok bool) {
	rest, ok := strings.CutPrefix(line, r.marker+" ")
	if !ok {
		return "", false
	}
	number, status, ok := strings.Cut(rest, " ")
	return status, ok && question < len(r.status) && number == strconv.Itoa(question) && status != ""
}

// end takes a stream's lines as the answer to its next question.
func (r *replies) end(which connect.Stream, status string) {
	s := &r.streams[which]
	question, lines, size := s.next, s.lines, s.size
	*s = stream{next: question + 1}
	// The frame starts with a line break of its own: after output that ends
	// with one, this leaves an empty line too many.
	if n := len(lines); n > 0 && lines[n-1] == "" {
		lines = lines[:n-1]
	}
	if which == connect.Stderr {
		r.errors[question] = tail(lines)
		return
	}
	if size > MaxAnswer {
		status, lines = "long", nil
	}
	r.status[question], r.lines[question] = status, lines
}

// add takes a line of an answer. A line that is longer than connect.MaxLine
// comes in pieces, which end early where a character would be cut; they are
// joined again.
func (s *stream) add(line string) {
	s.size += len(line) + perLine
	if s.size > MaxAnswer {
		s.lines, s.open = nil, false
		return
	}
	if n := len(s.lines); s.open {
		s.lines[n-1] += line
	} else {
		s.lines = append(s.lines, line)
	}
	s.open = len(line) > connect.MaxLine-utf8.UTFMax && len(line) <= connect.MaxLine
}

// addReason takes a line of standard error, of which the last ones matter. One
// more is kept: the empty one that the frame leaves.
func (s *stream) addReason(line string) {
	if len(line) > maxReasonLine {
		line = strings.ToValidUTF8(line[:maxReasonLine], "") + "..."
	}
	s.lines = append(s.lines, line)
	if extra := len(s.lines) - (maxReason + 1); extra > 0 {
		s.lines = slices.Delete(s.lines, 0, extra)
	}
}

// answered returns how many questions have an answer.
func (r *replies) answered() int { return r.streams[connect.Stdout].next }

// stderr returns the last lines on standard error that belong to no question.
func (r *replies) stderr() []string { return tail(r.streams[connect.Stderr].lines) }

func tail(lines []string) []string {
	return lines[max(0, len(lines)-maxReason):]
}

// answer returns what question i was answered. Only what was asked can be
// constant: a program that is missing may be installed yet.
func (r *replies) answer(i int, req Request) answer {
	switch status := r.status[i]; status {
	case "none":
		return answer{value: req.Zero}
	case "long":
		return answer{err: fmt.Errorf("fact %s: the answer is longer than %d MiB", req.Name, MaxAnswer>>20)}
	case "0":
		value, err := parse(req, r.lines[i])
		if err != nil {
			return answer{err: fmt.Errorf("fact %s: read the answer: %w", req.Name, err)}
		}
		return answer{value: value, constant: req.Constant}
	default:
		return answer{err: &FailedError{Fact: req.Name, Status: status, Stderr: masked(r.errors[i], req.Command)}}
	}
}

// masked hides the secrets of a question in what it said.
func masked(lines []string, question shell.Text) []string {
	var secrets shell.Masker
	secrets.Add(question.Secrets()...)
	for i, line := range lines {
		lines[i] = secrets.Mask(line)
	}
	return lines
}

// parse reads an answer. What a host sends must not end the run of all others:
// a parser that panics on it has failed for this host.
func parse(req Request, lines []string) (value any, err error) {
	defer func() {
		if p := recover(); p != nil {
			value, err = nil, fmt.Errorf("it is not understood: %v", p)
		}
	}()
	return req.Parse(lines)
}

// A FailedError is a fact whose command failed on the host.
type FailedError struct {
	Fact   string
	Status string   // exit status
	Stderr []string // its last lines, the question's secrets masked
}

func (e *FailedError) Error() string {
	if len(e.Stderr) == 0 {
		return fmt.Sprintf("fact %s: its command ended with status %s", e.Fact, e.Status)
	}
	return fmt.Sprintf("fact %s: its command ended with status %s: %s", e.Fact, e.Status, strings.Join(e.Stderr, "; "))
}
