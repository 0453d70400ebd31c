package engine

import (
	"fmt"
	"runtime/debug"
	"sync/atomic"
)

// worker is a coroutine of a loop. It runs one callback at a time.
type worker struct {
	l       *loop
	resume  func() (struct{}, bool)
	yield   func(struct{}) bool
	state   atomic.Int32
	unblock chan struct{} // what it waits for while blocked
	d       *driver       // who resumed it
	quit    bool          // it is not needed any more
	g       uintptr       // its goroutine, to tell it from those the author starts; only the worker itself reads it
	id      uint64        // the label under which its stack is found
	act     activation
}

// A worker is in one of these states. Who grants it the baton and who resumes it may be two.
const (
	suspended int32 = iota // or never begun
	running
	granted // the baton is its again before it has let go
	blocked // like suspended, but holding its goroutine: see block
)

// newWorker makes a coroutine. One that is made on a locked thread could never leave it.
func newWorker(l *loop) *worker {
	w := &worker{l: l, id: workerIDs.Add(1)}
	w.act.w, w.act.Context = w, l.ctx
	if !threadLocked() {
		w.resume = coroutine(w.work)
		return w
	}
	made := make(chan struct{})
	go func() { w.resume = coroutine(w.work); close(made) }()
	<-made
	return w
}

// grant lets w, which has got the baton, go on beside the caller.
func (w *worker) grant() {
	if w.claim() {
		drive(w, &w.l.n.eng.app.relief)
	}
}

// claim reports whether the caller is to resume w, which has got the baton; else somebody does already.
func (w *worker) claim() bool {
	for {
		switch {
		case w.state.CompareAndSwap(suspended, running):
			return true
		case w.state.CompareAndSwap(running, granted):
			return false
		case w.state.CompareAndSwap(blocked, running):
			w.unblock <- struct{}{}
			return false
		}
	}
}

// work is a worker's life: be the loop until the baton goes on to another, wait to get it again.
func (w *worker) work(yield func(struct{}) bool) {
	w.yield, w.g = yield, getg()
	labelWorker(w.id)
	at := w.reading()
	for {
		next, last, stays := w.l.drive(w, at)
		if !stays {
			w.end(next)
			return
		}
		at = w.leave(next, last)
		if w.quit {
			w.end(nil)
			return
		}
	}
}

// perform runs a job, or the callback of the activation's message; it reports whether the latter ended well.
func (w *worker) perform(j *job, at int64) (handled bool) {
	if j != nil {
		w.begin(j)
		return false
	}
	l, a := w.l, &w.act
	l.n.emitDelivered(&a.d, at, l.pcs[a.d.kind])
	return w.call(func() error { l.dispatch(a, a.d.Message); return nil })
}

// begin runs a task or a lifecycle callback.
func (w *worker) begin(j *job) {
	var err error
	ok := w.call(func() error { err = j.run(&w.act); return err })
	w.l.n.mu.Lock()
	w.act.finish()
	w.l.n.mu.Unlock()
	switch {
	case j.task != nil:
		j.task.finish(err, ok)
	case ok:
		w.l.n.StageDone(j.stage, err)
	}
}

// call runs user code; false says that it panicked, or ended its goroutine, and the node has failed.
func (w *worker) call(fn func() error) (ok bool) {
	defer func() {
		if ok {
			return
		}
		r, what := recover(), w.act.name()
		if r == nil {
			w.l.n.Fail(what+" ended its goroutine with runtime.Goexit", "")
			w.desert()
			w.end(nil)
			return
		}
		w.l.n.Fail(fmt.Sprintf("panic in %s: %v", what, r), string(debug.Stack()))
	}()
	_ = fn()
	return true
}

// desert lets a worker whose goroutine is ending hand the baton on.
func (w *worker) desert() {
	l := w.l
	l.n.mu.Lock()
	w.act.live = false
	delete(l.workers, w)
	l.busy.Store(false)
	next := l.kick()
	l.checkQuiet()
	l.n.mu.Unlock()
	if next != nil {
		next.grant()
	}
}

// leave gives the baton to next, which may be nil, and returns when w has got it again. at is the present time, and what is returned
// as well, where they are known without a look at the clock: else 0. So what passes from one to the other costs one look and not two.
func (w *worker) leave(next *worker, at int64) (now int64) {
	if threadLocked() {
		w.block(next)
		return 0
	}
	w.d.next, w.d.at = next, at
	w.yield(struct{}{})
	return w.reading()
}

// reading is when w got the baton, or 0. It is asked once, before anything else happens.
func (w *worker) reading() int64 {
	at := w.d.at
	w.d.at = 0
	return at
}

// block is leave for a callback that has locked its thread: a coroutine may not be left then, so that w keeps its goroutine, and its
// driver with it.
func (w *worker) block(next *worker) {
	w.letGo(next)
	if w.unblock == nil {
		w.unblock = make(chan struct{}, 1)
	}
	if w.state.CompareAndSwap(running, blocked) {
		<-w.unblock
	} else {
		w.state.Store(running)
	}
}

// end gives the baton to next for good. A goroutine that has locked its thread must not end as a coroutine, and the thread may not be
// fit for others: it is kept.
func (w *worker) end(next *worker) {
	if threadLocked() {
		w.letGo(next)
		select {}
	}
	w.d.next = next
}

// letGo lets all who wait for w's driver go on elsewhere.
func (w *worker) letGo(next *worker) {
	if next != nil {
		next.grant()
	}
	w.letLaterGo()
}

func (w *worker) letLaterGo() {
	if later := w.d.takeLater(); later != nil {
		later.grant()
	}
}

// postpone lets x, which has got the baton of another loop because w's callback answered it, go on when that callback gives its own
// baton on, which most do soon. It returns false if that is not to be expected.
func (w *worker) postpone(x *worker) bool {
	d := w.d
	if w.l.dawdles.Load() > 0 {
		w.l.dawdles.Add(-1)
		return false
	}
	if d.later.Load() != nil {
		return false
	}
	d.turns.Add(1)
	d.of.Store(w.l)
	d.later.Store(x)
	if !d.relief.watch(d) {
		return d.later.Swap(nil) == nil
	}
	return true
}
