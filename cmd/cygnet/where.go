package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"cygnet/fleet"
)

// whereOptions say where files are, and which hosts stay out.
type whereOptions struct {
	exclude   []string
	groupData []string
	config    string // empty: configFile, if it is there
	chdir     string
}

func (w *whereOptions) flags(f *pflag.FlagSet) {
	f.StringArrayVar(&w.exclude, "exclude", nil, "not these hosts, of those that --limit leaves: as with --limit a `PATTERN`; may be repeated")
	f.StringArrayVar(&w.groupData, "group-data", nil, "data of groups in a further file or folder `PATH`, stronger than group_data; may be repeated")
	f.StringVar(&w.config, "config", "", "read settings from `FILE` instead of "+configFile)
	f.StringVar(&w.chdir, "chdir", "", "work in folder `DIR`, in which all paths start")
}

// enter goes to the folder that all paths start in. Names of files that were
// written as from outside it are corrected, with a warning: words are the
// inventory and what follows it.
func (w *whereOptions) enter(con console, words []string) error {
	if w.chdir == "" {
		return nil
	}
	if err := os.Chdir(w.chdir); err != nil {
		if e, ok := errors.AsType[*fs.PathError](err); ok {
			err = e.Err
		}
		return fmt.Errorf("--chdir %s: %w", w.chdir, err)
	}
	for i, word := range words {
		if i > 0 && !strings.HasSuffix(word, ".py") {
			break
		}
		inside, err := filepath.Rel(filepath.Clean(w.chdir), filepath.Clean(word))
		if err != nil || !filepath.IsLocal(inside) || isThere(word) || !isThere(inside) {
			continue
		}
		warn(con, fmt.Sprintf("warning: %s: with --chdir %s it is written %s", word, w.chdir, inside))
		words[i] = inside
	}
	return nil
}

func isThere(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// choose returns the hosts that take part. A limit that names none is a mistake,
// as it may be a mistyped name; nothing to exclude is worth a warning.
func (o *runOptions) choose(con console, inventory *fleet.Inventory) ([]*fleet.Host, error) {
	hosts, unmatched := inventory.Limit(o.limit...)
	if len(unmatched) > 0 {
		return nil, fmt.Errorf("--limit %s: no host or group is called so", strings.Join(unmatched, ", "))
	}
	hosts, unmatched = inventory.Exclude(hosts, o.where.exclude...)
	for _, pattern := range unmatched {
		warn(con, fmt.Sprintf("warning: --exclude %s: no host or group is called so", pattern))
	}
	if len(hosts) == 0 {
		return nil, fmt.Errorf("%w: --exclude leaves none", fleet.ErrNoHosts)
	}
	return hosts, nil
}
