package engine

import (
	"slices"
	"sync"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// Gate stops messages between the graph and a mailbox. It stands at the one place that every message passes.
type Gate struct {
	// Holds says which messages are held. It must not wait.
	Holds func(m msg.Message, from, to string) bool

	mu   sync.Mutex
	held []passage
}

// passage is a message on its way to a node.
type passage struct {
	l  letter
	to *Node
}

// SetGate puts a gate into the graph's dispatch; nil takes it away and lets go what it held.
func (e *Engine) SetGate(g *Gate) {
	if old := e.gate.Swap(g); old != nil {
		old.ReleaseAll()
	}
}

// hold keeps the message if the gate's rule says so.
func (g *Gate) hold(l letter, to *Node) bool {
	if !g.Holds(l.m, l.from.name, to.name) {
		return false
	}
	e := trace.Event{Kind: trace.Held, ID: l.id, Type: l.m.Kind(), Name: l.name, From: l.from.sym, To: to.sym}
	if l.p != nil {
		to.mu.Lock()
		l.p.debtor = trace.DebtorHeld
		to.incoming.add(l.p)
		to.mu.Unlock()
		e.Debtor = trace.DebtorHeld
	}
	to.emit(&e)
	g.mu.Lock()
	g.held = append(g.held, passage{l, to})
	g.mu.Unlock()
	return true
}

// Held returns the ids of what the gate holds, oldest first.
func (g *Gate) Held() []uint64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	var out []uint64
	for _, p := range g.held {
		out = append(out, p.l.id)
	}
	return out
}

// Release lets the message with that id go on; false if the gate does not hold it.
func (g *Gate) Release(id uint64) bool {
	g.mu.Lock()
	i := slices.IndexFunc(g.held, func(p passage) bool { return p.l.id == id })
	if i < 0 {
		g.mu.Unlock()
		return false
	}
	p := g.held[i]
	g.held = slices.Delete(g.held, i, i+1)
	g.mu.Unlock()
	p.release()
	return true
}

// ReleaseAll lets everything go on, oldest first.
func (g *Gate) ReleaseAll() {
	g.mu.Lock()
	held := g.held
	g.held = nil
	g.mu.Unlock()
	for _, p := range held {
		p.release()
	}
}

func (p passage) release() {
	e := trace.Event{Kind: trace.Released, ID: p.l.id, Type: p.l.m.Kind(), Name: p.l.name, From: p.l.from.sym, To: p.to.sym}
	if p.l.p != nil {
		p.to.mu.Lock()
		done := p.l.p.done
		if !done {
			p.to.incoming.remove(p.l.p)
		}
		p.to.mu.Unlock()
		if done { // answered meanwhile, by its timeout
			return
		}
		e.Debtor = trace.DebtorQueue
	}
	p.to.emit(&e)
	p.to.accept(&p.l)
}
