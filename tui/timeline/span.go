package timeline

import (
	"cmp"
	"slices"
	"sort"
	"strconv"

	"tenbench/engine/msg"
	"tenbench/tui/store"
	"tenbench/tui/theme"
	"tenbench/tui/ui"
)

// maxSpanScan bounds how many commands one picture looks at.
const maxSpanScan = 4096

// maxIndent bounds how deep children are drawn under their parents.
const maxIndent = 6

// span is a command of the picture.
type span struct {
	cmd   *store.Command
	depth int
}

// choose fills m.spans: first the selected command and those of the window that went unanswered, then the newest that began in
// the window, then those that began before it. Children stand below their parents.
func (m *Model) choose() {
	m.spans, m.more = m.spans[:0], 0
	n := m.lay.commands
	if n == 0 || !m.kinds.has(msg.KindCmd) {
		return
	}
	m.take(m.c.Store.Command(m.sel), n)
	older := 0 // the silent ones that began before the window
	for older < len(m.silent) && m.silent[older].Sent < m.win.from {
		older++
	}
	room := n
	if m.bound == 0 {
		for i := len(m.silent) - 1; i >= older && len(m.spans) < max(n/2, 1); i-- {
			m.take(m.silent[i], n)
		}
		if older > 0 && n > 2 {
			room-- // the newest of them is not forgotten
		}
	}
	m.takeNewest(room, m.win.from)
	if m.bound == 0 && older > 0 {
		m.take(m.silent[older-1], n)
	}
	m.takeNewest(n, 0)
	m.countMore(n)
	m.nest()
}

// countMore counts the commands that lie in the window and have none of its n rows.
func (m *Model) countMore(n int) {
	if len(m.spans) < n {
		return
	}
	all := m.c.Store.Commands()
	i := sort.Search(all.Len(), func(i int) bool { return all.At(i).Sent >= m.win.to() })
	for scanned := 0; i > 0 && scanned < maxSpanScan; scanned++ {
		i--
		if c := all.At(i); m.win.shows(c.Sent, m.end(c)) {
			m.more++
		}
	}
	m.more -= min(n, m.more)
}

// maxSilent bounds how many open commands are looked at for those that nobody answers.
const maxSilent = 4096

// findSilent notes the commands that nobody seems to answer, the oldest first.
func (m *Model) findSilent() {
	m.silent = m.silent[:0]
	seen := 0
	for c := range m.c.Store.Open {
		if c.Silent() {
			m.silent = append(m.silent, c)
		}
		if seen++; seen >= maxSilent {
			break
		}
	}
	m.findEnded()
}

// findEnded notes those of the window that nobody answered and that a timeout, or the loss of them, has ended since.
func (m *Model) findEnded() {
	all, open := m.c.Store.Commands(), len(m.silent)
	i := sort.Search(all.Len(), func(i int) bool { return all.At(i).Sent >= m.win.to() })
	for scanned := 0; i > 0 && scanned < maxSpanScan; scanned++ {
		i--
		c := all.At(i)
		if c.Sent < m.win.from {
			break
		}
		if c.Forgone() {
			m.silent = append(m.silent, c)
		}
	}
	if len(m.silent) > open {
		slices.SortFunc(m.silent, func(a, b *store.Command) int { return cmp.Or(cmp.Compare(a.Sent, b.Sent), cmp.Compare(a.ID, b.ID)) })
	}
}

// takeNewest takes the newest commands of the picture that were sent at since or later.
func (m *Model) takeNewest(n int, since int64) {
	all := m.c.Store.Commands()
	i := sort.Search(all.Len(), func(i int) bool { return all.At(i).Sent >= m.win.to() })
	for scanned := 0; i > 0 && scanned < maxSpanScan && len(m.spans) < n; scanned++ {
		i--
		c := all.At(i)
		if c.Sent < since {
			return
		}
		if m.bound == 0 || c.ID <= m.bound {
			m.take(c, n)
		}
	}
}

// take adds a command to the picture if it lies in the window and is not in it yet.
func (m *Model) take(c *store.Command, n int) {
	if c == nil || len(m.spans) >= n || !m.win.shows(c.Sent, m.end(c)) || m.spanOf(c.ID) >= 0 {
		return
	}
	m.spans = append(m.spans, span{cmd: c})
}

func (m *Model) spanOf(id uint64) int {
	return slices.IndexFunc(m.spans, func(s span) bool { return s.cmd.ID == id })
}

// end is when a command's span ends.
func (m *Model) end(c *store.Command) int64 { return ui.End(c, m.c.Now) }

// nest orders the spans by time, each child behind its parent and the children before it.
func (m *Model) nest() {
	slices.SortFunc(m.spans, func(a, b span) int {
		return cmp.Or(cmp.Compare(a.cmd.Sent, b.cmd.Sent), cmp.Compare(a.cmd.ID, b.cmd.ID))
	})
	for i := range m.spans {
		s := m.spans[i]
		p := slices.IndexFunc(m.spans[:i], func(o span) bool { return o.cmd.ID == s.cmd.Parent })
		if p < 0 {
			continue
		}
		s.depth = min(m.spans[p].depth+1, maxIndent)
		to := p + 1
		for to < i && m.spans[to].depth >= s.depth {
			to++
		}
		copy(m.spans[to+1:i+1], m.spans[to:i])
		m.spans[to] = s
	}
}

// selectBy moves the selection among the commands of the picture, and the cursor to the start of the one selected. At the
// ends the picture moves on to older and newer commands.
func (m *Model) selectBy(d int) {
	if len(m.spans) == 0 {
		return
	}
	i := m.spanOf(m.sel)
	if i < 0 {
		i, d = len(m.spans)-1, 0
	}
	if i+d < 0 || i+d >= len(m.spans) {
		m.beyond(d)
		return
	}
	m.selectCommand(m.spans[i+d].cmd)
}

func (m *Model) selectCommand(c *store.Command) {
	m.sel, m.cursor, m.win.mode = c.ID, c.Sent, still
	if !m.win.shows(c.Sent, m.end(c)) {
		m.win.reveal(c.Sent)
	}
}

// beyond selects the next command that is older (-1) or newer (+1) than all of the picture.
func (m *Model) beyond(d int) {
	edge := m.spans[0].cmd.ID
	for _, s := range m.spans {
		if d < 0 && s.cmd.ID < edge || d > 0 && s.cmd.ID > edge {
			edge = s.cmd.ID
		}
	}
	all := m.c.Store.Commands()
	i, ok := all.Find(edge)
	if i += d; !ok || i < 0 || i >= all.Len() {
		return
	}
	m.bound = 0
	if d < 0 {
		m.bound = all.ID(i)
	}
	m.selectCommand(all.At(i))
}

// status is the style of an answer.
func (m *Model) status(s msg.Status) theme.Style {
	if s == msg.OK {
		return m.c.Theme.OK
	}
	return m.c.Theme.Wrong
}

func (m *Model) drawCommands() {
	if m.lay.commands == 0 {
		return
	}
	m.frame.Rule()
	head := m.frame.Row().Gap(1).Text(m.c.Theme.Heading, "COMMANDS")
	if m.more > 0 {
		head.Gap(2).Text(m.c.Theme.Quiet, "+"+ui.Grouped(m.more)+" more")
	}
	head.Phases()
	if len(m.spans) == 0 {
		m.emptyCommands(m.frame.Row())
	}
	for i := range m.spans {
		m.drawSpan(m.frame.Row(), &m.spans[i])
	}
	m.frame.Blank(m.lay.commands - max(len(m.spans), 1))
}

func (m *Model) emptyCommands(l *ui.Line) {
	t := m.c.Theme
	l.Col(m.lay.gutter)
	if !m.kinds.has(msg.KindCmd) {
		l.Text(t.Quiet, "Commands are not drawn: ").Text(t.Key, "v").Text(t.Quiet, " chooses what is.")
		return
	}
	if m.c.Store.Commands().Len() == 0 {
		l.Text(t.Quiet, "No command was sent yet.")
	} else {
		l.Text(t.Quiet, "No command was open in this window.")
	}
	if m.c.CanAct() {
		l.Gap(1).Text(t.Key, "5").Text(t.Quiet, " sends one.")
	}
}

// look is how a span is drawn.
type look struct {
	style theme.Style
	sign  string
	note  string // what became of it
}

func (m *Model) look(c *store.Command) look {
	t := m.c.Theme
	switch {
	case !c.Finished && c.Dropped:
		return look{t.Wrong, t.Signs.Dashed, "dropped " + ui.Age(c.Age(m.c.Now))}
	case !c.Finished && c.Lost():
		return look{t.Wrong, t.Signs.Dashed, "lost " + ui.Age(c.Age(m.c.Now))}
	case !c.Finished && c.Silent():
		return look{t.Wrong, t.Signs.Dashed, "no answer " + ui.Age(c.Age(m.c.Now))}
	case !c.Finished && c.Held:
		return look{t.Held, t.Signs.Queued, "held " + ui.Age(c.Age(m.c.Now))}
	case !c.Finished:
		return look{t.Warn, t.Signs.Segment, ui.Age(c.Age(m.c.Now))}
	case c.Cut():
		return look{t.Quiet, t.Signs.Segment, "cut by stop"}
	case c.Forgone():
		return look{t.Wrong, t.Signs.Dashed, ui.Outcome(c) + " " + ui.Dur(c.LatencyNS)}
	case c.Status == msg.Error && c.Late():
		return look{t.Wrong, t.Signs.Segment, "error, late " + ui.Dur(c.LatencyNS)}
	case c.Status == msg.Error:
		return look{t.Wrong, t.Signs.Segment, "error " + ui.Dur(c.LatencyNS)}
	case c.Late():
		return look{t.Warn, t.Signs.Segment, "ok, late " + ui.Dur(c.LatencyNS)}
	}
	return look{t.OK, t.Signs.Segment, "ok " + ui.Dur(c.LatencyNS)}
}

// bar is a span on the columns, with what stands beside it.
type bar struct {
	look
	cmd      *store.Command
	from, to int
	open     bool
	branch   bool // a tree line leads to it
	begins   bool // its beginning is on the screen
	name     string
	nameLook theme.Style
}

// drawSpan draws one command: its name in the gutter, or beside the span if it stands under its parent.
func (m *Model) drawSpan(l *ui.Line, s *span) {
	t, c := m.c.Theme, s.cmd
	b := bar{look: m.look(c), open: !c.Finished, branch: s.depth > 0, begins: c.Sent >= m.win.from, nameLook: t.Quiet}
	b.cmd = c
	if wait := ui.LongWait(c, m.c.Now); wait > 0 {
		b.note += ", " + ui.Dur(wait) + " in the queue"
	}
	if held := ui.GateTime(c, m.c.Now); held > 0 && !c.Waits() {
		b.note += ", " + ui.Dur(held) + " in the gate"
	}
	b.from = min(max(m.win.column(c.Sent), 0), m.win.columns-1)
	b.to = min(max(m.win.column(m.end(c)), b.from), m.win.columns-1)
	if c.ID == m.sel {
		b.nameLook = t.Bright
		l.Sign(b.style, t.Signs.Bar)
	} else {
		l.Gap(1)
	}
	if s.depth == 0 {
		m.gutterName(l, c, b.nameLook)
	} else {
		b.name = ui.Sanitise(c.Name.String()) + " " + number(c.ID) + " "
	}
	m.drawBar(l.Col(m.lay.gutter), b)
}

func number(id uint64) string { return "#" + strconv.FormatUint(id, 10) }

// gutterName draws the name at the left and, where there is room, the id at the right of the gutter.
func (m *Model) gutterName(l *ui.Line, c *store.Command, st theme.Style) {
	room, id := m.lay.gutter-2, number(c.ID)
	if room-len(id) >= 6 {
		l.Cell(st, c.Name.String(), room-len(id)-1).Gap(1).Text(m.c.Theme.Quiet, id)
		return
	}
	l.Cell(st, c.Name.String(), room)
}

// drawBar draws the span and what became of it: behind it where there is room, else before it, else over its end.
func (m *Model) drawBar(l *ui.Line, b bar) {
	room := m.win.columns + margin - 1
	width := min(ui.Width(b.name)+ui.Width(b.note), room)
	lead := 0
	if b.branch && b.from >= 2 {
		lead = 2
	}
	before := b.from - lead - 2 - width
	over := b.open && room-width-3 > b.from // what lasts keeps its words at its end, so that they stand still
	if b.to+2+width > room && before >= 0 && !over {
		m.label(l.Col(m.lay.gutter+before), b)
		m.bar(l.Gap(2), b, lead)
		return
	}
	b.to = max(min(b.to, room-width-3), b.from)
	m.bar(l.Col(m.lay.gutter+b.from-lead), b, lead)
	m.label(l.Gap(1), b)
}

func (m *Model) bar(l *ui.Line, b bar, lead int) {
	t := m.c.Theme
	if lead > 0 {
		l.Sign(t.Quiet, t.Signs.Tree).Gap(1)
	}
	if b.sign != t.Signs.Segment || b.cmd.Held {
		m.plainBar(l, b)
		return
	}
	for col := b.from; col <= b.to; col++ {
		at := min(max(m.win.instant(col)+m.win.width()/2, b.cmd.Sent), max(m.end(b.cmd)-1, b.cmd.Sent))
		st, sign := ui.PhaseAt(m.c.Store, b.cmd, m.c.Now, at).Drawn(t, b.style)
		l.Sign(st, sign)
	}
}

// plainBar draws a span that is the same all along: one that nobody answers, or that is held.
func (m *Model) plainBar(l *ui.Line, b bar) {
	n := b.to - b.from + 1
	if b.sign == m.c.Theme.Signs.Dashed && b.begins {
		l.Sign(b.style, m.c.Theme.Signs.Start)
		n--
	}
	l.Repeat(b.style, b.sign, n)
}

func (m *Model) label(l *ui.Line, b bar) { l.Text(b.nameLook, b.name).Text(b.style, b.note) }
