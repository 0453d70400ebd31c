package timeline

import (
	"cmp"
	"slices"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/store"
	"tenbench/tui/theme"
	"tenbench/tui/ui"
)

// maxSpanScan bounds how many rows of the table of messages one picture looks at.
const maxSpanScan = 4096

// maxIndent bounds how deep children are drawn under their parents.
const maxIndent = 6

// span is a command of the picture.
type span struct {
	id, row uint64
	parent  uint64
	mono    int64
	depth   int
}

// choose fills m.spans: the newest commands of the window, and first of all those that went unanswered and the selected one;
// children stand below their parents.
func (m *Model) choose() {
	m.spans = m.spans[:0]
	n := m.lay.commands
	if n == 0 {
		return
	}
	m.take(m.c.Store.Messages.Find(m.sel), n)
	if m.bound == 0 {
		m.c.Store.Messages.Owed(func(row *store.Message) bool {
			m.take(row, n)
			return len(m.spans) < max(n/2, 1)
		})
	}
	m.takeNewest(n)
	m.nest()
}

func (m *Model) takeNewest(n int) {
	table := &m.c.Store.Messages
	first, _ := table.Span()
	next := table.Before(m.win.to())
	if m.bound != 0 {
		next = min(next, m.bound)
	}
	for scanned := 0; next > first && scanned < maxSpanScan && len(m.spans) < n; scanned++ {
		next--
		m.take(table.Row(next), n)
	}
}

// take adds a command to the picture if it lies in the window and is not in it yet.
func (m *Model) take(row *store.Message, n int) {
	if row == nil || row.Kind != msg.KindCmd || len(m.spans) >= n || !m.win.shows(row.Mono, m.end(row)) {
		return
	}
	if slices.ContainsFunc(m.spans, func(s span) bool { return s.id == row.ID }) {
		return
	}
	m.spans = append(m.spans, span{id: row.ID, row: row.Row, parent: row.Parent, mono: row.Mono})
}

// end is when a command's span ends; an open one reaches to now.
func (m *Model) end(row *store.Message) int64 {
	if row.Done != 0 {
		return row.Done
	}
	return m.c.Now
}

// nest orders the spans by time, each child behind its parent.
func (m *Model) nest() {
	slices.SortFunc(m.spans, func(a, b span) int { return cmp.Or(cmp.Compare(a.mono, b.mono), cmp.Compare(a.id, b.id)) })
	for i := range m.spans {
		s := m.spans[i]
		p := slices.IndexFunc(m.spans[:i], func(o span) bool { return o.id == s.parent && s.parent != 0 })
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
	i := slices.IndexFunc(m.spans, func(s span) bool { return s.id == m.sel })
	switch {
	case len(m.spans) == 0:
		return
	case i < 0:
		i = len(m.spans) - 1
	case i+d < 0:
		m.older()
		return
	case i+d >= len(m.spans):
		m.newer()
		return
	default:
		i += d
	}
	m.selectSpan(m.spans[i].id, m.spans[i].mono)
}

func (m *Model) selectSpan(id uint64, mono int64) {
	m.sel = id
	m.cursor = mono
	m.win.mode = still
	if row := m.c.Store.Messages.Find(id); row != nil && !m.win.shows(row.Mono, m.end(row)) {
		m.win.reveal(mono)
	}
}

// older selects the newest command that began before all in the picture.
func (m *Model) older() {
	table := &m.c.Store.Messages
	first, _ := table.Span()
	row := m.spans[0].row
	for _, s := range m.spans {
		row = min(row, s.row)
	}
	for n := 0; row > first && n < maxSpanScan; n++ {
		row--
		if r := table.Row(row); r.Kind == msg.KindCmd {
			m.bound = row + 1
			m.selectSpan(r.ID, r.Mono)
			return
		}
	}
}

// newer selects the oldest command that began after all in the picture.
func (m *Model) newer() {
	table := &m.c.Store.Messages
	_, next := table.Span()
	row := m.spans[0].row
	for _, s := range m.spans {
		row = max(row, s.row)
	}
	for n := 0; row+1 < next && n < maxSpanScan; n++ {
		row++
		if r := table.Row(row); r.Kind == msg.KindCmd {
			if m.bound != 0 {
				m.bound = row + 1
			}
			m.selectSpan(r.ID, r.Mono)
			return
		}
	}
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
	t := m.c.Theme
	m.frame.Rule()
	m.frame.Row().Gap(1).Text(t.Heading, "COMMANDS")
	if len(m.spans) == 0 {
		m.emptyCommands(m.frame.Row())
	}
	for i := range m.spans {
		if row := m.c.Store.Messages.Find(m.spans[i].id); row != nil {
			m.drawSpan(m.frame.Row(), &m.spans[i], row)
		}
	}
	m.frame.Blank(m.lay.commands - max(len(m.spans), 1))
}

func (m *Model) emptyCommands(l *ui.Line) {
	t := m.c.Theme
	l.Col(m.lay.gutter)
	if m.c.Store.Messages.Total() == 0 {
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

func (m *Model) look(row *store.Message) look {
	t := m.c.Theme
	switch {
	case row.Done == 0 && (row.Unanswered || row.Lost):
		return look{t.Wrong, t.Signs.Dashed, "no answer " + ui.Age(row.Age(m.c.Now))}
	case row.Done == 0 && row.Held:
		return look{t.Held, t.Signs.Segment, "held " + ui.Age(row.Age(m.c.Now))}
	case row.Done == 0:
		return look{t.Warn, t.Signs.Segment, ui.Age(row.Age(m.c.Now))}
	case row.By == trace.ByTimeout || row.By == trace.ByLost:
		return look{t.Wrong, t.Signs.Dashed, row.By.String() + " " + ui.Dur(row.Latency)}
	case row.Cut:
		return look{t.Quiet, t.Signs.Segment, "cut by stop"}
	case row.Status == msg.Error:
		return look{t.Wrong, t.Signs.Segment, "error " + ui.Dur(row.Latency)}
	}
	return look{t.OK, t.Signs.Segment, "ok " + ui.Dur(row.Latency)}
}

// drawSpan draws one command: its name in the gutter, or behind the span if it stands under its parent.
func (m *Model) drawSpan(l *ui.Line, s *span, row *store.Message) {
	t, how := m.c.Theme, m.look(row)
	from := min(max(m.win.column(row.Mono), 0), m.win.columns-1)
	to := min(max(m.win.column(m.end(row)), from), m.win.columns-1)
	label := how.note
	name := t.Quiet
	if s.id == m.sel {
		name = t.Bright
		l.Text(how.style, t.Signs.Bar)
	} else {
		l.Gap(1)
	}
	if s.depth == 0 {
		m.gutterName(l, row, name)
	} else {
		label = ui.Sanitise(row.Name.String()) + " #" + itoa(row.ID) + " " + how.note
	}
	l.Col(m.lay.gutter)
	m.drawBar(l, bar{from: from, to: to, branch: s.depth > 0, open: row.Mono >= m.win.from, look: how}, label, name)
}

func (m *Model) gutterName(l *ui.Line, row *store.Message, st theme.Style) {
	t := m.c.Theme
	room := m.lay.gutter - 2
	id := "#" + itoa(row.ID)
	if idStyle := t.Quiet; room-len(id) >= 6 {
		l.Cell(st, row.Name.String(), room-len(id)-1).Gap(1).Text(idStyle, id)
		return
	}
	l.Cell(st, row.Name.String(), room)
}

// bar is a span on the columns.
type bar struct {
	from, to int
	branch   bool // a tree line leads to it
	open     bool // its beginning is on the screen
	look     look
}

// drawBar draws the span and its label: behind it where there is room, else before it, else over its end.
func (m *Model) drawBar(l *ui.Line, b bar, label string, name theme.Style) {
	room := m.win.columns + margin
	width := min(ui.Width(label), room)
	lead := 0
	if b.branch && b.from >= 2 {
		lead = 2
	}
	switch {
	case b.to+2+width <= room:
		m.bar(l.Col(m.lay.gutter+b.from-lead), b, lead)
		m.label(l.Gap(1), b, label, name)
	case b.from-lead-2-width >= 0:
		m.label(l.Col(m.lay.gutter+b.from-lead-2-width), b, label, name)
		m.bar(l.Gap(2), b, lead)
	default:
		b.to = max(room-width-2, b.from)
		m.bar(l.Col(m.lay.gutter+b.from-lead), b, lead)
		m.label(l.Gap(1), b, label, name)
	}
}

func (m *Model) bar(l *ui.Line, b bar, lead int) {
	t := m.c.Theme
	if lead > 0 {
		l.Sign(t.Hairline, t.Signs.Tree).Gap(1)
	}
	n := b.to - b.from + 1
	if b.look.sign == t.Signs.Dashed && b.open {
		l.Sign(b.look.style, t.Signs.Start)
		n--
	}
	l.Repeat(b.look.style, b.look.sign, n)
}

func (m *Model) label(l *ui.Line, b bar, label string, name theme.Style) {
	if b.branch {
		head := len(label) - len(b.look.note)
		l.Text(name, label[:head]).Text(b.look.style, label[head:])
		return
	}
	l.Text(b.look.style, label)
}
