package timeline

import (
	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/store"
	"tenbench/tui/ui"
)

// maxSearch bounds how many events a search for the next one reads.
const maxSearch = 200_000

// aim is what the cursor is moved to.
type aim struct {
	drawn, also func(*trace.Event) bool // those that are drawn, and all
	word, none  string
}

func (m *Model) events() aim { return aim{m.stops, notable, "events", "nothing happened"} }

func (m *Model) errors() aim { return aim{m.fails, wrong, "errors", "nothing went wrong"} }

// anchor is the instant that stays where it is when the zoom changes.
func (m *Model) anchor() int64 {
	if c := m.win.column(m.cursor); m.cursor >= 0 && c >= 0 && c < m.win.columns {
		return m.cursor
	}
	if m.win.mode == auto || m.win.mode == follow {
		return min(max(m.c.Now, m.win.from), m.win.to()-1)
	}
	return m.win.instant(m.win.columns / 2)
}

// put sets the cursor to an instant and lets the window stand where it shows it.
func (m *Model) put(t int64) {
	m.cursor, m.found = min(max(t, 0), max(m.c.Now, 0)), 0
	m.win.mode = still
	m.win.reveal(m.cursor)
}

// step moves the cursor by columns. A new one begins at the newest instant shown.
func (m *Model) step(columns int) {
	if c := m.win.column(m.cursor); m.cursor < 0 || c < 0 || c >= m.win.columns {
		m.put(min(m.c.Now, m.win.to()-1))
		return
	}
	m.put(m.win.instant(m.win.column(m.cursor) + columns))
}

// jump moves the cursor to the next event that is wanted (+1) or the one before (-1), and selects its command, or none if it has none.
// It reports whether there is such an event.
func (m *Model) jump(dir int, want func(*trace.Event) bool) bool {
	e, ok := m.search(m.jumpsFrom(dir), dir, want)
	if !ok {
		return false
	}
	m.put(e.Mono)
	m.cursor, m.found = e.Mono, e.Seq
	m.sel = 0
	if m.c.Store.Command(e.ID) != nil {
		m.sel, m.bound = e.ID, 0
	}
	return true
}

// jumpsFrom is the instant from which an event is looked for: that of the cursor, else an end of the window.
func (m *Model) jumpsFrom(dir int) int64 {
	switch {
	case m.cursor >= 0:
		return m.cursor
	case dir > 0:
		return m.win.from - 1
	}
	return min(m.c.Now, m.win.to())
}

// search returns the nearest event that is wanted after the instant, or before it.
func (m *Model) search(t int64, dir int, want func(*trace.Event) bool) (trace.Event, bool) {
	log := m.c.Source.Log()
	if dir > 0 {
		return m.scan(log, seqAt(log, t+1), m.c.Now, want)
	}
	return scanBack(log, seqAt(log, t), want)
}

// scanBack returns the last event that is wanted before seq. It reads stretches of events, and looks at the last one first.
func scanBack(log *trace.Log, seq uint64, want func(*trace.Event) bool) (trace.Event, bool) {
	var buf [64]trace.Event
	first, _ := log.Span()
	for n := 0; seq > first && n < maxSearch; n += len(buf) {
		from := max(first, seq-min(seq, uint64(len(buf))))
		got := log.ReaderAt(from).Next(buf[:seq-from])
		for i := got - 1; i >= 0; i-- {
			if buf[i].Seq < seq && want(&buf[i]) {
				return buf[i], true
			}
		}
		seq = from
	}
	return trace.Event{}, false
}

// scan returns the first event that is wanted from seq on that is not later than until.
func (m *Model) scan(log *trace.Log, seq uint64, until int64, want func(*trace.Event) bool) (trace.Event, bool) {
	var buf [64]trace.Event
	r := log.ReaderAt(seq)
	for range maxSearch / len(buf) {
		n := r.Next(buf[:])
		for i := range buf[:n] {
			if buf[i].Mono > until {
				return trace.Event{}, false
			}
			if want(&buf[i]) {
				return buf[i], true
			}
		}
		if n == 0 {
			break
		}
	}
	return trace.Event{}, false
}

// seqAt returns the seq of the first event at or after an instant.
func seqAt(log *trace.Log, t int64) uint64 {
	first, last := log.Span()
	lo, hi := first, last+1
	var buf [1]trace.Event
	for lo < hi {
		mid := lo + (hi-lo)/2
		if log.ReaderAt(mid).Next(buf[:]) == 0 || buf[0].Mono >= t {
			hi = mid
		} else {
			lo = max(mid, buf[0].Seq) + 1
		}
	}
	return lo
}

// stops reports that an event is worth a stop of the cursor and drawn. Where one chose which messages are drawn, each of them is.
func (m *Model) stops(e *trace.Event) bool {
	return m.shows(e) && (notable(e) || m.kinds != allKinds && e.Kind == trace.Sent)
}

// fails reports that an event says that something is wrong, and is drawn.
func (m *Model) fails(e *trace.Event) bool { return m.shows(e) && wrong(e) }

// notable reports that an event is worth a stop of the cursor: not every frame of a stream is.
func notable(e *trace.Event) bool {
	switch e.Kind {
	case trace.Transition, trace.Result, trace.Freed, trace.Held, trace.Released, trace.Dropped, trace.Config:
		return true
	case trace.Lint:
		return e.Level > trace.LevelNone
	case trace.Sent, trace.Delivered:
		return e.Type == msg.KindCmd
	case trace.LogLine:
		return e.Level >= trace.Warn
	}
	return false
}

// wrong reports that an event says that something is.
func wrong(e *trace.Event) bool {
	switch e.Kind {
	case trace.Freed, trace.Dropped:
		return true
	case trace.Transition:
		return e.State == trace.Failed
	case trace.Result:
		return e.Final && e.Status == msg.Error
	case trace.Lint:
		return e.Level >= trace.Warn
	case trace.LogLine:
		return e.Level >= trace.Error
	}
	return false
}

// marks reports that an event is worth a stop and the marked extension's.
func (m *Model) marks(e *trace.Event) bool {
	return m.stops(e) && e.Extension == m.marked.Sym() && e.Graph.String() == m.marked.Graph()
}

// eventAt returns what happened in the cursor's column: what was looked for and found there, else something of the marked extension
// rather than of another, and from the cursor on rather than before it.
func (m *Model) eventAt() (e trace.Event, ok bool) {
	log := m.c.Source.Log()
	if e, ok := m.c.Store.At(m.found); ok && m.found != 0 && e.Mono == m.cursor && m.shows(&e) {
		return e, true
	}
	begin, to := m.win.instant(m.win.column(m.cursor)), m.win.instant(m.win.column(m.cursor)+1)-1
	if m.marked != nil {
		e, ok = m.scan(log, seqAt(log, begin), to, m.marks)
	}
	for _, from := range []int64{m.cursor, begin} {
		if !ok {
			e, ok = m.scan(log, seqAt(log, from), to, m.stops)
		}
	}
	return e, ok
}

// describe finds what happened in the cursor's column, and draws the sentence about it.
func (m *Model) describe() {
	m.under, m.at = trace.Event{}, ""
	if m.cursor < 0 {
		return
	}
	t, l := m.c.Theme, m.c.Styled()
	e, ok := m.eventAt()
	m.under = e
	if !ok {
		l.Text(t.Key, clock(m.cursor, min(m.win.width(), 1e6))).Gap(2).Text(t.Quiet, m.kinds.nothing()+" in this column: ").
			Text(t.Key, "n").Text(t.Quiet, " goes to the next event.")
		m.at = l.String()
		return
	}
	l.Text(t.Key, clock(e.Mono, min(m.win.width(), 1e6))).Gap(2)
	m.tell(l, &e)
	m.at = l.String()
}

// tell draws one sentence about an event.
func (m *Model) tell(l *ui.Line, e *trace.Event) {
	t := m.c.Theme
	what := func() *ui.Line {
		if l.Text(t.Text, e.Name.String()); e.ID != 0 {
			l.Gap(1).IDCell(t.Text, e.ID, 0)
		}
		return l
	}
	if c := m.c.Store.Command(e.ID); e.Kind == trace.Result && e.Final && c != nil && ui.Ended(c) {
		l.Text(t.Text, c.To.String()).Text(t.Quiet, " did not answer ")
		what().Text(t.Quiet, "; ")
		m.c.TellEnd(l, c)
		return
	}
	l.Text(t.Text, m.subject(e))
	switch e.Kind {
	case trace.Transition:
		l.Text(t.Quiet, entering(e.State)).Text(t.Stage(e.State), e.State.String())
		if e.StageNS > 0 {
			l.Text(t.Quiet, " after ").Dur(t.Text, e.StageNS, 0)
		}
	case trace.Sent:
		l.Text(t.Quiet, " sent ")
		if what().Text(t.Quiet, " to "); e.To == 0 {
			l.Text(t.Warn, "nobody: no route leads on")
			break
		}
		l.Text(t.Text, e.To.String())
		m.outcome(l, e.ID, "; it never answered")
	case trace.Delivered:
		l.Text(t.Quiet, " received ")
		what()
		m.outcome(l, e.ID, " and never answered it")
	case trace.Result:
		l.Text(t.Quiet, " answered ")
		what()
		if c := m.c.Store.Command(e.ID); e.Final && c != nil {
			if _, inPlace := c.Answerer(); inPlace {
				l.Text(t.Quiet, " in place of ").Text(t.Text, c.To.String())
			}
		}
		l.Text(t.Quiet, ": ").Text(m.status(e.Status), e.Status.String())
		if e.LatencyNS > 0 {
			l.Text(t.Quiet, " after ").Dur(t.Text, e.LatencyNS, 0)
		}
	case trace.LogLine:
		l.Text(t.Quiet, " logged ").Text(t.Level(e.Level), e.Detail)
	case trace.Lint:
		l.Text(t.Quiet, ": ").Text(t.Level(e.Level), e.Detail)
	case trace.Freed:
		l.Text(t.Quiet, " let go of ")
		what().Text(t.Quiet, " without an answer")
	case trace.Config:
		l.Text(t.Quiet, ": ").Text(t.Text, e.Detail)
	default:
		l.Text(t.Quiet, " "+e.Kind.String()+" ")
		what()
	}
}

// entering leads to the name of a state.
func entering(s trace.State) string {
	switch s {
	case trace.Created:
		return " was "
	case trace.Running:
		return " is "
	case trace.Failed, trace.Ended:
		return " has "
	}
	return " entered "
}

// outcome adds what became of a command; silent is how to say that nothing did.
func (m *Model) outcome(l *ui.Line, id uint64, silent string) {
	t, cmd := m.c.Theme, m.c.Store.Command(id)
	switch {
	case cmd == nil:
	case ui.Ended(cmd):
		l.Text(t.Quiet, "; ")
		m.c.TellEnd(l, cmd)
	case cmd.Finished:
		l.Text(t.Quiet, "; "+answerOf(cmd)+" was ").Text(m.status(cmd.Status), cmd.Status.String()).Text(t.Quiet, " after ").Dur(t.Text, cmd.LatencyNS, 0)
	case cmd.Silent():
		l.Text(t.Wrong, silent)
	default:
		l.Text(t.Quiet, "; no answer yet")
	}
}

// answerOf names the answer to a command, and who gave it if that was not its receiver.
func answerOf(c *store.Command) string {
	if who, inPlace := c.Answerer(); inPlace {
		return "the answer of " + who
	}
	return "the answer"
}

// subject is whose event it is: of a final result, who made it.
func (m *Model) subject(e *trace.Event) string {
	if c := m.c.Store.Command(e.ID); e.Kind == trace.Result && e.Final && c != nil {
		return ui.Answerer(c)
	}
	for _, s := range []trace.Sym{e.Extension, e.From, e.To} {
		if s != 0 {
			return s.String()
		}
	}
	return "tenbench"
}
