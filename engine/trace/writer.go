package trace

import (
	"sync"
	"sync/atomic"
)

// Writer emits events into a Log. Use one for each goroutine or node that emits often: writers do not meet each other.
// Events of one writer keep the order in which they were emitted.
type Writer struct {
	log  *Log
	name string

	mu     sync.Mutex
	last   int64 // key of the last event: keys rise, so that the two streams can be merged again
	open   [classes]*chunk
	full   [classes]chunkList // handed over, the drainer has not come by yet
	lost   uint64             // events dropped since the drainer came by
	closed bool

	pending [classes]chunkList // the drainer's: taken, and too young to be merged
}

// backlog counts what is emitted and not merged yet. It is bounded by dropping expendable events.
type backlog struct {
	max     int64
	bytes   atomic.Int64
	dropped atomic.Uint64
}

// Name returns the name the writer was made with.
func (w *Writer) Name() string { return w.name }

// Emit records a copy of e, and of all that e points to. An event without Mono gets the present time; Seq is the log's to
// give. Emit never waits; many goroutines may emit with one writer.
func (w *Writer) Emit(e *Event) {
	l := w.log
	class := classOf(e)
	record := recordHead + sizeBody(e)
	w.mu.Lock()
	c := w.open[class]
	if c == nil || len(c.buf)-c.n < record {
		if c = w.turn(class, record); c == nil {
			w.mu.Unlock()
			return
		}
	}
	mono := e.Mono
	if mono == 0 {
		mono = l.Now()
	}
	key := max(mono, w.last+1)
	if l.ordered {
		key = l.order.Add(1)
	}
	w.last = key
	c.put(key, mono, e)
	w.mu.Unlock()
	if l.asleep.Load() {
		l.drainer.wake()
	}
}

// turn hands the open chunk over and opens a new one; nil means that the event is lost.
func (w *Writer) turn(class class, record int) *chunk {
	l := w.log
	if w.closed {
		return nil
	}
	waiting := l.backlog.bytes.Load()
	if class == expendable && waiting > l.backlog.max {
		w.lost++
		l.backlog.dropped.Add(1)
		l.drainer.wake()
		return nil
	}
	if full := w.open[class]; full != nil {
		w.full[class].push(full)
	}
	c := newChunk(record)
	c.class = class
	w.open[class] = c
	if l.backlog.bytes.Add(int64(len(c.buf))) > l.backlog.max/4 {
		l.drainer.wake()
	}
	return c
}

// take moves all chunks to pending, and returns the number of events dropped since it was called last.
func (w *Writer) take() (lost uint64, closed bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.handOver()
	for class := range w.full {
		w.pending[class].join(&w.full[class])
	}
	lost, w.lost = w.lost, 0
	return lost, w.closed
}

func (w *Writer) handOver() {
	for class, c := range w.open {
		if c != nil {
			w.full[class].push(c)
			w.open[class] = nil
		}
	}
}

// Close gives the writer back. What it emitted is kept, what it emits later is lost.
func (w *Writer) Close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	w.handOver() // so that the next event asks for a chunk, and is refused
}

// chunkList is a queue of chunks.
type chunkList struct{ head, tail *chunk }

func (l *chunkList) push(c *chunk) {
	if l.head == nil {
		l.head = c
	} else {
		l.tail.next = c
	}
	l.tail = c
}

// join moves all of from to the end of l.
func (l *chunkList) join(from *chunkList) {
	if from.head == nil {
		return
	}
	if l.head == nil {
		*l = *from
	} else {
		l.tail.next, l.tail = from.head, from.tail
	}
	*from = chunkList{}
}
