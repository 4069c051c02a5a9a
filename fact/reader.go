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
	epoch int       // counts Forget: older answers are stale
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
// environment, folder). Its text does not matter, nor does its shell: facts are
// asked of sh.
func (r *Reader) As(c shell.Command) Source {
	c.Text, c.Tag, c.Executable = shell.Text{}, "", ""
	return &source{reader: r, command: c, circumstances: circumstances(c)}
}

func circumstances(c shell.Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%#v %q", c.As, c.Dir)
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

// Forget drops every answer that a command may have changed, and whatever waits.
func (r *Reader) Forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	maps.DeleteFunc(r.known, func(_ id, a answer) bool { return !a.constant })
	r.queue = nil
	r.epoch++
}

// Fetch asks the host for all facts that wait: one command for each identity and
// environment, side by side. A fact's failure is its own and is returned to who
// asks for it; Fetch fails only if the host could not be asked, and then names
// the first fact that it did not answer. That one and those behind it still wait.
func (r *Reader) Fetch(ctx context.Context) error {
	r.mu.Lock()
	queue, epoch := r.queue, r.epoch
	r.queue = nil
	r.mu.Unlock()
	batches := map[string][]waiting{}
	for _, w := range queue {
		batches[w.id.circumstances] = append(batches[w.id.circumstances], w)
	}
	g, ctx := errgroup.WithContext(ctx)
	for _, batch := range batches {
		g.Go(func() error {
			unanswered, err := r.fetch(ctx, batch, epoch)
			if err != nil {
				r.wait(unanswered, epoch)
				return unanswerable(unanswered, err)
			}
			return nil
		})
	}
	return g.Wait()
}

// unanswerable names the question that a host was at when it could not be asked
// any more: questions are answered in order.
func unanswerable(unanswered []waiting, err error) error {
	if len(unanswered) == 0 {
		return fmt.Errorf("read facts: %w", err)
	}
	return fmt.Errorf("fact %s: %w", unanswered[0].request.Name, err)
}

// fetch asks for a batch until all of it is answered. A question that ends the
// shell that asks has failed, and those behind it are asked again. An error
// comes with what is still not answered.
func (r *Reader) fetch(ctx context.Context, batch []waiting, epoch int) ([]waiting, error) {
	batch = r.refuse(batch, epoch)
	for len(batch) > 0 {
		marker := "cygnet-" + rand.Text()
		c := batch[0].command
		c.Text = script(marker, batch)
		// The tag can be seen by the host's other users, who must not be able
		// to forge answers: it is not the marker.
		c.Tag = "cygnet-" + rand.Text()
		replies := newReplies(marker, len(batch))
		result, err := r.conn.Run(ctx, &connect.Request{Command: c, Output: replies.line, Keep: 1})
		n := replies.answered()
		for i, w := range batch[:n] {
			r.keep(w, replies.answer(i, w.request), epoch)
		}
		batch = batch[n:]
		switch {
		case err != nil:
			return batch, err
		case !replies.started:
			return batch, r.unasked(ctx, batch, epoch, replies, result)
		case len(batch) > 0:
			r.fail(batch[:1], errors.New("the shell that asked for it ended before it answered"), epoch)
			batch = batch[1:]
		}
	}
	return nil, nil
}

// refuse fails the questions that no shell can be asked, and returns the others.
func (r *Reader) refuse(batch []waiting, epoch int) []waiting {
	return slices.DeleteFunc(batch, func(w waiting) bool {
		bad := strings.ContainsRune(w.request.Command.Reveal(), 0)
		if bad {
			r.fail([]waiting{w}, errors.New("a shell command cannot hold a zero byte"), epoch)
		}
		return bad
	})
}

// unasked handles a batch whose shell did not start: the identity could not be
// taken on, or the folder is not there. A user who does not exist yet has no
// facts, as a former operation of the deploy may be about to create it.
func (r *Reader) unasked(ctx context.Context, batch []waiting, epoch int, replies *replies, result *connect.Result) error {
	as := batch[0].command.As
	if as.SudoUser != "" {
		check := shell.Command{Text: shell.Words("id", "-u", as.SudoUser)}
		found, err := r.conn.Run(ctx, &connect.Request{Command: check, Keep: 1 << 10})
		if err != nil {
			return err
		}
		if found.Exit != 0 {
			for _, w := range batch {
				r.keep(w, answer{value: w.request.Zero}, epoch)
			}
			return nil
		}
	}
	reason := strings.Join(replies.stderr(), "; ")
	if reason == "" {
		reason = fmt.Sprintf("exit status %d", result.Exit)
	}
	r.fail(batch, fmt.Errorf("cannot ask as %s: %s", as, reason), epoch)
	return nil
}

// fail answers questions with an error.
func (r *Reader) fail(batch []waiting, err error, epoch int) {
	for _, w := range batch {
		r.keep(w, answer{err: fmt.Errorf("fact %s: %w", w.request.Name, err)}, epoch)
	}
}

// keep stores an answer, unless it has become stale while it was on its way.
func (r *Reader) keep(w waiting, a answer, epoch int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if a.constant || r.epoch == epoch {
		r.known[w.id] = a
	}
}

// wait puts questions back in front of the queue, unless Forget has emptied it
// since they were taken.
func (r *Reader) wait(batch []waiting, epoch int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.epoch != epoch {
		return
	}
	since := slices.DeleteFunc(r.queue, func(w waiting) bool {
		return slices.ContainsFunc(batch, func(b waiting) bool { return b.id == w.id })
	})
	r.queue = slices.Concat(batch, since)
}
