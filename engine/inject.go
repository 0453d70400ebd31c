package engine

import (
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// inject sends a message from the bench. Only its receiver takes it for sent from as; who waits for the answer is the bench.
func (e *Engine) inject(m msg.Message, as *msg.Loc) (uint64, error) {
	id := e.app.nextID()
	dests := m.Dests()
	ev := trace.Event{Kind: trace.Inject, ID: id, Type: m.Kind(), Name: trace.Intern(m.Name()), From: e.bench.sym,
		To: trace.Intern(dests[0].Extension), Property: m.Properties().AppendMasked(nil, e.app.masker.Load()), BufLen: int64(len(m.Buffer()))}
	if as != nil {
		ev.Detail = "as " + as.Extension
	}
	e.bench.emit(&ev)
	s := &sending{id: id, each: true, as: as}
	if m.Kind() == msg.KindCmd {
		s.sink = benchSink{}
	}
	return e.bench.send(m, s)
}

// receive takes a message to the bench: what comes is in the trace. A command stays open until somebody answers it by hand, if the
// bench is the graph's peer; else nobody sits there who could.
func (n *Node) receive(l letter) {
	peer := n.eng.nodes.Load().peer == n
	if l.p != nil && !peer {
		n.refuse(l, n, n.name+" answers no commands")
		return
	}
	e := trace.Event{Kind: trace.Delivered, ID: l.id, Type: l.m.Kind(), Name: l.name, From: l.from.sym, To: n.sym}
	n.mu.Lock()
	if p := l.p; p != nil {
		p.begun, p.ended = true, true
		p.owe()
		n.incoming.add(p)
		e.Debtor = p.debtor
	}
	n.mu.Unlock()
	n.emit(&e)
	if peer {
		e.Kind = trace.Handled
		n.emit(&e)
	}
}

// openPath returns the open path to n with that id, or nil.
func (n *Node) openPath(id uint64) *path {
	n.mu.Lock()
	defer n.mu.Unlock()
	for p := n.incoming.first; p != nil; p = p.next {
		if p.id == id {
			return p
		}
	}
	return nil
}

// benchSink takes the results of injected commands: whoever looks at the trace has them.
type benchSink struct{}

func (benchSink) result(p *path, res *msg.CmdResult, _ *worker) { p.from.emitReceived(p, res, 0) }
