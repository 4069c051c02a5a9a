package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// ErrNoRun means that no run has the name that was asked for, or several do.
var ErrNoRun = errors.New("no such run")

// A Run is one run as the journal knows it.
type Run struct {
	ID      string
	Started time.Time
	Ended   time.Time // zero: it goes on, or was killed
	Args    []string
	Dry     bool
	Status  string // running, converged, planned, failed, interrupted or declined
	// Hosts counts the hosts by their status.
	Hosts map[string]int
}

// A Result is an operation on a host.
type Result struct {
	Operation     int
	Label, Host   string
	Status        string
	Started       time.Time
	Ended         time.Time // zero: what became of it is unknown
	Attempts      int
	Exit          int // -1 if no command ran
	Reason, Error string
	Output        string
}

// A HostEnd is how a run ended for a host.
type HostEnd struct {
	Host, Status, Error string
	Duckling            bool
}

const runColumns = "SELECT id, started, ended, args, dry, status FROM runs "

// Runs returns the latest runs, the newest first.
func (j *Journal) Runs(ctx context.Context, most int) ([]Run, error) {
	rows, err := j.db.QueryContext(ctx, runColumns+"ORDER BY id DESC LIMIT ?", most)
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", explain(err))
	}
	runs, err := collect(rows, scanRun)
	if err != nil {
		return nil, err
	}
	for i := range runs {
		if runs[i].Hosts, err = j.countHosts(ctx, runs[i].ID); err != nil {
			return nil, err
		}
	}
	return runs, nil
}

// Find returns the run whose ID is, or starts with, id; "last" is the newest.
func (j *Journal) Find(ctx context.Context, id string) (Run, error) {
	query, pattern := runColumns+"WHERE substr(id, 1, length(?1)) = ?1 ORDER BY id DESC LIMIT 2", id
	if id == "last" {
		query, pattern = runColumns+"WHERE ?1 = 'last' ORDER BY id DESC LIMIT 1", id
	}
	rows, err := j.db.QueryContext(ctx, query, pattern)
	if err != nil {
		return Run{}, fmt.Errorf("read journal: %w", explain(err))
	}
	runs, err := collect(rows, scanRun)
	switch {
	case err != nil:
		return Run{}, err
	case len(runs) == 0:
		return Run{}, fmt.Errorf("%w: %q (cygnet runs lists them)", ErrNoRun, id)
	case len(runs) > 1 && runs[0].ID != id:
		return Run{}, fmt.Errorf("%w: several start with %q: give more of it", ErrNoRun, id)
	}
	runs[0].Hosts, err = j.countHosts(ctx, runs[0].ID)
	return runs[0], err
}

func scanRun(rows *sql.Rows) (Run, error) {
	var r Run
	var started int64
	var ended sql.NullInt64
	var args string
	if err := rows.Scan(&r.ID, &started, &ended, &args, &r.Dry, &r.Status); err != nil {
		return r, err
	}
	r.Started, r.Ended = time.UnixMilli(started), moment(ended)
	return r, json.Unmarshal([]byte(args), &r.Args)
}

func (j *Journal) countHosts(ctx context.Context, id string) (map[string]int, error) {
	rows, err := j.db.QueryContext(ctx, "SELECT status, count(*) FROM hosts WHERE run = ? GROUP BY status", id)
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", explain(err))
	}
	counts := map[string]int{}
	_, err = collect(rows, func(rows *sql.Rows) (struct{}, error) {
		var status string
		var n int
		err := rows.Scan(&status, &n)
		counts[status] = n
		return struct{}{}, err
	})
	return counts, err
}

// Hosts returns how a run ended for its hosts, by name.
func (j *Journal) Hosts(ctx context.Context, id string) ([]HostEnd, error) {
	rows, err := j.db.QueryContext(ctx,
		"SELECT host, status, coalesce(error, ''), duckling FROM hosts WHERE run = ? ORDER BY host", id)
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", explain(err))
	}
	return collect(rows, func(rows *sql.Rows) (HostEnd, error) {
		var h HostEnd
		err := rows.Scan(&h.Host, &h.Status, &h.Error, &h.Duckling)
		return h, err
	})
}

// Results returns what a run did, by operation and host; of one host, if host
// is not empty.
func (j *Journal) Results(ctx context.Context, id, host string) ([]Result, error) {
	rows, err := j.db.QueryContext(ctx, `
		SELECT r.operation, o.label, r.host, r.status, r.started, r.ended, r.attempts,
			coalesce(r.exit, -1), coalesce(r.reason, ''), coalesce(r.error, ''), coalesce(r.output, '')
		FROM results r JOIN operations o ON o.run = r.run AND o.operation = r.operation
		WHERE r.run = ?1 AND (?2 = '' OR r.host = ?2) ORDER BY r.operation, r.host`, id, host)
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", explain(err))
	}
	return collect(rows, func(rows *sql.Rows) (Result, error) {
		var r Result
		var started int64
		var ended sql.NullInt64
		err := rows.Scan(&r.Operation, &r.Label, &r.Host, &r.Status, &started, &ended, &r.Attempts,
			&r.Exit, &r.Reason, &r.Error, &r.Output)
		r.Started, r.Ended = time.UnixMilli(started), moment(ended)
		if r.Status == "running" {
			r.Status = "unknown" // whether it is running still, the reader of a file cannot know
		}
		return r, err
	})
}

func moment(t sql.NullInt64) time.Time {
	if !t.Valid {
		return time.Time{}
	}
	return time.UnixMilli(t.Int64)
}

// collect reads all rows and closes them.
func collect[T any](rows *sql.Rows, scan func(*sql.Rows) (T, error)) ([]T, error) {
	var list []T
	for rows.Next() {
		item, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("read journal: %w", explain(errors.Join(err, rows.Close())))
		}
		list = append(list, item)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, fmt.Errorf("read journal: %w", explain(err))
	}
	return list, nil
}
