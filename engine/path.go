package engine

import (
	"slices"
	"weak"

	"tenbench/engine/graph"
	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// sink takes the results of a path on the sender's side. It is called with no lock held, on the responder's goroutine, and must
// not wait. on is the worker whose callback returns the result, nil for others.
type sink interface {
	result(p *path, res *msg.CmdResult, on *worker)
}

// path is one command on its way to one destination. Its state belongs to the receiver and is guarded by the receiver's lock.
type path struct {
	id, parent, group uint64
	name              trace.Sym
	gen               uint32 // the wait of a Go activation that this path ends
	from, to          *Node
	up                *path // the command whose handler sent this one
	sink              sink
	call              *call // nil with a single destination
	index             int   // among the call's destinations
	conversion        *graph.Conversion
	sent              int64
	timeout           int64

	waits      []uint64 // open commands that the handler of this one sent
	suspectAt  int64    // when the handler ended without an answer
	nextCheck  int64    // when to look again whether the command is still alive
	partial    int
	prev, next *path
	command    weak.Pointer[msg.Cmd] // set when its handler, in this process, ended without an answer

	hops       uint16 // of the letter
	debtor     trace.Debtor
	by         trace.By // who returned the final result
	begun      bool     // the handler began
	ended      bool     // the handler ended
	done       bool     // a final result was returned
	relayed    bool     // the command was sent on; its results answer this path
	freed      bool     // the last reference went
	unanswered bool     // it was open longer than the limit
	unseen     bool     // that was before its handler began, so that nobody has looked yet where that is
	kept       bool     // reported as kept
	listed     bool     // it is in its receiver's list
	bereft     bool     // what its handler waited for was ended by the stop
}

// pathList is the open paths to one node, oldest first. A path that is done is not added, and one that is not in it is not removed:
// a letter may be taken out of a mailbox while somebody else answers it.
type pathList struct {
	first, last *path
	n           int
}

func (l *pathList) add(p *path) {
	if p.listed || p.done {
		return
	}
	p.listed = true
	p.prev, p.next = l.last, nil
	if l.last == nil {
		l.first = p
	} else {
		l.last.next = p
	}
	l.last = p
	l.n++
}

func (l *pathList) remove(p *path) {
	if !p.listed {
		return
	}
	p.listed = false
	if p.prev == nil {
		l.first = p.next
	} else {
		p.prev.next = p.next
	}
	if p.next == nil {
		l.last = p.prev
	} else {
		p.next.prev = p.prev
	}
	p.prev, p.next = nil, nil
	l.n--
}

// all returns the open paths; the caller holds the node's lock and may close paths while it walks the slice.
func (l *pathList) all() []*path {
	out := make([]*path, 0, l.n)
	for p := l.first; p != nil; p = p.next {
		out = append(out, p)
	}
	return out
}

// ends yields the open paths, the oldest and the newest of them if they are very many; the caller holds the node's lock.
func (l *pathList) ends(yield func(*path) bool) {
	p, i := l.first, 0
	for ; p != nil && (l.n <= maxShown || i < maxShown/2); p, i = p.next, i+1 {
		if !yield(p) {
			return
		}
	}
	if p == nil {
		return
	}
	p = l.last
	for range maxShown/2 - 1 {
		p = p.prev
	}
	for ; p != nil; p = p.next {
		if !yield(p) {
			return
		}
	}
}

// owe stores who owes the answer; the receiver's lock is held. A parent that waits for children owes through them.
func (p *path) owe() {
	switch {
	case p.freed:
		p.debtor = trace.DebtorNobody
	case len(p.waits) > 0:
		p.debtor = trace.DebtorChild
	case p.ended:
		p.debtor = trace.DebtorKept
	case p.begun:
		p.debtor = trace.DebtorHandler
	default:
		p.debtor = trace.DebtorQueue
	}
}

// childSent notes on p that its handler now waits for the command id. tell emits the event that says so, with p's debtor and the
// clock, under the lock: so the events of p's debtors come in the order in which they changed. at is now if p owes no more.
func (p *path) childSent(id uint64, now int64, tell func(debtor trace.Debtor, at int64)) {
	p.changeChildren(now, tell, func() { p.waits = append(p.waits, id) })
}

// childDone is the inverse of childSent, for a child that was answered by the handler, the stop or whoever by is.
func (p *path) childDone(id uint64, by trace.By, now int64, tell func(debtor trace.Debtor, at int64)) {
	p.changeChildren(now, tell, func() {
		if i := slices.Index(p.waits, id); i >= 0 {
			p.waits = slices.Delete(p.waits, i, i+1)
		}
		p.bereft = p.bereft || by == trace.ByStop && p.to.eng.stopAt.Load() != 0
	})
}

func (p *path) changeChildren(now int64, tell func(trace.Debtor, int64), change func()) {
	if p == nil {
		tell(trace.DebtorNone, now)
		return
	}
	p.to.mu.Lock()
	defer p.to.mu.Unlock()
	change()
	if p.done {
		tell(trace.DebtorNone, now)
		return
	}
	p.owe()
	tell(p.debtor, p.to.Now())
}

// answer is one result for a path, by whoever made it.
type answer struct {
	res    *msg.CmdResult // taken: nobody else holds it
	by     trace.By
	detail string    // of the event, when the result itself says nothing
	rule   trace.Sym // of the gate, that answers
	pc     uintptr
	source trace.Sym // where pc is not known
	room   *[]byte   // as in sending
	on     *worker   // whose callback returns it, if one does
}

// answer returns a result on p. It reports false when the path was already closed. What a handler answers because the stop ended what
// it waited for is the stop's: else it were chance, which of the two is ended first, whether there is an answer.
func (p *path) answer(a answer) bool {
	n := p.to
	final := a.res.Final()
	n.mu.Lock()
	if p.done {
		n.mu.Unlock()
		return false
	}
	now := n.eng.log.Now()
	late := p.overdue(now)
	debtor := trace.DebtorNone
	bereft := final && p.bereft && (a.by == trace.ByHandler || a.by == trace.ByRelay)
	if bereft {
		a.by = trace.ByStop
	}
	if final {
		p.done, p.by = true, a.by
		n.incoming.remove(p)
	} else {
		p.partial++
		debtor = p.debtor
	}
	n.mu.Unlock()

	if late {
		n.eng.lintUnanswered(p, now, nil)
	}
	if bereft {
		a.detail = n.eng.cutDetail(p)
	}
	p.convertResult(a.res)
	msg.Stamp(a.res, &n.place, *a.res.Tag())
	if final {
		p.up.childDone(p.id, a.by, now, func(parent trace.Debtor, at int64) { n.emitResult(p, a, at, debtor, parent) })
	} else {
		n.emitResult(p, a, now, debtor, trace.DebtorNone)
	}
	p.hand(a.res, final, a.on)
	return true
}

// endedInPlace reports whether p, which is done, was ended in place of an answer: by a stop, an end of its sender or receiver, or its path
// timeout. An answer that comes then is nobody's fault.
func (p *path) endedInPlace() bool {
	return p.by == trace.ByStop || p.by == trace.ByEngine || p.by == trace.ByTimeout
}

// answeredByExtension reports whether p, which is done, was answered by an extension, or by a person in place of one.
func (p *path) answeredByExtension() bool {
	return p.by == trace.ByHandler || p.by == trace.ByRelay || p.by == trace.ByInject
}

// overdue reports, once, that p has been open longer than the limit; the receiver's lock is held.
func (p *path) overdue(now int64) bool {
	if p.unanswered || now-p.sent <= p.to.eng.limits().UnansweredAfter.Nanoseconds() || p.to.eng.stoppingSince(p.sent, now) {
		return false
	}
	p.unanswered, p.unseen = true, !p.begun
	return true
}

// hand gives a result to the sender as the call wants it.
func (p *path) hand(res *msg.CmdResult, final bool, on *worker) {
	if p.sink == nil {
		return
	}
	if p.call == nil {
		res.SetCompleted(final)
		p.sink.result(p, res, on)
		return
	}
	if out := p.call.take(p, res, final); out != nil {
		p.sink.result(p, out, on)
	}
}

func (p *path) convertResult(res *msg.CmdResult) {
	if p.conversion == nil || !p.conversion.HasResult() {
		return
	}
	out, err := p.conversion.ApplyResult(res.Properties())
	if err != nil {
		res.SetStatus(msg.Error)
		p.to.warn(p.id, "the result of "+p.name.String()+" was not converted: "+err.Error())
		return
	}
	*res.Properties() = out
}

// fail answers p with an ERROR result of the engine's.
func (p *path) fail(by trace.By, detail string) bool {
	return p.answer(answer{res: engineResult(msg.Error, detail), by: by, detail: detail})
}

// engineResult makes a result that no command object stands behind.
func engineResult(status msg.Status, detail string) *msg.CmdResult {
	res := msg.NewResult(status, &msg.Cmd{})
	if detail != "" {
		res.Properties().Put("detail", msg.String(detail))
	}
	return msg.Take(res).(*msg.CmdResult)
}
