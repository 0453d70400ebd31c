package engine

import (
	"sync"
	"sync/atomic"
	"time"
)

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
