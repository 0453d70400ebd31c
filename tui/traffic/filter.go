package traffic

import (
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"tenbench/tui/store"
	"tenbench/tui/ui"
)

// scanTime is how long one Update may look for rows that pass a filter.
const scanTime = 4 * time.Millisecond

// scanMsg asks for the next slice of a search through old rows.
type scanMsg struct{}

// filter is the line above the list, and the rows that pass it.
type filter struct {
	ui.FilterLine
	rows *store.Filtered // nil: all rows
}

// active reports that rows are being left out.
func (f *filter) active() bool { return f.rows != nil }

// apply finds the rows anew for the filter in force.
func (f *filter) apply(s *store.Store) {
	f.rows = nil
	if c := f.Filter(); c != nil {
		f.rows = s.Filter(s.Messages(), c, nil)
	}
}

// handleFilterKey edits the line. What it says is tried at each key.
func (m *Model) handleFilterKey(k tea.KeyMsg) tea.Cmd {
	step, cmd := m.filter.HandleKey(k)
	switch step {
	case ui.FilterChanged:
		return tea.Batch(cmd, m.applyFilter())
	case ui.FilterDone:
		m.arrange()
	}
	return cmd
}

// search opens the line for another screen, empty: who begins a search there does not think of the filter of before.
func (m *Model) search() tea.Cmd {
	m.asksOrder = false
	m.setFull(false)
	m.filter.EditAnew(m.Focus())
	return m.applyFilter()
}

// setFilter puts a text into the line and into force.
func (m *Model) setFilter(text string) tea.Cmd {
	if !m.filter.Set(text) {
		return nil
	}
	return m.applyFilter()
}

func (m *Model) applyFilter() tea.Cmd {
	m.filter.apply(m.c.Store)
	return m.changeRows()
}

// changeRows shows the rows of the filter in force, and keeps the selected message if it is among them.
func (m *Model) changeRows() tea.Cmd {
	if m.sorted != nil {
		m.sort()
		m.list.SetRows(m.sorted)
	} else {
		m.list.SetRows(m.timeRows())
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
	m.sortAgain(more)
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
	if need := ui.Width(count) + ui.Width(below) + ui.Width(m.filter.Text()) + 14; need > m.w && !m.list.Following() {
		count = m.counted() // the filter wants the room
	}
	m.filter.Draw(l.Gap(1), "all messages", m.w-ui.Width(count)-ui.Width(below)-7)
	if below != "" {
		l.Gap(max(l.Left()-ui.Width(below)-ui.Width(count)-4, 0)).Text(t.Warn, below)
	}
	l.End(t.Quiet, count, 1)
}

// maxOpenTried bounds how many open commands are tried for unmeasured.
const maxOpenTried = 500

// unmeasured counts the open commands that the filter leaves out only because they have no latency before they have an answer: they
// would pass if it were the time for which they have been open.
func (m *Model) unmeasured() (n int) {
	f, tried := m.filter.Filter(), 0
	if f == nil || !strings.Contains(f.Plain(), "latency") {
		return 0
	}
	m.c.Store.Open(func(c *store.Command) bool {
		e, ok := m.c.Store.At(c.SentSeq)
		if ok && !f.Match(&e, &c.Command) {
			if e.LatencyNS = c.Age(m.c.Now); f.Match(&e, &c.Command) {
				n++
			}
		}
		tried++
		return tried < maxOpenTried
	})
	return n
}

// below is what is to be known of the list besides its rows: commands that a filter leaves out for want of an answer, or how many came
// since the list was left standing; how many of those pass a filter stands beside it anyway.
func (m *Model) below() string {
	if n := m.unmeasured(); n > 0 {
		return ui.Grouped(n) + " open as long: add or pending"
	}
	if n := m.total() - m.left; m.left >= 0 && n > 0 && !m.filter.active() && m.sorted == nil {
		return "+" + ui.Grouped(n) + " new"
	}
	return ""
}

// shown says how many rows there are of how many messages, and whether the list follows; that it does is always on the screen.
func (m *Model) shown() string {
	switch {
	case !m.c.Live() || m.sorted != nil:
		return m.counted()
	case m.c.Paused:
		return m.counted() + "   standing still " + m.c.Theme.Signs.Held
	case m.list.Following():
		return m.counted() + "   following " + m.c.Theme.Signs.Down
	}
	return m.counted() + "   standing still"
}

func (m *Model) counted() string {
	x := m.c.Store.Messages()
	total := x.Len() + x.Forgotten()
	order := m.orderName()
	if order != "" {
		order += "   "
	}
	if !m.filter.active() {
		return order + ui.Plural(total, "message")
	}
	s := order + ui.Grouped(m.filter.rows.Len()) + " of " + ui.Grouped(total) + " shown"
	if done, all := m.filter.rows.Progress(); all > 0 && done < all {
		s = ui.Grouped(done*100/all) + "% searched  " + s
	}
	return s
}

// drawHints draws how the line may go on or what is wrong with it, in the place of the rule under it.
func (m *Model) drawHints() {
	if !m.filter.DrawHints(m.frame.Row) {
		m.frame.Rule()
	}
}
