package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"tenbench/engine/graph"
	"tenbench/engine/trace"
)

// apply changes the graph into g. Addons are made first, so that a missing one changes nothing.
func (e *Engine) apply(ctx context.Context, g *graph.Graph) (graph.Diff, error) {
	e.reload.Lock()
	defer e.reload.Unlock()
	if e.stopAt.Load() != 0 {
		return graph.Diff{}, ErrClosed
	}
	diff := graph.Compare(e.graph.Load(), g)
	added, err := e.prepare(diff)
	if err != nil {
		return diff, err
	}
	if _, err := g.Compile(); err != nil {
		return diff, err
	}
	removed, err := e.adopt(g, diff, added)
	if err != nil {
		return diff, err
	}
	for _, n := range added {
		n.advance()
	}
	for _, n := range removed {
		go e.retire(n)
	}
	for _, c := range diff.Changed {
		e.change(ctx, c)
	}
	e.note(diff)
	return diff, nil
}

// prepare makes the instances of added nodes, and checks that replaced ones can be made.
func (e *Engine) prepare(diff graph.Diff) ([]*Node, error) {
	for _, c := range diff.Changed {
		if _, err := e.app.resolve(c.New.Addon); err != nil {
			return nil, err
		}
	}
	var added []*Node
	for _, spec := range diff.Added {
		n, err := e.newNode(spec)
		if err != nil {
			return nil, err
		}
		added = append(added, n)
	}
	return added, nil
}

// adopt swaps the node set and the wiring; it returns the nodes that are not in the graph any more.
func (e *Engine) adopt(g *graph.Graph, diff graph.Diff, added []*Node) ([]*Node, error) {
	old := e.nodes.Load()
	byName := map[string]*Node{}
	for _, n := range slices.Concat(old.order, added) {
		byName[n.name] = n
	}
	set := &nodeSet{byName: map[string]*Node{}}
	for _, spec := range g.Nodes {
		n := byName[spec.Name]
		set.byName[n.name] = n
		set.order = append(set.order, n)
	}
	var removed []*Node
	for _, spec := range diff.Removed {
		removed = append(removed, byName[spec.Name])
		set.leaving = append(set.leaving, byName[spec.Name])
	}
	set.leaving = append(set.leaving, e.stillLeaving(old)...)
	set.peer = e.peerOf(g, set)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.stopAt.Load() != 0 {
		return nil, ErrClosed
	}
	for _, n := range added {
		e.join(n)
		n.create("")
	}
	e.nodes.Store(set)
	e.graph.Store(g)
	return removed, e.rewire(g)
}

// stillLeaving are nodes removed earlier that have not ended.
func (e *Engine) stillLeaving(old *nodeSet) []*Node {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(old.leaving), func(n *Node) bool { return !e.alive[n] })
}

// retire stops a node that is not in the graph any more: it begins nothing new, and what it is at work on may end within the drain
// time. What waits for it is answered.
func (e *Engine) retire(n *Node) {
	n.mu.Lock()
	n.open = false
	n.mu.Unlock()
	e.drain(context.Background(), n)
	n.stopForGood("removed from the graph")
}

// change gives a node its new properties, by itself if it can take them, else by a restart.
func (e *Engine) change(ctx context.Context, c graph.NodeChange) {
	n := e.node(c.New.Name)
	n.mu.Lock()
	n.spec = c.New
	gone := n.overrule(c.Paths)
	n.mu.Unlock()
	if len(gone) > 0 {
		n.warn(0, "The file was changed: what it says counts for "+strings.Join(gone, ", ")+" now, not what was set by hand.")
	}
	e.tell(ctx, n, c)
}

// tell gives a node the properties that it shall have by now.
func (e *Engine) tell(ctx context.Context, n *Node, c graph.NodeChange) {
	n.mu.Lock()
	host, running := n.host, n.life.state == trace.Running || n.life.state == trace.Start
	n.mu.Unlock()
	if !c.Replace && running && len(c.Paths) > 0 && host.Change(n.Property(), c.Paths) {
		return
	}
	go func() {
		if err := e.restartReason(context.WithoutCancel(ctx), n, "restarted: "+whatChanged(c)); err != nil {
			n.Log(trace.Error, fmt.Sprintf("restart: %v", err), 0, 0, "", nil)
		}
	}()
}

func whatChanged(c graph.NodeChange) string {
	if c.Replace {
		return strings.Join(c.Fields, ", ") + " changed"
	}
	return "property " + strings.Join(c.Paths, ", ") + " changed"
}

// mustRestart restarts a node that could not take a changed property.
func (e *Engine) mustRestart(n *Node, err error) {
	go func() {
		_ = e.restartReason(context.Background(), n, fmt.Sprintf("restarted: it refused a changed property: %v", err))
	}()
}

// note writes what a reload did.
func (e *Engine) note(d graph.Diff) {
	e.app.w.Emit(&trace.Event{Kind: trace.Config, App: e.app.sym, Graph: e.sym, Level: trace.Info, Detail: "applied: " + d.String()})
}

// restart restarts a node by hand.
func (e *Engine) restart(ctx context.Context, n *Node, reason string) error {
	e.reload.Lock()
	defer e.reload.Unlock()
	return e.restartReason(ctx, n, reason)
}

// Renew gives the extension a new instance, as a restart does: commands in flight are drained, waiting messages kept. A host asks
// for it when what it runs has changed. The error says that the node has no further life.
func (n *Node) Renew(reason string) error {
	return n.eng.restartReason(context.Background(), n, "restarted: "+reason)
}

const (
	firstRestart = 100 * time.Millisecond
	slowRestart  = 5 * time.Second
)

// restartFailed gives a failed node its next instance, each time after a longer pause, so that one that dies at every start does
// not keep the bench busy.
func (e *Engine) restartFailed(n *Node) {
	n.mu.Lock()
	pause := min(slowRestart, firstRestart<<min(n.fails, 16))
	n.fails++
	n.mu.Unlock()
	t := time.NewTimer(pause)
	defer t.Stop()
	select {
	case <-t.C:
		_ = e.restart(context.Background(), n, "restarted after it failed")
	case <-e.stopping:
	}
}

// restartReason drains and stops the node, and gives it a new instance. Waiting and arriving messages are kept. A restart that is
// asked for while one runs follows it.
func (e *Engine) restartReason(ctx context.Context, n *Node, reason string) error {
	n.restarts.Lock()
	defer n.restarts.Unlock()
	if e.gone(n) {
		return ErrClosed
	}
	n.mu.Lock()
	n.restarting, n.open = true, false
	failed := n.life.state == trace.Failed
	n.mu.Unlock()
	if !failed {
		e.drain(ctx, n)
		n.stop(reason)
		e.awaitEnd(n)
	}
	quietWithin(n.hostNow(), e.limits().StopDeadline)
	return e.revive(n, reason)
}

// revive begins the next life of a node that has ended. If there will be none, what waited for it is answered.
func (e *Engine) revive(n *Node, reason string) error {
	if err := e.nextLife(n, reason); err != nil {
		n.stopForGood(err.Error())
		return err
	}
	n.advance()
	return nil
}

func (e *Engine) nextLife(n *Node, reason string) error {
	if e.gone(n) {
		return ErrClosed
	}
	if err := e.instantiate(n); err != nil {
		return err
	}
	if !e.joinAgain(n, reason) {
		n.hostNow().Close()
		return ErrClosed
	}
	return nil
}

// joinAgain counts n in for another life, unless the graph has begun to stop or n was removed from it.
func (e *Engine) joinAgain(n *Node, reason string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.gone(n) {
		return false
	}
	e.join(n)
	n.create(reason)
	n.mu.Lock()
	n.restarting = false
	n.mu.Unlock()
	return true
}

// gone reports whether n shall have no further life.
func (e *Engine) gone(n *Node) bool { return e.stopAt.Load() != 0 || e.node(n.name) != n }

// drain waits until no handler of n runs and no command it is at work on is open, for the drain time at most. Commands that are
// unanswered already are not waited for.
func (e *Engine) drain(ctx context.Context, n *Node) {
	deadline := time.Now().Add(e.limits().Drain)
	t := time.NewTicker(5 * time.Millisecond)
	defer t.Stop()
	for n.atWork() && time.Now().Before(deadline) {
		select {
		case <-t.C:
		case <-ctx.Done():
			return
		}
	}
}

func (n *Node) atWork() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	for p := n.incoming.first; p != nil; p = p.next {
		if p.begun && !p.unanswered && !p.freed {
			return true
		}
	}
	return false
}
