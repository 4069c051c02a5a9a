package journal

import (
	"encoding/json"
	"strings"
	"time"

	"cygnet/connect"
	"cygnet/run"
)

// Of an operation's output on a host, the last lines are kept: at most so many,
// and so many bytes of each.
const (
	keptLines     = 200
	keptLineBytes = 2000
)

// change is one statement to run.
type change struct {
	query string
	args  []any
}

// recording is what must be remembered of a run between its events.
type recording struct {
	id     string
	begun  map[result]time.Time
	output map[string][]string // by host: of the operation that runs
}

type result struct {
	operation int
	host      string
}

// Event implements run.Sink. It does not wait for the disk.
func (j *Journal) Event(now time.Time, event run.Event) {
	j.mu.Lock()
	if j.closed || j.failed != nil { // nobody will write it
		j.mu.Unlock()
		return
	}
	changes := len(j.queue)
	j.record(now, event)
	woken := len(j.queue) > changes
	j.mu.Unlock()
	if !woken {
		return
	}
	select {
	case j.wake <- struct{}{}:
	default: // the writer is about to look anyway
	}
}

func (j *Journal) record(now time.Time, event run.Event) {
	if e, ok := event.(run.Started); ok {
		j.run = &recording{id: e.ID, begun: map[result]time.Time{}, output: map[string][]string{}}
		j.started(now, e)
		return
	}
	if j.run == nil {
		return
	}
	switch e := event.(type) {
	case run.Planned:
		for _, o := range e.Operations {
			j.add("INSERT INTO operations VALUES (?, ?, ?, ?)", j.run.id, o.Index, o.Name, o.Label)
		}
	case run.HostStarted:
		if e.Attempt > 1 {
			return
		}
		j.run.begun[result{e.Operation, e.Host}] = now
		delete(j.run.output, e.Host)
		j.add("INSERT INTO results (run, operation, host, status, started) VALUES (?, ?, ?, 'running', ?)",
			j.run.id, e.Operation, e.Host, now.UnixMilli())
	case run.Output:
		j.run.keep(e)
	case run.HostFinished:
		j.result(now, e)
	case run.Duckling:
		j.add("UPDATE hosts SET duckling = 1 WHERE run = ? AND host = ?", j.run.id, e.Host)
	case run.Finished:
		j.finish(now, e.Summary)
	}
}

func (j *Journal) add(query string, args ...any) { j.queue = append(j.queue, change{query, args}) }

func (j *Journal) started(now time.Time, e run.Started) {
	args, err := json.Marshal(e.Args)
	if err != nil {
		args = []byte("[]") // a list of strings always has a JSON form
	}
	j.add("INSERT INTO runs (id, started, version, args, dry, status) VALUES (?, ?, ?, ?, ?, 'running')",
		e.ID, now.UnixMilli(), e.Version, string(args), e.Dry)
	for _, host := range e.Hosts {
		j.add("INSERT INTO hosts (run, host, status) VALUES (?, ?, ?)", e.ID, host, run.Waiting.String())
	}
}

// keep remembers a line of output.
func (r *recording) keep(e run.Output) {
	line := e.Line
	if len(line) > keptLineBytes {
		line = strings.ToValidUTF8(line[:keptLineBytes], "") + " ..."
	}
	if e.Stream == connect.Stderr {
		line = "! " + line
	} else {
		line = "  " + line
	}
	lines := append(r.output[e.Host], line)
	r.output[e.Host] = lines[max(0, len(lines)-keptLines):]
}

func (j *Journal) result(now time.Time, e run.HostFinished) {
	key := result{e.Operation, e.Host}
	begun, ok := j.run.begun[key]
	if !ok {
		begun = now.Add(-e.Took)
	}
	delete(j.run.begun, key)
	var exit, failure any
	if e.Exit >= 0 {
		exit = e.Exit
	}
	if e.Err != nil {
		failure = e.Err.Error()
	}
	j.add(`INSERT INTO results VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET status = excluded.status, ended = excluded.ended, attempts = excluded.attempts,
			exit = excluded.exit, reason = excluded.reason, error = excluded.error, output = excluded.output`,
		j.run.id, e.Operation, e.Host, e.Status.String(), begun.UnixMilli(), now.UnixMilli(), e.Attempts,
		exit, e.Reason, failure, strings.Join(j.run.output[e.Host], "\n"))
	delete(j.run.output, e.Host)
}

func (j *Journal) finish(now time.Time, s run.Summary) {
	for _, h := range s.Hosts {
		var failure any
		if h.Err != nil {
			failure = h.Err.Error()
		}
		j.add("UPDATE hosts SET status = ?, error = ? WHERE run = ? AND host = ?", h.Status.String(), failure, j.run.id, h.Name)
	}
	status := "failed"
	switch {
	case s.Interrupted:
		status = "interrupted"
	case s.Declined:
		status = "declined"
	case s.Dry && s.Converged():
		status = "planned"
	case s.Converged():
		status = "converged"
	}
	j.add("UPDATE runs SET ended = ?, status = ? WHERE id = ?", now.UnixMilli(), status, j.run.id)
}
