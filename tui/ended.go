package tui

import (
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"tenbench/engine/graph"
	"tenbench/tui/ui"
)

// watchEnd takes note that the program has ended whose apps are shown. What they did stays, to be looked at as in a recording.
func (m *Model) watchEnd(at time.Time) {
	m.cut.look(at)
	c := m.common
	if c.Info.Ended == nil || c.Ended != "" {
		return
	}
	m.remains.keep(c.Source.Graphs())
	if how := c.Info.Ended(); how != "" {
		typing := m.typing()
		c.Ended, c.Info.Live = how, false
		m.cut.on = typing && !m.typing()
		m.remains.Source = c.Source
		c.Source = &m.remains
		c.Gate = ui.GateState{} // what was held is gone
	}
}

// cutShort is a text whose field went while it was typed: what the person goes on to type is no command.
type cutShort struct {
	on    bool
	typed bool      // since the last look
	until time.Time // it lasts if nothing more is typed
}

// watchField takes note that a field was closed by what happens, not by a key.
func (m *Model) watchField(typing bool) { m.cut.on = m.cut.on || typing && !m.typing() }

// typingPause is how long nobody who types stops.
const typingPause = time.Second

// look ends it when nothing was typed for a while.
func (c *cutShort) look(at time.Time) {
	switch {
	case !c.on:
	case c.typed || c.until.IsZero():
		c.typed, c.until = false, at.Add(typingPause)
	case at.After(c.until):
		*c = cutShort{}
	}
}

// swallow takes a key that belongs to the text, and reports whether it was one.
func (c *cutShort) swallow(msg tea.KeyMsg) bool {
	switch msg.Type {
	case tea.KeyRunes, tea.KeySpace, tea.KeyBackspace, tea.KeyEnter, tea.KeyLeft, tea.KeyRight:
		c.typed = c.on
		return c.on
	}
	*c = cutShort{}
	return false
}

// remains is a Source after the end of what it shows: it has the graphs that ran.
type remains struct {
	Source
	graphs []*graph.Graph
}

// maxRemains is how many graphs are kept: tests run many, one after the other.
const maxRemains = 64

// keep takes over the graphs as they are now.
func (r *remains) keep(graphs []*graph.Graph) {
	for _, g := range graphs {
		i := slices.IndexFunc(r.graphs, func(known *graph.Graph) bool { return known.Name == g.Name })
		if i < 0 {
			r.graphs = append(r.graphs, g)
			continue
		}
		r.graphs[i] = g
	}
	r.graphs = r.graphs[max(len(r.graphs)-maxRemains, 0):]
}

// Graphs are those that ran.
func (r *remains) Graphs() []*graph.Graph { return r.graphs }

// endedFact is how the program ended.
func (m *Model) endedFact() fact {
	th := m.common.Theme
	st, sign := th.Wrong, th.Signs.Wrong
	if m.common.Ended == endedWell {
		st, sign = th.Quiet, th.Signs.Ended
	}
	text := " ENDED " + endedIn(m.common.Ended)
	return fact{1, 1 + ui.Width(text), func(l *ui.Line) { l.Sign(st, sign).Text(st, text) }}
}

// endedWell is how a program ends that nothing is wrong with.
const endedWell = "exited with status 0"

// endedIn is how a program ended, in a word or two.
func endedIn(how string) string {
	for _, before := range []string{"exited with ", "was killed "} {
		if rest, ok := strings.CutPrefix(how, before); ok {
			return rest
		}
	}
	return "and was lost"
}
