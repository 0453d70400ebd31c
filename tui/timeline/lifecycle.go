package timeline

import (
	"tenbench/engine/trace"
	"tenbench/tui/store"
	"tenbench/tui/ui"
)

// lifetime walks through the segments of a node, oldest first, one question after the other.
type lifetime struct {
	segments []store.Segment
	at       int
}

// during returns the state that says most about a stretch of time: a stage on the way up or down, however short, else the
// state in which the node was. Stretches must be asked for in order.
func (f *lifetime) during(from, to int64) trace.State {
	for f.at < len(f.segments)-1 && f.segments[f.at+1].From <= from {
		f.at++
	}
	state := trace.StateNone
	for i := f.at; i < len(f.segments) && f.segments[i].From < to; i++ {
		if s := f.segments[i]; weight(s.State) >= weight(state) {
			state = s.State
		}
	}
	return state
}

// weight orders states by how much a person wants to see them.
func weight(s trace.State) int {
	switch s {
	case trace.Failed:
		return 4
	case trace.Configure, trace.Init, trace.Start, trace.Stop, trace.Deinit:
		return 3
	case trace.Running, trace.Ended:
		return 2
	case trace.Created:
		return 1
	}
	return 0
}

var legend = []trace.State{trace.Configure, trace.Init, trace.Start, trace.Running, trace.Stop, trace.Deinit, trace.Failed}

func (m *Model) drawLifecycle() {
	if m.lay.stages == 0 {
		return
	}
	t := m.c.Theme
	m.frame.Rule()
	l := m.frame.Row().Gap(1).Text(t.Heading, "LIFECYCLE")
	if m.w >= 110 {
		l.Gap(3).Text(t.Quiet, "whole run, 00:00 "+dash(t)+" "+ui.RunTime(m.c.Now))
	}
	m.drawLegend(l)
	for i, n := range m.c.Store.Nodes() {
		if i >= m.top && i-m.top < m.lay.stages {
			m.drawLife(m.frame.Row(), n)
		}
	}
	m.frame.Blank(m.lay.stages - max(len(m.c.Store.Nodes())-m.top, 0))
}

// drawLegend names the colours, once: the stages of a start above their durations, where those have room, and left of them
// the states that last or end.
func (m *Model) drawLegend(l *ui.Line) {
	t, seen := m.c.Theme, m.statesSeen()
	over := m.lay.stageCol > margin
	width, rest := 1, make([]trace.State, 0, len(legend))
	for _, s := range legend {
		if seen[s] && !(over && s < trace.Running) {
			rest = append(rest, s)
			width += len(s.String()) + 2
		}
	}
	end := m.w - m.lay.stageCol
	if end-l.Used() >= width {
		l.Gap(end - l.Used() - width)
		for _, s := range rest {
			l.Gap(2).Text(t.Stage(s), s.String())
		}
	}
	l.Col(end)
	if !over {
		l.Right(t.Heading, "START", margin-1)
		return
	}
	for _, s := range startStages {
		l.Right(t.Stage(s), s.String(), stageWidth)
	}
}

// startStages are the stages whose durations stand beside a life line, each in stageWidth cells.
var startStages = []trace.State{trace.Configure, trace.Init, trace.Start}

func (m *Model) statesSeen() (seen [trace.Failed + 1]bool) {
	for s := trace.Configure; s <= trace.Running; s++ {
		seen[s] = true
	}
	for _, n := range m.c.Store.Nodes() {
		for _, s := range n.Segments {
			seen[min(s.State, trace.Failed)] = true
		}
	}
	return seen
}

// drawLife draws the whole life of a node in one line. A stage gets at least a column, however short it was; what that takes
// is taken from the state that lasts.
func (m *Model) drawLife(l *ui.Line, n *store.Node) {
	t := m.c.Theme
	columns := m.w - m.lay.gutter - m.lay.stageCol
	m.laneMark(l, n).Cell(t.Text, n.Name(), m.lay.gutter-2).Col(m.lay.gutter)
	for _, s := range lifeColumns(n.Segments, m.c.Now, columns) {
		sign := t.Signs.Segment
		switch s.state {
		case trace.StateNone, trace.Created, trace.Ended:
			sign = " "
		case trace.Running:
			sign = t.Signs.Thin
		}
		if t.Reset == "" && sign == t.Signs.Segment {
			sign = letter(s.state) // without colour the stages need another difference
		}
		l.Repeat(t.Stage(s.state), sign, s.columns)
	}
	l.Col(m.lay.gutter + columns)
	m.drawStages(l, n)
}

// letter stands for a stage where there is no colour.
func letter(s trace.State) string {
	switch s {
	case trace.Stop:
		return "S"
	case trace.Failed:
		return "X"
	}
	return s.String()[:1]
}

// part is a stretch of a life line.
type part struct {
	state   trace.State
	columns int
}

// lifeColumns divides the columns among the segments by their length, each stage at least one. When there are more stages
// than columns the oldest are left out.
func lifeColumns(segments []store.Segment, now int64, columns int) []part {
	if len(segments) > columns {
		segments = segments[len(segments)-max(columns, 0):]
	}
	if len(segments) == 0 {
		return nil
	}
	parts, begin, used := make([]part, 0, len(segments)), segments[0].From, 0
	span := max(now-begin, 1)
	for i, s := range segments {
		end := s.To
		if end == 0 {
			end = now
		}
		rest := len(segments) - i - 1
		want := int(float64(end-begin)/float64(span)*float64(columns)) - used
		n := min(max(want, 1), columns-used-rest)
		if s.State == trace.Created && want < 1 {
			n = 0
		}
		parts = append(parts, part{s.State, n})
		used += n
	}
	return parts
}

// drawStages draws how long the stages of the present life took, each in its colour; in a narrow place their sum.
func (m *Model) drawStages(l *ui.Line, n *store.Node) {
	t := m.c.Theme
	if m.lay.stageCol <= margin {
		if ns, up := n.StartTime(); up {
			l.Dur(t.Quiet, ns, margin-1)
		}
		return
	}
	for _, s := range startStages {
		if n.Stages[s] > 0 {
			l.Dur(t.Stage(s), n.Stages[s], stageWidth)
		} else {
			l.Gap(stageWidth)
		}
	}
}
