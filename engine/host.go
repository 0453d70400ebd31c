package engine

import (
	"slices"
	"time"

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

// Holder is a Host that can tell what holds its loop without a look at all that it is busy with, which may be very much.
type Holder interface {
	// Holding lists the Work that is Blocking.
	Holding() []Work
}

// holding lists what holds a host's loop.
func holding(host Host) []Work {
	if h, ok := host.(Holder); ok {
		return h.Holding()
	}
	return slices.DeleteFunc(host.Work(), func(w Work) bool { return !w.Blocking })
}

// Tasker is a Host that can tell which tasks have a message when its handler has ended: those that it has started, and where that is known
// any others that have it.
type Tasker interface {
	Tasks(id uint64) []Work
}

// Lingerer is a Host in which something may go on for a while after Close.
type Lingerer interface {
	// Quiet is closed when nothing does any more.
	Quiet() <-chan struct{}
}

// quietWithin waits until nothing goes on in a host that was closed, for d at most, and reports whether nothing does.
func quietWithin(host Host, d time.Duration) bool {
	l, ok := host.(Lingerer)
	if !ok {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-l.Quiet():
		return true
	case <-timer.C:
		return false
	}
}

// Rewirer is a Host that wants to know which messages of its node the graph connects.
type Rewirer interface {
	// Rewired says that Node.Commands may have changed. It is called with locks held.
	Rewired()
}

// Placer is a Host that knows where the lifecycle callbacks of its extension are.
type Placer interface {
	// StagePlace returns a PC inside the callback, or file:line as a symbol; zero both, where it is not known.
	StagePlace(s trace.State) (pc uintptr, source trace.Sym)
}

// StageTimer is a Host whose callbacks may have to wait for their loop, and that knows for how long they do.
type StageTimer interface {
	// StageTook returns for how long the callback of stage s has run, without that; 0 if the extension has not written one. It is
	// called with the node's lock held.
	StageTook(s trace.State) int64
}

// Describer is a Host that knows of what kind its extension is, once that is made. The transition to configure carries it.
type Describer interface {
	// Describe returns a JSON object, nil if there is nothing to say: sync (its callbacks are no coroutines), no_on_cmd (it has not
	// written one).
	Describe() []byte
}

// Collector is a Host that has its own proof of loss, and calls Node.Freed. The core's is Go's collector.
type Collector interface {
	// Collect asks for a collection; it may come to nothing if the last one is young. Node.Collected says that it has ended.
	Collect()
}

// ReadCounter is a Host that counts how often its extension reads its properties.
type ReadCounter interface {
	// Reads returns the counts by path, "" for all properties at once, as they were a moment ago; nil if that is not known yet. The
	// map is not changed any more.
	Reads() map[string]int64
}

// Maker is a Host whose instance takes time to be made: its process starts, its code is read. The node stays in state created
// meanwhile, and the host calls Node.Made when that is over.
type Maker interface {
	// Made reports whether it is over, and if there will be no instance why.
	Made() (over bool, failure, stack string)
}

// Made says that the host's instance exists, or that there will be none.
func (n *Node) Made() { n.advance() }

// Work is something a host is busy with.
type Work struct {
	ID       uint64 // of the message being handled, or whose handler has started the task; 0 for a lifecycle callback
	Task     bool
	What     string // on_cmd hello, on_start, task poll
	Since    int64  // on the log's clock
	Key      uint64 // the same for one piece of work as long as it lasts
	Turn     uint64 // another number after each wait
	Blocking bool   // it holds the loop and does not wait in an Env call
	Told     bool   // the host has reported that itself
	Await    string // the name of the blocking function it waits for
	Has      bool   // of a task: it is known to have the message
	Worker   bool   // of a task that has a message: something else than the handler of that one has started it
	Stack    func() string
}

// Delivery is a message on its way through a host: Next hands it over, Begun and Ended say how far it is.
type Delivery struct {
	Message msg.Message
	ID      uint64
	Source  trace.Sym // file:line of the handler, where the host knows it
	kind    msg.Kind
	hops    uint16
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
func (n *Node) mayBegin() bool {
	if !n.open {
		return false
	}
	if n.box.front() == nil {
		n.gather()
	}
	return n.box.front() != nil
}

// next takes the front letter into d; the lock is held and mayBegin was true.
func (n *Node) next(d *Delivery) {
	l := n.box.front()
	*d = Delivery{Message: l.m, ID: l.id, kind: l.m.Kind(), hops: l.hops, name: l.name, from: l.from, path: l.p, turn: l.turn, queued: l.at, size: l.size}
	n.box.drop()
}

// Kind is the message's kind, also when the host has let go of the message.
func (d *Delivery) Kind() msg.Kind { return d.kind }

// Name is the name that the message was delivered under.
func (d *Delivery) Name() string { return d.name.String() }

// Size is the size of the message's properties and buffer.
func (d *Delivery) Size() int64 { return d.size }

// Unread gives back, in the order of Next, what no handler has begun: to the next instance if there will be one. Else it is refused.
func (n *Node) Unread(all []Delivery) {
	n.mu.Lock()
	refused := n.refusalNow()
	n.takeBack()
	if refused == "" {
		for i := len(all) - 1; i >= 0; i-- {
			n.box.pushFront(all[i].letter())
			if p := all[i].path; p != nil && !p.done {
				p.debtor = trace.DebtorQueue
			}
		}
	}
	n.mu.Unlock()
	if refused == "" {
		return
	}
	for i := range all {
		n.refuse(*all[i].letter(), n, refused)
	}
}

// Refuse says that d cannot be given to the extension: a command is answered with the reason, another message dropped.
func (n *Node) Refuse(d *Delivery, reason string) { n.refuse(*d.letter(), n, reason) }

func (d *Delivery) letter() *letter {
	return &letter{m: d.Message, name: d.name, hops: d.hops, p: d.path, id: d.ID, from: d.from, at: d.queued, turn: d.turn, size: d.size}
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
	if !p.relayed {
		p.nextCheck = at + suspectAfter
	}
	return p.debtor
}

// Freed says that nothing can answer the command d any more, as far as its process goes.
func (n *Node) Freed(d *Delivery) {
	if d.path != nil {
		n.eng.lost(d.path)
	}
}

// Collected says that the host's collection that began at that time has ended, and that it has reported what was freed.
func (n *Node) Collected(at int64) { n.collected.Store(at) }

func (n *Node) emitHandled(d *Delivery, at int64, debtor trace.Debtor) {
	n.emit(&trace.Event{Kind: trace.Handled, Mono: at, ID: d.ID, Type: d.kind, Name: d.name, From: d.from.sym, To: n.sym, Debtor: debtor})
}

// Answer returns a result for the command d. It reports false when the command was already answered, or is not a command.
func (d *Delivery) Answer(res *msg.CmdResult) bool {
	return d.path != nil && d.path.answer(answer{res: msg.Take(res).(*msg.CmdResult), by: trace.ByHandler})
}

// Return is Answer with the place in the code that returns the result. A command that was answered already is reported.
func (d *Delivery) Return(res *msg.CmdResult, source trace.Sym) {
	p := d.path
	if p == nil {
		return
	}
	out := answer{res: msg.Take(res).(*msg.CmdResult), by: trace.ByHandler, source: source}
	if final := out.res.Final(); !p.answer(out) {
		p.to.lintTooLate(p, final, 0, source)
	}
}

// SendOptions say what a host wants of a message it sends for its extension.
type SendOptions struct {
	// For is the command whose handler sends, if any.
	For *Delivery
	// After is the message whose handler, which has ended, made what sends, where there is no For.
	After *Delivery
	// Each asks for every result of every destination; else there is exactly one, plus the partial ones of a single destination.
	Each bool
	// Results takes the results; it must not wait. With nil nobody does. inPlace says that the bench ended the command: no extension
	// has answered it.
	Results func(res *msg.CmdResult, inPlace bool)
	// Relay says that the command is For's own, sent on: its results go to For's sender. For need not be open any more.
	Relay  bool
	PC     uintptr
	Source trace.Sym // file:line, where PC is not known
}

// Send sends a message for the node's extension. The error is ErrNotConnected or ErrClosed; the message is then untouched.
func (n *Node) Send(m msg.Message, o SendOptions) (id uint64, err error) {
	s := sending{each: o.Each, pc: o.PC, source: o.Source}
	if o.For != nil {
		s.up, s.hops = o.For.path, o.For.nextHop()
	} else if o.After != nil {
		s.hops = o.After.nextHop()
	}
	if o.Results != nil {
		s.sink = sinkFunc(o.Results)
	}
	if o.Relay {
		s.each, s.sink = true, relay{s.up}
	}
	if id, err = n.send(m, &s); err == nil && o.Relay {
		n.relayed(s.up)
	}
	return id, err
}

// relayed notes that the command of p was sent on.
func (n *Node) relayed(p *path) {
	if p == nil {
		return
	}
	p.to.mu.Lock()
	p.relayed = true
	p.to.mu.Unlock()
}

type sinkFunc func(res *msg.CmdResult, inPlace bool)

func (f sinkFunc) result(p *path, res *msg.CmdResult, _ *worker) {
	p.from.emitReceived(p, res, 0)
	f(res, p.done && !p.answeredByExtension())
}

// relay is the sink of a received command that was sent on: its results answer the command it was.
type relay struct{ up *path }

func (r relay) result(_ *path, res *msg.CmdResult, on *worker) {
	if r.up != nil {
		r.up.answer(answer{res: msg.Take(res).(*msg.CmdResult), by: trace.ByRelay, on: on})
	}
}
