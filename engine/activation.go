package engine

import (
	"context"

	"tenbench/engine/msg"
)

// activation is one callback or task that has begun. It is the ctx that the callback sees.
type activation struct {
	context.Context // the loop's
	w               *worker
	d               Delivery
	task            *Task
	what            string // on_start, task poll; "" for messages
	began           int64
	live            bool // it has begun and not ended
	stage           bool // it is a lifecycle callback
	gen             uint32
	nth             uint32 // counts the callbacks and tasks that it was
	waiting         bool
	res             *msg.CmdResult
	from            *path // that res came on
	err             error
	await           string  // the blocking function it waits for
	unseen          []*Task // that it started and that ended with an error for which nobody has waited so far
	room            []byte  // for encoding properties; only its own goroutine uses it
}

// maxRoom bounds the room that a worker keeps.
const maxRoom = 4 << 10

type activationKey struct{}

// Value returns the activation itself for its key, so that it is found through contexts derived from it.
func (a *activation) Value(key any) any {
	if key == (activationKey{}) {
		return a
	}
	return a.Context.Value(key)
}

// start notes what the activation does with the message in d, or for it; the lock is held.
func (a *activation) start(what string, at int64) {
	a.what, a.began, a.live = what, at, true
}

// complain tells of the errors for which it has not waited until its end; the lock is held.
func (a *activation) complain() {
	for _, t := range a.unseen {
		if !t.waited.Load() {
			t.complain()
		}
	}
	a.unseen = nil
}

// finish forgets it; the lock is held. Waits that are still about to end find another number.
func (a *activation) finish() {
	if len(a.unseen) > 0 {
		a.complain()
	}
	a.d, a.what, a.task, a.live, a.stage, a.res, a.from, a.err = Delivery{}, "", nil, false, false, nil, nil, nil
	a.gen++
	a.nth++
	if cap(a.room) > maxRoom {
		a.room = nil
	}
}

// name says what the activation is: on_cmd hello, on_start, task poll.
func (a *activation) name() string {
	if a.what != "" || a.d.kind == msg.KindNone {
		return a.what
	}
	return "on_" + a.d.kind.String() + " " + a.d.name.String()
}

// expect begins a wait and returns its number; the lock is held. Only a wake with that number ends it.
func (a *activation) expect() uint32 {
	a.gen++
	a.waiting, a.res, a.from, a.err = true, nil, nil, nil
	return a.gen
}

// wake ends the wait with that number; a later wake does nothing.
func (a *activation) wake(gen uint32, err error) {
	if w := a.woken(gen, nil, nil, err); w != nil {
		w.grant()
	}
}

// woken is wake, but for granting the baton to the worker that it returns.
func (a *activation) woken(gen uint32, p *path, res *msg.CmdResult, err error) *worker {
	l := a.w.l
	l.n.mu.Lock()
	defer l.n.mu.Unlock()
	return a.wakeLocked(gen, p, res, err)
}

func (a *activation) wakeLocked(gen uint32, p *path, res *msg.CmdResult, err error) *worker {
	if !a.waiting || a.gen != gen {
		return nil
	}
	a.waiting, a.from, a.res, a.err = false, p, res, err
	a.w.l.push(turn{act: a})
	return a.w.l.kick()
}

// park gives the baton on and returns when the activation's wait has ended and its turn has come.
func (a *activation) park() (*msg.CmdResult, error) {
	a.parkFor(&sending{})
	return a.res, a.err
}

// parkFor is park for who waits for the receiver of what was sent, which is woken last: if it is a loop of this process, it goes on in
// this goroutine. What is returned is as in leave.
func (a *activation) parkFor(s *sending) (now int64) {
	l, w := a.w.l, a.w
	l.n.mu.Lock()
	next := l.handOver(w)
	l.n.mu.Unlock()
	switch {
	case s.asleep == nil:
	case s.next == nil:
		s.asleep.Wake()
	case next == nil:
		next, now = s.next, s.begins()
	default:
		s.next.grant()
	}
	if next == w {
		return 0
	}
	return w.leave(next, now)
}
