package inject

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/msg"
	"tenbench/tui/ui"
)

// repeat is how often a message is sent, how far apart, and for how long somebody waits for the answer.
type repeat struct {
	count   int
	every   time.Duration
	timeout time.Duration // 0: for ever
}

// Bounds of a repetition.
const (
	maxCount = 100_000
	maxIDs   = 1000 // whose answers are counted
	burst    = 1000 // sent in one go, when there is no time between them
)

func (f *form) repeat() repeat {
	var r repeat
	r.count, _ = readCount(f.text(slotCount_))
	r.every, _ = readTime(f.text(slotEvery))
	r.timeout, _ = readTime(f.text(slotTimeout))
	return r
}

func readCount(text string) (int, error) {
	if text == "" {
		return 1, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxCount {
		return 0, fmt.Errorf("a count is a number from 1 to %d", maxCount)
	}
	return n, nil
}

func readTime(text string) (time.Duration, error) {
	if text == "" || text == "0" {
		return 0, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%q is no time; write it like 200ms", text)
	}
	return d, nil
}

// order is a message, what is in it, and how often it goes.
type order struct {
	draft
	buffer
	repeat
}

// sentMsg is what became of some sends.
type sentMsg struct {
	entry *sent
	ids   []uint64
	err   error
}

// nextMsg says that it is time for the next one.
type nextMsg struct{ entry *sent }

// sendSome hands the next messages of an entry to the controller, off the screen's own goroutine: one, or a burst of them if there
// is no time in between.
func (m *Model) sendSome(entry *sent) tea.Cmd {
	o, from, controller := entry.order, entry.n, m.c.Controller
	n := 1
	if o.every == 0 {
		n = min(o.count-from, burst)
	}
	return ui.To(ui.Inject, func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), ui.AskTimeout)
		defer cancel()
		out := sentMsg{entry: entry}
		for i := from; i < from+n; i++ {
			message, err := o.message(o.buffer, i)
			var id uint64
			if err == nil {
				id, err = controller.Inject(ctx, message)
			}
			if err != nil {
				out.err = err
				return out
			}
			out.ids = append(out.ids, id)
		}
		return out
	})
}

// accepted notes under which ids the messages went, ends a pause, since somebody waits for the answer, and goes on.
func (m *Model) accepted(s sentMsg) tea.Cmd {
	e, first := s.entry, !s.entry.done
	e.done, e.err = true, s.err
	e.n += len(s.ids)
	e.ids = append(e.ids, s.ids...)
	e.ids = e.ids[max(len(e.ids)-maxIDs, 0):]
	if len(s.ids) > 0 {
		e.id = s.ids[len(s.ids)-1]
	}
	if s.err != nil || e.n >= e.count || e.stopped {
		m.running = slices.DeleteFunc(m.running, func(x *sent) bool { return x == e })
	}
	if s.err != nil {
		return nil
	}
	var live tea.Cmd
	if first { // who pauses while more follow means it
		live = func() tea.Msg { return ui.LiveMsg{} }
	}
	if e.n >= e.count || e.stopped {
		return live
	}
	return tea.Batch(live, m.later(e))
}

// later sends the next of an entry when it is time.
func (m *Model) later(e *sent) tea.Cmd {
	if e.every == 0 {
		return m.sendSome(e)
	}
	return ui.To(ui.Inject, tea.Tick(e.every, func(time.Time) tea.Msg { return nextMsg{e} }))
}

// stopSending ends what is still being sent.
func (m *Model) stopSending() {
	for _, e := range m.running {
		e.stopped = true
	}
	m.running = nil
}

// tally is what became of the messages of an entry.
type tally struct {
	ok, failed, open int
	median, longest  int64
}

// count looks at the answers of the newest messages of an entry.
func (m *Model) count(e *sent) (t tally) {
	var took []int64
	for _, id := range e.ids {
		switch c := m.c.Store.Command(id); {
		case c == nil:
		case !c.Finished:
			t.open++
		default:
			took = append(took, c.LatencyNS)
			if c.Status == msg.OK {
				t.ok++
			} else {
				t.failed++
			}
		}
	}
	if len(took) > 0 {
		slices.Sort(took)
		t.median, t.longest = took[len(took)/2], took[len(took)-1]
	}
	return t
}

// countAnswers counts for what is in sight, and for what is still going.
func (m *Model) countAnswers() {
	for _, e := range m.sent[max(len(m.sent)-maxCounted, 0):] {
		if e.order.count > 1 && e.kind == msg.KindCmd {
			e.tally = m.count(e)
		}
	}
	if e := m.showing; e != nil && e.order.count > 1 {
		e.tally = m.count(e)
	}
}

// maxCounted is how many entries are counted at each tick.
const maxCounted = 8
