package logs

import (
	"tenbench/engine/trace"
	"tenbench/tui/ui"
)

// maxWrapped bounds the rows of one line; the detail, and a copy of it, have more.
const maxWrapped = 8

// wrapped is a line of the log as it is drawn while lines are wrapped.
type wrapped struct {
	event  trace.Event
	gone   bool // no longer in memory
	times  int
	text   []string // one row at least
	fields string   // behind the text, in its only row
	below  []string // the fields, in rows of their own
}

func (w *wrapped) height() int { return max(len(w.text)+len(w.below), 1) }

// textColumn is where the text of a line begins.
func (m *Model) textColumn() int { return 17 + m.extWidth() }

// wrapRow breaks row i of the list.
func (m *Model) wrapRow(i int) wrapped {
	e, ok := m.c.Store.At(m.rows.Seq(i))
	if !ok {
		return wrapped{gone: true}
	}
	w := wrapped{event: e, times: m.times(i)}
	text, fields := lineText(&e), fieldsOf(&e)
	need := ui.Width(text)
	if fields != "" {
		need += 2 + ui.Width(fields)
	}
	room := m.textRoom(&e, w.times, need)
	w.text = ui.Wrap(ui.Prefix(text, (maxWrapped+1)*room), room)
	switch {
	case fields == "":
	case len(w.text) == 1 && ui.Width(w.text[0])+2+ui.Width(fields) <= room:
		w.fields = fields
	default:
		w.below = ui.Wrap(fields, room)
	}
	if len(w.text) > maxWrapped {
		w.text = w.text[:maxWrapped]
		w.text[maxWrapped-1] = ui.Wrap(w.text[maxWrapped-1], room-2)[0] + " …"
	}
	w.below = w.below[:min(len(w.below), maxWrapped-len(w.text))]
	return w
}

// textRoom is how wide a text may be that would take so many cells on one line.
func (m *Model) textRoom(e *trace.Event, times, need int) int {
	room, again := m.w-1-m.textColumn(), ui.Width(m.again(times))
	return room - m.beside(e, need+again, room) - again - 1
}

// viewWrapped draws as many lines as there is room for, each with all of its text, the selected one among them.
func (m *Model) viewWrapped() {
	height := m.list.Height()
	m.drawn = m.drawn[:0]
	if height == 0 {
		return
	}
	top, _ := m.list.Visible()
	at := m.list.Cursor()
	lines := []wrapped{m.wrapRow(at)}
	first, used := at, lines[0].height()
	for first > top {
		before := m.wrapRow(first - 1)
		if used += before.height(); used > height {
			break
		}
		first--
		lines = append([]wrapped{before}, lines...)
	}
	for i := first; i < m.list.Len() && len(m.drawn) < height; i++ {
		if i-first == len(lines) {
			lines = append(lines, m.wrapRow(i))
		}
		m.viewWrappedLine(&lines[i-first], i, height)
	}
	m.frame.Blank(height - len(m.drawn))
}

// viewWrappedLine draws row i of the list, as far as the height allows.
func (m *Model) viewWrappedLine(w *wrapped, i, height int) {
	th, selected := m.c.Theme, i == m.list.Cursor()
	m.drawn = append(m.drawn, i)
	l := m.frame.Row()
	if w.gone {
		m.viewGone(l, selected)
		return
	}
	m.viewLine(l, &w.event, w.times, selected, w.text[0], w.fields)
	st := th.Level(lineLevel(&w.event))
	text := st
	if lineLevel(&w.event) == trace.Error {
		text = th.Bad
	}
	for n := 1; n < w.height() && len(m.drawn) < height; n++ {
		m.drawn = append(m.drawn, i)
		l := m.frame.Row().Margin(1)
		if selected {
			l.Select(true).Sign(st, th.Signs.Bar)
		}
		l.Col(m.textColumn())
		if n < len(w.text) {
			l.Text(text, w.text[n])
		} else {
			l.Text(th.Quiet, w.below[n-len(w.text)])
		}
		l.Gap(l.Left())
	}
}

// rowAt returns the row of the list at line y of it, counted from the first that it shows.
func (m *Model) rowAt(y int) int {
	if m.wrap && y >= 0 && y < len(m.drawn) {
		return m.drawn[y] - m.list.Top()
	}
	return y
}
