package run

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"cygnet/connect"
	"cygnet/fact"
	"cygnet/fleet"
	"cygnet/op"
)

// A Host is one host of a run, as a deploy sees it: it implements
// [op.Recorder]. A deploy uses it from one goroutine.
type Host struct {
	engine *engine
	index  int // in the inventory
	host   *fleet.Host

	conn    connect.Conn
	reader  *fact.Reader
	calls   []*call
	repeats map[string]int
	// epoch counts the times at which what was known of the host became
	// stale; a call's plan is good as long as it is of the same epoch.
	epoch int
	// recorded says that the deploy has said all it wants; at is the index of
	// the call that the host has come to since.
	recorded bool
	at       int
	// reopened says that the last questions broke the connection.
	reopened bool

	mu      sync.Mutex
	dropped error
}

// call is one operation of one host, from its plan to its end.
type call struct {
	op.Call
	host  *Host
	index int    // among the host's calls
	key   string // names the place in the deploy
	step  *step

	plan    op.Plan
	planErr error
	epoch   int // of the plan; -1: not planned yet
	change  op.Change
	diffErr error
	late    error // it came when it could not be planned any more

	mu      sync.Mutex
	ended   bool
	outcome op.Outcome
}

var _ op.Recorder = (*Host)(nil)

func newHost(e *engine, index int, h *fleet.Host) *Host {
	return &Host{engine: e, index: index, host: h, repeats: map[string]int{}}
}

// Name returns the host's name in the inventory.
func (h *Host) Name() string { return h.host.Name }

// Inventory returns the host's place in the inventory, with its data.
func (h *Host) Inventory() *fleet.Host { return h.host }

// Call implements op.Recorder. The place in the deploy gets one more number: how
// often this host has called an operation from there before.
func (h *Host) Call(_ context.Context, c op.Call) (op.Result, error) {
	recorded := h.record(c)
	return recorded, recorded.late
}

// Do is Call for deploys written in Go: an operation with its global arguments.
// Its place is the lines of the program that lead to it. It is for the deploy
// itself: called while operations run, as from an _if, it does nothing but say so.
func (h *Host) Do(o op.Operation, args ...op.Arguments) op.Result {
	c := op.Call{Operation: o, Name: op.Declare(o).Name}
	c.Order, c.Position = placeInProgram()
	if len(args) > 0 {
		c.Arguments = args[0]
	}
	recorded := h.record(c)
	if recorded.late != nil {
		h.Message("error", recorded.late.Error())
	}
	return recorded
}

func (h *Host) record(c op.Call) *call {
	if h.recorded {
		return &call{Call: c, host: h, late: fmt.Errorf("%s: operations cannot be called while operations run", c.Label())}
	}
	place := fmt.Sprint(c.Order)
	c.Order = append(slices.Clone(c.Order), h.repeats[place])
	h.repeats[place]++
	recorded := &call{Call: c, host: h, index: len(h.calls), key: fmt.Sprint(c.Order), epoch: -1}
	h.calls = append(h.calls, recorded)
	return recorded
}

// placeInProgram returns the lines that lead from the deploy function to the
// caller of Do, and the last of them with its file.
func placeInProgram() (op.Order, string) {
	callers := make([]uintptr, 32)
	frames := runtime.CallersFrames(callers[:runtime.Callers(3, callers)])
	var order op.Order
	position := ""
	for {
		frame, more := frames.Next()
		if strings.HasSuffix(frame.Function, "run.(*Host).prepare") {
			break
		}
		if position == "" {
			position = fmt.Sprintf("%s:%d", filepath.Base(frame.File), frame.Line)
		}
		order = append(order, frame.Line)
		if !more {
			break
		}
	}
	slices.Reverse(order)
	return order, position
}

// Fact implements op.Recorder. Plans are made on the way, so that the facts they
// need come in the same round trip.
func (h *Host) Fact(ctx context.Context, req fact.Request, args op.Arguments) (any, error) {
	for range maxRounds {
		answer, err := h.reader.As(args.Command(noText)).Fact(req)
		if !isPending(err) {
			return answer, err
		}
		h.planOnce(ctx, h.ahead())
		if err := h.fetch(ctx); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("fact %s does not come, however often it is asked for", req.Name)
}

// ahead returns the calls whose facts are worth a place in the next round trip:
// all so far while the deploy runs, then that which the host has come to and
// those that follow, up to the next one that is expected to change something.
func (h *Host) ahead() []*call {
	if !h.recorded {
		return h.calls
	}
	end := h.at + 1
	for end < len(h.calls) && len(h.calls[end-1].plan.Commands) == 0 {
		end++
	}
	return h.calls[h.at:min(end, len(h.calls))]
}

// Message implements op.Recorder.
func (h *Host) Message(level, text string) {
	h.engine.emit(Message{Host: h.Name(), Level: level, Text: h.engine.secrets.Mask(text)})
}

// WillChange implements op.Result.
func (c *call) WillChange(ctx context.Context) (bool, error) {
	if outcome, ok := c.Outcome(); ok {
		return outcome.Changed, nil
	}
	if c.late != nil {
		return false, c.late
	}
	if err := c.host.makePlans(ctx, c.host.calls[min(c.host.at, c.index):c.index+1]); err != nil {
		return false, err
	}
	return len(c.plan.Commands) > 0, c.planErr
}

// Outcome implements op.Result.
func (c *call) Outcome() (op.Outcome, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.outcome, c.ended
}

func (c *call) end(outcome op.Outcome) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.outcome, c.ended = outcome, true
}

// view returns what the call's plan may look at.
func (c *call) view(ctx context.Context) *op.Host {
	e, h := c.host.engine, c.host
	return &op.Host{
		Context:   ctx,
		Source:    h.reader.As(c.Arguments.Command(noText)),
		As:        func(a op.Arguments) fact.Source { return h.reader.As(a.Command(noText)) },
		Name:      h.Name(),
		Local:     e.Local,
		Now:       e.started,
		Timestamp: e.started.UTC().Format("20060102T150405Z"),
		TempDir:   h.tempDir(),
		TempFile:  h.tempFile,
		Data:      h.host.Lookup,
		Render:    e.Render,
	}
}

func (h *Host) tempDir() string {
	// A value of another type is refused when the deploy's arguments are read.
	if dir, err := h.host.String("_temp_dir", ""); err == nil && dir != "" {
		return dir
	}
	return h.engine.TempDir
}

// tempFile names a file for a seed: the run's nonce keeps it from being guessed.
func (h *Host) tempFile(seed string) string {
	sum := sha256.Sum256([]byte(h.engine.nonce + "\x00" + seed))
	return h.tempDir() + "/cygnet-" + hex.EncodeToString(sum[:16])
}

// drop takes the host out of the run; the first reason counts.
func (h *Host) drop(err error) {
	err = h.engine.mask(err)
	h.mu.Lock()
	first := h.dropped == nil
	if first {
		h.dropped = err
	}
	h.mu.Unlock()
	if first {
		h.engine.emit(Dropped{h.Name(), err})
		h.engine.countFailure(err)
	}
}

// out returns why the host takes no further part, or nil.
func (h *Host) out() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.dropped
}

func names(hosts []*Host) []string {
	list := make([]string, len(hosts))
	for i, h := range hosts {
		list[i] = h.Name()
	}
	return list
}
