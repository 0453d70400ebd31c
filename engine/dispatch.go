package engine

import (
	"fmt"
	"strings"

	"tenbench/engine/msg"
	"tenbench/engine/near"
	"tenbench/engine/trace"
)

// sending is how a message is sent.
type sending struct {
	up     *path // the command whose handler sends
	sink   sink
	gen    uint32
	each   bool   // the sender sees each result: see call
	hops   uint16 // of the message
	pc     uintptr
	source trace.Sym // where pc is not known
	id     uint64    // already announced by an inject event
	as     *msg.Loc  // the place the receiver shall take it for sent from; nil: where it comes from
	room   *[]byte   // where the properties are encoded for the event; nil: from the pool
	parks  bool      // the sender will wait at once, and then lets the first receiver go on itself
	asleep Host      // that receiver, which it shall wake
	next   *worker   // of that receiver, if it is a loop: it has got the baton
	at     int64     // when it was sent
}

// maxBufferHead is how much of a buffer an event keeps.
const maxBufferHead = 4 << 10

// send routes m and puts it into the mailboxes of its receivers. It takes m's content unless it returns an error. It never
// waits.
func (n *Node) send(m msg.Message, s *sending) (uint64, error) {
	if m.Consumed() {
		return 0, msg.ErrConsumed
	}
	if n.closed.Load() {
		return 0, ErrClosed
	}
	if m.Kind() == msg.KindResult {
		return 0, errorf(CodeGeneric, "a result cannot be sent; use ReturnResult")
	}
	if strings.HasPrefix(m.Name(), "ten:") {
		return n.eng.control(n, m, s)
	}
	if asleep := n.asleep(m); asleep != nil {
		return n.sendLater(m, asleep, s), nil
	}
	name, targets, err := n.route(m, s)
	if err != nil {
		return 0, err
	}
	return n.sendTo(m, name, targets, s), nil
}

// route finds the receivers of m: its own destinations, else the graph's. With a peer there are no others.
func (n *Node) route(m msg.Message, s *sending) (trace.Sym, []target, error) {
	if set := n.eng.nodes.Load(); set.peer != nil && n != n.eng.bench {
		return trace.Intern(m.Name()), set.across(n), nil
	}
	if dests := m.Dests(); len(dests) > 0 {
		return trace.Intern(m.Name()), n.eng.explicit(n, m, dests), nil
	}
	if w := n.wire(m.Kind(), m.Name()); w != nil && len(w.targets) > 0 {
		return w.name, w.targets, nil
	}
	return 0, nil, n.noRoute(m, s)
}

// across are the receivers of what n sends in a graph with a peer.
func (s *nodeSet) across(n *Node) []target {
	if n != s.peer {
		return []target{{node: s.peer}}
	}
	var out []target
	for _, other := range s.order {
		if other != n {
			out = append(out, target{node: other})
		}
	}
	if out == nil {
		out = []target{{missing: detailNoDestination}}
	}
	return out
}

// noRoute reports a message that the graph has no destination for: an event each time, and now and then a lint.
func (n *Node) noRoute(m msg.Message, s *sending) error {
	name := trace.Intern(m.Name())
	err := errorf(CodeNotConnected, "Failed to find destination of a '%s' message '%s' from graph.", m.Kind(), m.Name())
	e := trace.Event{Kind: trace.Sent, Type: m.Kind(), Name: name, From: n.sym, PC: s.pc, Source: s.source, Detail: err.Msg}
	if s.up != nil {
		e.Parent = s.up.id
	}
	n.emit(&e)
	n.lintNoRoute(m.Kind(), name, s, "but the graph connects it to nothing")
	return err
}

// lintNoRoute says of the first message of a name that goes nowhere, and of every thousandth, why.
func (n *Node) lintNoRoute(kind msg.Kind, name trace.Sym, s *sending, why string) {
	n.mu.Lock()
	if n.unrouted == nil {
		n.unrouted = map[trace.Sym]uint64{}
	}
	n.unrouted[name]++
	count := n.unrouted[name]
	n.mu.Unlock()
	if count%1000 == 1 {
		n.lint(trace.Event{Rule: ruleNoRoute, Level: trace.Warn, Name: name, Type: kind, From: n.sym, PC: s.pc, Source: s.source, Count: count,
			Detail: fmt.Sprintf("%s sends %s %s, %s.", n.name, kind, name, why)})
	}
}

// lintNoPlace says that a message names a place that there is not.
func (n *Node) lintNoPlace(kind msg.Kind, name trace.Sym, s *sending, sought string) {
	var known []string
	for _, other := range n.eng.nodes.Load().order {
		known = append(known, other.name)
	}
	why := "but there is no " + sought
	if meant := near.Name(sought, known); meant != "" {
		why += "; perhaps " + meant + " is meant"
	}
	n.lintNoRoute(kind, name, s, why)
}

// sendTo hands m to each target. The first one gets the original, the others copies that share its body.
func (n *Node) sendTo(m msg.Message, name trace.Sym, targets []target, s *sending) uint64 {
	first := s.id
	if first == 0 {
		first = n.eng.app.nextID()
	}
	if len(targets) == 1 {
		n.transmit(msg.Take(m), name, &targets[0], s, first, 0, nil, 0)
		return first
	}
	var c *call
	if m.Kind() == msg.KindCmd && s.sink != nil {
		c = &call{each: s.each, left: len(targets), last: len(targets) - 1}
	}
	copies := make([]msg.Message, len(targets))
	for i := 1; i < len(targets); i++ {
		copies[i] = msg.Take(msg.Share(m))
	}
	copies[0] = msg.Take(m)
	for i := range targets {
		id := first
		if i > 0 {
			id = n.eng.app.nextID()
		}
		n.transmit(copies[i], name, &targets[i], s, id, first, c, i)
	}
	return first
}

// transmit sends one message to one receiver: event, gate, mailbox.
func (n *Node) transmit(m msg.Message, name trace.Sym, t *target, s *sending, id, group uint64, c *call, index int) {
	now := n.eng.log.Now()
	to := t.node
	if to == nil {
		to = n.eng.nowhere
	}
	tag := msg.Tag{ID: id}
	if s.up != nil {
		tag.Parent = s.up.id
	}
	var p *path
	if m.Kind() == msg.KindCmd {
		p = n.newPath(name, to, s, id, group, c, index, now)
		tag.Path = p
	}
	place := &n.place
	if t.proxy != nil {
		place = t.proxy
	} else if s.as != nil {
		place = s.as
	}
	msg.Stamp(m, place, tag)
	size := n.emitSent(m, p, name, t, s, id, group, now)
	var v verdict
	if rules := n.eng.app.gate.rules.Load(); rules != nil && t.node != nil && to != to.eng.bench {
		v = n.judge(*rules, m, p, name, to, id, size) // as the sent event has it
	}
	if t.conversion != nil {
		name = n.convert(m, name, p, t, id)
	}
	l := &letter{m: m, name: name, hops: s.hops, p: p, id: id, from: n, at: now, size: size}
	if n.eng.goesRound(s.hops) {
		to.lintCycle(l)
	}
	if m.Kind() == msg.KindAudioFrame {
		n.pace.add(name, m.(*msg.AudioFrame))
	}
	if t.node == nil {
		if t.sought != "" {
			n.lintNoPlace(m.Kind(), name, s, t.sought)
		}
		n.refuse(*l, to, t.missing)
		return
	}
	if to == to.eng.bench {
		to.receive(*l)
		return
	}
	if v.rule == nil || !n.eng.app.gate.carryOut(v, l, to) {
		s.deliver(l, to)
	}
}

// deliver puts the letter into its receiver's mailbox. A sender that waits at once lets the receiver go on after it gave its baton on.
func (s *sending) deliver(l *letter, to *Node) {
	host, next := to.queue(l, s.parks)
	switch {
	case host == nil:
	case s.parks:
		s.parks, s.asleep, s.next = false, host, next
	default:
		host.Wake()
	}
}

// begins is when the receiver begins that goes on in the sender's goroutine: right after it was sent, and so at the same reading of
// the clock. 0 says that the sender took its time, for properties that are long to encode.
func (s *sending) begins() int64 {
	if s.room == nil || len(*s.room) > longProperties {
		return 0
	}
	return s.at + 1 // it is told after what it follows from
}

// longProperties take microseconds to encode.
const longProperties = 1 << 10

func (n *Node) newPath(name trace.Sym, to *Node, s *sending, id, group uint64, c *call, index int, now int64) *path {
	p := &path{id: id, group: group, name: name, from: n, to: to, up: s.up, sink: s.sink, gen: s.gen, call: c, index: index, sent: now, hops: s.hops,
		timeout: n.timeout(), debtor: trace.DebtorGraph}
	if s.up != nil {
		p.parent = s.up.id
	}
	return p
}

func (n *Node) timeout() int64 {
	if t := n.pathTimeout.Load(); t > 0 {
		return t
	}
	return n.eng.limits().PathTimeout.Nanoseconds()
}

// emitSent writes the sent event, in which the properties are encoded for good; it returns their and the buffer's size.
func (n *Node) emitSent(m msg.Message, p *path, name trace.Sym, t *target, s *sending, id, group uint64, now int64) int64 {
	room := s.room
	if room == nil {
		room = scratch.Get().(*[]byte)
		defer scratch.Put(room)
	}
	props, body := n.encode(m, room), m.Buffer()
	e := trace.Event{Kind: trace.Sent, Mono: now, Type: m.Kind(), ID: id, Group: group, Name: name, From: n.sym, PC: s.pc, Source: s.source, Property: props,
		BufLen: int64(len(body)), BufHead: body[:min(len(body), maxBufferHead)], Bytes: int64(len(props) + m.Properties().Buffered() + len(body))}
	if e.Detail = t.sought; t.node != nil {
		e.To = t.node.sym
	}
	if s.up != nil {
		e.Parent = s.up.id
	}
	if _, on := s.sink.(relay); on {
		e.By = trace.ByRelay // it answers its parent
	}
	if s.at = now; p == nil {
		n.emit(&e)
	} else {
		if e.Debtor = trace.DebtorQueue; t.missing != "" || p.debtor == trace.DebtorEngine {
			e.Debtor = trace.DebtorEngine
		}
		p.up.childSent(id, now, func(parent trace.Debtor, at int64) {
			e.ParentDebtor, e.Mono, s.at = parent, at, at
			n.emit(&e)
		})
	}
	return e.Bytes
}

// convert applies the receiver's conversion and returns the name it delivers. A message that cannot be converted is delivered as
// it is, with a warning.
func (n *Node) convert(m msg.Message, sent trace.Sym, p *path, t *target, id uint64) trace.Sym {
	name, props, err := t.conversion.Apply(m.Name(), m.Properties())
	if err != nil {
		t.node.warn(id, fmt.Sprintf("%s %s from %s was not converted: %v", m.Kind(), m.Name(), n.name, err))
		return sent
	}
	m.SetName(name)
	*m.Properties() = props
	if p != nil {
		p.conversion = t.conversion
	}
	delivered := trace.Intern(name)
	t.node.emit(&trace.Event{Kind: trace.Routed, ID: id, Type: m.Kind(), Name: delivered, From: n.sym, To: t.node.sym,
		Property: m.Properties().AppendMasked(nil, n.eng.app.masker.Load())})
	return delivered
}

// accept puts a letter into the mailbox, or answers it at once when it cannot.
func (n *Node) accept(l *letter) {
	if host, _ := n.queue(l, false); host != nil {
		host.Wake()
	}
}

// queue is accept, but for waking the host, which it returns. With kick it gives a loop's baton, if it is free, to the worker that it
// returns as well.
func (n *Node) queue(l *letter, kick bool) (Host, *worker) {
	if l.p == nil {
		if host := n.in.take(l); host != nil {
			return host, nil
		}
	}
	opt := n.eng.limits()
	lock(&n.mu)
	if l.p == nil {
		n.gather()
	} else {
		n.takeBack() // the bytes of commands are not lent
	}
	if detail := n.refusal(l, opt); detail != "" {
		n.mu.Unlock()
		n.refuse(*l, n, detail)
		return nil, nil
	}
	var out []letter
	if l.p == nil {
		out = n.makeRoom(l, opt)
	} else {
		l.p.debtor = trace.DebtorQueue
		n.incoming.add(l.p)
	}
	n.turn++
	l.turn = n.turn
	n.box.push(l)
	if l.p == nil {
		n.lend()
	}
	host := n.host
	var next *worker
	if loop, ok := host.(*loop); ok && kick {
		if next = loop.kick(); next == nil {
			host = nil // who holds the baton looks again before letting go
		}
	}
	n.mu.Unlock()
	for _, d := range out {
		n.dropped(d, "pushed out of a full mailbox")
		n.lintQueueFull(d)
	}
	return host, next
}

// refusalNow says why nothing can be queued; the lock is held.
func (n *Node) refusalNow() string {
	if n.restarting {
		return ""
	}
	switch n.life.state {
	case trace.Deinit:
		return detailDeinit
	case trace.Ended:
		return detailTerminated
	case trace.Failed:
		return invalid(n.name)
	}
	return ""
}

// refusal says why l cannot be queued; the lock is held.
func (n *Node) refusal(l *letter, opt *Options) string {
	if detail := n.refusalNow(); detail != "" {
		return detail
	}
	if l.p != nil && n.box.bytes+l.size > opt.QueueBytes {
		return detailQueueFull
	}
	return ""
}

// makeRoom pushes the oldest data and frames out until l fits; the lock is held.
func (n *Node) makeRoom(l *letter, opt *Options) []letter {
	var out []letter
	for n.box.media > 0 && (n.box.media >= opt.Queue || n.box.bytes+l.size > opt.QueueBytes) {
		d, ok := n.box.pushOut()
		if !ok {
			break
		}
		out = append(out, d)
	}
	return out
}

// refuse answers a command that cannot be delivered, or drops another message, with its reason.
func (n *Node) refuse(l letter, to *Node, detail string) {
	if l.p == nil {
		to.dropped(l, detail)
		return
	}
	to.mu.Lock()
	l.p.debtor = trace.DebtorEngine
	to.incoming.add(l.p)
	to.mu.Unlock()
	if detail == detailQueueFull {
		to.lintQueueFull(l)
	}
	l.p.answer(answer{res: engineResult(msg.Error, to.told(l.from, detail)), by: trace.ByEngine, detail: detail})
}

// told is what a sender reads of a refusal. That the receiver has ended TEN words by where it looks for it [measured]: in its own group
// the extension is gone, for the others its thread is. The event has the reason itself.
func (n *Node) told(from *Node, detail string) string {
	switch {
	case detail != detailTerminated:
		return detail
	case from.eng == n.eng && from != n && from.Group() == n.Group():
		return invalid(n.name)
	}
	return detailNoDestination
}

func invalid(name string) string { return fmt.Sprintf("The extension[%s] is invalid.", name) }

func (n *Node) dropped(l letter, detail string) {
	n.emit(&trace.Event{Kind: trace.Dropped, ID: l.id, Type: l.m.Kind(), Name: l.name, From: l.from.sym, To: n.sym, Detail: detail})
}
