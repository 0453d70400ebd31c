package traffic

import (
	"tenbench/engine/trace"
	"tenbench/tui/store"
)

// Bounds of a trail.
const (
	trailRead  = 1 << 13 // events looked at in one go
	trailReach = 1 << 18 // events looked at in all
	trailKeep  = 512     // events kept
)

// trail is the events of one message, gathered from the trace a slice at a time, so that a message of long ago costs no
// pause.
type trail struct {
	id     uint64
	read   *trace.Reader
	looked int
	done   bool
	events []trace.Event
}

// follow begins with the sent event.
func (t *trail) follow(log *trace.Log, e *trace.Event) {
	*t = trail{id: e.ID, read: log.ReaderAt(e.Seq), done: e.ID == 0}
	if t.done {
		t.events = append(t.events, *e)
	}
}

// extend looks at the next events up to those the store knows. Once a command is answered a little more is read, for what
// its handler did after answering.
func (t *trail) extend(s *store.Store) {
	if t.done {
		return
	}
	var buf [128]trace.Event
	for n := 0; n < trailRead && t.read.Seq() <= s.Seq(); n += len(buf) {
		got := t.read.Next(buf[:])
		for i := range buf[:got] {
			if e := &buf[i]; e.ID == t.id && e.Seq <= s.Seq() && len(t.events) < trailKeep {
				t.events = append(t.events, *e)
			}
		}
		t.looked += got
		if got == 0 {
			break
		}
	}
	t.done = t.looked >= trailReach
}

// logs are the log lines of the message.
func (t *trail) logs() []trace.Event {
	var l []trace.Event
	for _, e := range t.events {
		if e.Kind == trace.LogLine {
			l = append(l, e)
		}
	}
	return l
}
