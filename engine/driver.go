package engine

import (
	"sync/atomic"
)

// driver is a goroutine that lets workers run, one after the other. A worker is a coroutine: between two workers the driver costs a
// fifth of what waking a goroutine does, and the one that asks and the one that answers stay on one processor with their caches warm.
// A driver ends when nobody is left for it.
type driver struct {
	relief *relief
	next   *worker                // gets the baton when the one that runs gives its own on; the driver's and that worker's
	later  atomic.Pointer[worker] // asked, and was answered by the callback that runs: it may have to wait for that to end
	of     atomic.Pointer[loop]   // whose callback that is
	at     int64                  // when the baton was given on, which is when the next gets it; 0 where nobody looked at the clock
	turns  atomic.Uint64          // how often there was somebody in later
	listed bool                   // with relief

	seen uint64 // relief's: turns when it last came by
}

// drive makes a driver that begins with w, which is claimed.
func drive(w *worker, r *relief) { go (&driver{relief: r}).run(w) }

// run resumes w and whoever is next after it.
func (d *driver) run(w *worker) {
	over := false
	defer func() {
		d.unlist()
		if over {
			return
		}
		if w := d.dispatch(nil); w != nil { // a callback ended its goroutine, and this one with it
			drive(w, d.relief)
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
