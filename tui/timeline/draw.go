package timeline

import (
	"strconv"

	"tenbench/engine/trace"
	"tenbench/tui/store"
	"tenbench/tui/theme"
	"tenbench/tui/ui"
)

// View draws the body.
func (m *Model) View() string {
	m.frame.Begin(m.c.Theme, m.w, m.h)
	if len(m.c.Store.Lanes.All()) == 0 {
		m.drawEmpty()
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
	l.Gap(1).Text(t.Text, clock(m.win.from, m.win.width())).Text(t.Quiet, " "+dash(t)+" ").Text(t.Text, clock(m.win.to(), m.win.width()))
	l.Gap(3).Dur(t.Quiet, m.win.span(), 0)
	if m.w >= 70 {
		l.Gap(3).Text(t.Quiet, "one column = ").Dur(t.Quiet, m.win.width(), 0)
	}
	switch {
	case !m.c.Live() || m.c.Paused:
	case m.win.mode == auto, m.win.mode == follow:
		l.End(t.Quiet, "following "+t.Signs.Down, 1)
	case m.win.mode == fit:
		l.End(t.Quiet, "whole run "+t.Signs.Down, 1)
	default:
		l.End(t.Warn, "standing still", 1)
	}
}

func dash(t *theme.Theme) string {
	if t.Signs.Ellipsis == "~" {
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

// chooseQueues decides which lanes get a line for their queue: those where messages wait. A line stays as long as anything
// in the window waited, so that lanes do not jump.
func (m *Model) chooseQueues() {
	lanes := m.c.Store.Lanes.All()
	for len(m.queues) < len(lanes) {
		m.queues = append(m.queues, false)
	}
	for i, lane := range lanes {
		high := highest(m.cellsOf(lane), m.win.width())
		m.queues[i] = high >= 1 || m.queues[i] && high >= 0.2
	}
}

// cellsOf reads what a lane did in the window.
func (m *Model) cellsOf(lane *store.Lane) []store.Cell {
	if cap(m.cells) < m.win.columns {
		m.cells = make([]store.Cell, m.win.columns)
	}
	m.cells = m.cells[:m.win.columns]
	lane.Cells(m.win.from, m.win.width(), m.c.Now, m.cells)
	return m.cells
}

// highest is the largest mean queue of any column.
func highest(cells []store.Cell, width int64) float64 {
	high := int64(0)
	for i := range cells {
		high = max(high, cells[i].Wait)
	}
	return float64(high) / float64(width)
}

func (m *Model) drawLanes() {
	left := m.lay.lanes
	for i, lane := range m.c.Store.Lanes.All() {
		if i < m.top || left == 0 {
			continue
		}
		m.drawLane(lane)
		left--
		if i < len(m.queues) && m.queues[i] && left > 0 {
			m.drawQueue(lane)
			left--
		}
	}
	m.frame.Blank(left)
}

// drawLane draws one extension: its stages while it does not run, and what it handles.
func (m *Model) drawLane(lane *store.Lane) {
	t, l := m.c.Theme, m.frame.Row()
	cells, debt := m.cellsOf(lane), m.debt(lane)
	name := t.Text
	if debt >= 0 || m.selectedFor(lane) {
		name = t.Bright
	}
	l.Gap(1).Cell(name, lane.Name, m.lay.gutter-2).Col(m.lay.gutter)
	stages, cursor := stageCursor{stages: lane.Stages()}, m.cursorColumn()
	now := m.win.column(m.c.Now)
	for c := range cells {
		sign, st := m.laneCell(&cells[c], stages.upTo(m.win.instant(c+1)-1), c <= now, debt, c)
		if c == cursor && (sign == t.Signs.Thin || sign == " ") {
			sign, st = t.Signs.Line, t.Key
		}
		l.Select(c == cursor).Sign(st, sign)
	}
	l.Select(false)
	m.laneNumber(l, lane)
}

// laneCell chooses the sign of a column of a lane.
func (m *Model) laneCell(c *store.Cell, state trace.State, past bool, debt, column int) (string, theme.Style) {
	t := m.c.Theme
	busy := c.Busy > 0 || c.Count > 0
	switch {
	case !past:
		return " ", t.Quiet
	case column == debt:
		return t.Signs.Start, t.Wrong
	case busy:
		return t.Signs.Levels[height(c.Busy, m.win.width())], m.laneStyle(c)
	case c.Marks&store.MarkLost != 0:
		return t.Signs.Wrong, t.Wrong
	case debt >= 0 && column > debt:
		return t.Signs.Dashed, t.Wrong
	case state == trace.Running:
		return t.Signs.Thin, t.Hairline
	case state == trace.StateNone || state == trace.Created || state == trace.Ended:
		return " ", t.Quiet
	}
	return t.Signs.Segment, t.Stage(state)
}

// height is the level of a column in which handlers ran for busy nanoseconds: never nothing, full when one always ran.
func height(busy, width int64) int { return int(min(max(2+busy*6/max(width, 1), 2), 8)) }

// laneStyle says what kind of work it was: media have their own colour, trouble and slowness theirs.
func (m *Model) laneStyle(c *store.Cell) theme.Style {
	t := m.c.Theme
	switch {
	case c.Marks&(store.MarkError|store.MarkDropped) != 0:
		return t.Wrong
	case c.Marks&store.MarkSlow != 0:
		return t.Warn
	}
	return kindStyle(t, c.Marks)
}

// debt is the column from which on the extension owes an answer that is known to be missing; -1: none. It is 0 if the debt
// is older than the window.
func (m *Model) debt(lane *store.Lane) int {
	column := -1
	m.c.Store.Messages.Owed(func(row *store.Message) bool {
		if row.Done == 0 && row.To.String() == lane.Name && row.Graph.String() == lane.Graph {
			if at := max(m.win.column(max(row.Delivered, row.Mono)), 0); at < m.win.columns {
				column = at
				if row.ID == m.sel {
					return false
				}
			}
		}
		return true
	})
	return column
}

func (m *Model) selectedFor(lane *store.Lane) bool {
	row := m.c.Store.Messages.Find(m.sel)
	return row != nil && row.To.String() == lane.Name && row.Graph.String() == lane.Graph
}

func itoa(n uint64) string { return strconv.FormatUint(n, 10) }

// clock says an instant as precisely as the columns are wide.
func clock(ns, width int64) string {
	s := ui.Clock(ns)
	if width >= 1e9 {
		return s[:len(s)-4]
	}
	if width >= 10e6 {
		return s[:len(s)-2]
	}
	return s
}
