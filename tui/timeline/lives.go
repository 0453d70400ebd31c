package timeline

import (
	"cmp"
	"slices"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/trace"
	"tenbench/tui/store"
	"tenbench/tui/ui"
)

// lives are the extensions in the order of their lines: that of the graph, or where that was asked for the slowest start first.
func (m *Model) lives() []*store.Node {
	nodes := m.c.Store.Nodes()
	if !m.alone || !m.slow {
		return nodes
	}
	nodes = slices.Clone(nodes)
	slices.SortStableFunc(nodes, func(a, b *store.Node) int { return cmp.Compare(b.Starting(m.c.Now), a.Starting(m.c.Now)) })
	return nodes
}

// stageTimes are the times of a start, by state; the whole of it is under Running.
type stageTimes [trace.Failed + 1]int64

func (m *Model) timesOf(n *store.Node) (times stageTimes) {
	for _, s := range store.StartStages {
		times[s] = n.Stage(s, m.c.Now)
	}
	times[trace.Running] = n.Starting(m.c.Now)
	return times
}

// longestStages returns the longest time of each column; 0 where all are the same, so that none stands out.
func (m *Model) longestStages() (longest stageTimes) {
	nodes := m.c.Store.Nodes()
	for s := range longest {
		least := int64(-1)
		for _, n := range nodes {
			ns := m.timesOf(n)[s]
			longest[s] = max(longest[s], ns)
			if least < 0 || ns < least {
				least = ns
			}
		}
		if longest[s] == least {
			longest[s] = 0
		}
	}
	return longest
}

// barsBegin is the column of the picture of the starts.
func (m *Model) barsBegin() int { return m.lay.gutter + m.lay.times }

// timeColumns are the columns of times that there is room for, and their cells.
func (m *Model) timeColumns() (states []trace.State, cells []int) {
	switch m.lay.times {
	case 0:
		return nil, nil
	case totalCells:
		return []trace.State{trace.Running}, []int{totalCells}
	}
	states, cells = []trace.State{trace.Configure, trace.Init, trace.Start, trace.Running}, []int{configureCells, stageCells, stageCells, totalCells}
	if m.lay.times > allTimesCells {
		states, cells = slices.Insert(states, 0, trace.Created), slices.Insert(cells, 0, madeCells)
	}
	return states, cells
}

// markCells are at the right of a time: the sign of the longest or of one that still grows, and a gap.
const markCells = 2

// drawTimeHeads draws the heads of the times; those of the stages have the colour of their stage in the pictures.
func (m *Model) drawTimeHeads(l *ui.Line) {
	t := m.c.Theme
	states, cells := m.timeColumns()
	for i, s := range states {
		if s == trace.Running {
			l.Right(t.Heading, "total", cells[i]-markCells).Gap(markCells)
			continue
		}
		l.Right(t.Stage(s), ui.StageWord(s), cells[i]-markCells).Gap(markCells)
	}
}

// drawTimes draws how long the stages of a start took. The longest of a column is marked, and so is a stage that still runs.
func (m *Model) drawTimes(l *ui.Line, n *store.Node, longest stageTimes) {
	t, times := m.c.Theme, m.timesOf(n)
	states, cells := m.timeColumns()
	for i, s := range states {
		end := l.Used() + cells[i]
		runs := n.State == s && s != trace.Running || s == trace.Running && slices.Contains(store.StartStages[:], n.State)
		if times[s] == 0 && !runs {
			l.Col(end)
			continue
		}
		st := t.Text
		if times[s] >= slowStart {
			st = t.Warn
		}
		l.Dur(st, times[s], cells[i]-markCells)
		switch {
		case runs:
			l.Sign(t.Key, t.Signs.Ellipsis)
		case times[s] == longest[s]:
			l.Sign(t.Key, t.Signs.Left)
		}
		l.Col(end)
	}
}

// handleLifeKey acts while the lifecycle has the whole body: the arrows mark one extension after the other.
func (m *Model) handleLifeKey(k tea.KeyMsg) tea.Cmd {
	lives := m.lives()
	last := len(lives) - 1
	at := slices.Index(lives, m.marked)
	above, below := at-1, at+1
	if at < 0 {
		above, below = m.top, m.top // the first one in sight
	}
	switch {
	case key.Matches(k, keys.Back):
		m.alone = false
	case key.Matches(k, keys.Up):
		m.markLife(max(above, 0))
	case key.Matches(k, keys.Down):
		m.markLife(min(below, last))
	case key.Matches(k, keys.LanesUp):
		m.top = max(m.top-max(m.lay.stages-1, 1), 0)
	case key.Matches(k, keys.LanesDown):
		m.top += max(m.lay.stages-1, 1)
	case key.Matches(k, keys.Start):
		m.markLife(0)
	case key.Matches(k, keys.Follow):
		m.markLife(last)
	case key.Matches(k, keys.SlowFirst):
		m.slow = !m.slow
		m.markLife(max(slices.Index(m.lives(), m.marked), 0))
	case key.Matches(k, keys.Begin):
		return m.showStart()
	case key.Matches(k, keys.Kinds, keys.ZoomIn, keys.ZoomOut, keys.Fit, keys.PanLeft, keys.PanRight, keys.Next, keys.Previous, ui.KeySource):
		return ui.Note("Only stages are drawn here: " + keys.Back.Help().Key + " goes back to the lanes.")
	default:
		return nil
	}
	m.refresh()
	return nil
}

// showStart goes back to the lanes, to the start of the marked extension: the cursor stands where its longest stage began.
func (m *Model) showStart() tea.Cmd {
	if m.marked == nil {
		return ui.Note("No extension is marked: up and down mark one.")
	}
	begin, took := m.longestOf(m.marked)
	m.alone, m.sel = false, 0
	m.win.show(begin, took)
	m.put(begin)
	m.mark(m.marked.Name())
	m.refresh()
	return nil
}

// longestOf returns the stage of the newest start that took longest: when it began, and how long it took.
func (m *Model) longestOf(n *store.Node) (begin, took int64) {
	for _, s := range slices.Backward(n.Segments) {
		to := s.To
		if to == 0 {
			to = m.c.Now
		}
		if slices.Contains(store.StartStages[:], s.State) && to-s.From > took {
			begin, took = s.From, to-s.From
		}
		if s.State == trace.Created {
			return begin, took
		}
	}
	return begin, took
}

// markLife marks an extension and scrolls no further than to show it.
func (m *Model) markLife(i int) {
	lives := m.lives()
	if i < 0 || i >= len(lives) {
		return
	}
	m.marked = lives[i]
	m.top = min(max(m.top, i-m.lay.stages+1), i)
}

// handleLifeMouse marks the extension that is clicked, and scrolls with the wheel.
func (m *Model) handleLifeMouse(e tea.MouseMsg) {
	switch {
	case e.Button == tea.MouseButtonWheelUp:
		m.top = max(m.top-1, 0)
	case e.Button == tea.MouseButtonWheelDown:
		m.top++
	case e.Button == tea.MouseButtonLeft && e.Action == tea.MouseActionPress && e.Y > 0:
		m.markLife(m.top + e.Y - 1)
	default:
		return
	}
	m.refresh()
}

func (m *Model) lifeKeys() []key.Binding {
	k := []key.Binding{keys.Back, keys.Extension}
	if m.marked != nil {
		k = append(k, keys.Begin)
	}
	if m.slow {
		k = append(k, keys.GraphOrder)
	} else {
		k = append(k, keys.SlowFirst)
	}
	if len(m.c.Store.Nodes()) > m.lay.stages {
		k = append(k, keys.Lanes)
	}
	return k
}

// lifeStatus says how the marked extension started, or what the two pictures are.
func (m *Model) lifeStatus(l *ui.Line) {
	t := m.c.Theme
	if m.marked != nil {
		m.startStatus(l)
		return
	}
	l.Sign(t.Key, t.Signs.Left).Text(t.Quiet, " is the longest of its column. Then all starts on one scale, and the run. ").
		Text(t.Key, "↑/↓").Text(t.Quiet, " marks one.")
}
