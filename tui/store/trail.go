package store

import "tenbench/engine/trace"

// Bounds of a trail.
const (
	trailRead  = 1 << 13 // events looked at in one go
	trailReach = 1 << 18 // events looked at in all
	trailKeep  = 512     // events kept
)

// Trail is the events of one message, gathered from the trace a slice at a time, so that a message of long ago costs no
// pause. The zero Trail follows nothing.
type Trail struct {
	Events []trace.Event // oldest first; bounded

	log    *trace.Log
	id     uint64
	read   *trace.Reader
	looked int
	done   bool
}

// Follow begins with the sent event of a message.
func (t *Trail) Follow(log *trace.Log, e *trace.Event) {
	*t = Trail{log: log, id: e.ID, read: log.ReaderAt(e.Seq), done: e.ID == 0}
	if t.done {
		t.Events = append(t.Events, *e)
	}
}

// Extend looks at the next events, up to those that s knows. It reads on after the answer, for what the handler did then.
func (t *Trail) Extend(s *Store) {
	if t.read == nil || t.done {
		return
	}
	var buf [128]trace.Event
	for n := 0; n < trailRead && t.read.Seq() <= s.seq; n += len(buf) {
		got := t.take(buf[:t.read.Next(buf[:])], s.seq)
		t.looked += got
		if got == 0 {
			break
		}
	}
	t.done = t.looked >= trailReach
}

// take gathers what is the message's among events, up to the one numbered last: the log may be ahead of the store. What comes after is
// read again when the store knows it. It returns how many events it looked at.
func (t *Trail) take(events []trace.Event, last uint64) int {
	for i := range events {
		e := &events[i]
		if e.Seq > last {
			t.read = t.log.ReaderAt(last + 1)
			return i
		}
		if e.ID == t.id && len(t.Events) < trailKeep {
			t.Events = append(t.Events, *e)
		}
	}
	return len(events)
}
