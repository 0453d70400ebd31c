package trace

import (
	"context"
	"encoding/binary"
	"io"
	"math/bits"
)

// Reader is a cursor in a Log. It belongs to one goroutine, holds no lock, and needs no closing.
type Reader struct {
	log     *Log
	seq     uint64 // Next begins here
	cursors [classes]cursor

	// What the reader knows of evictions: it was told of all up to told, and that kept events from seq to told are there.
	evictions uint64
	told      uint64
	kept      uint64
}

// NewReader returns a reader that begins with the oldest event kept.
func (l *Log) NewReader() *Reader {
	first, _ := l.Span()
	return l.ReaderAt(first)
}

// ReaderAt returns a reader that begins with the event of that seq, or the next one if it is not there.
func (l *Log) ReaderAt(seq uint64) *Reader { return &Reader{log: l, seq: max(seq, 1)} }

// Seq returns where Next will begin. A reader that is at its end stands behind the newest event.
func (r *Reader) Seq() uint64 { return r.seq }

// Next fills buf with the next events, and returns how many; 0 when there are none yet. What was evicted before the reader
// came to it is one Gap event with the count; kept events from among them follow.
func (r *Reader) Next(buf []Event) int {
	last := r.log.store.last.Load()
	n := 0
	for n < len(buf) && r.seq <= last {
		c := r.nearest(last)
		if (c == nil || c.seq != r.seq) && r.evictions != r.log.store.evictions.Load() {
			if r.gap(last, &buf[n]) {
				n++
			}
			continue
		}
		if c == nil {
			r.seq = last + 1
			break
		}
		c.take(&buf[n])
		n++
		r.seq = c.seq + 1
		if c.seq <= r.told {
			r.kept--
		}
	}
	return n
}

// Wait returns nil when Next has something to return, io.EOF at the end of a closed log, or ctx's error.
func (r *Reader) Wait(ctx context.Context) error {
	s := &r.log.store
	for {
		more := s.signal()
		ended := s.ended.Load()
		if r.seq <= s.last.Load() {
			return nil
		}
		if ended {
			return io.EOF
		}
		select {
		case <-more:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// nearest returns the cursor with the next event up to last; nil if there is none.
func (r *Reader) nearest(last uint64) *cursor {
	var best *cursor
	for i := range r.cursors {
		c := &r.cursors[i]
		if c.peek(&r.log.store, class(i), r.seq, last) && (best == nil || c.seq < best.seq) {
			best = c
		}
	}
	return best
}

// gap goes to the next event that is kept, and makes e say how many are missing, if it was not said before.
func (r *Reader) gap(last uint64, e *Event) bool {
	s := &r.log.store
	var next, floor, kept uint64
	var mono int64
	for evictions := ^uint64(0); evictions != s.evictions.Load(); {
		evictions = s.evictions.Load()
		r.evictions = evictions
		r.cursors = [classes]cursor{} // they may stand in evicted blocks
		next, mono = last+1, s.mono.Load()
		if c := r.nearest(last); c != nil {
			next, mono = c.seq, c.mono
		}
		floor, kept = s.keptFrom(next)
	}
	from := r.seq
	r.seq = next
	if floor < from {
		return false
	}
	missing := floor + 1 - from - kept
	if r.told >= from {
		missing -= r.told + 1 - from - r.kept
	}
	r.told, r.kept = floor, kept
	*e = Event{Seq: next - 1, Mono: mono, Kind: Gap, Count: missing}
	return missing > 0
}

// cursor walks over the blocks of one class.
type cursor struct {
	block *block
	off   int
	seq   uint64 // of the record read last
	mono  int64
	body  []byte // of the record read last, until it is taken
	dry   uint64 // there is nothing more up to this Seq
}

// begin returns where the body that was peeked begins in the block.
func (c *cursor) begin() int { return c.off - len(c.body) }

// peek makes c.seq and c.body the next event from a Seq on, and returns whether there is one up to last.
func (c *cursor) peek(s *store, class class, from, last uint64) bool {
	for c.body == nil || c.seq < from {
		if c.block != nil && c.block.last.Load() >= from && c.seek(from) {
			continue
		}
		if c.dry >= last {
			return false
		}
		next := s.after(class, max(from, c.seq+1))
		if next == nil {
			c.dry = last
			return false
		}
		if next != c.block {
			*c = cursor{block: next, dry: c.dry}
		}
	}
	return c.seq <= last
}

// read goes to the next record of the block; false at its end.
func (c *cursor) read() bool { return c.seek(0) }

// seek goes to the next record of the block that has a Seq or a later one; false at its end. A screen looks for some of the events of
// a long trace: what it costs to go past the others is most of what it waits for.
func (c *cursor) seek(from uint64) bool {
	b := c.block
	data := b.data[:b.size.Load()]
	i, seq, mono := c.off, c.seq, c.mono
	if i == 0 {
		seq, mono = b.first, b.base
	}
	for i < len(data) {
		later, after, length, at := headAt(data, i)
		seq += later
		mono += unzigzag(after)
		i = at + length
		if seq >= from {
			c.off, c.seq, c.mono, c.body = i, seq, mono, data[at:i:i]
			return true
		}
	}
	c.off, c.seq, c.mono, c.body = i, seq, mono, nil
	return false
}

// headAt reads what stands before a body: the difference of Seq, that of Mono in zigzag, and the length. The body begins at at.
func headAt(b []byte, i int) (later, after uint64, length, at int) {
	if i+8 <= len(b) {
		// Nearly always the first takes one byte, the second up to four, the third up to two: then no branch depends on how many the
		// second takes, which changes from record to record.
		w := binary.LittleEndian.Uint64(b[i:])
		if ends := ^w >> 8 & 0x80808080; w&0x80 == 0 && ends != 0 {
			n := bits.TrailingZeros64(ends) + 1 // bits of the second
			v := w >> 8 & (1<<n - 1)
			after = v&0x7f | v>>1&(0x7f<<7) | v>>2&(0x7f<<14) | v>>3&(0x7f<<21)
			switch rest := w >> (8 + n); {
			case rest&0x80 == 0:
				return w & 0x7f, after, int(rest & 0x7f), i + n/8 + 2
			case rest&0x8000 == 0:
				return w & 0x7f, after, int(rest&0x7f | rest>>1&(0x7f<<7)), i + n/8 + 3
			}
		}
	}
	d := decoder{b: b, i: i}
	later, after = d.uvarint(), d.uvarint()
	length = int(d.uvarint())
	return later, after, length, d.i
}

// take decodes the record that was peeked.
func (c *cursor) take(e *Event) {
	*e = Event{}
	e.Seq, e.Mono = c.seq, c.mono
	decodeBody(e, c.body)
	c.body = nil
}

// At returns the event with that seq; false if it is not kept, or not there yet.
func (l *Log) At(seq uint64) (e Event, ok bool) {
	ok = l.Finder().Find(seq, &e)
	return e, ok
}
