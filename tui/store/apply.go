package store

import (
	"cmp"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// apply folds one event into the tables. Every kind has its line here.
func (s *Store) apply(e *trace.Event) {
	s.seq, s.now = e.Seq, max(s.now, e.Mono)
	s.rate.Add(e.Mono, 1)
	s.counts[e.Kind]++
	s.recent.take(e)
	s.problems.add(e)
	if level := trace.LineOf(e); level != trace.LevelNone {
		s.addLog(e, level)
	}
	switch e.Kind {
	case trace.Transition:
		s.applyTransition(e)
	case trace.Sent:
		s.applySent(e)
	case trace.Queued:
		s.applyQueued(e)
	case trace.Delivered:
		s.applyDelivered(e)
	case trace.Handled:
		s.applyHandled(e)
	case trace.Result:
		s.applyResult(e)
	case trace.Dropped:
		s.applyDropped(e)
	case trace.Held:
		s.applyHeld(e)
	case trace.Released:
		s.applyReleased(e)
	case trace.Freed:
		s.applyFreed(e)
	case trace.LogLine:
		s.applyLog(e)
	case trace.Lint:
		s.applyLint(e)
	case trace.Config:
		s.applyConfig(e)
	case trace.SnapshotTaken:
		s.applySnapshotEvent(e)
	case trace.Gap:
		s.gaps += e.Count
	}
}

// node returns the extension of an event, and makes it known. nil when there is no name, or no room for more.
func (s *Store) node(graph, name trace.Sym) *Node {
	if name == 0 {
		return nil
	}
	k := nodeKey{graph, name}
	if n := s.byName[k]; n != nil {
		return n
	}
	if len(s.nodes) >= maxNodes || name == benchSym {
		return nil
	}
	n := &Node{graph: graph, name: name}
	s.byName[k] = n
	s.nodes = append(s.nodes, n)
	return n
}

// benchSym is where injected messages come from: no extension.
var benchSym = trace.Intern(msg.BenchName)

func (s *Store) applyTransition(e *trace.Event) {
	n := s.node(e.Graph, e.Extension)
	if n == nil {
		return
	}
	n.enter(e)
	s.applyLife(n, e)
	if e.State == trace.Failed {
		n.Errors++
		n.Error = e.Detail
		n.Lane.mark(e.Mono, func(b *bucket) { b.errors++ })
	}
}

func (n *Node) enter(e *trace.Event) {
	if e.State == trace.Created || e.State == trace.Configure && n.State >= trace.Stop {
		n.Stages = [trace.Failed + 1]int64{}
		n.Handling, n.Queue, n.Error, n.StandIn = n.Handling[:0], 0, "", false
		n.Lives++
	}
	if old := n.State; old != trace.StateNone {
		n.Stages[old] = e.StageNS
		if e.StageNS == 0 {
			n.Stages[old] = e.Mono - n.Since
		}
	}
	if e.Build != 0 {
		n.Build = e.Build
	}
	if k := len(n.Segments); k > 0 && n.Segments[k-1].To == 0 {
		n.Segments[k-1].To = max(e.Mono, n.Segments[k-1].From+1)
	}
	if len(n.Segments) >= maxSegments {
		n.Segments = n.Segments[:copy(n.Segments, n.Segments[maxSegments/4:])]
	}
	n.Segments = append(n.Segments, Segment{State: e.State, From: e.Mono})
	n.State, n.Since = e.State, e.Mono
}

func (s *Store) applySent(e *trace.Event) {
	s.messages.add(e.Seq, uint8(e.Type))
	s.sent.add(e)
	if n := s.node(e.Graph, e.From); n != nil {
		n.Sent++
		n.Out.Add(e.Mono, 1)
	}
	to := s.node(e.Graph, e.To)
	if to != nil {
		to.Queue++
		to.depth(e.Mono)
	}
	switch e.Type {
	case msg.KindCmd:
		if e.ID != 0 { // else it had nowhere to go: its sender knows, and nobody waits
			s.openCommand(e)
		}
	case msg.KindData, msg.KindAudioFrame, msg.KindVideoFrame:
		s.applyFlow(e)
	}
}

func (n *Node) depth(mono int64) {
	n.QueueMax = max(n.QueueMax, n.Queue)
	n.queue.note(mono, n.Queue)
	q := uint32(n.Queue)
	n.Lane.mark(mono, func(b *bucket) { b.queue = max(b.queue, q) })
}

func (s *Store) openCommand(e *trace.Event) {
	c := s.commands.add(e.ID)
	c.Parent, c.Group, c.App, c.Graph = e.Parent, e.Group, e.App, e.Graph
	c.Name, c.From, c.To, c.Sent, c.SentSeq = e.Name, e.From, e.To, e.Mono, e.Seq
	if p := s.commands.byID[e.Parent]; p != nil && len(p.Children) < maxChildren {
		p.Children = append(p.Children, e.ID)
	}
	s.hand(c, e)
}

// hand notes who owes the answer now, if the event says so; the sender's own debtor may change with it.
func (s *Store) hand(c *Command, e *trace.Event) {
	if e.Debtor != trace.DebtorNone && (e.Debtor != c.Debtor || len(e.WaitsOn) > 0) {
		c.Debtor, c.WaitsOn, c.Since = e.Debtor, e.WaitsOn, e.Mono
	}
	if e.ParentDebtor == trace.DebtorNone {
		return
	}
	if p := s.commands.byID[c.Parent]; p != nil {
		p.Debtor, p.Since = e.ParentDebtor, e.Mono
		p.WaitsOn = nil
		if e.ParentDebtor == trace.DebtorChild {
			p.WaitsOn = p.openChildren(&s.commands)
		}
	}
}

func (c *Command) openChildren(all *commands) []uint64 {
	var ids []uint64
	for _, id := range c.Children {
		if k := all.byID[id]; k != nil && !k.Finished {
			ids = append(ids, id)
		}
	}
	return ids
}

// touch returns the command of an event about one, handed over and marked as changed; nil if it is not known.
func (s *Store) touch(e *trace.Event) *Command {
	c := s.commands.byID[e.ID]
	if c == nil {
		return nil
	}
	s.hand(c, e)
	s.touched.add(c.SentSeq)
	return c
}

func (s *Store) applyQueued(e *trace.Event) {
	if c := s.touch(e); c != nil {
		c.Queued = e.Mono
	}
}

func (s *Store) applyDelivered(e *trace.Event) {
	if e.Type == msg.KindResult {
		if c := s.commands.byID[e.ID]; c != nil {
			s.hand(c, e)
		}
		return
	}
	if n := s.node(e.Graph, e.Extension); n != nil {
		n.begin(e)
	}
	if e.Type != msg.KindCmd {
		return
	}
	if c := s.commands.byID[e.ID]; c != nil {
		s.hand(c, e)
		c.Delivered, c.Queued = e.Mono, e.Mono-e.QueuedNS
	}
}

func (n *Node) begin(e *trace.Event) {
	n.Received++
	n.In.Add(e.Mono, 1)
	n.Queue = max(n.Queue-1, 0)
	n.queue.note(e.Mono, n.Queue)
	n.Last = Last{Seq: e.Seq, ID: e.ID, Mono: e.Mono, Type: e.Type, Name: e.Name}
	if len(n.Handling) < maxHandling {
		n.Handling = append(n.Handling, Handler{ID: e.ID, Type: e.Type, Name: e.Name, Since: e.Mono})
	}
	kind := e.Type
	n.Lane.mark(e.Mono, func(b *bucket) {
		b.count++
		b.kind = kind
	})
}

func (s *Store) applyHandled(e *trace.Event) {
	if n := s.node(e.Graph, e.Extension); n != nil {
		n.end(e)
	}
	if e.Type != msg.KindCmd && e.Type != msg.KindNone {
		return
	}
	if c := s.commands.byID[e.ID]; c != nil {
		s.hand(c, e)
		c.Handled = e.Mono
		s.touched.add(c.SentSeq)
	}
}

func (n *Node) end(e *trace.Event) {
	for i := range n.Handling {
		if n.Handling[i].ID != e.ID {
			continue
		}
		h := n.Handling[i]
		n.Handling = append(n.Handling[:i], n.Handling[i+1:]...)
		n.hist.Add(e.Mono, e.Mono-h.Since)
		n.Lane.add(Span{From: h.Since, To: max(e.Mono, h.Since+1), ID: h.ID, Type: h.Type})
		return
	}
}

func (s *Store) applyResult(e *trace.Event) {
	bad := e.Status == msg.Error
	if n := s.node(e.Graph, e.Extension); n != nil {
		n.Sent++
		n.Out.Add(e.Mono, 1)
		if bad {
			n.Errors++
			n.Lane.mark(e.Mono, func(b *bucket) { b.errors++ })
		}
	}
	c := s.touch(e)
	if c == nil {
		return
	}
	if !e.Final {
		c.Partials++
		return
	}
	if c.Finished {
		return
	}
	c.Finished, c.Done, c.Status, c.By, c.ResultSeq, c.Detail = true, e.Mono, e.Status, e.By, e.Seq, e.Detail
	c.Rule = cmp.Or(e.Rule, c.Rule)
	inGate := c.Held
	c.letGo(e.Mono)
	c.Debtor, c.WaitsOn = trace.DebtorNone, nil
	c.LatencyNS = e.LatencyNS
	if c.LatencyNS == 0 {
		c.LatencyNS = e.Mono - c.Sent
	}
	s.commands.close(c)
	if n := s.node(e.Graph, e.Extension); n != nil && c.Delivered == 0 && !inGate && !c.Dropped && refused(e.By) {
		n.Queue = max(n.Queue-1, 0) // refused: it never waits in the mailbox any more
		n.queue.note(e.Mono, n.Queue)
	}
}

// refused reports that a message never waits in the mailbox any more once it was answered by that.
func refused(by trace.By) bool {
	return by == trace.ByEngine || by == trace.ByStop || by == trace.ByGate
}

func (s *Store) applyDropped(e *trace.Event) {
	if n := s.node(e.Graph, e.Extension); n != nil {
		n.Dropped++
		n.Queue = max(n.Queue-1, 0)
		n.Lane.mark(e.Mono, func(b *bucket) { b.dropped++ })
	}
	s.dropped.add(e.ID)
	if c := s.touch(e); c != nil {
		c.Dropped, c.Rule = true, e.Rule
	}
}

// applyHeld takes a message out of the queue it was sent to: it waits in the gate instead.
func (s *Store) applyHeld(e *trace.Event) {
	if n := s.node(e.Graph, e.To); n != nil {
		n.Queue = max(n.Queue-1, 0)
	}
	h := heldSince{e.Mono, s.sent.seq(e.ID)}
	s.held[e.ID] = h
	if c := s.touch(e); c != nil {
		c.Held, c.HeldAt, c.Rule = true, e.Mono, e.Rule
	} else {
		s.touched.add(h.sentSeq)
	}
}

func (s *Store) applyReleased(e *trace.Event) {
	if n := s.node(e.Graph, e.To); n != nil {
		n.Queue++
	}
	h := s.held[e.ID]
	delete(s.held, e.ID)
	if len(e.Property) > 0 {
		s.edited.add(e.ID)
	}
	if c := s.touch(e); c != nil {
		c.letGo(e.Mono)
	} else {
		s.touched.add(h.sentSeq)
	}
}

// letGo ends the time in the gate, if it is there.
func (c *Command) letGo(mono int64) {
	if c.Held {
		c.Held, c.HeldNS = false, c.HeldNS+mono-c.HeldAt
	}
}

func (s *Store) applyFreed(e *trace.Event) {
	if c := s.touch(e); c != nil && !c.Finished {
		c.Freed, c.FreedAt, c.Debtor, c.WaitsOn, c.Since = true, e.Mono, trace.DebtorNobody, nil, e.Mono
	}
}

func (s *Store) applyLog(e *trace.Event) {
	n := s.node(e.Graph, e.Extension)
	if n == nil {
		return
	}
	switch e.Level {
	case trace.Error:
		n.Errors++
		n.Error = e.Detail
	case trace.Warn:
		n.Warnings++
	}
}

var unansweredSym, lostSym, standInSym = trace.Intern("unanswered"), trace.Intern("lost"), trace.Intern("addon-not-found")

func (s *Store) applyLint(e *trace.Event) {
	if n := s.node(e.Graph, e.Extension); n != nil && e.Rule == standInSym {
		n.StandIn = true
	}
	if e.ID == 0 || e.Rule != unansweredSym && e.Rule != lostSym {
		return
	}
	if c := s.touch(e); c != nil {
		c.Unanswered = true
	}
}
