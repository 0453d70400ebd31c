package traffic

import (
	tea "github.com/charmbracelet/bubbletea"

	"tenbench/tui/ui"
)

// goTo shows what another screen asked for.
func (m *Model) goTo(g ui.GotoMsg) tea.Cmd {
	if g.Screen != ui.Traffic {
		return nil
	}
	var cmd tea.Cmd
	switch {
	case g.Filter != "":
		m.setOpen(false)
		m.wanted = g.Command
		cmd = m.setFilter(g.Filter)
		m.selectWanted()
	case g.Command != 0:
		cmd = m.selectCommand(g.Command)
	case g.Seq != 0:
		m.selectSeq(g.Seq)
		m.setOpen(true)
	}
	if e, ok := m.selected(); ok && g.Answer && e.ID == g.Command && m.byHand(&e) {
		m.openAnswer(&e)
	}
	if g.Search && m.answer == nil {
		cmd = m.search()
	}
	m.refresh()
	return cmd
}

// selectCommand selects a command by its id and opens it. A filter that hides it is switched off.
func (m *Model) selectCommand(id uint64) tea.Cmd {
	c := m.c.Store.Command(id)
	if c == nil {
		return nil
	}
	m.folded.extend(maxFolded)
	m.selectSeq(c.SentSeq)
	m.setOpen(true)
	m.refresh()
	return nil
}

// selectWanted selects the command that a jump asked for, as soon as it is among the rows.
func (m *Model) selectWanted() {
	if m.wanted == 0 {
		return
	}
	if c := m.c.Store.Command(m.wanted); c == nil || m.list.SelectID(c.SentSeq) {
		m.wanted = 0
	}
}

func (m *Model) selectSeq(seq uint64) {
	if m.list.SelectID(seq) {
		return
	}
	if m.filter.active() {
		m.filter.Toggle()
		m.filter.apply(m.c.Store)
		m.changeRows()
	}
	if m.sorted != nil && !m.list.SelectID(seq) {
		m.sorted = nil
		m.changeRows()
	}
	if !m.list.SelectID(seq) {
		i, _ := m.folded.Find(seq)
		m.list.Select(i)
	}
}
