package trace

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Options bound the memory of a Log. The zero Options mean the defaults.
type Options struct {
	Memory int64 // bytes of events kept; 256 MiB when zero
	Tap    int64 // bytes of buffer heads among them, further ones keep only their length; 64 MiB when zero
	// TuneGC lets the log set the process's GC percentage as it grows, so that garbage is not allowed in proportion to what the
	// log keeps. It is for the program that owns the process, and does nothing if GOGC is set.
	TuneGC bool
}

const (
	defaultMemory = 256 << 20
	defaultTap    = 64 << 20

	// What may wait to be merged is a quarter of the memory, within these.
	minBacklog = 8 << 20
	maxBacklog = 64 << 20
)

func (o Options) withDefaults() Options {
	if o.Memory <= 0 {
		o.Memory = defaultMemory
	}
	if o.Tap <= 0 {
		o.Tap = defaultTap
	}
	return o
}

// Log is the one log of all that happens. Close ends its goroutine.
type Log struct {
	start time.Time
	// ordered is set where the clock is too coarse to order two writers, as it is in a synctest bubble, where it stands still.
	// Events are then merged by a counter that all writers share.
	ordered  bool
	recorded bool // filled by FromEvents: time stands at the last event
	order    atomic.Int64

	drainer drainer
	store   store

	_      [64]byte // what follows is read for every event: keep it away from what is written
	asleep atomic.Bool
	backlog
	_ [64]byte

	ids atomic.Uint64
	_   [64]byte

	mu      sync.Mutex
	writers []*Writer
	closed  bool
	once    sync.Once
}

// New returns an empty log that begins now.
func New(opt Options) *Log {
	l := newLog(time.Now(), opt)
	l.ordered = coarse(l.Now)
	if opt.TuneGC {
		l.drainer.garbage.start()
	}
	l.drainer.start(l)
	return l
}

func newLog(start time.Time, opt Options) *Log {
	opt = opt.withDefaults()
	l := &Log{start: start}
	l.store.init(opt)
	l.backlog.max = min(max(opt.Memory/4, minBacklog), maxBacklog)
	return l
}

// coarse reports whether two readings of the clock in a row can be the same.
func coarse(now func() int64) bool {
	last := now()
	for range 32 {
		t := now()
		if t == last {
			return true
		}
		last = t
	}
	return false
}

// FromEvents returns a finished log, and the function that fills it with the events of a recording, in the order of their
// Seq. Its readers are told of the end (io.EOF) where the filling stands. An event without a Seq follows the one before it.
func FromEvents(start time.Time) (*Log, func(*Event)) {
	l := newLog(start, Options{Memory: recordingMemory})
	l.recorded, l.closed = true, true
	l.store.close()
	l.once.Do(func() {}) // there is nothing to close
	var body []byte
	return l, func(e *Event) {
		body = slices.Grow(body[:0], sizeBody(e))
		n, head := encodeBody(body[:cap(body)], e)
		l.store.add(e.Seq, e.Mono, classOf(e), body[:n], head)
		l.store.publish()
	}
}

// recordingMemory bounds a log that FromEvents made: a run file holds more than a bench keeps.
const recordingMemory = 1 << 30

// Start returns the moment the log began.
func (l *Log) Start() time.Time { return l.start }

// Now returns the nanoseconds since the log began; in a recording, those of its last event.
func (l *Log) Now() int64 {
	if l.recorded {
		return l.store.mono.Load()
	}
	return int64(time.Since(l.start))
}

// NextID returns a number that no message in the log has yet.
func (l *Log) NextID() uint64 { return l.ids.Add(1) }

// Writer returns a new writer. The name helps who debugs the log itself.
func (l *Log) Writer(name string) *Writer {
	l.mu.Lock()
	defer l.mu.Unlock()
	w := &Writer{log: l, name: name, closed: l.closed}
	if !l.closed {
		l.writers = append(l.writers, w)
	}
	return w
}

// Flush returns when all that was emitted before it can be read.
func (l *Log) Flush() {
	if !l.recorded {
		l.drainer.flush()
	}
}

// Close flushes and ends the log. What is emitted later is lost; what is kept can still be read.
func (l *Log) Close() { l.once.Do(l.close) }

func (l *Log) close() {
	l.mu.Lock()
	l.closed = true
	for _, w := range l.writers {
		w.Close()
	}
	l.mu.Unlock()
	l.drainer.stop()
	l.drainer.flush()
	l.drainer.restoreGC()
	l.store.close()
}

// Span returns the seqs of the oldest and the newest event kept; 0, 0 when there is none.
func (l *Log) Span() (first, last uint64) { return l.store.span() }

// Stats says what a log keeps and what it had to give up.
type Stats struct {
	Protected  ClassStats // lifecycle, commands, results, lints, logs from info on
	Expendable ClassStats // data, frames, debug logs
	Writers    int
	Backlog    int64  // bytes emitted and not merged yet
	Heads      int64  // bytes of buffer heads kept
	HeadsCut   uint64 // heads not kept, because of Options.Tap
}

// ClassStats counts the events of one class.
type ClassStats struct {
	Events       uint64 // kept
	Bytes        int64  // kept
	Evicted      uint64 // not kept any more, because of Options.Memory
	EvictedBytes int64
	Dropped      uint64 // never kept, because the log could not merge as fast as writers wrote
}

// Stats returns the log's counters.
func (l *Log) Stats() Stats {
	s := l.store.stats()
	s.Backlog = l.backlog.bytes.Load()
	s.Expendable.Dropped = l.backlog.dropped.Load()
	l.mu.Lock()
	defer l.mu.Unlock()
	s.Writers = len(l.writers)
	return s
}
