package bench

import (
	"context"
	"maps"
	"slices"
	"time"

	"tenbench/engine/diagnose"
	"tenbench/engine/trace"
)

// overdue says, while a program runs without a screen, which of its commands have no answer: a test that waits for one says nothing
// itself, and TEN gives up after minutes. It is one goroutine's.
type overdue struct {
	log  *trace.Log
	note func(format string, args ...any)
	open map[uint64]trace.Event // the lints about commands that may yet be told, by id
	told map[uint64]bool
}

func newOverdue(log *trace.Log, note func(format string, args ...any)) *overdue {
	return &overdue{log: log, note: note, open: map[uint64]trace.Event{}, told: map[uint64]bool{}}
}

const (
	waitsLong  = 3 * time.Second // since a command counts as unanswered; many a test waits that long on purpose
	maxOverdue = 5               // the others are found with diagnose
)

// follow reads until the log ends.
func (o *overdue) follow() {
	in, buf := o.log.NewReader(), make([]trace.Event, 256)
	for len(o.told) < maxOverdue {
		n := in.Next(buf)
		for i := range buf[:n] {
			o.take(&buf[i])
		}
		o.look(o.log.Now())
		if n == 0 && !o.wait(in) {
			return
		}
	}
}

// wait waits for more events, or for a moment if somebody may lose waitsLong; false at the end of the log.
func (o *overdue) wait(in *trace.Reader) bool {
	ctx := context.Background()
	if len(o.open) > 0 {
		var cancel func()
		ctx, cancel = context.WithTimeout(ctx, waitsLong/10)
		defer cancel()
	}
	return in.Wait(ctx) == nil || ctx.Err() != nil
}

func (o *overdue) take(e *trace.Event) {
	switch {
	case e.Kind == trace.Result && e.Final:
		delete(o.open, e.ID)
	case e.Kind != trace.Lint || o.told[e.ID]:
	case e.Rule.String() == diagnose.Unanswered:
		o.open[e.ID] = *e
	case e.Rule.String() == diagnose.Lost:
		o.tell(e, "%s lost %s #%d from %s: nothing can answer it any more")
	}
}

// look tells of those that have waited for too long, the oldest first.
func (o *overdue) look(now int64) {
	for _, id := range slices.Sorted(maps.Keys(o.open)) {
		if e := o.open[id]; now-e.Mono >= int64(waitsLong) {
			o.tell(&e, "%s has not answered %s #%d from %s yet")
		}
	}
}

func (o *overdue) tell(e *trace.Event, format string) {
	delete(o.open, e.ID)
	if len(o.told) == maxOverdue {
		return
	}
	o.told[e.ID] = true
	if o.note(format, e.To, e.Name, e.ID, e.From); len(o.told) == maxOverdue {
		o.note("tenbench diagnose finds the others")
	}
}
