package now

import (
	"cmp"
	"slices"

	"tenbench/engine/diagnose"
	"tenbench/engine/trace"
	"tenbench/tui/store"
	"tenbench/tui/theme"
)

// subject is whose a problem is. A problem that knows no graph is that of every extension of the name.
type subject struct{ graph, extension string }

// orderNodes looks who has a problem, and orders the rows of the extensions. It is the order of the graph; but where not all find a
// row, those with a problem stand first, and the slowest to start takes the last row if it would have none: what is cut off shall be
// healthy and quick.
func (m *Model) orderNodes() {
	m.findTroubles()
	m.nodes = append(m.nodes[:0], m.c.Store.Nodes()...)
	if len(m.nodes) <= m.layout.nodes {
		return
	}
	if len(m.troubles) > 0 {
		slices.SortStableFunc(m.nodes, func(a, b *store.Node) int { return cmp.Compare(m.trouble(b), m.trouble(a)) })
	}
	m.showSlowest()
}

// showSlowest gives the slowest to start the last row, if it has none and nobody with a problem has that.
func (m *Model) showSlowest() {
	at, last := 0, m.layout.nodes-1
	for i, n := range m.nodes {
		if n.Starting(m.c.Now) > m.nodes[at].Starting(m.c.Now) {
			at = i
		}
	}
	if last < 0 || at <= last || m.trouble(m.nodes[last]) > 0 {
		return
	}
	n := m.nodes[at]
	copy(m.nodes[last+1:at+1], m.nodes[last:at])
	m.nodes[last] = n
}

// findTroubles notes the extensions with a problem that is there now and more than a remark.
func (m *Model) findTroubles() {
	if m.troubles == nil {
		m.troubles = map[subject]trace.Level{}
	}
	clear(m.troubles)
	for i := range m.c.Store.Problems() {
		p := &m.c.Store.Problems()[i]
		level, _ := trace.ParseLevel(p.Level)
		if p.Extension == "" || p.Ended || p.Muted || level <= trace.Info || p.Rule == diagnose.DroppedByRule { // what it never got is not its fault
			continue
		}
		s := subject{p.Graph, p.Extension}
		m.troubles[s] = max(m.troubles[s], level)
	}
}

// trouble is how bad the worst problem of an extension is, 0 if it has none. One that has failed is as bad as it gets.
func (m *Model) trouble(n *store.Node) trace.Level {
	if n.State == trace.Failed {
		return trace.Error
	}
	return max(m.troubles[subject{n.Graph(), n.Name()}], m.troubles[subject{"", n.Name()}])
}

// nodeSign is the state of a node at a glance; where it has a problem, how bad that is.
func (m *Model) nodeSign(n *store.Node) (theme.Style, string) {
	th := m.c.Theme
	if level := m.trouble(n); level > 0 {
		return th.Level(level), th.LevelSign(level)
	}
	switch n.State {
	case trace.Running:
		return th.OK, th.Signs.Running
	case trace.Ended, trace.StateNone:
		return th.Quiet, th.Signs.Ended
	}
	return th.Stage(n.State), th.Signs.Waiting
}
