package store

import "tenbench/engine/trace"

// heldSince is since when a message is in the gate, and where the trace has that it was sent; 0 if that is not known.
type heldSince struct {
	since   int64
	sentSeq uint64
}

// lately remembers where the trace has what was sent last: what happens to a message at once finds its row there.
type lately [1 << 10]struct{ id, seq uint64 }

func (l *lately) add(e *trace.Event) { l[e.ID%uint64(len(l))] = struct{ id, seq uint64 }{e.ID, e.Seq} }

// seq returns the seq of the sent event of a message, 0 if that was too long ago.
func (l *lately) seq(id uint64) uint64 {
	if at := l[id%uint64(len(l))]; at.id == id && id != 0 {
		return at.seq
	}
	return 0
}
