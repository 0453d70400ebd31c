package traffic

import (
	"tenbench/engine/trace"
	"tenbench/tui/ui"
)

// Status says what the selected message means.
func (m *Model) Status() string {
	t, l := m.c.Theme, m.c.Styled()
	if m.answer != nil {
		m.answer.status(l)
		return l.String()
	}
	if m.asksOrder {
		return l.Text(t.Text, "Sort by what?").Text(t.Quiet, " Numbers come with the largest first; the order of time follows.").String()
	}
	if m.filter.Focused() {
		return m.filter.Status("cmd and (pending or latency > 500ms) and prop.city ~ Ber")
	}
	e, ok := m.selected()
	if m.c.Paused && m.c.Gate.Message(e.ID) == nil {
		l.Text(t.Warn, "Paused: ").Text(t.Quiet, ui.Plural(int(m.c.Unread), "new event")+" recorded, not shown. ").
			Text(t.Key, "space").Text(t.Quiet, " goes live.")
		return l.String()
	}
	if !ok {
		return m.noSelection(l)
	}
	m.meaning(l, &e)
	return l.String()
}

func (m *Model) noSelection(l *ui.Line) string {
	t := m.c.Theme
	switch {
	case m.list.Len() > 0:
		l.Text(t.Quiet, "The trace no longer keeps this message.")
	case m.filter.active():
		l.Text(t.Quiet, "The filter lets nothing through: ").Text(t.Key, "f").Text(t.Quiet, " shows all.")
	default:
		l.Text(t.Quiet, "No messages yet.")
	}
	return l.String()
}

// meaning is one sentence about a message.
func (m *Model) meaning(l *ui.Line, e *trace.Event) {
	t, c := m.c.Theme, m.command(e)
	from, to := e.From.String(), e.To.String()
	held := m.c.Gate.Message(e.ID)
	switch {
	case held != nil:
		l.Text(t.Text, e.Name.String()).Gap(1).IDCell(t.Text, e.ID, 0).Text(t.Quiet, " has been held for ").Age(t.Held, m.c.Now-held.Since, 0)
		l.Text(t.Quiet, " by "+held.Rule+": ").Text(t.Key, "a").Text(t.Quiet, " lets it go, ").Text(t.Key, "e").Text(t.Quiet, " edits, answers or drops it.")
	case m.c.Store.Dropped(e.ID) && c == nil:
		l.Text(t.Text, e.Name.String()).Gap(1).IDCell(t.Text, e.ID, 0).Text(t.Wrong, " was lost on its way").Text(t.Quiet, " to "+to+".")
	case e.To == 0:
		l.Text(t.Warn, "The graph connects "+e.Name.String()+" of "+from+" to nobody.")
	case c == nil:
		l.Text(t.Text, from).Text(t.Quiet, " sent ").Text(t.Text, e.Name.String()).Text(t.Quiet, " to ").Text(t.Text, to)
		l.Text(t.Quiet, ", ").Size(t.Quiet, e.Bytes, 0).Text(t.Quiet, "; it wants no answer.")
	case m.byHand(e):
		l.Text(t.Text, e.Name.String()).Gap(1).IDCell(t.Text, e.ID, 0).Text(t.Quiet, " open for ").Age(t.Warn, c.Age(m.c.Now), 0)
		l.Text(t.Quiet, "; it waits for you: ").Text(t.Key, "a").Text(t.Quiet, " answers it.")
	case !c.Finished:
		l.Text(t.Text, e.Name.String()).Gap(1).IDCell(t.Text, e.ID, 0).Text(t.Quiet, " open for ").Age(t.Warn, c.Age(m.c.Now), 0)
		l.Text(t.Quiet, "; owed by ").Text(t.Text, ui.Owes(c, m.c.Now)).Text(t.Quiet, ".")
	case ui.Ended(c):
		l.Text(t.Text, e.To.String()).Text(t.Quiet, " did not answer ").Text(t.Text, e.Name.String()).Gap(1).IDCell(t.Text, e.ID, 0).Text(t.Quiet, "; ")
		m.c.TellEnd(l, c)
		l.Text(t.Quiet, ".")
	default:
		_, inPlace := c.Answerer()
		l.Text(t.Text, ui.Answerer(c)).Text(t.Quiet, " answered ").Text(t.Text, e.Name.String()).Gap(1).IDCell(t.Text, e.ID, 0)
		if inPlace {
			l.Text(t.Quiet, " in place of ").Text(t.Text, to)
		}
		l.Text(t.Quiet, " with ").Text(statusStyle(t, c), c.Status.String()).Text(t.Quiet, " after ").Dur(t.Text, c.LatencyNS, 0).Text(t.Quiet, ".")
	}
}
