package store

import (
	"tenbench/engine/diagnose"
	"tenbench/engine/trace"
)

// problems keeps the list of problems fresh enough to look at: at once after a lint, else four times a second.
type problems struct {
	fold  diagnose.Fold
	snap  trace.Snapshot
	list  []diagnose.Problem
	open  int
	at    int64 // when list was made
	dirty bool
}

const problemsEvery = second / 4

func (p *problems) add(e *trace.Event) {
	p.fold.Add(e)
	p.dirty = p.dirty || e.Kind == trace.Lint
}

// refresh makes the list anew if it is time. now is the time of the newest event.
func (p *problems) refresh(now int64) {
	if !p.dirty && (len(p.list) == 0 || now-p.at < problemsEvery) {
		return
	}
	p.list, p.at, p.dirty, p.open = p.fold.Problems(p.snap), now, false, 0
	for i := range p.list {
		if pressing(&p.list[i]) {
			p.open++
		}
	}
}

// pressing reports that a problem is there now and more than a remark, and not muted.
func pressing(p *diagnose.Problem) bool {
	return !p.Ended && !p.Muted && p.Level != trace.Info.String()
}

// Verdict returns why a command has no answer at the moment now, or what became of it; false if nothing is known of it.
func (s *Store) Verdict(id uint64, now int64) (diagnose.Verdict, bool) {
	snap := s.problems.snap
	if snap.Mono < s.now {
		snap = trace.Snapshot{} // events are newer
	}
	snap.Mono = max(snap.Mono, now)
	return s.problems.fold.Verdict(id, snap, s)
}

// Unread returns the handlers whose sources should be looked at, once each. SetWays tells what was found.
func (s *Store) Unread() []diagnose.Handler { return s.problems.fold.Unread() }

// SetWays tells what was found of a handler's ways.
func (s *Store) SetWays(handler diagnose.Handler, found diagnose.Ways) {
	s.problems.fold.SetWays(handler, found)
	s.problems.again(s.now)
}

// StoppedCount returns how many commands were open when the stop began, which ended them.
func (s *Store) StoppedCount() int { return s.problems.fold.Counts().Stopped }

// Mute puts a problem behind the others, or takes that back.
func (s *Store) Mute(key string, on bool) {
	s.problems.fold.Mute(key, on)
	s.problems.again(s.now)
}

// again makes the list anew at once.
func (p *problems) again(now int64) {
	p.dirty = true
	p.refresh(now)
}
