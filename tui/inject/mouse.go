package inject

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"tenbench/tui/ui"
)

// spot is a place of the drawing that a click finds: a field, or an entry of the list.
type spot struct {
	line  *ui.Line
	from  int // the cell it begins at, of its column
	slot  slot
	entry int // of slotList
	row   int // of slotProps: the line from the first that the properties have
}

// area is where a column was drawn.
type area struct {
	x, y, w int
	lines   []*ui.Line
}

// spotAt returns what was drawn last at a cell of the body.
func (m *Model) spotAt(x, y int) (found spot, ok bool) {
	for _, a := range m.areas {
		if x < a.x || x >= a.x+a.w || y < a.y || y-a.y >= len(a.lines) {
			continue
		}
		for _, s := range m.spots {
			if s.line == a.lines[y-a.y] && x-a.x >= s.from {
				found, ok = s, true // of several on a line the last that begins before it
			}
		}
	}
	return found, ok
}

// handleMouse gives the keys to the field that is clicked, chooses a kind, selects an entry of the list; the wheel moves in the list.
func (m *Model) handleMouse(e tea.MouseMsg) {
	if e.Action != tea.MouseActionPress || !m.c.CanAct() {
		return
	}
	switch e.Button {
	case tea.MouseButtonWheelDown:
		m.wheel(+1)
	case tea.MouseButtonWheelUp:
		m.wheel(-1)
	case tea.MouseButtonLeft:
		if s, ok := m.spotAt(e.X, e.Y); ok {
			m.click(s)
		}
	}
}

func (m *Model) wheel(by int) {
	if n := m.entries(); n > 0 {
		m.form.move(slotList)
		m.point(min(max(m.cursor+by, 0), n-1))
	}
}

func (m *Model) click(s spot) {
	if m.form.focus != s.slot {
		m.completeField()
		m.form.move(s.slot)
	}
	switch s.slot {
	case slotList:
		m.point(s.entry)
	case slotKind:
		m.form.turn(s.entry - slices.Index(kinds, m.form.kind))
	case slotWave:
		m.form.tone = s.entry == 1
	case slotProps:
		m.form.props.FocusLine(s.row)
	}
	m.declare()
}
