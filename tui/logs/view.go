package logs

import (
	"strconv"

	"tenbench/engine/trace"
	"tenbench/tui/ui"
)

// View draws the body.
func (m *Model) View() string {
	f := &m.frame
	f.Begin(m.c.Theme, m.w, m.h)
	m.viewFilter(f.Row())
	if !m.filter.DrawHints(f.Row) {
		f.Rule()
	}
	m.viewList()
	if m.showsDetail() {
		f.Rule()
		m.viewDetail()
	}
	if m.showsRates() {
		f.Blank(f.Left() - rateRows)
		f.Rule()
		m.viewRates()
	}
	return f.String()
}

// viewFilter draws the filter at the left and how much it shows at the right.
func (m *Model) viewFilter(l *ui.Line) {
	counts := m.counts()
	m.filter.Draw(l.Gap(1), "press / and type: level >= warn, ext = name, a word", l.Left()-ui.Width(counts)-4)
	l.End(m.c.Theme.Quiet, counts, 1)
}

// counts says how many lines are shown, of how many, and whether the list follows.
func (m *Model) counts() string {
	total := m.c.Store.Logs().Len()
	s := ui.Plural(total, "line")
	switch {
	case m.filter.Off():
		s = "filter off   " + s
	case m.filter.Filter() == nil && m.folded() > 0:
		s += ", " + ui.Grouped(m.folded()) + " of them folded"
	case m.filter.Filter() != nil && m.scanning:
		done, all := m.filtered.Progress()
		s = ui.Grouped(m.filtered.Len()) + " found, " + strconv.Itoa(done*100/max(all, 1)) + "% of " + ui.Grouped(all) + " looked at"
	case m.filter.Filter() != nil:
		s = ui.Grouped(m.filtered.Len()) + " of " + s
	}
	switch {
	case m.c.Paused:
		s += "   standing still " + m.c.Theme.Signs.Held
	case m.list.Following() && m.c.Live():
		s += "   following " + m.c.Theme.Signs.Down
	default:
		s += "   row " + ui.Grouped(m.list.Cursor()+1)
	}
	switch {
	case m.wrap:
		s += "   wrap on"
	case m.w >= 100:
		s += "   wrap off"
	}
	return s
}

func (m *Model) viewList() {
	f := &m.frame
	if m.rows.Len() == 0 {
		m.viewEmpty()
		return
	}
	if m.wrap {
		m.viewWrapped()
		return
	}
	from, to := m.list.Visible()
	for i := from; i < to; i++ {
		l := f.Row()
		e, ok := m.c.Store.At(m.rows.Seq(i))
		selected := i == m.list.Cursor()
		if !ok {
			m.viewGone(l, selected)
			continue
		}
		m.viewLine(l, &e, m.times(i), selected, lineText(&e), fieldsOf(&e))
	}
	f.Blank(m.list.Height() - (to - from))
}

func (m *Model) viewGone(l *ui.Line, selected bool) {
	l.Select(selected).Gap(3).Text(m.c.Theme.Quiet, "no longer in memory; [trace] memory says how much is kept")
}

// fieldsOf are what a line can show of the fields of an event.
func fieldsOf(e *trace.Event) string {
	if e.Kind != trace.LogLine || len(e.Property) <= 2 {
		return ""
	}
	return ui.Fields(e.Property[:min(len(e.Property), fieldsLen)])
}

// viewEmpty says what would be here and why nothing is.
func (m *Model) viewEmpty() {
	f, th := &m.frame, m.c.Theme
	hidden := m.c.Store.Logs().Len()
	f.Row()
	l := f.Row()
	l.Gap(3)
	switch {
	case m.scanning:
		l.Text(th.Quiet, "Looking through "+ui.Plural(hidden, "line")+" ...")
	case hidden > 0:
		l.Text(th.Quiet, ui.Plural(hidden, "line")+" hidden by the filter. ").Text(th.Key, "f").Text(th.Quiet, " shows them, ")
		l.Text(th.Key, "F").Text(th.Quiet, " clears the filter.")
	default:
		l.Text(th.Quiet, ui.FitSentences("No log lines yet. What extensions log comes here. So does what the bench notices.", l.Left()))
	}
	rest := m.list.Height() - 2
	if doubt := m.filter.Doubt(); doubt != "" && !m.scanning && rest > 0 {
		f.Row().Gap(3).Text(th.Text, doubt)
		rest--
	}
	f.Blank(rest)
}

// columns of a line, for the width there is.
func (m *Model) extWidth() int {
	if m.w < 100 {
		return 13
	}
	return 17
}

// fieldsLen is what a line could show of the fields.
const fieldsLen = 160

// viewLine draws a line that was said so many times, with so much of its text and of its fields.
func (m *Model) viewLine(l *ui.Line, e *trace.Event, times int, selected bool, said, fields string) {
	th := m.c.Theme
	l.Margin(1)
	level := lineLevel(e)
	st := th.Level(level)
	if selected {
		l.Select(true).Sign(st, th.Signs.Bar)
	} else {
		l.Gap(1)
	}
	l.Gap(1).Clock(th.Quiet, e.Mono, 9).Gap(2).Text(st, letter(level)).Gap(2)
	l.Cell(th.Quiet, speaker(e), m.extWidth()).Gap(1)
	need := ui.Width(said)
	if fields != "" {
		need += 2 + ui.Width(fields)
	}
	text := st
	if level == trace.Error {
		text = th.Bad
	}
	again := m.again(times)
	end := l.Used() + l.Left() - m.beside(e, need+ui.Width(again), l.Left()) - ui.Width(again)
	l.Cell(text, said, min(ui.Width(said), end-l.Used()))
	if fields != "" && end-l.Used() > 6 {
		l.Gap(2).Cell(th.Quiet, fields, end-l.Used())
	}
	if again != "" {
		l.Text(th.Bright, again)
		end += ui.Width(again)
	}
	l.Col(end + 1)
	if e.ID != 0 {
		l.IDCell(th.Quiet, e.ID, 0)
	}
	if where := m.where(e); where != "" {
		l.End(th.Link, where, 0)
	}
	l.Gap(l.Left())
}

// again says how often a line was said, "" for once.
func (m *Model) again(times int) string {
	if times <= 1 {
		return ""
	}
	return "  " + m.c.Theme.Signs.Times + ui.Count(float64(times))
}

// where is the place that wrote a line: its end, where there is no room for all in its column.
func (m *Model) where(e *trace.Event) string {
	if m.w < 100 {
		return ""
	}
	return ui.FitEnd(ui.ShortPlace(e.Where()), whereColumn-1)
}

// The columns at the right of a line.
const (
	idColumn    = 9
	whereColumn = 24
)

// beside is how many of the cells that are left the message and the place of a line take. They are columns as long as the text has room
// before them; else they take what they need.
func (m *Model) beside(e *trace.Event, need, left int) int {
	columns, least := 0, 0
	if e.ID != 0 {
		columns, least = idColumn, 2+len(strconv.FormatUint(e.ID, 10))
	}
	if m.w >= 100 {
		columns += whereColumn
	}
	if where := m.where(e); where != "" {
		least += 1 + ui.Width(where)
	}
	if need <= left-columns {
		return columns
	}
	return min(least, columns)
}

// lineLevel is the severity a line is drawn with.
func lineLevel(e *trace.Event) trace.Level {
	if e.Kind == trace.Transition {
		return trace.Error
	}
	if e.Level == trace.LevelNone {
		return trace.Info
	}
	return e.Level
}

func letter(l trace.Level) string {
	switch l {
	case trace.Error:
		return "E"
	case trace.Warn:
		return "W"
	case trace.Info:
		return "I"
	}
	return "D"
}

// speaker is whose line it is: the bench's own words are the bench's.
func speaker(e *trace.Event) string {
	if e.OfBench() {
		return trace.BenchDrawn
	}
	return e.Extension.String()
}

func lineText(e *trace.Event) string {
	switch e.Kind {
	case trace.Lint:
		return e.Rule.String() + ": " + e.Detail
	case trace.Transition:
		return "failed: " + e.Detail
	case trace.Process, trace.Config, trace.Fault:
		return e.Kind.String() + ": " + e.Detail
	}
	return e.Detail
}

// viewDetail draws what is known of the selected line.
func (m *Model) viewDetail() {
	f, th := &m.frame, m.c.Theme
	e, ok := m.event()
	f.Row().Gap(1).Text(th.Heading, "LINE")
	if !ok {
		return
	}
	m.viewText(lineText(&e))
	l := m.fact("ext")
	l.Text(th.Text, speaker(&e))
	if e.Kind != trace.LogLine && e.Extension != 0 {
		l.Text(th.Quiet, " about ").Text(th.Text, e.Extension.String())
	}
	if e.Graph != 0 {
		l.Text(th.Quiet, "   graph ").Text(th.Text, e.Graph.String())
	}
	l.Text(th.Quiet, "   at ").Clock(th.Text, e.Mono, 0)
	m.viewMessageFact(&e)
	if where := e.Where(); where != "" {
		m.fact("source").Text(th.Link, where)
	}
	if len(e.Property) > 2 {
		m.fact("fields").Text(th.Text, ui.Fields(e.Property))
	}
}

// maxText is how many rows of the detail a long line may take.
const maxText = 3

// viewText draws the line itself, wrapped.
func (m *Model) viewText(text string) {
	const indent = 13 // of fact
	lines := ui.Wrap(text, m.w-indent-1)
	if len(lines) > maxText {
		lines[maxText-1] += " …"
		lines = lines[:maxText]
	}
	for i, line := range lines {
		label := "text"
		if i > 0 {
			label = ""
		}
		m.fact(label).Text(m.c.Theme.Bright, line)
	}
}

// viewMessageFact names the message a line belongs to.
func (m *Model) viewMessageFact(e *trace.Event) {
	if e.ID == 0 {
		return
	}
	th := m.c.Theme
	sent, ok := m.c.Store.At(m.c.Store.SentSeq(e.ID))
	if !ok {
		m.fact("message").IDCell(th.Text, e.ID, 0)
		return
	}
	l := m.fact(ui.KindName(sent.Type)).IDCell(th.Text, e.ID, 0)
	l.Gap(1).Text(th.Bright, sent.Name.String()).Gap(2).Text(th.Quiet, sent.From.String()).Gap(1)
	l.Sign(th.Quiet, th.Signs.Arrow).Gap(1).Text(th.Quiet, sent.To.String())
}

func (m *Model) fact(label string) *ui.Line {
	return m.frame.Row().Margin(1).Gap(3).Cell(m.c.Theme.Quiet, label, 9)
}

// viewRates draws how many lines of each level came in each second, the newest at the right, and nothing where the run had not begun.
func (m *Model) viewRates() {
	f, th := &m.frame, m.c.Theme
	w := min(m.w-14, 240)
	span := "the last " + ui.Dur(int64(w)*1e9)
	if ran := len(m.c.Store.LogRate(trace.Info, m.c.Now, w)); ran < w {
		span = "this run has " + strconv.Itoa(ran)
	}
	l := f.Row().Gap(1).Text(th.Heading, "LINES PER SECOND").Text(th.Quiet, "  a column is a second; "+span)
	l.End(th.Quiet, "most", 1)
	for _, level := range []trace.Level{trace.Error, trace.Warn, trace.Info} {
		m.viewRate(f.Row().Margin(1), level, w)
	}
}

func (m *Model) viewRate(l *ui.Line, level trace.Level, w int) {
	th, rates := m.c.Theme, m.c.Store.LogRate(level, m.c.Now, w)
	most := 0
	for _, n := range rates {
		most = max(most, n)
	}
	st := th.Level(level)
	if level == trace.Info {
		st = th.Quiet
	}
	l.Gap(3).Text(st, letter(level)).Gap(2 + w - len(rates)) // before the run there was no time
	for _, n := range rates {
		if n == 0 {
			l.Sign(th.Hairline, th.Signs.Thin)
		} else {
			l.Sign(st, th.Signs.Levels[min(1+(n*7+most-1)/most, 8)])
		}
	}
	l.End(th.Quiet, ui.Grouped(most), 0)
}

// Status says what the selection means, or what is wrong with the filter.
func (m *Model) Status() string {
	th, l := m.c.Theme, m.c.Styled()
	if m.Focused() {
		return m.filter.Status("level >= warn and ext = llm and not timeout")
	}
	e, ok := m.event()
	switch {
	case !ok:
		l.Text(th.Quiet, "Press ").Text(th.Key, "/").Text(th.Quiet, " to filter.")
	case e.ID != 0:
		l.Text(th.Bright, "Line "+ui.Grouped(m.list.Cursor()+1)).Text(th.Quiet, " belongs to message ").IDCell(th.Text, e.ID, 0)
		l.Text(th.Quiet, ": press ").Text(th.Key, "enter").Text(th.Quiet, " to see it.")
	default:
		n, of := m.list.Cursor()+1, m.rows.Len()
		if m.folds() {
			n, _ = m.c.Store.Logs().Find(e.Seq)
			n, of = n+1, m.c.Store.Logs().Len()
		}
		l.Text(th.Bright, "Line "+ui.Grouped(n)).Text(th.Quiet, " of "+ui.Plural(of, "line")+".")
	}
	if !ok {
		return l.String()
	}
	if n := m.times(m.list.Cursor()); n > 1 {
		l.Text(th.Quiet, " It was said "+ui.Grouped(n)+" times, until ").Clock(th.Quiet, m.c.Store.LogRepeats(e.Seq).Last, 0)
		l.Text(th.Quiet, ": ").Text(th.Key, "z").Text(th.Quiet, " shows each.")
	}
	return l.String()
}
