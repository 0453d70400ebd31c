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
	if class == expendable && l.backlog.bytes.Load() > l.backlog.max {
		w.lost++
		l.backlog.dropped.Add(1)
		return nil
	}
	w.handOver(class)
	c := newChunk(record)
	c.class = class
	w.open[class] = c
	return c
}

// take moves all chunks to pending, and returns the number of events dropped since it was called last.
func (w *Writer) take() (lost uint64, closed bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i, c := range w.open {
		if c != nil {
			w.clear(class(i), c)
		}
		w.pending[i].join(&w.full[i])
	}
	lost, w.lost = w.lost, 0
	return lost, w.closed
}

// clear hands over what is in the open chunk. A writer that emits little keeps its chunk, so that many of them together do
// not fill the memory with begun ones; a writer that has fallen silent gives it back.
func (w *Writer) clear(class class, c *chunk) {
	if c.n == 0 || c.n > fewBytes {
		w.handOver(class)
		return
	}
	w.push(class, c.copy())
	c.n = 0
}

// fewBytes are copied faster than a chunk is changed.
const fewBytes = 4 << 10

// handOver puts the open chunk, if there is one, where the drainer finds it.
func (w *Writer) handOver(class class) {
	if c := w.open[class]; c != nil {
		w.open[class] = nil
		w.push(class, c)
	}
}

func (w *Writer) push(class class, c *chunk) {
	if c.n == 0 {
		c.free()
		return
	}
	w.full[class].push(c)
	w.log.backlog.bytes.Add(int64(c.n))
}

// Close gives the writer back. What it emitted is kept, what it emits later is lost.
func (w *Writer) Close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	for class := protected; class < classes; class++ {
		w.handOver(class) // so that the next event asks for a chunk, and is refused
	}
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
