package timeline

import (
	"slices"
	"strconv"

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

// lastStages are the states that last or end.
var lastStages = []trace.State{trace.Running, trace.Stop, trace.Deinit, trace.Failed}

// drawLifecycle draws two pictures of each extension: its start, on one scale with the others, and the whole of its life.
func (m *Model) drawLifecycle() {
	if m.lay.stages == 0 {
		return
	}
	m.frame.Rule()
	m.drawLives()
}

// drawLives draws the legend and as many lives as there are lines for.
func (m *Model) drawLives() {
	lives, slowest := m.lives(), m.slowestStart()
	l := m.frame.Row().Gap(1).Text(m.c.Theme.Heading, "LIFECYCLE")
	if n := len(lives); n > m.lay.stages && m.lay.gutter > len(" LIFECYCLE +") {
		l.Gap(1).Cell(m.c.Theme.Key, "+"+strconv.Itoa(n-min(m.lay.stages, n-m.top)), m.lay.gutter-l.Used()-1)
	}
	m.drawLegend(l, slowest)
	longest := m.longestStages()
	for i, n := range lives {
		if i >= m.top && i-m.top < m.lay.stages {
			m.drawLife(m.frame.Row(), n, slowest, longest)
		}
	}
	m.frame.Blank(m.lay.stages - max(len(lives)-m.top, 0))
}

// drawLegend names the colours, once: the stages of a start above that picture, or as the heads of their times, and then above the
// picture how long it is; what lasts above the other.
func (m *Model) drawLegend(l *ui.Line, slowest int64) {
	t, seen := m.c.Theme, m.statesSeen()
	l.Col(m.lay.gutter)
	m.drawTimeHeads(l)
	if m.alone {
		l.Text(t.Quiet, "0 "+dash(t)+" ").Dur(t.Quiet, slowest, 0)
	} else {
		for _, s := range store.StartStages {
			if s != trace.Created || m.somethingIsMade() {
				l.Text(t.Stage(s), ui.StageWord(s)).Gap(2)
			}
		}
	}
	l.Col(m.barsBegin() + m.lay.starts + 1)
	l.Text(t.Quiet, "00:00 "+dash(t)+" "+ui.RunTime(m.c.Now)).Gap(1)
	for _, s := range lastStages {
		if seen[s] && l.Left() > len(s.String())+2 {
			l.Gap(2).Text(t.Stage(s), s.String())
		}
	}
}

// somethingIsMade reports that the making of an extension took its time, as where its code is read.
func (m *Model) somethingIsMade() bool {
	return slices.ContainsFunc(m.c.Store.Nodes(), func(n *store.Node) bool { return n.Stage(trace.Created, m.c.Now) > 0 })
}

func (m *Model) statesSeen() (seen [trace.Failed + 1]bool) {
	seen[trace.Running] = true
	for _, n := range m.c.Store.Nodes() {
		for _, s := range n.Segments {
			seen[min(s.State, trace.Failed)] = true
		}
	}
	return seen
}

// slowestStart is the scale of the starts: the longest of them all.
func (m *Model) slowestStart() int64 {
	slowest := int64(1)
	for _, n := range m.c.Store.Nodes() {
		slowest = max(slowest, n.Starting(m.c.Now))
	}
	return slowest
}

// durationWidth is the room behind a start for how long it took.
const durationWidth = 9

// slowStart is the length from which a start is worth a look.
const slowStart = int64(100e6)

// drawStart draws the stages of a start, as long as they took, and how long that was unless a column says it.
func (m *Model) drawStart(l *ui.Line, n *store.Node, slowest int64) {
	if m.alone {
		m.drawStages(l, n, slowest, m.lay.starts)
		return
	}
	t, all := m.c.Theme, n.Starting(m.c.Now)
	m.drawStages(l, n, slowest, max(m.lay.starts-durationWidth, 4))
	st := t.Quiet
	if all >= slowStart {
		st = t.Warn
	}
	if all == 0 {
		return
	}
	l.Gap(1).Dur(st, all, 0)
	if all >= slowStart && all == slowest {
		l.Gap(1).Sign(st, t.Signs.Attention)
	}
}

// drawStages draws the stages of a start in at most room cells. A stage that has the cells for it begins with its letter where the
// lifecycle is alone: that is the screen on which stages are compared.
func (m *Model) drawStages(l *ui.Line, n *store.Node, slowest int64, room int) {
	t, all, before := m.c.Theme, n.Starting(m.c.Now), trace.StateNone
	columns := (all*int64(room) + slowest - 1) / slowest
	at := func(c int64) trace.State { return m.stageIn(n, (2*c+1)*all/(2*columns)) }
	for c := range columns {
		s := at(c)
		sign := m.stageSign(s)
		if m.alone && s != before && c+1 < columns && at(c+1) == s {
			sign = letter(s)
		}
		l.Sign(t.Stage(s), sign)
		before = s
	}
}

// stageIn returns the stage that a start was in after that time.
func (m *Model) stageIn(n *store.Node, after int64) trace.State {
	for _, s := range store.StartStages {
		if after -= n.Stage(s, m.c.Now); after < 0 {
			return s
		}
	}
	return trace.Start
}

// stageSign is how a stage is drawn. Without colour the stages need another difference.
func (m *Model) stageSign(s trace.State) string {
	t := m.c.Theme
	switch {
	case s == trace.StateNone, s == trace.Ended:
		return " "
	case s == trace.Running:
		return t.Signs.Thin
	case t.Mono:
		return letter(s)
	}
	return t.Signs.Segment
}

// drawLife draws the start and the whole life of a node in one line. A stage gets at least a column of the life, however short it
// was; what that takes is taken from the state that lasts.
func (m *Model) drawLife(l *ui.Line, n *store.Node, slowest int64, longest stageTimes) {
	t := m.c.Theme
	name := t.Text
	if all := n.Starting(m.c.Now); all >= slowStart && all == slowest {
		name = t.Bright
	}
	m.laneMark(l, n).Cell(name, n.Name(), m.lay.gutter-2).Col(m.lay.gutter)
	m.drawTimes(l, n, longest)
	m.drawStart(l, n, slowest)
	l.Col(m.barsBegin() + m.lay.starts + 1)
	for _, s := range lifeColumns(n.Segments, m.c.Now, l.Left()-1) {
		l.Repeat(t.Stage(s.state), m.stageSign(s.state), s.columns)
	}
}

// letter stands for a stage where there is no colour.
func letter(s trace.State) string {
	switch s {
	case trace.Stop:
		return "S"
	case trace.Failed:
		return "X"
	}
	return ui.StageWord(s)[:1]
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
