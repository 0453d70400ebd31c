package engine

import "testing"

// The watch asks twenty times a second what holds a loop: that must not take longer with all that waits on it.
func TestWhatHoldsALoopIsToldWithoutALookAtWhatWaits(t *testing.T) {
	l := &loop{n: &Node{}, workers: map[*worker]bool{}}
	for i := range 5000 {
		w := &worker{l: l, id: uint64(i)}
		w.act.live, w.act.waiting, w.act.d.ID = true, true, uint64(i+1)
		l.workers[w], l.holder = true, w
	}
	l.busy.Store(true)
	if got := l.Holding(); len(got) > 0 {
		t.Errorf("what waits holds the loop: %+v", got)
	}
	l.holder.act.waiting = false
	if got := l.Holding(); len(got) != 1 || got[0].ID != l.holder.act.d.ID || !got[0].Blocking {
		t.Errorf("the loop is held by %+v", got)
	}
	if n := testing.AllocsPerRun(10, func() { holding(l) }); n > 10 {
		t.Errorf("%v allocations to tell what holds a loop", n)
	}
}
