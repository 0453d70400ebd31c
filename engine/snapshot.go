package engine

import (
	"encoding/json"
	"slices"

	"tenbench/engine/trace"
)

// addTo adds the graph's nodes and open paths to a snapshot.
func (e *Engine) addTo(s *trace.Snapshot) {
	now := e.log.Now()
	for _, n := range e.nodes.Load().all() {
		s.Nodes = append(s.Nodes, n.stateAt(now))
		s.Paths = n.openPaths(s.Paths, now)
	}
	s.Paths = e.nowhere.openPaths(s.Paths, now)
	s.Paths = e.bench.openPaths(s.Paths, now)
}

func (n *Node) stateAt(now int64) trace.NodeState {
	handlers := []uint64{}
	if host := n.hostNow(); host != nil {
		for _, w := range host.Work() {
			if w.ID != 0 {
				handlers = append(handlers, w.ID)
			}
		}
	}
	slices.Sort(handlers)
	handlers = ends(slices.Compact(handlers))
	n.mu.Lock()
	defer n.mu.Unlock()
	n.gather()
	return trace.NodeState{Graph: n.eng.Name(), Extension: n.name, Addon: n.spec.Addon, State: n.life.state.String(), SinceNS: now - n.life.since,
		Queue: n.box.live, QueueMax: n.box.max, Dropped: n.box.dropped, Handlers: handlers, Error: n.life.failure()}
}

func (l *lifecycle) failure() string {
	if l.state == trace.Failed {
		return l.reason
	}
	return ""
}

// maxShown bounds what a snapshot has of the commands of a node. One that sends to itself without end has a hundred thousand open within
// seconds, and to write them all down takes what is needed to stop it; the events tell of each of them.
const maxShown = 2048

// ends is the first and the last of what is in order, if it is very many.
func ends[T any](all []T) []T {
	if len(all) <= maxShown {
		return all
	}
	return slices.Delete(all, maxShown/2, len(all)-maxShown/2)
}

// openPaths appends the open paths to n, the oldest and the newest of them if they are very many.
func (n *Node) openPaths(out []trace.OpenPath, now int64) []trace.OpenPath {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.incoming.n == 0 {
		return out
	}
	place := map[*path]int{}
	n.box.each(func(i int, l *letter) {
		if l.p != nil {
			place[l.p] = i
		}
	})
	for p := range n.incoming.ends {
		out = append(out, trace.OpenPath{Graph: n.eng.Name(), ID: p.id, Parent: p.parent, Name: p.name.String(), From: p.from.name, To: n.name,
			Debtor: p.debtor.String(), WaitsOn: slices.Clone(p.waits), AgeNS: now - p.sent, Queue: place[p], Partial: p.partial})
	}
	return out
}

// snapshot writes the state of the graph into the trace, so that a recording explains itself.
func (e *Engine) snapshot() {
	s := trace.Snapshot{Nodes: []trace.NodeState{}, Paths: []trace.OpenPath{}}
	e.addTo(&s)
	text, err := json.Marshal(s)
	if err != nil { // numbers and strings always marshal
		panic(err)
	}
	e.app.w.Emit(&trace.Event{Kind: trace.SnapshotTaken, App: e.app.sym, Graph: e.sym, Property: text})
}
