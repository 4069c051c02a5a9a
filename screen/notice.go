package screen

import (
	"slices"
	"time"
)

// A weight says how much a word of the story matters, and so which forms show
// it.
type weight uint8

const (
	step    weight = iota // the way of the run, which a terminal's block shows
	talk                  // what people want to know
	failure               // what went wrong
	verdict               // how it ended
)

// An entry is lines that belong together, as they scroll by.
type entry struct {
	at     time.Time
	weight weight
	lines  []line
	// bare entries are tables and the like: they stand by themselves, without
	// a time.
	bare bool
	// whole lines are for copying: they are not broken where words end.
	whole bool
}

// settle is how long a notice waits for others that say the same.
const settle = 500 * time.Millisecond

// A notice is a word about one host, which waits a moment so that the same word
// about other hosts can join it. When 170 hosts refuse a connection, one line
// says so.
type notice struct {
	at     time.Time
	weight weight
	key    string
	hosts  []string
	lines  func(who string, hosts []string) []line
}

// notices are words for the screen, in order: those that are ready and those
// that wait for company.
type notices struct {
	ready   []entry
	waiting []*notice
}

// say adds lines that nothing can join, after all that has been said before.
func (n *notices) say(e entry) {
	n.release(e.at, 0)
	n.ready = append(n.ready, e)
}

// gather adds a word about a host; it joins those with the same key.
func (n *notices) gather(host string, add notice) {
	i := slices.IndexFunc(n.waiting, func(w *notice) bool { return w.key == add.key })
	if i < 0 {
		add.hosts = []string{host}
		n.waiting = append(n.waiting, &add)
		return
	}
	if !slices.Contains(n.waiting[i].hosts, host) {
		n.waiting[i].hosts = append(n.waiting[i].hosts, host)
	}
}

// release makes those ready that have waited for a time.
func (n *notices) release(now time.Time, waited time.Duration) {
	for len(n.waiting) > 0 && now.Sub(n.waiting[0].at) >= waited {
		w := n.waiting[0]
		n.waiting = n.waiting[1:]
		slices.Sort(w.hosts)
		who := clean(w.hosts[0])
		if len(w.hosts) > 1 {
			who = count(len(w.hosts), "host", "hosts")
		}
		n.ready = append(n.ready, entry{at: w.at, weight: w.weight, lines: w.lines(who, w.hosts)})
	}
}

// take returns what is ready by now.
func (n *notices) take(now time.Time) []entry {
	n.release(now, settle)
	ready := n.ready
	n.ready = nil
	return ready
}
