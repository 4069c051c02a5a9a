package journal

import (
	"errors"
	"fmt"
	"io/fs"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// explain says what to do about a file that cannot be used.
func explain(err error) error {
	if broken, ok := errors.AsType[*sqlite.Error](err); ok {
		switch broken.Code() & 0xff { // what is above says more of the same
		case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
			return fmt.Errorf("%w: the file is damaged, or not a journal: move it away, and a new one is begun", err)
		case sqlite3.SQLITE_FULL:
			return fmt.Errorf("%w: make room there, or name another folder in XDG_STATE_HOME", err)
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
			return fmt.Errorf("%w: another program has held it for too long", err)
		case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_IOERR:
			return elsewhere(err)
		}
	}
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return elsewhere(fmt.Errorf("%s: %w", path.Path, path.Err))
	}
	return err
}

func elsewhere(err error) error {
	return fmt.Errorf("%w: mend that, or name another folder in XDG_STATE_HOME", err)
}
