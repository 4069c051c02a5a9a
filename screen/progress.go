package screen

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"cygnet/run"
)

// progress is what is known of a run: events in, state out. It knows no
// terminal and no words; all forms share it.
type progress struct {
	begun   time.Time
	started run.Started
	phase   string
	asked   time.Time // when the phase began
	planned bool
	// stopping is the reason why the run is about to end, or empty.
	stopping string
	summary  *run.Summary // once it is over

	hosts map[string]*host
	names []string // in the order of the inventory
	ops   []*operation
	// current is the index of the operation whose turn it is; -1 before the
	// first.
	current int
	// total and ended count what hosts have to do and have done, over all
	// operations.
	total, ended int
	newKeys      int
	// halted counts the hosts that dropped out only because the run was stopped.
	halted int
}

// A stage is how far a host has come.
type stage uint8

const (
	away       stage = iota // not begun
	connecting              // an attempt to reach it is under way
	waiting                 // an attempt failed, the next has not begun
	preparing               // connected, its plan is being made
	ready                   // its plan is there
	dropped                 // takes no further part
)

// host is what is known of one host.
type host struct {
	name    string
	stage   stage
	since   time.Time // when it came to the stage, or to work on becoming ready
	attempt int
	running *operation // what it is at, nil between operations
	began   time.Time  // when it began that
	again   time.Time  // when the next attempt begins, zero if none waits
	tail    []string   // the last lines of what it is at, or was at last
	// duckling says that it fell behind the others, and behind by how much.
	duckling bool
	behind   time.Duration
	lagging  *operation // where it was when it was found to be a duckling
}

// keptTail is how many lines of output of a host are kept to show.
const keptTail = 5

// operation is what is known of one operation.
type operation struct {
	run.Operation
	began, ended time.Time
	counts       [8]int                // hosts, by status
	status       map[string]run.Status // of the hosts that take part
}

func newProgress() *progress {
	return &progress{hosts: map[string]*host{}, current: -1}
}

// event takes in what happened.
func (p *progress) event(t time.Time, event run.Event) {
	if p.begun.IsZero() {
		p.begun = t
	}
	switch e := event.(type) {
	case run.Started:
		p.started = e
		for _, name := range e.Hosts {
			p.host(name)
		}
	case run.Phase:
		p.phase, p.asked = e.Name, t
	case run.Planned:
		p.plan(e)
	case run.Stopping:
		p.stopping = e.Reason
	case run.Finished:
		p.summary = &e.Summary
	case run.OperationStarted:
		if o := p.operation(e.Operation); o != nil {
			o.began, p.current = t, e.Operation
		}
	case run.OperationFinished:
		if o := p.operation(e.Operation); o != nil {
			o.ended = t
		}
	default:
		p.hostEvent(t, event)
	}
}

// hostEvent takes in what happened on one host.
func (p *progress) hostEvent(t time.Time, event run.Event) {
	switch e := event.(type) {
	case run.Connecting:
		p.host(e.Host).enter(connecting, t).attempt = e.Attempt
	case run.Connected:
		p.host(e.Host).enter(preparing, t)
		if e.NewKey {
			p.newKeys++
		}
	case run.ConnectFailed:
		h := p.host(e.Host).enter(waiting, t)
		h.attempt, h.again = e.Attempt, t.Add(e.Retry)
	case run.Prepared:
		p.host(e.Host).enter(ready, t)
	case run.Dropped:
		if errors.Is(e.Err, run.ErrStopped) {
			p.halted++
		}
		p.drop(p.host(e.Host).enter(dropped, t))
	case run.Duckling:
		h := p.host(e.Host)
		h.duckling, h.behind, h.lagging = true, e.Behind, p.operation(e.Operation)
	case run.HostStarted:
		p.hostStarted(t, e)
	case run.Output:
		p.host(e.Host).said(e.Line)
	case run.HostRetry:
		p.host(e.Host).again = t.Add(e.Wait)
	case run.HostFinished:
		p.hostFinished(e)
	}
}

func (p *progress) plan(e run.Planned) {
	p.planned = true
	for _, o := range e.Operations {
		status := make(map[string]run.Status, len(o.Hosts))
		for _, name := range o.Hosts {
			status[name] = run.Waiting
		}
		p.ops = append(p.ops, &operation{Operation: o, status: status})
		p.total += len(o.Hosts)
	}
	for _, h := range p.hosts {
		if h.stage == dropped {
			p.drop(h)
		}
	}
}

// drop counts what a host will not come to as ended.
func (p *progress) drop(h *host) {
	h.running = nil
	for _, o := range p.ops {
		if s, takesPart := o.status[h.name]; takesPart && (s == run.Waiting || s == run.Running) {
			p.ended++
			if s == run.Running {
				o.set(h.name, run.Unknown)
			}
		}
	}
}

func (p *progress) hostStarted(t time.Time, e run.HostStarted) {
	h, o := p.host(e.Host), p.operation(e.Operation)
	if h.running != o {
		h.began = t
	}
	h.running, h.attempt, h.again, h.tail = o, e.Attempt, time.Time{}, nil
	if o != nil {
		o.set(e.Host, run.Running)
	}
}

func (p *progress) hostFinished(e run.HostFinished) {
	h, o := p.host(e.Host), p.operation(e.Operation)
	h.running, h.again = nil, time.Time{}
	if o == nil {
		return
	}
	before := o.status[e.Host]
	if before == run.Waiting || before == run.Running {
		p.ended++
	}
	if before != run.Running || e.Status != run.Failed && e.Status != run.Unknown {
		h.tail = nil
	}
	o.set(e.Host, e.Status)
}

// host returns what is known of a host, which may be a new one.
func (p *progress) host(name string) *host {
	h := p.hosts[name]
	if h == nil {
		h = &host{name: name}
		p.hosts[name] = h
		p.names = append(p.names, name)
	}
	return h
}

// operation returns the operation with an index, or nil if there is none.
func (p *progress) operation(index int) *operation {
	if index < 0 || index >= len(p.ops) {
		return nil
	}
	return p.ops[index]
}

// now returns the operation whose turn it is, or nil.
func (p *progress) now() *operation { return p.operation(p.current) }

// waits counts the hosts that have an operation still before them.
func (p *progress) waits(o *operation) int {
	n := 0
	for _, name := range o.Hosts {
		if o.status[name] == run.Waiting && p.host(name).stage != dropped {
			n++
		}
	}
	return n
}

// stages counts the hosts in each stage.
func (p *progress) stages() (counts [dropped + 1]int) {
	for _, h := range p.hosts {
		counts[h.stage]++
	}
	return counts
}

// busy returns the hosts that something is under way on, slowest first.
func (p *progress) busy() []*host {
	var hosts []*host
	for _, name := range p.names {
		if h := p.hosts[name]; !h.start().IsZero() {
			hosts = append(hosts, h)
		}
	}
	slices.SortStableFunc(hosts, func(a, b *host) int {
		return cmp.Or(a.start().Compare(b.start()), strings.Compare(a.name, b.name))
	})
	return hosts
}

// ducklings returns the hosts that have fallen behind and are still at work.
func (p *progress) ducklings() []*host {
	var hosts []*host
	for _, name := range p.names {
		if h := p.hosts[name]; h.duckling && h.stage != dropped {
			hosts = append(hosts, h)
		}
	}
	return hosts
}

// fraction returns how much of the phase is done, from 0 to 1.
func (p *progress) fraction() float64 {
	done, all := p.ended, p.total
	if !p.planned {
		stages := p.stages()
		done, all = stages[ready]+stages[dropped], len(p.hosts)
	}
	if all == 0 {
		return 0
	}
	return min(1, float64(done)/float64(all))
}

// enter begins a stage. The way from the first attempt to reach a host until its
// plan is there counts as one piece of work.
func (h *host) enter(s stage, t time.Time) *host {
	if !h.stage.underWay() || !s.underWay() {
		h.since = t
	}
	h.stage, h.again = s, time.Time{}
	return h
}

// underWay reports whether a host in this stage is at work to become ready.
func (s stage) underWay() bool { return s == connecting || s == waiting || s == preparing }

// start returns when what is under way on a host began, zero if nothing is.
func (h *host) start() time.Time {
	switch {
	case h.running != nil:
		return h.began
	case h.stage.underWay():
		return h.since
	}
	return time.Time{}
}

// said keeps a line of output.
func (h *host) said(l string) {
	if len(l) > maxText {
		l = l[:maxText]
	}
	if len(h.tail) == keptTail {
		copy(h.tail, h.tail[1:])
		h.tail = h.tail[:keptTail-1]
	}
	h.tail = append(h.tail, l)
}

// last returns the last line of output that says something, made clean. What a
// progress bar overwrote is left out.
func (h *host) last() string {
	for _, l := range slices.Backward(h.tail) {
		l = strings.TrimRight(l, "\r \t")
		if i := strings.LastIndexByte(l, '\r'); i >= 0 {
			l = l[i+1:]
		}
		if l = strings.TrimSpace(clean(l)); l != "" {
			return l
		}
	}
	return ""
}

// set notes how far a host is with the operation.
func (o *operation) set(host string, s run.Status) {
	if before := o.status[host]; before != run.Waiting {
		o.counts[before]--
	}
	o.status[host] = s
	o.counts[s]++
}

// idle reports whether nothing happened in the operation, anywhere.
func (o *operation) idle() bool {
	c := o.counts
	return c[run.Changed]+c[run.Ignored]+c[run.Failed]+c[run.Unknown]+c[run.Running] == 0
}
