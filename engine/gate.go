package engine

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// gate stands at the one place that every message passes, between the graph and a mailbox. Its rules hold messages, delay, lose or
// answer them. Without a rule that is on it costs the load of a pointer.
//
// A held message is never lost: it stays until somebody lets it go, drops or answers it. It outlives a restart of its receiver and
// the end of its sender; when the receiver ends for good, a command is answered with that reason, another message is dropped with
// an event. Bound: as many messages and bytes as a mailbox. Rule when full: the oldest goes on its way.
type gate struct {
	rules atomic.Pointer[[]*rule] // those that are on; nil if there are none
	app   *App

	mu      sync.Mutex // taken after a node's lock, never before
	all     []*rule
	numbers int
	held    []*passage // oldest first
	delayed []*passage // the next to go first
	bytes   int64      // of both
	timer   *time.Timer
	letting bool // somebody lets delayed ones go: one at a time, so that they keep their order
}

// passage is a message that the gate keeps.
type passage struct {
	l      letter
	to     *Node
	rule   *rule
	since  int64
	due    int64 // when a delayed one goes
	edited bool
}

// take keeps the message until it is let go. It reports false for one whose receiver would refuse it: that is answered at once.
func (g *gate) take(l *letter, to *Node, r *rule, due int64) bool {
	p := &passage{l: *l, to: to, rule: r, since: g.app.log.Now(), due: due}
	to.mu.Lock()
	if to.refusalNow() != "" {
		to.mu.Unlock()
		return false
	}
	e := p.event(trace.Held, r.String())
	if l.p != nil {
		l.p.debtor = trace.DebtorHeld
		to.incoming.add(l.p)
		e.Debtor = trace.DebtorHeld
	}
	to.emit(&e)
	g.mu.Lock()
	out := g.add(p)
	g.mu.Unlock()
	to.mu.Unlock()
	for _, p := range out {
		p.release("the gate is full")
	}
	return true
}

// add puts p into its list and returns what must go for it; the lock is held.
func (g *gate) add(p *passage) (out []*passage) {
	g.bytes += p.l.size
	if p.due == 0 {
		g.held = append(g.held, p)
	} else {
		at, _ := slices.BinarySearchFunc(g.delayed, p.due+1, func(x *passage, due int64) int { return cmp.Compare(x.due, due) })
		g.delayed = slices.Insert(g.delayed, at, p)
		g.arm()
	}
	opt := g.app.opt.Load()
	for n := len(g.held) + len(g.delayed); n > 1 && (n > opt.Queue || g.bytes > opt.QueueBytes); n-- {
		from := &g.held
		if len(g.held) == 0 {
			from = &g.delayed
		}
		out = append(out, g.pull(from, 0))
	}
	return out
}

// pull takes one out of a list; the lock is held.
func (g *gate) pull(list *[]*passage, i int) *passage {
	p := (*list)[i]
	if i == 0 {
		(*list)[0] = nil
		*list = (*list)[1:]
	} else {
		*list = slices.Delete(*list, i, i+1)
	}
	g.bytes -= p.l.size
	return p
}

// pullWhere takes out what is wanted of both lists, in order.
func (g *gate) pullWhere(want func(*passage) bool) (out []*passage) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, list := range []*[]*passage{&g.held, &g.delayed} {
		for i := 0; i < len(*list); {
			if want((*list)[i]) {
				out = append(out, g.pull(list, i))
			} else {
				i++
			}
		}
	}
	return out
}

// pullID takes out the message with that id.
func (g *gate) pullID(id uint64) (*passage, error) {
	out := g.pullWhere(func(p *passage) bool { return p.l.id == id })
	if len(out) == 0 {
		return nil, notHeld(id)
	}
	return out[0], nil
}

func notHeld(id uint64) error { return errorf(CodeNotFound, "message #%d is not held", id) }

// arm sets the timer to the next delayed message; the lock is held.
func (g *gate) arm() {
	if len(g.delayed) == 0 || g.letting {
		return
	}
	wait := time.Duration(g.delayed[0].due - g.app.log.Now())
	if g.timer != nil {
		g.timer.Stop()
	}
	g.timer = time.AfterFunc(max(wait, 0), g.letDue)
}

// letDue lets go what is due, in order.
func (g *gate) letDue() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.letting {
		return
	}
	g.letting = true
	for len(g.delayed) > 0 && g.delayed[0].due <= g.app.log.Now() {
		p := g.pull(&g.delayed, 0)
		g.mu.Unlock()
		p.release("")
		g.mu.Lock()
	}
	g.letting = false
	g.arm()
}

// event is an event about p.
func (p *passage) event(kind trace.Kind, detail string) trace.Event {
	return trace.Event{Kind: kind, ID: p.l.id, Type: p.l.m.Kind(), Name: p.l.name, From: p.l.from.sym, To: p.to.sym, Rule: p.rule.sym,
		Detail: detail}
}

// release lets the message go on into the mailbox. One whose command was answered meanwhile goes too, as it would from there.
func (p *passage) release(detail string) {
	p.leave(trace.DebtorQueue, detail)
	p.l.at = p.to.Now()
	p.to.accept(&p.l)
}

// leave says that the message is out of the gate, and who owes its answer now.
func (p *passage) leave(debtor trace.Debtor, detail string) {
	e := p.event(trace.Released, detail)
	if p.edited {
		e.Property = p.l.m.Properties().AppendMasked(nil, p.to.eng.app.masker.Load())
	}
	p.to.mu.Lock()
	defer p.to.mu.Unlock()
	if path := p.l.p; path != nil && !path.done && debtor != trace.DebtorNone {
		path.debtor, e.Debtor = debtor, debtor
	}
	p.to.emit(&e)
}

// lose drops the message on its way: of a command nobody owes the answer any more, which stays open as if it were lost.
func (l *letter) lose(to *Node, rule trace.Sym, detail string) {
	e := trace.Event{Kind: trace.Dropped, ID: l.id, Type: l.m.Kind(), Name: l.name, From: l.from.sym, To: to.sym, Rule: rule, Detail: detail}
	to.mu.Lock()
	if l.p != nil && !l.p.done {
		l.p.freed = true
		l.p.owe()
		to.incoming.add(l.p)
		e.Debtor = l.p.debtor
	}
	to.emit(&e)
	to.mu.Unlock()
	if l.p != nil && to.eng.limits().AnswerLost {
		l.p.fail(trace.ByLost, detail)
	}
}

// evict refuses what is held for a node that has ended for good.
func (g *gate) evict(to *Node, detail string) {
	for _, p := range g.pullWhere(func(p *passage) bool { return p.to == to }) {
		p.leave(trace.DebtorNone, "")
		to.refuse(p.l, to, "it was held in the gate: "+detail)
	}
}

// Held lists the messages in the gate: those that wait for somebody, the oldest first, then the delayed ones, the next first.
func (a *App) Held() []trace.HeldMessage {
	g := a.gate
	g.mu.Lock()
	all := slices.Concat(g.held, g.delayed)
	out := make([]trace.HeldMessage, len(all))
	for i, p := range all {
		out[i] = p.describe(a.masker.Load())
	}
	g.mu.Unlock()
	for i, p := range all {
		out[i].Answered = p.answered()
	}
	return out
}

// answered reports whether nobody waits for the answer of a command any more.
func (p *passage) answered() bool {
	p.to.mu.Lock()
	defer p.to.mu.Unlock()
	return p.l.p != nil && p.l.p.done
}

func (p *passage) describe(mask *msg.Masker) trace.HeldMessage {
	return trace.HeldMessage{ID: p.l.id, Type: p.l.m.Kind(), Graph: p.to.eng.Name(), Name: p.l.name.String(), From: p.l.from.name, To: p.to.name,
		Since: p.since, Due: p.due, Rule: p.rule.sym.String(), Property: p.l.m.Properties().AppendMasked(nil, mask), Bytes: p.l.size, Edited: p.edited}
}

// Release lets a held message go on.
func (a *App) Release(id uint64) error {
	p, err := a.gate.pullID(id)
	if err == nil {
		p.release("")
	}
	return err
}

// ReleaseAll lets everything go on, the oldest first, and returns how much that was.
func (a *App) ReleaseAll() int {
	all := a.gate.pullWhere(func(*passage) bool { return true })
	for _, p := range all {
		p.release("")
	}
	return len(all)
}

// EditHeld replaces the properties of a held message by a JSON object. A masked secret that is left as it is keeps its value, and
// so does a number its type.
func (a *App) EditHeld(id uint64, property []byte) error {
	props, err := objectOf(property)
	if err != nil {
		return err
	}
	g := a.gate
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, p := range slices.Concat(g.held, g.delayed) {
		if p.l.id == id {
			g.bytes -= p.l.size
			p.edit(props, a.masker.Load())
			g.bytes += p.l.size
			return nil
		}
	}
	return notHeld(id)
}

// KeepHeld makes a delayed message one that waits for somebody, so that it does not go while it is edited. One that waits already goes on
// waiting.
func (a *App) KeepHeld(id uint64) error {
	g := a.gate
	g.mu.Lock()
	defer g.mu.Unlock()
	is := func(p *passage) bool { return p.l.id == id }
	if slices.ContainsFunc(g.held, is) {
		return nil
	}
	i := slices.IndexFunc(g.delayed, is)
	if i < 0 {
		return notHeld(id)
	}
	p := g.delayed[i]
	g.delayed = slices.Delete(g.delayed, i, i+1)
	p.due = 0
	at, _ := slices.BinarySearchFunc(g.held, p.since, func(x *passage, since int64) int { return cmp.Compare(x.since, since) })
	g.held = slices.Insert(g.held, at, p)
	return nil
}

func objectOf(property []byte) (*msg.Object, error) {
	if len(property) == 0 {
		return &msg.Object{}, nil
	}
	v, err := msg.ParseJSON(property)
	switch {
	case err != nil:
		return nil, fmt.Errorf("the properties are not JSON: %w", err)
	case v.Object() == nil:
		return nil, errorf(CodeInvalidArgument, "the properties are an object such as {\"n\": 1}, not %s", v.Type())
	}
	return v.Object(), nil
}

// edit replaces the properties; the gate's lock is held.
func (p *passage) edit(props *msg.Object, mask *msg.Masker) {
	merged := keepSame(p.l.m.Properties(), props, mask)
	*p.l.m.Properties() = merged.Share()
	p.l.size = int64(len(merged.AppendJSON(nil)) + merged.Buffered() + len(p.l.m.Buffer()))
	p.edited = true
}

// keepSame returns the new properties, in which what reads as it did before is what it was before.
func keepSame(old, new *msg.Object, mask *msg.Masker) *msg.Object {
	out := &msg.Object{}
	for key, v := range new.All() {
		was, ok := old.Lookup(key)
		switch {
		case !ok:
		case string(mask.Append(nil, key, was)) == string(msg.AppendJSON(nil, v)):
			v = was
		case was.Object() != nil && v.Object() != nil:
			v = msg.Obj(keepSame(was.Object(), v.Object(), mask))
		}
		out.Put(key, v)
	}
	return out
}

// DropHeld loses a held message. A command stays open then, as one that got lost on its way.
func (a *App) DropHeld(id uint64) error {
	p, err := a.gate.pullID(id)
	if err != nil {
		return err
	}
	p.leave(trace.DebtorNone, "")
	p.l.lose(p.to, 0, "dropped by hand") // the rule only held it
	return nil
}

// AnswerHeld answers a held command in place of its receiver, which never sees it. property is a JSON object or nil.
func (a *App) AnswerHeld(id uint64, status msg.Status, property []byte) error {
	props, err := objectOf(property)
	if err != nil {
		return err
	}
	p, err := a.gate.pullWhereCommand(id)
	if err != nil {
		return err
	}
	res := engineResult(status, "")
	*res.Properties() = props.Share()
	p.leave(trace.DebtorNone, "answered by hand")
	if !p.l.p.answer(answer{res: res, by: trace.ByGate}) {
		return errorf(CodeGeneric, "#%d was answered meanwhile, by a timeout or a stop", id)
	}
	return nil
}

// pullWhereCommand is pullID for a command; another message stays where it is.
func (g *gate) pullWhereCommand(id uint64) (*passage, error) {
	isCmd := true
	out := g.pullWhere(func(p *passage) bool {
		if p.l.id != id {
			return false
		}
		isCmd = p.l.p != nil
		return isCmd
	})
	switch {
	case !isCmd:
		return nil, errorf(CodeInvalidArgument, "#%d is no command: nobody waits for its answer", id)
	case len(out) == 0:
		return nil, notHeld(id)
	}
	return out[0], nil
}
