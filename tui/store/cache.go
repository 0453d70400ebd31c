package store

import "tenbench/engine/trace"

const cacheBits = 9

// cache keeps the events that were asked for last: a screen draws the same rows at each tick, and finding an event in the
// log costs a walk through a chunk.
type cache struct {
	events [1 << cacheBits]trace.Event
}

func (c *cache) at(log *trace.Log, seq uint64) (trace.Event, bool) {
	e := &c.events[seq*0x9e3779b97f4a7c15>>(64-cacheBits)]
	if e.Seq == seq && seq != 0 {
		return *e, true
	}
	found, ok := log.At(seq)
	if ok {
		*e = found
	}
	return found, ok
}
