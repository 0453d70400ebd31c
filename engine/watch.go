package engine

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"
	"weak"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// watch looks at a running graph twenty times a second for what no message tells: answers that are late, stages that take long,
// loops that are blocked, commands that were lost.
type watch struct {
	e    *Engine
	quit chan struct{}
	done chan struct{}

	mu       sync.Mutex
	freed    []*path // from cleanups, which must not wait
	lastGC   int64   // when Go's last forced collection had ended
	snapshot int64
	stack    int64 // when a handler's stack was taken last
	holders  map[holder]*hold
	sampled  int64
	growth   map[*Node]*growth
}

// holder is a piece of work that held its loop when the watch looked; turn changes when it waits.
type holder struct {
	n         *Node
	key, turn uint64
}

// hold is what the watch knows of a holder.
type hold struct {
	since    int64 // when the watch saw it first
	seen     int64 // and last
	id       uint64
	reported bool
}

const (
	watchEvery    = 50 * time.Millisecond
	snapshotEvery = int64(time.Second)
	stackEvery    = int64(100 * time.Millisecond)
	showEvery     = int64(500 * time.Millisecond)
	maxUnseen     = 64
	suspectAfter  = int64(500 * time.Millisecond) // a command whose handler ended so long ago without an answer is worth a collection
	gcEvery       = int64(time.Second)            // one forced collection a second at most
	maxCheck      = int64(16 * time.Second)       // between two collections for a command that is known to be kept
)

func startWatch(e *Engine) *watch {
	w := &watch{e: e, quit: make(chan struct{}), done: make(chan struct{}), holders: map[holder]*hold{}, growth: map[*Node]*growth{}}
	go w.run()
	return w
}

func (w *watch) stop() {
	close(w.quit)
	<-w.done
}

func (w *watch) run() {
	defer close(w.done)
	t := time.NewTicker(watchEvery)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			w.look()
		case <-w.quit:
			return
		}
	}
}

func (w *watch) look() {
	now := w.e.log.Now()
	w.takeFreed()
	collect := false
	nodes := w.e.nodes.Load().all()
	for _, n := range nodes {
		w.answers(n, now)
		w.stage(n, now)
		w.loop(n, now)
		collect = w.collect(n, now) || collect
	}
	if now-w.sampled >= sampleEvery {
		w.sampled = now
		for _, n := range nodes {
			w.sample(n, now)
		}
	}
	w.forgetHolders(now)
	w.answers(w.e.nowhere, now)
	w.answers(w.e.bench, now)
	if collect && now-w.lastGC >= gcEvery {
		runtime.GC()
		w.lastGC = w.e.log.Now()
	}
	if now-w.snapshot >= snapshotEvery {
		w.snapshot = now
		w.e.snapshot()
	}
}

// answers finds commands to n that are unanswered or timed out.
func (w *watch) answers(n *Node, now int64) {
	var late, out, unseen []*path
	n.mu.Lock()
	for p := n.incoming.first; p != nil; p = p.next {
		if p.overdue(now) {
			late = append(late, p)
		}
		if p.unseen && p.begun && !p.ended && !p.freed && len(unseen) < maxUnseen {
			unseen = append(unseen, p)
		}
		if now-p.sent > p.timeout {
			out = append(out, p)
		}
	}
	n.mu.Unlock()
	for _, p := range late {
		w.e.lintUnanswered(p, now, w.handlerOf(n, p, now))
	}
	if len(unseen) > 0 && now-n.shown >= showEvery {
		w.show(n, unseen, now)
	}
	for _, p := range out {
		p.fail(trace.ByTimeout, detailTimeout)
	}
}

// handlerOf describes what the handler of a late command is busy with, with its stack. In this process that is done for one command at a
// time, now and then, as a stack costs a look through all goroutines; another one has told already.
func (w *watch) handlerOf(n *Node, p *path, now int64) []Work {
	n.mu.Lock()
	host, runs := n.host, p.begun && !p.ended && !p.freed
	n.mu.Unlock()
	if !runs || host == nil || !w.mayLook(host, now) {
		return nil
	}
	for _, work := range host.Work() {
		if work.ID == p.id && !work.Task {
			w.stack = now
			return []Work{work}
		}
	}
	return nil
}

// show tells where the handlers of commands are that counted as unanswered before they began, as soon as that is known.
func (w *watch) show(n *Node, unseen []*path, now int64) {
	for _, p := range unseen {
		work := w.handlerOf(n, p, now) // in this process of one at a time
		if len(work) == 0 {
			continue
		}
		stack := work[0].Stack()
		if stack == "" {
			continue
		}
		work[0].Stack = func() string { return stack }
		n.shown = now
		n.mu.Lock()
		p.unseen = false
		n.mu.Unlock()
		n.tellWhere(p, work, now)
	}
}

func (n *Node) tellWhere(p *path, work []Work, now int64) {
	l := p.about(ruleHandlerAt, trace.LevelNone, now, fmt.Sprintf("%s of %s has been running for %s.", work[0].What, n.name, round(now-work[0].Since)))
	l.Property = n.describe(work)
	n.lint(l)
}

// stage reports a lifecycle callback that takes long, and ends the wait for one whose stop deadline has passed.
func (w *watch) stage(n *Node, now int64) {
	opt := w.e.limits()
	n.mu.Lock()
	l := &n.life
	took := time.Duration(now - l.since)
	if !l.running {
		long := l.state == trace.Created && !l.stuck && took > opt.Stuck
		l.stuck = l.stuck || long
		host := n.host
		n.mu.Unlock()
		if long {
			n.lintWork(ruleStageNeverDone, host, fmt.Sprintf("The making of %s has not ended for %s.", n.name, round(int64(took))))
		}
		return
	}
	state, stopping := l.state, l.state == trace.Stop || l.state == trace.Deinit
	slow := n.slowStage(now, "has taken %s so far", false)
	stuck := !stopping && !l.stuck && took > opt.Stuck && n.stageRuns() > opt.Stuck
	l.stuck = l.stuck || stuck
	dead := stopping && took > opt.StopDeadline && !l.abandoned
	late := !stopping && l.stopping && time.Duration(now-l.stopAt) > opt.StopDeadline && !l.abandoned
	l.abandoned = l.abandoned || dead || late
	host := n.host
	n.mu.Unlock()

	n.lintSlowStage(slow, state, host)
	if stuck {
		n.lintWork(ruleStageNeverDone, host, fmt.Sprintf("on_%s of %s has not ended for %s.", state, n.name, round(int64(took))))
	}
	if late {
		n.lintWork(ruleStopHang, host, fmt.Sprintf("on_%s of %s did not end within %s of the stop.", state, n.name, opt.StopDeadline))
		n.interrupt(state, host)
	}
	if dead {
		n.lintWork(ruleStopHang, host, fmt.Sprintf("on_%s of %s did not end within %s.", state, n.name, opt.StopDeadline))
		n.abandon(state, host)
	}
}

// abandon goes on with the stop of a node whose callback does not end. on_deinit runs only if the loop is not blocked.
func (n *Node) abandon(s trace.State, host Host) {
	if len(holding(host)) > 0 {
		n.forceEnd()
		return
	}
	n.StageDone(s, nil)
}

// interrupt ends the waits of a callback that holds the stop up; one that blocks its loop is left behind.
func (n *Node) interrupt(s trace.State, host Host) {
	if len(holding(host)) > 0 {
		n.StageDone(s, nil)
		return
	}
	host.Interrupt()
}

// forceEnd ends a node whose loop is blocked for good.
func (n *Node) forceEnd() {
	n.mu.Lock()
	n.life.running = false
	n.mu.Unlock()
	n.deinitDone()
}

// lintWork reports a problem with what the host is busy with: names and stacks.
func (n *Node) lintWork(rule trace.Sym, host Host, detail string) {
	n.lint(trace.Event{Rule: rule, Level: trace.Error, Detail: detail, Property: n.describe(telling(host.Work()))})
}

// maxDescribed bounds how much work is described: each takes a look through all goroutines.
const maxDescribed = 16

// telling is the work that says most: what holds the loop, what is no message's, then the oldest.
func telling(work []Work) []Work {
	rank := func(w Work) int {
		switch {
		case w.Blocking:
			return 0
		case w.ID == 0:
			return 1
		}
		return 2
	}
	slices.SortFunc(work, func(a, b Work) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Since, b.Since), cmp.Compare(a.Key, b.Key))
	})
	return work[:min(len(work), maxDescribed)]
}

func (n *Node) describe(work []Work) []byte {
	var items []msg.Value
	for _, w := range work {
		var o msg.Object
		o.Put("what", msg.String(w.What))
		o.Put("since_ms", msg.Int((n.Now()-w.Since)/1e6))
		if w.Await != "" {
			o.Put("await", msg.String(w.Await))
		}
		if w.Has {
			o.Put("has", msg.Bool(true))
		}
		if w.Worker {
			o.Put("worker", msg.Bool(true))
		}
		o.Put("stack", msg.String(w.Stack()))
		items = append(items, msg.Obj(&o))
	}
	var o msg.Object
	o.Put("work", msg.Array(items...))
	return o.AppendMasked(nil, n.eng.app.masker.Load())
}

// loop reports, once each, work that holds the loop longer than the limit without waiting.
func (w *watch) loop(n *Node, now int64) {
	host := n.hostNow()
	if host == nil {
		return
	}
	for _, work := range holding(host) {
		if work.Told {
			continue
		}
		key := holder{n, work.Key, work.Turn}
		h := w.holders[key]
		if h == nil {
			h = &hold{since: now, id: work.ID}
			w.holders[key] = h
		}
		h.seen = now
		if took := now - h.since; took > w.e.limits().Slow.Nanoseconds() && !h.reported {
			h.reported = true
			n.lint(trace.Event{Rule: ruleLoopBlocked, Level: trace.Warn, ID: work.ID, StageNS: took, Property: n.describe([]Work{work}),
				Detail: fmt.Sprintf("%s of %s has held the loop for %s without waiting.", work.What, n.name, round(took))})
		}
	}
}

// forgetHolders forgets those that let go since the watch looked last; of those that were reported it says so.
func (w *watch) forgetHolders(now int64) {
	for key, h := range w.holders {
		if h.seen == now {
			continue
		}
		delete(w.holders, key)
		if h.reported {
			key.n.lint(trace.Event{Rule: ruleLoopBlocked, Level: trace.Info, ID: h.id, StageNS: now - h.since, Property: []byte(`{"ended":true}`),
				Detail: fmt.Sprintf("the loop of %s is free again, after %s", key.n.name, round(now-h.since))})
		}
	}
}

// collect looks at the suspects of n. It asks a host that collects by itself, and reports whether Go should.
func (w *watch) collect(n *Node, now int64) bool {
	host, remote := n.hostNow().(Collector)
	last := w.lastGC
	if remote {
		last = n.collected.Load()
	}
	due := w.suspects(n, now, last)
	if due && remote {
		host.Collect()
	}
	return due && !remote
}

// watchLoss notes when the last reference to d's command goes, if its handler, which has ended, did not answer it; the lock is held.
func (n *Node) watchLoss(d *Delivery) {
	p := d.path
	cmd, ok := d.Message.(*msg.Cmd)
	if !ok || p == nil || p.done || p.relayed {
		return
	}
	p.command = weak.Make(cmd)
	runtime.AddCleanup(cmd, n.eng.watch.noteFreed, p)
}

// noteFreed is called by the collector.
func (w *watch) noteFreed(p *path) {
	w.mu.Lock()
	w.freed = append(w.freed, p)
	w.mu.Unlock()
}

// takeFreed reports the commands that nothing can answer any more.
func (w *watch) takeFreed() {
	w.mu.Lock()
	freed := w.freed
	w.freed = nil
	w.mu.Unlock()
	for _, p := range freed {
		w.e.lost(p)
	}
}

// proveLoss collects once if the handler of an open command has ended without an answer, and reports what is lost: the stop would end
// it before it counts as unanswered, and nobody would be told.
func (w *watch) proveLoss() {
	if len(w.suspected(func(*path) bool { return true })) == 0 {
		return
	}
	runtime.GC()
	for _, p := range w.suspected((*path).gone) {
		w.e.lost(p)
	}
}

// suspected are the open commands in this process that may be lost, as their handlers have ended without an answer, and that are as
// asked; the receiver's lock is held while it is asked.
func (w *watch) suspected(as func(*path) bool) []*path {
	var out []*path
	for _, n := range w.e.nodes.Load().all() {
		if _, remote := n.hostNow().(Collector); remote {
			continue
		}
		n.mu.Lock()
		for p := n.incoming.first; p != nil; p = p.next {
			if p.ended && !p.relayed && !p.freed && as(p) {
				out = append(out, p)
			}
		}
		n.mu.Unlock()
	}
	return out
}

// gone reports that the last collection found nothing that holds the command. It is known at once, other than from a cleanup, which
// runs at some time after the collection.
func (p *path) gone() bool { return p.command != (weak.Pointer[msg.Cmd]{}) && p.command.Value() == nil }

// lost reports a command whose last reference went. It most often counted as unanswered a moment before, and both are said: that one
// says only that there is no answer yet, and this one that none can come, which is known no earlier than after a collection. This is the
// error, whichever comes first, and the only one about a command.
func (e *Engine) lost(p *path) {
	n := p.to
	n.mu.Lock()
	now := n.Now()
	if p.done || p.relayed || p.freed || !p.ended {
		n.mu.Unlock()
		return
	}
	p.freed = true
	p.owe()
	n.mu.Unlock()
	n.emit(&trace.Event{Kind: trace.Freed, Mono: now, ID: p.id, Type: msg.KindCmd, Name: p.name, From: p.from.sym, To: n.sym, Debtor: trace.DebtorNobody})
	n.lint(p.about(ruleLost, trace.Error, now, fmt.Sprintf("%s lost %s #%d from %s: its handler returned without a result and nothing holds the command any more.",
		n.name, p.name, p.id, p.from.name)))
	if e.limits().AnswerLost {
		p.fail(trace.ByLost, n.name+" lost the command")
	}
}

// suspects reports commands that are kept, and whether a collection after the last one would tell more about others.
func (w *watch) suspects(n *Node, now, last int64) bool {
	var kept []*path
	due := false
	n.mu.Lock()
	for p := n.incoming.first; p != nil; p = p.next {
		if p.nextCheck == 0 || p.freed || p.relayed || now < p.nextCheck {
			continue
		}
		if last < p.nextCheck {
			due = true
			continue
		}
		p.nextCheck = now + min(maxCheck, 2*(now-p.suspectAt))
		if !p.kept && p.ended && (p.debtor == trace.DebtorKept || p.debtor == trace.DebtorChild) && !p.gone() { // of one that is gone the cleanup is about to tell
			p.kept = true
			kept = append(kept, p)
		}
	}
	n.mu.Unlock()
	for _, p := range kept {
		l := p.about(ruleKept, trace.Warn, now, fmt.Sprintf("%s keeps %s #%d from %s: its handler returned without a result %s ago, and the command is still held somewhere.",
			n.name, p.name, p.id, p.from.name, round(now-p.suspectAt)))
		l.Property = w.tasksOf(n, p, now)
		n.lint(l)
	}
	return due
}

// tasksOf describes the tasks that the handler of a command has started and that go on, as handlerOf describes a handler.
func (w *watch) tasksOf(n *Node, p *path, now int64) []byte {
	host, ok := n.hostNow().(Tasker)
	if !ok || !w.mayLook(n.hostNow(), now) {
		return nil
	}
	tasks := host.Tasks(p.id)
	if len(tasks) == 0 {
		return nil
	}
	w.stack = now
	return n.describe(telling(tasks))
}

// mayLook reports that stacks may be asked for now: in this process each costs a look through all goroutines.
func (w *watch) mayLook(host Host, now int64) bool {
	_, remote := host.(Collector)
	return remote || now-w.stack >= stackEvery
}

// awaitLeftovers waits until the hosts of ended nodes are quiet, and names what is not.
func (e *Engine) awaitLeftovers(nodes []*Node) {
	deadline := time.Now().Add(e.limits().StopDeadline)
	for _, n := range nodes {
		host := n.hostNow()
		if quietWithin(host, time.Until(deadline)) {
			continue
		}
		all := host.Work()
		for _, work := range telling(all) {
			what := work.What
			if work.Await != "" {
				what += ", in " + work.Await
			}
			n.lint(trace.Event{Rule: ruleStopHang, Level: trace.Error, Detail: fmt.Sprintf("%s of %s was abandoned: it did not end after the stop.", what, n.name),
				Property: n.describe([]Work{work})})
		}
		if more := len(all) - maxDescribed; more > 0 {
			n.lint(trace.Event{Rule: ruleStopHang, Level: trace.Error, Detail: fmt.Sprintf("%d more callbacks of %s were abandoned: they did not end after the stop.", more, n.name)})
		}
	}
}
