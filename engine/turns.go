package engine

import (
	"context"

	"tenbench/engine/trace"
)

// turn is something that a loop will do: resume an activation, or begin a task or a lifecycle callback.
type turn struct {
	act   *activation
	begin *job
	at    uint64
}

// job is a task or a lifecycle callback that has not begun.
type job struct {
	what  string
	stage trace.State
	task  *Task
	up    Delivery // the command on whose behalf the task runs
	run   func(ctx context.Context) error
}

// turns is a queue of what a loop may go on with. Its bound is the number of activations and tasks of the extension.
type turns struct {
	ring    []turn
	head, n int
}

func (q *turns) push(t turn) {
	if q.n == len(q.ring) {
		ring := make([]turn, max(8, 2*len(q.ring)))
		for i := range q.n {
			ring[i] = q.ring[(q.head+i)&(len(q.ring)-1)]
		}
		q.ring, q.head = ring, 0
	}
	q.ring[(q.head+q.n)&(len(q.ring)-1)] = t
	q.n++
}

func (q *turns) front() *turn {
	if q.n == 0 {
		return nil
	}
	return &q.ring[q.head]
}

func (q *turns) pop() turn {
	t := q.ring[q.head]
	q.ring[q.head] = turn{}
	q.head = (q.head + 1) & (len(q.ring) - 1)
	q.n--
	return t
}
