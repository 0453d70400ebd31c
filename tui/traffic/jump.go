package traffic

import (
	"cmp"
	"strconv"

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
		cmd = m.selectMessage(g.Command, g.Seq)
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

// selectMessage selects a message by its id, and opens it: a filter that hides it is switched off. seq is where the trace has that it was
// sent, 0 where nobody knows. One that is looked for, or that has no row of its own as it is folded with others, a filter shows.
func (m *Model) selectMessage(id, seq uint64) tea.Cmd {
	m.folded.extend(maxFolded)
	if seq = cmp.Or(m.c.Store.SentSeq(id), seq); seq == 0 || m.folds(seq) {
		m.setOpen(false)
		return m.setFilter("id = " + strconv.FormatUint(id, 10))
	}
	m.selectSeq(seq)
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

// folds reports that a message has no row of its own: it is one of many in a row.
func (m *Model) folds(seq uint64) bool {
	i, found := m.folded.Find(seq)
	return !found || m.folded.count(i) > 1
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
