package timeline

import (
	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/store"
	"tenbench/tui/theme"
	"tenbench/tui/ui"
)

// View draws the body.
func (m *Model) View() string {
	m.frame.Begin(m.c.Theme, m.w, m.h)
	if len(m.c.Store.Nodes()) == 0 {
		m.drawEmpty()
		return m.frame.String()
	}
	if m.alone {
		m.drawLives()
		return m.frame.String()
	}
	m.drawHead()
	m.drawRuler()
	m.drawLanes()
	m.drawCommands()
	m.drawAudio()
	m.drawLifecycle()
	return m.frame.String()
}

func (m *Model) drawEmpty() {
	t := m.c.Theme
	m.frame.Blank(1)
	m.frame.Row().Gap(2).Text(t.Text, "No extension has started yet.")
	m.frame.Row().Gap(2).Text(t.Quiet, "Each one gets a lane here, with its start, its handlers and its commands, as soon as the graph runs.")
}

// drawHead says which stretch of time is shown, and whether it moves.
func (m *Model) drawHead() {
	t, l := m.c.Theme, m.frame.Row()
	l.Gap(1).Text(t.Text, clock(m.win.from, m.win.width())).Text(t.Quiet, " "+dash(t)+" ").Text(t.Text, clock(m.shownTo(), m.win.width()))
	l.Gap(3).Dur(t.Quiet, m.shownTo()-m.win.from, 0)
	if m.w >= 70 {
		l.Gap(3).Text(t.Quiet, "one column = ").Dur(t.Quiet, m.win.width(), 0)
		m.drawGrain(l)
	}
	m.drawKinds(l)
	switch {
	case !m.c.Live() || m.c.Paused:
	case m.win.mode == auto, m.win.mode == follow:
		l.End(t.Quiet, "following "+t.Signs.Down, 1)
	case m.win.mode == fit:
		l.End(t.Quiet, "whole run "+t.Signs.Down, 1)
	default:
		l.End(t.Quiet, "standing still", 1)
	}
}

// drawGrain says that what the lanes know of old times is coarser than the columns.
func (m *Model) drawGrain(l *ui.Line) {
	t, grain := m.c.Theme, store.Grain(m.win.from, m.win.width(), m.c.Now)
	if grain <= m.win.width() || m.kinds != allKinds {
		return
	}
	l.Text(t.Quiet, ", bars of ").Dur(t.Quiet, grain, 0)
	if m.w >= 100 {
		l.Text(t.Quiet, ": older times are kept coarser")
	}
}

// shownTo is where the stretch that is shown ends: of the whole run at the present, not at the edge of the screen.
func (m *Model) shownTo() int64 {
	if m.win.mode == fit {
		return min(m.win.to(), m.c.Now)
	}
	return m.win.to()
}

func dash(t *theme.Theme) string {
	if t.ASCII {
		return "-"
	}
	return "–"
}

// cursorColumn is the column of the cursor, -1 if it is not on the screen.
func (m *Model) cursorColumn() int {
	if m.cursor < 0 {
		return -1
	}
	if c := m.win.column(m.cursor); c >= 0 && c < m.win.columns {
		return c
	}
	return -1
}

// chooseQueues decides which nodes get a line for their queue: those where messages wait. A line stays as long as anything
// in the window waited, so that lanes do not jump.
func (m *Model) chooseQueues() {
	nodes := m.c.Store.Nodes()
	for len(m.queues) < len(nodes) {
		m.queues = append(m.queues, false)
	}
	for i, n := range nodes {
		high := highest(m.cellsOf(n))
		m.queues[i] = high >= 3 || m.queues[i] && high >= 1
	}
}

// cellsOf reads what a node did in the window.
func (m *Model) cellsOf(n *store.Node) []store.Cell {
	if cap(m.cells) < m.win.columns {
		m.cells = make([]store.Cell, m.win.columns)
	}
	m.cells = m.cells[:m.win.columns]
	n.Cells(m.win.from, m.win.width(), m.c.Now, m.cells)
	return m.cells
}

// worksOf reads what the handlers that are drawn did in the window.
func (m *Model) worksOf(n *store.Node) []store.Cell {
	cells := m.cellsOf(n)
	if m.kinds == allKinds {
		return cells
	}
	n.KindCells(m.win.from, m.win.width(), m.c.Now, m.kinds.has, cells)
	for i := range cells {
		if !m.kinds.has(msg.KindCmd) {
			cells[i].Errors = 0
		}
	}
	return cells
}

// running is how long the oldest handler that is drawn has been running, 0 if there is none.
func (m *Model) running(n *store.Node) int64 {
	for _, h := range n.Handling {
		if m.kinds.has(h.Type) {
			return m.c.Now - h.Since
		}
	}
	return 0
}

// highest is the deepest queue of any column.
func highest(cells []store.Cell) int {
	high := 0
	for i := range cells {
		high = max(high, cells[i].Queue)
	}
	return high
}

// hiddenLanes counts the extensions whose lanes find no line.
func (m *Model) hiddenLanes() int {
	left, shown := m.lay.lanes, 0
	for i := range m.c.Store.Nodes() {
		if i < m.top || left <= 0 {
			continue
		}
		shown++
		left--
		if i < len(m.queues) && m.queues[i] {
			left--
		}
	}
	return len(m.c.Store.Nodes()) - shown
}

func (m *Model) drawLanes() {
	left := m.lay.lanes
	for i, n := range m.c.Store.Nodes() {
		if i < m.top || left == 0 {
			continue
		}
		m.drawLane(n)
		left--
		if i < len(m.queues) && m.queues[i] && left > 0 {
			m.drawQueue(n)
			left--
		}
	}
	m.frame.Blank(left)
}

// drawLane draws one extension: its stages while it does not run, and what it handles.
func (m *Model) drawLane(n *store.Node) {
	t, l := m.c.Theme, m.frame.Row()
	cells, debt := m.worksOf(n), m.debt(n)
	m.stretch(cells, n)
	name := t.Text
	if debt >= 0 || m.selectedFor(n) {
		name = t.Bright
	}
	m.laneMark(l, n).Cell(name, n.Name(), m.lay.gutter-2).Col(m.lay.gutter)
	life, cursor, now := lifetime{segments: n.Segments}, m.cursorColumn(), m.win.column(m.c.Now)
	for c := range cells {
		sign, st := " ", t.Quiet
		if c <= now {
			state := life.during(m.win.instant(c), m.win.instant(c+1))
			sign, st = m.laneCell(&cells[c], state, debt, c)
		}
		if c == cursor && (sign == t.Signs.Thin || sign == " ") {
			sign, st = t.Signs.Line, t.Key
		}
		l.Select(c == cursor).Sign(st, sign)
	}
	m.laneNumber(l.Select(false), n)
}

// laneMark begins the line of an extension: with a bar if it is the marked one.
func (m *Model) laneMark(l *ui.Line, n *store.Node) *ui.Line {
	if n == m.marked {
		return l.Sign(m.c.Theme.Key, m.c.Theme.Signs.Bar)
	}
	return l.Gap(1)
}

// stretch notes a slow handler in all columns it took, not only in the one where it ended.
func (m *Model) stretch(cells []store.Cell, n *store.Node) {
	rest, now := int64(0), m.win.column(m.c.Now) // rest is what lies further to the left of the slowest one
	for c := min(len(cells)-1, max(now, 0)); c >= 0; c-- {
		slowest := cells[c].Longest
		if c == now {
			slowest = max(slowest, m.running(n))
		}
		if slowest >= slowHandler {
			rest = max(rest, slowest)
		}
		if rest > 0 && cells[c].Busy > 0 {
			cells[c].Longest = slowHandler
		}
		rest -= int64(cells[c].Busy * float32(m.win.width()))
		if cells[c].Busy == 0 {
			rest = 0 // it began to the right of this column
		}
	}
}

// laneCell chooses the sign of a column of a lane: work, else a debt, else the stage.
func (m *Model) laneCell(c *store.Cell, state trace.State, debt, column int) (string, theme.Style) {
	t := m.c.Theme
	switch {
	case m.debts[column]:
		return t.Signs.Start, t.Wrong
	case c.Errors > 0 && c.Busy == 0 && c.Count == 0:
		return t.Signs.Wrong, t.Wrong
	case state == trace.Failed:
		return t.Signs.Dashed, t.Stage(state)
	case state == trace.Configure, state == trace.Init, state == trace.Start, state == trace.Stop, state == trace.Deinit:
		return t.Signs.Segment, t.Stage(state)
	case c.Busy > 0 || c.Count > 0:
		return m.work(c), m.laneStyle(c)
	case debt >= 0 && column > debt:
		return t.Signs.Dashed, t.Wrong
	case state == trace.Running:
		return t.Signs.Thin, t.Hairline
	}
	return " ", t.Quiet
}

// work is the sign of a column in which handlers ran. Without colour the slow and the failing have signs of their own.
func (m *Model) work(c *store.Cell) string {
	t := m.c.Theme
	switch {
	case !t.Mono:
		return block(t, c.Busy)
	case c.Errors > 0 || c.Dropped > 0:
		return t.Signs.Wrong
	case c.Longest >= slowHandler:
		return t.Signs.Block
	}
	return block(t, min(c.Busy, 0.5))
}

// block is the sign of a column in which handlers ran for that share of the time: a low one for a moment, half a cell and more
// for work, a full one when something always ran.
func block(t *theme.Theme, busy float32) string {
	if busy >= 0.05 {
		return t.Signs.Levels[min(4+int(busy*4+0.5), 8)]
	}
	if low := t.Signs.Levels[3]; low != t.Signs.Thin {
		return low
	}
	return t.Signs.Levels[2]
}

// laneStyle says what kind of work it was: media have their own colour, trouble and slowness theirs.
func (m *Model) laneStyle(c *store.Cell) theme.Style {
	t := m.c.Theme
	switch {
	case c.Errors > 0 || c.Dropped > 0:
		return t.Wrong
	case c.Longest >= slowHandler:
		return t.Warn
	case c.Type == msg.KindAudioFrame || c.Type == msg.KindVideoFrame || c.Type == msg.KindData:
		return t.Kind(c.Type)
	}
	return t.OK
}

// slowHandler is the length from which a handler is drawn as slow.
const slowHandler = int64(100e6)

// debt notes the columns at which the extension took a command that nobody answers, and returns the one from which on it owes an
// answer: 0 if the oldest debt is older than the window, -1 if there is none.
func (m *Model) debt(n *store.Node) int {
	if cap(m.debts) < m.win.columns {
		m.debts = make([]bool, m.win.columns)
	}
	m.debts = m.debts[:m.win.columns]
	clear(m.debts)
	if !m.kinds.has(msg.KindCmd) {
		return -1
	}
	first := m.win.columns
	for _, c := range m.silent {
		if c.To != n.Sym() || c.Graph.String() != n.Graph() || c.Delivered == 0 && (c.Dropped || c.Held) { // that never came here
			continue
		}
		at := m.win.column(max(c.Delivered, c.Sent))
		if at >= 0 && at < m.win.columns {
			m.debts[at] = true
		}
		if c.Finished {
			continue // it is owed no more
		}
		first = min(first, max(at, 0))
	}
	if first == m.win.columns {
		return -1
	}
	return first
}

func (m *Model) selectedFor(n *store.Node) bool {
	c := m.c.Store.Command(m.sel)
	return c != nil && c.To == n.Sym() && c.Graph.String() == n.Graph()
}

// numbered is the heading of the numbers at the right of the lanes.
func (m *Model) numbered() string {
	if m.lay.stages == 0 {
		return "START"
	}
	return "QUEUE"
}

// laneNumber draws the depth of the queue at the right of a lane. Where there is no room for the lifecycle, the time that the
// start took stands there, and the queue has a line of its own as soon as anything waits in it.
func (m *Model) laneNumber(l *ui.Line, n *store.Node) {
	t := m.c.Theme
	switch {
	case m.lay.stages == 0:
		ns, up := n.StartTime()
		switch {
		case !up:
		case ns >= slowStart:
			l.Dur(t.Warn, ns, margin-1)
		default:
			l.Dur(t.Quiet, ns, margin-1)
		}
	case n.Queue == 0:
		l.Count(t.Quiet, 0, margin-3)
	case n.Queue >= 10:
		l.Count(t.Warn, float64(n.Queue), margin-3).Gap(1).Sign(t.Warn, t.Signs.Attention)
	default:
		l.Count(t.Quiet, float64(n.Queue), margin-3)
	}
}

// leastTop is the depth that fills a cell of a queue at least: one message that waits is no full queue.
const leastTop = 8

// drawQueue draws the depth of a mailbox under its lane.
func (m *Model) drawQueue(n *store.Node) {
	t, l := m.c.Theme, m.frame.Row()
	cells := m.cellsOf(n)
	high, now := highest(cells), m.win.column(m.c.Now)
	l.Gap(1).Cell(t.Quiet, "queue "+n.Name(), m.lay.gutter-2).Col(m.lay.gutter)
	cursor := m.cursorColumn()
	for c := range cells {
		l.Select(c == cursor)
		if c > now {
			l.Gap(1)
			continue
		}
		st := t.Quiet
		if cells[c].Queue >= 10 {
			st = t.Warn
		}
		l.Sign(st, t.Signs.Levels[share(cells[c].Queue, max(high, leastTop))])
	}
	l.Select(false).Count(t.Quiet, float64(high), margin-3)
}

// share maps v of 0..top to a level from 1, the base line, to 8.
func share(v, top int) int {
	if v <= 0 || top <= 0 {
		return 1
	}
	return min(1+(v*7+top-1)/top, 8)
}

// clock says an instant as precisely as the columns are wide.
func clock(ns, width int64) string {
	s := ui.Clock(ns)
	switch {
	case width >= 1e9:
		return s[:len(s)-4]
	case width >= 10e6:
		return s[:len(s)-2]
	case width >= 1e6:
		return s
	}
	us := max(ns, 0) / 1e3 % 1e3
	return s + string([]byte{'0' + byte(us/100), '0' + byte(us/10%10), '0' + byte(us%10)})
}
