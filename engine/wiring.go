package engine

import (
	"slices"

	"tenbench/engine/graph"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// nodeSet is the nodes of a graph by name and in order, and those that were removed and have not ended. It never changes.
type nodeSet struct {
	byName  map[string]*Node
	order   []*Node
	leaving []*Node
	peer    *Node // the graph's Peer, or nil
}

func (s *nodeSet) all() []*Node { return slices.Concat(s.order, s.leaving) }

// rewire makes the wiring of every node from g.
func (e *Engine) rewire(g *graph.Graph) error {
	routes, err := g.Compile()
	if err != nil {
		return err
	}
	set := e.nodes.Load()
	all := map[string]*wiring{}
	for _, c := range g.Connections {
		w := all[c.From]
		if w == nil {
			w = &wiring{}
			all[c.From] = w
		}
		for _, f := range c.Flows {
			if w[f.Kind] == nil {
				w[f.Kind] = map[string]*wire{}
			}
			w[f.Kind][f.Name] = set.wire(routes, c.From, f)
		}
	}
	e.wireExposed(g, all)
	for _, n := range set.order {
		w := all[n.name]
		if w == nil {
			w = &wiring{}
		}
		n.wiring.Store(w)
		if r, ok := n.hostNow().(Rewirer); ok {
			r.Rewired()
		}
	}
	return nil
}

// wireExposed sends what leaves the graph to who started it.
func (e *Engine) wireExposed(g *graph.Graph, all map[string]*wiring) {
	for _, x := range g.Exposed {
		if !x.Out || e.host == nil {
			continue
		}
		w := all[x.Extension]
		if w == nil {
			w = &wiring{}
			all[x.Extension] = w
		}
		if w[x.Kind] == nil {
			w[x.Kind] = map[string]*wire{}
		}
		out := w[x.Kind][x.Name]
		if out == nil {
			out = &wire{name: trace.Intern(x.Name)}
			w[x.Kind][x.Name] = out
		}
		out.targets = append(out.targets, target{node: e.host, proxy: &e.proxy})
	}
}

// exposed finds the receiver of a message to the graph as a whole: for its own extensions who started it, for others the extension
// that the graph exposes.
func (e *Engine) exposed(from *Node, m msg.Message) target {
	if e.host != nil && from.eng == e {
		return target{node: e.host, proxy: &e.proxy}
	}
	for _, x := range e.graph.Load().Exposed {
		if n := e.node(x.Extension); e.host != nil && n != nil && !x.Out && x.Kind == m.Kind() && x.Name == m.Name() {
			return target{node: n, proxy: &e.proxy}
		}
	}
	return target{missing: detailNoDestination}
}

func (s *nodeSet) wire(routes *graph.Routes, from string, f graph.Flow) *wire {
	out := &wire{name: trace.Intern(f.Name)}
	for _, to := range routes.Dests(from, f.Kind, f.Name) {
		t := target{node: s.byName[to]}
		if c := routes.Conversions(to, from, f.Kind, f.Name); len(c) > 0 {
			t.conversion = c[0]
		}
		out.targets = append(out.targets, t)
	}
	return out
}

// wiring is where a node's messages go, by kind and name. It never changes; a reload swaps it whole.
type wiring [msg.KindVideoFrame + 1]map[string]*wire

// wire returns where a message of the node's goes; nil if the graph does not connect it.
func (n *Node) wire(kind msg.Kind, name string) *wire { return n.wiring.Load()[kind][name] }

// wire is one message name of one node.
type wire struct {
	name    trace.Sym
	targets []target
}
