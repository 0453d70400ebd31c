package traffic

import (
	"strconv"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/store"
	"tenbench/tui/theme"
	"tenbench/tui/ui"
)

// columns are the widths of a row's cells; 0 leaves a column out.
type columns struct {
	id, kind, name, from, to, status, latency, bar int
}

// fit chooses the columns for rows of w cells: what matters most is never left out, and what is left over goes to names
// first and then to the bar.
func fit(w int) columns {
	c := columns{name: 10, from: 8, to: 8, status: 11, latency: 7}
	left := w - 1 - 10 - c.name - c.from - c.to - 4 - c.status - c.latency - 3
	take := func(want int) int {
		n := min(max(left, 0), want)
		left -= n
		return n
	}
	grow := func(v *int, most int) { *v += take(most - *v) }
	if left < 0 {
		c.status += left / 2
		c.name += left - left/2
		c.status, c.name = max(c.status, 2), max(c.name, 3)
		return c
	}
	if left >= 6 {
		c.kind = take(6)
	}
	if left >= 13 {
		c.id = take(7)
	}
	grow(&c.name, 12)
	grow(&c.from, min(c.from+(left+1)/2, 13))
	grow(&c.to, 13)
	grow(&c.from, 13)
	if left >= 14 {
		c.bar = take(16)
	}
	grow(&c.name, 15)
	grow(&c.from, 14)
	grow(&c.to, 14)
	if c.bar > 0 {
		c.bar += left
	}
	return c
}

func (m *Model) drawHead(l *ui.Line, c columns, scale int64) {
	h := m.c.Theme.Heading
	title := func(word string, by column) string { return word + m.orderSign(by) }
	l.Gap(1)
	if c.id > 0 {
		l.Cell(h, "#", c.id)
	}
	l.Cell(h, title("TIME", byTime), 10)
	if c.kind > 0 {
		l.Cell(h, "KIND", c.kind)
	}
	l.Cell(h, title("NAME", byName), c.name).Gap(1).Cell(h, title("FROM", bySender), c.from).Gap(3).Cell(h, title("TO", byReceiver), c.to).Gap(1)
	l.Cell(h, "STATUS", c.status).Right(h, "LATENCY", c.latency).Text(h, m.orderSign(byLatency))
	if c.bar > 0 {
		l.Gap(2-ui.Width(m.orderSign(byLatency))).Text(m.c.Theme.Quiet, "0").Right(m.c.Theme.Quiet, ui.Dur(scale), c.bar-3)
	}
}

// orderSign is the sign behind the name of the column that the list is sorted by.
func (m *Model) orderSign(by column) string {
	if m.sorted == nil || m.sorted.by != by {
		return ""
	}
	if by.numeric() != m.sorted.back {
		return m.c.Theme.Signs.Down
	}
	return m.c.Theme.Signs.Mark
}

// drawRow draws row i of the list.
func (m *Model) drawRow(l *ui.Line, i int, c columns, scale int64) {
	t := m.c.Theme
	e, ok := m.c.Store.At(m.rowSeq(i))
	selected := i == m.list.Cursor()
	if !ok {
		l.Select(selected).Gap(1).Text(t.Quiet, "no longer kept")
		return
	}
	cmd := m.command(&e)
	state := m.stateOf(&e, cmd, m.rowCount(i))
	if selected {
		l.Select(true).Sign(state.Style, t.Signs.Bar)
	} else {
		l.Gap(1)
	}
	if c.id > 0 {
		l.Cell(t.Quiet, idText(e.ID), c.id)
	}
	l.Clock(t.Quiet, e.Mono, 9)
	if m.c.Marks.Has(e.Seq) {
		l.Sign(t.Key, t.Signs.Marked)
	}
	l.Col(1 + c.id + 10)
	if c.kind > 0 {
		l.Cell(t.Kind(e.Type), ui.KindName(e.Type), c.kind)
	}
	name := t.Text
	if selected || state.Loud {
		name = t.Bright
	}
	m.drawName(l, name, &e, c.name)
	l.Gap(1).Cell(t.Quiet, e.From.String(), c.from).Gap(1)
	l.Sign(t.Quiet, t.Signs.Arrow).Gap(1)
	if e.To == 0 {
		l.Cell(t.Warn, "nobody", c.to)
	} else {
		l.Cell(t.Quiet, e.To.String(), c.to)
	}
	l.Gap(1).Cell(state.Style, state.Text, c.status)
	m.drawLatency(l, &e, cmd, c.latency, state)
	if c.bar > 0 {
		m.drawBar(l.Gap(2), &e, cmd, state, c.bar-2, scale)
	}
	l.Gap(m.listWidth() - 1 - l.Used()).Select(false)
}

// drawName draws the name of a message, and that it was edited in the gate.
func (m *Model) drawName(l *ui.Line, st theme.Style, e *trace.Event, w int) {
	const edited = " edited"
	if !m.c.Store.Edited(e.ID) {
		l.Cell(st, e.Name.String(), w)
		return
	}
	name := min(ui.Width(e.Name.String()), max(w-len(edited), 3))
	l.Cell(st, e.Name.String(), name).Cell(m.c.Theme.Warn, edited, w-name)
}

// sizeWidth is the width of sizes.
const sizeWidth = 7

func idText(id uint64) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatUint(id, 10)
}

// rowSeq and rowCount read a row of whatever the list shows.
func (m *Model) rowSeq(i int) uint64 {
	if m.sorted != nil {
		return m.sorted.ID(i)
	}
	return m.timeSeq(i)
}

func (m *Model) rowCount(i int) int {
	if m.sorted != nil {
		return m.sorted.rows[i].count
	}
	return m.timeCount(i)
}

// timeRows are the rows in the order of time, timeSeq and timeCount read one of them.
func (m *Model) timeRows() ui.Rows {
	if m.filter.active() {
		return m.filter.rows
	}
	return m.folded
}

func (m *Model) timeSeq(i int) uint64 {
	if m.filter.active() {
		return m.filter.rows.Seq(i)
	}
	return m.folded.ID(i)
}

func (m *Model) timeCount(i int) int {
	if m.filter.active() {
		return 1
	}
	return m.folded.count(i)
}

func (m *Model) stateOf(e *trace.Event, c *store.Command, count int) ui.State {
	t := m.c.Theme
	_, held := m.c.Store.Held(e.ID)
	switch {
	case held:
		return ui.State{Text: t.Signs.Held + " held", Style: t.Held, Loud: true}
	case count <= 1 && m.c.Store.Dropped(e.ID) && (c == nil || !c.Finished):
		return ui.State{Text: t.Signs.Wrong + " dropped", Style: t.Wrong, Loud: true}
	case count > 1:
		return ui.State{Text: t.Signs.Times + ui.Grouped(count), Style: t.Quiet}
	case e.To == 0:
		return ui.State{Text: t.Signs.Attention + " no route", Style: t.Warn, Loud: true}
	case c == nil:
		return ui.State{Style: t.Quiet}
	case m.byHand(e):
		return ui.State{Text: t.Signs.Waiting + " for you", Style: t.Warn}
	}
	return ui.StateOf(t, c)
}

// drawLatency draws how long the answer took or has been owed.
func (m *Model) drawLatency(l *ui.Line, e *trace.Event, c *store.Command, w int, s ui.State) {
	t := m.c.Theme
	since, held := m.c.Store.Held(e.ID)
	switch {
	case held:
		l.Age(t.Held, m.c.Now-since, w)
	case c == nil:
		l.Gap(w)
	case c.Finished:
		l.Dur(t.Text, c.LatencyNS, w)
	default:
		l.Age(s.Style, c.Age(m.c.Now), w)
	}
}

// drawBar draws a command's latency as a bar, all on one scale, and of other messages the size and the beginning of what they say.
func (m *Model) drawBar(l *ui.Line, e *trace.Event, c *store.Command, s ui.State, w int, scale int64) {
	t := m.c.Theme
	if c == nil {
		size := min(sizeWidth, w)
		l.Size(t.Quiet, e.Bytes, size).Gap(min(2, w-size))
		if w -= size + 2; w > 0 {
			l.Cell(t.Quiet, ui.Prefix(string(e.Property), 4*w), w)
		}
		return
	}
	n := min(max(int(c.Age(m.c.Now)*int64(w)/max(scale, 1)), 1), w)
	switch {
	case c.Finished:
		l.Repeat(s.Style, t.Signs.Segment, n)
	case s.Loud:
		l.Sign(s.Style, t.Signs.Start).Repeat(s.Style, t.Signs.Dashed, n-1)
	default:
		l.Repeat(s.Style, t.Signs.Segment, n-1).Sign(s.Style, t.Signs.Start)
	}
}

// scale is the length that the bars of the visible rows are drawn to: the longest of them, made round.
func (m *Model) scale() int64 {
	longest := int64(1e6)
	from, to := m.list.Visible()
	for i := from; i < to; i++ {
		if e, ok := m.c.Store.At(m.rowSeq(i)); ok {
			if c := m.command(&e); c != nil {
				longest = max(longest, c.Age(m.c.Now))
			}
		}
	}
	for _, s := range scales {
		if s >= longest {
			return s
		}
	}
	return longest
}

var scales = []int64{1e6, 2e6, 5e6, 10e6, 20e6, 50e6, 100e6, 200e6, 500e6, 1e9, 2e9, 5e9, 10e9, 20e9, 30e9, 60e9, 120e9, 300e9, 600e9, 1800e9, 3600e9}

func statusStyle(t *theme.Theme, c *store.Command) theme.Style {
	if c.Status == msg.OK {
		return t.OK
	}
	return t.Wrong
}
