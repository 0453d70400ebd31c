package traffic

import "tenbench/tui/ui"

// View draws the body.
func (m *Model) View() string {
	m.frame.Begin(m.c.Theme, m.w, m.h)
	m.drawFilter()
	m.drawHints()
	switch {
	case m.full:
		for y := range m.detail.h {
			m.frame.Row().Gap(1).Draw(m.detail.line(y))
		}
	case m.beside():
		m.drawBeside()
	default:
		m.drawBelow()
	}
	return m.frame.String()
}

// drawBelow draws the list and, if it is open, the detail under it.
func (m *Model) drawBelow() {
	c, scale := m.layout()
	m.drawHead(m.frame.Row(), c, scale)
	for y := range m.list.Height() {
		m.drawListLine(m.frame.Row(), y, c, scale)
	}
	if !m.open || m.detail.h <= 0 {
		return
	}
	m.frame.Rule()
	for y := range m.detail.h {
		m.frame.Row().Gap(1).Draw(m.side(y))
	}
}

// drawBeside draws the list and the detail side by side.
func (m *Model) drawBeside() {
	c, scale := m.layout()
	t, w := m.c.Theme, m.listWidth()
	for y := range m.list.Height() + 1 {
		l := m.frame.Row()
		if y == 0 {
			m.drawHead(l, c, scale)
		} else {
			m.drawListLine(l, y-1, c, scale)
		}
		l.Col(w).Sign(t.Hairline, t.Signs.Line).Gap(1).Draw(m.side(y))
	}
}

func (m *Model) layout() (columns, int64) {
	c := fit(m.listWidth())
	if c.bar == 0 {
		return c, 0
	}
	return c, m.scale()
}

// drawListLine draws the row at line y of the list, or what there is to say in its place.
func (m *Model) drawListLine(l *ui.Line, y int, c columns, scale int64) {
	from, to := m.list.Visible()
	switch i := from + y; {
	case i < to:
		m.drawRow(l, i, c, scale)
	case m.list.Len() == 0:
		m.drawEmpty(l, y)
	}
}

// drawEmpty says why there is no row, what would appear and what to press.
func (m *Model) drawEmpty(l *ui.Line, y int) {
	t := m.c.Theme
	done, all := m.progress()
	if y == 2 && m.filter.active() && done >= all {
		l.Gap(2).Text(t.Text, m.filter.Doubt())
	}
	if y != 1 {
		return
	}
	l.Gap(2)
	switch {
	case m.filter.active() && done < all:
		l.Text(t.Quiet, "Searching.")
	case m.filter.active():
		l.Text(t.Text, "No message passes the filter; ").Text(t.Text, ui.Grouped(m.total())+" are hidden. ").
			Text(t.Key, "f").Text(t.Quiet, " shows all, ").Text(t.Key, "/").Text(t.Quiet, " changes it.")
	case m.c.CanAct():
		l.Text(t.Text, "No messages yet. ").Text(t.Quiet, "Each gets a row here when it is sent; ").
			Text(t.Key, "5").Text(t.Quiet, " sends one.")
	default:
		l.Text(t.Text, "This run has no messages.")
	}
}

func (m *Model) progress() (done, all int) {
	if !m.filter.active() {
		return 0, 0
	}
	return m.filter.rows.Progress()
}
