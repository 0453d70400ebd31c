package config

import (
	"cmp"
	"slices"

	"tenbench/tui/store"
	"tenbench/tui/theme"
	"tenbench/tui/ui"
)

// window returns the first row to draw in h lines.
func (m *Model) window(h int) int {
	m.rightTop = max(min(m.row-h/2, len(m.rows)-h), 0)
	return m.rightTop
}

func (m *Model) drawRight(l *ui.Line, y, from int) {
	if y == 0 {
		m.drawTitle(l)
		return
	}
	if i := from + y - 1; i < len(m.rows) {
		m.drawRow(l, i)
		return
	}
	if y == 1 {
		l.Text(m.c.Theme.Quiet, ui.FitSentences(m.nothing(), l.Left()))
	}
}

// nothing says why the right side is empty.
func (m *Model) nothing() string {
	switch {
	case m.at.kind == reloads && m.settings.Path == "":
		return "None yet. R restarts an extension. What came of it stands here."
	case m.at.kind == reloads:
		return "None yet. Saving the file makes one. What came of it stands here."
	case m.at.kind == section:
		return "Nothing is set here."
	case !m.c.Live():
		return m.c.Over("A recording keeps no properties.", ": its properties are gone with it.")
	}
	return "It has no properties."
}

func (m *Model) drawTitle(l *ui.Line) {
	t := m.c.Theme
	l.Margin(1)
	switch m.at.kind {
	case reloads:
		l.Text(t.Heading, "RELOADS").Text(t.Quiet, "  the newest first")
	case section:
		l.Text(t.Heading, "SETTINGS OF ").Text(t.Bright, "["+m.at.name+"]")
		l.End(t.Heading, "FROM", m.fromWidth()-4)
	default:
		n := m.node()
		if n == nil {
			return
		}
		l.Text(t.Heading, "PROPERTIES OF ")
		end := m.w - 1 - m.fromWidth() - m.typeWidth() - m.readWidth() - m.fileWidth()
		l.Cell(t.Bright, n.Name, min(ui.Width(n.Name), end-l.Used()))
		if w := m.fileWidth(); w > 0 {
			if value := m.leftWidth() + 1 + m.keyWidth() + 3; l.Used() < value {
				l.Col(value).Text(t.Heading, "RUNNING")
			}
			l.Col(end).Cell(t.Heading, "FILE", w)
		}
		l.Col(end + m.fileWidth())
		if w := m.typeWidth(); w > 0 {
			l.Cell(t.Heading, "DECLARED", w)
		}
		if w := m.readWidth(); w > 0 {
			l.Right(t.Heading, "READ", w-3).Gap(3)
		}
		l.End(t.Heading, "FROM", m.fromWidth()-4)
	}
}

// fromWidth is the width of the column of origins.
func (m *Model) fromWidth() int { return max(min((m.w-m.leftWidth())/4, 30), 14) }

// keyWidth is the width of the column of keys: what they need, at most a third.
func (m *Model) keyWidth() int {
	most := max((m.w-m.leftWidth())/3, 10)
	w := 8
	for i := range m.rows {
		w = max(w, min(ui.Width(m.rows[i].key)+2*indent(m.rows[i].tone), most))
	}
	return w
}

// wide is the width of the right side from which on there is a column of declared types.
const wide = 70

// typeWidth is the width of the column of declared types with the gap behind it, 0 if there is none.
func (m *Model) typeWidth() int {
	if m.w-m.leftWidth() < wide || !slices.ContainsFunc(m.rows, func(r row) bool { return r.typ != "" }) {
		return 0
	}
	return len("DECLARED") + 2
}

// leastValue is what the value of a property keeps beside what the file says of it.
const leastValue = 12

// fileWidth is the width of the column of what the file says, with the gap behind it: what those need that say another thing. 0 if none
// does, or if there is no room: then it stands below each.
func (m *Model) fileWidth() int {
	w := 0
	for i := range m.rows {
		if m.rows[i].file != "" {
			w = max(w, ui.Width(m.rows[i].file)+2, len("FILE")+2)
		}
	}
	room := m.w - m.leftWidth() - 1 - m.fromWidth() - m.typeWidth() - m.readWidth() - m.keyWidth() - 5
	if m.at.kind != extension || w == 0 || room < 2*leastValue {
		return 0
	}
	return min(w, room/2)
}

// drawInFile draws what the file says of a property that is another.
func (m *Model) drawInFile(l *ui.Line, r *row) {
	w := m.fileWidth()
	switch {
	case w == 0:
	case r.file != "":
		l.Cell(m.c.Theme.Text, r.file, w-2).Gap(2)
	default:
		l.Cell(m.c.Theme.Quiet, r.says, w-2).Gap(2)
	}
}

// readWidth is the width of the column that says how often a property was read, with the sign and the gap behind it; 0 if there is none.
func (m *Model) readWidth() int {
	if !slices.ContainsFunc(m.rows, func(r row) bool { return r.reads != "" }) {
		return 0
	}
	return len("12.3k") + len(" !") + 1
}

func indent(tn tone) int {
	if tn == remark || tn == waiting || tn == unlike || tn == outcome {
		return 1
	}
	return 0
}

func (m *Model) drawRow(l *ui.Line, i int) {
	t, r := m.c.Theme, &m.rows[i]
	selected := m.inside && i == m.row
	if selected {
		l.Select(true).Sign(t.Key, t.Signs.Bar)
	} else {
		l.Gap(1)
	}
	if m.at.kind == reloads {
		m.drawReload(l, r)
	} else {
		m.drawValue(l, r)
	}
	l.Gap(m.w - 1 - l.Used()).Select(false)
}

func (m *Model) drawValue(l *ui.Line, r *row) {
	t, keys := m.c.Theme, m.keyWidth()
	key, value := t.Text, t.Bright
	switch r.tone {
	case quiet:
		key, value = t.Quiet, t.Quiet
	case remark:
		key, value = t.Quiet, t.Text
	case written, waiting, edited:
		value = t.Held
	case unlike:
		key, value = t.Wrong, t.Wrong
	}
	in := 2 * indent(r.tone)
	l.Gap(in).Cell(key, r.key, keys-in).Gap(2)
	from, typ := m.w-1-m.fromWidth(), m.typeWidth()
	if m.edit != nil && m.edit.path == r.key && in == 0 {
		m.edit.field.Draw(l, t.Bright, m.w-1-l.Used())
		return
	}
	if r.tone == unlike { // a sentence needs the room, and comes from nowhere
		l.Cell(value, r.value, m.w-1-l.Used())
		return
	}
	l.Cell(value, r.value, from-typ-m.readWidth()-m.fileWidth()-l.Used()-1).Gap(1)
	m.drawInFile(l, r)
	switch {
	case typ > 0 && in == 0:
		l.Cell(t.Quiet, cmp.Or(r.typ, "-"), typ-1).Gap(1)
	default:
		l.Gap(typ)
	}
	m.drawReads(l, r)
	m.drawFrom(l, r)
}

// drawReads draws how often a property was read, so that the numbers stand below each other and a sign behind them.
func (m *Model) drawReads(l *ui.Line, r *row) {
	t, w := m.c.Theme, m.readWidth()
	switch {
	case w == 0:
	case r.reads == never:
		l.Right(t.Held, "0", w-3).Text(t.Held, " !").Gap(1)
	default:
		l.Right(t.Quiet, r.reads, w-3).Gap(3)
	}
}

func (m *Model) drawFrom(l *ui.Line, r *row) {
	t, w := m.c.Theme, m.fromWidth()
	switch {
	case r.tone == edited:
		l.Cell(t.Held, "running only", w)
	case r.tone == written && w < len("written 00:00.000"):
		l.Cell(t.Held, "written "+ui.RunTime(r.at), w)
	case r.tone == written:
		l.Text(t.Held, "written ").Clock(t.Held, r.at, 0)
	case r.from.File != "":
		l.Cell(t.Link, where(m.short(r.from)), w)
	default:
		l.Cell(fromStyle(t, r), r.from.Name, w)
	}
}

// fromStyle is quiet for what nobody set.
func fromStyle(t *theme.Theme, r *row) theme.Style {
	if r.tone == quiet {
		return t.Quiet
	}
	return t.Text
}

// reloadMargin is what stands before the text of a reload, remarkMargin what stands before and behind a remark, figureGap before a figure.
const (
	reloadMargin = 26
	remarkMargin = 7
	figureGap    = 3
)

func (m *Model) drawReload(l *ui.Line, r *row) {
	t := m.c.Theme
	switch r.tone {
	case remark:
		l.Gap(remarkMargin-3).Text(t.Text, r.line)
		return
	case outcome:
		l.Gap(remarkMargin - 3)
		m.drawFigure(l, r, m.w-1-l.Used())
		return
	}
	st, sign := t.OK, t.Signs.OK
	switch {
	case r.tone == waiting:
		st, sign = t.Held, t.Signs.Held
	case r.tone == wrong:
		st, sign = t.Wrong, t.Signs.Wrong
	case r.differs:
		st, sign = t.Warn, t.Signs.Attention
	}
	l.Sign(st, sign).Gap(1).Clock(t.Quiet, r.at, 9).Gap(2).Cell(st, r.key, 9).Text(t.Text, r.value)
	if r.figure != "" {
		l.Gap(figureGap)
		m.drawFigure(l, r, m.w-1-l.Used())
	}
}

// leastFigure is what a long word leaves a figure at least.
const leastFigure = 16

// drawFigure draws a figure in so many cells, and which way it went as a word.
func (m *Model) drawFigure(l *ui.Line, r *row, room int) {
	t := m.c.Theme
	st := t.Quiet
	switch {
	case r.turn == store.Worse:
		st = t.Wrong
	case r.differs:
		st = t.Warn
	case r.turn == store.Better, r.word == same:
		st = t.OK
	}
	l.Cell(t.Text, r.figure, min(ui.Width(r.figure), max(room-2-ui.Width(r.word), leastFigure))).Gap(2).Text(st, r.word)
}
