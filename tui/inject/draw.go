package inject

import (
	"math"
	"slices"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/store"
	"tenbench/tui/ui"
)

// Widths from which the answer stands beside the form, and of the list at the side.
const (
	wide      = 110
	listWidth = 26
)

// labelWidth is the width of the words before the fields.
const labelWidth = 13

// View draws the body.
func (m *Model) View() string {
	m.frame.Begin(m.c.Theme, m.w, m.h)
	m.spots, m.areas = m.spots[:0], m.areas[:0]
	if !m.c.CanAct() {
		m.drawRecorded()
		return m.frame.String()
	}
	side := min(listWidth, m.w/3)
	if m.w >= wide {
		answer := m.w / 3
		form := m.w - side - answer - 6
		m.columns(m.h, column{side, m.drawList(side, m.h)}, column{form, m.inSight(m.drawForm(form).lines, m.h)}, column{answer, m.window(m.drawAnswer(answer), m.h)})
		return m.frame.String()
	}
	form := m.w - side - 4
	left, below := m.drawForm(form), m.drawAnswer(m.w-2)
	top := min(max(len(left.lines), m.h/2), max(m.h-1-len(below), left.fields), max(m.h-4, 0))
	m.columns(top, column{side, m.drawList(side, top)}, column{form, m.inSight(left.lines, top)})
	m.frame.Rule()
	rest := max(m.h-top-1, 0)
	m.columns(rest, column{m.w - 2, m.window(below, rest)})
	return m.frame.String()
}

// inSight are the lines of a form from the first on, or from as far below as brings the field with the keys, and the line under it, into h
// lines.
func (m *Model) inSight(form []*ui.Line, h int) []*ui.Line {
	if len(form) <= h {
		return form
	}
	at := slices.IndexFunc(m.spots, func(s spot) bool {
		return s.slot == m.form.focus && (s.slot != slotProps || s.row == m.form.props.Line())
	})
	if at < 0 {
		return form
	}
	line := slices.Index(form, m.spots[at].line)
	if line < h {
		return form
	}
	return form[min(line+2, len(form))-h:]
}

// column is a part of the screen, line by line.
type column struct {
	w     int
	lines []*ui.Line
}

// columns draws h lines of parts side by side.
func (m *Model) columns(h int, parts ...column) {
	t, x := m.c.Theme, 1
	for _, p := range parts {
		m.areas = append(m.areas, area{x, m.h - m.frame.Left(), p.w, p.lines[:min(len(p.lines), h)]})
		x += p.w + 2
	}
	for y := range h {
		l := m.frame.Row().Gap(1)
		for i, p := range parts {
			start := l.Used()
			if y < len(p.lines) {
				l.Cut(p.lines[y].String(), p.w)
			}
			l.Col(start + p.w)
			if i < len(parts)-1 {
				l.Sign(t.Hairline, t.Signs.Line).Gap(1)
			}
		}
	}
}

// sheet collects lines.
type sheet struct {
	c      *ui.Common
	lines  []*ui.Line
	fields int // of the form: how many lines it cannot do without
}

func (s *sheet) add() *ui.Line {
	l := s.c.Styled()
	s.lines = append(s.lines, l)
	return l
}

// drawForm draws the fields, each with what is wrong with it below.
func (m *Model) drawForm(w int) *sheet {
	s, t := &sheet{c: m.c}, m.c.Theme
	s.add().Text(t.Heading, "MESSAGE")
	m.drawKind(s, w)
	m.drawField(s, slotName, "name", "such as hello", w)
	m.drawField(s, slotTo, "to", "an extension", w)
	m.drawField(s, slotAs, "as", ui.BenchName, w)
	s.add().Text(t.Heading, "PROPERTIES")
	first := len(s.lines)
	m.form.props.Draw(t, w, labelWidth, m.form.tried, s.add)
	for i, l := range s.lines[first:] {
		m.spots = append(m.spots, spot{line: l, slot: slotProps, row: i})
	}
	m.drawSettings(s, w)
	s.fields = len(s.lines)
	s.add()
	m.drawLine(s, w)
	return s
}

// setting is a short field that shares its line with others.
type setting struct {
	slot  slot
	label string
	w     int
}

// drawSettings draws what is in the buffer, and how often the message goes.
func (m *Model) drawSettings(s *sheet, w int) {
	t := m.c.Theme
	if m.form.shows(slotWave) {
		s.add().Text(t.Heading, "BUFFER")
		m.drawWave(s.add())
		m.drawShort(s, w, setting{slotLength, "frame", 8}, setting{slotRate, "rate", 8})
	}
	if m.form.shows(slotSize) {
		s.add().Text(t.Heading, "BUFFER").Text(t.Quiet, "  test picture")
		m.drawShort(s, w, setting{slotSize, "size", 10})
	}
	s.add().Text(t.Heading, "SEND")
	short := []setting{{slotCount_, "count", 6}, {slotEvery, "every", 6}}
	if m.form.shows(slotTimeout) {
		short = append(short, setting{slotTimeout, "timeout", 6})
	}
	m.drawShort(s, w, short...)
	if m.form.shows(slotExpect) {
		m.drawField(s, slotExpect, "expect", "such as status = OK; within 2s", w)
	}
}

func (m *Model) drawWave(l *ui.Line) {
	t := m.c.Theme
	m.label(l, slotWave, "sound")
	for i, tone := range []bool{false, true} {
		m.spots = append(m.spots, spot{line: l, from: l.Used(), slot: slotWave, entry: i})
		name := map[bool]string{false: "silence", true: "tone"}[tone]
		l.Choice(t, name, tone == m.form.tone, 1).Gap(2)
	}
}

// drawShort draws short fields on one line, the first with the width of the other labels.
func (m *Model) drawShort(s *sheet, w int, all ...setting) {
	t, l := m.c.Theme, s.add()
	for i, one := range all {
		m.spots = append(m.spots, spot{line: l, from: l.Used(), slot: one.slot})
		if i == 0 {
			m.label(l, one.slot, one.label)
		} else if m.form.focus == one.slot {
			l.Text(t.Key, one.label).Gap(1)
		} else {
			l.Text(t.Quiet, one.label).Gap(1)
		}
		f := m.form.field(one.slot)
		if f.Value() == "" && !f.Focused() {
			l.Cell(t.Quiet, "none", one.w)
		} else {
			f.Draw(l, t.Bright, one.w)
		}
		l.Gap(1)
	}
	for _, one := range all {
		if f := m.form.faultOfSetting(one.slot); f != nil {
			for _, line := range ui.Wrap(f.text, max(w-labelWidth, 8)) {
				s.add().Gap(labelWidth).Text(t.Wrong, line)
			}
			return
		}
	}
}

// label draws the word before a field; it is bright where the focus is.
func (m *Model) label(l *ui.Line, s slot, word string) *ui.Line {
	t := m.c.Theme
	if m.form.focus == s {
		return l.Sign(t.Key, t.Signs.Right).Gap(1).Cell(t.Key, word, labelWidth-2)
	}
	return l.Gap(2).Cell(t.Quiet, word, labelWidth-2)
}

func (m *Model) drawKind(s *sheet, w int) {
	t, l, gap := m.c.Theme, s.add(), 1
	if w < labelWidth+31 {
		gap = 0
	}
	m.label(l, slotKind, "kind")
	for i, k := range kinds {
		m.spots = append(m.spots, spot{line: l, from: l.Used(), slot: slotKind, entry: i})
		l.Choice(t, ui.KindName(k), k == m.form.kind, gap).Gap(1 + gap)
	}
}

func (m *Model) drawField(s *sheet, at slot, label, empty string, w int) {
	t, f, l := m.c.Theme, m.form.field(at), s.add()
	m.spots = append(m.spots, spot{line: l, slot: at})
	m.label(l, at, label)
	room := max(w-labelWidth-1, 8)
	ghost := ""
	if at == m.form.focus {
		ghost = m.ghost()
	}
	switch {
	case f.Value() == "" && !f.Focused():
		l.Cell(t.Quiet, empty, room)
	case ghost != "":
		used := min(ui.Width(f.Value())+1, room)
		f.Draw(l, t.Bright, used)
		l.Cell(t.Quiet, ghost, room-used)
	default:
		f.Draw(l, t.Bright, room)
	}
	m.drawFault(s, at, room)
}

// drawFault points at what is wrong with a field, on the line under it.
func (m *Model) drawFault(s *sheet, at slot, room int) {
	t := m.c.Theme
	f := m.faultOf(at, m.form.draft())
	if f == nil {
		return
	}
	if f.at >= 0 && f.at+ui.Width(f.text)+2 <= room && ui.Width(m.form.field(at).Value()) < room {
		s.add().Gap(labelWidth+f.at).Text(t.Wrong, "^ "+f.text)
		return
	}
	text := f.text
	if f.at >= 0 {
		text = "column " + ui.Grouped(f.at+1) + ": " + text
	}
	for _, line := range ui.Wrap(text, room) {
		s.add().Gap(labelWidth).Text(t.Wrong, line)
	}
}

// drawLine shows the form as one line, as --send and [[inject]] take it.
func (m *Model) drawLine(s *sheet, w int) {
	d := m.form.draft()
	if d.empty() {
		return
	}
	t := m.c.Theme
	s.add().Text(t.Quiet, "as one line, for --send and [[inject]]")
	for i, line := range ui.Wrap(d.line(), w-3) {
		if i == 6 {
			s.add().Gap(2).Text(t.Quiet, t.Signs.Ellipsis)
			return
		}
		s.add().Gap(2).Text(t.Text, line)
	}
}

// drawList draws what is saved and what was sent, the newest first.
func (m *Model) drawList(w, h int) []*ui.Line {
	s, t := &sheet{c: m.c}, m.c.Theme
	title, where, none := "SAVED", "[[inject]]", "none in the config"
	if m.c.Info.Package {
		title, where, none = "IT TAKES", "by its manifest", "its manifest names none"
	}
	s.add().Text(t.Heading, title).Gap(2).Text(t.Quiet, where)
	if len(m.saved) == 0 {
		s.add().Gap(2).Text(t.Quiet, none)
	}
	at := 0
	for i := range m.saved {
		if i == m.cursor {
			at = len(s.lines)
		}
		m.drawSaved(s.add(), i, w)
	}
	s.add()
	s.add().Text(t.Heading, "SENT").Text(t.Quiet, "  this session")
	if len(m.sent) == 0 {
		s.add().Gap(2).Text(t.Quiet, "nothing yet")
	}
	for i := len(m.saved); i < len(m.saved)+len(m.sent); i++ {
		if i == m.cursor {
			at = len(s.lines)
		}
		m.drawSent(s.add(), i, w)
		m.drawSentDetail(s.add(), i, w)
	}
	if len(m.before) > 0 {
		s.add()
		s.add().Text(t.Heading, "BEFORE").Text(t.Quiet, "  earlier launches")
	}
	for i := range m.before {
		i += len(m.saved) + len(m.sent)
		if i == m.cursor {
			at = len(s.lines)
		}
		m.drawBefore(s.add(), i, w)
	}
	return window(s.lines, at, h)
}

// window returns the h lines around line at.
func window(lines []*ui.Line, at, h int) []*ui.Line {
	from := max(min(at-h/2, len(lines)-h), 0)
	return lines[from:min(from+h, len(lines))]
}

// entry begins a line of the list, and marks the selected one.
func (m *Model) entry(l *ui.Line, i int) *ui.Line {
	t := m.c.Theme
	m.spots = append(m.spots, spot{line: l, slot: slotList, entry: i})
	if m.form.focus == slotList && i == m.cursor {
		return l.Select(true).Sign(t.Key, t.Signs.Bar).Gap(1)
	}
	return l.Gap(2)
}

func (m *Model) drawSaved(l *ui.Line, i, w int) {
	t := m.c.Theme
	style, sign := t.Text, ""
	if m.saved[i].err != nil {
		style, sign = t.Warn, t.Signs.Attention+" "
	}
	m.entry(l, i).Cell(style, sign+m.saved[i].name, w-3).Select(false)
}

func (m *Model) drawSent(l *ui.Line, i, w int) {
	t, s := m.c.Theme, m.sentAt(i)
	word, style := "sent", t.Quiet
	c := m.c.Store.Command(s.id)
	switch {
	case s.err != nil:
		word, style = t.Signs.Wrong+" refused", t.Wrong
	case s.count > 1:
		word, style = t.Signs.Times+ui.Count(float64(s.n))+" of "+ui.Count(float64(s.count)), t.Text
		if s.tally.failed > 0 {
			style = t.Wrong
		}
	case m.late(s):
		word, style = t.Signs.Wrong+" timeout", t.Wrong
	case c == nil:
	case m.fails(s, c):
		word, style = t.Signs.Wrong+" "+msg.Fails.String(), t.Wrong
	case c.Finished && c.Status == msg.OK:
		word, style = t.Signs.OK+" ok", t.OK
	case c.Finished:
		s := ui.StateOf(t, c)
		word, style = s.Text, s.Style
	case c.Silent():
		s := ui.StateOf(t, c)
		word, style = s.Text, s.Style
	default:
		word, style = t.Signs.Waiting+" pending", t.Warn
	}
	m.entry(l, i).Cell(t.Text, s.draft.name, max(w-15, 4)).Gap(1).Cell(style, word, 11).Select(false)
}

func (m *Model) drawBefore(l *ui.Line, i, w int) {
	t, d := m.c.Theme, m.beforeAt(i)
	m.entry(l, i).Cell(t.Text, d.name, min(max(w-10, 4), max(ui.Width(d.name), 6))).Gap(1)
	l.Cell(t.Quiet, ui.Prefix("to "+d.to+" "+d.props, 4*w), max(w-1-l.Used(), 0)).Select(false)
}

// drawSentDetail tells a message that was sent from others of its name: when it was sent, to whom, and with what.
func (m *Model) drawSentDetail(l *ui.Line, i, w int) {
	t, s := m.c.Theme, m.sentAt(i)
	what := s.draft.to
	if s.draft.props != "" {
		what += " " + s.draft.props
	}
	m.entry(l, i).Text(t.Quiet, ui.RunTime(s.at)).Gap(1).Cell(t.Quiet, ui.Prefix(what, 4*w), max(w-3-6, 0)).Select(false)
}

// window are the h lines of an answer that are in sight; the last says how many are below.
func (m *Model) window(lines []*ui.Line, h int) []*ui.Line {
	m.scroll = max(min(m.scroll, len(lines)-h), 0)
	if len(lines) <= h || h < 3 {
		return lines
	}
	lines = append(lines[:1:1], lines[1+m.scroll:]...) // the heading stays
	below := len(lines) - h
	if below <= 0 {
		return lines
	}
	t := m.c.Theme
	lines = lines[:h]
	lines[h-1] = m.c.Styled().Gap(2).Sign(t.Key, t.Signs.Down).Gap(1).Text(t.Quiet, ui.Grouped(below+1)+" more, ").Text(t.Key, keyMore.Help().Key)
	return lines
}

// scrollAnswer moves the window of the answer by half of the least it has; what is too far is put right when it is drawn.
func (m *Model) scrollAnswer(by int) { m.scroll = max(m.scroll+by*max(m.h/8, 1), 0) }

// drawAnswer draws what came back of the message that is shown.
func (m *Model) drawAnswer(w int) []*ui.Line {
	s, t := &sheet{c: m.c}, m.c.Theme
	head := s.add().Text(t.Heading, "ANSWER")
	if m.refused != "" && m.form.tried {
		m.drawRefused(s, "It was not sent: "+m.refused+".", w)
		return s.lines
	}
	if m.showing == nil {
		for _, line := range ui.Wrap("What you send is answered here.", w-2) {
			s.add().Gap(2).Text(t.Quiet, line)
		}
		s.add().Gap(2).Text(t.Quiet, "Fill in the form and press ").Text(t.Key, "enter").Text(t.Quiet, ".")
		return s.lines
	}
	sent := m.showing
	head.Gap(2)
	if m.stale() {
		head.Text(t.Quiet, "earlier: ")
	}
	head.Text(t.Bright, sent.draft.name)
	if sent.id != 0 {
		head.Gap(1).IDCell(t.Quiet, sent.id, 0)
	}
	if m.stale() {
		head.Text(t.Quiet, " to "+sent.draft.to)
	}
	if sent.count > 1 {
		m.drawTally(s, sent)
	}
	c := m.c.Store.Command(sent.id)
	switch {
	case sent.err != nil:
		m.drawRefused(s, "It was not sent: "+sent.err.Error(), w)
	case !sent.done:
		s.add().Gap(2).Text(t.Quiet, "Being sent.")
	case sent.draft.kind != msg.KindCmd:
		s.add().Gap(2).Sign(t.OK, t.Signs.OK).Gap(1).Text(t.Text, "Sent. ").Text(t.Quiet, ui.KindName(sent.draft.kind)+" wants no answer.")
	case c == nil:
		s.add().Gap(2).Text(t.Quiet, "Sent; the trace has not shown it yet.")
	default:
		m.drawCommand(s, c, w)
	}
	return s.lines
}

// late reports that a message has waited for its answer longer than it should.
func (m *Model) late(s *sent) bool {
	c := m.c.Store.Command(s.id)
	return s.timeout > 0 && c != nil && c.Age(m.c.Now) > s.timeout.Nanoseconds() && s.kind == msg.KindCmd
}

// drawTally draws what became of several.
func (m *Model) drawTally(s *sheet, e *sent) {
	t, n := m.c.Theme, e.tally
	l := s.add().Gap(2).Text(t.Bright, ui.Grouped(e.n)).Text(t.Quiet, " of "+ui.Grouped(e.count)+" sent")
	switch {
	case e.stopped:
		l.Text(t.Warn, ", stopped")
	case e.n < e.count && e.err == nil:
		l.Text(t.Quiet, ", ").Text(t.Key, "esc").Text(t.Quiet, " stops")
	}
	if e.kind != msg.KindCmd {
		return
	}
	l = s.add().Gap(2).Text(t.OK, ui.Grouped(n.ok)+" ok").Gap(2)
	if n.failed > 0 {
		l.Text(t.Wrong, ui.Plural(n.failed, "error")).Gap(2)
	}
	if n.open > 0 {
		l.Text(t.Warn, ui.Grouped(n.open)+" open").Gap(2)
	}
	if n.longest > 0 {
		s.add().Gap(2).Text(t.Quiet, "median ").Dur(t.Text, n.median, 0).Text(t.Quiet, ", longest ").Dur(t.Text, n.longest, 0)
	}
	s.add().Gap(2).Text(t.Quiet, "the last one:")
}

// drawRefused draws why a message was not sent.
func (m *Model) drawRefused(s *sheet, why string, w int) {
	t, sign := m.c.Theme, m.c.Theme.Signs.Wrong
	for _, line := range ui.Wrap(why, w-4) {
		s.add().Gap(2).Sign(t.Wrong, sign).Gap(1).Text(t.Wrong, line)
		sign = " "
	}
}

// drawCommand draws how a command that was sent stands, and what came back.
func (m *Model) drawCommand(s *sheet, c *store.Command, w int) {
	t := m.c.Theme
	word := func(label string) *ui.Line { return s.add().Gap(2).Cell(t.Quiet, label, labelWidth-2) }
	say := func(label, text string) {
		for _, line := range ui.Wrap(text, w-labelWidth) {
			word(label).Text(t.Text, line)
			label = ""
		}
	}
	if !c.Finished {
		style, sign := t.Warn, t.Signs.Waiting
		if c.Silent() {
			style, sign = t.Wrong, t.Signs.Wrong
		}
		word := "no answer yet, "
		if c.Lost() {
			word = "lost, "
		}
		if m.showing != nil && m.late(m.showing) {
			style, sign, word = t.Wrong, t.Signs.Wrong, "no answer within "+m.showing.timeout.String()+", "
		}
		s.add().Gap(2).Sign(style, sign).Gap(1).Text(style, word).Age(style, c.Age(m.c.Now), 0)
		say("owed by", ui.Owes(c, m.c.Now))
		m.drawExpect(s, c, w)
		m.drawPartials(s, c, w)
		return
	}
	style, sign := t.OK, t.Signs.OK
	if c.Status == msg.Error {
		style, sign = t.Wrong, t.Signs.Wrong
	}
	l := s.add().Gap(2).Sign(style, sign).Gap(1)
	became := ui.Outcome(c)
	answered := became == c.Status.String()
	if !answered { // as the list says it; what came was no answer
		l.Text(style, became).Gap(2)
	}
	l.Text(style, c.Status.String()).Gap(2).Dur(t.Text, c.LatencyNS, 0).Gap(1)
	if answered {
		l.Text(t.Quiet, " from ").Text(t.Text, c.To.String())
	}
	if c.By != trace.ByHandler {
		l.Text(t.Quiet, " by ").Text(t.Text, c.By.String())
	}
	if why := m.whyInvalid(c); why != "" {
		say("because", why)
	}
	m.drawExpect(s, c, w)
	if e, ok := m.c.Store.At(c.ResultSeq); ok {
		if text := ui.ErrorText(&e, math.MaxInt); text != "" {
			say("detail", text)
		}
		word("properties")
		ui.WholeTree(t, e.Property, w-2, func() *ui.Line { return s.add().Gap(2) })
	}
	m.drawPartials(s, c, w)
}

// whyInvalid says why the receiver of a command that was refused takes none: it failed.
func (m *Model) whyInvalid(c *store.Command) string {
	n := m.c.Store.Node(c.To.String())
	if c.By != trace.ByEngine || n == nil || n.State != trace.Failed {
		return ""
	}
	return n.Name() + " failed: " + n.Error
}

// drawPartials draws the results that came before the final one, the newest first.
func (m *Model) drawPartials(s *sheet, c *store.Command, w int) {
	if c.Partials == 0 {
		return
	}
	t := m.c.Theme
	s.add()
	s.add().Gap(2).Text(t.Quiet, ui.Plural(c.Partials, "partial result")+", the newest first")
	shown := 0
	for i := len(m.trail.Events) - 1; i >= 0 && shown < m.h && m.trailOf == c.ID; i-- {
		if e := &m.trail.Events[i]; e.Kind == trace.Result && !e.Final {
			s.add().Right(t.Quiet, ui.After(e.Mono-c.Sent), 10).Gap(2).Text(t.Text, ui.Prefix(string(e.Property), 4*w))
			shown++
		}
	}
}
