// Package journal keeps on disk what runs did: one SQLite file.
//
// A [Journal] is a sink of a run's events. It writes them down as they come, by
// one goroutine that puts all that is waiting into one transaction, so that a
// run never waits for the disk. What was written when the process was killed is
// kept; an operation that had begun and has no end is unknown, never done.
package journal

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	_ "modernc.org/sqlite" // the driver registers itself; this is its only interface
)

//go:embed schema.sql
var schema string

// version is the schema's; a file of a later one is refused.
const version = 1

// keptRuns is how many runs a journal remembers.
const keptRuns = 1000

// flushEvery is how long an event may wait to be written.
const flushEvery = 100 * time.Millisecond

// A Journal is an open journal, safe for concurrent use. It takes the events of
// one run at a time; runs at the same time, in one process or several, each open
// the same file for themselves.
type Journal struct {
	path string
	db   *sql.DB

	mu     sync.Mutex
	run    *recording // of the run whose events come in
	queue  []change   // not written yet
	failed error      // the first thing that could not be written
	closed bool

	wake    chan struct{} // something is waiting
	closing chan struct{}
	ended   chan struct{}
}

// Open opens the journal at path, and makes it if there is none. Only its owner
// can read it.
func Open(ctx context.Context, path string) (*Journal, error) {
	if err := touch(path); err != nil {
		return nil, fmt.Errorf("open journal %s: %w", path, explain(err))
	}
	db, err := sql.Open("sqlite", dsn(path))
	if err != nil {
		return nil, fmt.Errorf("open journal %s: %w", path, err)
	}
	if err := migrate(ctx, db); err != nil {
		return nil, fmt.Errorf("open journal %s: %w", path, errors.Join(explain(err), db.Close()))
	}
	j := &Journal{path: path, db: db, wake: make(chan struct{}, 1), closing: make(chan struct{}), ended: make(chan struct{})}
	go j.write()
	return j, nil
}

// touch makes the file if there is none: SQLite gives its files the mode that it
// finds.
func touch(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

func dsn(path string) string {
	q := url.Values{"_txlock": {"immediate"}}
	for _, pragma := range []string{"journal_mode(WAL)", "synchronous(NORMAL)", "busy_timeout(10000)", "foreign_keys(1)"} {
		q.Add("_pragma", pragma)
	}
	return (&url.URL{Scheme: "file", Opaque: filepath.ToSlash(path), RawQuery: q.Encode()}).String()
}

func migrate(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	// After a commit the rollback has nothing to do and says so.
	defer func() { _ = tx.Rollback() }()
	var have int
	if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&have); err != nil {
		return err
	}
	switch {
	case have > version:
		return fmt.Errorf("it was written by a newer cygnet (format %d, this one knows %d)", have, version)
	case have == 0:
		if _, err := tx.ExecContext(ctx, schema); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", version)); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx,
		"DELETE FROM runs WHERE id NOT IN (SELECT id FROM runs ORDER BY id DESC LIMIT ?)", keptRuns); err != nil {
		return err
	}
	return tx.Commit()
}

// Close writes what is waiting and closes the file. It returns the first thing
// that could not be written since Open. Events that come later are lost. It may be
// called more than once.
func (j *Journal) Close() error {
	j.mu.Lock()
	first := !j.closed
	j.closed = true
	j.mu.Unlock()
	if first {
		close(j.closing)
	}
	<-j.ended
	return errors.Join(j.Err(), j.db.Close())
}

// Err returns the first thing that could not be written: a full disk, say. What
// came after it is not in the journal.
func (j *Journal) Err() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.failed == nil {
		return nil
	}
	return fmt.Errorf("write journal %s: %w", j.path, explain(j.failed))
}

// write puts what is waiting into the file until the journal is closed.
func (j *Journal) write() {
	defer close(j.ended)
	for {
		select {
		case <-j.wake:
			j.flush()
		case <-j.closing:
			j.flush()
			return
		}
		select { // let more gather for the next transaction
		case <-time.After(flushEvery):
		case <-j.closing:
		}
	}
}

func (j *Journal) flush() {
	j.mu.Lock()
	changes := j.queue
	j.queue = nil
	failed := j.failed
	j.mu.Unlock()
	if len(changes) == 0 || failed != nil {
		return
	}
	if err := j.apply(changes); err != nil {
		j.mu.Lock()
		defer j.mu.Unlock()
		j.failed = err
	}
}

// apply writes changes in one transaction. It has no context: what has happened
// is written down even if the run was told to stop.
func (j *Journal) apply(changes []change) error {
	tx, err := j.db.Begin()
	if err != nil {
		return err
	}
	for _, c := range changes {
		if _, err := tx.Exec(c.query, c.args...); err != nil {
			return errors.Join(err, tx.Rollback())
		}
	}
	return tx.Commit()
}
