package engine

import (
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// letter is one message in a mailbox.
type letter struct {
	m    msg.Message
	name trace.Sym // as it was delivered; the handler may change the message
	hops uint16    // how many handlers it has come through, each moved by the message before
	p    *path     // of a command
	id   uint64
	from *Node
	at   int64  // when it was queued
	turn uint64 // its place among all that the node has to do
	size int64
}

// mailbox holds what has arrived and not begun, in order. Bound: limit data and frames, and bytes in all. Rule when full: data and
// frames push out their oldest; a command is refused. Counts: dropped, and max, the high-water mark. Guarded by the node's lock.
type mailbox struct {
	ring    []letter
	head    int
	n       int // slots in use, gaps of pushed-out letters included
	live    int // letters in it
	media   int // of these, data and frames
	bytes   int64
	max     int
	dropped uint64
	oldest  int // no data or frame lies before this offset from head
}

func (b *mailbox) slot(i int) *letter { return &b.ring[(b.head+i)&(len(b.ring)-1)] }

func (b *mailbox) push(l *letter) {
	if b.n == len(b.ring) {
		b.grow()
	}
	*b.slot(b.n) = *l
	b.n++
	b.live++
	b.bytes += l.size
	if l.p == nil {
		b.media++
	}
	b.max = max(b.max, b.live)
}

func (b *mailbox) grow() {
	ring := make([]letter, max(16, 2*len(b.ring)))
	for i := range b.n {
		ring[i] = *b.slot(i)
	}
	b.ring, b.head = ring, 0
}

// pushFront puts a letter before all others. It was in the mailbox before, so no bound is asked.
func (b *mailbox) pushFront(l *letter) {
	if b.n == len(b.ring) {
		b.grow()
	}
	b.head = (b.head - 1) & (len(b.ring) - 1)
	*b.slot(0) = *l
	b.n++
	b.live++
	b.bytes += l.size
	if l.p == nil {
		b.media++
	}
	b.oldest = 0
}

// front returns the oldest letter, or nil.
func (b *mailbox) front() *letter {
	for b.n > 0 {
		if l := b.slot(0); l.m != nil {
			return l
		}
		b.skip()
	}
	return nil
}

func (b *mailbox) skip() {
	b.head = (b.head + 1) & (len(b.ring) - 1)
	b.n--
	b.oldest = max(0, b.oldest-1)
}

// pop takes the oldest letter; front must have returned it.
func (b *mailbox) pop() letter {
	l := *b.slot(0)
	b.drop()
	return l
}

// drop throws the oldest letter away; front must have returned it.
func (b *mailbox) drop() {
	s := b.slot(0)
	b.forget(s)
	*s = letter{}
	b.skip()
}

func (b *mailbox) forget(l *letter) {
	b.live--
	b.bytes -= l.size
	if l.p == nil {
		b.media--
	}
}

// pushOut takes the oldest data or frame out of the middle.
func (b *mailbox) pushOut() (letter, bool) {
	for i := b.oldest; i < b.n; i++ {
		s := b.slot(i)
		if s.m == nil || s.p != nil {
			continue
		}
		l := *s
		*s = letter{}
		b.oldest = i
		b.forget(&l)
		b.dropped++
		return l, true
	}
	return letter{}, false
}

// each calls fn for every letter in order, with its place from 1.
func (b *mailbox) each(fn func(place int, l *letter)) {
	place := 0
	for i := range b.n {
		if s := b.slot(i); s.m != nil {
			place++
			fn(place, s)
		}
	}
}
