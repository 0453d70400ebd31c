package traffic

import (
	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/ui"
)

// Explain says what the selected message's state means.
func (m *Model) Explain() (heading string, sentences []string) {
	e, ok := m.selected()
	if !ok {
		return "", nil
	}
	heading = ui.KindName(e.Type) + " " + e.Name.String() + " " + number(e.ID)
	return heading, m.explain(&e)
}

func (m *Model) explain(e *trace.Event) []string {
	c := m.command(e)
	_, held := m.c.Store.Held(e.ID)
	switch {
	case held:
		return []string{"Held: a rule of the gate keeps it on its way. It is never lost: let it go, edit it, drop it or answer it by hand."}
	case e.To == 0:
		return []string{"No route: the graph connects " + e.Name.String() + " of " + e.From.String() + " to nobody, so it went nowhere.",
			"Add a connection for it to the graph, or send it to an extension by name."}
	case m.c.Store.Dropped(e.ID) && (c == nil || !c.Finished):
		return []string{"Dropped: it was lost on its way, by a rule of the gate, by hand, or pushed out of a full mailbox. The Path tab names the reason."}
	case c != nil:
		return ui.StateWords(c)
	case e.Type == msg.KindAudioFrame || e.Type == msg.KindVideoFrame:
		return []string{"Frames of one stream share a row, one row a second; the number is how many. A filter shows each by itself."}
	case e.Type == msg.KindCmd:
		return []string{"The trace no longer knows what became of this command; it keeps the newest ones."}
	}
	return []string{"Data wants no answer: it is done when it was handled."}
}
