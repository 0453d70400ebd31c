package config

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"tenbench/engine/graph"
	"tenbench/engine/trace"
	"tenbench/tui/store"
	"tenbench/tui/theme"
	"tenbench/tui/ui"
)

// bodyTop is the first line below the lines of the file and their rule.
func (m *Model) bodyTop() int { return 2 + len(m.last()) }

// View draws the body.
func (m *Model) View() string {
	m.frame.Begin(m.c.Theme, m.w, m.h)
	m.drawFile(m.frame.Row())
	m.drawLast(m.last())
	m.frame.Rule()
	h := max(m.h-m.bodyTop(), 0)
	left, under := m.leftSide(h), m.under(h)
	from := m.window(h - 1 - len(under))
	for y := range h {
		l := m.frame.Row()
		m.drawLeft(l, left, y)
		l.Col(m.leftWidth()-1).Sign(m.c.Theme.Hairline, m.c.Theme.Signs.Line).Gap(1)
		if at := y - (h - len(under)); at >= 0 {
			l.Gap(1).Draw(under[at].String())
		} else {
			m.drawRight(l, y, from)
		}
	}
	return m.frame.String()
}

// maxUnder bounds the lines under the rows.
const maxUnder = 8

// under is what stands at the bottom of the right side: a value that its row has no room for, or what is known of the extension.
func (m *Model) under(h int) []*ui.Line {
	if h < 12 {
		return nil
	}
	if m.inside && m.row < len(m.rows) {
		return m.wholeValue()
	}
	if n := m.node(); n != nil && !m.inside {
		return append(m.replayLines(h/2), m.facts(n)...)
	}
	return nil
}

// replayLines are the newest replay to the extension, in n lines at most; all of it stands among the reloads.
func (m *Model) replayLines(n int) (lines []*ui.Line) {
	rows := m.replayed()
	for i := range rows {
		l := m.c.Styled()
		if i == 0 {
			l.Text(m.c.Theme.Heading, "SENT AGAIN").Gap(2).Text(m.c.Theme.Text, strings.TrimPrefix(rows[i].value, m.at.name+": "))
		} else {
			m.drawFigure(l.Gap(2), &rows[i], m.w-m.leftWidth()-5)
		}
		if lines = append(lines, l); len(lines) == min(n, maxUnder) {
			break
		}
	}
	return lines
}

func (m *Model) wholeValue() []*ui.Line {
	t, r := m.c.Theme, &m.rows[m.row]
	room := m.w - m.leftWidth() - 3
	beside := m.keyWidth() + m.typeWidth() + m.readWidth() + m.fromWidth() + 5
	if m.at.kind == reloads {
		beside = reloadMargin
	}
	if ui.Width(r.value) <= room-beside || r.line != "" {
		return nil
	}
	lines := []*ui.Line{m.c.Styled().Text(t.Heading, "WHOLE VALUE")}
	for _, text := range ui.Wrap(r.value, room) {
		if len(lines) == maxUnder {
			break
		}
		lines = append(lines, m.c.Styled().Text(t.Text, text))
	}
	return lines
}

// facts are what is known of an extension besides its properties.
func (m *Model) facts(n *graph.Node) []*ui.Line {
	t := m.c.Theme
	l := m.c.Styled().Text(t.Quiet, "addon ").Text(t.Text, n.Addon)
	if n.Group != "" {
		l.Text(t.Quiet, "   group ").Text(t.Text, n.Group)
	}
	if n.Pos.Line > 0 {
		l.Text(t.Quiet, "   node ").Text(t.Link, ui.Base(n.Pos.File)+":"+strconv.Itoa(n.Pos.Line))
	}
	lines := append(m.neverRead(), l)
	s := nodeOf(m.c, m.at)
	if s == nil || s.State == trace.StateNone {
		return lines
	}
	life := m.c.Styled().Text(t.Stage(s.State), s.State.String()).Text(t.Quiet, " for ").Age(t.Text, m.c.Now-s.Since, 0)
	if ns, ok := s.StartTime(); ok {
		life.Text(t.Quiet, "   started in ").Dur(t.Text, ns, 0)
	}
	if s.Lives > 1 {
		life.Text(t.Quiet, "   restarted ").Text(t.Text, times(s.Lives-1))
	}
	return append(lines, life)
}

// neverRead says which properties are set and were not read so far; a line, or none.
func (m *Model) neverRead() []*ui.Line {
	t, first, n := m.c.Theme, "", 0
	for i := range m.rows {
		if m.rows[i].reads == never {
			first = cmp.Or(first, m.rows[i].key)
			n++
		}
	}
	if n == 0 {
		return nil
	}
	l := m.c.Styled().Text(t.Held, "! ")
	if n == 1 {
		l.Text(t.Bright, first).Text(t.Quiet, " is set and was never read")
	} else {
		l.Text(t.Bright, first).Text(t.Quiet, " and "+ui.Grouped(n-1)+" more are set and were never read")
	}
	return []*ui.Line{l}
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return ui.Grouped(n) + " times"
}

func (m *Model) leftWidth() int { return max(min(m.w/3, 30), 18) }

// drawFile says which file it is and how it is applied.
func (m *Model) drawFile(l *ui.Line) {
	t, s := m.c.Theme, &m.settings
	l.Gap(1)
	switch {
	case m.c.Info.Settings == nil && m.c.Live():
		l.Text(t.Quiet, "The program brings its own graphs; there is no config file.")
		return
	case m.c.Info.Settings == nil:
		l.Text(t.Quiet, "A recording keeps no config.")
		return
	case s.Path == "":
		l.Text(t.Bright, "The demo's config").Text(t.Quiet, " is part of the program. With a config.toml here it can be changed while it runs.")
		return
	}
	l.Text(t.Bright, ui.Base(s.Path)).Gap(3)
	if s.Auto {
		l.Sign(t.OK, t.Signs.Running).Text(t.Text, " applied when it is saved")
	} else {
		l.Sign(t.Held, t.Signs.Held).Text(t.Held, " applied by hand").Text(t.Quiet, ", as [reload] config = false wants")
	}
	if s.Files > 1 {
		l.Gap(3).Text(t.Quiet, ui.Plural(s.Files, "file")+" watched")
	}
}

// maxLast bounds the lines for what came of the file last; where there are fewer than roomy lines, it has one.
const (
	maxLast = 3
	roomy   = 12
)

// lastMargin is what stands before that text at most.
const lastMargin = 23

// last is what came of the file last, as lines; the first may be empty.
func (m *Model) last() []string {
	n := len(m.settings.Reloads)
	if m.settings.Path == "" || n == 0 {
		return []string{""}
	}
	r, text := &m.settings.Reloads[n-1], ""
	switch {
	case len(r.Problems) == 0:
		text = r.Summary
	case len(r.Problems) == 1:
		text = r.Problems[0]
	default:
		text = r.Problems[0] + " and " + strconv.Itoa(len(r.Problems)-1) + " more"
	}
	if m.h < roomy || m.w < 2*lastMargin {
		return []string{text}
	}
	lines := ui.Wrap(text, m.w-lastMargin-1)
	if len(lines) > maxLast {
		rest := strings.Join(lines[maxLast-1:], " ")
		lines = append(lines[:maxLast-1], rest)
	}
	return lines
}

// drawLast says what came of the file last.
func (m *Model) drawLast(lines []string) {
	t, l := m.c.Theme, m.frame.Row()
	l.Gap(1).Margin(1)
	all := m.settings.Reloads
	switch {
	case m.settings.Path == "":
		return
	case len(all) == 0:
		l.Text(t.Quiet, "Not saved since the start.")
		return
	}
	r := &all[len(all)-1]
	st, sign, word := t.OK, t.Signs.OK, "applied"
	switch {
	case r.Waits:
		st, sign, word = t.Held, t.Signs.Held, "waits"
	case len(r.Problems) > 0:
		st, sign, word = t.Wrong, t.Signs.Wrong, "refused"
	}
	l.Sign(st, sign).Gap(1).Clock(t.Quiet, r.At.Sub(m.c.Info.Started).Nanoseconds(), 0).Gap(2).Text(st, word).Gap(2)
	margin := l.Used()
	for i, line := range lines {
		if i > 0 {
			l = m.frame.Row().Margin(1).Col(margin)
		}
		l.Text(t.Text, line)
	}
}

// Lines of the left list that are no item.
const (
	heading = -1
	blank   = -2
)

// leftSide lays the left list out in h lines: the item of each line, heading or blank.
func (m *Model) leftSide(h int) []int {
	var lines []int
	selected := 0
	for i, it := range m.items {
		if first := i == 0; first || it.kind != m.items[i-1].kind {
			if !first {
				lines = append(lines, blank)
			}
			if it.kind != reloads {
				lines = append(lines, heading)
			}
		}
		if it == m.at {
			selected = len(lines)
		}
		lines = append(lines, i)
	}
	from := 0
	if selected >= h {
		from = min(selected-h/2, len(lines)-h)
	}
	m.leftLines = lines[from:min(from+h, len(lines))]
	return m.leftLines
}

func (m *Model) drawLeft(l *ui.Line, lines []int, y int) {
	if y >= len(lines) {
		return
	}
	switch i := lines[y]; {
	case i >= 0:
		m.drawItem(l, m.items[i], m.leftWidth()-1)
	case i == heading && y+1 < len(lines):
		text := "EXTENSIONS"
		if m.items[lines[y+1]].kind == section {
			text = "SETTINGS"
		}
		l.Gap(1).Text(m.c.Theme.Heading, text)
	}
}

func (m *Model) drawItem(l *ui.Line, it item, w int) {
	t := m.c.Theme
	st := t.Text
	if it == m.at {
		st = t.Bright
	}
	if it == m.at && !m.inside {
		l.Select(true).Sign(t.Key, t.Signs.Bar)
	} else {
		l.Gap(1)
	}
	l.Gap(1)
	switch it.kind {
	case extension:
		m.drawState(l, it)
		l.Gap(1).Cell(st, it.name, w-l.Used()-1)
	case section:
		l.Cell(st, "["+it.name+"]", w-l.Used()-8)
		if n := m.ours(it.name); n > 0 {
			l.Right(t.Quiet, strconv.Itoa(n)+" set", 7)
		}
	case reloads:
		n := len(m.settings.Reloads) + len(listed(m.c.Store.Changes())) + len(m.replays)
		l.Cell(st, "Reloads", w-l.Used()-8).Right(t.Quiet, ui.Grouped(n), 7)
	}
	l.Gap(w - l.Used()).Select(false)
}

// ours counts the settings of a section that somebody has set.
func (m *Model) ours(name string) (n int) {
	for i := range m.settings.All {
		if s := &m.settings.All[i]; sectionOf(s.Key) == name && s.From.Name != "default" {
			n++
		}
	}
	return n
}

func (m *Model) drawState(l *ui.Line, it item) {
	t, n := m.c.Theme, nodeOf(m.c, it)
	switch {
	case n == nil || n.State == trace.StateNone:
		l.Sign(t.Quiet, t.Signs.Dot)
	case n.State == trace.Failed:
		l.Sign(t.Wrong, t.Signs.Wrong)
	case n.State == trace.Ended:
		l.Sign(t.Quiet, t.Signs.Ended)
	case n.State == trace.Running:
		l.Sign(t.OK, t.Signs.Running)
	default:
		l.Sign(t.Stage(n.State), t.Signs.Running)
	}
}

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
		l.Text(m.c.Theme.Quiet, m.nothing())
	}
}

// nothing says why the right side is empty.
func (m *Model) nothing() string {
	switch {
	case m.at.kind == reloads && m.settings.Path == "":
		return "None yet. R restarts an extension; what came of it stands here."
	case m.at.kind == reloads:
		return "None yet. Save the file, and what came of it stands here."
	case m.at.kind == section:
		return "Nothing is set here."
	case !m.c.Live():
		return "A recording keeps no properties."
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
