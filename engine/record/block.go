package record

import (
	"time"

	"tenbench/engine/trace"
)

// block is the lines of one frame.
type block struct {
	lines  []byte
	begun  time.Time
	events uint64 // that nobody counted as missing yet
	loss   gap    // what is missing if the block is dropped
}

func (b *block) add(e *trace.Event, lines []byte) {
	b.lines = lines
	b.loss.add(e)
	if e.Kind != trace.Gap {
		b.events++
	}
}

func (b *block) reset() { *b = block{lines: b.lines[:0]} }

// gap is what the next gap line says.
type gap struct {
	count  uint64 // events missing
	seq    uint64 // of the last one
	mono   int64  // of the first one: what nobody recorded makes nothing in the file older
	detail string
}

func (g *gap) add(e *trace.Event) {
	if g.count == 0 {
		g.mono = e.Mono
	}
	g.seq = e.Seq
	if e.Kind == trace.Gap {
		g.count += e.Count
	} else {
		g.count++
	}
}

func (g *gap) event() *trace.Event {
	return &trace.Event{Seq: g.seq, Mono: g.mono, Kind: trace.Gap, Count: g.count, Detail: g.detail}
}
