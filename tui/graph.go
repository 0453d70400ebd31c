package tui

import (
	"cmp"
	"slices"

	"tenbench/engine/graph"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
	"tenbench/tui/ui"
)

// edge is a connection of the graph with how often it was used.
type edge struct {
	kind  msg.Kind
	name  string
	to    string
	count uint64
}

// openGraph shows who is connected to whom, and how much went over each connection.
func (m *Model) openGraph() {
	th := m.common.Theme
	p := &pager{title: "GRAPH", note: "who is connected to whom, and how many messages went there"}
	for _, g := range m.common.Source.Graphs() {
		p.lines = append(p.lines, m.common.Styled().Gap(1).Text(th.Bright, graphName(g.Name)).Text(th.Quiet, "   "+ui.Plural(len(g.Nodes), "extension")).String())
		used := m.commandCounts(trace.Intern(g.Name))
		for _, n := range g.Nodes {
			p.lines = append(p.lines, m.nodeLines(g, n, used)...)
		}
	}
	m.pager = p
}

// graphName is what a graph is called: not by an id.
func graphName(name string) string {
	if name == "" || msg.IsUUID(name) {
		return "a graph without a name"
	}
	return name
}

// nodeLines are an extension and, under it, what leaves it.
func (m *Model) nodeLines(g *graph.Graph, n graph.Node, used map[edgeKey]uint64) []string {
	th, sg := m.common.Theme, m.common.Theme.Signs
	state, sign, st := "", sg.Dot, th.Quiet
	if node := m.common.Store.Node(n.Name); node != nil {
		state = node.State.String()
		if node.State == trace.Running {
			sign, st = sg.Running, th.OK
		}
	}
	addon := n.Addon
	if addon == n.Name {
		addon = ""
	}
	l := m.common.Styled().Gap(3).Sign(st, sign).Gap(1).Cell(th.Text, n.Name, max(ui.Width(n.Name), 25)).Gap(1)
	lines := []string{l.Cell(th.Quiet, state, 10).Text(th.Quiet, addon).String()}
	edges := m.edges(g, n.Name, used)
	for _, e := range edges {
		l := m.common.Styled().Gap(5).Sign(th.Quiet, sg.Tree).Gap(1).Cell(th.Kind(e.kind), ui.KindName(e.kind), 7).Cell(th.Text, e.name, max(ui.Width(e.name), 18))
		l.Gap(1).Sign(th.Quiet, sg.Arrow).Gap(1).Cell(th.Text, e.to, max(ui.Width(e.to), 18)).Gap(1)
		if e.count == 0 {
			l.Text(th.Quiet, "not used yet")
		} else {
			l.Text(th.Quiet, sg.Times).Text(th.Quiet, ui.Grouped(int(e.count)))
		}
		lines = append(lines, l.String())
	}
	return lines
}

func (m *Model) edges(g *graph.Graph, from string, used map[edgeKey]uint64) []edge {
	var all []edge
	for _, c := range g.Connections {
		if c.From != from {
			continue
		}
		for _, f := range c.Flows {
			for _, d := range f.Dests {
				k := edgeKey{trace.Intern(from), trace.Intern(d.Extension), trace.Intern(f.Name), f.Kind}
				all = append(all, edge{f.Kind, f.Name, d.Extension, used[k]})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b edge) int { return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.name, b.name)) })
	return all
}

type edgeKey struct {
	from, to, name trace.Sym
	kind           msg.Kind
}

// commandCounts counts the messages of a graph by their way, as far as they are known.
func (m *Model) commandCounts(graph trace.Sym) map[edgeKey]uint64 {
	used := map[edgeKey]uint64{}
	all := m.common.Store.Commands()
	for i := range all.Len() {
		if c := all.At(i); c.Graph == graph {
			used[edgeKey{c.From, c.To, c.Name, msg.KindCmd}]++
		}
	}
	for _, f := range m.common.Store.Flows() {
		used[edgeKey{f.From, f.To, f.Name, f.Type}] += f.Count
	}
	return used
}
