package gate

import (
	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/store"
	"tenbench/tui/ui"
)

// went is the message with which something was done last: it was let go, answered or dropped. What came of it the store knows.
type went struct {
	message trace.HeldMessage // as it was held
	seq     uint64            // where the trace has that it was sent; 0 if that is not known
}

// note remembers a message that leaves the gate.
func (m *Model) note(h *trace.HeldMessage) { m.went = &went{*h, m.c.Store.SentSeq(h.ID)} }

// hasGone reports that the message with which something was done last is out of the gate.
func (m *Model) hasGone() bool { return m.went != nil && m.c.Gate.Message(m.went.message.ID) == nil }

// inTraffic opens a message on the Traffic screen.
func (m *Model) inTraffic(id, seq uint64) tea.Cmd {
	return ui.Goto(ui.GotoMsg{Screen: ui.Traffic, Command: id, Seq: seq})
}

// wentLine says what came of that message: what it was answered, or that it waits.
func (m *Model) wentLine() *ui.Line {
	t, l, h := m.c.Theme, m.c.Styled(), &m.went.message
	const shows = " in Traffic"
	key := keyWent.Help().Key
	room := m.w - 2 - ui.Width(key+shows) - 2
	say := func(text string) { l.Cell(t.Quiet, text, max(room-l.Used(), 0)) }
	l.Text(t.Heading, "WENT").Gap(1).Cell(t.Bright, ui.NameOf(h), min(ui.Width(ui.NameOf(h)), room/3)).Gap(1)
	if m.c.Store.Edited(h.ID) {
		l.Text(t.Warn, "edited").Gap(1)
	}
	switch c := m.c.Store.Command(h.ID); {
	case m.c.Store.Dropped(h.ID):
		l.Text(t.Wrong, t.Signs.Wrong+" dropped")
	case h.Type != msg.KindCmd:
		say("to " + h.To + "; it wants no answer")
	case c == nil:
		say("to " + h.To)
	default:
		state := ui.StateOf(t, c)
		l.Text(state.Style, state.Text).Gap(1)
		say(m.cameOf(c))
	}
	return l.Col(room+2).Text(t.Key, key).Text(t.Quiet, shows)
}

// cameOf is what a command was answered; of an open one, who owes the answer.
func (m *Model) cameOf(c *store.Command) string {
	if !c.Finished {
		return "waits: " + ui.Owes(c, m.c.Now)
	}
	e, ok := m.c.Store.At(c.ResultSeq)
	if ok && len(e.Property) == 0 {
		return e.Detail
	}
	return string(e.Property)
}
