package why

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"tenbench/engine/diagnose"
	"tenbench/engine/trace"
	"tenbench/tui/theme"
	"tenbench/tui/ui"
)

const (
	maxLines = 400 // of the content
	wide     = 100 // cells from which there is room for columns
	tall     = 24  // lines from which there is room for headings
)

// View draws the part of the content that is scrolled to.
func (m *Model) View() string {
	f := &m.frame
	f.Begin(m.c.Theme, m.w, m.h)
	m.scroll(0)
	shown := min(len(m.lines)-m.top, m.h)
	more := len(m.lines) - m.top - shown
	for i, line := range m.lines[m.top : m.top+shown] {
		if i == 0 && m.top > 0 {
			m.drawHead(f.Row().Sign(m.c.Theme.Key, m.c.Theme.Signs.Up).Gap(1)) // what all this is about stays in sight
			continue
		}
		if more > 0 && i == m.h-1 {
			t := m.c.Theme
			f.Row().Gap(1).Sign(t.Key, t.Signs.Down).Gap(1).Text(t.Quiet, ui.Plural(more+1, "line")+" more: ").Text(t.Key, "j").Text(t.Quiet, " scrolls")
			break
		}
		f.Paste(line)
	}
	return f.String()
}

// draw makes the content, with blank lines between its parts as far as all of it is seen then.
func (m *Model) draw() {
	m.render(0)
	if room := m.h - len(m.lines); room > 0 && m.airy() {
		m.render(room)
	}
	m.scroll(0)
}

func (m *Model) render(blanks int) {
	m.blanks = blanks
	f := &m.content
	f.Begin(m.c.Theme, m.w, maxLines)
	switch {
	case m.subject == (subject{}):
		m.drawEmpty("Nothing is asked about.", "Select a message or a problem anywhere and press ", "w")
	case !m.known:
		m.drawEmpty("Nothing is known of it any more.", "The bench keeps the newest commands and problems; the run file has them all: ", "tenbench why")
	case m.other != nil:
		m.head()
		m.drawOther()
	case m.subject.command == 0:
		m.head()
		m.drawVerdict()
		m.drawProblem()
	default:
		m.head()
		m.drawVerdict()
		m.drawPath()
		m.drawChain()
		m.drawDifferent()
		m.drawSource()
		m.drawLogs()
		m.drawStack(m.verdict.Stack)
	}
	used := min(maxLines-f.Left(), maxLines)
	if m.lines = strings.Split(f.String(), "\n"); len(m.lines) > used {
		m.lines = m.lines[:used]
	}
}

func (m *Model) drawEmpty(says, hint, key string) {
	t, f := m.c.Theme, &m.content
	f.Row().Gap(1).Text(t.Text, says)
	if ui.Width(hint)+ui.Width(key)+2 > m.w {
		lines := ui.Wrap(hint, m.w-2)
		for _, line := range lines[:len(lines)-1] {
			f.Row().Gap(1).Text(t.Quiet, line)
		}
		hint = strings.TrimSpace(lines[len(lines)-1]) + " "
	}
	f.Row().Gap(1).Text(t.Quiet, hint).Text(t.Key, key).Text(t.Quiet, ".")
}

// airy reports that there is room for headings and bars.
func (m *Model) airy() bool { return m.h >= tall }

func (m *Model) blank() {
	if m.blanks > 0 {
		m.blanks--
		m.content.Blank(1)
	}
}

// section begins a part of the content.
func (m *Model) section(heading string) *ui.Line {
	m.content.Rule()
	return m.content.Row().Gap(1).Text(m.c.Theme.Heading, heading).Gap(2)
}

// titles are the screens that may ask.
var titles = map[ui.ID]string{ui.Now: "Now", ui.Traffic: "Traffic", ui.Timeline: "Timeline", ui.Logs: "Logs", ui.Inject: "Inject", ui.Gate: "Gate"}

// head begins the content.
func (m *Model) head() {
	m.drawHead(m.content.Row().Gap(1))
	m.blank()
}

// drawHead says what is asked about, and how it stands.
func (m *Model) drawHead(l *ui.Line) {
	t, v := m.c.Theme, &m.verdict
	if from := titles[m.from]; from != "" {
		l.Text(t.Quiet, from).Gap(1).Sign(t.Quiet, t.Signs.Crumb).Gap(1)
	}
	for _, s := range m.before {
		if s.command == 0 {
			l.Text(t.Quiet, "problem").Gap(1).Sign(t.Quiet, t.Signs.Crumb).Gap(1)
			continue
		}
		l.IDCell(t.Quiet, s.command, 0).Gap(1).Sign(t.Quiet, t.Signs.Crumb).Gap(1)
	}
	if m.subject.command != 0 {
		l.Cell(t.Bright, v.Name, min(ui.Width(v.Name), 40)).Gap(1).IDCell(t.Bright, v.ID, 0)
	} else {
		l.Text(t.Bright, words(v.Rule))
	}
	l.Gap(1).Sign(t.Quiet, t.Signs.Crumb).Gap(1).Text(t.Quiet, "Why")
	style, text := m.outcome()
	if like := m.standing(); like != "" && ui.Width(like)+ui.Width(text)+6 <= l.Left() {
		l.Gap(3).Text(t.Quiet, like)
	}
	l.End(style, text, 1)
}

// standing says which of the commands of one problem this is.
func (m *Model) standing() string {
	p := m.problemOf(m.subject)
	switch {
	case p == nil:
		return ""
	case p.Muted:
		return "muted"
	case len(p.IDs) < 2 || m.subject.command == 0:
		return ""
	}
	i := slices.Index(p.IDs, m.subject.command)
	return strconv.Itoa(len(p.IDs)-i) + " of " + ui.Grouped(p.Count) + " like it"
}

// outcome is how the command or the problem stands, in capitals.
func (m *Model) outcome() (theme.Style, string) {
	t, v := m.c.Theme, &m.verdict
	if m.subject.command == 0 {
		if v.Ended {
			return t.Quiet, "OVER"
		}
		level, _ := trace.ParseLevel(v.Level)
		return t.Level(level), strings.ToUpper(v.Level)
	}
	age := " " + ui.Age(v.AgeNS)
	if v.Outcome != diagnose.Open && v.Outcome != diagnose.Silent {
		age = " " + ui.Dur(v.AgeNS)
	}
	if v.Rule == diagnose.Held {
		return t.Held, "HELD" + age
	}
	switch v.Outcome {
	case diagnose.Open:
		return t.Warn, "OPEN" + age
	case diagnose.Silent:
		if v.Level == trace.Info.String() { // what it waits for is held
			return t.Held, "UNANSWERED" + age
		}
		return t.Wrong, "UNANSWERED" + age
	case diagnose.Answered:
		return t.OK, "ANSWERED" + age
	case diagnose.CutShort:
		return t.Quiet, "CUT" + age
	}
	return t.Wrong, "ERROR" + age
}

// drawVerdict says what is wrong, how sure that is, what to look at and what to do.
func (m *Model) drawVerdict() {
	t, v := m.c.Theme, &m.verdict
	level, _ := trace.ParseLevel(v.Level)
	bar := t.Level(level)
	if v.Ended || v.Outcome == diagnose.Answered {
		bar = t.OK
	}
	sure := string(v.Confidence)
	say := func(st theme.Style, text string, room int) {
		if text == "" {
			return
		}
		for _, line := range ui.Wrap(text, max(m.w-6-room, 20)) {
			m.content.Row().Gap(1).Sign(bar, t.Signs.Bar).Gap(1).Text(st, line).End(m.sureStyle(), sure, 1)
			sure = ""
		}
	}
	if m.subject.command == 0 {
		say(t.Bright, v.Text, len(sure)+2)
	} else {
		say(t.Bright, v.Brief+".", len(sure)+2)
		if m.airy() {
			say(t.Text, v.Reason(), 0)
			say(t.Quiet, v.So, 0)
		} else {
			say(t.Text, strings.TrimSpace(v.Reason()+" "+v.So), 0)
		}
	}
	if v.Remedy != "" && v.Rule != diagnose.AnsweredOK {
		for i, line := range ui.Wrap(v.Remedy, max(m.w-8, 20)) {
			l := m.content.Row().Gap(1).Sign(bar, t.Signs.Bar).Gap(1)
			if i == 0 {
				l.Sign(t.Key, t.Signs.Arrow).Gap(1)
			} else {
				l.Gap(2)
			}
			l.Text(t.Text, line)
		}
	}
	if v.File != "" {
		m.content.Row().Gap(1).Sign(bar, t.Signs.Bar).Gap(3).Text(t.Link, ui.ShortPlace(v.Place())).Gap(2).Text(t.Quiet, v.PlaceText())
	}
	m.blank()
}

func (m *Model) sureStyle() theme.Style {
	t := m.c.Theme
	switch m.verdict.Confidence {
	case diagnose.Proven:
		return t.OK
	case diagnose.Likely:
		return t.Warn
	}
	return t.Text
}

// words writes a rule's id as words.
func words(rule string) string { return strings.ReplaceAll(rule, "-", " ") }

// steps are how a step of the way is drawn.
func (m *Model) stepLook(s diagnose.StepState) (theme.Style, string, theme.Style) {
	t := m.c.Theme
	switch s {
	case diagnose.StepWaiting:
		return t.Warn, t.Signs.Waiting, t.Warn
	case diagnose.StepWrong:
		return t.Wrong, t.Signs.Wrong, t.Wrong
	case diagnose.StepNever:
		return t.Quiet, t.Signs.Dot, t.Quiet
	}
	return t.OK, t.Signs.OK, t.Text
}

// columns are the widths of the way's columns.
type columns struct{ name, who, place int }

func (m *Model) pathColumns() columns {
	c := columns{name: 10}
	for i := range m.verdict.Path {
		s := &m.verdict.Path[i]
		c.who = max(c.who, ui.Width(s.Who))
		c.place = max(c.place, ui.Width(ui.ShortPlace(s.Place)))
	}
	if m.w >= wide {
		c.name, c.who, c.place = 12, min(c.who, 24), min(c.place, 36)
		return c
	}
	c.who, c.place = min(c.who, 14), 0 // the place takes what it needs
	return c
}

func (m *Model) drawPath() {
	if m.airy() {
		m.section("PATH")
	} else {
		m.content.Rule()
	}
	c := m.pathColumns()
	for i := range m.verdict.Path {
		m.drawStep(&m.verdict.Path[i], c)
	}
	m.blank()
}

func (m *Model) drawStep(s *diagnose.Step, c columns) {
	t, l := m.c.Theme, m.content.Row()
	style, sign, name := m.stepLook(s.State)
	place := ui.ShortPlace(s.Place)
	l.Gap(1).Sign(style, sign).Gap(1).Cell(name, s.Name, c.name).Cell(t.Text, s.Who, c.who).Gap(2)
	const after = 10
	switch {
	case c.place > 0:
		l.Cell(t.Link, place, c.place).Gap(2)
	case place != "":
		l.Cell(t.Link, place, min(ui.Width(place), max(m.w-l.Used()-after-2, 0))).Gap(2)
	}
	if room := m.w - l.Used() - after; room > 2 {
		l.Cell(t.Quiet, s.Detail, room)
	}
	l.Col(m.w-after).Right(t.Quiet, ui.After(s.At), after-1)
}

// drawChain draws what the command waits for, to the end.
func (m *Model) drawChain() {
	t, v := m.c.Theme, &m.verdict
	if len(v.Chain) == 0 {
		return
	}
	m.section(m.verdict.ChainTitle())
	for i := range v.Chain {
		k := &v.Chain[i]
		l := m.content.Row().Gap(1+2*min(i, 8)).Sign(t.Quiet, t.Signs.Tree).Gap(1)
		l.Cell(t.Bright, k.Name, min(ui.Width(k.Name), 24)).Gap(1).IDCell(t.Quiet, k.ID, 0).Gap(2)
		l.Cell(t.Text, k.From, min(ui.Width(k.From), 20)).Gap(1).Sign(t.Quiet, t.Signs.Arrow).Gap(1).Cell(t.Text, k.To, min(ui.Width(k.To), 20)).Gap(2)
		style := t.Text
		if i == len(v.Chain)-1 {
			style = t.Wrong
		}
		l.Text(style, words(k.Rule)).Gap(2)
		m.sayOfLink(l, cmp.Or(k.Text, string(k.Confidence)))
	}
	m.blank()
}

// sayOfLink says what there is to say of a link, on a row of its own if need be; the verdict has said it, so where rows are few that is
// let go.
func (m *Model) sayOfLink(l *ui.Line, text string) {
	t := m.c.Theme
	switch {
	case ui.Width(text) < l.Left():
		l.Text(t.Quiet, text)
	case m.airy():
		m.fill(m.content.Row().Gap(5), t.Quiet, text)
	}
}

// drawDifferent draws what is different about the commands that were answered.
func (m *Model) drawDifferent() {
	t, d := m.c.Theme, m.verdict.Different
	switch {
	case d == nil && m.verdict.TooFew == "":
		return
	case d == nil && m.airy():
		m.fill(m.section("WHAT IS DIFFERENT"), t.Quiet, m.verdict.TooFew)
		m.blank()
		return
	case d == nil:
		m.fill(m.section("DIFFERENT"), t.Quiet, m.verdict.TooFew)
		return
	case !m.airy():
		m.drawBriefly(d)
		return
	}
	m.fill(m.section("WHAT IS DIFFERENT"), t.Quiet, d.Heading())
	what := 0
	for _, r := range d.Rows {
		what = max(what, ui.Width(r.Name()))
	}
	bar := 0
	if room := m.w / 4; m.w >= wide && what <= room {
		bar = 14
	} else {
		what = min(what, max(room, m.w-64, 12)) // a long name is worth more than bars
	}
	for i := range d.Rows {
		m.drawRow(d, &d.Rows[i], what, bar)
	}
	m.blank()
}

// maxBrief is how many of what separates is told where there is little room.
const maxBrief = 2

// drawBriefly draws what separates the commands, a line each.
func (m *Model) drawBriefly(d *diagnose.Difference) {
	l := m.section("DIFFERENT")
	margin := l.Used()
	for i := range d.Rows[:min(len(d.Rows), maxBrief)] {
		if i > 0 && !d.Rows[i].Separates {
			break
		}
		if i > 0 {
			l = m.content.Row().Col(margin)
		}
		m.fill(l, m.c.Theme.Bright, d.Brief(&d.Rows[i]))
	}
	if aside := d.Aside(); aside != "" {
		m.fill(m.content.Row().Col(margin), m.c.Theme.Quiet, aside)
	}
}

// fill writes a text from where the line stands to its end, and below that what finds no room there.
func (m *Model) fill(l *ui.Line, style theme.Style, text string) {
	margin := l.Used()
	for i, part := range ui.Wrap(text, max(m.w-margin-1, 20)) {
		if i > 0 {
			l = m.content.Row().Col(margin)
		}
		l.Text(style, part)
	}
}

func (m *Model) drawRow(d *diagnose.Difference, r *diagnose.Row, what, bar int) {
	t, l := m.c.Theme, m.content.Row()
	bad, good := d.Sides()
	name := t.Text
	if r.Separates {
		name = t.Bright
	}
	l.Gap(3).Cell(name, r.Name(), what).Gap(2)
	if what > 24 { // so that the mark behind it finds room
		bar = max(bar-3, 0)
	}
	m.drawShare(l, bad, r.Unanswered, d.Unanswered, bar, t.Wrong)
	l.Gap(2)
	m.drawShare(l, good, r.Answered, d.Answered, bar, t.OK)
	if !r.Separates {
		return
	}
	style, text := t.Warn, " "+r.Mark()
	switch {
	case r.Weak:
		style = t.Quiet
	case r.And == "" && m.w >= wide:
		text += " completely"
	}
	l.Gap(2).Sign(style, t.Signs.Left).Text(style, text)
}

// drawShare draws so many of so many, with a bar where there is room.
func (m *Model) drawShare(l *ui.Line, side string, n, of, bar int, style theme.Style) {
	t := m.c.Theme
	l.Text(t.Quiet, side).Gap(1)
	if bar > 0 {
		full := n * bar / max(of, 1)
		if full == 0 && n > 0 {
			full = 1
		}
		l.Repeat(style, t.Signs.Block, full).Repeat(t.Hairline, t.Signs.Shade, bar-full).Gap(1)
	}
	count := ui.Grouped(n) + " of " + ui.Grouped(of)
	l.Cell(t.Text, count, max(len(count), len(ui.Grouped(of))*2+4))
}

// drawLogs lists what was logged while the command was handled.
func (m *Model) drawLogs() {
	t, lines := m.c.Theme, m.logs()
	if len(lines) == 0 {
		if m.airy() && len(m.source.lines) == 0 {
			m.section("LOGS OF THIS COMMAND").Text(t.Quiet, "none: nothing was logged while it was handled")
			m.blank()
		}
		return
	}
	const label = 11
	if m.airy() {
		m.section("LOGS OF THIS COMMAND").Text(t.Quiet, ui.Grouped(len(lines)))
	}
	for i := range lines {
		e, l := &lines[i], m.content.Row().Gap(1)
		if !m.airy() && i == 0 {
			l.Text(t.Heading, "LOGS").Gap(1).Text(t.Quiet, ui.Grouped(len(lines)))
		}
		if !m.airy() {
			l.Col(label)
		}
		l.Right(t.Quiet, ui.After(e.Mono-m.event.Mono), 9).Gap(2).Sign(t.Level(e.Level), t.LevelSign(e.Level)).Gap(2)
		name := e.Extension.String()
		l.Cell(t.Text, name, min(max(ui.Width(name), 12), 24)).Gap(2)
		where := ui.ShortPlace(e.Where())
		l.Cell(t.Level(e.Level), e.Detail, max(m.w-l.Used()-ui.Width(where)-4, 8)).End(t.Link, where, 1)
	}
	m.blank()
}

// authors leaves out the frames of a Go stack inside the author's innermost one, and says how many. Other stacks end with that.
func authors(lines []string, place string) (rest []string, skipped int) {
	at := slices.IndexFunc(lines, func(l string) bool { return place != "" && strings.Contains(l, place) })
	if at < 2 || !strings.HasPrefix(lines[1], "\t") {
		return lines, 0
	}
	return lines[at-1:], (at - 1) / 2
}

// isFrameOf reports that a line of a stack names the place to look at, as Go or as Python writes it.
func isFrameOf(line string, p *diagnose.Problem) bool {
	return p.File != "" && (strings.Contains(line, p.Place()) || strings.Contains(line, `"`+p.File+`", line `+strconv.Itoa(p.Line)+","))
}

// maxStack bounds the lines of a stack.
const maxStack = 60

// drawStack draws a stack; the line to look at stands out.
func (m *Model) drawStack(stack string) {
	if stack == "" {
		return
	}
	t, v := m.c.Theme, &m.verdict
	lines, skipped := authors(strings.Split(strings.TrimRight(stack, "\n"), "\n"), v.Place())
	l := m.section("STACK").Text(t.Quiet, v.PlaceIs)
	if v.PlaceIs != "" && skipped > 0 {
		l.Text(t.Quiet, "; ")
	}
	if skipped > 0 {
		l.Text(t.Quiet, ui.Plural(skipped, "frame")+" further in left out")
	}
	for _, line := range lines[:min(len(lines), maxStack)] {
		style := t.Quiet
		if isFrameOf(line, &v.Problem) {
			style = t.Link
		}
		line = strings.ReplaceAll(strings.TrimRight(line, " \r"), "\t", "    ")
		text := strings.TrimLeft(line, " ")
		m.content.Row().Gap(3+min(len(line)-len(text), m.w/2)).Text(style, text) // the sign below a mistake keeps its column
	}
	m.blank()
}
