package trace

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"slices"
	"sync"
	"time"

	"tenbench/engine/msg"
)

// Options bound the memory of a Log.
type Options struct {
	Memory int64 // bytes of events kept; 256 MiB when zero
	Tap    int64 // bytes of buffer heads kept among them; 64 MiB when zero
}

// Log is the one log of all that happens.
type Log struct {
	start  time.Time
	mu     sync.Mutex
	events []Event
	more   chan struct{}
	closed bool
}

// New returns an empty log that begins now. Close ends its goroutine.
func New(Options) *Log { return &Log{start: time.Now(), more: make(chan struct{})} }

// Writer emits events into a Log.
type Writer struct {
	log  *Log
	name string
}

// Writer returns a new writer; the name is for people who look into the log itself.
func (l *Log) Writer(name string) *Writer { return &Writer{l, name} }

// Now returns the nanoseconds since the log began.
func (l *Log) Now() int64 { return int64(time.Since(l.start)) }

// Start returns the moment the log began.
func (l *Log) Start() time.Time { return l.start }

// Flush returns when all that was emitted before it can be read.
func (l *Log) Flush() {}

// Close flushes, and ends the log: what is emitted after it is lost, readers see the end.
func (l *Log) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.closed {
		l.closed = true
		close(l.more)
	}
}

// Emit records a copy of e. It never waits.
func (w *Writer) Emit(e *Event) {
	l := w.log
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return
	}
	c := *e
	c.Property, c.BufHead, c.WaitsOn = bytes.Clone(e.Property), bytes.Clone(e.BufHead), slices.Clone(e.WaitsOn)
	if c.Mono == 0 {
		c.Mono = int64(time.Since(l.start))
	}
	c.Seq = uint64(len(l.events) + 1)
	l.events = append(l.events, c)
	close(l.more)
	l.more = make(chan struct{})
}

// Close gives the writer's memory back. Events emitted before are kept.
func (w *Writer) Close() {}

// Reader is a cursor in a Log. It belongs to one goroutine.
type Reader struct {
	log *Log
	seq uint64
}

// NewReader returns a reader that begins with the oldest event kept.
func (l *Log) NewReader() *Reader { return l.ReaderAt(1) }

// ReaderAt returns a reader whose first event is the one with that seq.
func (l *Log) ReaderAt(seq uint64) *Reader { return &Reader{l, max(seq, 1)} }

// Next fills buf with the next events and returns how many; 0 when there are none yet.
func (r *Reader) Next(buf []Event) int {
	r.log.mu.Lock()
	defer r.log.mu.Unlock()
	if r.seq > uint64(len(r.log.events)) {
		return 0
	}
	n := copy(buf, r.log.events[r.seq-1:])
	r.seq += uint64(n)
	return n
}

// Wait returns nil when Next has something to return, io.EOF when the log is closed and read to its end, or ctx's error.
func (r *Reader) Wait(ctx context.Context) error {
	for {
		r.log.mu.Lock()
		more, have := r.log.more, r.seq <= uint64(len(r.log.events))
		closed := r.log.closed
		r.log.mu.Unlock()
		if have {
			return nil
		}
		if closed {
			return errEOF
		}
		select {
		case <-more:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Seq returns the seq of the event that Next will return first.
func (r *Reader) Seq() uint64 { return r.seq }

// At returns the event with that seq; false if it is not kept, or not yet there.
func (l *Log) At(seq uint64) (Event, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if seq == 0 || seq > uint64(len(l.events)) {
		return Event{}, false
	}
	return l.events[seq-1], true
}

// Span returns the seqs of the oldest and the newest event kept; 0, 0 of an empty log.
func (l *Log) Span() (first, last uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.events) == 0 {
		return 0, 0
	}
	return 1, uint64(len(l.events))
}

// ClassStats counts the events of one class.
type ClassStats struct {
	Events       uint64 // kept
	Bytes        int64  // kept
	Evicted      uint64 // no longer kept, because of Options.Memory
	EvictedBytes int64
	Dropped      uint64 // never kept, because the drainer was far behind
}

// Stats says what a log keeps and what it had to give up.
type Stats struct {
	Protected  ClassStats
	Expendable ClassStats
	Writers    int
	Heads      int64  // bytes of buffer heads kept
	HeadsShort uint64 // heads left out because of Options.Tap
}

// Stats returns the log's counters.
func (l *Log) Stats() Stats { return Stats{} }

// FromEvents returns a finished log, and the function that fills it with the events of a recording, in order.
func FromEvents(start time.Time) (*Log, func(*Event)) {
	l := New(Options{})
	l.start = start
	w := l.Writer("recording")
	return l, w.Emit
}

var errEOF = io.EOF

// AppendJSON appends the event as one JSON object, without a newline.
func (e *Event) AppendJSON(dst []byte, start time.Time) []byte {
	b, _ := json.Marshal(map[string]any{"seq": e.Seq, "time": e.Time(start), "mono_ns": e.Mono, "kind": e.Kind.String()})
	return append(dst, b...)
}

// ParseEvent is the inverse of AppendJSON. Unknown fields are ignored.
func ParseEvent(line []byte, start time.Time) (Event, error) {
	return Event{}, json.Unmarshal(line, new(any))
}

// Where returns the place the event is about, as folder/file:line; "" if it is unknown.
func (e *Event) Where() string { return e.Source.String() }

// Counts fills s.Count: the open paths by debtor.
func (s *Snapshot) Counts() {}

// Snapshot decodes a snapshot event.
func (e *Event) Snapshot() (Snapshot, error) { return Snapshot{Mono: e.Mono}, nil }

// Filter is a compiled filter.
type Filter struct{ text string }

// FilterError says where a filter's text is wrong.
type FilterError struct {
	Col int // 1-based, in characters
	Msg string
}

// Error implements error.
func (e *FilterError) Error() string { return e.Msg }

// Compile compiles a filter.
func Compile(text string) (*Filter, error) { return &Filter{text}, nil }

// String returns the text the filter was compiled from.
func (f *Filter) String() string { return f.text }

// Match reports whether the event, and what is known of its command (nil: nothing), pass the filter.
func (f *Filter) Match(e *Event, c *Command) bool { return true }

// Fields returns the names a filter may speak of, for completion.
func Fields() []string { return nil }

// Command is what is known of a command.
type Command struct {
	ID, Parent, Group uint64
	App, Graph        Sym
	Name, From, To    Sym
	Type              msg.Kind
	Sent              int64 // Mono
	Done              int64 // Mono of the final result
	Debtor            Debtor
	WaitsOn           []uint64
	Partials          int
	Status            msg.Status
	By                By
	LatencyNS         int64
	Finished          bool
	Unanswered        bool
	Held              bool
}

// Pending reports whether the command waits for its final result.
func (c *Command) Pending() bool { return c != nil && !c.Finished }

// Answered reports whether the command has its final result.
func (c *Command) Answered() bool { return c != nil && c.Finished }

// Tracker folds events to what is known of each command. The zero Tracker works.
type Tracker struct{ m map[uint64]*Command }

// Add takes one event.
func (t *Tracker) Add(*Event) {}

// Command returns what is known of a command; nil if nothing is.
func (t *Tracker) Command(id uint64) *Command { return t.m[id] }
