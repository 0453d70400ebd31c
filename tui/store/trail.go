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

	id     uint64
	read   *trace.Reader
	looked int
	done   bool
}

// Follow begins with the sent event of a message.
func (t *Trail) Follow(log *trace.Log, e *trace.Event) {
	*t = Trail{id: e.ID, read: log.ReaderAt(e.Seq), done: e.ID == 0}
	if t.done {
		t.Events = append(t.Events, *e)
	}
}

// Extend looks at the next events, up to those that s knows. It reads on after the answer, for what the handler did then.
func (t *Trail) Extend(s *Store) {
	if t.read == nil {
		return
	}
	if t.done {
		return
	}
	var buf [128]trace.Event
	for n := 0; n < trailRead && t.read.Seq() <= s.seq; n += len(buf) {
		got := t.read.Next(buf[:])
		for i := range buf[:got] {
			if e := &buf[i]; e.ID == t.id && e.Seq <= s.seq && len(t.Events) < trailKeep {
				t.Events = append(t.Events, *e)
			}
		}
		t.looked += got
		if got == 0 {
			break
		}
	}
	t.done = t.looked >= trailReach
}
