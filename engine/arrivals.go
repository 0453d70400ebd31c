package engine

import (
	"sync"
	"sync/atomic"

	"tenbench/engine/trace"
)

// arrivals is where data and frames come in while their receiver is at work, so that they and what takes messages out do not meet at
// the node's lock each time: who takes gathers them all at once. The node lends it a part of the room in its mailbox; when that is used up, or
// was taken back, messages come in by the node's lock. What is in here came after all that is in the mailbox. mu may be locked under
// the node's lock, not the other way round.
type arrivals struct {
	waiting atomic.Int32 // how many letters there are; written under mu

	mu      sync.Mutex
	letters []letter
	room    int   // for how many more
	bytes   int64 // of what size in all
	host    Host  // that they are for
}

// lentMost is the most messages that come in beside the mailbox: it bounds what a node keeps for it, and still lets the two sides meet
// at a hundredth of the messages only.
const lentMost = 256

// take takes a message in and returns whom to wake; nil if there is no room, or none is lent.
func (in *arrivals) take(l *letter) Host {
	lock(&in.mu)
	defer in.mu.Unlock()
	if in.room == 0 || l.size > in.bytes {
		return nil
	}
	in.room--
	in.bytes -= l.size
	in.letters = append(in.letters, *l)
	in.waiting.Store(int32(len(in.letters)))
	return in.host
}

// gather moves what arrived into the mailbox, so that the mailbox is all that waits; the lock is held.
func (n *Node) gather() {
	if n.in.waiting.Load() != 0 {
		n.settle(n.lends)
	}
}

// lend lets data and frames come in beside the mailbox, while nothing but room decides whether they may; the lock is held.
func (n *Node) lend() {
	if s := n.life.state; s == trace.Start || s == trace.Running {
		n.settle(true)
	}
}

// takeBack is gather, after which all messages come in by the lock, which is held.
func (n *Node) takeBack() {
	if n.lends {
		n.settle(false)
	}
}

// settle moves what arrived into the mailbox and lends what room is left, or none; the lock is held.
func (n *Node) settle(lends bool) {
	in := &n.in
	n.lends = lends
	lock(&in.mu)
	defer in.mu.Unlock()
	for i := range in.letters {
		n.turn++
		in.letters[i].turn = n.turn
		n.box.push(&in.letters[i])
	}
	clear(in.letters)
	in.letters = in.letters[:0]
	in.waiting.Store(0)
	in.room, in.bytes, in.host = 0, 0, n.host
	if lends {
		opt := n.eng.limits()
		in.room = max(min(opt.Queue-n.box.media, lentMost), 0)
		in.bytes = opt.QueueBytes - n.box.bytes
	}
}
