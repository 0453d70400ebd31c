package enginetest

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"tenbench/engine/trace"
)

// Watcher waits for events in a log. It belongs to one goroutine.
//
// A filter is in the language of the workbench: "cmd and name = hello", "unanswered and to = forgetful". As there, an event is
// judged together with what is known of its command, so "cmd and answered" matches a sent event once its result is there.
type Watcher struct {
	// Patience is how long to wait for an event; a minute when zero.
	Patience time.Duration

	log     *trace.Log
	reader  *trace.Reader
	tracker trace.Tracker
	events  []trace.Event
	buf     [256]trace.Event
}

// Watch returns a Watcher that sees all that the log has kept, and what comes.
func Watch(log *trace.Log) *Watcher {
	return &Watcher{log: log, reader: log.NewReader()}
}

// Expect returns the first event that matches, of those that are there or still to come.
func (w *Watcher) Expect(t testing.TB, filter string) trace.Event {
	t.Helper()
	return w.expect(t, compile(t, filter), 0)
}

// ExpectAfter returns the first event later than e that matches.
func (w *Watcher) ExpectAfter(t testing.TB, e trace.Event, filter string) trace.Event {
	t.Helper()
	return w.expect(t, compile(t, filter), e.Seq)
}

// ExpectInOrder returns one event for each filter, each later than the one before. Others may come in between.
func (w *Watcher) ExpectInOrder(t testing.TB, filters ...string) []trace.Event {
	t.Helper()
	var out []trace.Event
	var last uint64
	for _, filter := range filters {
		e := w.expect(t, compile(t, filter), last)
		out, last = append(out, e), e.Seq
	}
	return out
}

// ExpectNone fails the test if something that happened until now matches.
func (w *Watcher) ExpectNone(t testing.TB, filter string) {
	t.Helper()
	if found := w.All(t, filter); len(found) > 0 {
		t.Fatalf("%d events match %q, and none should:\n%s", len(found), filter, w.print(found))
	}
}

// All returns the events until now that match.
func (w *Watcher) All(t testing.TB, filter string) []trace.Event {
	t.Helper()
	f := compile(t, filter)
	w.log.Flush()
	w.read()
	var out []trace.Event
	for i := range w.events {
		if w.match(f, i) {
			out = append(out, w.events[i])
		}
	}
	return out
}

func compile(t testing.TB, filter string) *trace.Filter {
	t.Helper()
	f, err := trace.Compile(filter)
	if err != nil {
		t.Fatalf("filter %q: %v", filter, err)
	}
	return f
}

// expect waits for the first event after seq that matches.
func (w *Watcher) expect(t testing.TB, f *trace.Filter, after uint64) trace.Event {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), w.patience())
	defer cancel()
	for {
		w.read()
		if e, ok := w.first(f, after); ok {
			return e
		}
		if err := w.reader.Wait(ctx); err != nil {
			t.Fatalf("no event matches %q (%v, patience %v); the latest of %d:\n%s", f, err, w.patience(), len(w.events), w.latest())
		}
	}
}

func (w *Watcher) patience() time.Duration { return orPatience(w.Patience) }

// orPatience is d, or how long to wait where nothing is said: longer than the slowest machine takes, as only a failure waits for it.
func orPatience(d time.Duration) time.Duration {
	if d == 0 {
		return time.Minute
	}
	return d
}

// read takes what the log has.
func (w *Watcher) read() {
	for {
		n := w.reader.Next(w.buf[:])
		if n == 0 {
			return
		}
		for _, e := range w.buf[:n] {
			w.tracker.Add(&e)
			w.events = append(w.events, e)
		}
	}
}

// first looks at all events again, because a later one may have changed what is known of an earlier one's command.
func (w *Watcher) first(f *trace.Filter, after uint64) (trace.Event, bool) {
	for i := range w.events {
		if w.events[i].Seq > after && w.match(f, i) {
			return w.events[i], true
		}
	}
	return trace.Event{}, false
}

func (w *Watcher) match(f *trace.Filter, i int) bool {
	e := &w.events[i]
	return f.Match(e, w.tracker.Command(e.ID))
}

// latest prints the last events, for a failure.
func (w *Watcher) latest() string {
	const few = 25
	return w.print(w.events[max(0, len(w.events)-few):])
}

func (w *Watcher) print(events []trace.Event) string {
	var out bytes.Buffer
	for i := range events {
		fmt.Fprintf(&out, "  %s\n", events[i].AppendJSON(nil, w.log.Start()))
	}
	return out.String()
}
