package engine

import (
	"context"
	"fmt"
	"reflect"
	"sync/atomic"

	"tenbench/engine/msg"
	"tenbench/engine/trace"
)

// loop runs one Go extension: at most one of its callbacks at any instant, in the order things arrived. The worker that holds
// the baton is the loop; a wait hands the baton to a parked worker. ready, idle and workers are guarded by the node's lock.
type loop struct {
	n      *Node
	ext    Extension
	env    *goEnv
	ctx    context.Context // ends when leftovers are cancelled
	cancel context.CancelFunc
	pcs    [len(callbackNames)]uintptr
	busy   atomic.Bool // somebody holds the baton; written under the lock
	holder *worker     // who got it last

	ready   turns // what may go on besides the mailbox
	idle    []*worker
	workers map[*worker]bool
	over    atomic.Bool // no new work; written under the lock
	quiet   chan struct{}
	dawdles atomic.Int32 // for how many answers more its callbacks are thought to go on after them
}

var callbackNames = [...]string{msg.KindCmd: "OnCmd", msg.KindData: "OnData", msg.KindAudioFrame: "OnAudioFrame", msg.KindVideoFrame: "OnVideoFrame"}

// maxIdle bounds the parked workers that a loop keeps for the next wait.
const maxIdle = 256

func newGoHost(n *Node, addon Addon) (Host, error) {
	ext := addon.New(n.name)
	if ext == nil {
		return nil, fmt.Errorf("addon %s returned no extension", addon.Name)
	}
	l := &loop{n: n, ext: ext, workers: map[*worker]bool{}, quiet: make(chan struct{})}
	l.ctx, l.cancel = context.WithCancel(context.Background())
	l.env = newGoEnv(l)
	t := reflect.TypeOf(ext)
	for kind, name := range callbackNames {
		if m, ok := t.MethodByName(name); ok {
			l.pcs[kind] = m.Func.Pointer() + 1 // a PC inside the function, as call sites are
		}
	}
	return l, nil
}

// push adds a turn; the lock is held.
func (l *loop) push(t turn) {
	l.n.gather()
	l.n.turn++
	t.at = l.n.turn
	l.ready.push(t)
}

// take returns what comes next, a turn or a delivery, which it puts into d; the lock is held.
func (l *loop) take(d *Delivery) (t turn, ok bool) {
	front := l.ready.front()
	if l.n.mayBegin() && !l.over.Load() {
		if letter := l.n.box.front(); front == nil || letter.turn < front.at {
			l.n.next(d)
			d.begin()
			return turn{}, true
		}
	}
	if front == nil {
		return turn{}, false
	}
	return l.ready.pop(), true
}

// Wake gives the baton to a worker if there is work and nobody holds it.
func (l *loop) Wake() {
	if l.busy.Load() {
		return // the holder looks again, under the lock, before it lets go
	}
	l.n.mu.Lock()
	w := l.kick()
	l.n.mu.Unlock()
	if w != nil {
		w.grant()
	}
}

// kick chooses who gets the baton when nobody holds it and there is work; the lock is held, the caller grants after unlocking. A
// resumed activation is chosen directly if it is next.
func (l *loop) kick() *worker {
	if l.busy.Load() {
		return nil
	}
	front := l.ready.front()
	letter := l.n.mayBegin() && !l.over.Load()
	if front == nil && !letter {
		return nil
	}
	l.busy.Store(true)
	return l.successor(front, letter)
}

// successor is the worker that goes on with what is next; the lock is held and the baton is not free.
func (l *loop) successor(front *turn, letter bool) *worker {
	if front != nil && front.act != nil && (!letter || front.at < l.n.box.front().turn) {
		l.holder = l.ready.pop().act.w
	} else {
		l.holder = l.parked()
	}
	return l.holder
}

// parked takes an idle worker or makes one; the lock is held.
func (l *loop) parked() *worker {
	if k := len(l.idle); k > 0 {
		w := l.idle[k-1]
		l.idle = l.idle[:k-1]
		return w
	}
	w := newWorker(l)
	l.workers[w] = true
	return w
}

// drive is the loop while w holds the baton, which it got at that time; 0 is now. It returns who gets it next, if anybody does, and
// when, and whether w was parked or shall end. What ends one callback and what begins the next happens under one lock and at one
// reading of the clock.
func (l *loop) drive(w *worker, at int64) (next *worker, left int64, stays bool) {
	n, a := l.n, &w.act
	handled := false // the callback of the message in a.d just ended well
	for ; ; at = 0 {
		var last Delivery
		debtor := trace.DebtorNone
		lock(&n.mu)
		if at == 0 {
			at = n.Now() // under the lock, as debtors change at it: see childSent
		}
		if handled {
			last = a.d
			debtor = n.handled(&last, at)
			n.watchLoss(&last)
			last.Message = nil // from here on only the author keeps the command alive, whatever happens to this goroutine next
		}
		a.finish()
		t, ok := l.take(&a.d)
		if !ok && !l.release() {
			t, ok = l.take(&a.d)
		}
		begun := true
		switch {
		case !ok:
			stays, begun = l.retire(w), false
		case t.act != nil:
			next, stays, begun = t.act.w, l.retire(w), false
			l.holder = next
		case t.begin != nil:
			a.d = t.begin.up
			a.start(t.begin.what, at)
			a.task, a.stage = t.begin.task, t.begin.stage != trace.StateNone
		default:
			at = max(at, a.d.queued)
			a.start("", at)
		}
		owed := debtor != trace.DebtorNone
		if owed { // told under the lock: see childSent
			n.emitHandled(&last, at, debtor)
		}
		n.mu.Unlock()
		if handled {
			if !owed {
				n.emitHandled(&last, at, debtor)
			}
			last = Delivery{} // a long callback that begins now must not keep what the last one had
		}
		if !begun {
			return next, at, stays
		}
		w.letLaterGo()
		handled = w.perform(t.begin, at)
	}
}

// retire parks w, or lets it end when there are enough or the loop is over; the lock is held.
func (l *loop) retire(w *worker) bool {
	if !l.over.Load() && len(l.idle) < maxIdle {
		l.idle = append(l.idle, w)
		return true
	}
	delete(l.workers, w)
	l.checkQuiet()
	return false
}

// checkQuiet closes quiet when the loop is over and its last worker has ended; the lock is held.
func (l *loop) checkQuiet() {
	if l.over.Load() && len(l.workers) == 0 {
		select {
		case <-l.quiet:
		default:
			close(l.quiet)
		}
	}
}

func (l *loop) dispatch(a *activation, m msg.Message) {
	switch m := m.(type) {
	case *msg.Cmd:
		l.ext.OnCmd(a, l.env, m)
	case *msg.Data:
		l.ext.OnData(a, l.env, m)
	case *msg.AudioFrame:
		l.ext.OnAudioFrame(a, l.env, m)
	case *msg.VideoFrame:
		l.ext.OnVideoFrame(a, l.env, m)
	}
}

// handOver chooses who gets the baton from w, which waits: w itself if it is next already, nil if there is nothing to do. The lock
// is held.
func (l *loop) handOver(w *worker) *worker {
	front := l.ready.front()
	letter := l.n.mayBegin() && !l.over.Load()
	if front == nil && !letter {
		if l.release() {
			return nil
		}
		letter = true
	}
	return l.successor(front, letter)
}

// release gives the baton up as there is nothing to do; false says that a message has just arrived, whose sender counted on the
// baton's holder. The lock is held, but not by senders: each writes what the other reads next, so one of them sees the other.
func (l *loop) release() bool {
	l.busy.Store(false)
	if l.n.in.waiting.Load() == 0 || l.over.Load() || !l.n.mayBegin() {
		return true
	}
	l.busy.Store(true)
	return false
}

// Stage begins a lifecycle callback.
func (l *loop) Stage(s trace.State) {
	fn := map[trace.State]func(context.Context, Env) error{trace.Configure: l.ext.OnConfigure, trace.Init: l.ext.OnInit,
		trace.Start: l.ext.OnStart, trace.Stop: l.ext.OnStop, trace.Deinit: l.ext.OnDeinit}[s]
	l.env.enter(s)
	l.schedule(&job{what: "on_" + s.String(), stage: s, run: func(ctx context.Context) error {
		err := fn(ctx, l.env)
		if s == trace.Start && err == nil {
			l.env.checkNames()
		}
		return err
	}})
}

var stageNames = map[trace.State]string{trace.Configure: "OnConfigure", trace.Init: "OnInit", trace.Start: "OnStart", trace.Stop: "OnStop", trace.Deinit: "OnDeinit"}

// StagePlace is where the extension's method begins.
func (l *loop) StagePlace(s trace.State) (pc uintptr, source trace.Sym) {
	if m, ok := reflect.TypeOf(l.ext).MethodByName(stageNames[s]); ok {
		pc = m.Func.Pointer() + 1 // inside the function, as call sites are
	}
	return pc, 0
}

// schedule lets a job begin in its turn; false when the loop is over.
func (l *loop) schedule(j *job) bool {
	l.n.mu.Lock()
	if l.over.Load() {
		l.n.mu.Unlock()
		return false
	}
	l.push(turn{begin: j})
	w := l.kick()
	l.n.mu.Unlock()
	if w != nil {
		w.grant()
	}
	return true
}

// Interrupt ends the wait of the lifecycle callback that runs.
func (l *loop) Interrupt() {
	l.n.mu.Lock()
	var next *worker
	for w := range l.workers {
		if a := &w.act; a.live && a.stage && a.waiting {
			next = a.wakeLocked(a.gen, nil, nil, ErrStopped)
		}
	}
	l.n.mu.Unlock()
	if next != nil {
		next.grant()
	}
}

// Close ends the loop: tasks that have not begun never will, waits end with ErrStopped.
func (l *loop) Close() {
	l.cancel()
	l.n.mu.Lock()
	l.over.Store(true)
	var tasks []*Task
	kept := l.ready
	l.ready = turns{}
	for kept.n > 0 {
		t := kept.pop()
		if t.begin == nil {
			l.ready.push(t)
		} else if t.begin.task != nil {
			tasks = append(tasks, t.begin.task)
		}
	}
	for w := range l.workers {
		if w.act.waiting {
			w.act.waiting, w.act.res, w.act.from, w.act.err = false, nil, nil, ErrStopped
			l.push(turn{act: &w.act})
		}
	}
	next := l.kick()
	idle := l.idle
	l.idle = nil
	for _, w := range idle {
		delete(l.workers, w)
		w.quit = true
	}
	l.checkQuiet()
	l.n.mu.Unlock()
	for _, w := range idle {
		w.grant()
	}
	if next != nil {
		next.grant()
	}
	for _, t := range tasks {
		t.finish(ErrStopped, true)
	}
}

// Work lists the activations that have begun and not ended.
func (l *loop) Work() []Work {
	l.n.mu.Lock()
	defer l.n.mu.Unlock()
	var out []Work
	for w := range l.workers {
		if w.act.live {
			out = append(out, l.work(w))
		}
	}
	return out
}

// Tasks lists the tasks that the handler of a message has started and that have not ended.
func (l *loop) Tasks(id uint64) (out []Work) {
	l.n.mu.Lock()
	defer l.n.mu.Unlock()
	for w := range l.workers {
		if w.act.live && w.act.task != nil && w.act.d.ID == id {
			out = append(out, l.work(w))
		}
	}
	return out
}

// Holding returns the activation that holds the loop, if one does.
func (l *loop) Holding() []Work {
	l.n.mu.Lock()
	defer l.n.mu.Unlock()
	if w := l.holder; w != nil && w.act.live && l.holds(w) {
		return []Work{l.work(w)}
	}
	return nil
}

// holds reports whether w is the loop and does not wait; the lock is held.
func (l *loop) holds(w *worker) bool { return w == l.holder && l.busy.Load() && !w.act.waiting }

// work is what w is busy with; the lock is held.
func (l *loop) work(w *worker) Work {
	a, id := &w.act, w.id
	return Work{ID: a.d.ID, Task: a.task != nil, What: a.name(), Since: a.began, Key: id, Turn: uint64(a.gen), Blocking: l.holds(w), Await: a.await,
		Stack: func() string { return stackOf(id) }}
}

// Quiet is closed when the loop's workers have ended.
func (l *loop) Quiet() <-chan struct{} { return l.quiet }
