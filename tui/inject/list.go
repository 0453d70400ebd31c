package inject

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"tenbench/tui/ui"
)

// item is one saved message.
type item struct {
	name  string
	draft draft
	err   error
}

// readSaved reads the messages of the config file.
func (m *Model) readSaved() {
	m.saved = nil
	for _, s := range m.c.Info.Inject {
		d, err := read(s.Send)
		d.expect = s.Expect
		m.saved = append(m.saved, item{s.Name, d, err})
	}
}

// takeSaved takes the messages of the config file as they are now. The cursor stays on what was sent, if it is there.
func (m *Model) takeSaved() {
	was := len(m.saved)
	m.readSaved()
	if m.cursor >= was {
		m.cursor += len(m.saved) - was
	}
	m.cursor = max(min(m.cursor, m.entries()-1), 0)
}

// walk goes through what was sent: +1 to older ones, -1 back to what was typed.
func (m *Model) walk(by int) {
	if by > 0 && m.recall == 0 && m.aside != nil {
		m.form.take(*m.aside)
		m.aside, m.form.taken = nil, draft{} // it still is not sent
		m.resume()
		return
	}
	to := m.recall + by
	if to < 0 || to > len(m.sent) {
		return
	}
	if m.recall == 0 {
		m.fresh = m.form.draft()
	}
	m.recall = to
	if to == 0 {
		m.form.take(m.fresh)
		return
	}
	s := m.sent[len(m.sent)-to]
	m.form.take(s.draft)
	m.show(s)
}

// show shows the answer of a message that was sent.
func (m *Model) show(s *sent) {
	if s != m.showing {
		m.scroll = 0
	}
	m.showing, m.refused = s, ""
}

// handleListKey moves in the list of what is saved and was sent, and takes an entry into the form.
func (m *Model) handleListKey(k tea.KeyMsg) tea.Cmd {
	n := m.entries()
	switch {
	case key.Matches(k, keyUp):
		m.point(max(m.cursor-1, 0))
	case key.Matches(k, keyDown):
		m.point(min(m.cursor+1, max(n-1, 0)))
	case k.String() == "g", k.String() == "home":
		m.point(0)
	case k.String() == "G", k.String() == "end":
		m.point(max(n-1, 0))
	case key.Matches(k, ui.KeyFieldBefore):
		m.form.move(slotProps)
	case key.Matches(k, keyEdit):
		if k.String() == "tab" || m.form.draft().empty() {
			m.form.move(slotName)
		} else {
			m.resume()
		}
	case key.Matches(k, keyTake) && n > 0:
		return m.takeEntry()
	case key.Matches(k, keyTake):
		m.form.move(slotName)
	case key.Matches(k, ui.KeyWhy) && m.inTrace() && m.c.Store.Command(m.showing.id) != nil:
		return ui.Goto(ui.GotoMsg{Screen: ui.Why, Command: m.showing.id})
	case key.Matches(k, keyOpen) && m.inTrace():
		return ui.Goto(ui.GotoMsg{Screen: ui.Traffic, Command: m.showing.id})
	case key.Matches(k, keySave):
		return m.save()
	}
	return nil
}

// point selects an entry of the list; of what was sent it shows the answer.
func (m *Model) point(i int) {
	m.cursor = i
	if s := m.sentAt(i); s != nil {
		m.show(s)
	}
}

// sentAt returns the sent message at a place of the list.
func (m *Model) sentAt(i int) *sent {
	if i -= len(m.saved); i < 0 || i >= len(m.sent) {
		return nil
	}
	return m.sent[len(m.sent)-1-i]
}

// entries are all in the list: saved, sent, sent in earlier launches.
func (m *Model) entries() int { return len(m.saved) + len(m.sent) + len(m.before) }

// beforeAt returns the message of an earlier launch at a place of the list.
func (m *Model) beforeAt(i int) *draft {
	if i -= len(m.saved) + len(m.sent); i < 0 || i >= len(m.before) {
		return nil
	}
	return &m.before[i]
}

func (m *Model) takeEntry() (said tea.Cmd) {
	if m.cursor < len(m.saved) && m.saved[m.cursor].err != nil {
		return nil
	}
	said = m.putAside()
	switch s := m.sentAt(m.cursor); {
	case m.cursor < len(m.saved):
		m.form.takeOnce(m.saved[m.cursor].draft)
	case s != nil:
		m.form.takeOnce(s.draft)
	case m.beforeAt(m.cursor) != nil:
		m.form.takeOnce(*m.beforeAt(m.cursor))
	}
	m.declare()
	m.form.move(slotProps)
	return said
}
