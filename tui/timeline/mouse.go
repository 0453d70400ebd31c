package timeline

import (
	tea "github.com/charmbracelet/bubbletea"

	"tenbench/tui/store"
)

// drag is the window being pulled along with the mouse.
type drag struct {
	on   bool
	x    int   // where it began
	from int64 // where the window began then
}

// handleMouse puts the cursor where a click points, and selects what is there; pulls the window along; zooms with the wheel.
func (m *Model) handleMouse(e tea.MouseMsg) {
	if m.alone {
		m.handleLifeMouse(e)
		return
	}
	c := min(max(e.X-m.lay.gutter, 0), m.win.columns-1)
	switch {
	case e.Button == tea.MouseButtonWheelUp:
		m.win.zoomBy(-1, m.win.instant(c))
	case e.Button == tea.MouseButtonWheelDown:
		m.win.zoomBy(+1, m.win.instant(c))
	case e.Button == tea.MouseButtonLeft && e.Action == tea.MouseActionPress:
		m.press(e, c)
	case e.Action == tea.MouseActionMotion && m.drag.on:
		m.win.slide(m.drag.from, m.drag.x-e.X, m.c.Now)
	case e.Action == tea.MouseActionRelease:
		m.drag.on = false
		return
	default:
		return
	}
	m.refresh()
}

// press selects what lies under the mouse: a name marks its extension or its command, a column is an instant.
func (m *Model) press(e tea.MouseMsg, column int) {
	if n := m.laneAt(e.Y); n != nil && e.X < m.lay.gutter {
		m.marked = n
		return
	}
	if i := e.Y - m.commandsBegin(); i >= 0 && i < len(m.spans) && m.lay.commands > 0 {
		m.selectCommand(m.spans[i].cmd)
		return
	}
	if e.X < m.lay.gutter || e.X >= m.lay.gutter+m.win.columns {
		return
	}
	m.drag = drag{on: true, x: e.X, from: m.win.from}
	m.put(m.win.instant(column))
}

// laneAt returns the extension whose lane or queue is drawn on a line, nil if none is.
func (m *Model) laneAt(y int) *store.Node {
	line := headLines
	for i, n := range m.c.Store.Nodes() {
		if i < m.top {
			continue
		}
		lines := 1
		if i < len(m.queues) && m.queues[i] {
			lines++
		}
		if y >= line && y < line+lines && y < headLines+m.lay.lanes {
			return n
		}
		line += lines
	}
	return nil
}

// commandsBegin is the line of the first command.
func (m *Model) commandsBegin() int { return headLines + m.lay.lanes + sectionLines }
