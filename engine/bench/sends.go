package bench

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"tenbench/engine/diagnose"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// sends follows the messages of --send until each is settled: a command by its final result or by counting as unanswered,
// everything else by being on its way. That the stop cut a command is no ERROR: nobody answered, and nobody is to blame. It is fed by the trace and asked by the run.
type sends struct {
	mu         sync.Mutex
	left       int
	open       map[uint64]string // commands that wait, by id: what was sent
	overdue    map[uint64]string // those that count as unanswered, and have no answer yet
	errors     int               // ERROR answers and messages that could not be sent
	unanswered int
	settled    chan struct{} // closed when nothing is left
	note       func(format string, args ...any)
}

func newSends(n int, note func(string, ...any)) *sends {
	s := &sends{left: n, open: map[uint64]string{}, overdue: map[uint64]string{}, settled: make(chan struct{}), note: note}
	if n == 0 {
		close(s.settled)
	}
	return s
}

// refused notes that a message could not be sent at all.
func (s *sends) refused(what string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.errors++
	s.note("--send %s: %v", what, err)
	s.settle(1)
}

func (s *sends) add(e *trace.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch e.Kind {
	case trace.Inject:
		s.begun(e)
	case trace.Result:
		s.answered(e)
	case trace.Lint:
		if what, ok := s.open[e.ID]; ok && e.Rule.String() == diagnose.Unanswered {
			s.unanswered++
			s.note("--send %s: counts as unanswered", what)
			s.overdue[e.ID] = what
			s.close(e.ID)
		}
	}
}

func (s *sends) begun(e *trace.Event) {
	what := fmt.Sprintf("#%d %s to %s", e.ID, e.Name, e.To)
	if e.Type != msg.KindCmd {
		s.note("--send %s: sent; %s wants no answer", what, e.Type)
		s.settle(1)
		return
	}
	s.open[e.ID] = what
}

func (s *sends) answered(e *trace.Event) {
	if !e.Final {
		return
	}
	if what, ok := s.overdue[e.ID]; ok {
		delete(s.overdue, e.ID)
		s.late(what, e)
		return
	}
	what, ok := s.open[e.ID]
	if !ok {
		return
	}
	switch {
	case e.By == trace.ByStop && e.Detail == trace.DetailCut:
		s.note("--send %s: cut by the stop after %s, before it was answered", what, latency(e))
	case e.By == trace.ByStop: // it is known to be lost, however young it is
		s.unanswered++
		s.note("--send %s: unanswered when the stop ended it after %s", what, latency(e))
	default:
		if e.Status == msg.Error {
			s.errors++
		}
		s.note("--send %s: %s %s after %s", what, strings.ToUpper(e.Status.String()), answerText(e), latency(e))
	}
	s.close(e.ID)
}

// late tells of an answer that came after all. That the stop ended the command is none.
func (s *sends) late(what string, e *trace.Event) {
	if e.By != trace.ByStop {
		s.note("--send %s: answered after all: %s %s after %s", what, strings.ToUpper(e.Status.String()), answerText(e), latency(e))
	}
}

func latency(e *trace.Event) time.Duration {
	return time.Duration(e.LatencyNS).Round(100 * time.Microsecond)
}

// maxAnswer is how many characters of an answer are told: the whole of it is on stdout.
const maxAnswer = 200

// answerText is what a result says of itself, shortened: its detail, else its properties.
func answerText(e *trace.Event) string {
	text := []rune(cmp.Or(e.Detail, string(e.Property)))
	if len(text) > maxAnswer {
		return string(text[:maxAnswer]) + "…"
	}
	return string(text)
}

func (s *sends) close(id uint64) {
	delete(s.open, id)
	s.settle(1)
}

func (s *sends) settle(n int) {
	if s.left == 0 {
		return
	}
	if s.left -= n; s.left == 0 {
		close(s.settled)
	}
}

// apply, at the end of the run, says of which messages no answer came and returns the statuses that the answers have earned.
func (s *sends) apply() []Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(s.open)) {
		s.note("--send %s: no answer came", s.open[id])
	}
	var out []Status
	if s.errors > 0 {
		out = append(out, CheckFailed)
	}
	if s.unanswered > 0 {
		out = append(out, Unanswered)
	}
	return out
}
