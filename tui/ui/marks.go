package ui

import (
	"slices"

	"tenbench/engine/trace"
)

// maxMarks is how many messages can be marked: two are what a diff takes.
const maxMarks = 2

// Marks are the messages that were marked, the older mark first. The zero Marks has none.
type Marks struct {
	marked  []marked
	changes uint64
}

// marked is a message by the seq of its sent event, and by its id, which may be 0.
type marked struct{ seq, id uint64 }

// Len counts the marks.
func (k *Marks) Len() int { return len(k.marked) }

// Seqs are the sent events of the marked messages.
func (k *Marks) Seqs() []uint64 {
	var seqs []uint64
	for _, m := range k.marked {
		seqs = append(seqs, m.seq)
	}
	return seqs
}

// Has reports that the message of a sent event is marked.
func (k *Marks) Has(seq uint64) bool { return k.index(seq) >= 0 }

func (k *Marks) index(seq uint64) int {
	return slices.IndexFunc(k.marked, func(m marked) bool { return m.seq == seq })
}

// Match reports that an event is one of a marked message.
func (k *Marks) Match(e *trace.Event, _ *trace.Command) bool {
	for _, m := range k.marked {
		if m.seq == e.Seq || m.id != 0 && m.id == e.ID {
			return true
		}
	}
	return false
}

// Toggle marks the message of a sent event, or takes its mark away. The third mark costs the oldest.
func (k *Marks) Toggle(e *trace.Event) {
	k.changes++
	if i := k.index(e.Seq); i >= 0 {
		k.marked = slices.Delete(k.marked, i, i+1)
		return
	}
	k.marked = append(k.marked, marked{e.Seq, e.ID})
	k.marked = k.marked[max(len(k.marked)-maxMarks, 0):]
}

// Pair returns the two messages to compare: those marked, or the one marked and the selected one; 0 where there is none.
func (k *Marks) Pair(selected uint64) (a, b uint64) {
	switch {
	case len(k.marked) == maxMarks:
		return k.marked[0].seq, k.marked[1].seq
	case len(k.marked) == 1 && selected != k.marked[0].seq:
		return k.marked[0].seq, selected
	case len(k.marked) == 1:
		return k.marked[0].seq, 0
	}
	return 0, 0
}
