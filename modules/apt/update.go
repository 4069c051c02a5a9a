package apt

import (
	"path"
	"time"

	"cygnet/fact"
	facts "cygnet/modules/facts/server"
	"cygnet/modules/files"
	"cygnet/op"
	"cygnet/shell"
)

// stamp is the file whose time says when the indexes were last read. Ubuntu
// touches it itself after an update; elsewhere it is made here.
const stamp = "/var/lib/apt/periodic/update-success-stamp"

// Update reads the repositories' indexes. Without a cache time it always does.
type Update struct {
	// CacheTime is for how many seconds after an update no other is needed.
	CacheTime int
}

// Plan implements op.Operation.
func (u Update) Plan(h *op.Host) (op.Plan, error) {
	var p op.Plan
	if u.CacheTime == 0 {
		p.Run(shell.Raw("apt-get update"))
		return p, nil
	}
	fact.Want(h, u.facts()...)
	info, err := fact.Get(h, files.FileFact{Path: stamp})
	if err != nil {
		return op.Plan{}, err
	}
	if info.Exists {
		// The host's clock wrote the stamp, so it also says how old that is.
		now, err := fact.Get(h, facts.Date{})
		if err != nil {
			return op.Plan{}, err
		}
		if info.Mtime.After(now.Add(-time.Duration(u.CacheTime) * time.Second)) {
			return op.Nothing("the indexes were read at %s", info.Mtime.Format(time.DateTime)), nil
		}
	}
	p.Run(shell.Raw("apt-get update"))
	if !info.Exists {
		p.Run(shell.Words("mkdir", "-p", path.Dir(stamp)))
	}
	p.Run(shell.Words("touch", stamp))
	return p, nil
}

// facts are what Plan needs.
func (u Update) facts() []fact.Request {
	if u.CacheTime == 0 {
		return nil
	}
	return []fact.Request{fact.Ask(files.FileFact{Path: stamp}), fact.Ask(facts.Date{})}
}
