package fact

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"cygnet/connect"
	"cygnet/shell"
)

// A Runner runs commands on the host that a Reader reads.
type Runner interface {
	Run(context.Context, *connect.Request) (*connect.Result, error)
}

// A Reader knows the facts of one host and fetches those that are missing, all
// that wait in one command for each identity. It is safe for concurrent use.
type Reader struct {
	conn Runner

	mu    sync.Mutex
	known map[id]answer
	queue []waiting // in the order they were first asked for
}

// id is a question as asked in one identity and environment.
type id struct{ circumstances, key string }

type answer struct {
	value    any
	err      error
	constant bool
}

type waiting struct {
	id      id
	request Request
	command shell.Command // the circumstances; its text is not used
}

// NewReader returns a Reader that asks over conn.
func NewReader(conn Runner) *Reader {
	return &Reader{conn: conn, known: map[id]answer{}}
}

// As returns a Source whose facts are read in the circumstances of c (identity,
// environment, folder); its text does not matter.
func (r *Reader) As(c shell.Command) Source {
	c.Text, c.Tag = shell.Text{}, ""
	return &source{reader: r, command: c, circumstances: circumstances(c)}
}

func circumstances(c shell.Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%t %q %q %q", c.As.Sudo, c.As.SudoUser, c.Dir, c.Executable)
	for _, k := range slices.Sorted(maps.Keys(c.Env)) {
		fmt.Fprintf(&b, " %q=%q", k, c.Env[k])
	}
	return b.String()
}

type source struct {
	reader        *Reader
	command       shell.Command
	circumstances string
}

// Fact implements Source.
func (s *source) Fact(req Request) (any, error) {
	r := s.reader
	r.mu.Lock()
	defer r.mu.Unlock()
	key := id{s.circumstances, req.Key}
	if a, ok := r.known[key]; ok {
		return a.value, a.err
	}
	if !slices.ContainsFunc(r.queue, func(w waiting) bool { return w.id == key }) {
		r.queue = append(r.queue, waiting{key, req, s.command})
	}
	return nil, fmt.Errorf("%s: %w", req.Name, ErrPending)
}

// Pending returns how many facts wait to be fetched.
func (r *Reader) Pending() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.queue)
}

// Forget drops every answer that a command may have changed, and whatever waits.
func (r *Reader) Forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	maps.DeleteFunc(r.known, func(_ id, a answer) bool { return !a.constant })
	r.queue = nil
}

// Fetch asks the host for all facts that wait: one command for each identity and
// environment, side by side. A fact's failure is its own and is returned to who
// asks for it; Fetch fails only if the host could not be asked.
func (r *Reader) Fetch(ctx context.Context) error {
	r.mu.Lock()
	queue := r.queue
	r.queue = nil
	r.mu.Unlock()
	batches := map[string][]waiting{}
	for _, w := range queue {
		batches[w.id.circumstances] = append(batches[w.id.circumstances], w)
	}
	g, ctx := errgroup.WithContext(ctx)
	for _, batch := range batches {
		g.Go(func() error { return r.fetch(ctx, batch) })
	}
	return g.Wait()
}

func (r *Reader) fetch(ctx context.Context, batch []waiting) error {
	marker := "cygnet-" + rand.Text()
	c := batch[0].command
	c.Text = script(marker, batch)
	c.Tag = marker
	c.Executable = ""
	replies := newReplies(marker, len(batch))
	result, err := r.conn.Run(ctx, &connect.Request{Command: c, Output: replies.line, Keep: 1})
	if err != nil {
		// What was answered before the end is known; the rest was asked in vain.
		r.keep(batch, replies, fmt.Errorf("no answer: %w", err))
		return fmt.Errorf("read facts: %w", err)
	}
	if replies.answered() == 0 {
		return r.refused(ctx, batch, replies, result)
	}
	r.keep(batch, replies, errors.New("the shell that asked for it ended before it answered"))
	return nil
}

// refused handles a batch of which not even the first question was asked: the
// identity could not be taken on. A user who does not exist yet has no facts,
// as a former operation of the deploy may be about to create it.
func (r *Reader) refused(ctx context.Context, batch []waiting, replies *replies, result *connect.Result) error {
	if user := batch[0].command.As.SudoUser; user != "" {
		check := shell.Command{Text: shell.Words("id", "-u", user)}
		found, err := r.conn.Run(ctx, &connect.Request{Command: check, Keep: 1 << 10})
		if err != nil {
			return fmt.Errorf("read facts: %w", err)
		}
		if found.Exit != 0 {
			r.mu.Lock()
			defer r.mu.Unlock()
			for _, w := range batch {
				r.known[w.id] = answer{value: w.request.Zero}
			}
			return nil
		}
	}
	reason := strings.Join(replies.stderr(), "; ")
	if reason == "" {
		reason = fmt.Sprintf("exit status %d", result.Exit)
	}
	r.keep(batch, replies, fmt.Errorf("cannot ask as %s: %s", batch[0].command.As, reason))
	return nil
}

// keep stores what was answered; the others get err.
func (r *Reader) keep(batch []waiting, replies *replies, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, w := range batch {
		a := replies.answer(i, w.request)
		if a == nil {
			a = &answer{err: fmt.Errorf("fact %s: %w", w.request.Name, err)}
		}
		a.constant = w.request.Constant && a.err == nil
		r.known[w.id] = *a
	}
}
