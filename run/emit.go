package run

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"strings"
	"sync"
	"time"
)

// emitter passes events on, one at a time, and keeps the summary of them.
type emitter struct {
	mu    sync.Mutex
	sink  Sink
	tally *tally
}

func newEmitter(sink Sink) *emitter {
	if sink == nil {
		sink = SinkFunc(func(time.Time, Event) {})
	}
	return &emitter{sink: sink, tally: newTally()}
}

func (m *emitter) emit(event Event) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	m.tally.event(now, event)
	m.sink.Event(now, event)
}

func (m *emitter) declined() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tally.summary.Declined = true
}

func (m *emitter) summary(took time.Duration) Summary {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.tally.result(took)
}

// newID returns a run's name: 13 letters and digits that sort by time, the last
// of them random.
func newID(t time.Time) string {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(t.UnixMilli())<<16)
	// rand.Read never fails: it ends the process if the system has no randomness.
	_, _ = rand.Read(b[6:])
	return strings.ToLower(base32.HexEncoding.WithPadding(base32.NoPadding).EncodeToString(b[:]))
}
