package store

import "tenbench/engine/trace"

// applySnapshotEvent takes the exact numbers from a snapshot in the trace.
func (s *Store) applySnapshotEvent(e *trace.Event) {
	snap, err := e.Snapshot()
	if err != nil {
		return
	}
	snap.Mono = e.Mono
	s.ApplySnapshot(&snap)
}

// ApplySnapshot takes the exact depths of the mailboxes and the exact debtors, where events left room for doubt.
func (s *Store) ApplySnapshot(snap *trace.Snapshot) {
	s.problems.snap = *snap
	for i := range snap.Nodes {
		s.applyNodeState(&snap.Nodes[i], snap.Mono)
	}
	for i := range snap.Paths {
		s.applyOpenPath(&snap.Paths[i])
	}
}

func (s *Store) applyNodeState(st *trace.NodeState, mono int64) {
	n := s.node(trace.Intern(st.Graph), trace.Intern(st.Extension))
	if n == nil {
		return
	}
	n.Queue, n.QueueMax = st.Queue, max(n.QueueMax, st.QueueMax)
	n.Dropped = max(n.Dropped, st.Dropped)
	if st.Addon != "" {
		n.Addon = st.Addon
	}
	n.depth(max(mono, s.now))
}

func (s *Store) applyOpenPath(p *trace.OpenPath) {
	c := s.commands.byID[p.ID]
	if c == nil || c.Finished {
		return
	}
	c.Position = p.Queue
	if d, ok := trace.ParseDebtor(p.Debtor); ok && !c.Freed {
		c.Debtor, c.WaitsOn = d, p.WaitsOn
	}
}
