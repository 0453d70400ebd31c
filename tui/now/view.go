package now

import (
	"cmp"
	"strconv"
	"strings"

	"tenbench/engine/diagnose"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/store"
	"tenbench/tui/theme"
	"tenbench/tui/ui"
)

// View draws the body.
func (m *Model) View() string {
	f := &m.frame
	f.Begin(m.c.Theme, m.w, m.h)
	m.layout.lines = m.layout.lines[:0]
	m.viewProblems()
	if m.layout.nodes > 0 {
		f.Rule()
		m.viewNodes()
	}
	if m.layout.commands > 0 {
		f.Rule()
		m.viewCommands()
	}
	if m.layout.recent > 0 {
		f.Rule()
		m.viewRecent()
	}
	return f.String()
}

// row begins the row of an item: its bar when it is selected, and its sign.
func (m *Model) row(it item, st theme.Style, sign string) *ui.Line {
	m.layout.at(m.h-m.frame.Left(), it)
	l := m.frame.Row()
	if it == m.selected {
		l.Select(true).Sign(st, m.c.Theme.Signs.Bar)
	} else {
		l.Gap(1)
	}
	return l.Margin(1).Sign(st, sign).Gap(1)
}

// heading begins a section, with the number of its things unless that is negative.
func (m *Model) heading(text string, n int, st theme.Style) *ui.Line {
	th := m.c.Theme
	l := m.frame.Row()
	l.Gap(1).Text(th.Heading, text)
	if n >= 0 {
		l.Gap(2).Text(st, ui.Grouped(n))
	}
	return l
}

func (m *Model) viewProblems() {
	th, all := m.c.Theme, m.c.Store.Problems()
	l := m.heading("PROBLEMS", m.c.Store.Pressing(), m.number(numberOfProblems, th.Quiet))
	if s := besides(all); s != "" {
		l.Gap(3).Text(th.Quiet, s)
	}
	at := 0
	if m.selected.section == problems {
		at = max(m.index(), 0)
	}
	from, to := window(len(all), m.layout.problems, at)
	if hidden := len(all) - (to - from); m.layout.commands == 0 {
		m.viewOwed(l)
	} else if hidden > 0 {
		l.End(th.Quiet, th.Signs.Down+" "+ui.Grouped(hidden)+" more", 1)
	}
	if len(all) == 0 {
		m.frame.Row().Gap(1).Sign(th.OK, th.Signs.OK).Gap(1).Text(th.Quiet, m.allWell())
		return
	}
	for i := from; i < to; i++ {
		if i == from && at > i {
			m.viewProblem(&all[0]) // the worst stays in sight, wherever the selection is
			continue
		}
		m.viewProblem(&all[i])
		if i == at && m.layout.remedy {
			m.viewRemedy(&all[i])
		}
	}
	m.frame.Blank(m.layout.problems - (to - from))
}

// viewOwed says what is in flight, where there is no room for the commands themselves.
func (m *Model) viewOwed(l *ui.Line) {
	th, n := m.c.Theme, m.c.Store.OpenCount()
	if m.silent == 0 {
		l.End(th.Quiet, ui.Grouped(n)+" in flight", 1)
		return
	}
	l.End(th.Bad, ui.Grouped(n)+" in flight, "+ui.Grouped(m.silent)+" unanswered", 1)
}

// besides counts what is listed with the problems but is none now: what has ended or is muted, and remarks.
func besides(all []diagnose.Problem) string {
	over, remarks, muted := 0, 0, 0
	for i := range all {
		switch {
		case all[i].Ended:
			over++
		case all[i].Muted:
			muted++
		case all[i].Level == trace.Info.String():
			remarks++
		}
	}
	var parts []string
	if remarks > 0 {
		parts = append(parts, ui.Plural(remarks, "remark"))
	}
	if muted > 0 {
		parts = append(parts, ui.Grouped(muted)+" muted")
	}
	if over > 0 {
		parts = append(parts, ui.Grouped(over)+" that ended")
	}
	if len(parts) == 0 {
		return ""
	}
	return "and " + strings.Join(parts, ", ")
}

// viewRemedy says under a problem what to do about it.
func (m *Model) viewRemedy(p *diagnose.Problem) {
	th := m.c.Theme
	l := m.frame.Row().Margin(1)
	if p.Remedy == "" {
		return
	}
	l.Gap(3).Sign(th.Quiet, th.Signs.Tree).Gap(1).Text(th.Text, p.Remedy)
	if p.File != "" && l.Left() > 4 {
		l.Gap(2).Text(th.Link, ui.ShortPlace(p.Place()))
	}
}

func (m *Model) allWell() string {
	if m.c.Store.Seq() == 0 {
		return "Nothing has happened yet. The extensions appear below as soon as they start."
	}
	return "Nothing is wrong. What goes unanswered, fails, hangs or is lost appears here."
}

func (m *Model) viewProblem(p *diagnose.Problem) {
	th := m.c.Theme
	level, _ := trace.ParseLevel(p.Level)
	st, sign, quiet := th.Level(level), th.LevelSign(level), th.Quiet
	switch {
	case p.Ended:
		st, sign = th.Quiet, th.Signs.OK
	case p.Muted:
		st, sign = th.Quiet, th.Signs.Ended
	}
	l := m.row(problemItem(p), st, sign)
	l.Cell(st, ruleWords(p.Rule), m.ruleColumn()).Gap(1)
	if p.AboutCommands() {
		l.Cell(th.Bright, p.Name, m.problemName()).Gap(1)
		if p.Count > 1 {
			l.Cell(m.number(problemItem(p).key, quiet), th.Signs.Times+ui.Count(float64(p.Count)), idWidth(p.ID)+2)
		} else {
			l.IDCell(quiet, p.ID, idWidth(p.ID)+2)
		}
		m.path(l, p.From, p.To, th.Text)
	} else {
		l.Cell(th.Bright, p.Extension, 16+ruleWidth(m.w)-m.ruleColumn()) // what stands before it took that
	}
	age := m.problemAge(p)
	l.Gap(2)
	l.Cell(quiet, brief(p), l.Left()-ui.Width(age)-2).End(st, age, 0)
}

// mostProblemName is how wide the names of commands become among the problems.
const mostProblemName = 20

// problemName is the width of the names of commands among the problems: what follows them stands in columns.
func (m *Model) problemName() (w int) {
	for i := range m.c.Store.Problems() {
		if p := &m.c.Store.Problems()[i]; p.AboutCommands() {
			w = max(w, min(ui.Width(p.Name), mostProblemName))
		}
	}
	return w
}

// ruleColumn is the width of the rules among the problems: what follows them stands in columns. A rule about an extension is whole, as
// nothing beside it says as much; one about commands has its reason at the end.
func (m *Model) ruleColumn() (w int) {
	w = ruleWidth(m.w)
	for i := range m.c.Store.Problems() {
		if p := &m.c.Store.Problems()[i]; !p.AboutCommands() {
			w = max(w, min(len(p.Rule), mostRule))
		}
	}
	return w
}

// mostRule is how wide the rules become.
const mostRule = 18

// brief is what the columns before it do not say already: of a problem about commands the reason, of a failure the error.
func brief(p *diagnose.Problem) string {
	switch {
	case p.AboutCommands() && p.Renewed:
		return "is over: " + p.Extension + " was started anew since"
	case p.AboutCommands() && p.Ended && (p.Rule == diagnose.AnsweredLate || p.Why == ""):
		return "is over: it was answered in the end"
	case p.AboutCommands() && p.Ended:
		return "is over: the engine answered it, as " + p.Why
	case p.AboutCommands():
		return cmp.Or(p.Why, p.Brief)
	case p.Rule == diagnose.ExtensionFailed:
		if what, err, ok := strings.Cut(p.Text, ": "); ok && strings.HasPrefix(what, p.Extension+" failed while ") {
			return err
		}
	case p.Rule == diagnose.QueueFull:
		return strings.TrimPrefix(p.Text, "The mailbox of "+p.Extension+" ")
	case p.Rule == diagnose.Misspelt:
		if _, want, ok := strings.Cut(p.Text, "; it asked for "); ok {
			want, _, _ = strings.Cut(want, ", which")
			return strconv.Quote(p.Name) + " is set, it reads " + want
		}
	}
	return p.Text
}

// problemAge says how long a problem lasts, how often it was there, or when that was.
func (m *Model) problemAge(p *diagnose.Problem) string {
	c := m.c.Store.Command(p.ID)
	switch {
	case c != nil && p.Count > 1 && !p.Ended:
		return ui.Age(m.c.Now - p.Since)
	case c != nil:
		return ui.Age(c.Age(m.c.Now))
	case !p.Ended && p.Count <= 1:
		return ui.Age(m.c.Now - p.Since)
	case p.Count > 1:
		return ui.Count(float64(p.Count)) + m.c.Theme.Signs.Times
	}
	return "at " + ui.RunTime(p.Since) // it was there once, and is over
}

func ruleWidth(w int) int {
	if w < 100 {
		return 13
	}
	return 17
}

// ruleWords writes a rule's id as words.
func ruleWords(rule string) string {
	b := []byte(rule)
	for i := range b {
		if b[i] == '-' {
			b[i] = ' '
		}
	}
	return string(b)
}

// path draws from -> to.
func (m *Model) path(l *ui.Line, from, to string, st theme.Style) {
	th := m.c.Theme
	l.Text(st, from).Gap(1).Sign(th.Quiet, th.Signs.Arrow).Gap(1).Text(st, to)
}

func (m *Model) viewNodes() {
	all := m.nodes
	col := nodeColumns(m.w)
	col.head(m.frame.Row(), m.c.Theme, len(all)-m.layout.nodes)
	if len(all) == 0 {
		m.frame.Row().Gap(3).Text(m.c.Theme.Quiet, "No extension has started yet.")
		return
	}
	at := 0
	if m.selected.section == extensions {
		at = max(m.index(), 0) - len(m.c.Store.Problems())
	}
	from, to := window(len(all), m.layout.nodes, at)
	for _, n := range all[from:to] {
		m.viewNode(n, col)
	}
}

func (m *Model) viewNode(n *store.Node, col columns) {
	th := m.c.Theme
	st, sign := m.nodeSign(n)
	l := m.row(nodeItem(n), st, sign)
	name := th.Text
	if m.trouble(n) > 0 {
		name = th.Bright
	}
	l.Cell(name, n.Name(), col.name).Gap(1)
	m.viewLife(l, n, col)
	l.Count(th.Text, n.In.At(m.c.Now), col.rate).Count(th.Text, n.Out.At(m.c.Now), col.rate+1)
	m.viewQueue(l, n, col)
	m.viewHandler(l, n, col)
	m.viewLast(l, n)
}

// queueCalm is a depth that a mailbox reaches in passing: deeper ones are worth a colour.
const queueCalm = 4

func (m *Model) viewQueue(l *ui.Line, n *store.Node, col columns) {
	th := m.c.Theme
	l.Gap(3)
	number := th.Quiet
	switch {
	case n.Queue > queueCalm:
		number = th.Warn
	case n.Queue > 0:
		number = th.Text
	}
	if col.spark > 0 {
		l.Spark(th.OK, n.QueueHistory(), col.spark, max(n.QueueMax, 4*queueCalm), queueCalm).Gap(1)
	}
	l.Count(number, float64(n.Queue), col.queue)
}

// slow is the time from which the bench calls a callback slow.
const slow = 100e6

func (m *Model) viewHandler(l *ui.Line, n *store.Node, col columns) {
	th := m.c.Theme
	p50, p99, ok := n.Handler()
	l.Gap(2)
	if !ok {
		l.Gap(col.handler)
		return
	}
	if col.handler > 8 {
		l.Dur(th.Text, p50, 6).Gap(1).Text(th.Quiet, "/").Gap(1)
	}
	st := th.Text
	if p99 >= slow {
		st = th.Warn
	}
	l.Dur(st, p99, 6)
}

// leastLast is the width below which the last column is better left out.
const leastLast = 8

// viewLast draws the newest message a node got, or why it failed.
func (m *Model) viewLast(l *ui.Line, n *store.Node) {
	th := m.c.Theme
	l.Gap(3)
	if l.Left() < leastLast {
		return
	}
	switch {
	case n.State == trace.Failed:
		l.Text(th.Bad, n.Error)
	case n.Last.Type != msg.KindNone:
		st := th.Kind(n.Last.Type)
		l.Text(st, ui.KindName(n.Last.Type)).Gap(1).Text(st, n.Last.Name.String())
	case n.StandIn:
		l.Text(th.Quiet, "stand-in")
	}
}

func (m *Model) viewCommands() {
	th := m.c.Theme
	l := m.heading("COMMANDS IN FLIGHT", m.shownFlights()+m.hidden, th.Quiet) // what the rows add up to
	l.Col(ageColumn(m.w)).Right(th.Heading, "AGE", 6).Gap(3).Text(th.Heading, "WHO OWES THE ANSWER")
	for _, f := range m.flights {
		m.viewCommand(f)
	}
	left := m.layout.commands - len(m.flights)
	if m.hidden > 0 && left > 0 {
		m.viewMore()
		left--
	}
	if len(m.flights) == 0 {
		text := "No command has been open for longer than a tenth of a second."
		if !m.c.Info.Live {
			text = endedByStop(m.c.Store.StoppedCount())
		}
		m.frame.Row().Gap(3).Text(th.Quiet, text)
		left--
	}
	m.frame.Blank(left)
}

// endedByStop says of a run that is over how many commands were open at its end.
func endedByStop(n int) string {
	switch n {
	case 0:
		return "No command was open when the run ended."
	case 1:
		return "One command was open when the run ended; the stop ended it."
	}
	return ui.Grouped(n) + " commands were open when the run ended; the stop ended them."
}

// viewMore says how many commands have no row, and how to see them.
func (m *Model) viewMore() {
	th := m.c.Theme
	l := m.row(moreCommands, th.Quiet, " ")
	l.Text(th.Text, "+"+ui.Grouped(m.hidden)+" more").Text(th.Quiet, ", ").Text(th.Key, "enter").Text(th.Quiet, " lists them in Traffic")
}

func ageColumn(w int) int {
	if w < 100 {
		return w * 54 / 100
	}
	return min(w*45/100, 72)
}

func (m *Model) viewCommand(f flight) {
	th, c := m.c.Theme, f.cmd
	st, sign := th.Quiet, th.Signs.Waiting
	age := m.c.Now - f.since
	switch {
	case c.Silent():
		st, sign = th.Wrong, th.Signs.Wrong
	case c.Held:
		st, sign = th.Held, th.Signs.Held
	case age > 500e6:
		st = th.Warn
	}
	l := m.row(item{commands, c.ID}, st, sign)
	name := th.Text
	if c.Silent() {
		name = th.Bright
	}
	l.Cell(name, c.Name.String(), nameWidth(m.w)).Gap(1)
	if f.count > 1 {
		l.Cell(th.Quiet, th.Signs.Times+ui.Count(float64(f.count)), idWidth(c.ID)+2)
	} else {
		l.IDCell(th.Quiet, c.ID, idWidth(c.ID)+2)
	}
	room := ageColumn(m.w) - l.Used() - 1
	at := l.Used()
	m.pathIn(l, c, room)
	if c.Partials > 0 && at+room-l.Used() > 12 {
		l.Gap(2).Int(th.Quiet, int64(c.Partials), 0).Text(th.Quiet, " partial")
	}
	l.Col(ageColumn(m.w)).Age(st, age, 6).Gap(3)
	if c.Silent() {
		st = th.Bad
	}
	if f.count > 1 && c.Lost() {
		l.Text(st, "nobody: they are lost")
		return
	}
	l.Text(st, ui.Owes(c, m.c.Now))
}

// pathIn draws from -> to in at most room cells; the receiver keeps its whole name longest.
func (m *Model) pathIn(l *ui.Line, c *store.Command, room int) {
	th := m.c.Theme
	from, to := c.From.String(), c.To.String()
	toWidth := min(ui.Width(to), max(room-3, 0))
	fromWidth := min(ui.Width(from), max(room-3-toWidth, 0))
	if room < 4 {
		return
	}
	if fromWidth > 0 {
		l.Cell(th.Text, from, fromWidth).Gap(1)
	}
	l.Sign(th.Quiet, th.Signs.Arrow).Gap(1).Cell(th.Text, to, toWidth)
}

// idWidth keeps the column still while ids grow.
func idWidth(id uint64) int {
	w := 5
	for n := id; n >= 1e4; n /= 10 {
		w++
	}
	return w
}

func nameWidth(w int) int {
	if w < 100 {
		return 10
	}
	return 13
}
