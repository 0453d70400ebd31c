package trace

import (
	"sync"
	"time"
)

const (
	drainEvery = 10 * time.Millisecond
	// holdBack is how long an event may lie between its stamp and its Emit: hosts stamp in their own process and send batches.
	holdBack = 5 * time.Millisecond
)

// drainer takes the writers' chunks, merges them and fills the store. It sleeps while nothing is emitted.
type drainer struct {
	log   *Log
	alarm chan struct{} // one token
	quit  chan struct{}
	done  chan struct{}

	mu      sync.Mutex // of one pass; also of Writer.pending
	merge   merge
	garbage garbage
}

func (d *drainer) start(l *Log) {
	d.log = l
	d.alarm, d.quit, d.done = make(chan struct{}, 1), make(chan struct{}), make(chan struct{})
	l.asleep.Store(true)
	go d.run()
}

// wake ends the drainer's sleep, for the first event after a silence.
func (d *drainer) wake() {
	d.log.asleep.Store(false)
	select {
	case d.alarm <- struct{}{}:
	default: // it has been told
	}
}

func (d *drainer) stop() {
	close(d.quit)
	<-d.done
}

func (d *drainer) run() {
	defer close(d.done)
	timer := time.NewTimer(drainEvery)
	defer timer.Stop()
	for {
		select {
		case <-d.alarm:
		case <-d.quit:
			return
		}
		for busy := true; busy; {
			timer.Reset(d.pause())
			select {
			case <-timer.C:
			case <-d.quit:
				return
			}
			busy = d.pass(holdBack) || !d.sleep()
		}
	}
}

// pause returns how long to wait for the next pass: less if there is much to do.
func (d *drainer) pause() time.Duration {
	if b := &d.log.backlog; b.bytes.Load() > b.max/8 {
		return drainEvery / 10
	}
	return drainEvery
}

// sleep tells writers to wake the drainer, and looks once more for one that emitted before it could know. It returns whether
// the drainer may sleep.
func (d *drainer) sleep() bool {
	d.log.asleep.Store(true)
	if !d.pass(holdBack) {
		return true
	}
	d.log.asleep.Store(false)
	return false
}

// flush makes readable what was emitted before. An event that was stamped ahead of the clock takes the second pass.
func (d *drainer) flush() {
	if d.pass(0) {
		d.pass(0)
	}
}

func (d *drainer) restoreGC() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.garbage.stop()
}

// pass merges what is older than hold into the store. It returns whether there was anything, or is still.
//
// A clock that all writers share makes the order: each stamp was taken under its writer's lock, so whatever is stamped before
// the limit was read is in the chunks that are taken after it.
func (d *drainer) pass(hold time.Duration) (busy bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	l := d.log
	limit := l.Now() - int64(hold)
	if l.ordered {
		limit = l.order.Load()
	}
	lost := d.take()
	d.merge.future = l.Now()
	if l.ordered {
		d.merge.future = l.order.Load()
	}
	if busy = len(d.merge.heap) > 0 || lost > 0; !busy {
		return false
	}
	d.merge.run(limit, l)
	if lost > 0 {
		l.store.gap(lost, l.Now())
	}
	l.store.publish()
	d.garbage.follow(l.store.kept())
	return true
}

// take collects the chunks of all writers, and forgets writers that are closed and empty.
func (d *drainer) take() (lost uint64) {
	l := d.log
	l.mu.Lock()
	defer l.mu.Unlock()
	d.merge.heap = d.merge.heap[:0]
	kept := l.writers[:0]
	for _, w := range l.writers {
		n, closed := w.take()
		lost += n
		empty := true
		for class := range w.pending {
			if stream := &w.pending[class]; stream.head != nil {
				d.merge.push(stream)
				empty = false
			}
		}
		if !closed || !empty {
			kept = append(kept, w)
		}
	}
	clear(l.writers[len(kept):])
	l.writers = kept
	return lost
}

// merge puts the streams of all writers into one order: a heap of streams by the key of their next record.
type merge struct {
	heap   []mergeItem
	future int64 // a key beyond it was stamped ahead of the clock, and does not wait
}

type mergeItem struct {
	key    int64
	stream *chunkList
}

func (m *merge) push(stream *chunkList) {
	m.heap = append(m.heap, mergeItem{stream.head.key(), stream})
	i := len(m.heap) - 1
	for i > 0 {
		up := (i - 1) / 2
		if m.heap[up].key <= m.heap[i].key {
			break
		}
		m.heap[up], m.heap[i] = m.heap[i], m.heap[up]
		i = up
	}
}

// run moves all records up to limit into the log's store.
func (m *merge) run(limit int64, l *Log) {
	for len(m.heap) > 0 {
		top := &m.heap[0]
		if top.key > limit && top.key <= m.future {
			return
		}
		c := top.stream.head
		mono, body, head := c.take()
		l.store.add(0, mono, c.class, body, head)
		if c.off == c.n {
			top.stream.head = c.next
			l.backlog.bytes.Add(-int64(c.n))
			c.free()
		}
		m.down()
	}
}

// down puts the top of the heap, which has moved on, where it belongs.
func (m *merge) down() {
	h := m.heap
	if c := h[0].stream.head; c != nil {
		h[0].key = c.key()
	} else {
		h[0] = h[len(h)-1]
		h = h[:len(h)-1]
		m.heap = h
	}
	for i := 0; ; {
		next := 2*i + 1
		if next >= len(h) {
			return
		}
		if next+1 < len(h) && h[next+1].key < h[next].key {
			next++
		}
		if h[i].key <= h[next].key {
			return
		}
		h[i], h[next] = h[next], h[i]
		i = next
	}
}
