-- One row for each run; ended is null while it runs, or if it was killed.
CREATE TABLE runs (
	id        TEXT PRIMARY KEY,           -- sorts by time
	started   INTEGER NOT NULL,           -- milliseconds since 1970
	ended     INTEGER,
	version   TEXT NOT NULL,
	args      TEXT NOT NULL,              -- JSON list; secrets masked
	dry       INTEGER NOT NULL,
	status    TEXT NOT NULL               -- running, converged, planned (a dry run), failed, interrupted, declined
) STRICT;

CREATE TABLE operations (
	run       TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
	operation INTEGER NOT NULL,           -- counts from 0 in the order of the run
	name      TEXT NOT NULL,
	label     TEXT NOT NULL,
	PRIMARY KEY (run, operation)
) STRICT, WITHOUT ROWID;

CREATE TABLE hosts (
	run       TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
	host      TEXT NOT NULL,
	status    TEXT NOT NULL,              -- as run.Status
	duckling  INTEGER NOT NULL DEFAULT 0,
	error     TEXT,
	PRIMARY KEY (run, host)
) STRICT, WITHOUT ROWID;

-- An operation on a host: written when it begins, completed when it ends.
CREATE TABLE results (
	run       TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
	operation INTEGER NOT NULL,
	host      TEXT NOT NULL,
	status    TEXT NOT NULL,              -- as run.Status; "running" without an end is unknown
	started   INTEGER NOT NULL,
	ended     INTEGER,
	attempts  INTEGER NOT NULL DEFAULT 0,
	exit      INTEGER,                    -- of the last command; null if none ran
	reason    TEXT,                       -- why there was nothing to do
	error     TEXT,
	output    TEXT,                       -- the last lines, "! " before those of stderr
	PRIMARY KEY (run, operation, host)
) STRICT, WITHOUT ROWID;
