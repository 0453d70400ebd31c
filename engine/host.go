package engine

import (
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// Host runs one extension for the core: in this process on the Go loop, or in a child process. The core calls it with no lock
// held unless said otherwise; no method may wait. What the host has to say it says to its Node.
type Host interface {
	// Stage asks for a lifecycle callback; the host answers with Node.StageDone when it has ended.
	Stage(s trace.State)
	// Configure hands over the node's property layer, after on_configure and before on_init. The host lays it over what the
	// extension brought itself, resolves placeholders and returns the outcome. The store is the host's from here on.
	Configure(layer msg.Value) (resolved *msg.Object, secrets []string, err error)
	// Change hands over a new layer in which the values at paths changed. It returns false if only a restart will do.
	Change(layer msg.Value, paths []string) bool
	// Wake says that Node.Next may have a delivery.
	Wake()
	// Interrupt ends the waits of the lifecycle callback that runs, because the stop deadline has passed.
	Interrupt()
	// Close says that the node has ended: cancel what is left.
	Close()
	// Work lists what the host is busy with.
	Work() []Work
}

// Work is something a host is busy with.
type Work struct {
	ID       uint64 // of the message being handled; 0 for a lifecycle callback or a task
	What     string // on_cmd hello, on_start, task poll
	Since    int64  // on the log's clock
	Key      uint64 // the same for one piece of work as long as it lasts
	Turn     uint64 // another number after each wait
	Blocking bool   // it holds the loop and does not wait in an Env call
	Await    string // the name of the blocking function it waits for
	Stack    func() string
}

// Delivery is a message on its way through a host: Next hands it over, Begun and Ended say how far it is.
type Delivery struct {
	Message msg.Message
	ID      uint64
	kind    msg.Kind
	name    trace.Sym
	from    *Node
	path    *path
	turn    uint64
	owed    bool // a command that was open when its handler began
	queued  int64
	size    int64
}

// Next hands the next message over; ok is false when there is none, or none may begin yet.
func (n *Node) Next() (d Delivery, ok bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.mayBegin() {
		return Delivery{}, false
	}
	n.next(&d)
	if d.path != nil {
		d.path.debtor = trace.DebtorHost
	}
	return d, true
}

// mayBegin reports whether a letter is waiting that may be handled; the lock is held.
func (n *Node) mayBegin() bool { return n.open && n.box.front() != nil }

// next takes the front letter into d; the lock is held and mayBegin was true.
func (n *Node) next(d *Delivery) {
	l := n.box.front()
	*d = Delivery{Message: l.m, ID: l.id, kind: l.m.Kind(), name: l.name, from: l.from, path: l.p, turn: l.turn, queued: l.at, size: l.size}
	n.box.drop()
}

// Begun says that d's handler began at that time on the log's clock; pc or source names the handler, where known.
func (n *Node) Begun(d *Delivery, at int64, pc uintptr) {
	n.mu.Lock()
	d.begin()
	n.mu.Unlock()
	n.emitDelivered(d, at, pc)
}

// begin notes that the handler begins; the lock is held. A command that was answered while it waited, by its timeout or a stop,
// is handled all the same, but nobody owes its answer.
func (d *Delivery) begin() {
	if d.path == nil {
		return
	}
	d.owed = !d.path.done
	d.path.begun = true
	d.path.owe()
}

// Ended says that d's handler ended, answered or not.
func (n *Node) Ended(d *Delivery, at int64) {
	n.mu.Lock()
	defer n.mu.Unlock() // told under the lock: see childSent
	n.emitHandled(d, at, n.handled(d, at))
}

// handled notes the end of d's handler and returns who owes its answer now; the lock is held.
func (n *Node) handled(d *Delivery, at int64) trace.Debtor {
	p := d.path
	if p == nil {
		return trace.DebtorNone
	}
	p.ended = true
	if p.done {
		return trace.DebtorNone
	}
	p.owe()
	p.suspectAt = at
	n.watchLoss(p, d.Message)
	return p.debtor
}

func (n *Node) emitHandled(d *Delivery, at int64, debtor trace.Debtor) {
	n.emit(&trace.Event{Kind: trace.Handled, Mono: at, ID: d.ID, Type: d.kind, Name: d.name, From: d.from.sym, To: n.sym, Debtor: debtor})
}

// Answer returns a result for the command d. It reports false when the command was already answered, or is not a command.
func (d *Delivery) Answer(res *msg.CmdResult) bool {
	return d.path != nil && d.path.answer(answer{res: msg.Take(res).(*msg.CmdResult), by: trace.ByHandler})
}

// SendOptions say what a host wants of a message it sends for its extension.
type SendOptions struct {
	// For is the command whose handler sends, if any.
	For *Delivery
	// Each asks for every result of every destination; else there is exactly one, plus the partial ones of a single destination.
	Each bool
	// Results takes the results; it must not wait. nil relays them to For's sender, if the command is For's own, sent on.
	Results func(*msg.CmdResult)
	PC      uintptr
}

// Send sends a message for the node's extension. The error is ErrNotConnected or ErrClosed; the message is then untouched.
func (n *Node) Send(m msg.Message, o SendOptions) (id uint64, err error) {
	s := sending{pc: o.PC}
	if o.For != nil {
		s.up = o.For.path
	}
	if o.Each {
		s.policy = each
	}
	if o.Results != nil {
		s.sink = sinkFunc(o.Results)
	}
	return n.send(m, &s)
}

type sinkFunc func(*msg.CmdResult)

func (f sinkFunc) result(_ *path, res *msg.CmdResult) { f(res) }

// relay is the sink of a received command that was sent on: its results answer the command it was.
type relay struct{ up *path }

func (r relay) result(_ *path, res *msg.CmdResult) {
	if r.up != nil {
		r.up.answer(answer{res: msg.Take(res).(*msg.CmdResult), by: trace.ByRelay})
	}
}
