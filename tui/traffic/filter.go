package traffic

import (
	"errors"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/trace"
	"tenbench/tui/store"
	"tenbench/tui/ui"
)

// scanTime is how long one Update may look for rows that pass a filter.
const scanTime = 4 * time.Millisecond

// scanMsg asks for the next slice of a search through old rows.
type scanMsg struct{}

// filter is the line above the list, and the rows that pass it.
type filter struct {
	field  ui.Field
	before string // what the line said when editing began
	text   string // of the filter in force, also while it is switched off
	off    bool
	err    *trace.FilterError // what is wrong with the line as it stands
	rows   *store.Filtered    // nil: all rows
}

// active reports that rows are being left out.
func (f *filter) active() bool { return f.rows != nil }

// try puts the line into force if it is a filter; else the last good one stays.
func (f *filter) try(s *store.Store) {
	f.err = nil
	text := f.field.Value()
	if text == "" {
		f.text, f.rows = "", nil
		return
	}
	c, err := trace.Compile(text)
	if err != nil {
		if !errors.As(err, &f.err) {
			f.err = &trace.FilterError{Col: 1, Msg: err.Error()}
		}
		return
	}
	f.text, f.off = text, false
	f.rows = s.Filter(s.Messages(), c, nil)
}

// toggle switches the filter off, and on again.
func (f *filter) toggle(s *store.Store) {
	if f.text == "" {
		return
	}
	if f.off = !f.off; f.off {
		f.rows = nil
		return
	}
	f.field.SetValue(f.text)
	f.try(s)
}

func (m *Model) editFilter() {
	m.filter.before = m.filter.text
	m.filter.field.SetValue(m.filter.text)
	m.filter.field.Focus()
}

// handleFilterKey edits the line. What it says is tried at each key.
func (m *Model) handleFilterKey(k tea.KeyMsg) tea.Cmd {
	f := &m.filter
	switch k.String() {
	case "enter":
		if f.err != nil {
			return nil
		}
		f.field.Remember()
		f.field.Blur()
		m.arrange()
		return nil
	case "esc":
		f.field.Blur()
		return m.setFilter(f.before)
	}
	if f.field.HandleKey(k) {
		return m.applyFilter()
	}
	return nil
}

// setFilter puts a text into the line and into force.
func (m *Model) setFilter(text string) tea.Cmd {
	m.filter.field.SetValue(text)
	return m.applyFilter()
}

func (m *Model) applyFilter() tea.Cmd {
	m.filter.try(m.c.Store)
	return m.changeRows()
}

// changeRows shows the rows of the filter in force, and keeps the selected message if it is among them.
func (m *Model) changeRows() tea.Cmd {
	if m.filter.active() {
		m.list.SetRows(m.filter.rows)
	} else {
		m.list.SetRows(m.folded)
	}
	m.arrange()
	return m.scan()
}

// scan looks at more rows, and asks to be called again while there are any.
func (m *Model) scan() tea.Cmd {
	more := m.folded.extend(1 << 15)
	if m.filter.active() {
		more = m.filter.rows.Extend(scanTime) || more
	}
	m.list.Sync()
	if !more || m.scanning {
		return nil
	}
	m.scanning = true
	return ui.To(ui.Traffic, func() tea.Msg { return scanMsg{} })
}

// drawFilter draws the line, and how many messages it shows of how many.
func (m *Model) drawFilter() {
	t, l := m.c.Theme, m.frame.Row()
	count, below := m.shown(), m.below()
	room := m.w - ui.Width(count) - ui.Width(below) - 14
	l.Gap(1)
	switch f := &m.filter; {
	case f.field.Focused():
		l.Text(t.Key, "filter ")
		f.field.Draw(l, t.Bright, max(room, 8))
	case f.text == "":
		l.Text(t.Quiet, "all messages")
	case f.off:
		l.Text(t.Quiet, "filter off  ").Cell(t.Quiet, f.text, max(room-4, 8))
	default:
		l.Text(t.Quiet, "filter ").Cell(t.Bright, f.text, max(room, 8))
	}
	if below != "" {
		l.Gap(max(l.Left()-ui.Width(below)-ui.Width(count)-4, 0)).Text(t.Warn, below)
	}
	l.End(t.Quiet, count, 1)
}

// below counts what came since the list was left standing; how many of them pass a filter stands beside it anyway.
func (m *Model) below() string {
	if n := m.total() - m.left; m.left >= 0 && n > 0 && !m.filter.active() {
		return "+" + ui.Grouped(n) + " new"
	}
	return ""
}

// shown says how many rows there are of how many messages; always on the screen.
func (m *Model) shown() string {
	x := m.c.Store.Messages()
	total := x.Len() + x.Forgotten()
	if !m.filter.active() {
		return ui.Plural(total, "message")
	}
	s := ui.Grouped(m.filter.rows.Len()) + " of " + ui.Grouped(total) + " shown"
	if done, all := m.filter.rows.Progress(); all > 0 && done < all {
		s = ui.Grouped(done*100/all) + "% searched  " + s
	}
	return s
}

// drawError points at what is wrong with the filter, in the place of the rule under it.
func (m *Model) drawError() {
	e, t := m.filter.err, m.c.Theme
	if e == nil {
		m.frame.Rule()
		return
	}
	const label = 8 // the blank and "filter "
	l := m.frame.Row()
	at := label + ui.Width(ui.Prefix(m.filter.field.Value(), e.Col-1))
	if at+ui.Width(e.Msg)+4 > m.w {
		l.Gap(label).Text(t.Wrong, e.Msg)
		return
	}
	l.Col(at).Text(t.Wrong, "^ ").Text(t.Wrong, e.Msg)
}
