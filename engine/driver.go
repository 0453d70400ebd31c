package engine

import (
	"sync"
	"sync/atomic"
	"time"
)

// driver is a goroutine that lets workers run, one after the other. A worker is a coroutine: between two workers the driver costs a
// fifth of what waking a goroutine does, and the one that asks and the one that answers stay on one processor with their caches warm.
// A driver ends when nobody is left for it.
type driver struct {
	relief *relief
	next   *worker                // gets the baton when the one that runs gives its own on; the driver's and that worker's
	later  atomic.Pointer[worker] // asked, and was answered by the callback that runs: it may have to wait for that to end
	of     atomic.Pointer[loop]   // whose callback that is
	turns  atomic.Uint64          // how often there was somebody in later
	listed bool                   // with relief

	seen uint64 // relief's: turns when it last came by
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
		go (&driver{relief: &w.l.n.eng.app.relief}).run(w)
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

// run resumes w and whoever is next after it.
func (d *driver) run(w *worker) {
	over := false
	defer func() {
		d.unlist()
		if over {
			return
		}
		if w := d.dispatch(nil); w != nil { // a callback ended its goroutine, and this one with it
			go (&driver{relief: d.relief}).run(w)
		}
	}()
	for w != nil {
		w = d.dispatch(d.resume(w))
	}
	over = true
}

// resume returns when w has given the baton on, and w itself if it has got it back already.
func (d *driver) resume(w *worker) *worker {
	w.d = d
	if _, more := w.resume(); !more || w.state.CompareAndSwap(running, suspended) {
		return nil
	}
	w.state.Store(running)
	return w
}

// dispatch chooses who goes on here: w if there is one, which is claimed, else the next, else who is to go on later. The others
// go on elsewhere.
func (d *driver) dispatch(w *worker) *worker {
	if next := d.next; next != nil {
		d.next = nil
		if w == nil && next.claim() {
			w = next
		} else if w != nil {
			next.grant()
		}
	}
	if later := d.takeLater(); later != nil {
		if w == nil && later.claim() {
			w = later
		} else if w != nil {
			later.grant()
		}
	}
	return w
}

func (d *driver) takeLater() *worker {
	if d.later.Load() == nil {
		return nil
	}
	return d.later.Swap(nil)
}

// leave gives the baton to next, which may be nil, and returns when w has got it again.
func (w *worker) leave(next *worker) {
	if threadLocked() {
		w.block(next)
		return
	}
	w.d.next = next
	w.yield(struct{}{})
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

// relief looks after those that wait for a callback to end: one that goes on for long after its answer must not keep the asker.
type relief struct {
	awake atomic.Bool

	mu      sync.Mutex
	drivers map[*driver]struct{}
	quit    chan struct{} // ends it; nil before it was ever awake
	done    chan struct{} // closed when it has ended
	over    bool          // it must not wake any more
}

const (
	// reliefEvery is half of the longest that an asker waits for the end of the callback that answered it.
	reliefEvery = 500 * time.Microsecond
	// reliefStays is after how many looks without anything to see it ends.
	reliefStays = 20
	// dawdling is for how many answers a loop counts as one whose callbacks go on after them.
	dawdling = 1000
)

// watch looks after d from now on, and wakes the relief; false says that it has ended for good.
func (r *relief) watch(d *driver) bool {
	if d.listed && r.awake.Load() {
		return true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.over {
		return false
	}
	if r.drivers == nil {
		r.drivers, r.quit = map[*driver]struct{}{}, make(chan struct{})
	}
	r.drivers[d], d.listed = struct{}{}, true
	if !r.awake.Load() {
		r.awake.Store(true)
		r.done = make(chan struct{})
		go r.run(r.done)
	}
	return true
}

func (d *driver) unlist() {
	if d.listed {
		d.relief.mu.Lock()
		delete(d.relief.drivers, d)
		d.relief.mu.Unlock()
	}
}

func (r *relief) run(done chan struct{}) {
	defer close(done)
	t := time.NewTicker(reliefEvery)
	defer t.Stop()
	for idle := 0; ; idle++ {
		select {
		case <-t.C:
		case <-r.quit:
			return
		}
		if r.look() {
			idle = 0
		}
		if idle >= reliefStays && r.sleep() {
			return
		}
	}
}

// look lets those go on elsewhere that have waited since the last look. It reports whether anybody waited at all since then.
func (r *relief) look() (busy bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for d := range r.drivers {
		turns := d.turns.Load()
		busy = busy || turns != d.seen
		if x := d.later.Load(); x != nil {
			busy = true
			if turns == d.seen && d.later.CompareAndSwap(x, nil) {
				d.of.Load().dawdles.Store(dawdling)
				x.grant()
			}
		}
		d.seen = turns
	}
	return busy
}

// sleep says that the next one in need must wake the relief. It returns false if there is one already.
func (r *relief) sleep() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.awake.Store(false)
	for d := range r.drivers {
		if d.later.Load() != nil {
			r.awake.Store(true)
			return false
		}
	}
	return true
}

// close ends the relief. Who waits still goes on at once, and nobody will have to wait any more.
func (r *relief) close() {
	r.mu.Lock()
	r.over = true
	quit, done := r.quit, r.done
	r.mu.Unlock()
	if done == nil {
		return
	}
	close(quit)
	<-done
	r.awake.Store(false)
	r.mu.Lock()
	defer r.mu.Unlock()
	for d := range r.drivers {
		if x := d.takeLater(); x != nil {
			x.grant()
		}
	}
}
