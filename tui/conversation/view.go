package conversation

import (
	"tenbench/tui/store"
	"tenbench/tui/theme"
	"tenbench/tui/ui"
)

// headLines are the title, its rule and the names of the columns.
const headLines = 3

// columns are the widths of a row's cells; 0 leaves a column out.
type columns struct {
	name, way, status, latency, bar int
}

// fit chooses the columns for rows of w cells.
func fit(w int) columns {
	c := columns{name: 26, status: 12, latency: 8}
	left := w - 2 - c.name - c.status - c.latency - 2
	if w >= 76 {
		c.way = min(max(left*2/5, 18), 34)
		left -= c.way + 1
	}
	if w >= 110 {
		c.name += 8
		left -= 8
	}
	c.bar = max(left-1, 0)
	return c
}

// View draws the body.
func (m *Model) View() string {
	f, t := &m.frame, m.c.Theme
	f.Begin(t, m.w, m.h)
	if len(m.tree.rows) == 0 {
		m.drawEmpty()
		return f.String()
	}
	c := fit(m.w)
	m.drawTitle(f.Row())
	f.Rule()
	from, to := m.span()
	m.drawHead(f.Row(), c, to-from)
	first, end := m.list.Visible()
	for i := first; i < end; i++ {
		m.drawRow(f.Row(), i, c, from, to)
	}
	if n := f.Left(); n >= 2 {
		f.Blank(n - 1)
		f.Row().Phases()
	}
	return f.String()
}

func (m *Model) drawEmpty() {
	f, t := &m.frame, m.c.Theme
	f.Blank(1)
	f.Row().Gap(2).Text(t.Text, "No command is chosen, or the trace no longer knows it.")
	f.Row().Gap(2).Text(t.Quiet, "A command stands here with all it caused: select one in ").Text(t.Key, "2").Text(t.Quiet, " Traffic, press ").
		Text(t.Key, "c").Text(t.Quiet, ".")
}

// drawTitle names the conversation and says how large it is.
func (m *Model) drawTitle(l *ui.Line) {
	t, c := m.c.Theme, m.tree.root
	l.Gap(1).Text(t.Quiet, "Traffic ").Sign(t.Quiet, t.Signs.Crumb).Gap(1).Cell(t.Bright, c.Name.String(), min(ui.Width(c.Name.String()), 40)).Gap(1)
	l.IDCell(t.Quiet, c.ID, 0).Text(t.Quiet, " and what it caused")
	commands, messages := 0, 0
	for i := range m.tree.rows {
		if f := m.tree.rows[i].flow; f != nil {
			messages += f.count
		} else {
			commands++
		}
	}
	count := ui.Plural(commands, "command")
	if messages > 0 {
		count += ", " + ui.Plural(messages, "message")
	}
	if m.tree.cut {
		count += ", the first of them"
	}
	l.End(t.Quiet, count, 1)
}

// span is the stretch of time of the waterfall.
func (m *Model) span() (from, to int64) {
	from, to = m.tree.root.Sent, m.tree.root.Sent+1
	for i := range m.tree.rows {
		if r := &m.tree.rows[i]; r.cmd != nil {
			to = max(to, ui.End(r.cmd, m.c.Now))
		} else {
			to = max(to, r.flow.latest)
		}
	}
	return from, to
}

func (m *Model) drawHead(l *ui.Line, c columns, span int64) {
	t := m.c.Theme
	l.Gap(2).Cell(t.Heading, "MESSAGE", c.name)
	if c.way > 0 {
		l.Cell(t.Heading, "FROM "+arrow(t)+" TO", c.way).Gap(1)
	}
	l.Cell(t.Heading, "STATUS", c.status).Right(t.Heading, "TOOK", c.latency).Gap(2)
	if c.bar > 12 {
		l.Text(t.Quiet, "0").Right(t.Quiet, ui.Dur(span), c.bar-1)
	}
}

func arrow(t *theme.Theme) string { return t.Signs.Arrow }

func (m *Model) drawRow(l *ui.Line, i int, c columns, from, to int64) {
	t, r := m.c.Theme, &m.tree.rows[i]
	selected := i == m.list.Cursor()
	state := ui.State{Style: t.Kind(0)}
	if r.cmd != nil {
		state = ui.StateOf(t, r.cmd)
	} else {
		state = ui.State{Text: t.Signs.Times + ui.Grouped(r.flow.count), Style: t.Kind(r.flow.kind)}
	}
	if selected {
		l.Select(true).Sign(state.Style, t.Signs.Bar)
	} else {
		l.Gap(1)
	}
	m.drawName(l.Gap(1), r, selected || state.Loud, c.name)
	m.drawWay(l, r, c.way)
	l.Cell(state.Style, state.Text, c.status)
	switch {
	case r.cmd == nil:
		l.Gap(c.latency)
	case r.cmd.Finished:
		l.Dur(t.Text, r.cmd.LatencyNS, c.latency)
	default:
		l.Age(state.Style, r.cmd.Age(m.c.Now), c.latency)
	}
	l.Gap(2)
	if r.cmd != nil {
		m.drawBar(l, r.cmd, state, c.bar, from, to)
	} else {
		m.drawMarks(l, r.flow, c.bar, from, to)
	}
	l.Gap(l.Left()).Select(false)
}

// drawName draws the tree lines, the name and the number of a row in w cells.
func (m *Model) drawName(l *ui.Line, r *row, bright bool, w int) {
	t := m.c.Theme
	end := l.Used() + w
	depth := min(r.depth, max((w-12)/2, 0))
	for d := range depth - 1 {
		if r.lines&(1<<d) != 0 {
			l.Sign(t.Hairline, t.Signs.Line).Gap(1)
		} else {
			l.Gap(2)
		}
	}
	if depth > 0 {
		sign := t.Signs.Tree
		if !r.last {
			sign = t.Signs.Branch
		}
		l.Sign(t.Quiet, sign).Gap(1)
	}
	st, name, id := t.Text, "", uint64(0)
	if bright {
		st = t.Bright
	}
	if r.cmd != nil {
		name, id = r.cmd.Name.String(), r.cmd.ID
	} else {
		st, name = t.Kind(r.flow.kind), r.flow.name.String()
	}
	room := end - l.Used() - 1
	if id != 0 && room >= 14 {
		room -= 8
	}
	l.Cell(st, name, min(ui.Width(name), room))
	if id != 0 && end-l.Used() >= 4 {
		l.Gap(1).IDCell(t.Quiet, id, min(end-l.Used(), 9))
	}
	l.Col(end)
}

func (m *Model) drawWay(l *ui.Line, r *row, w int) {
	if w == 0 {
		return
	}
	t := m.c.Theme
	from, to := "", ""
	if r.cmd != nil {
		from, to = r.cmd.From.String(), r.cmd.To.String()
	} else {
		from, to = r.flow.from.String(), r.flow.to.String()
	}
	end := l.Used() + w
	half := max((w-3)/2, 1)
	if n := ui.Width(from); n < half {
		l.Cell(t.Quiet, from, n)
	} else {
		l.Cell(t.Quiet, from, min(n, max(w-3-ui.Width(to), half)))
	}
	l.Gap(1).Sign(t.Quiet, t.Signs.Arrow).Gap(1)
	if to == "" {
		l.Cell(t.Warn, "nobody", max(end-l.Used(), 0))
	} else {
		l.Cell(t.Text, to, max(end-l.Used(), 0))
	}
	l.Col(end).Gap(1)
}

// column returns the column of an instant.
func column(t, from, to int64, w int) int {
	return min(max(int((t-from)*int64(w)/max(to-from, 1)), 0), max(w-1, 0))
}

// drawBar draws a command as a span: queued, handled, waiting.
func (m *Model) drawBar(l *ui.Line, c *store.Command, s ui.State, w int, from, to int64) {
	if w <= 0 {
		return
	}
	t := m.c.Theme
	first, last := column(c.Sent, from, to, w), column(ui.End(c, m.c.Now)-1, from, to, w)
	l.Gap(first)
	for col := first; col <= last; col++ {
		switch {
		case c.Silent() && col == first:
			l.Sign(t.Wrong, t.Signs.Start)
		case c.Silent():
			l.Sign(t.Wrong, t.Signs.Dashed)
		case c.Waits():
			l.Sign(t.Held, t.Signs.Segment)
		default:
			at := from + (to-from)*int64(2*col+1)/int64(2*w)
			at = min(max(at, c.Sent), max(ui.End(c, m.c.Now)-1, c.Sent))
			l.Sign(ui.PhaseAt(m.c.Store, c, m.c.Now, at).Drawn(t, s.Style))
		}
	}
}

// drawMarks draws a mark for each message that wants no answer.
func (m *Model) drawMarks(l *ui.Line, f *flow, w int, from, to int64) {
	if w <= 0 {
		return
	}
	t, next := m.c.Theme, 0
	for _, at := range f.marks {
		if c := column(at, from, to, w); c >= next {
			l.Gap(c-next).Sign(t.Kind(f.kind), t.Signs.Mark)
			next = c + 1
		}
	}
}
