package bench

import (
	"context"
	"time"

	"tenbench/engine/graph"
)

// lateNode is a node of the demo of which it is not known yet whether it can run here: a version manager's python3 takes longer to
// say what it is than all else until the first frame. The graph starts without it.
type lateNode struct {
	graph, name string
	usable      chan error // gets the answer, once
}

// soon is how long an interpreter that is none of a version manager's takes to answer.
const soon = 15 * time.Millisecond

// answer says why the node cannot run, nil if it can. Where there is a screen it waits only for answers that come soon.
func (n *lateNode) answer(screen bool) (err error, known bool) {
	var over <-chan time.Time
	if screen {
		over = time.After(soon)
	}
	select {
	case err = <-n.usable:
		return err, true
	case <-over:
		return nil, false
	}
}

// without is g without those of the nodes that belong to it.
func without(g *graph.Graph, nodes []lateNode) *graph.Graph {
	for _, n := range nodes {
		if n.graph == g.Name {
			g = g.Without(n.name)
		}
	}
	return g
}

// join lets the late nodes join their graphs, those that can.
func (b *Bench) join(ctx context.Context) {
	var never []lateNode
	for _, n := range b.addons.late {
		select {
		case err := <-n.usable:
			if err != nil {
				b.addons.leftOut(n.name, err)
				never = append(never, n)
			}
		case <-ctx.Done():
			return
		}
	}
	current := b.config
	if b.reload != nil { // the file may have been saved meanwhile
		b.reload.busy.Lock()
		defer b.reload.busy.Unlock()
		current = b.reload.now()
	}
	for _, g := range current.Graphs {
		if _, err := b.app.Apply(ctx, without(g, never)); err != nil && ctx.Err() == nil {
			b.opt.Note("%s did not get the nodes that were late: %v", g.Name, err)
		}
	}
}
