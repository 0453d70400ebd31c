package now

import (
	"math"
	"strconv"

	"tenbench/engine/trace"
	"tenbench/tui/store"
	"tenbench/tui/theme"
	"tenbench/tui/ui"
)

// columns are the widths of the table of extensions. A column that there is no room for has width 0.
type columns struct {
	name, life, time, rate, spark, queue, handler int
}

func nodeColumns(w int) columns {
	switch {
	case w >= 110:
		return columns{name: 16, life: 26 + min((w-110)/3, 20), time: 7, rate: 5, spark: 8, queue: 4, handler: 15}
	case w >= 95:
		return columns{name: 16, life: 16, time: 7, rate: 5, spark: 6, queue: 4, handler: 6}
	case w >= 78:
		return columns{name: 14, life: 10, time: 7, rate: 5, queue: 5, handler: 6}
	}
	return columns{name: 14, time: 7, rate: 5, queue: 6, handler: 6}
}

// head names the columns, and says how many extensions find no row.
func (c columns) head(l *ui.Line, th *theme.Theme, hidden int) {
	l.Gap(1).Text(th.Heading, "EXTENSION")
	if hidden > 0 {
		more := " +" + strconv.Itoa(hidden)
		if c.life == 0 || l.Used()+len(more+" more") < c.name+4 {
			more += " more"
		}
		l.Text(th.Key, more)
	}
	l.Col(c.name + 4)
	if c.life > 0 {
		l.Cell(th.Heading, "LIFECYCLE", c.life)
	}
	l.Right(th.Heading, "START", min(c.time, c.name+4+c.life+c.time-l.Used()))
	l.Right(th.Heading, "IN/s", c.rate).Right(th.Heading, "OUT/s", c.rate+1).Gap(3)
	if c.spark > 0 {
		l.Cell(th.Heading, "QUEUE", c.spark+1+c.queue)
	} else {
		l.Right(th.Heading, "QUEUE", c.queue)
	}
	l.Gap(2)
	if c.handler > 8 {
		l.Right(th.Heading, "HANDLER p50/p99", c.handler)
	} else {
		l.Right(th.Heading, "p99", c.handler)
	}
	if l.Gap(3); l.Left() >= leastLast {
		l.Text(th.Heading, "LAST")
	}
}

// viewLife draws the life of a node as a line: the stages up to running as coloured segments, as long as the logarithm of
// their time, then the state it is in; and beside it how long the start took.
func (m *Model) viewLife(l *ui.Line, n *store.Node, col columns) {
	th := m.c.Theme
	end := l.Used() + col.life
	total := m.drawStages(l, n, col.life)
	rest := end - l.Used()
	switch n.State {
	case trace.Created: // only what runs in a process of its own is seen in it
		l.Cell(th.Quiet, "being made", rest)
		total = max(m.c.Now-n.Since, 1)
	case trace.Running:
		l.Repeat(th.Stage(trace.Running), th.Signs.Thin, rest)
	case trace.Failed:
		l.Repeat(th.Stage(trace.Failed), th.Signs.Dashed, rest)
	case trace.Stop, trace.Deinit, trace.Ended:
		l.Repeat(th.Hairline, th.Signs.Thin, max(rest-4, 0))
		l.Repeat(th.Stage(trace.Stop), th.Signs.Segment, min(rest, 2))
		if n.State != trace.Stop {
			l.Repeat(th.Stage(trace.Deinit), th.Signs.Segment, min(rest, 2))
		}
	}
	l.Col(end)
	if total > 0 {
		l.Dur(th.Quiet, total, col.time)
	} else {
		l.Gap(col.time)
	}
}

// drawStages draws the stages before running and returns how long they took so far.
func (m *Model) drawStages(l *ui.Line, n *store.Node, width int) int64 {
	total := n.Starting(m.c.Now)
	if width == 0 || n.State == trace.Created { // a word says it
		return total
	}
	room, seen := startWidth(total, width), len(store.StartStages)
	if n.Stage(trace.Created, m.c.Now) == 0 { // nothing was made
		seen--
	}
	for _, s := range store.StartStages {
		took := n.Stage(s, m.c.Now)
		if took == 0 {
			continue
		}
		cells := 1 + int(float64(took)/float64(total)*float64(room-seen)+0.5)
		l.Repeat(m.c.Theme.Stage(s), m.c.Theme.Signs.Segment, min(cells, room))
	}
	return total
}

// startWidth maps the time a start took to cells: 10 ms are five, each tenfold four more.
func startWidth(ns int64, width int) int {
	ms := math.Max(float64(ns)/1e6, 1)
	return clamp(int(1+4*math.Log10(ms)+0.5), 3, max(width*3/4, 3))
}
