package timeline

import (
	"slices"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"tenbench/tui/ui"
)

// handleLifeKey acts while the lifecycle has the whole body: the arrows mark one extension after the other.
func (m *Model) handleLifeKey(k tea.KeyMsg) {
	last := len(m.c.Store.Nodes()) - 1
	at := slices.Index(m.c.Store.Nodes(), m.marked)
	above, below := at-1, at+1
	if at < 0 {
		above, below = m.top, m.top // the first one in sight
	}
	switch {
	case key.Matches(k, keys.Back):
		m.alone = false
	case key.Matches(k, keys.Up):
		m.markLife(max(above, 0))
	case key.Matches(k, keys.Down):
		m.markLife(min(below, last))
	case key.Matches(k, keys.LanesUp):
		m.top = max(m.top-max(m.lay.stages-1, 1), 0)
	case key.Matches(k, keys.LanesDown):
		m.top += max(m.lay.stages-1, 1)
	case key.Matches(k, keys.Start):
		m.markLife(0)
	case key.Matches(k, keys.Follow):
		m.markLife(last)
	default:
		return
	}
	m.refresh()
}

// markLife marks an extension and scrolls no further than to show it.
func (m *Model) markLife(i int) {
	if i < 0 || i >= len(m.c.Store.Nodes()) {
		return
	}
	m.marked = m.c.Store.Nodes()[i]
	m.top = min(max(m.top, i-m.lay.stages+1), i)
}

// handleLifeMouse marks the extension that is clicked, and scrolls with the wheel.
func (m *Model) handleLifeMouse(e tea.MouseMsg) {
	switch {
	case e.Button == tea.MouseButtonWheelUp:
		m.top = max(m.top-1, 0)
	case e.Button == tea.MouseButtonWheelDown:
		m.top++
	case e.Button == tea.MouseButtonLeft && e.Action == tea.MouseActionPress && e.Y > 0:
		m.markLife(m.top + e.Y - 1)
	default:
		return
	}
	m.refresh()
}

func (m *Model) lifeKeys() []key.Binding {
	k := []key.Binding{keys.Back, keys.Extension}
	if len(m.c.Store.Nodes()) > m.lay.stages {
		k = append(k, keys.Lanes)
	}
	return k
}

// lifeStatus says how the marked extension started, or what the two pictures are.
func (m *Model) lifeStatus(l *ui.Line) {
	t := m.c.Theme
	if m.marked != nil {
		m.startStatus(l)
		return
	}
	l.Text(t.Quiet, "At the left all starts on one scale, at the right the whole run. ").Text(t.Key, "↑/↓").Text(t.Quiet, " marks an extension.")
}
